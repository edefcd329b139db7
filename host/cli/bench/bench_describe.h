/* SPDX-License-Identifier: Apache-2.0 */
/* What models and inputs of the bench are, in a few words. */
#ifndef GPUC_BENCH_DESCRIBE_H
#define GPUC_BENCH_DESCRIBE_H

#include "host/cli/bench/bench.h"
#include "model/model.h"

/* A path without its folders. */
const char *gpuc_bench_base_name(const char *path);

/* Fills all but what is counted. `spec`: what -m names. */
void gpuc_bench_describe_model(struct gpuc_bench_model *about, const char *spec,
                               const struct gpuc_model *model);

/* "1,000,000 rows of 28 features"; for headings. */
void gpuc_bench_describe_input(const struct gpuc_bench *bench, char *text, size_t size);

#endif
