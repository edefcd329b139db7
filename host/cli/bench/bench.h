/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `gpuclassify bench` measures and finds. A setup is a device with a number of
 * threads; all setups take turns, round after round, so that what disturbs the machine
 * for a while disturbs them all. Every run's output is compared with the scalar engine's.
 */
#ifndef GPUC_BENCH_H
#define GPUC_BENCH_H

#include "cpu/sha256_stream.h"
#include "gpuclassify.h"

/* Where a run's time goes, as the work of its threads; see gpuc_bench_stages(). */
enum gpuc_bench_stage {
    GPUC_BENCH_READ,
    GPUC_BENCH_SURVEY,
    GPUC_BENCH_PARSE,
    GPUC_BENCH_ENCODE,
    GPUC_BENCH_QUANTISE,
    GPUC_BENCH_COPY,
    GPUC_BENCH_KERNEL,
    GPUC_BENCH_OTHER, /* the engine's rest: links, and waiting for a device */
    GPUC_BENCH_FORMAT,
    GPUC_BENCH_WRITE,
    GPUC_BENCH_N_STAGES
};

struct gpuc_bench_run {
    double seconds;
    struct gpuc_job_report report;
};

/* A device and a number of threads; its figures once all rounds are over. */
struct gpuc_bench_setup {
    struct gpuc_engine *engine; /* the bench's; setups share engines */
    const struct gpuc_device *device;
    char summary[sizeof((struct gpuc_device *)0)->summary]; /* of the device, cleaned */
    uint32_t n_threads;
    bool is_scaling;             /* a point of the speed-up against cores */
    bool is_device;              /* one of the devices that are compared */
    struct gpuc_bench_run *runs; /* n_rounds, the fastest first in the end */

    double lowest, median, highest;     /* seconds */
    double rows_per_s;                  /* at the median, as what follows */
    double speed_up;                    /* over the first setup: one thread */
    double visits_per_s;                /* splits that rows meet; 0: not counted */
    double kernel_visits_per_s;         /* a core or device, while its kernels run */
    double stages[GPUC_BENCH_N_STAGES]; /* seconds over all threads, of a middle run */
    uint64_t copied_bytes;              /* to and from devices in that run */
    char bound[160];                    /* what bounds it, for people */
};

/* What the model is, and what one row costs. */
struct gpuc_bench_model {
    char name[128]; /* as -m has it, without folders */
    char what[96];  /* "500 trees of depth 6" */
    uint32_t n_features;
    uint32_t codes_size; /* bytes of a row's codes */
    double visits;       /* splits that a row meets in all trees; 0: there are no trees */
    uint64_t n_counted;  /* rows that these were counted on */
};

/* How fast bytes can be copied, bytes a second. */
struct gpuc_bench_memory {
    double one_core;
    double all_cores;
};

/* Texts are valid UTF-8 without control characters. */
struct gpuc_bench {
    char machine[128];
    char date[16]; /* "2030-12-31" */
    uint32_t n_cores;
    uint32_t n_rounds;
    struct gpuc_bench_model model;
    struct gpuc_bench_memory memory;

    char input[128]; /* its name; what was generated has none */
    bool is_generated;
    uint64_t n_rows;
    uint64_t n_different_rows; /* generated ones come again after so many */
    uint64_t input_bytes, output_bytes;
    char sha256[GPUC_SHA256_HEX_SIZE]; /* of the scalar engine's output for those */
    double reference_seconds;          /* of the scalar engine's one run over those */
    uint32_t reference_threads;

    struct gpuc_bench_setup *setups;
    size_t n_setups;
};

#endif
