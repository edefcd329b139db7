/* SPDX-License-Identifier: Apache-2.0 */
/* The black box: each batch is a job over the stream's header and the batch's records. */
#include "stream/stream_kinds.h"

/* A job with the options and sessions that all have. */
static struct gpuc_blackbox_job begin_job(const struct gpuc_streamer *streamer)
{
    struct gpuc_blackbox_job job = streamer->blackbox;
    job.base = *streamer->base;
    return job;
}

enum gpuc_status gpuc_stream_check_blackbox(const struct gpuc_stream *stream,
                                            struct gpuc_error *error)
{
    struct gpuc_blackbox_job job = begin_job(stream->streamer);
    enum gpuc_status status;
    GPUC_TRY(gpuc_source_open_memory(stream->name, stream->header.data,
                                     stream->header.size, &job.base.source, error));
    GPUC_TRY(gpuc_blackbox_read_columns(&job, error));
out:
    gpuc_source_close(job.base.source);
    gpuc_blackbox_job_done(&job);
    return status;
}

static const char *kind_name(enum gpuc_index_kind kind)
{
    return kind == GPUC_INDEX_INTEGER ? "int" : "float";
}

/* Whether values of a batch, which are of the kind `found`, can be of another. */
static bool fits(enum gpuc_index_kind found, enum gpuc_index_kind wanted)
{
    return found == wanted || wanted == GPUC_INDEX_TEXT ||
           (found == GPUC_INDEX_INTEGER && wanted == GPUC_INDEX_FLOAT);
}

/* Gives every index column the type that was fixed beforehand. */
static enum gpuc_status fix_index(const struct gpuc_stream *stream,
                                  const struct gpuc_blackbox_job *job,
                                  const struct gpuc_stream_batch *batch,
                                  struct gpuc_error *error)
{
    enum gpuc_index_kind wanted = stream->streamer->index_kind;
    if (!stream->streamer->is_index_fixed || batch->batch.rows.n_items == 0)
        return GPUC_OK;
    for (size_t level = 0; level < job->layout.n_index; level++) {
        if (!fits(job->index_kinds[level], wanted))
            return gpuc_fail_at(error, GPUC_EDATA, stream->name, batch->first_line,
                                "an index value in the %zu records from here on is not "
                                "of the type that --index-type %s fixes",
                                batch->n_records, kind_name(wanted));
        job->index_kinds[level] = wanted;
    }
    return GPUC_OK;
}

/* Opens the batch's text as the input of a job, and moves the batch on to its rows. */
static enum gpuc_status begin(const struct gpuc_stream *stream,
                              struct gpuc_blackbox_job *job,
                              struct gpuc_stream_batch *batch, struct gpuc_error *error)
{
    struct gpuc_batch *piece = &batch->batch;
    size_t begin = piece->piece_begin - stream->header.size;
    enum gpuc_status status;
    GPUC_TRY(gpuc_source_open_memory(stream->name, piece->input.data + begin,
                                     piece->input.size - begin, &job->base.source,
                                     error));
    GPUC_TRY(gpuc_blackbox_read_columns(job, error));
    GPUC_TRY(gpuc_blackbox_make_workers(job, error));
    piece->piece_begin = begin + job->layout.data_offset;
    /* The header is line 1 of the batch's text and of the stream's. */
    batch->first_line += job->layout.data_line - 2;
out:
    return status;
}

enum gpuc_status gpuc_stream_classify_blackbox(const struct gpuc_stream *stream,
                                               uint32_t worker,
                                               struct gpuc_stream_batch *batch,
                                               struct gpuc_error *error)
{
    struct gpuc_blackbox_job job = begin_job(stream->streamer);
    uint64_t n_bad;
    enum gpuc_status status;
    GPUC_TRY(begin(stream, &job, batch, error));
    GPUC_TRY(gpuc_stream_find_rows(&job.base, stream->name, batch, false, &n_bad, error));
    GPUC_TRY(gpuc_blackbox_survey_batch(&job, worker, &batch->batch, error));
    GPUC_TRY(fix_index(stream, &job, batch, error));
    GPUC_TRY(gpuc_blackbox_work(&job, worker, &batch->batch, error));
out:
    gpuc_source_close(job.base.source);
    gpuc_blackbox_job_done(&job);
    return status;
}
