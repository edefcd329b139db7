/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/scan.h"

#include <string.h>

#include "base/memory.h"
#include "cpu/cpu_features.h"
#include "csv/scan_kernels.h"
#include "disabled.h"

/* Bytes that are scanned before room is made again: an index seldom has an end for each
 * byte, so it need not have room for that. */
enum { PIECE_SIZE = 1 << 14 };

#ifdef GPUC_HAVE_SIMD

static bool can_use_sse42(void)
{
    return gpuc_isa_usable(GPUC_ISA_SSE42, "sse42");
}

static bool can_use_avx2(void)
{
    return gpuc_isa_usable(GPUC_ISA_AVX2, "avx2") && gpuc_cpu_has_pclmul();
}

static bool can_use_avx512(void)
{
    return gpuc_isa_usable(GPUC_ISA_AVX512, "avx512") && gpuc_cpu_has_pclmul();
}

static bool can_use_avx512vbmi2(void)
{
    return can_use_avx512() && gpuc_cpu_has_vbmi2() && !gpuc_disabled("vbmi");
}

static const struct gpuc_scanner scanner_sse42 = {
    .name = "sse42",
    .summary = "64 bytes at a time, SSE4.2",
    .scan = gpuc_scan_sse42,
    .usable = can_use_sse42,
};

static const struct gpuc_scanner scanner_avx2 = {
    .name = "avx2",
    .summary = "64 bytes at a time, AVX2",
    .scan = gpuc_scan_avx2,
    .usable = can_use_avx2,
};

static const struct gpuc_scanner scanner_avx512 = {
    .name = "avx512",
    .summary = "64 bytes at a time, AVX-512",
    .scan = gpuc_scan_avx512,
    .usable = can_use_avx512,
};

static const struct gpuc_scanner scanner_avx512vbmi2 = {
    .name = "avx512vbmi2",
    .summary = "64 bytes at a time, AVX-512 with VBMI2",
    .scan = gpuc_scan_avx512vbmi2,
    .usable = can_use_avx512vbmi2,
};

#endif

static const struct gpuc_scanner *const scanners[] = {
#ifdef GPUC_HAVE_SIMD
    &scanner_avx512vbmi2,   &scanner_avx512, &scanner_avx2, &scanner_sse42,
#endif
    &gpuc_scanner_portable,
};

const struct gpuc_scanner *gpuc_scanner_at(size_t i)
{
    return i < sizeof scanners / sizeof *scanners ? scanners[i] : NULL;
}

const struct gpuc_scanner *gpuc_scanner_find(const char *name)
{
    bool any = name == NULL || strcmp(name, "native") == 0;
    for (size_t i = 0; i < sizeof scanners / sizeof *scanners; i++) {
        const struct gpuc_scanner *scanner = scanners[i];
        if ((any || strcmp(scanner->name, name) == 0) &&
            (scanner->usable == NULL || scanner->usable()))
            return scanner;
    }
    return NULL;
}

void gpuc_index_reset(struct gpuc_index *index)
{
    *index = (struct gpuc_index){.ends = index->ends,
                                 .ends_capacity = index->ends_capacity,
                                 .record_ends = index->record_ends,
                                 .records_capacity = index->records_capacity};
}

void gpuc_index_done(struct gpuc_index *index)
{
    gpuc_free(index->ends);
    gpuc_free(index->record_ends);
    *index = (struct gpuc_index){0};
}

static enum gpuc_status grow(uint32_t **positions, size_t *capacity, size_t n_wanted,
                             struct gpuc_error *error)
{
    void *block = *positions;
    enum gpuc_status status = gpuc_grow(&block, capacity, n_wanted, sizeof **positions,
                                        "the index of fields", error);
    *positions = block;
    return status;
}

enum gpuc_status gpuc_index_reserve(struct gpuc_index *index, size_t n_ends,
                                    size_t n_records, struct gpuc_error *error)
{
    enum gpuc_status status =
        grow(&index->ends, &index->ends_capacity, index->n_ends + n_ends, error);
    if (status != GPUC_OK)
        return status;
    return grow(&index->record_ends, &index->records_capacity,
                index->n_records + n_records, error);
}

enum gpuc_status gpuc_scan(const struct gpuc_scanner *scanner,
                           const struct gpuc_dialect *dialect,
                           const struct gpuc_scan_text *text,
                           struct gpuc_scan_state *state, struct gpuc_index *index,
                           struct gpuc_error *error)
{
    struct gpuc_scan_text piece = *text;
    while (piece.begin < text->end) {
        size_t left = text->end - piece.begin;
        size_t size = left < PIECE_SIZE ? left : PIECE_SIZE;
        enum gpuc_status status = gpuc_index_reserve(index, size + 8, size + 8, error);
        if (status != GPUC_OK)
            return status;
        piece.end = piece.begin + size;
        scanner->scan(dialect, &piece, state, index);
        piece.begin = piece.end;
    }
    return GPUC_OK;
}
