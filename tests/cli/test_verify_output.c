/* SPDX-License-Identifier: Apache-2.0 */
/* Outputs compared with the reference as they come: equal, different, shorter, longer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli/verify/verify_output.h"
#include "support/cmocka_all.h"

static const char reference[] = "id,proba\n1,0.25\n2,0.5\n3,0.75\n";
enum { REFERENCE_SIZE = sizeof reference - 1 };

/* Hands an output over in pieces of `piece` bytes. */
static struct gpuc_verify_result take(FILE *file, const char *bytes, size_t size,
                                      size_t piece, uint64_t reference_size)
{
    struct gpuc_verify_output output;
    struct gpuc_verify_result result;
    struct gpuc_error error;
    gpuc_verify_output_init(&output, fileno(file), reference_size == 0);
    for (size_t at = 0; at < size; at += piece) {
        size_t n = size - at < piece ? size - at : piece;
        assert_int_equal(gpuc_verify_output_take(&output, bytes + at, n), 0);
    }
    assert_int_equal(gpuc_verify_output_end(&output, reference_size, &result, &error),
                     GPUC_OK);
    assert_int_equal(result.n_bytes, size);
    return result;
}

static FILE *make_reference(const char *bytes, size_t size,
                            struct gpuc_verify_result *ret_result)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    *ret_result = take(file, bytes, size, 7, 0);
    assert_false(ret_result->differs);
    return file;
}

/* Compares an output with `reference`, cut into pieces of every size. */
static void check(const char *text, const struct gpuc_verify_difference *expected)
{
    struct gpuc_verify_result first, result;
    FILE *file = make_reference(reference, REFERENCE_SIZE, &first);
    size_t size = strlen(text);
    for (size_t piece = 1; piece <= size + 1; piece++) {
        result = take(file, text, size, piece, REFERENCE_SIZE);
        assert_int_equal(result.differs, expected != NULL);
        assert_int_equal(strcmp(result.sha256, first.sha256) != 0, expected != NULL);
        if (expected == NULL)
            continue;
        assert_int_equal(result.difference.byte, expected->byte);
        assert_int_equal(result.difference.line, expected->line);
        assert_string_equal(result.difference.expected, expected->expected);
        assert_string_equal(result.difference.got, expected->got);
    }
    fclose(file);
}

static void equal_is_equal(void **state)
{
    (void)state;
    check(reference, NULL);
}

static void the_first_difference_is_told(void **state)
{
    (void)state;
    check("id,proba\n1,0.25\n2,0.6\n3,0.85\n",
          &(struct gpuc_verify_difference){20, 3, "2,0.5", "2,0.6"});
    check("Id,proba\n1,0.25\n2,0.5\n3,0.75\n",
          &(struct gpuc_verify_difference){0, 1, "id,proba", "Id,proba"});
    check("id,proba\n1,0.25\n2,0.5\n3,0.75\r",
          &(struct gpuc_verify_difference){28, 4, "3,0.75", "3,0.75\\x0d"});
    /* The same length, one line less. */
    check("id,proba\n1,0.25,2,0.5\n3,0.75\n",
          &(struct gpuc_verify_difference){15, 2, "1,0.25", "1,0.25,2,0.5"});
}

static void another_length_is_a_difference(void **state)
{
    (void)state;
    check("", &(struct gpuc_verify_difference){0, 1, "id,proba", "<end of output>"});
    check("id,proba\n1,0.25\n",
          &(struct gpuc_verify_difference){16, 3, "2,0.5", "<end of output>"});
    check("id,proba\n1,0.25\n2,0",
          &(struct gpuc_verify_difference){19, 3, "2,0.5", "2,0<end of output>"});
    check("id,proba\n1,0.25\n2,0.5\n3,0.75",
          &(struct gpuc_verify_difference){28, 4, "3,0.75", "3,0.75<end of output>"});
    check("id,proba\n1,0.25\n2,0.5\n3,0.75\n4\n",
          &(struct gpuc_verify_difference){29, 5, "<end of output>", "4"});
}

/* Beyond the pieces that the reference is read in, on a line that is shown in part. */
static void long_lines_are_shortened(void **state)
{
    enum { SIZE = 200000, LINE = 70000, AT = 150000 };
    struct gpuc_verify_result result;
    char *text = malloc(SIZE);
    (void)state;
    assert_non_null(text);
    memset(text, 'a', SIZE);
    for (size_t i = LINE - 1; i < SIZE; i += LINE)
        text[i] = '\n';
    FILE *file = make_reference(text, SIZE, &result);
    text[AT] = 'b';
    result = take(file, text, SIZE, 65521, SIZE);
    assert_true(result.differs);
    assert_int_equal(result.difference.byte, AT);
    assert_int_equal(result.difference.line, AT / LINE + 1);
    assert_string_equal(result.difference.expected,
                        "...aaaaaaaaaaaaaaaaaaaaaaaa"
                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...");
    assert_string_equal(result.difference.got,
                        "...aaaaaaaaaaaaaaaaaaaaaaaa"
                        "baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...");
    fclose(file);

    for (size_t i = 0; i < SIZE; i++)
        text[i] = i % 10 == 9 ? '\n' : 'a';
    file = make_reference(text, SIZE, &result);
    text[AT + 3] = 'b';
    result = take(file, text, SIZE, 65521, SIZE);
    assert_int_equal(result.difference.line, AT / 10 + 1);
    assert_string_equal(result.difference.expected, "aaaaaaaaa");
    assert_string_equal(result.difference.got, "aaabaaaaa");
    memset(text, 0xff, SIZE);
    result = take(file, text, SIZE, SIZE, SIZE);
    assert_int_equal(strlen(result.difference.got), 4 * GPUC_VERIFY_SHOWN_AFTER + 3);
    fclose(file);
    free(text);
}

static void a_reference_that_cannot_be_read_is_an_error(void **state)
{
    struct gpuc_verify_output output;
    (void)state;
    gpuc_verify_output_init(&output, -1, false);
    assert_int_equal(gpuc_verify_output_take(&output, "a", 1), EBADF);
    gpuc_verify_output_init(&output, -1, true);
    assert_int_equal(gpuc_verify_output_take(&output, "a", 1), EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_is_equal),
        cmocka_unit_test(the_first_difference_is_told),
        cmocka_unit_test(another_length_is_a_difference),
        cmocka_unit_test(long_lines_are_shortened),
        cmocka_unit_test(a_reference_that_cannot_be_read_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
