/* SPDX-License-Identifier: Apache-2.0 */
/* The row functions of SHA-256 and SHA-512: NIST's examples, and every size by OpenSSL.
 */
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/sha256_row.h"
#include "kernels/sha512_row.h"
#include "support/cmocka_all.h"
#include "support/random.h"

struct example {
    const char *text;
    uint32_t count;
    const char *digest;
};

static void assert_digest(const uint8_t *digest, size_t size, const char *expected)
{
    char text[129] = "";
    for (size_t i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(text, expected);
}

static void sha256(const void *text, size_t size, uint32_t count, uint8_t digest[32])
{
    uint32_t words[8];
    gpuc_sha256_repeated(text, (uint32_t)size, count, words);
    for (size_t i = 0; i < 32; i++)
        digest[i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
}

static void sha512(const void *text, size_t size, uint8_t digest[64])
{
    uint64_t words[8];
    gpuc_sha512_text(text, (uint32_t)size, words);
    for (size_t i = 0; i < 64; i++)
        digest[i] = (uint8_t)(words[i / 8] >> (56 - 8 * (i % 8)));
}

/* FIPS 180-4's examples, as NIST publishes them; the last is the text "a", a million
 * times. */
static void test_sha256_examples(void **state)
{
    static const struct example examples[] = {
        {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"a", 1000000,
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        uint8_t digest[32];
        sha256(examples[i].text, strlen(examples[i].text), examples[i].count, digest);
        assert_digest(digest, sizeof digest, examples[i].digest);
    }
}

static void test_sha512_examples(void **state)
{
    static const struct example examples[] = {
        {"", 1,
         "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
         "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
        {"abc", 1,
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
         "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
         1,
         "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
         "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        uint8_t digest[64];
        sha512(examples[i].text, strlen(examples[i].text), digest);
        assert_digest(digest, sizeof digest, examples[i].digest);
    }
}

static void fill(uint8_t *bytes, size_t size)
{
    struct test_random random = {1};
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)test_random_next(&random);
}

static void test_sha256_sizes(void **state)
{
    enum { SIZE_MAX_TRIED = 300, COUNT_MAX = 10 };
    static const uint32_t counts[] = {0, 1, 2, COUNT_MAX};
    uint8_t text[SIZE_MAX_TRIED];
    uint8_t message[SIZE_MAX_TRIED * COUNT_MAX];
    (void)state;
    fill(text, sizeof text);
    for (size_t size = 0; size <= SIZE_MAX_TRIED; size++) {
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            uint8_t digest[32], expected[32];
            for (uint32_t k = 0; k < counts[i]; k++)
                memcpy(message + k * size, text, size);
            SHA256(message, size * counts[i], expected);
            sha256(text, size, counts[i], digest);
            assert_memory_equal(digest, expected, sizeof expected);
        }
    }
}

static void test_sha512_sizes(void **state)
{
    uint8_t text[300];
    (void)state;
    fill(text, sizeof text);
    for (size_t size = 0; size <= sizeof text; size++) {
        uint8_t digest[64], expected[64];
        SHA512(text, size, expected);
        sha512(text, size, digest);
        assert_memory_equal(digest, expected, sizeof expected);
    }
}

/* The size in bits takes more than 32 bits from 512 MiB on. */
static void test_sha256_long_message(void **state)
{
    enum { SIZE = 1 << 20, COUNT = 513 };
    uint8_t *text = malloc(SIZE);
    uint8_t digest[32], expected[32];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    (void)state;
    assert_true(text != NULL && context != NULL);
    fill(text, SIZE);
    assert_int_equal(EVP_DigestInit_ex(context, EVP_sha256(), NULL), 1);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(EVP_DigestUpdate(context, text, SIZE), 1);
    assert_int_equal(EVP_DigestFinal_ex(context, expected, NULL), 1);
    EVP_MD_CTX_free(context);
    sha256(text, SIZE, COUNT, digest);
    assert_memory_equal(digest, expected, sizeof expected);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_examples),
        cmocka_unit_test(test_sha512_examples),
        cmocka_unit_test(test_sha256_sizes),
        cmocka_unit_test(test_sha512_sizes),
        cmocka_unit_test(test_sha256_long_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
