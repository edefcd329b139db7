/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/serve/served_model.h"

#include "base/memory.h"

enum gpuc_status gpuc_served_model_open(const struct gpuc_served_source *source,
                                        struct gpuc_served_model **ret_model,
                                        struct gpuc_error *error)
{
    const struct gpuc_options *options = source->options;
    enum gpuc_status status;
    struct gpuc_served_model *served = gpuc_alloc(1, sizeof *served);
    if (served == NULL)
        return gpuc_fail_memory(error, sizeof *served, "the model");
    served->n_users = 1;
    served->streamer_options = (struct gpuc_streamer_options){
        .job = &options->job, .index_type = source->index_type};
    GPUC_TRY(
        gpuc_model_open(options->model, &options->model_options, &served->model, error));
    const struct gpuc_engine_purpose purpose = {.model = served->model,
                                                .n_threads = options->job.n_threads};
    GPUC_TRY(gpuc_engine_open_for(options->device, &purpose, &served->engine, error));
    GPUC_TRY(gpuc_streamer_open(served->model, served->engine, &served->streamer_options,
                                &served->streamer, error));
    *ret_model = served;
    served = NULL;
out:
    gpuc_served_model_leave(served);
    return status;
}

void gpuc_served_model_leave(struct gpuc_served_model *model)
{
    if (model == NULL || --model->n_users > 0)
        return;
    gpuc_streamer_close(model->streamer);
    gpuc_engine_close(model->engine);
    gpuc_model_free(model->model);
    gpuc_free(model);
}

enum gpuc_status gpuc_served_stream_open(struct gpuc_served_model *model,
                                         const char *name,
                                         const struct gpuc_bytes *header,
                                         struct gpuc_served_stream **ret_stream,
                                         struct gpuc_error *error)
{
    struct gpuc_served_stream *stream = gpuc_alloc(1, sizeof *stream);
    if (stream == NULL)
        return gpuc_fail_memory(error, sizeof *stream, "a stream");
    enum gpuc_status status = gpuc_stream_open(model->streamer, name, header->data,
                                               header->size, &stream->stream, error);
    if (status != GPUC_OK) {
        gpuc_free(stream);
        return status;
    }
    stream->model = model;
    model->n_users++;
    stream->n_users = 1;
    *ret_stream = stream;
    return GPUC_OK;
}

void gpuc_served_stream_leave(struct gpuc_served_stream *stream)
{
    if (stream == NULL || --stream->n_users > 0)
        return;
    gpuc_stream_close(stream->stream);
    gpuc_served_model_leave(stream->model);
    gpuc_free(stream);
}
