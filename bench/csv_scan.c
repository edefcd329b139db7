/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast each scanner that can run here finds where fields and records end, on one
 * thread, beside a copy of the same bytes. What is found must be what the portable
 * scanner finds, in every number.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cpu/cpu_features.h"
#include "csv.h"
#include "csv/scan.h"
#include "csv_text.h"

/* As much as a batch of rows, so that what is found stays in the cache. */
enum { N_RUNS = 15, PIECE_SIZE = 1 << 20, N_FLOAT_ROWS = 200000, N_STRING_ROWS = 140000 };

struct found {
    uint64_t n_fields;
    uint64_t checksum;
};

static uint64_t add_to_sum(uint64_t sum, uint64_t value)
{
    sum = (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return sum ^ sum >> 32;
}

static uint64_t sum_of(const struct gpuc_index *index,
                       const struct gpuc_scan_state *state, uint64_t sum)
{
    for (size_t i = 0; i < index->n_ends; i++)
        sum = add_to_sum(sum, index->ends[i]);
    for (size_t i = 0; i < index->n_records; i++)
        sum = add_to_sum(sum, index->record_ends[i]);
    sum = add_to_sum(sum, index->n_lines);
    return add_to_sum(
        sum, (uint64_t)index->any_quote | (uint64_t)index->any_high << 1 |
                 (uint64_t)index->any_odd_quote << 2 | (uint64_t)state->place << 3 |
                 (uint64_t)state->in_record << 8 | (uint64_t)state->after_cr << 9);
}

/* Scans piece after piece; with `ret_found` it also adds up what is found. */
static enum gpuc_status scan_all(const struct gpuc_scanner *scanner,
                                 const struct gpuc_bytes *text, struct gpuc_index *index,
                                 struct found *ret_found, struct gpuc_error *error)
{
    static const struct gpuc_dialect dialect = GPUC_DIALECT_PANDAS;
    struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
    struct found found = {0};
    for (size_t pos = 0; pos < text->size; pos += PIECE_SIZE) {
        const size_t left = text->size - pos;
        const struct gpuc_scan_text piece = {text->data + pos, 0,
                                             left < PIECE_SIZE ? left : PIECE_SIZE};
        gpuc_index_reset(index);
        enum gpuc_status status =
            gpuc_scan(scanner, &dialect, &piece, &state, index, error);
        if (status != GPUC_OK)
            return status;
        if (ret_found != NULL) {
            found.n_fields += index->n_ends;
            found.checksum = sum_of(index, &state, found.checksum);
        }
    }
    if (ret_found != NULL)
        *ret_found = found;
    return GPUC_OK;
}

/* The fastest of N_RUNS, which is the one that other programs disturbed least. */
static enum gpuc_status time_scanner(const struct gpuc_scanner *scanner,
                                     const struct gpuc_bytes *text,
                                     struct gpuc_index *index, double *ret_seconds,
                                     struct gpuc_error *error)
{
    *ret_seconds = HUGE_VAL;
    for (int run = 0; run < N_RUNS; run++) {
        const double start = gpuc_clock_seconds();
        enum gpuc_status status = scan_all(scanner, text, index, NULL, error);
        if (status != GPUC_OK)
            return status;
        *ret_seconds = fmin(*ret_seconds, gpuc_clock_seconds() - start);
    }
    return GPUC_OK;
}

static enum gpuc_status print_copy(const char *cpu, const char *data,
                                   const struct gpuc_bytes *text,
                                   struct gpuc_error *error)
{
    uint8_t *copy = gpuc_alloc(text->size, 1);
    if (copy == NULL)
        return gpuc_fail_memory(error, text->size, "a copy of the text");
    double seconds = HUGE_VAL;
    for (int run = 0; run < N_RUNS; run++) {
        const double start = gpuc_clock_seconds();
        memcpy(copy, text->data, text->size);
        seconds = fmin(seconds, gpuc_clock_seconds() - start);
    }
    const bool is_same = memcmp(copy, text->data, text->size) == 0;
    gpuc_free(copy);
    if (!is_same)
        return gpuc_fail(error, GPUC_EDEVICE, "memcpy did not copy");
    printf("\"%s\",%s,memcpy,%zu,%.2f,,\n", cpu, data, text->size,
           1e-9 * (double)text->size / seconds);
    return GPUC_OK;
}

static enum gpuc_status bench(const char *data, const struct gpuc_bytes *text,
                              struct gpuc_error *error)
{
    char cpu[64];
    struct gpuc_index index = {0};
    struct found expected;
    enum gpuc_status status = GPUC_OK;

    gpuc_cpu_name(cpu, sizeof cpu);
    GPUC_TRY(print_copy(cpu, data, text, error));
    GPUC_TRY(scan_all(&gpuc_scanner_portable, text, &index, &expected, error));
    for (size_t i = 0; gpuc_scanner_at(i) != NULL; i++) {
        const struct gpuc_scanner *scanner = gpuc_scanner_at(i);
        struct found found;
        double seconds;
        if (scanner->usable != NULL && !scanner->usable())
            continue;
        GPUC_TRY(scan_all(scanner, text, &index, &found, error));
        if (found.checksum != expected.checksum || found.n_fields != expected.n_fields) {
            status =
                gpuc_fail(error, GPUC_EDEVICE, "%s: %s does not find what portable finds",
                          data, scanner->name);
            goto out;
        }
        GPUC_TRY(time_scanner(scanner, text, &index, &seconds, error));
        printf("\"%s\",%s,%s,%zu,%.2f,%.0f,%016" PRIx64 "\n", cpu, data, scanner->name,
               text->size, 1e-9 * (double)text->size / seconds,
               1e-6 * (double)found.n_fields / seconds, found.checksum);
    }
out:
    gpuc_index_done(&index);
    return status;
}

static enum gpuc_status run(int n_arguments, char **arguments, struct gpuc_error *error)
{
    struct gpuc_bytes text = {0};
    enum gpuc_status status = GPUC_OK;

    if (n_arguments != 1)
        return gpuc_fail(error, GPUC_EUSAGE, "scan takes one argument");
    printf("cpu,data,what,bytes,GB_per_s,Mfields_per_s,checksum\n");
    if (strcmp(arguments[0], "synthetic") == 0) {
        GPUC_TRY(csv_text_make(&text, put_float_rows, N_FLOAT_ROWS, error));
        GPUC_TRY(bench("floats", &text, error));
        GPUC_TRY(csv_text_make(&text, put_string_rows, N_STRING_ROWS, error));
        GPUC_TRY(bench("strings", &text, error));
    } else {
        GPUC_TRY(csv_text_read(&text, arguments[0], error));
        GPUC_TRY(bench("file", &text, error));
    }
out:
    gpuc_bytes_done(&text);
    return status;
}

const struct csv_mode csv_mode_scan = {
    .name = "scan",
    .arguments = "FILE|synthetic",
    .summary = "where fields end: each scanner beside memcpy",
    .run = run,
};
