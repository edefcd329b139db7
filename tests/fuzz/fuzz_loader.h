/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets of all model loaders do with their bytes. */
#ifndef GPUC_FUZZ_LOADER_H
#define GPUC_FUZZ_LOADER_H

#include "fuzz/fuzz_target.h"
#include "model/loader.h"

/*
 * Loads the bytes. Aborts unless that gives a model whose image keeps the rules that
 * engines rely on, or GPUC_EMODEL with a message. Returns 0.
 */
int fuzz_loader(const struct gpuc_loader *loader, const uint8_t *bytes, size_t size);

#endif
