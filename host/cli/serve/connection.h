/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sender: its frames become the records of batches, which come back classified in any
 * order and leave in that of the records.
 */
#ifndef GPUC_CONNECTION_H
#define GPUC_CONNECTION_H

#include "host/cli/serve/outlet.h"
#include "stream/frame.h"

enum gpuc_connection_state {
    GPUC_CONNECTION_HEADER, /* its first frame is awaited */
    GPUC_CONNECTION_ROWS,
    GPUC_CONNECTION_ENDED, /* by its end frame */
    GPUC_CONNECTION_FAILED /* what was right before is still sent */
};

struct gpuc_connection {
    struct gpuc_server *server;
    struct gpuc_connection *previous;
    struct gpuc_connection *next;
    union gpuc_socket socket;
    uv_timer_t linger;
    uv_timer_t idle;
    char name[GPUC_ADDRESS_TEXT_SIZE + 16]; /* for messages */
    enum gpuc_connection_state state;
    bool is_reading;
    bool is_shutting_down;
    bool is_discarding; /* what comes after the end */
    bool is_closing;
    unsigned n_checks; /* for bytes that are not confirmed */
    uv_shutdown_t shutdown;
    unsigned n_handles; /* not closed yet */

    struct gpuc_frame_reader frames;
    struct gpuc_bytes pending; /* read, but waiting for room */
    size_t pending_begin;
    struct gpuc_bytes header;
    uint64_t line; /* of the next record */
    struct gpuc_served_stream *stream;
    struct gpuc_served_batch *filling; /* NULL: no record since the last batch */

    uint64_t n_dispatched;          /* batches */
    uint64_t failed_from;           /* batches from this number on are dropped */
    uint64_t n_delivered;           /* to the outlet, or dropped */
    size_t n_working;               /* with the threads */
    size_t n_in_flight;             /* with the threads or not sent yet */
    struct gpuc_served_batch *done; /* classified, but not in turn; by number */
    struct gpuc_bytes sent_header;
    bool is_header_sent;
    struct gpuc_outlet outlet;
};

/* A connection for a client that `listener` has waiting. */
void gpuc_connection_accept(struct gpuc_server *server, uv_stream_t *listener);

/* Takes bytes that have come; what there is no room for waits. */
void gpuc_connection_take(struct gpuc_connection *connection, const uint8_t *bytes,
                          size_t size);

/* Hands over the records of a batch that is not full. */
void gpuc_connection_flush(struct gpuc_connection *connection);

/* Stops reading, and begins again. */
void gpuc_connection_pause(struct gpuc_connection *connection);
void gpuc_connection_read_on(struct gpuc_connection *connection);

/* Closes a connection whose stream has ended, once all is sent. */
void gpuc_connection_close_if_done(struct gpuc_connection *connection);

/* A batch of the connection has been classified. */
void gpuc_connection_done(struct gpuc_connection *connection,
                          struct gpuc_served_batch *batch);

/* A handle of the connection has been closed; with the last one it is freed. */
void gpuc_connection_handle_closed(struct gpuc_connection *connection);

/* Frees a connection that is closed and has no batch with the threads. */
void gpuc_connection_free_if_gone(struct gpuc_connection *connection);

/* Goes on reading if there is room again. */
void gpuc_connection_resume(struct gpuc_connection *connection);

/* Reads no more: what has come is classified, sent, and the connection closed. */
void gpuc_connection_drain(struct gpuc_connection *connection);

/* Ends the stream for a reason, which is logged; what was right before it is sent. */
void gpuc_connection_fail(struct gpuc_connection *connection,
                          enum gpuc_stream_fault fault, const char *format, ...)
    GPUC_PRINTF(3, 4);

#endif
