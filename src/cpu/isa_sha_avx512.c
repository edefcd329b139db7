/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 by the SHA instructions, with the 32 registers of AVX-512. */
#if !defined(__SHA__) || !defined(__AVX512VL__)
#  error "compile this file with -msha -mavx512f -mavx512vl"
#endif

enum { GPUC_SHA_MESSAGES = 3 };

#include "cpu/sha_template.h"

const struct gpuc_cpu_sha256 gpuc_cpu_sha256_sha_avx512 = {.digests = sha_digests,
                                                           .blocks = sha_blocks};
