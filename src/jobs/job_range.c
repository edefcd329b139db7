/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job_range.h"

/* Bytes that are read at a time to see how many there are. */
enum { MEASURE_SIZE = 1 << 18 };

static bool is_shard(const struct gpuc_job *job)
{
    return job->options->n_shards > 1;
}

enum gpuc_status gpuc_job_range_options(const struct gpuc_job *job,
                                        struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    bool is_any = options->shard > 0 || options->n_shards > 0;
    if (is_any && (options->shard < 1 || options->shard > options->n_shards))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "there is no shard %u of %u: they are numbered from 1",
                         (unsigned)options->shard, (unsigned)options->n_shards);
    if (is_any && (options->skip_rows > 0 || options->has_limit))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--shard is a part of all rows: leave --skip and --limit out, "
                         "or --shard");
    return GPUC_OK;
}

bool gpuc_job_range_is_first(const struct gpuc_job *job)
{
    return job->options->shard <= 1;
}

/* Counts the bytes that the open input has. */
static enum gpuc_status measure(const struct gpuc_job *job, uint64_t *ret_size,
                                struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    uint64_t size = gpuc_source_size(job->source);
    uint8_t *bytes = NULL;
    size_t n = size == 0;
    if (size == 0 && (bytes = gpuc_alloc(MEASURE_SIZE, 1)) == NULL)
        return gpuc_fail_memory(error, MEASURE_SIZE, "the size of the input");
    while (n > 0) {
        GPUC_TRY(gpuc_source_read(job->source, bytes, MEASURE_SIZE, &n, error));
        size += n;
    }
    *ret_size = size;
out:
    gpuc_free(bytes);
    return status;
}

/* Finds the sizes of all inputs; the first one is open afterwards. */
static enum gpuc_status measure_all(struct gpuc_job *job, uint64_t *ret_size,
                                    struct gpuc_error *error)
{
    size_t n_inputs = gpuc_job_n_inputs(job);
    struct gpuc_job_range *range = &job->range;
    enum gpuc_status status = GPUC_OK;
    range->sizes = gpuc_alloc(n_inputs, sizeof *range->sizes);
    if (range->sizes == NULL)
        return gpuc_fail_memory(error, n_inputs * sizeof *range->sizes, "inputs");
    *ret_size = 0;
    for (size_t i = 0; i < n_inputs; i++) {
        if (n_inputs > 1 && !gpuc_job_is_file(job, i))
            return gpuc_fail(error, GPUC_EUSAGE,
                             "--shard reads inputs twice to know their size, and of "
                             "several all must be files: write what %s gives to one",
                             gpuc_job_input_name(job, i));
        GPUC_TRY(gpuc_job_open_input(job, i, true, error));
        GPUC_TRY(measure(job, &range->sizes[i], error));
        *ret_size += range->sizes[i];
    }
    if (n_inputs > 1)
        GPUC_TRY(gpuc_job_open_input(job, 0, false, error));
out:
    return status;
}

/* `k` parts of `n` of a number, rounded down. */
static uint64_t part_of(uint64_t number, uint32_t k, uint32_t n)
{
    return number / n * k + number % n * k / n;
}

void gpuc_job_range_begin(struct gpuc_job *job, uint64_t n_bytes)
{
    const struct gpuc_job_options *options = job->options;
    struct gpuc_job_range *range = &job->range;
    bool has_numbers = options->skip_rows > 0 || options->has_limit;
    if (!has_numbers && !is_shard(job))
        return;
    gpuc_row_range_init(&range->rows);
    range->is_on = true;
    range->end = UINT64_MAX;
    range->rows.first = options->skip_rows;
    if (options->has_limit && options->limit_rows < UINT64_MAX - options->skip_rows)
        range->rows.end = options->skip_rows + options->limit_rows;
    if (!is_shard(job))
        return;
    range->begin = part_of(n_bytes, options->shard - 1, options->n_shards);
    if (options->shard < options->n_shards)
        range->end = part_of(n_bytes, options->shard, options->n_shards);
}

enum gpuc_status gpuc_job_range_open(struct gpuc_job *job, struct gpuc_error *error)
{
    uint64_t n_bytes = 0;
    enum gpuc_status status = is_shard(job) ? measure_all(job, &n_bytes, error)
                                            : gpuc_job_open_input(job, 0, false, error);
    if (status == GPUC_OK)
        gpuc_job_range_begin(job, n_bytes);
    return status;
}

bool gpuc_job_range_enters(struct gpuc_job *job, size_t i)
{
    struct gpuc_job_range *range = &job->range;
    struct gpuc_row_range *rows = &range->rows;
    uint64_t before = range->bytes_before;
    if (!range->is_on)
        return true;
    if (rows->n_rows >= rows->end || range->begin == range->end || before >= range->end)
        return false;
    if (range->sizes != NULL)
        range->bytes_before += range->sizes[i];
    rows->begin_offset = range->begin > before ? range->begin - before : 0;
    rows->end_offset = range->end < UINT64_MAX ? range->end - before : UINT64_MAX;
    return range->sizes == NULL || rows->begin_offset < range->sizes[i];
}

void gpuc_job_range_done(struct gpuc_job *job)
{
    if (job->range.is_on)
        gpuc_row_range_done(&job->range.rows);
    gpuc_free(job->range.sizes);
}
