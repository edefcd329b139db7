/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 against a second decoder, which goes by the value that the bits make and not by
 * ranges of bytes. Every text ends at a guard page.
 */
#include "csv/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

enum { LAST_CHAR = 0x10FFFF, TEXT_SIZE = 200 };

static struct test_guard guard;

static int open_guard(void **state)
{
    (void)state;
    guard = test_guard_new(4096);
    return 0;
}

static int close_guard(void **state)
{
    (void)state;
    test_guard_free(&guard);
    return 0;
}

/* Writes a number as UTF-8 of n bytes, right or not. */
static void put_char(uint8_t *to, uint32_t c, size_t n)
{
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; c >>= 6)
        to[i] = (uint8_t)(0x80 | (c & 0x3F));
    to[0] = (uint8_t)(leads[n] | c);
}

static size_t size_of_char(uint32_t c)
{
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

static bool is_char(uint32_t c)
{
    return c <= LAST_CHAR && (c < 0xD800 || c > 0xDFFF);
}

/* Reads what the bits say; the size of the sequence, 0 if it is none. */
static size_t decode(const uint8_t *bytes, size_t size, uint32_t *ret_c)
{
    uint8_t lead = bytes[0];
    size_t n = lead < 0x80             ? 1
               : (lead & 0xE0) == 0xC0 ? 2
               : (lead & 0xF0) == 0xE0 ? 3
               : (lead & 0xF8) == 0xF0 ? 4
                                       : 0;
    if (n == 0 || n > size)
        return 0;
    uint32_t c = n == 1 ? lead : lead & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (bytes[i] & 0x3Fu);
    }
    *ret_c = c;
    return is_char(c) && size_of_char(c) == n ? n : 0;
}

static size_t valid_prefix(const uint8_t *bytes, size_t size)
{
    size_t pos = 0;
    uint32_t c;
    for (size_t n = 1; pos < size && n > 0; pos += n)
        n = decode(bytes + pos, size - pos, &c);
    return pos;
}

/* Every character, whole and cut short, and every one written too long. */
static void test_every_char(void **state)
{
    (void)state;
    size_t n_chars = 0, n_overlong = 0;
    for (uint32_t c = 0; c <= LAST_CHAR + 0x1000; c++) {
        size_t size = size_of_char(c);
        uint8_t *bytes = test_guard_place(&guard, size);
        put_char(bytes, c, size);
        assert_int_equal(gpuc_utf8_valid_prefix(bytes, size), is_char(c) ? size : 0);
        for (size_t n = size + 1; n <= 4; n++, n_overlong++) {
            uint8_t *overlong = test_guard_place(&guard, n);
            put_char(overlong, c, n);
            assert_int_equal(gpuc_utf8_valid_prefix(overlong, n), 0);
        }
        if (!is_char(c))
            continue;
        n_chars++;
        bytes = test_guard_place(&guard, size);
        put_char(bytes, c, size);
        assert_int_equal(gpuc_utf8_count(bytes, size), 1);
        for (size_t cut = 1; cut < size; cut++)
            assert_int_equal(
                gpuc_utf8_valid_prefix(memmove(bytes + size - cut, bytes, cut), cut), 0);
    }
    assert_int_equal(n_chars, 0x110000 - 0x800);
    print_message("%zu characters, %zu overlong forms\n", n_chars, n_overlong);
}

/* Every pair of bytes, followed by bytes at the edges of what is allowed. */
static void test_every_lead(void **state)
{
    static const uint8_t edges[] = {0x00, 0x41, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F,
                                    0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF4, 0xFF};
    enum { N_EDGES = sizeof edges };
    (void)state;
    uint8_t *bytes = test_guard_place(&guard, 4);
    size_t n_texts = 0;
    for (uint32_t pair = 0; pair < 0x10000; pair++)
        for (size_t i = 0; i < N_EDGES * N_EDGES; i++) {
            bytes[0] = (uint8_t)(pair >> 8);
            bytes[1] = (uint8_t)pair;
            bytes[2] = edges[i / N_EDGES];
            bytes[3] = edges[i % N_EDGES];
            size_t valid = gpuc_utf8_valid_prefix(bytes, 4);
            if (valid != valid_prefix(bytes, 4))
                fail_msg("%02x %02x %02x %02x: %zu", bytes[0], bytes[1], bytes[2],
                         bytes[3], valid);
            n_texts++;
        }
    print_message("%zu texts of four bytes\n", n_texts);
}

/* One character at every place of an ASCII text of every size around the blocks. */
static void test_seams(void **state)
{
    static const uint32_t chars[] = {0x80,   0x7FF,   0x800,   0xD7FF,
                                     0xFFFF, 0x10000, 0x10FFFF};
    (void)state;
    size_t n_seams = 0;
    for (size_t i = 0; i < sizeof chars / sizeof chars[0]; i++)
        for (size_t place = 0; place <= 130; place++)
            for (size_t after = 0; after <= TEXT_SIZE - 130 - 4; after += 11) {
                size_t n = size_of_char(chars[i]);
                size_t size = place + n + after;
                uint8_t *bytes = test_guard_place(&guard, size);
                memset(bytes, 'a', size);
                put_char(bytes + place, chars[i], n);
                assert_int_equal(gpuc_utf8_valid_prefix(bytes, size), size);
                assert_int_equal(gpuc_utf8_count(bytes, size), size - n + 1);
                assert_int_equal(gpuc_utf8_prefix(bytes, size, place), place);
                assert_int_equal(gpuc_utf8_prefix(bytes, size, place + 1), place + n);
                /* Each byte of it broken in turn. */
                for (size_t k = 0; k < n; k++) {
                    uint8_t byte = bytes[place + k];
                    bytes[place + k] = 0xFF;
                    assert_int_equal(gpuc_utf8_valid_prefix(bytes, size), place);
                    bytes[place + k] = byte;
                }
                n_seams++;
            }
    print_message("%zu seams\n", n_seams);
}

