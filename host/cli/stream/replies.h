/* SPDX-License-Identifier: Apache-2.0 */
/* The frames that a service sends, written to a file: each frame's lines and a line end.
 */
#ifndef GPUC_REPLIES_H
#define GPUC_REPLIES_H

#include "csv/sink.h"
#include "stream/frame.h"

struct gpuc_replies {
    struct gpuc_frame_reader frames;
    struct gpuc_sink *sink;
    uint64_t n_frames;
    uint64_t n_rows; /* lines that do not end inside quotes */
    bool is_in_quotes;
};

void gpuc_replies_init(struct gpuc_replies *replies, struct gpuc_sink *sink);

/* Writes the frames that end in bytes of the connection `name`. */
enum gpuc_status gpuc_replies_take(struct gpuc_replies *replies, const char *name,
                                   const uint8_t *bytes, size_t size,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

/* GPUC_EDATA if a connection that has ended did so within a frame. */
enum gpuc_status gpuc_replies_end(const struct gpuc_replies *replies, const char *name,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

void gpuc_replies_done(struct gpuc_replies *replies);

#endif
