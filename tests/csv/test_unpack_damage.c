/* SPDX-License-Identifier: Apache-2.0 */
/* Packed sources that are cut off, damaged or go on with something else: errors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/packed_content.h"
#include "csv/packing.h"
#include "support/cmocka_all.h"

static void check_error(const struct packed *packed, const char *message)
{
    struct gpuc_error error = {.message = ""};
    char expected[700];
    size_t n;
    assert_int_equal(packed_read(packed, 4096, &n, &error), GPUC_EDATA);
    snprintf(expected, sizeof expected, "%s: %s",
             test_folder_file(&packed_folder, "in.csv"), message);
    assert_string_equal(error.message, expected);
}

static void test_something_behind(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        char message[200];
        struct packed packed = {0};
        packed_add(&packed, packing, packed_content, PACKED_SMALL);
        size_t size = packed.size;
        packed_append(&packed, "\na,b,c\n", 7);
        snprintf(message, sizeof message,
                 "the %s data is followed by something else, which begins with byte 0x0a",
                 packing_names[packing]);
        check_error(&packed, message);
        packed.size = size;
        /* The one format is no more than something else to the other. */
        packed_add(&packed, N_PACKINGS - 1 - packing, packed_content, PACKED_SMALL);
        snprintf(message, sizeof message,
                 "the %s data is followed by something else, which begins with byte %s",
                 packing_names[packing], packing == PACKING_GZIP ? "0x28" : "0x1f");
        check_error(&packed, message);
        free(packed.bytes);
    }
}

/* Padding is only zeros, and only gzip has it. */
static void test_padding_ends(void **state)
{
    (void)state;
    struct packed packed = {0};
    packed_add(&packed, PACKING_GZIP, packed_content, PACKED_SMALL);
    packed_append(&packed, "\0\0x", 3);
    check_error(&packed, "the gzip data is followed by something else, which begins with "
                         "byte 0x78");
    packed.size = 0;
    packed_add(&packed, PACKING_ZSTD, packed_content, PACKED_SMALL);
    packed_append(&packed, "\0", 1);
    check_error(&packed, "the zstd data is followed by something else, which begins with "
                         "byte 0x00");
    free(packed.bytes);
}

/* Cut at every byte, also within a second frame. */
static void test_truncated(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        char message[200];
        struct packed packed = {0};
        packed_add(&packed, packing, packed_content, PACKED_SMALL);
        size_t first_end = packed.size;
        packed_add(&packed, packing, packed_content, PACKED_SMALL);
        size_t end = packed.size;
        snprintf(message, sizeof message, "the %s data is truncated",
                 packing_names[packing]);
        /* So many bytes say what it is. */
        size_t least = packing == PACKING_GZIP ? 2 : 4;
        for (packed.size = least; packed.size < end; packed.size++)
            if (packed.size != first_end)
                check_error(&packed, message);
        packed.size = first_end;
        packed_check(&packed, PACKED_SMALL, 4096);
        /* Fewer are passed on as they are. */
        for (packed.size = 0; packed.size < least; packed.size++) {
            size_t n;
            assert_int_equal(packed_read(&packed, 100, &n, NULL), GPUC_OK);
            assert_int_equal(n, packed.size);
            assert_memory_equal(packed_got, packed.bytes, n);
        }
        free(packed.bytes);
    }
}

/*
 * Every byte changed in every bit. Both formats have checksums, so what comes is right or
 * an error; right where the byte means nothing, as gzip's time and system do.
 */
static void test_damaged(void **state)
{
    (void)state;
    for (int packing = 0; packing < N_PACKINGS; packing++) {
        size_t n_right = 0, n_wrong = 0;
        struct packed packed = {0};
        packed_add(&packed, packing, packed_content, PACKED_SMALL);
        /* Without its first bytes it is another format, or none. */
        for (size_t i = packing == PACKING_GZIP ? 2 : 4; i < packed.size; i++)
            for (int bit = 0; bit < 9; bit++) {
                struct gpuc_error error = {.message = ""};
                uint8_t change = (uint8_t)(bit < 8 ? 1 << bit : 0xff);
                size_t n;
                packed.bytes[i] ^= change;
                enum gpuc_status status = packed_read(&packed, 500, &n, &error);
                packed.bytes[i] ^= change;
                n_right += status == GPUC_OK;
                n_wrong += status != GPUC_OK;
                if (status == GPUC_OK) {
                    assert_int_equal(n, PACKED_SMALL);
                    assert_memory_equal(packed_got, packed_content, PACKED_SMALL);
                    continue;
                }
                assert_int_equal(status, GPUC_EDATA);
                assert_non_null(strstr(error.message, packing_names[packing]));
            }
        print_message("%s: %zu changes found, %zu without meaning\n",
                      packing_names[packing], n_wrong, n_right);
        assert_true(n_wrong > 10 * n_right);
        free(packed.bytes);
    }
}

static void test_damage_is_named(void **state)
{
    (void)state;
    struct packed packed = {0};
    packed_append(&packed, "\x1f\x8b\x07\0\0\0\0\0\0\0", 10);
    check_error(&packed, "the gzip data is damaged: unknown compression method");
    packed.size = 0;
    packed_add(&packed, PACKING_GZIP, packed_content, PACKED_SMALL);
    packed.bytes[packed.size - 8] ^= 1;
    check_error(&packed, "the gzip data is damaged: incorrect data check");
    packed.bytes[packed.size - 8] ^= 1;
    packed.bytes[packed.size - 4] ^= 1;
    check_error(&packed, "the gzip data is damaged: incorrect length check");
    packed.size = 0;
    packed_add(&packed, PACKING_ZSTD, packed_content, PACKED_SMALL);
    packed.bytes[packed.size - 1] ^= 1;
    check_error(&packed,
                "the zstd data is damaged: Restored data doesn't match checksum");
    free(packed.bytes);
}

static void test_windows(void **state)
{
    (void)state;
    struct packed packed = {0};
    packed_add_wide(&packed, 27, packed_content, PACKED_SMALL);
    packed_check(&packed, PACKED_SMALL, 100);
    packed.size = 0;
    packed_add_wide(&packed, 28, packed_content, PACKED_SMALL);
    check_error(&packed,
                "the zstd data is damaged: Frame requires too much memory for decoding");
    free(packed.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_something_behind), cmocka_unit_test(test_padding_ends),
        cmocka_unit_test(test_truncated),        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_damage_is_named),  cmocka_unit_test(test_windows),
    };
    return cmocka_run_group_tests(tests, packed_set_up, packed_tear_down);
}
