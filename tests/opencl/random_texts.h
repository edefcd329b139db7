/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for the tests of engines, and the answers of the scalar engine to them. */
#ifndef GPUC_TEST_RANDOM_TEXTS_H
#define GPUC_TEST_RANDOM_TEXTS_H

#include "engine.h"

/*
 * n_rows texts of valid UTF-8 with sizes from 0 to max_size in no order. `long_every`:
 * each row of which this is a divisor is longer than the generator's state instead; 0:
 * none is. All functions here end the test program if memory runs out.
 */
struct gpuc_texts random_texts(size_t n_rows, uint32_t max_size, size_t long_every,
                               uint32_t seed);

/* Results for n_rows rows, filled with a pattern that no engine writes. */
struct gpuc_blackbox_results new_results(size_t n_rows);
void free_results(struct gpuc_blackbox_results *results);

/* What the scalar engine gives. */
struct gpuc_blackbox_results scalar_results(const struct gpuc_model *model,
                                            const struct gpuc_texts *texts);

/* Attaches a session, classifies the texts and detaches it. */
enum gpuc_status classify_once(struct gpuc_engine *engine, const struct gpuc_model *model,
                               const struct gpuc_texts *texts,
                               const struct gpuc_blackbox_results *results,
                               struct gpuc_error *error);

bool equal_results(const struct gpuc_blackbox_results *a,
                   const struct gpuc_blackbox_results *b, size_t n_rows);

#endif
