/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as JSON strings: what each character becomes, and that jansson reads it back. */
#include "csv/json_text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "csv/tricky.h"
#include "csv/utf8.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

enum { ROOM = GPUC_JSON_TEXT_GROWTH * TRICKY_SIZE_MAX + GPUC_JSON_TEXT_EXTRA };

/* RFC 8259, section 7. */
static void expected_escape(uint8_t byte, char *escape)
{
    static const struct {
        char byte;
        const char *escape;
    } short_ones[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\b', "\\b"}, {'\f', "\\f"},
                      {'\n', "\\n"}, {'\r', "\\r"},  {'\t', "\\t"}};
    snprintf(escape, 8, byte < 0x20 ? "\\u%04x" : "%c", byte);
    for (size_t i = 0; i < sizeof short_ones / sizeof short_ones[0]; i++)
        if ((char)byte == short_ones[i].byte)
            snprintf(escape, 8, "%s", short_ones[i].escape);
}

/* Each ASCII character, at each place of texts that are shorter and longer than a word.
 */
static void every_character_is_escaped_as_it_must_be(void **state)
{
    enum { N_PLACES = 20 };
    (void)state;
    for (int byte = 0; byte < 0x80; byte++) {
        char escape[8], expected[64];
        expected_escape((uint8_t)byte, escape);
        size_t escape_size = strlen(escape);
        for (size_t size = 1; size <= N_PLACES; size++)
            for (size_t place = 0; place < size; place++) {
                uint8_t text[N_PLACES], string[6 * N_PLACES + 2];
                memset(text, 'x', size);
                text[place] = (uint8_t)byte;
                memset(expected, 'x', sizeof expected);
                memcpy(expected + 1 + place, escape, escape_size);
                expected[0] = expected[size + escape_size] = '"';
                const uint8_t *end = gpuc_json_text(string, text, size);
                assert_int_equal(end - string, size + escape_size + 1);
                assert_memory_equal(string, expected, size + escape_size + 1);
            }
    }
}

static void check_read_back(const uint8_t *text, size_t size, const uint8_t *string,
                            size_t string_size)
{
    json_error_t error;
    json_t *value = json_loadb((const char *)string, string_size,
                               JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (value == NULL)
        fail_msg("%s: %.*s", error.text, (int)string_size, (const char *)string);
    assert_true(json_is_string(value));
    assert_int_equal(json_string_length(value), size);
    assert_memory_equal(json_string_value(value), text, size);
    json_decref(value);
}

/* No byte behind the text is read, none behind the room is written. */
static void any_text_is_read_back(void **state)
{
    enum { N_TEXTS = 30000 };
    (void)state;
    struct test_random random = {7};
    struct test_guard input = test_guard_new(TRICKY_SIZE_MAX);
    struct test_guard output = test_guard_new(ROOM);
    for (size_t n = 0; n < N_TEXTS; n++) {
        uint8_t bytes[TRICKY_SIZE_MAX];
        size_t size = tricky_text(&random, bytes);
        for (size_t k = test_random_below(&random, 8); k > 0 && size > 0; k--) {
            size_t place = test_random_below(&random, size);
            if (bytes[place] < 0x80)
                bytes[place] = (uint8_t)test_random_below(&random, 0x80);
        }
        assert_int_equal(gpuc_utf8_valid_prefix(bytes, size), size);
        size_t room = GPUC_JSON_TEXT_GROWTH * size + GPUC_JSON_TEXT_EXTRA;
        const uint8_t *text = test_guard_copy(&input, bytes, size);
        uint8_t *string = test_guard_place(&output, room);
        const uint8_t *end = gpuc_json_text(string, text, size);
        assert_true((size_t)(end - string) <= room);
        check_read_back(text, size, string, (size_t)(end - string));
    }
    print_message("%d texts\n", N_TEXTS);
    test_guard_free(&input);
    test_guard_free(&output);
}

/* Where every byte takes as much room as one can. */
static void control_characters_fill_the_room(void **state)
{
    uint8_t text[TRICKY_SIZE_MAX] = {0};
    (void)state;
    struct test_guard output = test_guard_new(ROOM);
    uint8_t *string = test_guard_place(&output, ROOM);
    const uint8_t *end = gpuc_json_text(string, text, sizeof text);
    assert_int_equal(end - string, ROOM);
    check_read_back(text, sizeof text, string, ROOM);
    test_guard_free(&output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_is_escaped_as_it_must_be),
        cmocka_unit_test(any_text_is_read_back),
        cmocka_unit_test(control_characters_fill_the_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
