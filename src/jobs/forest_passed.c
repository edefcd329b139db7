/* SPDX-License-Identifier: Apache-2.0 */
/* The columns that pass through, in a CSV output. */
#include "jobs/forest_passed.h"

#include "base/copy.h"
#include "csv/field_text.h"

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

uint8_t *gpuc_forest_passed_put(uint8_t *to, const struct gpuc_forest_job *job,
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
size_t gpuc_forest_passed_size(const struct gpuc_forest_job *job,
                               const struct gpuc_rows *rows, struct gpuc_span which)
{
    size_t size = (which.end - which.begin) * job->map.n_runs; /* delimiters */
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
