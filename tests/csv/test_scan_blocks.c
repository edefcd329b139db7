/* SPDX-License-Identifier: Apache-2.0 */
/* Every scanner that this CPU has against the portable one, in everything it finds. */
#include <stdlib.h>
#include <string.h>

#include "csv/scanning.h"
#include "support/cmocka_all.h"
#include "support/guard.h"

enum { N_SCANNERS_MAX = 8, N_TEXTS = 900 };

/* All that run here, but the portable one. */
static const struct gpuc_scanner *scanners[N_SCANNERS_MAX];
static size_t n_scanners;

static int find_scanners(void **state)
{
    (void)state;
    for (size_t i = 0; gpuc_scanner_at(i) != NULL; i++) {
        const struct gpuc_scanner *scanner = gpuc_scanner_at(i);
        if (scanner->usable != NULL && scanner->usable())
            scanners[n_scanners++] = scanner;
        else if (scanner->usable != NULL)
            print_message("%s: skipped, not usable here\n", scanner->name);
        assert_true(n_scanners < N_SCANNERS_MAX);
    }
    return 0;
}

static void check_all(const struct scanning_text *text, size_t cut,
                      const struct scanned *expected)
{
    for (size_t i = 0; i < n_scanners; i++)
        scanning_check(text, scanners[i], cut, expected);
}

/* A state in which a text can begin, and bytes that lead to it. */
static const struct {
    struct gpuc_scan_state state;
    const char *first, *last; /* bytes with others between them */
} starts[] = {
    {{GPUC_SCAN_START, false, false}, "", "\n"},
    {{GPUC_SCAN_START, false, true}, "", "\r"},
    {{GPUC_SCAN_START, true, false}, "", ","},
    {{GPUC_SCAN_UNQUOTED, true, false}, "", ""},
    {{GPUC_SCAN_QUOTED, true, false}, "\"", ""},
    {{GPUC_SCAN_QUOTED, true, true}, "\"", "\r"},
    {{GPUC_SCAN_AFTER_QUOTE, true, false}, "\"", "\""},
};
enum { N_STARTS = sizeof starts / sizeof *starts };

/* Two blocks: bytes that lead to a state, a short text, and quoted and other fields. */
static void check_short(const uint8_t *letters, size_t n_letters, size_t pos,
                        size_t start)
{
    static const char behind[] = "y,\"z\"\r\n\"\"\n,";
    static struct scanned expected;
    uint8_t bytes[128];
    const struct scanning_text text = {&scanning_dialects[0],
                                       {bytes, 0, sizeof bytes},
                                       starts[pos == 0 ? start : 0].state};
    memset(bytes, 'x', pos);
    if (pos > 0) {
        const size_t n_last = strlen(starts[start].last);
        memcpy(bytes, starts[start].first, strlen(starts[start].first));
        memcpy(bytes + pos - n_last, starts[start].last, n_last);
    }
    memcpy(bytes + pos, letters, n_letters);
    for (size_t i = pos + n_letters; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)behind[i % (sizeof behind - 1)];
    scanning_run(&text, &gpuc_scanner_portable, 0, &expected);
    check_all(&text, 0, &expected);
}

/* All texts of up to six bytes that matter, at seams of blocks, in every state. */
static void test_all_short_texts(void **state)
{
    static const uint8_t letters[] = {'a', ',', '"', '\r', '\n'};
    static const size_t places[] = {0, 60, 61, 62, 63, 64, 65, 66};
    enum { N_LETTERS = sizeof letters, N_PLACES = sizeof places / sizeof *places };
    (void)state;
    size_t n_checked = 0;
    for (size_t size = 0, n_texts = 1; size <= 6; size++, n_texts *= N_LETTERS)
        for (size_t t = 0; t < n_texts; t++) {
            uint8_t text[6];
            for (size_t i = 0, rest = t; i < size; i++, rest /= N_LETTERS)
                text[i] = letters[rest % N_LETTERS];
            for (size_t k = 0; k < N_PLACES * N_STARTS; k++, n_checked++)
                check_short(text, size, places[k / N_STARTS], k % N_STARTS);
        }
    print_message("%zu texts, %zu scanners\n", n_checked, n_scanners);
}

