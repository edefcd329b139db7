/* SPDX-License-Identifier: Apache-2.0 */
/* The little of HTTP that monitoring needs: GET /metrics and GET /healthz. */
#ifndef GPUC_HTTP_H
#define GPUC_HTTP_H

#include "host/cli/serve/listener.h"
#include "host/cli/serve/server.h"

struct gpuc_http_client;

struct gpuc_http {
    struct gpuc_server *server;
    struct gpuc_listener listener;
    struct gpuc_http_client *clients;
    size_t n_clients;
};

/* Answers at an address, on the server's loop. */
enum gpuc_status gpuc_http_open(struct gpuc_http *http, struct gpuc_server *server,
                                const struct gpuc_address *address,
                                struct gpuc_error *error) GPUC_MUST_CHECK;

/* Answers no more, and closes every connection. */
void gpuc_http_close(struct gpuc_http *http);

#endif