/* Random texts of valid and broken characters. */
static void test_random_texts(void **state)
{
    enum { N_TEXTS = 200000 };
    static const uint32_t limits[] = {0x80, 0x80, 0x80, 0x800, 0x10000, LAST_CHAR + 1};
    (void)state;
    struct test_random random = {4};
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[TEXT_SIZE + 4];
        size_t wanted = test_random_below(&random, TEXT_SIZE);
        size_t n_limits = 3 + i % 4; /* many texts without the larger characters */
        size_t size = 0, n_chars = 0, ends[TEXT_SIZE + 5] = {0};
        while (size < wanted) {
            uint32_t c = (uint32_t)test_random_below(
                &random, limits[test_random_below(&random, n_limits)]);
            c = is_char(c) ? c : 'x';
            put_char(bytes + size, c, size_of_char(c));
            size += size_of_char(c);
            ends[++n_chars] = size;
        }
        uint8_t *text = test_guard_copy(&guard, bytes, size);
        assert_int_equal(gpuc_utf8_valid_prefix(text, size), size);
        assert_int_equal(gpuc_utf8_count(text, size), n_chars);
        size_t n = test_random_below(&random, n_chars + 3);
        size_t expected = n > n_chars ? size : ends[n];
        assert_int_equal(gpuc_utf8_prefix(text, size, n), expected);
        if (size == 0)
            continue;
        text[test_random_below(&random, size)] = (uint8_t)test_random_next(&random);
        size -= test_random_below(&random, 4) % size;
        text = test_guard_copy(&guard, memcpy(bytes, text, size), size);
        assert_int_equal(gpuc_utf8_valid_prefix(text, size), valid_prefix(text, size));
    }
    print_message("%d texts\n", N_TEXTS);
}

/* Texts that are long enough for the widest vectors, valid and broken at one place. */
static void test_long_texts(void **state)
{
    enum { SIZE = 20000, N_TEXTS = 60 };
    static const char *const disabled[] = {"", "avx512", "avx512,avx2"};
    static const uint32_t limits[] = {0x80, 0x80, 0x80, 0x800, 0x10000, LAST_CHAR + 1};
    (void)state;
    struct test_random random = {5};
    for (size_t i = 0; i < 3 * N_TEXTS; i++) {
        static uint8_t text[SIZE + 4];
        size_t size = 0, n_limits = 3 + i / 3 % 4;
        setenv("GPUCLASSIFY_DISABLE", disabled[i % 3], 1);
        while (size < SIZE) {
            uint32_t c = (uint32_t)test_random_below(
                &random, limits[test_random_below(&random, n_limits)]);
            c = is_char(c) ? c : 'x';
            put_char(text + size, c, size_of_char(c));
            size += size_of_char(c);
        }
        assert_int_equal(gpuc_utf8_valid_prefix(text, size), size);
        size_t cut = size - test_random_below(&random, 70);
        assert_int_equal(gpuc_utf8_valid_prefix(text, cut), valid_prefix(text, cut));
        text[test_random_below(&random, size)] = (uint8_t)test_random_next(&random);
        assert_int_equal(gpuc_utf8_valid_prefix(text, size), valid_prefix(text, size));
    }
    unsetenv("GPUCLASSIFY_DISABLE");
    print_message("%d texts\n", 3 * N_TEXTS);
}

/* What str.isspace() of Python 3.11 says yes to. */
static const uint32_t spaces[] = {
    0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x1C,   0x1D,   0x1E,   0x1F,   0x20,
    0x85,   0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
    0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
enum { N_SPACES = sizeof spaces / sizeof spaces[0] };

static void test_spaces(void **state)
{
    (void)state;
    size_t n_spaces = 0;
    for (uint32_t c = 0; c <= LAST_CHAR; c++) {
        if (!is_char(c))
            continue;
        bool expected = n_spaces < N_SPACES && spaces[n_spaces] == c;
        uint8_t *bytes = test_guard_place(&guard, size_of_char(c));
        put_char(bytes, c, size_of_char(c));
        assert_int_equal(gpuc_utf8_is_space(bytes, size_of_char(c)), expected);
        n_spaces += expected;
    }
    assert_int_equal(n_spaces, N_SPACES);

    /* All of them in a row, and then with one letter among them. */
    uint8_t bytes[4 * N_SPACES];
    size_t size = 0;
    for (size_t i = 0; i < N_SPACES; i++) {
        put_char(bytes + size, spaces[i], size_of_char(spaces[i]));
        size += size_of_char(spaces[i]);
    }
    assert_true(gpuc_utf8_is_space(test_guard_copy(&guard, bytes, size), size));
    assert_true(gpuc_utf8_is_space(bytes, 0));
    for (size_t i = 0; i < 5; i++) {
        bytes[i] = 'x';
        assert_false(gpuc_utf8_is_space(bytes, size));
        bytes[i] = ' ';
    }
    bytes[size++] = 'x';
    assert_false(gpuc_utf8_is_space(test_guard_copy(&guard, bytes, size), size));
    print_message("%d white space characters\n", N_SPACES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_char), cmocka_unit_test(test_every_lead),
        cmocka_unit_test(test_seams),      cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_long_texts), cmocka_unit_test(test_spaces),
    };
    return cmocka_run_group_tests(tests, open_guard, close_guard);
}
