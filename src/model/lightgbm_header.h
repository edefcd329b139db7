/* SPDX-License-Identifier: Apache-2.0 */
/* What stands before the trees in a LightGBM model file. */
#ifndef GPUC_LIGHTGBM_HEADER_H
#define GPUC_LIGHTGBM_HEADER_H

#include "model/lightgbm_text.h"

struct gpuc_lightgbm_header {
    uint32_t version; /* of the format: 2, 3 or 4 */
    uint32_t n_features;
    uint32_t n_outputs; /* trees of an iteration */
    bool average_output;
    /* `text` is NULL where the file has no such line. */
    struct gpuc_lightgbm_line objective;
    struct gpuc_lightgbm_line feature_names;
    struct gpuc_lightgbm_line feature_infos;
    struct gpuc_lightgbm_line tree_sizes;
};

/* Reads the header and leaves `text` at the line of the first tree. */
enum gpuc_status gpuc_lightgbm_read_header(struct gpuc_lightgbm_text *text,
                                           struct gpuc_lightgbm_header *ret_header,
                                           struct gpuc_error *error) GPUC_MUST_CHECK;

/* Writes the features to the info: names, and which of them look categorical. */
enum gpuc_status gpuc_lightgbm_read_features(const struct gpuc_lightgbm_text *text,
                                             const struct gpuc_lightgbm_header *header,
                                             struct gpuc_model_info *info,
                                             struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
