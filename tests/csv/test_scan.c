/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all scanners have in common: the portable one finds what the rules say, the list
 * is in order, and an index grows as it must.
 */
#define _DEFAULT_SOURCE /* setenv */
#include "csv/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "csv/scan_reference.h"
#include "csv/scanning.h"
#include "support/cmocka_all.h"

enum { N_TEXTS = 20000, N_PLAIN_DIALECTS = 7, LONG_SIZE = 100000 };

static void check_reference(const struct scanning_text *text)
{
    static struct scanned expected;
    const size_t size = text->text.end;
    scanned_reset(&expected, size);
    scan_reference(text->dialect, text->text.bytes, size, &expected.state,
                   &expected.index);
    scanning_check(text, &gpuc_scanner_portable, 0, &expected);
    if (size > 0)
        scanning_check(text, &gpuc_scanner_portable, size / 2, &expected);
}

static void test_portable_is_right(void **state)
{
    struct test_random random = {11};
    (void)state;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[SCANNING_SIZE_MAX];
        const struct gpuc_dialect *dialect = &scanning_dialects[i % N_PLAIN_DIALECTS];
        const size_t size = scanning_random(&random, dialect, bytes);
        check_reference(&(struct scanning_text){dialect, {bytes, 0, size}, {0}});
    }
}

/* Every text of up to seven bytes that matter. */
static void test_portable_on_all_short_texts(void **state)
{
    static const uint8_t letters[] = {'a', ',', '"', '\r', '\n', '#'};
    enum { N_LETTERS = sizeof letters, SIZE_MAX_SHORT = 7 };
    (void)state;
    for (size_t size = 0, n_texts = 1; size <= SIZE_MAX_SHORT;
         size++, n_texts *= N_LETTERS)
        for (size_t t = 0; t < n_texts; t++) {
            uint8_t bytes[SIZE_MAX_SHORT + 1];
            for (size_t i = 0, rest = t; i < size; i++, rest /= N_LETTERS)
                bytes[i] = letters[rest % N_LETTERS];
            const struct gpuc_dialect *dialect = &scanning_dialects[t % 2 == 0 ? 0 : 4];
            check_reference(&(struct scanning_text){dialect, {bytes, 0, size}, {0}});
        }
}

static void test_list(void **state)
{
    (void)state;
    size_t n = 0;
    for (; gpuc_scanner_at(n) != NULL; n++) {
        const struct gpuc_scanner *scanner = gpuc_scanner_at(n);
        const bool usable = scanner->usable == NULL || scanner->usable();
        print_message("%s: %s%s\n", scanner->name, scanner->summary,
                      usable ? "" : ", not usable");
        assert_ptr_equal(gpuc_scanner_find(scanner->name), usable ? scanner : NULL);
    }
    assert_true(n > 0);
    assert_ptr_equal(gpuc_scanner_at(n - 1), &gpuc_scanner_portable);
    assert_non_null(gpuc_scanner_find(NULL));
    assert_ptr_equal(gpuc_scanner_find("native"), gpuc_scanner_find(NULL));
    assert_null(gpuc_scanner_find(""));
    assert_null(gpuc_scanner_find("avx"));
}

/* What the variable takes away is neither chosen nor found. */
static void test_disabled(void **state)
{
    static const struct {
        const char *words;
        const char *taken[4];
    } cases[] = {
        {"vbmi", {"avx512vbmi2"}},
        {"avx512", {"avx512vbmi2", "avx512"}},
        {"avx512,avx2", {"avx512vbmi2", "avx512", "avx2"}},
        {"avx512,avx2,sse42", {"avx512vbmi2", "avx512", "avx2", "sse42"}},
    };
    (void)state;
    const char *before = getenv("GPUCLASSIFY_DISABLE");
    char *saved = before != NULL ? strdup(before) : NULL;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(setenv("GPUCLASSIFY_DISABLE", cases[i].words, 1), 0);
        const struct gpuc_scanner *native = gpuc_scanner_find(NULL);
        assert_non_null(native);
        for (size_t k = 0; k < 4 && cases[i].taken[k] != NULL; k++) {
            assert_null(gpuc_scanner_find(cases[i].taken[k]));
            assert_string_not_equal(native->name, cases[i].taken[k]);
        }
    }
    assert_ptr_equal(gpuc_scanner_find(NULL), &gpuc_scanner_portable);
    if (saved != NULL)
        setenv("GPUCLASSIFY_DISABLE", saved, 1);
    else
        unsetenv("GPUCLASSIFY_DISABLE");
    free(saved);
}

