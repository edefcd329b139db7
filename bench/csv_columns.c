/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a CSV file to columns in memory, as data frame libraries do: numbers as float64,
 * all else as text in UTF-8 without quotes, in chunks of rows. The passes of one run
 * use the same memory again, as the allocators of those libraries do. What a pass read is
 * told by the checksum that csv_checksum.py describes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#  include <emmintrin.h>
#endif

#include "base/clock.h"
#include "base/stride.h"
#include "csv.h"
#include "csv/number_padded.h"
#include "csv/number_run.h"
#include "pipeline/pipeline.h"
#include "pipeline/record_reader.h"

enum { N_PASSES = 5, SHORT_TEXT = 32 };

/* The columns of the rows of one batch. */
struct chunk {
    size_t n_rows;
    size_t stride;
    double *numbers; /* the columns of numbers, column-major */
    size_t numbers_capacity;
    uint32_t *text_ends; /* the columns of text: where fields end, column-major */
    size_t ends_capacity;
    struct gpuc_bytes text; /* column after column */
};

struct columns {
    struct gpuc_source *source;
    struct gpuc_parser parser;
    struct gpuc_dialect dialect;
    uint32_t n_threads;
    size_t n_columns, n_numbers, n_texts;
    bool *is_number; /* one a column */
    gpuc_number_run_read *read_run;
    double *row_numbers; /* row_size of them a worker, for one row */
    size_t row_size;
    uint64_t offset; /* of the first row */
    uint64_t line;
    struct chunk *chunks; /* one a batch */
    size_t n_chunks;
};

struct checksum {
    uint64_t xor, sum, n_text_bytes, n_text_fields, n_rows;
};

/* ---- what a worker does with a batch ---- */

static enum gpuc_status make_room(const struct columns *columns, struct chunk *chunk,
                                  const struct gpuc_batch *batch,
                                  struct gpuc_error *error)
{
    void *numbers = chunk->numbers, *ends = chunk->text_ends;
    enum gpuc_status status;
    chunk->n_rows = batch->rows.n_items;
    chunk->stride = gpuc_stride(chunk->n_rows);
    GPUC_TRY(gpuc_grow(&numbers, &chunk->numbers_capacity,
                       columns->n_numbers * chunk->stride, sizeof *chunk->numbers,
                       "columns", error));
    chunk->numbers = numbers;
    GPUC_TRY(gpuc_grow(&ends, &chunk->ends_capacity, columns->n_texts * chunk->stride,
                       sizeof *chunk->text_ends, "columns", error));
    chunk->text_ends = ends;
    chunk->text.size = 0;
    if (columns->n_texts > 0)
        GPUC_TRY(gpuc_bytes_reserve(
            &chunk->text, batch->rows.end - batch->rows.begin + SHORT_TEXT, error));
out:
    return status;
}

/* Reads the numbers of one row, runs of columns side by side at once. */
static bool read_row(const struct columns *columns, const struct gpuc_rows *rows,
                     const struct gpuc_row *row, double *numbers)
{
    size_t n_columns;
    for (size_t c = 0; c < columns->n_columns; c += n_columns) {
        for (n_columns = 0; c + n_columns < columns->n_columns &&
                            n_columns < GPUC_NUMBER_RUN_MAX &&
                            columns->is_number[c + n_columns];)
            n_columns++;
        uint64_t others = 0;
        if (n_columns > 0)
            others = columns->read_run(
                &(struct gpuc_number_run){rows->text, gpuc_row_field(rows, row, c).begin,
                                          rows->ends + row->first_end + c, n_columns},
                numbers);
        for (; others != 0; others &= others - 1) {
            size_t i = (size_t)__builtin_ctzll(others);
            struct gpuc_span field = gpuc_row_field(rows, row, c + i);
            if (!gpuc_number_read_padded(rows->text + field.begin,
                                         field.end - field.begin, &numbers[i]))
                return false;
        }
        numbers += n_columns;
        n_columns += n_columns == 0;
    }
    return true;
}

static enum gpuc_status read_numbers(const struct columns *columns, struct chunk *chunk,
                                     const struct gpuc_rows *rows, double *numbers,
                                     struct gpuc_error *error)
{
    for (size_t r = 0; r < rows->n_items; r++) {
        double *to = chunk->numbers + r;
        if (!read_row(columns, rows, &rows->items[r], numbers))
            return gpuc_fail(error, GPUC_EDATA, "a column is not all numbers");
        for (size_t c = 0; c < columns->n_numbers; c++)
            to[c * chunk->stride] = numbers[c];
    }
    return GPUC_OK;
}

