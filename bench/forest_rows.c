/* SPDX-License-Identifier: Apache-2.0 */
#include "forest_rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "csv/table.h"
#include "host/rows/forest_values.h"
#include "host/rows/random.h"

enum { READ_SIZE = 1 << 20 };

/* A CSV file that is being read: what is left of its text, which a NUL ends. */
struct csv {
    const char *name;
    struct gpuc_bytes text;
    const char *at;
    size_t n_skipped; /* columns before the features */
    size_t line;
};

static void generate_row(const struct gpuc_forest *forest, double missing_share,
                         uint64_t *random, double *values)
{
    for (size_t i = 0; i < forest->n_features; i++) {
        double value = gpuc_forest_value(forest, i, random);
        values[i] = gpuc_random_uniform(random) < missing_share ? (double)NAN : value;
    }
}

static enum gpuc_status read_file(struct csv *csv, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    size_t size = 1;
    FILE *file = fopen(csv->name, "rb");
    if (file == NULL)
        return gpuc_fail_errno(error, errno, "%s", csv->name);
    while (size > 0) {
        GPUC_TRY(gpuc_bytes_reserve(&csv->text, READ_SIZE + 1, error));
        size = fread(csv->text.data + csv->text.size, 1, READ_SIZE, file);
        csv->text.size += size;
    }
    if (ferror(file))
        GPUC_TRY(gpuc_fail(error, GPUC_EIO, "%s: cannot be read", csv->name));
    csv->text.data[csv->text.size] = '\0';
    csv->at = (const char *)csv->text.data;
out:
    fclose(file);
    return status;
}

/* Reads the header and counts the rows. */
static enum gpuc_status open_csv(struct csv *csv, size_t n_features, size_t *ret_rows,
                                 struct gpuc_error *error)
{
    size_t n_columns = 1, n_rows = 0;
    enum gpuc_status status = read_file(csv, error);
    if (status != GPUC_OK)
        return status;
    for (; *csv->at != '\n' && *csv->at != '\0'; csv->at++)
        n_columns += *csv->at == ',';
    csv->at += *csv->at == '\n';
    csv->line = 2;
    if (n_columns < n_features)
        return gpuc_fail(error, GPUC_EDATA, "%s: %zu columns, but %zu features",
                         csv->name, n_columns, n_features);
    csv->n_skipped = n_columns - n_features;
    for (const char *at = csv->at; *at != '\0'; n_rows++) {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    *ret_rows = n_rows;
    return GPUC_OK;
}

static enum gpuc_status read_row(struct csv *csv, size_t n_features, double *values,
                                 struct gpuc_error *error)
{
    const char *at = csv->at;
    for (size_t i = 0; i < csv->n_skipped + n_features; i++) {
        size_t size = strcspn(at, ",\r\n");
        if (i >= csv->n_skipped) {
            char *end = NULL;
            double value = size > 0 ? strtod(at, &end) : (double)NAN;
            if (size > 0 && end != at + size)
                return gpuc_fail_at(error, GPUC_EDATA, csv->name, csv->line,
                                    "not a number: '%.*s'", (int)size, at);
            values[i - csv->n_skipped] = value;
        }
        at += size;
        at += *at == ',';
    }
    at += *at == '\r';
    if (*at != '\n' && *at != '\0')
        return gpuc_fail_at(error, GPUC_EDATA, csv->name, csv->line, "too many columns");
    csv->at = at + (*at == '\n');
    csv->line++;
    return GPUC_OK;
}

static void put_row(const struct gpuc_forest *forest, struct forest_batch *batch,
                    size_t row, const double *values)
{
    size_t stride = batch->features.stride;
    for (size_t i = 0; i < forest->n_features; i++) {
        if (forest->number == GPUC_FLOAT32)
            ((float *)batch->values)[i * stride + row] = (float)values[i];
        else
            ((double *)batch->values)[i * stride + row] = values[i];
    }
}

static enum gpuc_status make_batches(struct forest_rows *rows, size_t n_batches,
                                     const struct gpuc_forest *forest,
                                     struct gpuc_error *error)
{
    size_t number_size = gpuc_number_size(forest->number);
    rows->batches = gpuc_alloc(n_batches, sizeof *rows->batches);
    if (rows->batches == NULL)
        return gpuc_fail_memory(error, n_batches * sizeof *rows->batches, "batches");
    rows->n_batches = n_batches;
    for (size_t i = 0; i < n_batches; i++) {
        struct forest_batch *batch = &rows->batches[i];
        size_t n_rows = rows->n_rows * (i + 1) / n_batches - rows->n_rows * i / n_batches;
        size_t stride = gpuc_table_stride(n_rows < 64 ? 64 : n_rows);
        batch->values = gpuc_alloc(stride * forest->n_features, number_size);
        void *margins = gpuc_alloc(stride * forest->n_outputs, number_size);
        batch->features = (struct gpuc_feature_rows){batch->values, stride, n_rows};
        batch->results = (struct gpuc_forest_results){margins, NULL, stride};
        if (batch->values == NULL || margins == NULL)
            return gpuc_fail_memory(
                error, stride * (forest->n_features + forest->n_outputs) * number_size,
                "a batch");
    }
    return GPUC_OK;
}

enum gpuc_status forest_rows_init(struct forest_rows *rows,
                                  const struct forest_rows_options *options,
                                  const struct gpuc_forest *forest,
                                  struct gpuc_error *error)
{
    struct csv csv = {.name = options->csv, .at = ""};
    uint64_t random = 1;
    size_t n_rows = options->n_rows;
    enum gpuc_status status = GPUC_OK;
    double *values = gpuc_alloc(forest->n_features + 1, sizeof *values);

