/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/serve/serve_options.h"

#include <string.h>

#include "host/cli/commands.h"
#include "host/cli/options/arguments.h"
#include "host/cli/options/option_groups.h"
#include "host/cli/report.h"

/* Long options without a letter. */
enum {
    KEY_IN = 256,
    KEY_OUT,
    KEY_REPLY,
    KEY_BATCH_ROWS,
    KEY_LINGER,
    KEY_INDEX_TYPE,
    KEY_ALLOW,
    KEY_MAX_FRAME,
    KEY_MAX_CONNECTIONS,
    KEY_IDLE,
    KEY_METRICS,
    KEY_DEVICE,
    KEY_THREADS
};

enum {
    BATCH_ROWS_DEFAULT = 100,
    LINGER_MS_DEFAULT = 50,
    FRAME_BYTES_DEFAULT = 16 << 20,
    FRAME_BYTES_MAX = 256 << 20,
    CONNECTIONS_DEFAULT = 1024,
    CONNECTIONS_MAX = 100000,
    MS_MAX = 3600000,
    SECONDS_MAX = 1000000
};

static const struct argp_option serve_options[] = {
    {"in", KEY_IN, "ADDRESS", 0,
     "Listen for senders at HOST:PORT or unix:PATH; may be given several times (needed)",
     GPUC_GROUP_INPUT},
    {"allow", KEY_ALLOW, "CIDR", 0,
     "Let only addresses of this network connect, as in 10.0.0.0/8; may be given several "
     "times (default: everyone who reaches the address)",
     GPUC_GROUP_INPUT},
    {"max-frame", KEY_MAX_FRAME, "BYTES", 0,
     "Close connections that send longer frames (default: 16777216)", GPUC_GROUP_INPUT},
    {"max-connections", KEY_MAX_CONNECTIONS, "N", 0,
     "Refuse more senders than N at once (default: 1024)", GPUC_GROUP_INPUT},
    {"idle-timeout", KEY_IDLE, "SECONDS", 0,
     "Close connections that are silent so long; 0: never (default: 0)",
     GPUC_GROUP_INPUT},
    {"out", KEY_OUT, "ADDRESS", 0,
     "Send the output of each stream over a connection of its own to this receiver, "
     "which may come and go",
     GPUC_GROUP_OUTPUT},
    {"reply", KEY_REPLY, NULL, 0,
     "Send the output back to the sender, on its own connection (default without --out)",
     GPUC_GROUP_OUTPUT},
    {"metrics", KEY_METRICS, "ADDRESS", 0,
     "Answer GET /metrics (for Prometheus) and GET /healthz here", GPUC_GROUP_OUTPUT},
    {NULL, 0, NULL, 0, "Computing", GPUC_GROUP_COMPUTING},
    {"batch-rows", KEY_BATCH_ROWS, "N", 0,
     "Rows of a stream that are classified and sent together at most (default: 100)",
     GPUC_GROUP_COMPUTING},
    {"linger-ms", KEY_LINGER, "MS", 0,
     "A batch that is not full waits so long for further rows; 0: until it is full or "
     "the stream ends (default: 50)",
     GPUC_GROUP_COMPUTING},
    {"index-type", KEY_INDEX_TYPE, "auto|int|float|text", 0,
     "The black box's index column is int, float or text in all batches; auto: as each "
     "batch has it (default)",
     GPUC_GROUP_COMPUTING},
    {"device", KEY_DEVICE, "DEVICE+...|auto|cpu|gpu|all", 0,
     "Where to compute, as for classify (default: auto)", GPUC_GROUP_COMPUTING},
    {"threads", KEY_THREADS, "N", 0, "Worker threads (default: one a core)",
     GPUC_GROUP_COMPUTING},
    {NULL, 0, NULL, 0, "Messages", GPUC_GROUP_MESSAGES},
    {"quiet", 'q', NULL, 0, "Say nothing but errors", GPUC_GROUP_MESSAGES},
    {0},
};

static const struct argp_child children[] = {{.argp = &gpuc_job_argp}, {0}};

static void read_allowed(struct argp_state *state, const char *text,
                         struct gpuc_serve_options *options)
{
    struct gpuc_error error;
    if (options->n_allowed == GPUC_SERVE_NETWORKS_MAX)
        gpuc_usage_error(state, "--allow can be given %d times at most",
                         GPUC_SERVE_NETWORKS_MAX);
    if (gpuc_network_read(text, &options->allowed[options->n_allowed], &error) != GPUC_OK)
        gpuc_usage_error(state, "--allow: %s", error.message);
    options->n_allowed++;
}

