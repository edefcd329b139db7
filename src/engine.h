/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam between jobs and the hardware.
 *
 * An engine family (scalar, sse42, avx2, avx512, opencl) is a const table of functions.
 * An engine is one opened device; a session is one engine at work on one model for one
 * worker thread, with all scratch memory and queues that it needs.
 *
 * Thread rules: probe/open/attach/detach/close run on one thread at a time per engine;
 * classify may run on any thread, one call at a time per session, any number of sessions
 * side by side.
 *
 * Every engine gives the bytes that `scalar` gives: black-box results are integers, and a
 * forest's margins are sums in tree order, rounded after each addition.
 */
#ifndef GPUC_ENGINE_H
#define GPUC_ENGINE_H

#include "base/error.h"
#include "model/model.h"
#include "pipeline/texts.h"

struct gpuc_engine;
struct gpuc_session;
struct gpuc_cpu_kernels; /* src/cpu/kernels.h */

enum { GPUC_DIGEST_SIZE = 32 }; /* bytes of a SHA-256 digest */

/* What the black box gives for the rows of a batch. Arrays belong to the caller. */
struct gpuc_blackbox_results {
    uint64_t *fractions; /* n_rows; the result is fraction / 2^53, fraction < 2^53 */
    uint8_t *digests;    /* n_rows x GPUC_DIGEST_SIZE bytes: SHA-256 of the updates */
};

/* What an engine works on: the rows of a batch and room for their results. */
struct gpuc_work {
    /* Models of kind GPUC_MODEL_BLACKBOX. */
    const struct gpuc_texts *texts;
    struct gpuc_blackbox_results blackbox;

    /* Models of kind GPUC_MODEL_FOREST. */
    struct gpuc_feature_rows features;
    struct gpuc_forest_results forest;
};

struct gpuc_engine_ops {
    const char *name;    /* the family's name, and the device's where it has just one */
    const char *summary; /* one line for people */
    const struct gpuc_cpu_kernels *kernels; /* CPU families: their code, NULL if it is not
                                             * in this build; others: NULL */
    const char *interface; /* what drives the devices, as "OpenCL 1.2"; CPU: NULL */

    /*
     * Appends the devices of this family to the list, usable or not, with the reason.
     * Runs no instruction that the CPU might lack. Never fails: trouble is a reason.
     */
    void (*probe)(const struct gpuc_engine_ops *ops, struct gpuc_device_list *list);

    /* Opens a device that probe called usable. */
    enum gpuc_status (*open)(const struct gpuc_engine_ops *ops,
                             const struct gpuc_device *device,
                             struct gpuc_engine **ret_engine, struct gpuc_error *error);

    /* Makes a session; the model must outlive it. */
    enum gpuc_status (*attach)(struct gpuc_engine *engine, const struct gpuc_model *model,
                               struct gpuc_session **ret_session,
                               struct gpuc_error *error);

    /* Classifies every row of the work, of the session's kind of model; zero rows too. */
    enum gpuc_status (*classify)(struct gpuc_session *session,
                                 const struct gpuc_work *work, struct gpuc_error *error);

    /* The sessions that keep `n_threads` cores and the device busy: at least 1. */
    uint32_t (*n_sessions)(const struct gpuc_engine *engine, uint32_t n_threads);

    /* Adds what the session has done so far to the report's shares; not while it is at
     * work. */
    void (*report)(const struct gpuc_session *session, struct gpuc_job_report *report);

    /* Both accept NULL. */
    void (*detach)(struct gpuc_session *session);
    void (*close)(struct gpuc_engine *engine);
};

/* What a device computes with, which decides what it is used for unasked. */
enum gpuc_device_kind {
    GPUC_DEVICE_CPU_ENGINE,
    GPUC_DEVICE_OPENCL_CPU,   /* shares the cores with the CPU engines */
    GPUC_DEVICE_OPENCL_GPU,   /* shares the host's memory */
    GPUC_DEVICE_DISCRETE_GPU, /* OpenCL, with memory of its own */
    GPUC_DEVICE_OPENCL_OTHER
};

/* What every engine and every session begins with. */
struct gpuc_engine {
    const struct gpuc_engine_ops *ops;
    struct gpuc_device device;
    char choice[256]; /* see gpuc_engine_choice() */
    bool is_tested;   /* has passed its self-test */
};

struct gpuc_session {
    struct gpuc_engine *engine;
    const struct gpuc_model *model;
    size_t batch_rows; /* that it works best with at once; 0: it does not matter */
    struct gpuc_device_share done; /* so far; its device is the engine's */
};

/* For the ops' tables: one session a thread, and a report of session->done. */
uint32_t gpuc_engine_one_session_a_thread(const struct gpuc_engine *engine,
                                          uint32_t n_threads);
void gpuc_session_report(const struct gpuc_session *session,
                         struct gpuc_job_report *report);

/* The device's share of the report, made if it has none; NULL: there is no room. */
struct gpuc_device_share *gpuc_report_share(struct gpuc_job_report *report,
                                            const char *name);

/* The CPU families, defined in src/cpu/engine_cpu.c. */
extern const struct gpuc_engine_ops gpuc_engine_ops_scalar;
extern const struct gpuc_engine_ops gpuc_engine_ops_sse42;
extern const struct gpuc_engine_ops gpuc_engine_ops_avx2;
extern const struct gpuc_engine_ops gpuc_engine_ops_avx512;

#endif
