/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text_map.h"

#include <stdio.h>

#include "support/cmocka_all.h"
#include "support/random.h"

/* Counts one use of a key. */
static uint64_t use(struct gpuc_text_map *map, const void *key, size_t size)
{
    struct gpuc_text_count *entry = NULL;
    assert_int_equal(gpuc_text_map_get(map, key, size, &entry, NULL), GPUC_OK);
    assert_non_null(entry);
    return entry->count++;
}

static size_t number_key(char key[32], size_t number)
{
    return (size_t)snprintf(key, 32, "key %zu", number);
}

/* Keys that are used at random, counted in an array too. */
static void test_counts(void **state)
{
    enum { N_KEYS = 20000, N_USES = 300000 };
    (void)state;
    static uint64_t counts[N_KEYS];
    struct gpuc_text_map map = {0};
    struct test_random random = {2};
    char key[32];
    for (size_t i = 0; i < N_USES; i++) {
        size_t number = test_random_below(&random, N_KEYS);
        assert_int_equal(use(&map, key, number_key(key, number)), counts[number]);
        counts[number]++;
    }
    size_t n_used = 0;
    for (size_t number = 0; number < N_KEYS; number++)
        n_used += counts[number] > 0;
    assert_int_equal(map.n_used, n_used);
    assert_true(map.n_used * 2 <= map.n_places);
    print_message("%d uses of %zu keys\n", N_USES, n_used);
    gpuc_text_map_done(&map);
}

/* Keys are whole texts: NUL is a byte like others, and a part is another key. */
static void test_odd_keys(void **state)
{
    static const struct {
        const char *text;
        size_t size;
    } keys[] = {{"", 0},     {"\0", 1},       {"\0\0", 2}, {"a", 1},
                {"a\0", 2},  {"a\0b", 3},     {"ab", 2},   {"A", 1},
                {"\xC3", 1}, {"\xC3\xA4", 2}, {" a", 2},   {"a ", 2}};
    enum { N_KEYS = sizeof keys / sizeof keys[0] };
    (void)state;
    struct gpuc_text_map map = {0};
    for (uint64_t round = 0; round < 3; round++)
        for (size_t i = 0; i < N_KEYS; i++)
            assert_int_equal(use(&map, keys[i].text, keys[i].size), round);
    assert_int_equal(map.n_used, N_KEYS);
    gpuc_text_map_done(&map);
    gpuc_text_map_done(&map);
}

/* The map copies its keys. */
static void test_keys_are_copied(void **state)
{
    (void)state;
    struct gpuc_text_map map = {0};
    char key[] = "first";
    assert_int_equal(use(&map, key, 5), 0);
    memcpy(key, "other", 5);
    assert_int_equal(use(&map, key, 5), 0);
    assert_int_equal(use(&map, "first", 5), 1);
    gpuc_text_map_done(&map);
}

/* What is there is found as it was counted, and looking adds nothing. */
static void test_find(void **state)
{
    enum { N_KEYS = 1000 };
    (void)state;
    struct gpuc_text_map map = {0};
    char key[32];
    assert_null(gpuc_text_map_find(&map, (const uint8_t *)"", 0));
    assert_null(gpuc_text_map_find(&map, (const uint8_t *)"a", 1));
    for (size_t i = 0; i < N_KEYS; i += 2)
        for (size_t k = 0; k <= i; k += N_KEYS / 4)
            use(&map, key, number_key(key, i));
    for (size_t i = 0; i < N_KEYS; i++) {
        const struct gpuc_text_count *entry =
            gpuc_text_map_find(&map, (const uint8_t *)key, number_key(key, i));
        assert_int_equal(entry != NULL, i % 2 == 0);
        assert_true(entry == NULL || entry->count == i / (N_KEYS / 4) + 1);
    }
    assert_null(gpuc_text_map_find(&map, (const uint8_t *)"key 1", 4));
    assert_null(gpuc_text_map_find(&map, (const uint8_t *)"", 0));
    assert_int_equal(use(&map, "", 0), 0);
    assert_non_null(gpuc_text_map_find(&map, (const uint8_t *)"", 0));
    assert_int_equal(map.n_used, N_KEYS / 2 + 1);
    gpuc_text_map_done(&map);
}

/* A request that fails leaves the map as it was, wherever it fails. */
static void test_failures(void **state)
{
    enum { N_KEYS = 1000 };
    (void)state;
    size_t n_failures = 0;
    for (long n_before = 0; n_before < 30; n_before++) {
        struct gpuc_text_map map = {0};
        struct gpuc_error error;
        size_t n_added = 0;
        gpuc_memory_fail_after(n_before, false);
        for (size_t i = 0; i < N_KEYS; i++) {
            struct gpuc_text_count *entry;
            char key[32];
            enum gpuc_status status = gpuc_text_map_get(
                &map, (const uint8_t *)key, number_key(key, i), &entry, &error);
            assert_true(status == GPUC_OK || status == GPUC_ENOMEM);
            n_failures += status != GPUC_OK;
            if (status == GPUC_OK)
                entry->count = i + 1;
            n_added += status == GPUC_OK;
        }
        gpuc_memory_fail_after(-1, false);
        assert_int_equal(map.n_used, n_added);
        for (size_t i = 0; i < N_KEYS; i++) {
            char key[32];
            uint64_t count = use(&map, key, number_key(key, i));
            assert_true(count == i + 1 || (count == 0 && n_added < N_KEYS));
        }
        gpuc_text_map_done(&map);
    }
    assert_true(n_failures > 5);
    print_message("%zu requests failed\n", n_failures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),          cmocka_unit_test(test_odd_keys),
        cmocka_unit_test(test_keys_are_copied), cmocka_unit_test(test_find),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
