/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lets a `_row.h` header compile both as C17 and as OpenCL C 1.2: one set of type
 * names and the names of the address spaces. OpenCL C 1.2 has no generic address space,
 * so every pointer says GPUC_GLOBAL or is private; constant tables say GPUC_CONSTANT.
 */
#ifndef GPUC_SHARED_H
#define GPUC_SHARED_H

#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
typedef uchar gpuc_u8;
typedef ushort gpuc_u16;
typedef int gpuc_i32;
typedef uint gpuc_u32;
typedef ulong gpuc_u64;
typedef long gpuc_i64;
#  define GPUC_GLOBAL __global
#  define GPUC_CONSTANT __constant
#  define GPUC_LOCAL __local /* on devices only */
/* The built-in, as Oclgrind 21.10 does not know what its compiler makes of two shifts. */
#  define gpuc_rotr32(x, n) rotate((gpuc_u32)(x), (gpuc_u32)(32 - (n)))
#  define gpuc_rotr64(x, n) rotate((gpuc_u64)(x), (gpuc_u64)(64 - (n)))
#  define gpuc_clz64(x) ((gpuc_u32)clz((gpuc_u64)(x)))

static inline void gpuc_copy_bytes(GPUC_GLOBAL gpuc_u8 *to,
                                   GPUC_GLOBAL const gpuc_u8 *from, gpuc_u64 size)
{
    for (gpuc_u64 i = 0; i < size; i++)
        to[i] = from[i];
}

static inline void gpuc_clear_bytes(GPUC_GLOBAL gpuc_u8 *bytes, gpuc_u64 size)
{
    for (gpuc_u64 i = 0; i < size; i++)
        bytes[i] = 0;
}
#else
#  include <stdint.h>
#  include <string.h>
typedef uint8_t gpuc_u8;
typedef uint16_t gpuc_u16;
typedef int32_t gpuc_i32;
typedef uint32_t gpuc_u32;
typedef uint64_t gpuc_u64;
typedef int64_t gpuc_i64;
#  define GPUC_GLOBAL
#  define GPUC_CONSTANT static const

/* Rotations to the right by 1 to 31, or 63. */
static inline gpuc_u32 gpuc_rotr32(gpuc_u32 x, gpuc_u32 n)
{
    return (x >> n) | (x << (32 - n));
}

static inline gpuc_u64 gpuc_rotr64(gpuc_u64 x, gpuc_u32 n)
{
    return (x >> n) | (x << (64 - n));
}

/* Zeros above the highest bit that is set, in a number that is not 0. */
static inline gpuc_u32 gpuc_clz64(gpuc_u64 x)
{
    return (gpuc_u32)__builtin_clzll(x);
}

/* For memory that does not overlap, also of size 0 at any address. */
static inline void gpuc_copy_bytes(gpuc_u8 *to, const gpuc_u8 *from, gpuc_u64 size)
{
    if (size > 0)
        memcpy(to, from, size);
}

static inline void gpuc_clear_bytes(gpuc_u8 *bytes, gpuc_u64 size)
{
    if (size > 0)
        memset(bytes, 0, size);
}
#endif

#endif
