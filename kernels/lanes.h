/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenCL vectors with a row in each lane, under the names that the SIMD templates use.
 * GPUC_LANES, from the compile options: rows in a vector of 32-bit words; 4, 8 or 16.
 */
#ifndef GPUC_LANES_H
#define GPUC_LANES_H

#include "blackbox_scratch.h"

#if GPUC_LANES == 4
typedef uint4 vec32;
typedef ulong2 vec64;
#  define as_vec32 as_uint4
#  define as_vec64 as_ulong2
#  define gpuc_join32(q, k) (q[0][k])
#  define gpuc_join64(q, k) (q[0][k])
#elif GPUC_LANES == 8
typedef uint8 vec32;
typedef ulong4 vec64;
#  define as_vec32 as_uint8
#  define as_vec64 as_ulong4
#  define gpuc_join32(q, k) ((vec32)(q[0][k], q[1][k]))
#  define gpuc_join64(q, k) ((vec64)(q[0][k], q[1][k]))
#elif GPUC_LANES == 16
typedef uint16 vec32;
typedef ulong8 vec64;
#  define as_vec32 as_uint16
#  define as_vec64 as_ulong8
#  define gpuc_join32(q, k) ((vec32)(q[0][k], q[1][k], q[2][k], q[3][k]))
#  define gpuc_join64(q, k) ((vec64)(q[0][k], q[1][k], q[2][k], q[3][k]))
#else
#  error "GPUC_LANES must be 4, 8 or 16"
#endif

enum { GPUC_LANES64 = GPUC_LANES / 2, GPUC_GROUP_ROWS = gpuc_group_rows(GPUC_LANES) };

#define vec_set32(x) ((vec32)(x))
#define vec_set64(x) ((vec64)(x))
#define vec_add32(a, b) ((a) + (b))
#define vec_add64(a, b) ((a) + (b))
#define vec_shr32(x, n) ((x) >> (n))
#define vec_shr64(x, n) ((x) >> (n))
#define vec_ror32(x, n) rotate(x, (vec32)(32 - (n)))
#define vec_ror64(x, n) rotate(x, (vec64)(64 - (n)))
#define vec_xor3(a, b, c) ((a) ^ (b) ^ (c))
#define vec_choose(a, b, c) ((c) ^ ((a) & ((b) ^ (c))))
#define vec_majority(a, b, c) (((a) & (b)) | ((c) & ((a) | (b))))

/* Four rows of four words to four words of four rows. */
static inline void gpuc_transpose4(uint4 a, uint4 b, uint4 c, uint4 d, uint4 ret_words[4])
{
    /* Two vectors at a time: this is how CPUs shuffle. */
    uint4 low01 = (uint4)(a.x, b.x, a.y, b.y), low23 = (uint4)(c.x, d.x, c.y, d.y);
    uint4 high01 = (uint4)(a.z, b.z, a.w, b.w), high23 = (uint4)(c.z, d.z, c.w, d.w);
    ret_words[0] = (uint4)(low01.lo, low23.lo);
    ret_words[1] = (uint4)(low01.hi, low23.hi);
    ret_words[2] = (uint4)(high01.lo, high23.lo);
    ret_words[3] = (uint4)(high01.hi, high23.hi);
}

/*
 * The bytes of each word the other way round. Not by a shuffle of bytes: Oclgrind 21.10
 * takes what comes of one for uninitialised.
 */
#define gpuc_swap32(type, x)                                                             \
  ((rotate(x, (type)8) & (type)0x00ff00ffu) | (rotate(x, (type)24) & (type)0xff00ff00u))

#define gpuc_swap64(x) rotate(as_vec64(gpuc_swap32(vec32, as_vec32(x))), (vec64)32)

/* Lane l of ret_words[i] is the big-endian 32-bit word i of the 64 bytes at rows[l]. */
static inline void gpuc_load_words32(__global const uchar *const rows[GPUC_LANES],
                                     vec32 ret_words[16])
{
#pragma unroll
    for (uint i = 0; i < 16; i += 4) {
        uint4 quads[GPUC_LANES / 4][4];
#pragma unroll
        for (uint q = 0; q < GPUC_LANES / 4; q++)
            gpuc_transpose4(as_uint4(vload16(0, rows[4 * q] + 4 * i)),
                            as_uint4(vload16(0, rows[4 * q + 1] + 4 * i)),
                            as_uint4(vload16(0, rows[4 * q + 2] + 4 * i)),
                            as_uint4(vload16(0, rows[4 * q + 3] + 4 * i)), quads[q]);
#pragma unroll
        for (uint k = 0; k < 4; k++)
            ret_words[i + k] = gpuc_swap32(vec32, gpuc_join32(quads, k));
    }
}

/* Lane l of ret_words[i] is the big-endian 64-bit word i of the 128 bytes at rows[l]. */
static inline void gpuc_load_words64(__global const uchar *const rows[GPUC_LANES64],
                                     vec64 ret_words[16])
{
#pragma unroll
    for (uint i = 0; i < 16; i += 2) {
        ulong2 pairs[GPUC_LANES64 / 2][2];
#pragma unroll
        for (uint p = 0; p < GPUC_LANES64 / 2; p++) {
            ulong2 a = as_ulong2(vload16(0, rows[2 * p] + 8 * i));
            ulong2 b = as_ulong2(vload16(0, rows[2 * p + 1] + 8 * i));
            pairs[p][0] = (ulong2)(a.x, b.x);
            pairs[p][1] = (ulong2)(a.y, b.y);
        }
        ret_words[i] = gpuc_swap64(gpuc_join64(pairs, 0));
        ret_words[i + 1] = gpuc_swap64(gpuc_join64(pairs, 1));
    }
}

#endif
