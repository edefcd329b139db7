/* SPDX-License-Identifier: Apache-2.0 */
/* How connections come and go. */
#include <inttypes.h>
#include <linux/sockios.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/memory.h"
#include "host/cli/serve/connection.h"

/* How long a sender may take to close behind the end of its stream. */
enum { DISCARD_MS = 5000, CHECK_MS = 5, MS_PER_SECOND = 1000 };

/* ---- closing ---- */

void gpuc_connection_free_if_gone(struct gpuc_connection *connection)
{
    if (connection->n_handles > 0 || connection->n_working > 0)
        return;
    gpuc_frame_reader_done(&connection->frames);
    gpuc_bytes_done(&connection->pending);
    gpuc_bytes_done(&connection->header);
    gpuc_bytes_done(&connection->sent_header);
    gpuc_served_stream_leave(connection->stream);
    gpuc_server_forget(connection->server, connection);
    gpuc_free(connection);
}

void gpuc_connection_handle_closed(struct gpuc_connection *connection)
{
    connection->n_handles--;
    gpuc_connection_free_if_gone(connection);
}

static void on_closed(uv_handle_t *handle)
{
    gpuc_connection_handle_closed(handle->data);
}

/* Closes every handle; batches that are still with the threads are dropped when they
 * come back. */
static void close_all(struct gpuc_connection *connection)
{
    if (connection->is_closing)
        return;
    connection->is_closing = true;
    connection->failed_from = 0;
    gpuc_outlet_close(&connection->outlet, connection->state == GPUC_CONNECTION_FAILED);
    uv_close((uv_handle_t *)&connection->linger, on_closed);
    uv_close((uv_handle_t *)&connection->idle, on_closed);
    if (connection->state == GPUC_CONNECTION_FAILED)
        gpuc_outlet_break(&connection->socket, on_closed);
    else
        uv_close(&connection->socket.handle, on_closed);
}

static void on_discarded_long_enough(uv_timer_t *timer)
{
    close_all(timer->data);
}

/*
 * The output has been sent. Closing now, with bytes of the sender not read, would break
 * the connection before the last replies are read at the other end; so what still comes
 * is read and thrown away until the sender closes too.
 */
static void on_shut_down(uv_shutdown_t *request, int failure)
{
    struct gpuc_connection *connection = request->data;
    if (connection->is_closing)
        return;
    connection->is_discarding = true;
    uv_timer_start(&connection->idle, on_discarded_long_enough, DISCARD_MS, 0);
    if (failure == 0)
        gpuc_connection_read_on(connection);
    if (!connection->is_reading)
        close_all(connection);
}

/* Whether the system still has bytes that the other end has not confirmed. */
static bool has_unconfirmed(const struct gpuc_connection *connection)
{
    int fd, n_bytes = 0;
    return uv_fileno(&connection->socket.handle, &fd) == 0 &&
           ioctl(fd, SIOCOUTQ, &n_bytes) == 0 && n_bytes > 0;
}

static void on_check_confirmed(uv_timer_t *timer)
{
    struct gpuc_connection *connection = timer->data;
    if (++connection->n_checks < DISCARD_MS / CHECK_MS && has_unconfirmed(connection))
        return;
    close_all(connection);
}

/* A stream that failed ends by a reset, so that nobody takes it for whole; what was right
 * arrives before that. */
static void end_by_reset(struct gpuc_connection *connection)
{
    connection->is_shutting_down = true;
    uv_timer_start(&connection->idle, on_check_confirmed, 0, CHECK_MS);
}

void gpuc_connection_close_if_done(struct gpuc_connection *connection)
{
    if (connection->state < GPUC_CONNECTION_ENDED || connection->n_in_flight > 0 ||
        connection->is_closing || connection->is_shutting_down)
        return;
    gpuc_connection_pause(connection);
    if (connection->state == GPUC_CONNECTION_FAILED) {
        end_by_reset(connection);
        return;
    }
    connection->is_shutting_down = true;
    connection->shutdown.data = connection;
    if (uv_shutdown(&connection->shutdown, &connection->socket.stream, on_shut_down) != 0)
        close_all(connection);
}

