/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers alone, on one thread, beside a copy of the same text: reading the fields of
 * rows of 28 floats, by each way that can run here, and writing their values again. What
 * is read must be what the way of field after field reads, and what is written must be
 * read as what it was.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cpu/cpu_features.h"
#include "csv.h"
#include "csv/double_text.h"
#include "csv/float_text.h"
#include "csv/number.h"
#include "csv/number_run.h"
#include "csv/rows.h"
#include "csv_text.h"

enum { N_RUNS = 15, N_ROWS = 20000, N_COLUMNS = 28, ROW_SIZE = N_COLUMNS + 8 };

/* Text whose rows are known, and the numbers of its columns behind the first. */
struct numbers {
    struct gpuc_bytes text;
    struct gpuc_index index;
    struct gpuc_rows rows;
    double *values; /* ROW_SIZE a row */
    uint8_t *written;
};

static enum gpuc_status find_rows(struct numbers *numbers, struct gpuc_error *error)
{
    const struct gpuc_dialect dialect = GPUC_DIALECT_PANDAS;
    struct gpuc_scan_state state = GPUC_SCAN_STATE_INIT;
    enum gpuc_status status;
    GPUC_TRY(csv_text_make(&numbers->text, gpuc_put_float_rows, N_ROWS, error));
    const struct gpuc_scan_text text = {numbers->text.data, 0, numbers->text.size};
    GPUC_TRY(gpuc_scan(gpuc_scanner_find(NULL), &dialect, &text, &state, &numbers->index,
                       error));
    const struct gpuc_scanned scanned = {
        .text = text.bytes, .records = {0, text.end}, .index = &numbers->index};
    GPUC_TRY(gpuc_rows_find(&numbers->rows, &dialect, &scanned, error));
    numbers->values =
        gpuc_alloc(numbers->rows.n_items * ROW_SIZE, sizeof *numbers->values);
    numbers->written =
        gpuc_alloc(numbers->rows.n_items * N_COLUMNS, GPUC_DOUBLE_TEXT_SIZE + 1);
    if (numbers->values == NULL || numbers->written == NULL)
        status = gpuc_fail_memory(error, N_ROWS * ROW_SIZE * sizeof(double), "numbers");
out:
    return status;
}

/* Reads all rows but the header; fields that `read` leaves are read one by one. */
static void read_all(const struct numbers *numbers, gpuc_number_run_read *read)
{
    const struct gpuc_rows *rows = &numbers->rows;
    for (size_t r = 1; r < rows->n_items; r++) {
        const struct gpuc_row *row = &rows->items[r];
        double *values = numbers->values + r * ROW_SIZE;
        const struct gpuc_number_run run = {rows->text,
                                            gpuc_row_field(rows, row, 1).begin,
                                            rows->ends + row->first_end + 1, N_COLUMNS};
        for (uint64_t others = read(&run, values); others != 0; others &= others - 1) {
            const size_t i = (size_t)__builtin_ctzll(others);
            const struct gpuc_span field = gpuc_row_field(rows, row, i + 1);
            gpuc_number_read(rows->text + field.begin, field.end - field.begin,
                             &values[i]);
        }
    }
}

/* Writes all numbers with a comma behind each; returns the bytes. */
static size_t write_all(const struct numbers *numbers, bool is_float32)
{
    uint8_t *to = numbers->written;
    for (size_t r = 1; r < numbers->rows.n_items; r++) {
        const double *values = numbers->values + r * ROW_SIZE;
        for (size_t i = 0; i < N_COLUMNS; i++) {
            to += is_float32 ? gpuc_float_text((float)values[i], (char *)to)
                             : gpuc_double_text(values[i], (char *)to);
            *to++ = ',';
        }
    }
    return (size_t)(to - numbers->written);
}

