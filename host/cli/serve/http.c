/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/serve/http.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { REQUEST_BYTES_MAX = 8192, CLIENTS_MAX = 64, CLIENT_MS_MAX = 10000 };

struct gpuc_http_client {
    struct gpuc_http *http;
    struct gpuc_http_client *previous;
    struct gpuc_http_client *next;
    union gpuc_socket socket;
    uv_timer_t timer;
    uv_write_t write;
    unsigned n_handles;
    bool is_closing;
    char request[REQUEST_BYTES_MAX + 1];
    size_t request_size;
    struct gpuc_bytes response;
};

static void on_closed(uv_handle_t *handle)
{
    struct gpuc_http_client *client = handle->data;
    struct gpuc_http *http = client->http;
    if (--client->n_handles > 0)
        return;
    if (client->next != NULL)
        client->next->previous = client->previous;
    if (client->previous != NULL)
        client->previous->next = client->next;
    else
        http->clients = client->next;
    http->n_clients--;
    gpuc_bytes_done(&client->response);
    gpuc_free(client);
}

static void close_client(struct gpuc_http_client *client)
{
    if (client->is_closing)
        return;
    client->is_closing = true;
    uv_close(&client->socket.handle, on_closed);
    uv_close((uv_handle_t *)&client->timer, on_closed);
}

static void on_time_out(uv_timer_t *timer)
{
    close_client(timer->data);
}

static void on_written(uv_write_t *request, int failure)
{
    (void)failure;
    close_client(request->data);
}

static enum gpuc_status put_metrics(struct gpuc_server *server, struct gpuc_bytes *body,
                                    struct gpuc_error *error)
{
    const struct gpuc_served_model *model = server->model;
    struct gpuc_gauges gauges = {.n_connections = server->n_connections,
                                 .n_waiting_batches =
                                     gpuc_work_queue_n_waiting(&server->queue),
                                 .n_batches_in_flight = server->n_in_flight,
                                 .bytes_in_flight = server->bytes_in_flight};
    gauges.n_devices = gpuc_team_shares(model->engine, gauges.devices);
    if (gauges.n_devices == 0)
        gauges.devices[gauges.n_devices++] = (struct gpuc_team_share){
            gpuc_engine_device(model->engine)->name, model->n_rows};
    return gpuc_metrics_print(&server->metrics, &gauges, body, error);
}

static enum gpuc_status make_body(const struct gpuc_http_client *client,
                                  const char **ret_result, struct gpuc_bytes *body,
                                  struct gpuc_error *error)
{
    static const char healthy[] = "ok\n", draining[] = "draining\n",
                      unknown[] = "there are /metrics and /healthz\n",
                      no_get[] = "only GET is answered\n";
    struct gpuc_server *server = client->http->server;
    const char *text;
    *ret_result = "200 OK";
    if (strncmp(client->request, "GET /metrics ", 13) == 0)
        return put_metrics(server, body, error);
    if (strncmp(client->request, "GET /healthz ", 13) == 0) {
        *ret_result = server->is_draining ? "503 Service Unavailable" : "200 OK";
        text = server->is_draining ? draining : healthy;
    } else if (strncmp(client->request, "GET ", 4) == 0) {
        *ret_result = "404 Not Found";
        text = unknown;
    } else {
        *ret_result = "405 Method Not Allowed";
        text = no_get;
    }
    return gpuc_bytes_append(body, text, strlen(text), error);
}

static void respond(struct gpuc_http_client *client)
{
    struct gpuc_bytes body = {0};
    const char *result;
    char head[256];
    enum gpuc_status status;
    uv_read_stop(&client->socket.stream);
    GPUC_TRY(make_body(client, &result, &body, NULL));
    int head_size = snprintf(head, sizeof head,
                             "HTTP/1.1 %s\r\n"
                             "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                             "Content-Length: %zu\r\n"
                             "Connection: close\r\n\r\n",
                             result, body.size);
    GPUC_TRY(gpuc_bytes_append(&client->response, head, (size_t)head_size, NULL));
    GPUC_TRY(gpuc_bytes_append(&client->response, body.data, body.size, NULL));
    client->write.data = client;
    uv_buf_t buffer =
        uv_buf_init((char *)client->response.data, (unsigned)client->response.size);
    if (uv_write(&client->write, &client->socket.stream, &buffer, 1, on_written) != 0)
        status = GPUC_EIO;
out:
    gpuc_bytes_done(&body);
    if (status != GPUC_OK)
        close_client(client);
}

static void on_allocate(uv_handle_t *handle, size_t wanted, uv_buf_t *ret_buffer)
{
    struct gpuc_http_client *client = handle->data;
    (void)wanted;
    *ret_buffer = uv_buf_init(client->request + client->request_size,
                              (unsigned)(REQUEST_BYTES_MAX - client->request_size));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct gpuc_http_client *client = stream->data;
    (void)buffer;
    if (size < 0) {
        close_client(client);
        return;
    }
    client->request_size += (size_t)size;
    client->request[client->request_size] = '\0';
    if (strstr(client->request, "\r\n\r\n") != NULL ||
        strstr(client->request, "\n\n") != NULL)
        respond(client);
    else if (client->request_size == REQUEST_BYTES_MAX)
        close_client(client);
}

static void accept_client(void *context, uv_stream_t *listener)
{
    struct gpuc_http *http = context;
    uv_loop_t *loop = &http->server->loop;
    struct gpuc_http_client *client = gpuc_alloc(1, sizeof *client);
    if (client == NULL)
        return;
    client->http = http;
    client->next = http->clients;
    if (client->next != NULL)
        client->next->previous = client;
    http->clients = client;
    http->n_clients++;
    if (listener->type == UV_TCP)
        uv_tcp_init(loop, &client->socket.tcp);
    else
        uv_pipe_init(loop, &client->socket.pipe, 0);
    uv_timer_init(loop, &client->timer);
    client->socket.handle.data = client;
    client->timer.data = client;
    client->n_handles = 2;
    if (uv_accept(listener, &client->socket.stream) != 0 ||
        http->n_clients > CLIENTS_MAX ||
        uv_read_start(&client->socket.stream, on_allocate, on_read) != 0)
        close_client(client);
    else
        uv_timer_start(&client->timer, on_time_out, CLIENT_MS_MAX, 0);
}

enum gpuc_status gpuc_http_open(struct gpuc_http *http, struct gpuc_server *server,
                                const struct gpuc_address *address,
                                struct gpuc_error *error)
{
    http->server = server;
    http->listener.on_connection = accept_client;
    http->listener.context = http;
    return gpuc_listener_open(&http->listener, &server->loop, address, error);
}

void gpuc_http_close(struct gpuc_http *http)
{
    gpuc_listener_close(&http->listener);
    for (struct gpuc_http_client *one = http->clients; one != NULL; one = one->next)
        close_client(one);
}
