/* SPDX-License-Identifier: Apache-2.0 */
/* Prometheus' text format, version 0.0.4. */
#include "host/cli/serve/metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* Upper bounds of the buckets, in milliseconds. */
static const unsigned bucket_ms[GPUC_LATENCY_BUCKETS] = {1,   2,   5,   10,   20,   50,
                                                         100, 200, 500, 1000, 2000, 5000};

static const char *const fault_names[GPUC_N_STREAM_FAULTS] = {
    [GPUC_FAULT_FRAME] = "frame",     [GPUC_FAULT_HEADER] = "header",
    [GPUC_FAULT_RECORD] = "record",   [GPUC_FAULT_SOCKET] = "socket",
    [GPUC_FAULT_CUT_OFF] = "cut_off", [GPUC_FAULT_STOPPED] = "stopped",
    [GPUC_FAULT_IDLE] = "idle",       [GPUC_FAULT_ENGINE] = "engine",
    [GPUC_FAULT_REFUSED] = "refused",
};

void gpuc_metrics_add_latency(struct gpuc_metrics *metrics, uint64_t nanoseconds)
{
    size_t bucket = 0;
    while (bucket < GPUC_LATENCY_BUCKETS &&
           nanoseconds > (uint64_t)bucket_ms[bucket] * 1000000)
        bucket++;
    metrics->latency_buckets[bucket]++;
    metrics->latency_seconds += (double)nanoseconds * 1e-9;
}

/* Text under way; the first failure stays. */
struct printer {
    struct gpuc_bytes *text;
    enum gpuc_status status;
    struct gpuc_error *error;
};

static void print(struct printer *printer, const char *format, ...) GPUC_PRINTF(2, 3);

static void print(struct printer *printer, const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (printer->status == GPUC_OK)
        printer->status =
            gpuc_bytes_append(printer->text, line, (size_t)size, printer->error);
}

static void print_head(struct printer *printer, const char *name, const char *type,
                       const char *help)
{
    print(printer, "# HELP gpuclassify_%s %s\n", name, help);
    print(printer, "# TYPE gpuclassify_%s %s\n", name, type);
}

static void print_one(struct printer *printer, const char *name, const char *type,
                      const char *help, uint64_t value)
{
    print_head(printer, name, type, help);
    print(printer, "gpuclassify_%s %" PRIu64 "\n", name, value);
}

static void print_faults(struct printer *printer, const struct gpuc_metrics *metrics)
{
    static const char name[] = "stream_faults_total";
    print_head(printer, name, "counter", "Streams that did not end as they should.");
    for (size_t i = 0; i < GPUC_N_STREAM_FAULTS; i++)
        print(printer, "gpuclassify_%s{kind=\"%s\"} %" PRIu64 "\n", name, fault_names[i],
              metrics->faults[i]);
}

static void print_devices(struct printer *printer, const struct gpuc_gauges *gauges)
{
    static const char name[] = "device_rows_total";
    print_head(printer, name, "counter",
               "Rows that each device has classified since the model was loaded.");
    for (size_t i = 0; i < gauges->n_devices; i++)
        print(printer, "gpuclassify_%s{device=\"%s\"} %" PRIu64 "\n", name,
              gauges->devices[i].name, gauges->devices[i].rows);
}

static void print_latency(struct printer *printer, const struct gpuc_metrics *metrics)
{
    static const char name[] = "batch_latency_seconds";
    uint64_t count = 0;
    print_head(printer, name, "histogram",
               "From the last byte of a batch to its output handed to the system.");
    for (size_t i = 0; i < GPUC_LATENCY_BUCKETS; i++) {
        count += metrics->latency_buckets[i];
        print(printer, "gpuclassify_%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
              bucket_ms[i] * 1e-3, count);
    }
    count += metrics->latency_buckets[GPUC_LATENCY_BUCKETS];
    print(printer, "gpuclassify_%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, count);
    print(printer, "gpuclassify_%s_sum %.9g\n", name, metrics->latency_seconds);
    print(printer, "gpuclassify_%s_count %" PRIu64 "\n", name, count);
}

static void print_counters(struct printer *printer, const struct gpuc_metrics *metrics)
{
    print_one(printer, "connections_total", "counter", "Connections accepted.",
              metrics->n_connections);
    print_one(printer, "records_total", "counter", "Records received.",
              metrics->n_records);
    print_one(printer, "rows_total", "counter", "Rows classified, bad ones too.",
              metrics->n_rows);
    print_one(printer, "batches_total", "counter", "Batches classified.",
              metrics->n_batches);
    print_one(printer, "bad_rows_total", "counter", "Rows that were bad.",
              metrics->n_bad_rows);
    print_one(printer, "received_bytes_total", "counter", "Bytes received in frames.",
              metrics->bytes_in);
    print_one(printer, "sent_bytes_total", "counter", "Bytes sent in frames.",
              metrics->bytes_out);
    print_one(printer, "model_reloads_total", "counter", "Models loaded on SIGHUP.",
              metrics->n_reloads);
    print_one(printer, "model_reload_failures_total", "counter",
              "Models that could not be loaded on SIGHUP.", metrics->n_failed_reloads);
    print_one(printer, "outlet_reconnects_total", "counter",
              "Outgoing connections that broke or could not be made.",
              metrics->n_reconnects);
}

enum gpuc_status gpuc_metrics_print(const struct gpuc_metrics *metrics,
                                    const struct gpuc_gauges *gauges,
                                    struct gpuc_bytes *text, struct gpuc_error *error)
{
    struct printer printer = {.text = text, .error = error};
    print_counters(&printer, metrics);
    print_one(&printer, "connections", "gauge", "Connections open.",
              gauges->n_connections);
    print_one(&printer, "waiting_batches", "gauge", "Batches that wait for a thread.",
              gauges->n_waiting_batches);
    print_one(&printer, "batches_in_flight", "gauge",
              "Batches that are not sent to the end.", gauges->n_batches_in_flight);
    print_one(&printer, "bytes_in_flight", "gauge",
              "Bytes of the records and outputs of these.", gauges->bytes_in_flight);
    print_devices(&printer, gauges);
    print_faults(&printer, metrics);
    print_latency(&printer, metrics);
    return printer.status;
}
