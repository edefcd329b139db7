/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: what they say, and that none is longer than its buffer. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { MESSAGE_SIZE = sizeof((struct gpuc_error *)0)->message };

/* An error whose memory shows what was written to it, and behind it. */
struct watched {
    struct gpuc_error error;
    char behind[4 * MESSAGE_SIZE];
};

static void make_dirty(struct watched *watched)
{
    memset(watched, 'x', sizeof *watched);
}

/* The size of the message, after a look at what is behind it. */
static size_t message_size(const struct watched *watched)
{
    for (size_t i = 0; i < sizeof watched->behind; i++)
        assert_int_equal(watched->behind[i], 'x');
    assert_non_null(memchr(watched->error.message, '\0', MESSAGE_SIZE));
    return strlen(watched->error.message);
}

/* A text of n letters. */
static const char *letters(size_t n)
{
    static char text[4 * MESSAGE_SIZE];
    assert_true(n < sizeof text);
    memset(text, 'a', n);
    text[n] = '\0';
    return text;
}

static void test_message(void **state)
{
    (void)state;
    struct watched watched;
    make_dirty(&watched);
    assert_int_equal(gpuc_fail(&watched.error, GPUC_EMODEL, "no '%s', %d", "thing", 7),
                     GPUC_EMODEL);
    assert_int_equal(watched.error.status, GPUC_EMODEL);
    assert_int_equal(watched.error.line, 0);
    assert_string_equal(watched.error.message, "no 'thing', 7");

    make_dirty(&watched);
    assert_int_equal(
        gpuc_fail_at(&watched.error, GPUC_EDATA, "in.csv", 4294967297, "bad %c", '!'),
        GPUC_EDATA);
    assert_int_equal(watched.error.status, GPUC_EDATA);
    assert_int_equal(watched.error.line, 4294967297);
    assert_string_equal(watched.error.message, "in.csv:4294967297: bad !");

    make_dirty(&watched);
    assert_int_equal(gpuc_fail_memory(&watched.error, 123, "a thing"), GPUC_ENOMEM);
    assert_int_equal(watched.error.status, GPUC_ENOMEM);
    assert_string_equal(watched.error.message, "out of memory (123 bytes for a thing)");
}

static void test_errno(void **state)
{
    (void)state;
    struct watched watched;
    make_dirty(&watched);
    assert_int_equal(gpuc_fail_errno(&watched.error, ENOENT, "%s.csv", "in"), GPUC_EIO);
    assert_int_equal(watched.error.status, GPUC_EIO);
    assert_int_equal(watched.error.line, 0);
    assert_string_equal(watched.error.message, "in.csv: No such file or directory");

    assert_int_equal(gpuc_fail_errno(&watched.error, ENOMEM, "x"), GPUC_ENOMEM);
    assert_int_equal(watched.error.status, GPUC_ENOMEM);

    /* A number that has no text still gives a message. */
    assert_int_equal(gpuc_fail_errno(&watched.error, 99999, "x"), GPUC_EIO);
    assert_non_null(strstr(watched.error.message, "99999"));
}

static void test_no_error_wanted(void **state)
{
    (void)state;
    assert_int_equal(gpuc_fail(NULL, GPUC_EUSAGE, "%s", "x"), GPUC_EUSAGE);
    assert_int_equal(gpuc_fail_at(NULL, GPUC_EDATA, "x", 1, "%s", "x"), GPUC_EDATA);
    assert_int_equal(gpuc_fail_errno(NULL, EIO, "%s", "x"), GPUC_EIO);
    assert_int_equal(gpuc_fail_errno(NULL, ENOMEM, "%s", "x"), GPUC_ENOMEM);
    assert_int_equal(gpuc_fail_memory(NULL, 1, "x"), GPUC_ENOMEM);
}

/* A message of n letters is whole or cut to what fits, with its NUL. */
static void test_cut(void **state)
{
    (void)state;
    size_t n_lengths = 0;
    for (size_t n = MESSAGE_SIZE - 20; n < 2 * MESSAGE_SIZE; n += n < 1100 ? 1 : 97) {
        struct watched watched;
        make_dirty(&watched);
        size_t expected = n < MESSAGE_SIZE ? n : MESSAGE_SIZE - 1;
        gpuc_fail(&watched.error, GPUC_EDATA, "%s", letters(n));
        assert_int_equal(message_size(&watched), expected);

        make_dirty(&watched);
        gpuc_fail_at(&watched.error, GPUC_EDATA, letters(n), 12, "%s", "reason");
        expected = n + strlen(":12: reason");
        expected = expected < MESSAGE_SIZE ? expected : MESSAGE_SIZE - 1;
        assert_int_equal(message_size(&watched), expected);
        assert_int_equal(watched.error.line, 12);

        make_dirty(&watched);
        gpuc_fail_errno(&watched.error, EIO, "%s", letters(n));
        expected = n + strlen(": ") + strlen(strerror(EIO));
        expected = expected < MESSAGE_SIZE ? expected : MESSAGE_SIZE - 1;
        assert_int_equal(message_size(&watched), expected);
        n_lengths++;
    }
    print_message("cut at %zu lengths\n", n_lengths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_errno),
        cmocka_unit_test(test_no_error_wanted),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
