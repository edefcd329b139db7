/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service: one event loop that owns all sockets and streams, and threads that
 * classify (work_queue.h).
 *
 *     sender -> connection: frames -> batches -> queue -> threads
 *                   ^                                       |
 *     receiver <- outlet <- connection: in order <----------+
 *
 * Nothing that was read is dropped while the process lives, and nothing more is read than
 * can be kept: a connection whose batches are not taken off stops being read.
 */
#ifndef GPUC_SERVER_H
#define GPUC_SERVER_H

#include "host/cli/serve/metrics.h"
#include "host/cli/serve/served_model.h"
#include "host/cli/serve/work_queue.h"
#include "host/cli/stream/address.h"

struct gpuc_server_limits {
    uint32_t batch_rows;
    uint64_t linger_ms;     /* a batch that is not full waits so long; 0: for ever */
    uint32_t frame_bytes;   /* no frame is longer */
    uint32_t n_connections; /* at once */
    uint64_t idle_ms;       /* a connection may be silent so long; 0: for ever */
};

struct gpuc_server {
    uv_loop_t loop;
    bool has_loop;
    struct gpuc_server_limits limits;
    const struct gpuc_address *outlet; /* NULL: replies go to the sender */
    const struct gpuc_network *allowed;
    size_t n_allowed; /* 0: everyone */
    bool quiet;

    struct gpuc_served_model *model;
    struct gpuc_work_queue queue;
    uv_async_t finished;          /* batches that threads are done with */
    uv_prepare_t before_waiting;  /* reads on where there is room again */
    bool any_room;                /* there may be: batches were given back */
    struct gpuc_batch_list spare; /* empty batches */
    size_t n_in_flight;           /* batches that are with the threads or not sent yet, */
    size_t bytes_in_flight;       /* and the bytes of their records and outputs */
    struct gpuc_connection *connections;
    size_t n_connections;
    struct gpuc_metrics metrics;
    bool is_draining;
    void (*on_drained)(struct gpuc_server *server); /* the last connection is gone */
    uint8_t *read_buffer; /* for whatever is read, one at a time */
};

/* Opens the model and starts the threads. The server's fields up to `quiet` are set. */
enum gpuc_status gpuc_server_start(struct gpuc_server *server,
                                   const struct gpuc_served_source *source,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads no more, and calls `on_drained` when all that was read has been sent. */
void gpuc_server_drain(struct gpuc_server *server);

/* Closes the handles, which ends the loop, once there are no connections. */
void gpuc_server_close(struct gpuc_server *server);

/* Closes whatever is open, where not everything could be opened. */
void gpuc_server_abort(struct gpuc_server *server);

/* Runs until all handles are closed, ends the threads and frees the contents. */
void gpuc_server_run(struct gpuc_server *server);

/* More of it stops reading from all connections. */
enum { GPUC_IN_FLIGHT_BYTES_MAX = 256 << 20, GPUC_READ_BUFFER_BYTES = 256 << 10 };

/* Says a line on standard error: what is wrong, or else what an operator may want to
 * know, which --quiet leaves out. */
void gpuc_server_complain(const char *format, ...) GPUC_PRINTF(1, 2);
void gpuc_server_log(const struct gpuc_server *server, const char *format, ...)
    GPUC_PRINTF(2, 3);

/* A batch from the spare ones, or a further one; NULL: out of memory. */
struct gpuc_served_batch *gpuc_server_take_batch(struct gpuc_server *server);

/* Gives a batch back, and reads on where reading had to wait. */
void gpuc_server_give_batch(struct gpuc_server *server, struct gpuc_served_batch *batch);

/* Puts a connection on the list, and takes it off. */
void gpuc_server_remember(struct gpuc_server *server, struct gpuc_connection *connection);
void gpuc_server_forget(struct gpuc_server *server, struct gpuc_connection *connection);

#endif
