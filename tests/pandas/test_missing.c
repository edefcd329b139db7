/* SPDX-License-Identifier: Apache-2.0 */
/* The 19 tokens, and everything that is one byte away from one of them. */
#include "pandas/missing.h"

#include <string.h>

#include "support/cmocka_all.h"
#include "support/guard.h"

/* In the order of tests/golden/blackbox/README.md, 1.6; the first is the empty text. */
static const char *const tokens[] = {
    "",     "#N/A",   "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN",
    "-nan", "1.#IND", "1.#QNAN",  "<NA>", "N/A",     "NA",       "NULL",
    "NaN",  "None",   "n/a",      "nan",  "null",
};
enum { N_TOKENS = sizeof tokens / sizeof tokens[0], SIZE_MAX_OF_TEXT = 16 };

static struct test_guard guard;
static size_t n_texts, n_missing;

static bool is_token(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < N_TOKENS; i++)
        if (strlen(tokens[i]) == size && memcmp(tokens[i], text, size) == 0)
            return true;
    return false;
}

static void check(const uint8_t *text, size_t size)
{
    bool missing = gpuc_is_missing(test_guard_copy(&guard, text, size), size);
    if (missing != is_token(text, size))
        fail_msg("'%.*s'", (int)size, (const char *)text);
    n_texts++;
    n_missing += missing;
}

/* All texts that one byte inserted into the token, or put in place of one, gives. */
static void check_changed(const char *token)
{
    size_t size = strlen(token);
    for (size_t place = 0; place <= size; place++)
        for (unsigned byte = 0; byte < 256; byte++) {
            uint8_t text[SIZE_MAX_OF_TEXT];
            memcpy(text, token, place);
            text[place] = (uint8_t)byte;
            memcpy(text + place + 1, token + place, size - place);
            check(text, size + 1);
            if (place == size)
                continue;
            memcpy(text + place + 1, token + place + 1, size - place - 1);
            check(text, size);
        }
}

/* And those that taking away a byte, or two changes of case, give. */
static void check_shortened(const char *token)
{
    size_t size = strlen(token);
    uint8_t text[SIZE_MAX_OF_TEXT];
    for (size_t place = 0; place < size; place++) {
        memcpy(text, token, place);
        memcpy(text + place, token + place + 1, size - place - 1);
        check(text, size - 1);
    }
    for (unsigned flips = 0; flips < 1u << size; flips++) {
        for (size_t i = 0; i < size; i++) {
            bool is_letter = (token[i] | 32) >= 'a' && (token[i] | 32) <= 'z';
            text[i] = (uint8_t)(is_letter && (flips >> i & 1) ? token[i] ^ 32 : token[i]);
        }
        check(text, size);
    }
}

static void test_tokens(void **state)
{
    (void)state;
    guard = test_guard_new(SIZE_MAX_OF_TEXT);
    for (size_t i = 0; i < N_TOKENS; i++) {
        assert_true(gpuc_is_missing((const uint8_t *)tokens[i], strlen(tokens[i])));
        check_changed(tokens[i]);
        check_shortened(tokens[i]);
    }
    test_guard_free(&guard);
    print_message("%zu texts, %zu times missing\n", n_texts, n_missing);
}

static void test_others(void **state)
{
    static const char *const others[] = {
        " ",    "NA ", " NA", "Null", "none", "Nan", "NAN",     "inf",
        "N/A ", "?",   "-",   "--",   "<na>", "nil", "missing", "#N/A N/A N/A"};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(gpuc_is_missing((const uint8_t *)others[i], strlen(others[i])));
    assert_false(gpuc_is_missing((const uint8_t *)"NA\0", 3));
    assert_false(gpuc_is_missing((const uint8_t *)"\0", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
