/* SPDX-License-Identifier: Apache-2.0 */
#include "host/choose.h"

#include <math.h>

/* What was measured in milliseconds can be wrong by so much: a choice that needs more
 * must be better than this part of the other. */
static const double clearly_less = 0.9;

/* Rows a second of the GPU with cores that do all else, and trees where they can. */
static double both_rate(const struct gpuc_figures *figures, double gpu_rate)
{
    double cores_rate = figures->n_cores / figures->host_seconds;
    double trees_too = figures->host_seconds + figures->cpu_seconds;

    if (gpu_rate >= cores_rate)
        return cores_rate;
    return (figures->n_cores + gpu_rate * figures->cpu_seconds) / trees_too;
}

enum gpuc_choice gpuc_choose(const struct gpuc_figures *figures,
                             double ret_seconds[GPUC_N_CHOICES])
{
    double cores_rate = figures->n_cores / figures->host_seconds;
    double cpu_rate = figures->n_cores / (figures->host_seconds + figures->cpu_seconds);
    double gpu_rate = figures->gpu_seconds > 0 ? 1 / figures->gpu_seconds : cores_rate;
    enum gpuc_choice best = GPUC_CHOICE_CPU;

    ret_seconds[GPUC_CHOICE_CPU] = figures->n_rows / cpu_rate;
    ret_seconds[GPUC_CHOICE_GPU] = ret_seconds[GPUC_CHOICE_BOTH] = HUGE_VAL;
    if (!figures->has_gpu)
        return best;
    ret_seconds[GPUC_CHOICE_GPU] =
        figures->open_seconds +
        figures->n_rows / (gpu_rate < cores_rate ? gpu_rate : cores_rate);
    ret_seconds[GPUC_CHOICE_BOTH] =
        figures->open_seconds + figures->n_rows / both_rate(figures, gpu_rate);
    for (enum gpuc_choice next = GPUC_CHOICE_GPU; next < GPUC_N_CHOICES; next++) {
        if (ret_seconds[next] < clearly_less * ret_seconds[best])
            best = next;
    }
    return best;
}
