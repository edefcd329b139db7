/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The row function of the black box: the generator's published outputs, CPython's own
 * values, and an independent model of the whole, which has SHA from OpenSSL, keeps the
 * key in memory and runs the generator in full.
 */
#include "kernels/blackbox_row.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "put_utf8.h"
#include "seed_vectors.h"
#include "support/cmocka_all.h"
#include "support/random.h"

enum { TEXT_MAX = 20000, STATE_SIZE = 624 };

/* init_by_array() and the first n_outputs, as the generator's authors define them. */
static void model_outputs(const uint32_t *key, size_t key_size, uint32_t *outputs,
                          size_t n_outputs)
{
    uint32_t mt[STATE_SIZE];
    size_t i = 1, j = 0;
    mt[0] = 19650218;
    for (uint32_t k = 1; k < STATE_SIZE; k++)
        mt[k] = 1812433253u * (mt[k - 1] ^ mt[k - 1] >> 30) + k;
    for (size_t k = key_size > STATE_SIZE ? key_size : STATE_SIZE; k > 0; k--) {
        mt[i] = (mt[i] ^ (mt[i - 1] ^ mt[i - 1] >> 30) * 1664525u) + key[j] + (uint32_t)j;
        j = (j + 1) % key_size;
        if (++i == STATE_SIZE) {
            mt[0] = mt[STATE_SIZE - 1];
            i = 1;
        }
    }
    for (size_t k = STATE_SIZE - 1; k > 0; k--) {
        mt[i] = (mt[i] ^ (mt[i - 1] ^ mt[i - 1] >> 30) * 1566083941u) - (uint32_t)i;
        if (++i == STATE_SIZE) {
            mt[0] = mt[STATE_SIZE - 1];
            i = 1;
        }
    }
    mt[0] = 0x80000000;
    for (size_t k = 0; k < n_outputs; k++) {
        uint32_t y = (mt[k] & 0x80000000) | (mt[k + 1] & 0x7fffffff);
        mt[k] = mt[k + 397] ^ y >> 1 ^ (y % 2 != 0 ? 0x9908b0df : 0);
        y = mt[k];
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        outputs[k] = y ^ y >> 18;
    }
}

/* The fraction for a big-endian number of any size. */
static uint64_t model_fraction(const uint8_t *number, size_t size)
{
    static uint32_t key[TEXT_MAX / 4 + 20];
    uint32_t outputs[2];
    size_t key_size = 0;
    memset(key, 0, sizeof key);
    for (size_t i = 0; i < size; i++)
        key[i / 4] |= (uint32_t)number[size - 1 - i] << (8 * (i % 4));
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        if (key[i] != 0)
            key_size = i + 1;
    }
    model_outputs(key, key_size > 0 ? key_size : 1, outputs, 2);
    return (uint64_t)(outputs[0] >> 5) * 67108864 + (outputs[1] >> 6);
}

static uint64_t python3_fraction(const uint8_t *text, size_t size)
{
    static uint8_t number[TEXT_MAX + SHA512_DIGEST_LENGTH];
    memcpy(number, text, size);
    SHA512(text, size, number + size);
    return model_fraction(number, size + SHA512_DIGEST_LENGTH);
}

static uint64_t python2_fraction(const uint32_t *characters, size_t n_characters)
{
    uint8_t number[8];
    uint64_t hash = n_characters > 0 ? (uint64_t)characters[0] << 7 : 0;
    for (size_t i = 0; i < n_characters; i++)
        hash = (1000003 * hash) ^ characters[i];
    hash ^= n_characters;
    for (size_t i = 0; i < sizeof number; i++)
        number[i] = (uint8_t)(hash >> (56 - 8 * i));
    return model_fraction(number, sizeof number);
}

static uint64_t row_fraction(const uint8_t *text, size_t size, uint32_t seeding)
{
    uint32_t mt[STATE_SIZE];
    uint8_t digest[32];
    uint64_t fraction;
    gpuc_blackbox_row(text, (uint32_t)size, seeding, 0, mt, 1, &fraction, digest);
    return fraction;
}

/* The authors' example: its first outputs are in their mt19937ar.out. */
static void test_published_outputs(void **state)
{
    static const uint32_t expected[] = {1067595299, 955945823, 477289528, 4107218783,
                                        4228976476};
    struct gpuc_mt_key key = {.head = {0x123, 0x234, 0x345, 0x456}, .head_size = 4};
    uint32_t words[STATE_SIZE], outputs[5];
    struct gpuc_mt_state mt = {.words = words, .stride = 1};
    (void)state;
    gpuc_mt_seed(mt, &key);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(gpuc_mt_output(mt, i), expected[i]);
    model_outputs(key.head, key.head_size, outputs, 5);
    assert_memory_equal(outputs, expected, sizeof expected);
}

