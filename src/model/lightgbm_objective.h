/* SPDX-License-Identifier: Apache-2.0 */
/* What LightGBM does with the sums of the trees, from the line `objective`. */
#ifndef GPUC_LIGHTGBM_OBJECTIVE_H
#define GPUC_LIGHTGBM_OBJECTIVE_H

#include "model/lightgbm_header.h"

/* Fills the link but for its divisor, which is 1. */
enum gpuc_status gpuc_lightgbm_read_objective(const struct gpuc_lightgbm_text *text,
                                              const struct gpuc_lightgbm_header *header,
                                              struct gpuc_link *ret_link,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
