/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cost model of "auto": from what was measured of a CPU engine and of a GPU, which of
 * them, or both together, end a job first. A pure function of its figures.
 *
 * A row costs the cores its reading, quantising and writing, `host_seconds`, whatever
 * device has the trees; the trees cost the cores `cpu_seconds` more, or the GPU
 * `gpu_seconds`, while the cores go on. So a second of C cores and a GPU ends
 *
 *     cpu         C / (host + cpu) rows
 *     gpu         C / host rows, but no more than 1 / gpu
 *     gpu+cpu     where the GPU is what cores wait for: 1 / gpu rows of the GPU, and what
 *                 is left of the cores does the trees of others; else as gpu
 */
#ifndef GPUC_CHOOSE_H
#define GPUC_CHOOSE_H

#include <stdbool.h>

enum gpuc_choice { GPUC_CHOICE_CPU, GPUC_CHOICE_GPU, GPUC_CHOICE_BOTH, GPUC_N_CHOICES };

struct gpuc_figures {
    double n_rows;
    double n_cores;
    double host_seconds; /* of a core, a row */
    double cpu_seconds;  /* of a core, a row */
    double gpu_seconds;  /* of the GPU, a row; copies included */
    double open_seconds; /* that opening the GPU is going to take */
    bool has_gpu;
};

/* Finds the best choice, and the seconds that each takes; of a GPU that is not there,
 * infinity. */
enum gpuc_choice gpuc_choose(const struct gpuc_figures *figures,
                             double ret_seconds[GPUC_N_CHOICES]);

#endif
