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
#include <time.h>

#include "base/memory.h"
#include "cpu/cpu_features.h"
#include "csv.h"
#include "csv/scan.h"
#include "csv_text.h"

/* As much as a batch of rows, so that what is found stays in the cache. */
enum {
    N_RUNS = 15,
    N_RUNNERS_MAX = 8,
    PIECE_SIZE = 1 << 20,
    N_FLOAT_ROWS = 200000,
    N_STRING_ROWS = 140000
};

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

/* One that takes part: a scanner, or memcpy where `scanner` is NULL. */
struct runner {
    const struct gpuc_scanner *scanner;
    struct found found;
    double seconds; /* the fastest run, which other programs disturbed least */
};

/* Those that can run here, memcpy first, and what they find; returns how many. */
static enum gpuc_status find_runners(const char *data, const struct gpuc_bytes *text,
                                     struct gpuc_index *index, struct runner *runners,
                                     size_t *ret_n_runners, struct gpuc_error *error)
{
    struct found expected;
    size_t n_runners = 0;
    enum gpuc_status status =
        scan_all(&gpuc_scanner_portable, text, index, &expected, error);
    if (status != GPUC_OK)
        return status;
    runners[n_runners++] = (struct runner){.seconds = HUGE_VAL};
    for (size_t i = 0; gpuc_scanner_at(i) != NULL && n_runners < N_RUNNERS_MAX; i++) {
        struct runner runner = {.scanner = gpuc_scanner_at(i), .seconds = HUGE_VAL};
        if (gpuc_scanner_find(runner.scanner->name) == NULL)
            continue;
        status = scan_all(runner.scanner, text, index, &runner.found, error);
        if (status != GPUC_OK)
            return status;
        if (runner.found.checksum != expected.checksum ||
            runner.found.n_fields != expected.n_fields)
            return gpuc_fail(error, GPUC_EDEVICE,
                             "%s: %s does not find what portable finds", data,
                             runner.scanner->name);
        runners[n_runners++] = runner;
    }
    *ret_n_runners = n_runners;
    return GPUC_OK;
}

/* In turn, so that what else the machine does strikes all alike. */
static enum gpuc_status time_runners(const struct gpuc_bytes *text, uint8_t *copy,
                                     struct gpuc_index *index, struct runner *runners,
                                     size_t n_runners, struct gpuc_error *error)
{
    for (size_t turn = 0; turn < N_RUNS * n_runners; turn++) {
        struct runner *runner = &runners[turn % n_runners];
        const double start = csv_seconds_worked();
        if (runner->scanner != NULL) {
            enum gpuc_status status = scan_all(runner->scanner, text, index, NULL, error);
            if (status != GPUC_OK)
                return status;
        } else {
            memcpy(copy, text->data, text->size);
        }
        runner->seconds = fmin(runner->seconds, csv_seconds_worked() - start);
    }
    if (memcmp(copy, text->data, text->size) != 0)
        return gpuc_fail(error, GPUC_EDEVICE, "memcpy did not copy");
    return GPUC_OK;
}

static enum gpuc_status bench(const char *data, const struct gpuc_bytes *text,
                              struct gpuc_error *error)
{
    char cpu[64];
    struct gpuc_index index = {0};
    struct runner runners[N_RUNNERS_MAX];
    size_t n_runners = 0;
    uint8_t *copy = gpuc_alloc(text->size + 1, 1);
    enum gpuc_status status = GPUC_OK;

    if (copy == NULL) {
        status = gpuc_fail_memory(error, text->size, "a copy of the text");
        goto out;
    }
    GPUC_TRY(find_runners(data, text, &index, runners, &n_runners, error));
    GPUC_TRY(time_runners(text, copy, &index, runners, n_runners, error));
    gpuc_cpu_name(cpu, sizeof cpu);
    for (size_t i = 0; i < n_runners; i++) {
        const struct runner *runner = &runners[i];
        const double bytes_per_ns = 1e-9 * (double)text->size / runner->seconds;
        if (runner->scanner == NULL)
            printf("\"%s\",%s,memcpy,%zu,%.2f,,\n", cpu, data, text->size, bytes_per_ns);
        else
            printf("\"%s\",%s,%s,%zu,%.2f,%.0f,%016" PRIx64 "\n", cpu, data,
                   runner->scanner->name, text->size, bytes_per_ns,
                   1e-6 * (double)runner->found.n_fields / runner->seconds,
                   runner->found.checksum);
    }
out:
    gpuc_free(copy);
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
        GPUC_TRY(csv_text_make(&text, gpuc_put_float_rows, N_FLOAT_ROWS, error));
        GPUC_TRY(bench("floats", &text, error));
        GPUC_TRY(csv_text_make(&text, gpuc_put_string_rows, N_STRING_ROWS, error));
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
