/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host/cli/report.h"

const char *gpuc_bench_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

void gpuc_bench_describe_model(struct gpuc_bench_model *about, const char *spec,
                               const struct gpuc_model *model)
{
    const struct gpuc_forest *forest = model->forest;
    gpuc_copy_clean(about->name, sizeof about->name, gpuc_bench_base_name(spec));
    if (forest == NULL) {
        snprintf(about->what, sizeof about->what, "the black box, slowness %u",
                 (unsigned)model->blackbox.slowness);
        return;
    }
    about->n_features = forest->n_features;
    about->codes_size = forest->codes_size;
    if (forest->n_trees == 0)
        snprintf(about->what, sizeof about->what, "a linear model");
    else
        snprintf(about->what, sizeof about->what,
                 "%u tree%s of depth %u at most, %u leaves", (unsigned)forest->n_trees,
                 forest->n_trees == 1 ? "" : "s", (unsigned)forest->max_depth,
                 (unsigned)forest->n_leaves);
}

void gpuc_bench_describe_input(const struct gpuc_bench *bench, char *text, size_t size)
{
    uint32_t n_features = bench->model.n_features;
    char rows[32], different[32], features[48] = "", repeated[64] = "";
    if (n_features > 0)
        snprintf(features, sizeof features, " of %" PRIu32 " feature%s", n_features,
                 n_features == 1 ? "" : "s");
    if (bench->n_different_rows < bench->n_rows)
        snprintf(repeated, sizeof repeated, ", %s of them different",
                 gpuc_grouped(bench->n_different_rows, different));
    snprintf(text, size, "%s %srow%s%s%s", gpuc_grouped(bench->n_rows, rows),
             bench->is_generated ? "generated " : "", bench->n_rows == 1 ? "" : "s",
             features, repeated);
}
