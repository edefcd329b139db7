/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/stream/replies.h"

/* A batch's output; what is longer is no frame of a service. */
enum { FRAME_BYTES_MAX = 1 << 30 };

void gpuc_replies_init(struct gpuc_replies *replies, struct gpuc_sink *sink)
{
    *replies =
        (struct gpuc_replies){.frames = {.size_max = FRAME_BYTES_MAX}, .sink = sink};
}

/* Line ends that are no part of a quoted field; doubled quotes end and begin one. */
static void count_rows(struct gpuc_replies *replies, const struct gpuc_frame *frame)
{
    for (size_t i = 0; i < frame->size; i++) {
        if (frame->bytes[i] == '"')
            replies->is_in_quotes = !replies->is_in_quotes;
        else if (frame->bytes[i] == '\n' && !replies->is_in_quotes)
            replies->n_rows++;
    }
    replies->n_rows++;
}

enum gpuc_status gpuc_replies_take(struct gpuc_replies *replies, const char *name,
                                   const uint8_t *bytes, size_t size,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    for (size_t taken = 0, n; taken < size; taken += n) {
        enum gpuc_frame_event event;
        struct gpuc_frame frame;
        GPUC_TRY(gpuc_frame_take(&replies->frames, bytes + taken, size - taken, &event,
                                 &frame, &n, error));
        if (event == GPUC_FRAME_TOO_LONG)
            return gpuc_fail(
                error, GPUC_EDATA,
                "%s: a frame of %zu bytes: this is no classification service", name,
                frame.size);
        if (event != GPUC_FRAME_WHOLE)
            continue;
        replies->n_frames++;
        count_rows(replies, &frame);
        GPUC_TRY(gpuc_sink_write(replies->sink, frame.bytes, frame.size, error));
        GPUC_TRY(gpuc_sink_write(replies->sink, "\n", 1, error));
    }
out:
    return status;
}

enum gpuc_status gpuc_replies_end(const struct gpuc_replies *replies, const char *name,
                                  struct gpuc_error *error)
{
    if (gpuc_frame_is_open(&replies->frames))
        return gpuc_fail(error, GPUC_EDATA, "%s: the connection ended within a frame",
                         name);
    return GPUC_OK;
}

void gpuc_replies_done(struct gpuc_replies *replies)
{
    gpuc_frame_reader_done(&replies->frames);
}
