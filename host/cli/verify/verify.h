/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify: the scalar engine's output goes to a temporary file; the output of every other
 * run is compared with it as it is made. What was found is kept for the report, and told
 * in a table meanwhile.
 *
 *     options -> files, model -> reference -> grid -> runs of each device -> report
 */
#ifndef GPUC_VERIFY_H
#define GPUC_VERIFY_H

#include <stdio.h>

#include "host/cli/inputs.h"
#include "host/cli/known_file.h"
#include "host/cli/verify/verify_options.h"
#include "host/cli/verify/verify_output.h"
#include "model/model.h"

enum { GPUC_VERIFY_SHA256_SHOWN = 16 }; /* digits of it in the table */

/* A run that came to its end. */
struct gpuc_verify_run {
    struct gpuc_device device;
    uint32_t n_threads;  /* that it was asked for */
    uint32_t batch_rows; /* likewise */
    double seconds;      /* comparing and hashing included */
    struct gpuc_job_report report;
    struct gpuc_verify_result result;
};

/* A device that was not run, or not to the end. */
struct gpuc_verify_absence {
    char device[sizeof((struct gpuc_device *)0)->name];
    uint32_t n_threads;  /* of the run that failed; 0: none began */
    uint32_t batch_rows; /* likewise */
    char reason[sizeof((struct gpuc_error *)0)->message];
};

struct gpuc_verify_absences {
    struct gpuc_verify_absence *items;
    size_t n_items;
    size_t capacity;
};

struct gpuc_verify {
    const struct gpuc_verify_options *options;
    struct gpuc_job_options job; /* of every run, but for threads and batch size */
    char output_columns[64];     /* those of a job that names none */
    const struct gpuc_model *model;
    struct gpuc_inputs inputs;
    struct gpuc_known_file *files;     /* as many as inputs, */
    struct gpuc_known_file model_file; /* and the model's; no path: it is built in */
    FILE *reference_file;              /* the reference's output */
    struct gpuc_verify_run reference;
    struct gpuc_verify_grid grid;

    struct gpuc_verify_run *runs;
    size_t n_runs;
    size_t runs_capacity;
    struct gpuc_verify_absences failed;  /* these are findings, */
    struct gpuc_verify_absences skipped; /* and these not usable */

    FILE *table;      /* where it is printed */
    int device_width; /* of its first column */
};

/* Runs the reference and chooses the grid. `model`, `job`, `reference_file`, `table` and
 * `options` must be set. */
enum gpuc_status gpuc_verify_reference(struct gpuc_verify *verify,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Runs the grid on an engine. A run that fails is a finding, and the engine's last. Fails
 * where verify is stopped, memory is short or the table cannot be written. */
enum gpuc_status gpuc_verify_engine(struct gpuc_verify *verify,
                                    struct gpuc_engine *engine, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Runs all of it: the reference, and all devices that the options ask for. GPUC_EDEVICE
 * if one that they name is not usable to begin with. */
enum gpuc_status gpuc_verify_devices(struct gpuc_verify *verify, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The runs whose output differs. */
size_t gpuc_verify_n_different(const struct gpuc_verify *verify);

/* Frees what running has made. */
void gpuc_verify_done(struct gpuc_verify *verify);

/* The table: its head, a line or more for each thing that is found, and its end. What can
 * fail does so with GPUC_EIO and GPUC_EPIPE. */
void gpuc_verify_print_head(const struct gpuc_verify *verify);
void gpuc_verify_print_left_out(const struct gpuc_verify *verify);
enum gpuc_status gpuc_verify_print_run(const struct gpuc_verify *verify,
                                       const struct gpuc_verify_run *run,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_verify_print_absence(const struct gpuc_verify *verify,
                                           const char *word,
                                           const struct gpuc_verify_absence *absence,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;
enum gpuc_status gpuc_verify_print_totals(const struct gpuc_verify *verify,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

struct gpuc_sink;

/* Writes the report of all that was found, complete with the files' hashes, as JSON. */
enum gpuc_status gpuc_verify_write_report(const struct gpuc_verify *verify,
                                          struct gpuc_sink *sink,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
