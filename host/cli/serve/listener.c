/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/serve/listener.h"

#include "host/cli/stream/socket.h"

enum { BACKLOG = 511 };

static void on_connection(uv_stream_t *stream, int failure)
{
    struct gpuc_listener *listener = stream->data;
    if (failure == 0)
        listener->on_connection(listener->context, stream);
}

static int listen_tcp(struct gpuc_listener *listener, uv_loop_t *loop,
                      const struct gpuc_address *address)
{
    uv_tcp_t *tcp = &listener->socket.tcp;
    struct sockaddr_storage bound;
    int size = sizeof bound;
    int failure = uv_tcp_init(loop, tcp);
    if (failure != 0)
        return failure;
    listener->is_open = true;
    tcp->data = listener;
    failure = uv_tcp_bind(tcp, &address->socket.any, 0);
    if (failure == 0)
        failure = uv_listen(&listener->socket.stream, BACKLOG, on_connection);
    if (failure == 0)
        failure = uv_tcp_getsockname(tcp, (struct sockaddr *)&bound, &size);
    if (failure == 0)
        gpuc_address_text((struct sockaddr *)&bound, listener->name);
    return failure;
}

static int listen_local(struct gpuc_listener *listener, uv_loop_t *loop,
                        const struct gpuc_address *address)
{
    uv_pipe_t *pipe = &listener->socket.pipe;
    int failure = uv_pipe_init(loop, pipe, 0);
    if (failure != 0)
        return failure;
    listener->is_open = true;
    pipe->data = listener;
    failure = uv_pipe_bind(pipe, address->socket.local.sun_path);
    if (failure == 0)
        failure = uv_listen(&listener->socket.stream, BACKLOG, on_connection);
    gpuc_address_text(&address->socket.any, listener->name);
    return failure;
}

enum gpuc_status gpuc_listener_open(struct gpuc_listener *listener, uv_loop_t *loop,
                                    const struct gpuc_address *address,
                                    struct gpuc_error *error)
{
    bool is_local = address->socket.any.sa_family == AF_UNIX;
    enum gpuc_status status = is_local ? gpuc_socket_clear_path(address, error) : GPUC_OK;
    if (status != GPUC_OK)
        return status;
    int failure = is_local ? listen_local(listener, loop, address)
                           : listen_tcp(listener, loop, address);
    if (failure != 0)
        return gpuc_fail(error, GPUC_EIO, "%s: cannot listen: %s", address->text,
                         uv_strerror(failure));
    return GPUC_OK;
}

void gpuc_listener_close(struct gpuc_listener *listener)
{
    if (listener->is_open)
        uv_close(&listener->socket.handle, NULL);
    listener->is_open = false;
}
