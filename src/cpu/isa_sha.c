/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 by the SHA instructions, for CPUs with no more than SSE4.1 besides. */
#if !defined(__SHA__) || !defined(__SSE4_1__)
#  error "compile this file with -msha -msse4.1"
#endif
#ifdef __AVX__
#  error "this file must run on CPUs without AVX"
#endif

enum { GPUC_SHA_MESSAGES = 2 };

#include "cpu/sha_template.h"

const struct gpuc_cpu_sha256 gpuc_cpu_sha256_sha = {.digests = sha_digests,
                                                    .blocks = sha_blocks};
