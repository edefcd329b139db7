/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/serve/outlet.h"

#include "host/cli/serve/connection.h"

enum {
    RETRY_MS_LEAST = 50,
    RETRY_MS_MOST = 2000,
    BATCHES_AT_ONCE = 32,
    BUFFERS_PER_BATCH = 3 /* its length, the output's header, its rows */
};

static void pump(struct gpuc_outlet *outlet);

bool gpuc_outlet_is_reply(const struct gpuc_outlet *outlet)
{
    return outlet->socket != &outlet->own;
}

/* ---- an own connection ---- */

static void on_retry(uv_timer_t *timer)
{
    struct gpuc_outlet *outlet = timer->data;
    outlet->state = GPUC_OUTLET_CLOSED;
    pump(outlet);
}

static void wait_to_retry(struct gpuc_outlet *outlet)
{
    outlet->state = GPUC_OUTLET_WAITING;
    uv_timer_start(&outlet->retry, on_retry, outlet->retry_ms, 0);
    outlet->retry_ms *= 2;
    if (outlet->retry_ms > RETRY_MS_MOST)
        outlet->retry_ms = RETRY_MS_MOST;
}

static void on_own_closed(uv_handle_t *handle)
{
    struct gpuc_outlet *outlet = handle->data;
    outlet->state = GPUC_OUTLET_CLOSED;
    if (!outlet->connection->is_closing)
        wait_to_retry(outlet);
    gpuc_connection_handle_closed(outlet->connection);
}

/* The receiver is not there, or no longer; it is tried again. */
static void lose(struct gpuc_outlet *outlet, int failure)
{
    struct gpuc_server *server = outlet->connection->server;
    if (!outlet->is_outage_told)
        gpuc_server_complain("%s: %s: trying again until it is there",
                             server->outlet->text, uv_strerror(failure));
    outlet->is_outage_told = true;
    server->metrics.n_reconnects++;
    outlet->state = GPUC_OUTLET_CLOSING;
    uv_close(&outlet->own.handle, on_own_closed);
}

static void on_connected(uv_connect_t *request, int failure)
{
    struct gpuc_outlet *outlet = request->data;
    if (outlet->connection->is_closing)
        return;
    if (failure != 0) {
        lose(outlet, failure);
        return;
    }
    if (outlet->is_outage_told)
        gpuc_server_log(outlet->connection->server, "%s: connected",
                        outlet->connection->server->outlet->text);
    outlet->is_outage_told = false;
    outlet->retry_ms = RETRY_MS_LEAST;
    outlet->state = GPUC_OUTLET_OPEN;
    pump(outlet);
}

static void connect_own(struct gpuc_outlet *outlet)
{
    struct gpuc_server *server = outlet->connection->server;
    const struct gpuc_address *address = server->outlet;
    int failure = 0;
    outlet->state = GPUC_OUTLET_CONNECTING;
    outlet->connection->n_handles++;
    outlet->connect.data = outlet;
    if (address->socket.any.sa_family == AF_UNIX) {
        uv_pipe_init(&server->loop, &outlet->own.pipe, 0);
        outlet->own.handle.data = outlet;
        uv_pipe_connect(&outlet->connect, &outlet->own.pipe,
                        address->socket.local.sun_path, on_connected);
        return;
    }
    uv_tcp_init(&server->loop, &outlet->own.tcp);
    outlet->own.handle.data = outlet;
    uv_tcp_nodelay(&outlet->own.tcp, 1);
    failure = uv_tcp_connect(&outlet->connect, &outlet->own.tcp, &address->socket.any,
                             on_connected);
    if (failure != 0)
        lose(outlet, failure);
}

/* ---- writing ---- */

/* Gives back the first batches of those that are not sent. */
static void give_first(struct gpuc_outlet *outlet, size_t n_batches)
{
    struct gpuc_connection *connection = outlet->connection;
    for (; n_batches > 0; n_batches--) {
        struct gpuc_served_batch *batch = gpuc_batch_list_take(&outlet->unsent);
        connection->n_in_flight--;
        gpuc_server_give_batch(connection->server, batch);
    }
}

static void on_written(uv_write_t *request, int failure)
{
    struct gpuc_outlet *outlet = request->data;
    struct gpuc_connection *connection = outlet->connection;
    size_t n_written = outlet->n_writing;
    outlet->n_writing = 0;
    if (connection->is_closing) {
        give_first(outlet, outlet->unsent.n_items);
        return;
    }
    if (failure != 0) {
        if (!gpuc_outlet_is_reply(outlet) && outlet->state == GPUC_OUTLET_OPEN)
            lose(outlet, failure);
        else if (gpuc_outlet_is_reply(outlet))
            gpuc_connection_fail(connection, GPUC_FAULT_SOCKET, "%s",
                                 uv_strerror(failure));
        return;
    }
    uint64_t now = uv_hrtime();
    const struct gpuc_served_batch *batch = outlet->unsent.first;
    for (size_t i = 0; i < n_written; i++, batch = batch->next)
        gpuc_metrics_add_latency(&connection->server->metrics, now - batch->last_ns);
    give_first(outlet, n_written);
    pump(outlet);
    gpuc_connection_close_if_done(connection);
}