static void check_seed_state(const struct seed_vector *vector, uint32_t seeding,
                             const struct seed_state *expected)
{
    uint32_t words[STATE_SIZE];
    struct gpuc_mt_state mt = {.words = words, .stride = 1};
    struct gpuc_mt_key key = {0};
    gpuc_blackbox_key(vector->text, (uint32_t)vector->text_size, seeding, &key);
    gpuc_mt_seed(mt, &key);
    assert_int_equal(words[0], expected->words[0]);
    assert_int_equal(words[1], expected->words[1]);
    assert_int_equal(words[623], expected->words[2]);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(gpuc_mt_output(mt, i), expected->outputs[i]);

    uint64_t fraction = row_fraction(vector->text, vector->text_size, seeding);
    double uniform = (double)fraction / 9007199254740992.0;
    assert_memory_equal(&uniform, &expected->uniform, sizeof uniform);
}

static void test_seed_vectors(void **state)
{
    static struct seed_vector vectors[SEED_VECTORS_MAX];
    size_t n_vectors = seed_vectors_read(vectors);
    (void)state;
    assert_int_equal(n_vectors, 13);
    for (size_t i = 0; i < n_vectors; i++) {
        assert_int_equal(
            gpuc_python2_hash(vectors[i].text, (uint32_t)vectors[i].text_size),
            vectors[i].python2_hash);
        check_seed_state(&vectors[i], GPUC_SEED_PY2, &vectors[i].python2);
        check_seed_state(&vectors[i], GPUC_SEED_PY3, &vectors[i].python3);
    }
}

static void check_bytes(const uint8_t *text, size_t size)
{
    assert_int_equal(row_fraction(text, size, GPUC_SEED_PY3),
                     python3_fraction(text, size));
}

/* Keys below, at and above the size of the state, and texts that begin with NULs. */
static void test_sizes(void **state)
{
    static uint8_t text[TEXT_MAX];
    struct test_random random = {1};
    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)test_random_next(&random);
    for (size_t size = 0; size <= 300; size++)
        check_bytes(text, size);
    for (size_t size = 2420; size <= 2445; size++)
        check_bytes(text, size);
    for (size_t size = 4900; size <= TEXT_MAX; size += 1259)
        check_bytes(text, size);
    for (size_t n_nuls = 1; n_nuls <= 40; n_nuls++) {
        memset(text, 0, n_nuls);
        for (size_t size = n_nuls; size <= n_nuls + 12; size++)
            check_bytes(text, size);
        check_bytes(text, 2440);
    }
}

/* A character of one to four bytes, and never half of a surrogate pair. */
static uint32_t random_character(struct test_random *random)
{
    switch (test_random_below(random, 4)) {
    case 0:
        return (uint32_t)test_random_below(random, 0x80);
    case 1:
        return 0x80 + (uint32_t)test_random_below(random, 0x780);
    case 2:
        return 0xe000 + (uint32_t)test_random_below(random, 0x2000);
    default:
        return 0x10000 + (uint32_t)test_random_below(random, 0x100000);
    }
}

static void test_characters(void **state)
{
    struct test_random random = {2};
    (void)state;
    for (size_t n_characters = 0; n_characters < 200; n_characters++) {
        uint32_t characters[200] = {0};
        uint8_t text[200 * UTF8_MAX];
        size_t size = 0;
        for (size_t i = 0; i < n_characters; i++) {
            characters[i] = random_character(&random);
            size += put_utf8(text + size, characters[i]);
        }
        assert_int_equal(row_fraction(text, size, GPUC_SEED_PY2),
                         python2_fraction(characters, n_characters));
        check_bytes(text, size);
    }
}

/* A state spread out in memory gives the same, and touches no word of its neighbours. */
static void test_stride(void **state)
{
    enum { STRIDE = 5 };
    static uint32_t mt[STATE_SIZE * STRIDE];
    uint8_t digest[32], expected[32];
    uint64_t fraction;
    const uint8_t text[] = "some text";
    (void)state;
    memset(mt, 0xa5, sizeof mt);
    gpuc_blackbox_row(text, sizeof text, GPUC_SEED_PY3, 1, mt + 2, STRIDE, &fraction,
                      digest);
    assert_int_equal(fraction, python3_fraction(text, sizeof text));
    SHA256(text, sizeof text, expected);
    assert_memory_equal(digest, expected, sizeof expected);
    for (size_t i = 0; i < sizeof mt / sizeof *mt; i++) {
        if (i % STRIDE != 2)
            assert_int_equal(mt[i], 0xa5a5a5a5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_outputs),
        cmocka_unit_test(test_seed_vectors),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_stride),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
