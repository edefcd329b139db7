/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model that a service classifies with. SIGHUP replaces it between batches, so for a
 * while batches of two models may be under way; each is freed with its last user.
 */
#ifndef GPUC_SERVED_MODEL_H
#define GPUC_SERVED_MODEL_H

#include "host/cli/options/options.h"
#include "stream/stream.h"

/* Where a model comes from, and how it is used; it never changes. */
struct gpuc_served_source {
    const struct gpuc_options *options; /* model, device, threads and results */
    const char *index_type;             /* see struct gpuc_streamer_options */
};

struct gpuc_served_model {
    struct gpuc_streamer_options streamer_options;
    struct gpuc_model *model;
    struct gpuc_engine *engine;
    struct gpuc_streamer *streamer;
    uint64_t n_rows; /* classified with it */
    size_t n_users;
};

/* Loads the model file and opens an engine for it; the caller is its first user. */
enum gpuc_status gpuc_served_model_open(const struct gpuc_served_source *source,
                                        struct gpuc_served_model **ret_model,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* One user less; the last one frees it. NULL is fine. */
void gpuc_served_model_leave(struct gpuc_served_model *model);

/* A header as a model reads it. */
struct gpuc_served_stream {
    struct gpuc_served_model *model;
    struct gpuc_stream *stream;
    size_t n_users;
};

enum gpuc_status gpuc_served_stream_open(struct gpuc_served_model *model,
                                         const char *name,
                                         const struct gpuc_bytes *header,
                                         struct gpuc_served_stream **ret_stream,
                                         struct gpuc_error *error) GPUC_MUST_CHECK;

/* As gpuc_served_model_leave(). */
void gpuc_served_stream_leave(struct gpuc_served_stream *stream);

#endif
