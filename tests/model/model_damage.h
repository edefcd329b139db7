/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Damaged model files, for every format: whatever is in the bytes, a loader answers with
 * a model or with GPUC_EMODEL and a message that begins with the file's name. Run under
 * the sanitizers this also finds reads behind the end, leaks and undefined behaviour.
 */
#ifndef GPUC_TEST_MODEL_DAMAGE_H
#define GPUC_TEST_MODEL_DAMAGE_H

#include "model/loader.h"
#include "support/cases.h"

/* Loads a copy of the bytes that ends where the heap block ends; true if it is a model.
 */
bool test_model_loads(const struct gpuc_loader *loader, const uint8_t *bytes,
                      size_t size);

/*
 * Loads the file cut off at every hundredth of its size, 0 included, and without its last
 * byte. Returns how many of these 101 files were models.
 */
size_t test_model_truncations(const struct gpuc_loader *loader,
                              const struct test_file *file);

/*
 * Loads the file `n` times with 1 to 8 bytes changed: to any value, or to one that
 * occurs elsewhere in the file, which keeps more of the syntax. Returns how many were
 * models.
 */
size_t test_model_changes(const struct gpuc_loader *loader, const struct test_file *file,
                          size_t n);

/*
 * Loads the file while memory runs out: at the first request, at the second, and so on
 * until none is refused. Each must end in GPUC_ENOMEM. Returns how many requests a load
 * takes.
 */
size_t test_model_memory(const struct gpuc_loader *loader, const struct test_file *file);

/* Changes to try for each file: 200, or what the environment's GPUC_TEST_DAMAGE says. */
size_t test_model_n_changes(void);

#endif
