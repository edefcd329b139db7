/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has been found fastest, kept for the next run: a small text file for each key in
 * $XDG_CACHE_HOME/gpuclassify, or ~/.cache/gpuclassify.
 *
 * The key is the SHA-256 of all that the choice depends on: the device, its driver, our
 * kernels, the forest and the library's version; it is the file's name, and stands in the
 * file too. A file is written beside its place and then renamed, so readers see all of it
 * or none, whoever else writes. What is not, byte for byte, as it would be written is
 * taken for nothing. No folder, no permission and no room are no failures: then it is
 * measured again. A choice from the cache is checked like any other, so whatever a file
 * says cannot change a result.
 */
#ifndef GPUC_CL_TUNE_CACHE_H
#define GPUC_CL_TUNE_CACHE_H

#include "cpu/sha256_stream.h"
#include "host/opencl/cl_shape.h"

struct gpuc_cl_choice {
    const struct gpuc_cl_shape *shape;
    struct gpuc_cl_tuning tuning; /* group_size and tile_bytes */
};

void gpuc_cl_tune_key(const struct gpuc_cl_device *device,
                      const struct gpuc_forest *forest,
                      char ret_key[GPUC_SHA256_HEX_SIZE]);

/* False: there is nothing, or nothing that makes sense. */
bool gpuc_cl_tune_recall(const char *key, struct gpuc_cl_choice *ret_choice);

void gpuc_cl_tune_remember(const char *key, const struct gpuc_cl_choice *choice);

#endif