/* Random texts in every dialect, whole and cut at every byte, before a guard page. */
static void test_random_texts(void **state)
{
    static struct scanned expected;
    struct test_guard guard = test_guard_new(SCANNING_SIZE_MAX + 64);
    struct test_random random = {13};
    (void)state;
    size_t n_cuts = 0;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[SCANNING_SIZE_MAX + 64];
        const struct gpuc_dialect *dialect = &scanning_dialects[i % N_SCANNING_DIALECTS];
        const size_t size = scanning_random(&random, dialect, bytes);
        /* What may be read behind a text must not matter. */
        memset(bytes + size, i % 2 == 0 ? dialect->quote : '\n', 64);
        const uint8_t *copy = test_guard_copy(&guard, bytes, size + 64);
        const struct scanning_text text = {dialect, {copy, 0, size}, {0}};
        scanning_run(&text, &gpuc_scanner_portable, 0, &expected);
        for (size_t cut = 0; cut < size; cut++, n_cuts++) {
            scanning_check(&text, &gpuc_scanner_portable, cut, &expected);
            check_all(&text, cut, &expected);
        }
    }
    print_message("%d texts, %zu cuts\n", N_TEXTS, n_cuts);
    test_guard_free(&guard);
}

/* Texts that begin anywhere in memory, and whose positions do not begin with 0. */
static void test_alignments(void **state)
{
    static struct scanned expected;
    struct test_random random = {14};
    (void)state;
    for (size_t i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[SCANNING_SIZE_MAX];
        _Alignas(64) uint8_t memory[64 + SCANNING_SIZE_MAX + 64];
        const struct gpuc_dialect *dialect = &scanning_dialects[i % N_SCANNING_DIALECTS];
        const size_t size = scanning_random(&random, dialect, bytes);
        const size_t begin = i % 64;
        memset(memory, 0xFF, sizeof memory); /* what is around a text must not matter */
        memcpy(memory + begin, bytes, size);
        const struct scanning_text text = {dialect, {memory, begin, begin + size}, {0}};
        scanning_run(&text, &gpuc_scanner_portable, 0, &expected);
        check_all(&text, 0, &expected);
        for (size_t k = 0; k < 4 && size > 0; k++)
            check_all(&text, test_random_below(&random, size), &expected);
    }
}

/* An index is added to, not begun anew. */
static void test_appends(void **state)
{
    static const struct gpuc_dialect dialect = GPUC_DIALECT_PANDAS;
    (void)state;
    for (size_t i = 0; i < n_scanners; i++) {
        static struct scanned scanned;
        uint8_t bytes[256];
        struct gpuc_scan_text text = {bytes, 0, 128};
        scanned_reset(&scanned, 256);
        memset(bytes, 'a', sizeof bytes);
        memcpy(bytes, "\"b\"c,\n\xC3\xA4", 8);
        for (size_t k = 0; k < 2; k++) {
            scanners[i]->scan(&dialect, &text, &scanned.state, &scanned.index);
            assert_true(scanned.index.any_quote && scanned.index.any_odd_quote &&
                        scanned.index.any_high);
            bytes[200] = '\n';
            text = (struct gpuc_scan_text){bytes, 128, 256};
        }
        assert_int_equal(scanned.index.n_lines, 2);
        assert_int_equal(scanned.index.n_ends, 3);
        assert_int_equal(scanned.index.ends[2], 200);
        assert_int_equal(scanned.index.n_records, 2);
        assert_int_equal(scanned.index.record_ends[0], 2);
        assert_int_equal(scanned.index.record_ends[1], 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_short_texts),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_alignments),
        cmocka_unit_test(test_appends),
    };
    return cmocka_run_group_tests(tests, find_scanners, NULL);
}