static uint64_t checksum(const struct numbers *numbers)
{
    uint64_t sum = 0;
    for (size_t r = 1; r < numbers->rows.n_items; r++) {
        for (size_t i = 0; i < N_COLUMNS; i++) {
            uint64_t bits;
            memcpy(&bits, &numbers->values[r * ROW_SIZE + i], sizeof bits);
            sum = (sum ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
        }
    }
    return sum;
}

/* Whether what was written reads as the values. */
static bool is_written(const struct numbers *numbers, size_t size)
{
    const uint8_t *text = numbers->written, *end = text + size;
    for (size_t r = 1; r < numbers->rows.n_items; r++) {
        for (size_t i = 0; i < N_COLUMNS; i++) {
            double value;
            const uint8_t *comma = memchr(text, ',', (size_t)(end - text));
            if (comma == NULL ||
                !gpuc_number_read(text, (size_t)(comma - text), &value) ||
                (float)value != (float)numbers->values[r * ROW_SIZE + i])
                return false;
            text = comma + 1;
        }
    }
    return text == end;
}

static void print_line(const char *what, size_t size, double seconds, uint64_t sum)
{
    char cpu[64];
    gpuc_cpu_name(cpu, sizeof cpu);
    printf("\"%s\",%s,%zu,%.2f,%.0f,%.1f,%016" PRIx64 "\n", cpu, what, size,
           1e-9 * (double)size / seconds, 1e-6 * N_ROWS * N_COLUMNS / seconds,
           1e9 * seconds / (N_ROWS * N_COLUMNS), sum);
}

static enum gpuc_status time_reading(const struct numbers *numbers,
                                     struct gpuc_error *error)
{
    const struct gpuc_number_run_reader *reader;
    uint64_t expected = 0;
    for (size_t k = 0; (reader = gpuc_number_run_reader_at(k)) != NULL; k++) {
        double best = HUGE_VAL;
        if (!reader->usable())
            continue;
        for (int i = 0; i < N_RUNS; i++) {
            const double start = csv_seconds_worked();
            read_all(numbers, reader->read);
            best = fmin(best, csv_seconds_worked() - start);
        }
        const uint64_t sum = checksum(numbers);
        if (expected != 0 && sum != expected)
            return gpuc_fail(error, GPUC_EDEVICE, "%s reads other numbers", reader->name);
        expected = sum;
        print_line(reader->name, numbers->text.size, best, sum);
    }
    return GPUC_OK;
}

static enum gpuc_status time_writing(const struct numbers *numbers,
                                     struct gpuc_error *error)
{
    for (int is_float32 = 1; is_float32 >= 0; is_float32--) {
        double best = HUGE_VAL;
        size_t size = 0;
        for (int i = 0; i < N_RUNS; i++) {
            const double start = csv_seconds_worked();
            size = write_all(numbers, is_float32 == 1);
            best = fmin(best, csv_seconds_worked() - start);
        }
        if (!is_written(numbers, size))
            return gpuc_fail(error, GPUC_EDEVICE, "what is written reads as another");
        print_line(is_float32 == 1 ? "write float32" : "write float64", size, best,
                   checksum(numbers));
    }
    return GPUC_OK;
}

static void time_copy(const struct numbers *numbers)
{
    double best = HUGE_VAL;
    const size_t room = numbers->rows.n_items * N_COLUMNS * (GPUC_DOUBLE_TEXT_SIZE + 1);
    const size_t size = numbers->text.size < room ? numbers->text.size : room;
    for (int i = 0; i < N_RUNS; i++) {
        const double start = csv_seconds_worked();
        memcpy(numbers->written, numbers->text.data, size);
        best = fmin(best, csv_seconds_worked() - start);
    }
    print_line("memcpy", size, best, 0);
}

static enum gpuc_status run(int n_arguments, char **arguments, struct gpuc_error *error)
{
    struct numbers numbers = {.text = {0}};
    enum gpuc_status status;
    (void)arguments;
    if (n_arguments != 0)
        return gpuc_fail(error, GPUC_EUSAGE, "numbers takes no argument");
    GPUC_TRY(find_rows(&numbers, error));
    printf("cpu,what,bytes,GB_per_s,Mfields_per_s,ns_per_field,checksum\n");
    time_copy(&numbers);
    GPUC_TRY(time_reading(&numbers, error));
    GPUC_TRY(time_writing(&numbers, error));
out:
    gpuc_free(numbers.values);
    gpuc_free(numbers.written);
    gpuc_rows_done(&numbers.rows);
    gpuc_index_done(&numbers.index);
    gpuc_bytes_done(&numbers.text);
    return status;
}

const struct csv_mode csv_mode_numbers = {
    .name = "numbers",
    .arguments = "",
    .summary = "rows of 28 floats: reading each way, and writing, beside memcpy",
    .run = run,
};
