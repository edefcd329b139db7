/* SPDX-License-Identifier: Apache-2.0 */
/* The service's life: addresses, signals, reloading, and its end. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/error.h"
#include "host/cli/commands.h"
#include "host/cli/report.h"
#include "host/cli/serve/connection.h"
#include "host/cli/serve/http.h"
#include "host/cli/serve/serve_options.h"

enum { N_SIGNALS = 3 };

static const int signal_numbers[N_SIGNALS] = {SIGTERM, SIGINT, SIGHUP};

struct service {
    struct gpuc_server server;
    struct gpuc_served_source source;
    const struct gpuc_serve_options *options;
    struct gpuc_address outlet;
    struct gpuc_address listen[GPUC_SERVE_LISTENERS_MAX];
    struct gpuc_listener listeners[GPUC_SERVE_LISTENERS_MAX];
    struct gpuc_address metrics;
    struct gpuc_http http;
    uv_signal_t signals[N_SIGNALS];

    uv_work_t reload;
    bool is_reloading;
    bool reload_again; /* another signal came meanwhile */
    struct gpuc_served_model *reloaded;
    enum gpuc_status reload_status;
    struct gpuc_error reload_error;
};

/* ---- reloading: on a thread of libuv's, for opening a device can take a second ---- */

static void load_again(uv_work_t *work)
{
    struct service *service = work->data;
    service->reload_status = gpuc_served_model_open(&service->source, &service->reloaded,
                                                    &service->reload_error);
}

static void start_reload(struct service *service);

static void on_loaded(uv_work_t *work, int failure)
{
    struct service *service = work->data;
    struct gpuc_server *server = &service->server;
    enum gpuc_status status = failure != 0 ? GPUC_ECANCELLED : service->reload_status;
    struct gpuc_error *error = &service->reload_error;
    service->is_reloading = false;
    if (status == GPUC_OK &&
        gpuc_streamer_n_workers(service->reloaded->streamer) < server->queue.n_threads) {
        gpuc_served_model_leave(service->reloaded);
        status = gpuc_fail(error, GPUC_EDEVICE, "the device serves fewer threads now");
    }
    if (status == GPUC_OK) {
        gpuc_served_model_leave(server->model);
        server->model = service->reloaded;
        server->metrics.n_reloads++;
        gpuc_server_log(server, "%s is loaded again", service->options->common.model);
    } else if (failure == 0) {
        server->metrics.n_failed_reloads++;
        gpuc_report_error(error);
        gpuc_server_log(server, "the model that was loaded before stays");
    }
    if (service->reload_again)
        start_reload(service);
}

static void start_reload(struct service *service)
{
    service->reload_again = service->is_reloading;
    if (service->is_reloading || service->server.is_draining)
        return;
    service->is_reloading = true;
    service->reload.data = service;
    uv_queue_work(&service->server.loop, &service->reload, load_again, on_loaded);
}

/* ---- the end ---- */

static void close_all(struct gpuc_server *server)
{
    struct service *service = server->loop.data;
    for (size_t i = 0; i < N_SIGNALS; i++)
        uv_close((uv_handle_t *)&service->signals[i], NULL);
    if (service->options->metrics != NULL)
        gpuc_http_close(&service->http);
    gpuc_server_close(server);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct service *service = handle->data;
    struct gpuc_server *server = &service->server;
    if (number == SIGHUP) {
        start_reload(service);
        return;
    }
    if (server->is_draining) {
        signal(number, SIG_DFL);
        raise(number);
    }
    gpuc_server_log(server, "ending: %zu connections are sent what they are owed",
                    server->n_connections);
    for (size_t i = 0; i < service->options->n_listen; i++)
        gpuc_listener_close(&service->listeners[i]);
    gpuc_server_drain(server);
}

/* ---- the beginning ---- */

static void on_connection(void *context, uv_stream_t *listener)
{
    gpuc_connection_accept(context, listener);
}

static enum gpuc_status read_addresses(struct service *service, struct gpuc_error *error)
{
    const struct gpuc_serve_options *options = service->options;
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < options->n_listen; i++)
        GPUC_TRY(gpuc_address_read(options->listen[i], &service->listen[i], error));
    if (options->outlet != NULL)
        GPUC_TRY(gpuc_address_read(options->outlet, &service->outlet, error));
    if (options->metrics != NULL)
        GPUC_TRY(gpuc_address_read(options->metrics, &service->metrics, error));
out:
    return status;
}

/* Each connection takes one or two descriptors; many systems allow 1024 at first. */
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static enum gpuc_status open_all(struct service *service, struct gpuc_error *error)
{
    const struct gpuc_serve_options *options = service->options;
    struct gpuc_server *server = &service->server;
    enum gpuc_status status;
    GPUC_TRY(gpuc_server_start(server, &service->source, error));
    server->loop.data = service;
    server->on_drained = close_all;
    for (size_t i = 0; i < options->n_listen; i++) {
        service->listeners[i].on_connection = on_connection;
        service->listeners[i].context = server;
        GPUC_TRY(gpuc_listener_open(&service->listeners[i], &server->loop,
                                    &service->listen[i], error));
    }
    if (options->metrics != NULL)
        GPUC_TRY(gpuc_http_open(&service->http, server, &service->metrics, error));
    for (size_t i = 0; i < N_SIGNALS; i++) {
        uv_signal_init(&server->loop, &service->signals[i]);
        service->signals[i].data = service;
        uv_signal_start(&service->signals[i], on_signal, signal_numbers[i]);
    }
out:
    return status;
}

/* What a script waits for. */
static void say_ready(const struct service *service)
{
    const struct gpuc_server *server = &service->server;
    for (size_t i = 0; i < service->options->n_listen; i++)
        gpuc_server_log(server, "listening at %s", service->listeners[i].name);
    if (service->options->metrics != NULL)
        gpuc_server_log(server, "metrics at %s", service->http.listener.name);
    gpuc_server_log(server, "ready: %s on %s, %u threads", service->options->common.model,
                    gpuc_engine_device(server->model->engine)->name,
                    (unsigned)server->queue.n_threads);
}

static enum gpuc_status run(struct service *service, struct gpuc_error *error)
{
    enum gpuc_status status;
    GPUC_TRY(read_addresses(service, error));
    GPUC_TRY(open_all(service, error));
    say_ready(service);
out:
    if (status != GPUC_OK)
        gpuc_server_abort(&service->server);
    gpuc_server_run(&service->server);
    return status;
}

static int serve(int argc, char **argv)
{
    struct gpuc_serve_options options;
    struct gpuc_error error;
    gpuc_serve_options_read(argc, argv, &options);
    struct service service = {
        .options = &options,
        .source = {.options = &options.common, .index_type = options.index_type},
        .server = {.limits = options.limits,
                   .allowed = options.allowed,
                   .n_allowed = options.n_allowed,
                   .quiet = options.common.quiet}};
    if (options.outlet != NULL)
        service.server.outlet = &service.outlet;
    signal(SIGPIPE, SIG_IGN);
    allow_descriptors();
    if (run(&service, &error) != GPUC_OK)
        return gpuc_report_error(&error);
    return GPUC_EXIT_OK;
}

const struct gpuc_command gpuc_command_serve = {
    .name = "serve",
    .summary = "classify rows that come over TCP",
    .run = serve,
    .argp = &gpuc_serve_argp,
};
