/* SPDX-License-Identifier: Apache-2.0 */
/* The output's text: the columns that pass through, then the results. */
#include "base/copy.h"
#include "csv/double_text.h"
#include "csv/field_text.h"
#include "csv/float_text.h"
#include "jobs/forest_job.h"

enum { INTEGER_TEXT_SIZE = 10 }; /* digits of a uint32_t */

static uint8_t *put_integer(uint8_t *to, uint32_t value)
{
    uint8_t digits[INTEGER_TEXT_SIZE];
    size_t size = 0;
    do {
        digits[size++] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (size > 0)
        *to++ = digits[--size];
    return to;
}

/* Number `place` of a column-major block of the job's number type. */
static uint8_t *put_number(uint8_t *to, const struct gpuc_forest_job *job,
                           const void *numbers, size_t place)
{
    if (job->features.rules.number == GPUC_FLOAT32)
        return to + gpuc_float_text(((const float *)numbers)[place], (char *)to);
    return to + gpuc_double_text(((const double *)numbers)[place], (char *)to);
}

/* The leaf of a tree, as the model file numbers it. */
static uint8_t *put_leaf(uint8_t *to, const struct gpuc_forest_job *job,
                         const struct gpuc_forest_room *room, size_t tree, size_t row)
{
    uint32_t leaf = room->leaves[tree * room->stride + row];
    return put_integer(to, gpuc_forest_leaf_number(job->base.model->forest, tree, leaf));
}

/* Neighbouring columns that pass through, as one piece of a row's text. */
static struct gpuc_span passed_text(const struct gpuc_forest_job *job,
                                    const struct gpuc_rows *rows,
                                    const struct gpuc_row *row, size_t run)
{
    const struct gpuc_column_run *columns = &job->map.runs[run];
    return (struct gpuc_span){gpuc_row_field(rows, row, columns->first).begin,
                              gpuc_row_field(rows, row, columns->last).end};
}

/* A column that passes through; empty where a row is too short for it. */
static struct gpuc_span passed_field(const struct gpuc_forest_job *job,
                                     const struct gpuc_rows *rows,
                                     const struct gpuc_row *row, size_t i)
{
    uint32_t column = job->map.passed[i];
    return column < row->n_fields ? gpuc_row_field(rows, row, column)
                                  : (struct gpuc_span){0, 0};
}

/* Whether the first field of the output begins as comments do. */
static bool is_like_comment(const struct gpuc_forest_job *job,
                            const struct gpuc_rows *rows, const struct gpuc_row *row)
{
    if (job->map.n_passed == 0)
        return false;
    struct gpuc_span field = passed_field(job, rows, row, 0);
    return field.begin < field.end &&
           rows->text[field.begin] == job->base.dialect.comment;
}

/* Whether the columns of a row cannot pass through in runs: it is too short, or would
 * begin as comments do. */
static bool is_odd(const struct gpuc_forest_job *job, const struct gpuc_rows *rows,
                   const struct gpuc_row *row)
{
    return row->n_fields < job->columns.names.n_items ||
           (job->base.dialect.comment != 0 && is_like_comment(job, rows, row));
}

static uint8_t *put_odd(uint8_t *to, const struct gpuc_forest_job *job,
                        const struct gpuc_rows *rows, const struct gpuc_row *row)
{
    for (size_t i = 0; i < job->map.n_passed; i++) {
        struct gpuc_span field = passed_field(job, rows, row, i);
        size_t size = field.end - field.begin;
        if (i == 0 && is_like_comment(job, rows, row))
            to = gpuc_field_text(to, rows->text + field.begin, size, &job->base.dialect,
                                 true);
        else
            to = gpuc_copy_short(to, rows->text + field.begin, size);
        *to++ = job->base.dialect.delimiter;
    }
    return to;
}

/* Fields pass through as they stand in the input, quotes and all. */
static uint8_t *put_passed(uint8_t *to, const struct gpuc_forest_job *job,
                           const struct gpuc_rows *rows, const struct gpuc_row *row)
{
    if (is_odd(job, rows, row))
        return put_odd(to, job, rows, row);
    for (size_t i = 0; i < job->map.n_runs; i++) {
        struct gpuc_span text = passed_text(job, rows, row, i);
        to = gpuc_copy_short(to, rows->text + text.begin, text.end - text.begin);
        *to++ = job->base.dialect.delimiter;
    }
    return to;
}

/* All columns of one result. */
static uint8_t *put_output(uint8_t *to, const struct gpuc_forest_job *job,
                           const struct gpuc_forest_room *room,
                           enum gpuc_forest_output output, size_t row)
{
    size_t width = gpuc_forest_output_width(job->base.model, output);
    for (size_t k = 0; k < width; k++) {
        size_t place = k * room->stride + row;
        switch (output) {
        case GPUC_FOREST_PRED:
        case GPUC_FOREST_PROBA:
            to = put_number(to, job, room->linked, place);
            break;
        case GPUC_FOREST_MARGIN:
            to = put_number(to, job, room->margins, place);
            break;
        case GPUC_FOREST_LABEL:
            to = put_integer(to, room->labels[place]);
            break;
        case GPUC_FOREST_LEAF:
            to = put_leaf(to, job, room, k, row);
            break;
        case GPUC_FOREST_N_OUTPUTS:
            break;
        }
        *to++ = job->base.dialect.delimiter;
    }
    return to;
}

/* Bytes that a row can take beside the texts of its fields. */
static size_t row_size_max(const struct gpuc_forest_job *job)
{
    size_t n_results = 0;
    for (size_t i = 0; i < job->outputs.n_items; i++)
        n_results += gpuc_forest_output_width(job->base.model, job->outputs.items[i]);
    return job->map.n_runs + n_results * (GPUC_DOUBLE_TEXT_SIZE + 1);
}

/* Bytes that the columns of an odd row can take. */
static size_t odd_size(const struct gpuc_forest_job *job, const struct gpuc_rows *rows,
                       const struct gpuc_row *row)
{
    size_t size = 0;
    for (size_t i = 0; i < job->map.n_passed; i++) {
        struct gpuc_span field = passed_field(job, rows, row, i);
        size += 2 * (field.end - field.begin) + GPUC_FIELD_TEXT_EXTRA + 1;
    }
    return size;
}

/* A column may pass through more than once, each time with all of its bytes. */
static size_t passed_size(const struct gpuc_forest_job *job, const struct gpuc_rows *rows,
                          struct gpuc_span which)
{
    size_t size = 0;
    for (size_t i = which.begin; i < which.end; i++) {
        const struct gpuc_row *row = &rows->items[i];
        if (is_odd(job, rows, row)) {
            size += odd_size(job, rows, row);
            continue;
        }
        for (size_t run = 0; run < job->map.n_runs; run++) {
            struct gpuc_span text = passed_text(job, rows, row, run);
            size += text.end - text.begin;
        }
    }
    return size;
}

enum gpuc_status gpuc_forest_format(const struct gpuc_forest_job *job,
                                    const struct gpuc_forest_worker *worker,
                                    struct gpuc_batch *batch, struct gpuc_span which,
                                    struct gpuc_error *error)
{
    struct gpuc_bytes *output = &batch->output;
    const struct gpuc_rows *rows = &batch->rows;
    enum gpuc_status status =
        gpuc_bytes_reserve(output,
                           (which.end - which.begin) * row_size_max(job) +
                               passed_size(job, rows, which) + GPUC_TEXT_SLACK,
                           error);
    if (status != GPUC_OK)
        return status;
    uint8_t *to = output->data + output->size;
    for (size_t row = which.begin; row < which.end; row++) {
        to = put_passed(to, job, rows, &rows->items[row]);
        for (size_t i = 0; i < job->outputs.n_items; i++)
            to = put_output(to, job, &worker->room, job->outputs.items[i],
                            row - which.begin);
        to[-1] = '\n';
    }
    output->size = (size_t)(to - output->data);
    return GPUC_OK;
}
