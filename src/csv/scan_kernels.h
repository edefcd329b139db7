/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of the scanners that take blocks, one an instruction set. None may be
 * called before the CPU was asked.
 */
#ifndef GPUC_SCAN_KERNELS_H
#define GPUC_SCAN_KERNELS_H

#include "csv/scan.h"

typedef void gpuc_scan_function(const struct gpuc_dialect *dialect,
                                const struct gpuc_scan_text *text,
                                struct gpuc_scan_state *state, struct gpuc_index *index);

gpuc_scan_function gpuc_scan_sse42;
gpuc_scan_function gpuc_scan_avx2;
gpuc_scan_function gpuc_scan_avx512;
gpuc_scan_function gpuc_scan_avx512vbmi2;

#endif
