/* SPDX-License-Identifier: Apache-2.0 */
/* Which instruction sets this CPU and its operating system offer. */
#ifndef GPUC_CPU_FEATURES_H
#define GPUC_CPU_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

enum gpuc_cpu_isa {
    GPUC_ISA_SCALAR, /* always there */
    GPUC_ISA_SSE42,  /* SSE4.2 with SSSE3 */
    GPUC_ISA_AVX2,   /* AVX2 with BMI1 and BMI2 */
    GPUC_ISA_AVX512  /* AVX-512 F, BW, DQ and VL */
};

/* True if code compiled for `isa` may run; else `reason` says what is missing. */
bool gpuc_cpu_supports(enum gpuc_cpu_isa isa, char *reason, size_t reason_size);

/* True if the CPU has the SHA-256 instructions (and SSE4.1, which the code around needs).
 */
bool gpuc_cpu_has_sha(void);

/* True if the CPU has the byte permutes of AVX-512 VBMI. */
bool gpuc_cpu_has_vbmi(void);

/* True if the CPU compresses vectors of bytes, as AVX-512 VBMI2 does. */
bool gpuc_cpu_has_vbmi2(void);

/* True if the CPU multiplies without carries. */
bool gpuc_cpu_has_pclmul(void);

/* The CPU's own name, as "AMD EPYC 9654"; "x86-64 CPU" if it gives none. */
void gpuc_cpu_name(char *name, size_t name_size);

#endif
