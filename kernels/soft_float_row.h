/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addition of binary floating-point numbers by integers: IEEE 754, rounded to nearest,
 * ties to even, with denormals, infinities, NaN and signed zeros. For devices that lack a
 * type or that flush denormals or round in their own way. Numbers are their bits.
 *
 * The significands are added with three more bits: two are enough to round a sum that
 * cancellation has shifted left by one, and the last gathers all that lies below.
 */
#ifndef GPUC_SOFT_FLOAT_ROW_H
#define GPUC_SOFT_FLOAT_ROW_H

#include "gpuc_shared.h"

/* `n_bits` of the type's fraction and of its exponent; both sum to at most 63. */
static inline gpuc_u64 gpuc_soft_add(gpuc_u64 a, gpuc_u64 b, gpuc_u32 n_fraction_bits,
                                     gpuc_u32 n_exponent_bits)
{
    const gpuc_u64 one = 1;
    const gpuc_u64 sign_bit = one << (n_fraction_bits + n_exponent_bits);
    const gpuc_u64 hidden_bit = one << n_fraction_bits;
    const gpuc_u64 infinity = ((one << n_exponent_bits) - 1) << n_fraction_bits;
    gpuc_u64 size = a & (sign_bit - 1);
    gpuc_u64 other_size = b & (sign_bit - 1);

    /* The larger of the two first: its sign is the sum's. */
    if (size < other_size) {
        gpuc_u64 larger = b;
        b = a;
        a = larger;
        size = a & (sign_bit - 1);
        other_size = b & (sign_bit - 1);
    }
    const gpuc_u64 differ = (a ^ b) & sign_bit;
    if (size > infinity || (other_size == infinity && differ != 0))
        return infinity | hidden_bit >> 1;
    if (size == infinity)
        return a;

    gpuc_u32 exponent = (gpuc_u32)(size >> n_fraction_bits);
    gpuc_u32 other_exponent = (gpuc_u32)(other_size >> n_fraction_bits);
    gpuc_u64 sum = (size & (hidden_bit - 1)) | (exponent > 0 ? hidden_bit : 0);
    gpuc_u64 other =
        (other_size & (hidden_bit - 1)) | (other_exponent > 0 ? hidden_bit : 0);
    /* Denormal numbers have the exponent of the smallest normal ones. */
    exponent += exponent == 0;
    other_exponent += other_exponent == 0;
    gpuc_u32 shift = exponent - other_exponent;
    sum <<= 3;
    other <<= 3;
    if (shift > n_fraction_bits + 3)
        other = other != 0;
    else
        other = other >> shift | ((other & ((one << shift) - 1)) != 0);

    if (differ == 0) {
        sum += other;
        if (sum >> (n_fraction_bits + 4) != 0) {
            sum = sum >> 1 | (sum & 1);
            exponent++;
        }
    } else {
        sum -= other;
        if (sum == 0)
            return 0;
        gpuc_u32 n_lost = gpuc_clz64(sum) - (60 - n_fraction_bits);
        n_lost = n_lost < exponent - 1 ? n_lost : exponent - 1;
        sum <<= n_lost;
        exponent -= n_lost;
    }
    gpuc_u32 rest = (gpuc_u32)(sum & 7);
    sum >>= 3;
    sum += rest > 4 || (rest == 4 && (sum & 1) != 0);
    /* A carry into or out of the hidden bit goes on into the exponent as it should. */
    sum += (gpuc_u64)(exponent - 1) << n_fraction_bits;
    return (a & sign_bit) | (sum < infinity ? sum : infinity);
}

static inline gpuc_u32 gpuc_soft_add_float32(gpuc_u32 a, gpuc_u32 b)
{
    return (gpuc_u32)gpuc_soft_add(a, b, 23, 8);
}

static inline gpuc_u64 gpuc_soft_add_float64(gpuc_u64 a, gpuc_u64 b)
{
    return gpuc_soft_add(a, b, 52, 11);
}

#endif
