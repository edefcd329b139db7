/* SPDX-License-Identifier: Apache-2.0 */
/* What streams of every model kind have in common, and what each kind does itself. */
#ifndef GPUC_STREAM_KINDS_H
#define GPUC_STREAM_KINDS_H

#include "jobs/blackbox_job.h"
#include "jobs/forest_job.h"
#include "stream/stream.h"

struct gpuc_streamer {
    struct gpuc_job_options options;
    /* What all streams share: the base with sessions, and the forest's workers. */
    struct gpuc_forest_job forest;
    struct gpuc_blackbox_job blackbox; /* its options */
    struct gpuc_job *base;             /* of `forest` */
    enum gpuc_index_kind index_kind;
    bool is_index_fixed;
};

struct gpuc_stream {
    const struct gpuc_streamer *streamer;
    char name[GPUC_STREAM_NAME_SIZE];
    struct gpuc_bytes header;      /* with a line end */
    struct gpuc_forest_job forest; /* the workers are the streamer's */
};

/* Whether a header can be that of a black-box job. */
enum gpuc_status gpuc_stream_check_blackbox(const struct gpuc_stream *stream,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/*
 * Finds the rows of a batch, and sees to it that no record reaches into another. Those
 * that do are an error, or made blank and counted in *ret_n_bad if `is_mending`.
 */
enum gpuc_status gpuc_stream_find_rows(const struct gpuc_job *base, const char *name,
                                       struct gpuc_stream_batch *batch, bool is_mending,
                                       uint64_t *ret_n_bad, struct gpuc_error *error)
    GPUC_MUST_CHECK;

enum gpuc_status gpuc_stream_classify_blackbox(const struct gpuc_stream *stream,
                                               uint32_t worker,
                                               struct gpuc_stream_batch *batch,
                                               struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