/* Copies SHORT_TEXT bytes, and returns which of them are quotes, as bits. */
static inline uint64_t copy_short_text(uint8_t *to, const uint8_t *from, uint8_t quote)
{
    uint64_t quotes = 0;
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi8((char)quote);
    for (int i = 0; i < SHORT_TEXT; i += 16) {
        const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)(from + i));
        _mm_storeu_si128((__m128i *)(void *)(to + i), text);
        quotes |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, wanted))
                  << i;
    }
#else
    memcpy(to, from, SHORT_TEXT);
    for (int i = 0; i < SHORT_TEXT; i++)
        quotes |= (uint64_t)(from[i] == quote) << i;
#endif
    return quotes;
}

/* Copies what a field says, of two quotes one. Both sides have SHORT_TEXT bytes to spare.
 */
static inline uint8_t *copy_text(uint8_t *to, const uint8_t *text, struct gpuc_span field,
                                 uint8_t quote)
{
    /* As good as random, so no branch. */
    const bool is_quoted = (text[field.begin] == quote) & (field.end - field.begin >= 2);
    const uint8_t *from = text + field.begin + is_quoted;
    size_t left = field.end - field.begin - 2 * (size_t)is_quoted;
    for (;;) {
        const size_t n = left < SHORT_TEXT ? left : SHORT_TEXT;
        const uint64_t quotes = copy_short_text(to, from, quote) & -(uint64_t)is_quoted &
                                ((UINT64_C(1) << n) - 1);
        if (quotes == 0 && left == n)
            return to + n;
        const size_t n_taken = quotes == 0 ? n : (size_t)__builtin_ctzll(quotes) + 1;
        to += n_taken;
        from += n_taken + (quotes != 0);
        left -= n_taken + (quotes != 0);
    }
}

/* Column by column, so that each is one piece of memory. */
static void read_texts(const struct columns *columns, struct chunk *chunk,
                       const struct gpuc_rows *rows)
{
    const uint8_t quote = columns->dialect.quote;
    uint8_t *to = chunk->text.data;
    uint32_t *ends = chunk->text_ends;
    for (size_t c = 0; c < columns->n_columns; c++) {
        if (columns->is_number[c])
            continue;
        for (size_t r = 0; r < rows->n_items; r++) {
            to = copy_text(to, rows->text, gpuc_row_field(rows, &rows->items[r], c),
                           quote);
            ends[r] = (uint32_t)(to - chunk->text.data);
        }
        ends += chunk->stride;
    }
    chunk->text.size = (size_t)(to - chunk->text.data);
}

static enum gpuc_status work(void *context, uint32_t worker, struct gpuc_batch *batch,
                             struct gpuc_error *error)
{
    const struct columns *columns = context;
    struct chunk *chunk = &columns->chunks[batch->sequence];
    const struct gpuc_rows *rows = &batch->rows;
    enum gpuc_status status;
    for (size_t r = 0; r < rows->n_items; r++)
        if (rows->items[r].n_fields != columns->n_columns || rows->items[r].fault != 0)
            return gpuc_fail(error, GPUC_EDATA, "a row is not as the first one");
    GPUC_TRY(make_room(columns, chunk, batch, error));
    GPUC_TRY(read_numbers(columns, chunk, rows,
                          columns->row_numbers + worker * columns->row_size, error));
    read_texts(columns, chunk, rows);
out:
    return status;
}

static enum gpuc_status collect(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    (void)context;
    (void)batch;
    (void)error;
    return GPUC_OK;
}

/* ---- a pass ---- */

/* Finds the columns' number and types from the header and the first row. */
static enum gpuc_status look_at_file(struct columns *columns, struct gpuc_error *error)
{
    struct gpuc_record_reader records;
    size_t n_fields;
    enum gpuc_status status;
    gpuc_record_reader_init(&records, columns->source, &columns->parser,
                            &columns->dialect);
    GPUC_TRY(gpuc_record_reader_next(&records, &columns->n_columns, error));
    columns->offset = gpuc_record_reader_offset(&records);
    columns->line = records.line;
    GPUC_TRY(gpuc_record_reader_next(&records, &n_fields, error));
    columns->is_number = gpuc_alloc(columns->n_columns, sizeof *columns->is_number);
    columns->read_run = gpuc_number_run_best();
    columns->row_size = columns->n_columns + 8;
    columns->row_numbers =
        gpuc_alloc(columns->n_threads * columns->row_size, sizeof *columns->row_numbers);
    if (n_fields != columns->n_columns || n_fields == 0 || columns->is_number == NULL ||
        columns->row_numbers == NULL) {
        status = gpuc_fail(error, GPUC_EDATA, "no rows under a header");
        goto out;
    }
    for (size_t c = 0; c < n_fields; c++) {
        const struct gpuc_field *field = gpuc_table_field(&records.table, c, 0);
        double value;
        columns->is_number[c] =
            gpuc_number_read(records.table.text + field->offset, field->size, &value);
        columns->n_numbers += columns->is_number[c];
        columns->n_texts += !columns->is_number[c];
    }
out:
    gpuc_record_reader_done(&records);
    return status;
}

