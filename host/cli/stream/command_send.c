/* SPDX-License-Identifier: Apache-2.0 */
/* Sends a file's records to a service, and writes what it replies. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "host/cli/commands.h"
#include "host/cli/options/arguments.h"
#include "host/cli/options/option_groups.h"
#include "host/cli/report.h"
#include "host/cli/run_jobs.h"
#include "host/cli/signals.h"
#include "host/cli/stream/replies.h"
#include "host/cli/stream/socket.h"
#include "stream/frames_job.h"

enum { READ_BYTES = 1 << 16 };

/* A connection on which replies come while records go. */
struct exchange {
    int fd;
    int cancel_fd;
    const char *name;
    struct gpuc_replies replies;
    uint8_t buffer[READ_BYTES];
    bool has_sent_all;
    bool ended;                         /* the service has closed its side */
    const struct gpuc_job_options *job; /* whose progress is told */
    struct gpuc_error error;            /* of what the callback met */
};

/* Takes the replies that are there. */
static enum gpuc_status take_replies(struct exchange *exchange, struct gpuc_error *error)
{
    size_t size;
    enum gpuc_status status;
    GPUC_TRY(gpuc_socket_read(exchange->fd, exchange->name, exchange->cancel_fd,
                              exchange->buffer, sizeof exchange->buffer, &size, error));
    if (size == 0 && !exchange->has_sent_all)
        return gpuc_socket_fail_broken(exchange->name, error);
    if (size > 0)
        return gpuc_replies_take(&exchange->replies, exchange->name, exchange->buffer,
                                 size, error);
    exchange->ended = true;
    status = gpuc_replies_end(&exchange->replies, exchange->name, error);
out:
    return status;
}

/* Waits until records can go on; replies that come meanwhile are taken, else both ends
 * would wait for each other. */
static enum gpuc_status wait_to_send(struct exchange *exchange, struct gpuc_error *error)
{
    struct pollfd wait = {.fd = exchange->fd, .events = POLLIN | POLLOUT};
    enum gpuc_status status = gpuc_wait_fd(exchange->fd, POLLIN | POLLOUT,
                                           exchange->cancel_fd, exchange->name, error);
    if (status == GPUC_OK && poll(&wait, 1, 0) > 0 && (wait.revents & POLLIN) != 0)
        status = take_replies(exchange, error);
    return status;
}

