/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the output of one stream goes: back on the sender's connection, or over one of
 * its own to a receiver. That one is made when there is something to send, and made again
 * for as long as it takes when it breaks; what was not yet handed to the system whole is
 * then sent again from the start of its frame.
 */
#ifndef GPUC_OUTLET_H
#define GPUC_OUTLET_H

#include "host/cli/serve/listener.h"
#include "host/cli/serve/server.h"

enum gpuc_outlet_state {
    GPUC_OUTLET_CLOSED,
    GPUC_OUTLET_CONNECTING,
    GPUC_OUTLET_WAITING, /* to try again */
    GPUC_OUTLET_OPEN,
    GPUC_OUTLET_CLOSING
};

struct gpuc_outlet {
    struct gpuc_connection *connection;
    union gpuc_socket *socket; /* the connection's, or `own` */
    union gpuc_socket own;
    enum gpuc_outlet_state state;
    uv_timer_t retry;
    uint64_t retry_ms;
    bool is_outage_told;
    struct gpuc_batch_list unsent; /* in order; the first `n_writing` are being written */
    size_t n_writing;
    uv_connect_t connect;
    uv_write_t write;
};

/* `connection`: whose socket takes replies. */
void gpuc_outlet_init(struct gpuc_outlet *outlet, struct gpuc_connection *connection);

/* True if output goes back to the sender. */
bool gpuc_outlet_is_reply(const struct gpuc_outlet *outlet);

/* Sends a batch's frame, and gives the batch back when it is sent. */
void gpuc_outlet_put(struct gpuc_outlet *outlet, struct gpuc_served_batch *batch);

/* Closes a socket so that its other end sees that the stream is not whole: by a reset, or
 * by half a frame where there is none, as on sockets of the file system. */
void gpuc_outlet_break(union gpuc_socket *socket, uv_close_cb on_closed);

/* Closes what the outlet has of its own, and drops what is not sent. `by_reset`: so that
 * the receiver sees that the stream is not whole. */
void gpuc_outlet_close(struct gpuc_outlet *outlet, bool by_reset);

#endif
