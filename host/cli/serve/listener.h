/* SPDX-License-Identifier: Apache-2.0 */
/* A socket that takes connections, on an event loop. */
#ifndef GPUC_LISTENER_H
#define GPUC_LISTENER_H

#include <uv.h>

#include "host/cli/stream/address.h"

/* A socket of either kind. */
union gpuc_socket {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

struct gpuc_listener {
    union gpuc_socket socket;
    void (*on_connection)(void *context, uv_stream_t *listener);
    void *context;
    char name[GPUC_ADDRESS_TEXT_SIZE]; /* with the port that was found, if any was free */
    bool is_open;
};

/*
 * Listens at an address. A socket file that nobody listens at any more is replaced, any
 * other file is not. GPUC_EIO if the address cannot be had.
 */
enum gpuc_status gpuc_listener_open(struct gpuc_listener *listener, uv_loop_t *loop,
                                    const struct gpuc_address *address,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Takes no more connections; a socket file is removed. */
void gpuc_listener_close(struct gpuc_listener *listener);

#endif