static int send_bytes(void *context, const void *bytes, size_t size)
{
    struct exchange *exchange = context;
    const uint8_t *next = bytes;
    while (size > 0) {
        ssize_t n = send(exchange->fd, next, size, MSG_NOSIGNAL);
        if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
            (void)gpuc_socket_fail_broken(exchange->name, &exchange->error);
            return ECANCELED;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return errno;
        if (n < 0 && wait_to_send(exchange, &exchange->error) != GPUC_OK)
            return ECANCELED;
        if (n > 0) {
            next += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

static void on_progress(void *context, const struct gpuc_progress *progress)
{
    const struct exchange *exchange = context;
    exchange->job->progress(exchange->job->context, progress);
}

/* Sends all rows of the input, and takes replies until the service closes. */
static enum gpuc_status send_rows(void *context, const struct gpuc_job_options *job,
                                  struct gpuc_job_report *ret_report,
                                  struct gpuc_error *error)
{
    struct exchange *exchange = context;
    struct gpuc_job_options options = *job;
    exchange->job = job;
    options.write = send_bytes;
    options.progress = on_progress;
    options.context = exchange;
    exchange->error.status = GPUC_OK;
    enum gpuc_status status = gpuc_frames_run(&options, ret_report, error);
    if (status != GPUC_OK && exchange->error.status != GPUC_OK) {
        *error = exchange->error;
        status = error->status;
    }
    exchange->has_sent_all = status == GPUC_OK;
    while (status == GPUC_OK && !exchange->ended)
        status = take_replies(exchange, error);
    return status;
}

static enum gpuc_status run_connected(struct exchange *exchange,
                                      const struct gpuc_options *options,
                                      struct gpuc_inputs *inputs,
                                      struct gpuc_error *error)
{
    const struct gpuc_command_job command = {
        .doing = "sending", .run = send_rows, .context = exchange};
    struct gpuc_sink *sink = NULL;
    bool is_kept = options->job.output_path != NULL;
    struct gpuc_options sending = *options;
    enum gpuc_status status;
    if (!is_kept)
        sending.job.output_path = "/dev/null";
    GPUC_TRY(
        gpuc_sink_open(sending.job.output_path, 1, exchange->cancel_fd, &sink, error));
    gpuc_replies_init(&exchange->replies, sink);
    GPUC_TRY(gpuc_run_jobs(&sending, inputs, &command, exchange->cancel_fd, error));
    GPUC_TRY(gpuc_sink_commit(sink, error));
    if (!is_kept && exchange->replies.n_rows > 0)
        fprintf(stderr,
                "gpuclassify: warning: %" PRIu64
                " rows came back, and were not kept: name a file with -o\n",
                exchange->replies.n_rows);
out:
    gpuc_replies_done(&exchange->replies);
    gpuc_sink_close(sink);
    return status;
}

static enum gpuc_status run(const struct gpuc_options *options, const char *target,
                            struct gpuc_error *error)
{
    struct exchange exchange = {.fd = -1, .name = target};
    struct gpuc_inputs inputs = {0};
    struct gpuc_address address;
    enum gpuc_status status;
    exchange.cancel_fd = gpuc_signals_catch();
    GPUC_TRY(gpuc_address_read(target, &address, error));
    GPUC_TRY(gpuc_inputs_expand(&inputs, options->inputs, options->n_inputs, error));
    GPUC_TRY(gpuc_socket_connect(&address, exchange.cancel_fd, &exchange.fd, error));
    GPUC_TRY(run_connected(&exchange, options, &inputs, error));
out:
    if (exchange.fd >= 0)
        close(exchange.fd);
    gpuc_inputs_done(&inputs);
    return status;
}

static const struct argp_option send_options[] = {
    {NULL, 0, NULL, 0, "Output", GPUC_GROUP_OUTPUT},
    {0},
};

static const struct argp_child children[] = {
    {.argp = &gpuc_input_argp}, {.argp = &gpuc_run_argp}, {0}};

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        gpuc_hand_on_options(state, children, options);
        break;
    case ARGP_KEY_END:
        if (options->n_inputs != 2)
            gpuc_usage_error(state,
                             "name a file, or - for standard input, and the address of "
                             "a service, as in send rows.csv 127.0.0.1:9000");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char doc[] =
    "Sends the rows of a CSV file to a service that `gpuclassify serve` runs.\v"
    "Examples:\n"
    "  gpuclassify send rows.csv 127.0.0.1:9000\n"
    "  gpuclassify send rows.csv unix:/run/score.sock -o scored.csv\n"
    "\n"
    "It ends when the service has sent everything that the rows make. What a service "
    "with --reply sends back is written to the file that -o names.\n"
    "\n"
    "Exit status: 0 done; 1 bad data, a file or a connection that failed; 2 bad usage.";

static const struct argp send_argp = {.options = send_options,
                                      .parser = read_option,
                                      .args_doc = "FILE ADDRESS",
                                      .doc = doc,
                                      .children = children};

static int send_file(int argc, char **argv)
{
    struct gpuc_options options;
    struct gpuc_error error;
    gpuc_options_read(&gpuc_command_send, argc, argv, &options);
    const char *target = options.inputs[--options.n_inputs];
    enum gpuc_status status = run(&options, target, &error);
    return gpuc_end_jobs(&options, status, &error);
}

const struct gpuc_command gpuc_command_send = {
    .name = "send",
    .summary = "send the rows of a CSV file to a service",
    .run = send_file,
    .argp = &send_argp,
};