    *rows = (struct forest_rows){0};
    if (values == NULL)
        GPUC_TRY(gpuc_fail_memory(error, forest->n_features * sizeof *values, "a row"));
    if (options->csv != NULL) {
        GPUC_TRY(open_csv(&csv, forest->n_features, &n_rows, error));
        if (options->n_rows > 0 && options->n_rows < n_rows)
            n_rows = options->n_rows;
    }
    rows->n_rows = n_rows;
    size_t n_rounds = (n_rows + options->batch_rows * options->n_parts - 1) /
                      (options->batch_rows * options->n_parts);
    GPUC_TRY(make_batches(rows, n_rounds * options->n_parts, forest, error));
    for (size_t i = 0; i < rows->n_batches; i++) {
        struct forest_batch *batch = &rows->batches[i];
        for (size_t row = 0; row < batch->features.n_rows; row++) {
            if (options->csv != NULL)
                GPUC_TRY(read_row(&csv, forest->n_features, values, error));
            else
                generate_row(forest, options->missing_share, &random, values);
            put_row(forest, batch, row, values);
        }
    }
out:
    gpuc_bytes_done(&csv.text);
    gpuc_free(values);
    return status;
}

void forest_rows_done(struct forest_rows *rows)
{
    for (size_t i = 0; i < rows->n_batches; i++) {
        gpuc_free(rows->batches[i].values);
        gpuc_free(rows->batches[i].results.margins);
    }
    gpuc_free(rows->batches);
}

/* The bytes of one row's margin for one output. */
static const uint8_t *margin_at(const struct forest_batch *batch, size_t number_size,
                                size_t output, size_t row)
{
    return (const uint8_t *)batch->results.margins +
           (output * batch->results.stride + row) * number_size;
}

uint64_t forest_rows_checksum(const struct forest_rows *rows,
                              const struct gpuc_forest *forest)
{
    size_t number_size = gpuc_number_size(forest->number);
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < rows->n_batches; i++) {
        const struct forest_batch *batch = &rows->batches[i];
        for (size_t row = 0; row < batch->features.n_rows; row++)
            for (size_t output = 0; output < forest->n_outputs; output++) {
                const uint8_t *bytes = margin_at(batch, number_size, output, row);
                for (size_t k = 0; k < number_size; k++)
                    hash = (hash ^ bytes[k]) * 0x100000001b3u;
            }
    }
    return hash;
}

void forest_rows_spoil(struct forest_rows *rows, const struct gpuc_forest *forest)
{
    size_t row_size = forest->n_outputs * gpuc_number_size(forest->number);
    for (size_t i = 0; i < rows->n_batches; i++) {
        struct gpuc_forest_results *results = &rows->batches[i].results;
        memset(results->margins, 0xff, results->stride * row_size);
    }
}

enum gpuc_status forest_rows_write(const struct forest_rows *rows,
                                   const struct gpuc_forest *forest, const char *path,
                                   struct gpuc_error *error)
{
    size_t number_size = gpuc_number_size(forest->number);
    bool written = true;
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return gpuc_fail_errno(error, errno, "%s", path);
    for (size_t i = 0; i < rows->n_batches; i++) {
        const struct forest_batch *batch = &rows->batches[i];
        for (size_t row = 0; row < batch->features.n_rows; row++)
            for (size_t output = 0; output < forest->n_outputs; output++)
                written = fwrite(margin_at(batch, number_size, output, row), number_size,
                                 1, file) == 1 &&
                          written;
    }
    if (fclose(file) != 0 || !written)
        return gpuc_fail(error, GPUC_EIO, "%s: cannot be written", path);
    return GPUC_OK;
}
