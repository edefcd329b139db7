/* SPDX-License-Identifier: Apache-2.0 */
/* What a service counts, and how Prometheus reads it. The loop's thread alone. */
#ifndef GPUC_METRICS_H
#define GPUC_METRICS_H

#include "base/bytes.h"
#include "host/engine_team.h"

/* Why a stream did not end as it should. */
enum gpuc_stream_fault {
    GPUC_FAULT_FRAME,   /* too long, cut off, or no frame at all */
    GPUC_FAULT_HEADER,  /* none, or one that the model does not take */
    GPUC_FAULT_RECORD,  /* a bad record */
    GPUC_FAULT_SOCKET,  /* the connection broke */
    GPUC_FAULT_CUT_OFF, /* no end frame came */
    GPUC_FAULT_STOPPED, /* the service ended first */
    GPUC_FAULT_IDLE,    /* nothing came for too long */
    GPUC_FAULT_ENGINE,  /* the device failed, or memory was lacking */
    GPUC_FAULT_REFUSED, /* not allowed, or too many connections */
    GPUC_N_STREAM_FAULTS
};

enum { GPUC_LATENCY_BUCKETS = 12 };

struct gpuc_metrics {
    uint64_t n_connections; /* accepted so far */
    uint64_t n_records;
    uint64_t n_batches;
    uint64_t n_rows; /* of them */
    uint64_t n_bad_rows;
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t n_reloads;
    uint64_t n_failed_reloads;
    uint64_t n_reconnects; /* of outgoing connections */
    uint64_t faults[GPUC_N_STREAM_FAULTS];
    /* From the last byte of a batch's last row to its output handed to the system. */
    uint64_t latency_buckets[GPUC_LATENCY_BUCKETS + 1];
    double latency_seconds;
};

/* What is under way at the moment. */
struct gpuc_gauges {
    size_t n_connections;
    size_t n_waiting_batches;
    size_t n_batches_in_flight;
    size_t bytes_in_flight;
    /* Rows by device, since the model was loaded. */
    struct gpuc_team_share devices[GPUC_TEAM_MEMBERS_MAX + 1];
    size_t n_devices;
};

void gpuc_metrics_add_latency(struct gpuc_metrics *metrics, uint64_t nanoseconds);

/* Appends the text that Prometheus scrapes. */
enum gpuc_status gpuc_metrics_print(const struct gpuc_metrics *metrics,
                                    const struct gpuc_gauges *gauges,
                                    struct gpuc_bytes *text, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
