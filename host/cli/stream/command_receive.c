/* SPDX-License-Identifier: Apache-2.0 */
/* Takes the output of a service, and writes it to a file. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/cli/commands.h"
#include "host/cli/options/arguments.h"
#include "host/cli/options/option_groups.h"
#include "host/cli/progress.h"
#include "host/cli/report.h"
#include "host/cli/run_jobs.h"
#include "host/cli/signals.h"
#include "host/cli/stream/replies.h"
#include "host/cli/stream/socket.h"

enum { READ_BYTES = 1 << 18 };

/* Long options without a letter. */
enum { KEY_LISTEN = 256, KEY_EXPECT };

struct receive_options {
    struct gpuc_options common;
    const char *listen;
    uint32_t expected_rows; /* 0: the end of the first connection is the end */
};

struct receiver {
    const struct receive_options *options;
    int cancel_fd;
    int listen_fd;
    struct gpuc_replies replies;
    struct gpuc_progress_line line;
    uint64_t n_bytes;
    uint8_t *buffer;
};

static bool has_all(const struct receiver *receiver)
{
    return receiver->options->expected_rows > 0 &&
           receiver->replies.n_rows >= receiver->options->expected_rows;
}

/* Takes frames until the connection or the expected rows end. */
static enum gpuc_status take_connection(struct receiver *receiver, int fd,
                                        struct gpuc_error *error)
{
    const char *name = receiver->options->listen;
    enum gpuc_status status;
    size_t size;
    do {
        GPUC_TRY(gpuc_socket_read(fd, name, receiver->cancel_fd, receiver->buffer,
                                  READ_BYTES, &size, error));
        GPUC_TRY(
            gpuc_replies_take(&receiver->replies, name, receiver->buffer, size, error));
        receiver->n_bytes += size;
        gpuc_progress_update(&receiver->line,
                             &(struct gpuc_progress){.pass = 1,
                                                     .n_passes = 1,
                                                     .rows = receiver->replies.n_rows,
                                                     .bytes = receiver->n_bytes});
    } while (size > 0 && !has_all(receiver));
    status = gpuc_replies_end(&receiver->replies, name, error);
out:
    return status;
}

static enum gpuc_status take_all(struct receiver *receiver, struct gpuc_error *error)
{
    enum gpuc_status status;
    do {
        int fd;
        GPUC_TRY(gpuc_socket_accept(receiver->listen_fd, receiver->options->listen,
                                    receiver->cancel_fd, &fd, error));
        status = take_connection(receiver, fd, error);
        close(fd);
    } while (status == GPUC_OK && receiver->options->expected_rows > 0 &&
             !has_all(receiver));
out:
    return status;
}

static enum gpuc_status check_rows(const struct receiver *receiver,
                                   struct gpuc_error *error)
{
    uint64_t wanted = receiver->options->expected_rows, n_rows = receiver->replies.n_rows;
    if (wanted == 0 || n_rows == wanted)
        return GPUC_OK;
    return gpuc_fail(error, GPUC_EDATA,
                     "%s: %" PRIu64 " rows came, where %" PRIu64 " were expected",
                     receiver->options->listen, n_rows, wanted);
}

