/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "engine.h"
#include "jobs/job_bad_rows.h"
#include "pipeline/record_reader.h"
#include "stream/stream_kinds.h"

static enum gpuc_status read_index_type(const char *name, struct gpuc_streamer *streamer,
                                        struct gpuc_error *error)
{
    static const struct {
        const char *name;
        enum gpuc_index_kind kind;
    } kinds[] = {{"int", GPUC_INDEX_INTEGER},
                 {"float", GPUC_INDEX_FLOAT},
                 {"text", GPUC_INDEX_TEXT}};
    if (name == NULL || strcmp(name, "auto") == 0)
        return GPUC_OK;
    if (streamer->base->model->kind != GPUC_MODEL_BLACKBOX)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--index-type is for the black box; this model has no index");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(name, kinds[i].name) != 0)
            continue;
        streamer->index_kind = kinds[i].kind;
        streamer->is_index_fixed = true;
        return GPUC_OK;
    }
    return gpuc_fail(error, GPUC_EUSAGE,
                     "the type of the index is int, float, text or auto, not '%s'", name);
}

/* What says which part of a file is read means nothing where there is none. */
static enum gpuc_status check_options(const struct gpuc_job_options *options,
                                      struct gpuc_error *error)
{
    const char *name = options->no_header              ? "no-header"
                       : options->skip_lines != 0      ? "skip-lines"
                       : options->skip_rows > 0        ? "skip"
                       : options->has_limit            ? "limit"
                       : options->n_shards > 0         ? "shard"
                       : options->rejects_path != NULL ? "rejects"
                                                       : NULL;
    if (name == NULL)
        return GPUC_OK;
    return gpuc_fail(error, GPUC_EUSAGE,
                     "--%s is for files: a stream has all its rows "
                     "behind its header",
                     name);
}

/* Settles what all streams share. */
static enum gpuc_status prepare(struct gpuc_streamer *streamer, struct gpuc_error *error)
{
    struct gpuc_forest_job *forest = &streamer->forest;
    struct gpuc_job *base = streamer->base;
    const struct gpuc_model *model = base->model;
    struct gpuc_row_width width = {.n_fields = 1};
    enum gpuc_status status;
    GPUC_TRY(check_options(&streamer->options, error));
    GPUC_TRY(gpuc_parser_find(streamer->options.csv_parser, &base->parser, error));
    if (model->kind == GPUC_MODEL_BLACKBOX) {
        streamer->blackbox.base = *base;
        GPUC_TRY(gpuc_blackbox_read_options(&streamer->blackbox, error));
        GPUC_TRY(gpuc_job_prepare(base, &width, error));
        goto out;
    }
    GPUC_TRY(gpuc_forest_read_options(forest, error));
    GPUC_TRY(gpuc_parser_check(&base->parser, &base->dialect, error));
    width = (struct gpuc_row_width){
        .n_fields = model->forest->n_features + 1,
        .n_bytes = gpuc_forest_room_row_bytes(model, &forest->outputs)};
    GPUC_TRY(gpuc_job_prepare(base, &width, error));
    GPUC_TRY(gpuc_forest_make_workers(forest, error));
out:
    return status;
}

enum gpuc_status gpuc_streamer_open(const struct gpuc_model *model,
                                    struct gpuc_engine *engine,
                                    const struct gpuc_streamer_options *options,
                                    struct gpuc_streamer **ret_streamer,
                                    struct gpuc_error *error)
{
    enum gpuc_status status;
    struct gpuc_streamer *streamer = gpuc_alloc(1, sizeof *streamer);
    if (streamer == NULL)
        return gpuc_fail_memory(error, sizeof *streamer, "the streams");
    streamer->options = *options->job;
    streamer->options.piece_bytes = 1; /* there is no input to be cut */
    streamer->base = &streamer->forest.base;
    *streamer->base = (struct gpuc_job){.model = model,
                                        .engine = engine,
                                        .options = &streamer->options,
                                        .dialect = GPUC_DIALECT_PANDAS};
    GPUC_TRY(read_index_type(options->index_type, streamer, error));
    GPUC_TRY(prepare(streamer, error));
    *ret_streamer = streamer;
    streamer = NULL;
out:
    gpuc_streamer_close(streamer);
    return status;
}

void gpuc_streamer_close(struct gpuc_streamer *streamer)
{
    if (streamer == NULL)
        return;
    gpuc_forest_workers_done(&streamer->forest);
    gpuc_forest_columns_done(&streamer->forest);
    gpuc_job_done(streamer->base);
    gpuc_free(streamer);
}

uint32_t gpuc_streamer_n_workers(const struct gpuc_streamer *streamer)
{
    return streamer->base->n_workers;
}