/* The buffers of a batch's frame; returns how many. */
static unsigned make_buffers(struct gpuc_served_batch *batch,
                             uv_buf_t buffers[BUFFERS_PER_BATCH])
{
    const struct gpuc_bytes *header = gpuc_stream_output_header(batch->stream->stream);
    const struct gpuc_bytes *output = &batch->records.batch.output;
    size_t header_size = batch->has_header ? header->size : 0;
    /* Lines are joined: the last one has no line end. */
    size_t size = header_size + output->size - 1;
    gpuc_frame_put_length(batch->length, (uint32_t)size);
    unsigned n = 0;
    buffers[n++] = uv_buf_init((char *)batch->length, sizeof batch->length);
    if (output->size == 0)
        header_size--;
    if (header_size > 0)
        buffers[n++] = uv_buf_init((char *)header->data, (unsigned)header_size);
    if (output->size > 1)
        buffers[n++] = uv_buf_init((char *)output->data, (unsigned)(output->size - 1));
    batch->sent_bytes = sizeof batch->length + size;
    return n;
}

static void write_some(struct gpuc_outlet *outlet)
{
    uv_buf_t buffers[BATCHES_AT_ONCE * BUFFERS_PER_BATCH];
    unsigned n_buffers = 0;
    size_t n_bytes = 0;
    struct gpuc_served_batch *batch = outlet->unsent.first;
    while (batch != NULL && outlet->n_writing < BATCHES_AT_ONCE) {
        n_buffers += make_buffers(batch, buffers + n_buffers);
        n_bytes += batch->sent_bytes;
        outlet->n_writing++;
        batch = batch->next;
    }
    outlet->write.data = outlet;
    outlet->connection->server->metrics.bytes_out += n_bytes;
    int failure =
        uv_write(&outlet->write, &outlet->socket->stream, buffers, n_buffers, on_written);
    if (failure != 0)
        on_written(&outlet->write, failure);
}

static void pump(struct gpuc_outlet *outlet)
{
    if (outlet->unsent.n_items == 0 || outlet->n_writing > 0)
        return;
    if (outlet->state == GPUC_OUTLET_CLOSED)
        connect_own(outlet);
    else if (outlet->state == GPUC_OUTLET_OPEN)
        write_some(outlet);
}

void gpuc_outlet_init(struct gpuc_outlet *outlet, struct gpuc_connection *connection)
{
    struct gpuc_server *server = connection->server;
    outlet->connection = connection;
    outlet->retry_ms = RETRY_MS_LEAST;
    outlet->socket = server->outlet != NULL ? &outlet->own : &connection->socket;
    outlet->state = server->outlet != NULL ? GPUC_OUTLET_CLOSED : GPUC_OUTLET_OPEN;
    uv_timer_init(&server->loop, &outlet->retry);
    outlet->retry.data = outlet;
    connection->n_handles++;
}

void gpuc_outlet_put(struct gpuc_outlet *outlet, struct gpuc_served_batch *batch)
{
    gpuc_batch_list_add(&outlet->unsent, batch);
    pump(outlet);
}

static void on_retry_closed(uv_handle_t *handle)
{
    struct gpuc_outlet *outlet = handle->data;
    gpuc_connection_handle_closed(outlet->connection);
}

void gpuc_outlet_break(union gpuc_socket *socket, uv_close_cb on_closed)
{
    static char half[] = {0, 0, 0, 1};
    uv_buf_t buffer = uv_buf_init(half, sizeof half);
    if (socket->handle.type == UV_TCP && uv_tcp_close_reset(&socket->tcp, on_closed) == 0)
        return;
    uv_try_write(&socket->stream, &buffer, 1);
    uv_close(&socket->handle, on_closed);
}

void gpuc_outlet_close(struct gpuc_outlet *outlet, bool by_reset)
{
    uv_close((uv_handle_t *)&outlet->retry, on_retry_closed);
    bool is_open =
        outlet->state == GPUC_OUTLET_OPEN || outlet->state == GPUC_OUTLET_CONNECTING;
    if (!gpuc_outlet_is_reply(outlet) && is_open) {
        if (by_reset)
            gpuc_outlet_break(&outlet->own, on_own_closed);
        else
            uv_close(&outlet->own.handle, on_own_closed);
    }
    if (outlet->n_writing == 0)
        give_first(outlet, outlet->unsent.n_items);
}
