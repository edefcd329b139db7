/* SPDX-License-Identifier: Apache-2.0 */
#include "math/fixed.h"

struct gpuc_fixed gpuc_fixed_shift(const struct gpuc_fixed *a, int shift)
{
    struct gpuc_fixed result = {{0}};
    /* Limb i takes its bits from limb i - whole and the one below it; rounding down makes
     * `bits` positive for shifts of either sign. */
    const int whole = shift >> 6;
    const int bits = shift & 63;
    for (int i = 0; i < GPUC_FIXED_LIMBS; i++) {
        const int from = i - whole;
        if (from >= 0 && from < GPUC_FIXED_LIMBS)
            result.limb[i] = a->limb[from] << bits;
        if (bits != 0 && from >= 1 && from <= GPUC_FIXED_LIMBS)
            result.limb[i] |= a->limb[from - 1] >> (64 - bits);
    }
    return result;
}

struct gpuc_fixed gpuc_fixed_from(uint64_t integer, int exponent)
{
    const struct gpuc_fixed unshifted = {{0, 0, 0, 0, integer}};
    return gpuc_fixed_shift(&unshifted, exponent);
}

struct gpuc_fixed gpuc_fixed_add(const struct gpuc_fixed *a, const struct gpuc_fixed *b)
{
    struct gpuc_fixed sum;
    gpuc_u128 carry = 0;
    for (int i = 0; i < GPUC_FIXED_LIMBS; i++) {
        carry += (gpuc_u128)a->limb[i] + b->limb[i];
        sum.limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return sum;
}

struct gpuc_fixed gpuc_fixed_subtract(const struct gpuc_fixed *a,
                                      const struct gpuc_fixed *b)
{
    struct gpuc_fixed difference;
    uint64_t borrow = 0;
    for (int i = 0; i < GPUC_FIXED_LIMBS; i++) {
        const gpuc_u128 step = (gpuc_u128)a->limb[i] - b->limb[i] - borrow;
        difference.limb[i] = (uint64_t)step;
        borrow = (uint64_t)(step >> 64) & 1;
    }
    return difference;
}

struct gpuc_fixed gpuc_fixed_multiply(const struct gpuc_fixed *a,
                                      const struct gpuc_fixed *b)
{
    uint64_t product[2 * GPUC_FIXED_LIMBS] = {0};
    for (int i = 0; i < GPUC_FIXED_LIMBS; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < GPUC_FIXED_LIMBS; j++) {
            const gpuc_u128 step =
                (gpuc_u128)a->limb[i] * b->limb[j] + product[i + j] + carry;
            product[i + j] = (uint64_t)step;
            carry = (uint64_t)(step >> 64);
        }
        product[i + GPUC_FIXED_LIMBS] = carry;
    }
    struct gpuc_fixed result;
    memcpy(result.limb, product + GPUC_FIXED_LIMBS - 1, sizeof result.limb);
    return result;
}

struct gpuc_fixed gpuc_fixed_multiply_small(const struct gpuc_fixed *a, uint64_t b)
{
    struct gpuc_fixed result;
    gpuc_u128 carry = 0;
    for (int i = 0; i < GPUC_FIXED_LIMBS; i++) {
        carry += (gpuc_u128)a->limb[i] * b;
        result.limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return result;
}

struct gpuc_fixed gpuc_fixed_divide_small(const struct gpuc_fixed *a, uint64_t divisor)
{
    struct gpuc_fixed quotient;
    uint64_t rest = 0;
    for (int i = GPUC_FIXED_LIMBS - 1; i >= 0; i--) {
        const gpuc_u128 dividend = (gpuc_u128)rest << 64 | a->limb[i];
        quotient.limb[i] = (uint64_t)(dividend / divisor);
        rest = (uint64_t)(dividend % divisor);
    }
    return quotient;
}

struct gpuc_wide gpuc_fixed_wide(const struct gpuc_fixed *a, int exponent)
{
    int top = GPUC_FIXED_LIMBS - 1;
    while (a->limb[top] == 0)
        top--;
    /* Move the leading bit to bit 62 of the integer limb; what the shift drops, and the
     * limbs below the two, count as one bit. */
    const int leading = 64 * top + 63 - __builtin_clzll(a->limb[top]);
    const int shift = GPUC_FIXED_FRACTION_BITS + 62 - leading;
    const struct gpuc_fixed aligned = gpuc_fixed_shift(a, shift);
    const struct gpuc_fixed back = gpuc_fixed_shift(&aligned, -shift);
    const bool is_inexact = aligned.limb[0] != 0 || aligned.limb[1] != 0 ||
                            aligned.limb[2] != 0 || memcmp(&back, a, sizeof back) != 0;
    return (struct gpuc_wide){.value = (gpuc_u128)aligned.limb[4] << 64 |
                                       aligned.limb[3] | is_inexact,
                              .error = 0,
                              .scale = exponent - shift - 64};
}