static bool is_blackbox(const struct gpuc_streamer *streamer)
{
    return streamer->base->model->kind == GPUC_MODEL_BLACKBOX;
}

/* A header with a line end outside of quotes would hide rows. */
static enum gpuc_status check_header(const struct gpuc_stream *stream,
                                     struct gpuc_error *error)
{
    const struct gpuc_job *base = stream->streamer->base;
    struct gpuc_record_reader records;
    struct gpuc_source *source = NULL;
    size_t n_fields;
    enum gpuc_status status;
    GPUC_TRY(gpuc_source_open_memory(stream->name, stream->header.data,
                                     stream->header.size, &source, error));
    gpuc_record_reader_init(&records, source, &base->parser, &base->dialect);
    status = gpuc_record_reader_next(&records, &n_fields, error);
    if (status == GPUC_OK && gpuc_record_reader_offset(&records) != stream->header.size)
        status =
            gpuc_fail(error, GPUC_EDATA,
                      "%s: the header's frame holds more than one record", stream->name);
    gpuc_record_reader_done(&records);
out:
    gpuc_source_close(source);
    return status;
}

/* Only sessions and workers are the streamer's. */
static enum gpuc_status open_forest(struct gpuc_stream *stream, struct gpuc_error *error)
{
    struct gpuc_forest_job *job = &stream->forest;
    struct gpuc_source *source;
    enum gpuc_status status;
    job->base = *stream->streamer->base;
    job->workers = stream->streamer->forest.workers;
    GPUC_TRY(gpuc_forest_read_options(job, error));
    GPUC_TRY(gpuc_source_open_memory(stream->name, stream->header.data,
                                     stream->header.size, &source, error));
    job->base.source = source;
    GPUC_TRY(gpuc_forest_read_header(job, error));
out:
    return status;
}

static void close_forest(struct gpuc_stream *stream)
{
    gpuc_forest_columns_done(&stream->forest);
    gpuc_source_close(stream->forest.base.source);
}

enum gpuc_status gpuc_stream_open(const struct gpuc_streamer *streamer, const char *name,
                                  const uint8_t *header, size_t header_size,
                                  struct gpuc_stream **ret_stream,
                                  struct gpuc_error *error)
{
    enum gpuc_status status;
    struct gpuc_stream *stream = gpuc_alloc(1, sizeof *stream);
    if (stream == NULL)
        return gpuc_fail_memory(error, sizeof *stream, "a stream");
    stream->streamer = streamer;
    snprintf(stream->name, sizeof stream->name, "%s", name);
    GPUC_TRY(gpuc_bytes_append(&stream->header, header, header_size, error));
    GPUC_TRY(gpuc_bytes_append(&stream->header, "\n", 1, error));
    GPUC_TRY(check_header(stream, error));
    if (is_blackbox(streamer))
        GPUC_TRY(gpuc_stream_check_blackbox(stream, error));
    else
        GPUC_TRY(open_forest(stream, error));
    *ret_stream = stream;
    stream = NULL;
out:
    gpuc_stream_close(stream);
    return status;
}

void gpuc_stream_close(struct gpuc_stream *stream)
{
    if (stream == NULL)
        return;
    if (!is_blackbox(stream->streamer))
        close_forest(stream);
    gpuc_bytes_done(&stream->header);
    gpuc_free(stream);
}

const struct gpuc_bytes *gpuc_stream_output_header(const struct gpuc_stream *stream)
{
    return &stream->forest.header;
}

static enum gpuc_status classify_forest(const struct gpuc_stream *stream, uint32_t worker,
                                        struct gpuc_stream_batch *batch,
                                        struct gpuc_error *error)
{
    const struct gpuc_forest_job *job = &stream->forest;
    uint64_t n_bad;
    enum gpuc_status status;
    GPUC_TRY(gpuc_stream_find_rows(&job->base, stream->name, batch,
                                   job->base.bad_rows_rule != GPUC_BAD_ROWS_ERROR, &n_bad,
                                   error));
    GPUC_TRY(gpuc_forest_work(job, worker, &batch->batch, error));
    batch->batch.bad_rows.n_rows += n_bad;
    batch->batch.bad_rows.n_skipped += n_bad;
    batch->batch.bad_rows.by_kind[GPUC_BAD_QUOTES] += n_bad;
out:
    return status;
}

enum gpuc_status gpuc_stream_classify(const struct gpuc_stream *stream, uint32_t worker,
                                      struct gpuc_stream_batch *batch,
                                      struct gpuc_error *error)
{
    return is_blackbox(stream->streamer)
               ? gpuc_stream_classify_blackbox(stream, worker, batch, error)
               : classify_forest(stream, worker, batch, error);
}
