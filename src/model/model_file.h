/* SPDX-License-Identifier: Apache-2.0 */
/* Models from files: reading the file, finding its format, loading it. */
#ifndef GPUC_MODEL_FILE_H
#define GPUC_MODEL_FILE_H

#include "model/model.h"

/*
 * Fills a model that is all zeros; after a failure gpuc_model_free() frees what was
 * filled. GPUC_EMODEL also where there is no such file.
 */
enum gpuc_status gpuc_model_file_load(const char *path,
                                      const struct gpuc_model_options *options,
                                      struct gpuc_model *model, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
