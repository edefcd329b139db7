/* SPDX-License-Identifier: Apache-2.0 */
/* Every way to read plain and long numbers against a loop over their characters. */
#include <stdio.h>
#include <string.h>

#include "csv/long_number.h"
#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

enum { N_RANDOM = 1000000, MAX_SIZE = GPUC_LONG_SIZE };

typedef bool plain_reader(struct gpuc_plain_text text,
                          struct gpuc_plain_number *ret_number);
typedef bool long_reader(struct gpuc_long_text text,
                         struct gpuc_plain_number *ret_number);

/* The same method for up to GPUC_PLAIN_SIZE characters, and for more. */
static const struct {
    const char *name;
    plain_reader *read_plain;
    long_reader *read_long;
} readers[] = {
    {"portable", gpuc_plain_number_portable, gpuc_long_number_portable},
#ifdef __SSE2__
    {"sse2", gpuc_plain_number_sse2, gpuc_long_number_sse2},
#endif
    {"default", gpuc_plain_number, gpuc_long_number},
};

static struct test_guard guard;

/* More are not for them: no further digit. */
static const uint64_t MAX_INTEGER = UINT64_C(1000000000000000000);

static bool read_by_characters(const uint8_t *text, size_t size,
                               struct gpuc_plain_number *ret_number)
{
    bool has_point = false;
    *ret_number = (struct gpuc_plain_number){0};
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.' && !has_point) {
            has_point = true;
        } else if (text[i] >= '0' && text[i] <= '9' &&
                   ret_number->integer < MAX_INTEGER) {
            ret_number->integer = ret_number->integer * 10 + (text[i] - '0');
            ret_number->n_decimals += has_point;
        } else {
            return false;
        }
    }
    return true;
}

static bool read_by(size_t reader, const uint8_t *text, size_t size,
                    struct gpuc_plain_number *ret_number)
{
    if (size > GPUC_PLAIN_SIZE)
        return readers[reader].read_long(gpuc_long_text(text, size), ret_number);
    return readers[reader].read_plain(gpuc_plain_text(text, size), ret_number);
}

static void check(const uint8_t *text, size_t size)
{
    struct gpuc_plain_number expected;
    const bool is_expected = read_by_characters(text, size, &expected);
    const uint8_t *const guarded = test_guard_copy(&guard, text, size);
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        struct gpuc_plain_number number = {1, 1};
        if (read_by(i, guarded, size, &number) != is_expected ||
            (is_expected && (number.integer != expected.integer ||
                             number.n_decimals != expected.n_decimals)))
            fail_msg("%s: '%.*s' became %llu with %u decimals", readers[i].name,
                     (int)size, (const char *)text, (unsigned long long)number.integer,
                     number.n_decimals);
    }
}

static void test_point_anywhere(void **state)
{
    (void)state;
    static const char *const sources[] = {"987654321012345678901234",
                                          "000000765432101234567890"};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        for (size_t size = 1; size <= MAX_SIZE; size++) {
            uint8_t text[MAX_SIZE];
            memcpy(text, sources[i], size);
            check(text, size);
            for (size_t at = 0; at < size; at++) {
                memcpy(text, sources[i], size);
                text[at] = '.';
                check(text, size);
            }
        }
}

/* Digits, up to 19 of them behind zeros. */
static void put_digits(struct test_random *random, uint8_t *text, size_t size)
{
    const size_t n_digits = 1 + test_random_below(random, 19);
    for (size_t at = 0; at < size; at++)
        text[at] =
            (uint8_t)(at + n_digits < size ? '0' : '0' + test_random_below(random, 10));
}

/* One byte that is no digit; and two, at least one of them a point. */
static void test_others_anywhere(void **state)
{
    (void)state;
    struct test_random random = {2};
    for (size_t size = 1; size <= MAX_SIZE; size++)
        for (size_t at = 0; at < size; at++)
            for (size_t point = 0; point < size; point++)
                for (int byte = 0; byte < 256; byte++) {
                    uint8_t text[MAX_SIZE];
                    put_digits(&random, text, size);
                    text[point] = '.';
                    text[at] = (uint8_t)byte;
                    check(text, size);
                }
}

static void test_random_texts(void **state)
{
    (void)state;
    static const char rare[] = "..e+-/: ~";
    struct test_random random = {1};
    for (int i = 0; i < N_RANDOM; i++) {
        uint8_t text[MAX_SIZE];
        const size_t size = 1 + test_random_below(&random, sizeof text);
        put_digits(&random, text, size);
        for (size_t n = test_random_below(&random, 4); n > 1; n--)
            text[test_random_below(&random, size)] =
                (uint8_t)rare[test_random_below(&random, sizeof rare - 1)];
        check(text, size);
    }
}

static int make_guard(void **state)
{
    (void)state;
    guard = test_guard_new(MAX_SIZE);
    return 0;
}

static int free_guard(void **state)
{
    (void)state;
    test_guard_free(&guard);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_point_anywhere),
        cmocka_unit_test(test_others_anywhere),
        cmocka_unit_test(test_random_texts),
    };
    return cmocka_run_group_tests(tests, make_guard, free_guard);
}