static enum gpuc_status run(struct receiver *receiver, struct gpuc_error *error)
{
    const struct receive_options *options = receiver->options;
    struct gpuc_address address;
    struct gpuc_sink *sink = NULL;
    enum gpuc_status status;
    GPUC_TRY(gpuc_address_read(options->listen, &address, error));
    receiver->buffer = gpuc_alloc(READ_BYTES, 1);
    if (receiver->buffer == NULL) {
        status = gpuc_fail_memory(error, READ_BYTES, "reading");
        goto out;
    }
    GPUC_TRY(gpuc_sink_open(options->common.job.output_path, 1, receiver->cancel_fd,
                            &sink, error));
    gpuc_replies_init(&receiver->replies, sink);
    GPUC_TRY(gpuc_socket_listen(&address, &receiver->listen_fd, error));
    gpuc_progress_begin(&receiver->line,
                        &(struct gpuc_progress_settings){
                            .name = options->listen,
                            .doing = "receiving",
                            .mode = options->common.progress,
                            .is_quiet = options->common.quiet,
                            .prints_rows = options->common.job.output_path == NULL});
    status = take_all(receiver, error);
    gpuc_progress_end(&receiver->line);
    if (status != GPUC_OK)
        goto out;
    GPUC_TRY(check_rows(receiver, error));
    GPUC_TRY(gpuc_sink_commit(sink, error));
out:
    if (receiver->listen_fd >= 0) {
        close(receiver->listen_fd);
        if (address.socket.any.sa_family == AF_UNIX)
            unlink(address.socket.local.sun_path);
    }
    gpuc_replies_done(&receiver->replies);
    gpuc_sink_close(sink);
    gpuc_free(receiver->buffer);
    return status;
}

static const struct argp_option receive_options[] = {
    {NULL, 0, NULL, 0, "Input", GPUC_GROUP_INPUT},
    {"listen", KEY_LISTEN, "ADDRESS", 0,
     "Listen for the service at HOST:PORT or unix:PATH (needed)", GPUC_GROUP_INPUT},
    {"expect-rows", KEY_EXPECT, "N", 0,
     "End after N rows of output, its header counted, over as many connections as it "
     "takes; fewer or more are an error (default: the end of the first connection)",
     GPUC_GROUP_INPUT},
    {NULL, 0, NULL, 0, "Output", GPUC_GROUP_OUTPUT},
    {"output-file", 'o', "FILE", 0,
     "Write to FILE, which appears complete or not at all; packed if it ends in .gz or "
     ".zst (default: standard output)",
     GPUC_GROUP_OUTPUT},
    {0},
};

static const struct argp_child children[] = {{.argp = &gpuc_message_argp}, {0}};

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct receive_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        gpuc_hand_on_options(state, children, &options->common);
        break;
    case KEY_LISTEN:
        options->listen = argument;
        break;
    case KEY_EXPECT:
        gpuc_read_count(state, "expect-rows", argument,
                        (struct gpuc_limits){1, UINT32_MAX}, &options->expected_rows);
        break;
    case 'o':
        options->common.job.output_path = argument;
        break;
    case ARGP_KEY_ARG:
        gpuc_usage_error(state, "'%s': rows come over a connection, not from a file",
                         argument);
        break;
    case ARGP_KEY_END:
        if (options->listen == NULL)
            gpuc_usage_error(state,
                             "no address to listen at: name one with --listen, as in "
                             "--listen 127.0.0.1:9001");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char doc[] =
    "Writes what a service that `gpuclassify serve --out` runs makes of one stream.\v"
    "Examples:\n"
    "  gpuclassify receive --listen 127.0.0.1:9001 -o scored.csv\n"
    "  gpuclassify receive --listen :9001 --expect-rows 1000000 -o scored.csv\n"
    "\n"
    "A stream that the service could not end breaks its connection: then nothing is "
    "written.\n"
    "\n"
    "Exit status: 0 done; 1 a file or a connection that failed; 2 bad usage.";

static const struct argp receive_argp = {
    .options = receive_options, .parser = read_option, .doc = doc, .children = children};

static int receive(int argc, char **argv)
{
    struct receive_options options = {.common.job = GPUC_JOB_OPTIONS_INIT};
    struct receiver receiver = {.options = &options, .listen_fd = -1};
    struct gpuc_error error;
    gpuc_arguments_read(&gpuc_command_receive, argc, argv, &options);
    receiver.cancel_fd = gpuc_signals_catch();
    enum gpuc_status status = run(&receiver, &error);
    return gpuc_end_jobs(&options.common, status, &error);
}

const struct gpuc_command gpuc_command_receive = {
    .name = "receive",
    .summary = "write what a service sends to a file",
    .run = receive,
    .argp = &receive_argp,
};