void gpuc_connection_fail(struct gpuc_connection *connection,
                          enum gpuc_stream_fault fault, const char *format, ...)
{
    char text[1100];
    va_list arguments;
    bool is_lost =
        fault == GPUC_FAULT_SOCKET && gpuc_outlet_is_reply(&connection->outlet);
    if (connection->is_closing)
        return;
    if (connection->state == GPUC_CONNECTION_FAILED) {
        if (is_lost)
            close_all(connection);
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    gpuc_server_complain("%s: closed: %s", connection->name, text);
    connection->server->metrics.faults[fault]++;
    connection->state = GPUC_CONNECTION_FAILED;
    gpuc_connection_pause(connection);
    gpuc_connection_flush(connection);
    if (connection->failed_from > connection->n_dispatched)
        connection->failed_from = connection->n_dispatched;
    /* Nobody takes what a broken connection would get. */
    if (is_lost)
        close_all(connection);
    else
        gpuc_connection_close_if_done(connection);
}

void gpuc_connection_drain(struct gpuc_connection *connection)
{
    if (connection->state == GPUC_CONNECTION_HEADER ||
        connection->state == GPUC_CONNECTION_ROWS)
        gpuc_connection_fail(connection, GPUC_FAULT_STOPPED,
                             "the service ends before the stream does");
}

/* ---- reading ---- */

static void on_allocate(uv_handle_t *handle, size_t wanted, uv_buf_t *ret_buffer)
{
    const struct gpuc_connection *connection = handle->data;
    (void)wanted;
    *ret_buffer =
        uv_buf_init((char *)connection->server->read_buffer, GPUC_READ_BUFFER_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct gpuc_connection *connection = stream->data;
    if (connection->is_discarding) {
        if (size < 0)
            close_all(connection);
    } else if (size > 0) {
        connection->server->metrics.bytes_in += (uint64_t)size;
        if (connection->server->limits.idle_ms > 0)
            uv_timer_again(&connection->idle);
        gpuc_connection_take(connection, (const uint8_t *)buffer->base, (size_t)size);
    } else if (size == UV_EOF && gpuc_frame_is_open(&connection->frames)) {
        gpuc_connection_fail(connection, GPUC_FAULT_FRAME,
                             "the sender ended within a frame");
    } else if (size == UV_EOF) {
        gpuc_connection_fail(connection, GPUC_FAULT_CUT_OFF,
                             "the sender ended without an end frame");
    } else if (size < 0) {
        gpuc_connection_fail(connection, GPUC_FAULT_SOCKET, "%s", uv_strerror((int)size));
    }
}

void gpuc_connection_pause(struct gpuc_connection *connection)
{
    if (connection->is_reading)
        uv_read_stop(&connection->socket.stream);
    connection->is_reading = false;
}

void gpuc_connection_read_on(struct gpuc_connection *connection)
{
    int failure = uv_read_start(&connection->socket.stream, on_allocate, on_read);
    connection->is_reading = failure == 0;
    if (failure != 0)
        gpuc_connection_fail(connection, GPUC_FAULT_SOCKET, "%s", uv_strerror(failure));
}

/* ---- accepting ---- */

static void on_idle(uv_timer_t *timer)
{
    struct gpuc_connection *connection = timer->data;
    if (connection->state < GPUC_CONNECTION_ENDED && connection->n_in_flight == 0)
        gpuc_connection_fail(connection, GPUC_FAULT_IDLE,
                             "nothing came for %" PRIu64 " s",
                             connection->server->limits.idle_ms / MS_PER_SECOND);
}

/* Names the connection by the address at its other end. */
static void name(struct gpuc_connection *connection)
{
    struct sockaddr_storage peer = {0};
    int size = sizeof peer;
    char text[GPUC_ADDRESS_TEXT_SIZE];
    if (connection->socket.handle.type == UV_TCP &&
        uv_tcp_getpeername(&connection->socket.tcp, (struct sockaddr *)&peer, &size) == 0)
        snprintf(connection->name, sizeof connection->name, "%s",
                 gpuc_address_text((struct sockaddr *)&peer, text));
    else
        snprintf(connection->name, sizeof connection->name, "unix:%" PRIu64,
                 connection->server->metrics.n_connections);
}

/* Why the connection is not wanted; NULL: it is. */
static const char *refusal(const struct gpuc_connection *connection)
{
    const struct gpuc_server *server = connection->server;
    struct sockaddr_storage peer = {0};
    int size = sizeof peer;
    if (server->n_connections > server->limits.n_connections)
        return "refused: --max-connections are there already";
    if (server->n_allowed == 0 || connection->socket.handle.type != UV_TCP)
        return NULL;
    if (uv_tcp_getpeername(&connection->socket.tcp, (struct sockaddr *)&peer, &size) != 0)
        return "refused: its address is not known";
    for (size_t i = 0; i < server->n_allowed; i++)
        if (gpuc_network_has(&server->allowed[i], (struct sockaddr *)&peer))
            return NULL;
    return "refused: --allow does not name its address";
}

/* The handles that live as long as the connection. */
static void init_handles(struct gpuc_connection *connection, const uv_stream_t *listener)
{
    struct gpuc_server *server = connection->server;
    uv_timer_init(&server->loop, &connection->linger);
    uv_timer_init(&server->loop, &connection->idle);
    if (listener->type == UV_TCP)
        uv_tcp_init(&server->loop, &connection->socket.tcp);
    else
        uv_pipe_init(&server->loop, &connection->socket.pipe, 0);
    connection->linger.data = connection;
    connection->idle.data = connection;
    connection->socket.handle.data = connection;
    connection->n_handles = 3;
    gpuc_outlet_init(&connection->outlet, connection);
}

void gpuc_connection_accept(struct gpuc_server *server, uv_stream_t *listener)
{
    struct gpuc_connection *connection = gpuc_alloc(1, sizeof *connection);
    if (connection == NULL) {
        gpuc_server_complain("out of memory for a connection");
        return;
    }
    connection->server = server;
    connection->line = 2; /* behind the header */
    connection->failed_from = UINT64_MAX;
    connection->frames.size_max = server->limits.frame_bytes;
    gpuc_server_remember(server, connection);
    init_handles(connection, listener);
    int failure = uv_accept(listener, &connection->socket.stream);
    name(connection);
    const char *reason = failure != 0 ? uv_strerror(failure) : refusal(connection);
    if (reason != NULL) {
        gpuc_connection_fail(connection, GPUC_FAULT_REFUSED, "%s", reason);
        return;
    }
    if (connection->socket.handle.type == UV_TCP)
        uv_tcp_nodelay(&connection->socket.tcp, 1);
    if (server->limits.idle_ms > 0)
        uv_timer_start(&connection->idle, on_idle, server->limits.idle_ms,
                       server->limits.idle_ms);
    gpuc_connection_read_on(connection);
}
