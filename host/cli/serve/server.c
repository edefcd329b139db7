/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/serve/server.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"
#include "host/cli/serve/connection.h"

/* A batch that grew larger gives its memory back before it waits for its next use. */
enum { SPARE_BATCH_BYTES = 1 << 20 };

/* One write, so that lines of several programs do not mix. */
static void say(const char *format, va_list arguments) GPUC_PRINTF(1, 0);

static void say(const char *format, va_list arguments)
{
    char line[1280];
    vsnprintf(line, sizeof line, format, arguments);
    fprintf(stderr, "gpuclassify: %s\n", line);
}

void gpuc_server_complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

void gpuc_server_log(const struct gpuc_server *server, const char *format, ...)
{
    va_list arguments;
    if (server->quiet)
        return;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

struct gpuc_served_batch *gpuc_server_take_batch(struct gpuc_server *server)
{
    struct gpuc_served_batch *batch = gpuc_batch_list_take(&server->spare);
    return batch != NULL ? batch : gpuc_alloc(1, sizeof *batch);
}

void gpuc_server_give_batch(struct gpuc_server *server, struct gpuc_served_batch *batch)
{
    server->n_in_flight--;
    server->bytes_in_flight -= batch->bytes;
    server->any_room = true;
    gpuc_served_stream_leave(batch->stream);
    batch->stream = NULL;
    if (batch->bytes > SPARE_BATCH_BYTES)
        gpuc_stream_batch_done(&batch->records);
    gpuc_batch_list_add(&server->spare, batch);
}

void gpuc_server_remember(struct gpuc_server *server, struct gpuc_connection *connection)
{
    connection->next = server->connections;
    if (connection->next != NULL)
        connection->next->previous = connection;
    server->connections = connection;
    server->n_connections++;
    server->metrics.n_connections++;
}

void gpuc_server_forget(struct gpuc_server *server, struct gpuc_connection *connection)
{
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    server->n_connections--;
    if (server->is_draining && server->n_connections == 0)
        server->on_drained(server);
}

static void on_finished(uv_async_t *handle)
{
    struct gpuc_server *server = handle->data;
    struct gpuc_batch_list finished = gpuc_work_queue_take(&server->queue);
    struct gpuc_served_batch *batch;
    while ((batch = gpuc_batch_list_take(&finished)) != NULL)
        gpuc_connection_done(batch->connection, batch);
}

/* Not where batches are given back: that is in the middle of what connections do. */
static void on_before_waiting(uv_prepare_t *handle)
{
    struct gpuc_server *server = handle->data;
    if (!server->any_room)
        return;
    server->any_room = false;
    struct gpuc_connection *next;
    for (struct gpuc_connection *one = server->connections; one != NULL; one = next) {
        next = one->next;
        gpuc_connection_resume(one);
    }
}

enum gpuc_status gpuc_server_start(struct gpuc_server *server,
                                   const struct gpuc_served_source *source,
                                   struct gpuc_error *error)
{
    enum gpuc_status status;
    int failure = uv_loop_init(&server->loop);
    if (failure != 0)
        return gpuc_fail(error, GPUC_EIO, "cannot make an event loop: %s",
                         uv_strerror(failure));
    server->has_loop = true;
    uv_async_init(&server->loop, &server->finished, on_finished);
    uv_prepare_init(&server->loop, &server->before_waiting);
    uv_prepare_start(&server->before_waiting, on_before_waiting);
    server->finished.data = server;
    server->before_waiting.data = server;
    server->read_buffer = gpuc_alloc(GPUC_READ_BUFFER_BYTES, 1);
    if (server->read_buffer == NULL)
        return gpuc_fail_memory(error, GPUC_READ_BUFFER_BYTES, "reading");
    GPUC_TRY(gpuc_served_model_open(source, &server->model, error));
    GPUC_TRY(gpuc_work_queue_start(&server->queue,
                                   gpuc_streamer_n_workers(server->model->streamer),
                                   &server->finished, error));
out:
    return status;
}

void gpuc_server_drain(struct gpuc_server *server)
{
    struct gpuc_connection *next;
    server->is_draining = true;
    for (struct gpuc_connection *one = server->connections; one != NULL; one = next) {
        next = one->next;
        gpuc_connection_drain(one);
    }
    if (server->n_connections == 0)
        server->on_drained(server);
}

void gpuc_server_close(struct gpuc_server *server)
{
    uv_close((uv_handle_t *)&server->finished, NULL);
    uv_close((uv_handle_t *)&server->before_waiting, NULL);
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void gpuc_server_abort(struct gpuc_server *server)
{
    if (server->has_loop)
        uv_walk(&server->loop, close_handle, NULL);
}

void gpuc_server_run(struct gpuc_server *server)
{
    struct gpuc_served_batch *batch;
    if (!server->has_loop)
        return;
    uv_run(&server->loop, UV_RUN_DEFAULT);
    gpuc_work_queue_stop(&server->queue);
    while ((batch = gpuc_batch_list_take(&server->spare)) != NULL) {
        gpuc_stream_batch_done(&batch->records);
        gpuc_free(batch);
    }
    gpuc_served_model_leave(server->model);
    gpuc_free(server->read_buffer);
    uv_loop_close(&server->loop);
}
