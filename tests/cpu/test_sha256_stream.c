/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 in pieces: NIST's examples, and the one-piece digest for every cut. By the
 * CPU's instructions where it has them, and without. */
#include "cpu/sha256_stream.h"

#include <stdio.h>
#include <stdlib.h>

#include "kernels/sha256_row.h"
#include "support/cmocka_all.h"

static void check_digest(const char *text, size_t n_times, const char *expected)
{
    struct gpuc_sha256 sha256;
    char hex[GPUC_SHA256_HEX_SIZE];
    gpuc_sha256_init(&sha256);
    for (size_t i = 0; i < n_times; i++)
        gpuc_sha256_update(&sha256, text, strlen(text));
    gpuc_sha256_finish(&sha256, hex);
    assert_string_equal(hex, expected);
}

/* FIPS 180-2, appendix B, and the empty message of NIST's SHA test vectors. */
static void gives_what_nist_gives(void **state)
{
    (void)state;
    check_digest("", 1,
                 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_digest("abc", 1,
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_digest("aaaaaaaaaa", 100000,
                 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Sizes around one and two blocks, cut in two at every place. */
static void cuts_do_not_matter(void **state)
{
    uint8_t bytes[140];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(7 * i + 1);
    for (size_t size = 1; size <= sizeof bytes; size++) {
        uint32_t words[8];
        char expected[GPUC_SHA256_HEX_SIZE];
        gpuc_sha256_repeated(bytes, (uint32_t)size, 1, words);
        for (size_t i = 0; i < 8; i++)
            snprintf(expected + 8 * i, 9, "%08x", (unsigned)words[i]);
        for (size_t cut = 0; cut <= size; cut++) {
            struct gpuc_sha256 sha256;
            char hex[GPUC_SHA256_HEX_SIZE];
            gpuc_sha256_init(&sha256);
            gpuc_sha256_update(&sha256, bytes, cut);
            gpuc_sha256_update(&sha256, bytes + cut, size - cut);
            gpuc_sha256_finish(&sha256, hex);
            assert_string_equal(hex, expected);
        }
    }
}

static int disable(void **state)
{
    (void)state;
    return setenv("GPUCLASSIFY_DISABLE", "sha", 1);
}

static int enable(void **state)
{
    (void)state;
    return unsetenv("GPUCLASSIFY_DISABLE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_what_nist_gives),
        cmocka_unit_test(cuts_do_not_matter),
        cmocka_unit_test_setup_teardown(gives_what_nist_gives, disable, enable),
        cmocka_unit_test_setup_teardown(cuts_do_not_matter, disable, enable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