static enum gpuc_status read_file(struct columns *columns, const struct gpuc_pool *pool,
                                  struct gpuc_error *error)
{
    const struct gpuc_pass pass = {.work = work, .collect = collect, .context = columns};
    struct gpuc_reader reader;
    struct gpuc_stitcher stitcher;
    const struct gpuc_input input = {&reader, &stitcher};
    gpuc_source_seek(columns->source, columns->offset);
    gpuc_reader_init(&reader, columns->source, 0, columns->offset);
    gpuc_stitcher_init(&stitcher, gpuc_source_name(columns->source), &columns->parser,
                       &columns->dialect, columns->line);
    enum gpuc_status status =
        gpuc_pipeline_run(&input, pool, &pass, columns->n_threads, error);
    gpuc_stitcher_done(&stitcher);
    return status;
}

static struct checksum sum_up(const struct columns *columns)
{
    struct checksum sum = {0};
    for (size_t i = 0; i < columns->n_chunks; i++) {
        const struct chunk *chunk = &columns->chunks[i];
        for (size_t c = 0; c < columns->n_numbers; c++) {
            for (size_t r = 0; r < chunk->n_rows; r++) {
                uint64_t bits;
                memcpy(&bits, &chunk->numbers[c * chunk->stride + r], sizeof bits);
                sum.xor ^= bits;
                sum.sum += bits;
            }
        }
        sum.n_rows += chunk->n_rows;
        sum.n_text_bytes += chunk->text.size;
    }
    sum.n_text_fields = sum.n_rows * columns->n_texts;
    return sum;
}

static enum gpuc_status run_passes(struct columns *columns, struct gpuc_error *error)
{
    struct gpuc_pool pool = {0};
    enum gpuc_status status = gpuc_pool_init(&pool, columns->n_threads, error);
    uint64_t size = gpuc_source_size(columns->source);
    for (int i = 0; i < N_PASSES && status == GPUC_OK; i++) {
        double start = gpuc_clock_seconds();
        status = read_file(columns, &pool, error);
        double seconds = gpuc_clock_seconds() - start;
        if (status != GPUC_OK)
            break;
        struct checksum sum = sum_up(columns);
        printf("{\"rows\": %" PRIu64 ", \"columns\": %zu, \"seconds\": %.6f, \"bytes\": "
               "%" PRIu64 ", \"checksum\": \"%016" PRIx64 ":%016" PRIx64 ":%" PRIu64
               ":%" PRIu64 "\", \"threads\": %u, \"scanner\": \"%s\"}\n",
               sum.n_rows, columns->n_columns, seconds, size, sum.xor, sum.sum,
               sum.n_text_bytes, sum.n_text_fields, columns->n_threads,
               columns->parser.scanner->name);
    }
    gpuc_pool_done(&pool);
    return status;
}

static void columns_done(struct columns *columns)
{
    for (size_t i = 0; columns->chunks != NULL && i < columns->n_chunks; i++) {
        gpuc_free(columns->chunks[i].numbers);
        gpuc_free(columns->chunks[i].text_ends);
        gpuc_bytes_done(&columns->chunks[i].text);
    }
    gpuc_free(columns->chunks);
    gpuc_free(columns->is_number);
    gpuc_free(columns->row_numbers);
    gpuc_source_close(columns->source);
}

static enum gpuc_status run(int n_arguments, char **arguments, struct gpuc_error *error)
{
    struct columns columns = {.dialect = GPUC_DIALECT_PANDAS, .n_threads = 1};
    enum gpuc_status status;
    if (n_arguments != 1 &&
        (n_arguments != 3 || strcmp(arguments[1], "--threads") != 0 ||
         (columns.n_threads = (uint32_t)strtoul(arguments[2], NULL, 10)) == 0))
        return gpuc_fail(error, GPUC_EUSAGE, "columns takes a file and --threads N");
    GPUC_TRY(gpuc_parser_find(NULL, &columns.parser, error));
    GPUC_TRY(gpuc_source_open(arguments[0], false, -1, &columns.source, error));
    GPUC_TRY(look_at_file(&columns, error));
    columns.n_chunks = gpuc_source_size(columns.source) / GPUC_PIECE_BYTES + 2;
    columns.chunks = gpuc_alloc(columns.n_chunks, sizeof *columns.chunks);
    if (columns.chunks == NULL)
        status =
            gpuc_fail_memory(error, columns.n_chunks * sizeof *columns.chunks, "chunks");
    else
        status = run_passes(&columns, error);
out:
    columns_done(&columns);
    return status;
}

const struct csv_mode csv_mode_columns = {
    .name = "columns",
    .arguments = "FILE [--threads N]",
    .summary = "read a file to columns in memory, several times; JSON, a line a pass",
    .run = run,
};
