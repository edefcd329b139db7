/* SPDX-License-Identifier: Apache-2.0 */
/* The one function of a fuzz target. */
#ifndef GPUC_FUZZ_TARGET_H
#define GPUC_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer calls it, with any bytes. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
