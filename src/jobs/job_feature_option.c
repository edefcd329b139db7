/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/job.h"

const char *gpuc_job_feature_option(const struct gpuc_job_options *options)
{
    const struct {
        const char *name;
        bool is_given;
    } table[] = {
        {"columns", options->columns != NULL},
        {"ignore", options->ignore != NULL},
        {"missing", options->missing != NULL},
        {"unseen", options->unseen != NULL},
        {"top", options->n_top > 0},
        {"threshold", options->has_threshold},
        {"class-names", options->class_names != NULL},
        {"prefix", options->prefix != NULL},
        {"rename", options->rename != NULL},
        {"output-header", options->output_header == GPUC_HEADER_ALWAYS},
        {"no-output-header", options->output_header == GPUC_HEADER_NEVER},
        {"precision", options->precision > 0},
        {"float-format", options->float_format != NULL},
        {"format", options->format != NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].is_given)
            return table[i].name;
    return NULL;
}