/* A text of many pieces, with an index that begins empty. */
static void test_long_text(void **state)
{
    (void)state;
    struct test_random random = {12};
    const struct gpuc_dialect *dialect = &scanning_dialects[0];
    struct gpuc_index expected = {0}, found = {0};
    uint8_t *bytes = gpuc_alloc(LONG_SIZE + SCANNING_SIZE_MAX + 64, 1);
    assert_non_null(bytes);
    size_t size = 0;
    while (size < LONG_SIZE)
        size += scanning_random(&random, dialect, bytes + size);
    struct gpuc_scan_state end = GPUC_SCAN_STATE_INIT;
    assert_int_equal(gpuc_index_reserve(&expected, size, size, NULL), GPUC_OK);
    scan_reference(dialect, bytes, size, &end, &expected);
    for (size_t i = 0; gpuc_scanner_at(i) != NULL; i++) {
        const struct gpuc_scanner *scanner = gpuc_scanner_find(gpuc_scanner_at(i)->name);
        struct gpuc_scan_state at = GPUC_SCAN_STATE_INIT;
        if (scanner == NULL)
            continue;
        gpuc_index_reset(&found);
        assert_int_equal(gpuc_scan(scanner, dialect,
                                   &(struct gpuc_scan_text){bytes, 0, size}, &at, &found,
                                   NULL),
                         GPUC_OK);
        assert_int_equal(found.n_ends, expected.n_ends);
        assert_memory_equal(found.ends, expected.ends, found.n_ends * sizeof *found.ends);
        assert_int_equal(found.n_records, expected.n_records);
        assert_memory_equal(found.record_ends, expected.record_ends,
                            found.n_records * sizeof *found.record_ends);
        assert_int_equal(found.n_lines, expected.n_lines);
        assert_int_equal(at.place, end.place);
    }
    gpuc_index_done(&expected);
    gpuc_index_done(&found);
    gpuc_free(bytes);
}

/* What was found before stays when there is no memory for more. */
static void test_no_memory(void **state)
{
    static const uint8_t bytes[64 + 64] = "1,2\n";
    const struct gpuc_scan_text text = {bytes, 0, 4};
    (void)state;
    for (long n_before = 0; n_before < 2; n_before++) {
        struct gpuc_index index = {0};
        struct gpuc_scan_state at = GPUC_SCAN_STATE_INIT;
        struct gpuc_error error = {.message = ""};
        gpuc_memory_fail_after(n_before, false);
        assert_int_equal(gpuc_scan(gpuc_scanner_find(NULL), &scanning_dialects[0], &text,
                                   &at, &index, &error),
                         GPUC_ENOMEM);
        assert_non_null(strstr(error.message, "the index of fields"));
        gpuc_memory_fail_after(-1, false);
        assert_int_equal(index.n_ends, 0);
        assert_int_equal(gpuc_scan(gpuc_scanner_find(NULL), &scanning_dialects[0], &text,
                                   &at, &index, NULL),
                         GPUC_OK);
        assert_int_equal(index.n_ends, 2);
        assert_int_equal(index.n_records, 1);
        gpuc_index_done(&index);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_portable_is_right),
        cmocka_unit_test(test_portable_on_all_short_texts),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_disabled),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