static error_t read_connection_option(int key, char *argument, struct argp_state *state,
                                      struct gpuc_serve_options *options)
{
    uint32_t number;
    switch (key) {
    case KEY_IN:
        if (options->n_listen == GPUC_SERVE_LISTENERS_MAX)
            gpuc_usage_error(state, "--in can be given %d times at most",
                             GPUC_SERVE_LISTENERS_MAX);
        options->listen[options->n_listen++] = argument;
        break;
    case KEY_ALLOW:
        read_allowed(state, argument, options);
        break;
    case KEY_MAX_FRAME:
        gpuc_read_count(state, "max-frame", argument,
                        (struct gpuc_limits){1, FRAME_BYTES_MAX},
                        &options->limits.frame_bytes);
        break;
    case KEY_MAX_CONNECTIONS:
        gpuc_read_count(state, "max-connections", argument,
                        (struct gpuc_limits){1, CONNECTIONS_MAX},
                        &options->limits.n_connections);
        break;
    case KEY_IDLE:
        gpuc_read_count(state, "idle-timeout", argument,
                        (struct gpuc_limits){0, SECONDS_MAX}, &number);
        options->limits.idle_ms = (uint64_t)number * 1000;
        break;
    case KEY_OUT:
        options->outlet = argument;
        break;
    case KEY_REPLY:
        options->outlet = NULL;
        break;
    case KEY_METRICS:
        options->metrics = argument;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_serve_options *options = state->input;
    uint32_t number;
    switch (key) {
    case ARGP_KEY_INIT:
        gpuc_hand_on_options(state, children, &options->common);
        break;
    case KEY_BATCH_ROWS:
        gpuc_read_count(state, "batch-rows", argument,
                        (struct gpuc_limits){1, GPUC_BATCH_ROWS_MAX},
                        &options->limits.batch_rows);
        break;
    case KEY_LINGER:
        gpuc_read_count(state, "linger-ms", argument, (struct gpuc_limits){0, MS_MAX},
                        &number);
        options->limits.linger_ms = number;
        break;
    case KEY_INDEX_TYPE:
        options->index_type = argument;
        break;
    case KEY_DEVICE:
        options->common.device = argument;
        break;
    case KEY_THREADS:
        gpuc_read_count(state, "threads", argument,
                        (struct gpuc_limits){1, GPUC_THREADS_MAX},
                        &options->common.job.n_threads);
        break;
    case 'q':
        options->common.quiet = true;
        break;
    case ARGP_KEY_END:
        if (options->n_listen == 0)
            gpuc_usage_error(state,
                             "no address to listen at: name one with --in, as in --in "
                             "127.0.0.1:9000");
        if (options->common.n_inputs > 0)
            gpuc_usage_error(state, "'%s': rows come over connections, not from files",
                             options->common.inputs[0]);
        break;
    default:
        return read_connection_option(key, argument, state, options);
    }
    return 0;
}

static const char doc[] =
    "Classifies rows that come over TCP, in batches, for as long as it runs.\v"
    "Examples:\n"
    "  gpuclassify serve -m model.json --in 127.0.0.1:9000 --reply\n"
    "  gpuclassify serve -m blackbox --in :9000 --out 127.0.0.1:9001 --index-type int\n"
    "  gpuclassify serve -m model.json --in unix:/run/score.sock --metrics :9100\n"
    "\n"
    "A frame is a length of 4 bytes, most significant first, and so many bytes. The "
    "first frame of a connection is the header line, each further one a CSV record "
    "without a line end, the last one the byte 0x04. What comes out is a frame a batch: "
    "rows joined by LF; the output's header line, if there is one, is the first line of "
    "the first. `gpuclassify send` and `gpuclassify receive` speak it.\n"
    "\n"
    "SIGTERM reads no more, sends what was read, and ends with 0; a second one ends at "
    "once. SIGHUP loads the model file again and goes on with it between two batches; if "
    "it cannot be used, the old one stays.\n"
    "\n"
    "Exit status: 0 ended by a signal; 1 an address that cannot be had; 2 bad usage or a "
    "bad model; 3 a device that is not usable.";

const struct argp gpuc_serve_argp = {
    .options = serve_options, .parser = read_option, .doc = doc, .children = children};

void gpuc_serve_options_read(int argc, char **argv,
                             struct gpuc_serve_options *ret_options)
{
    *ret_options = (struct gpuc_serve_options){
        .common = {.device = "auto", .job = GPUC_JOB_OPTIONS_INIT},
        .limits = {.batch_rows = BATCH_ROWS_DEFAULT,
                   .linger_ms = LINGER_MS_DEFAULT,
                   .frame_bytes = FRAME_BYTES_DEFAULT,
                   .n_connections = CONNECTIONS_DEFAULT}};
    gpuc_arguments_read(&gpuc_command_serve, argc, argv, ret_options);
}
