/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the signals of a leaf's code to its value, for a slice of rows.
 *
 * Eight signals become bytes by exchanging bits between them until byte k of vector r is
 * the code of row 8 * k + r. The values' bytes are looked up plane by plane and put
 * together by unpacking, so sums stand in an order of their own: see sum_row().
 */
#include "cpu/forest_kernels.h"

enum { LANES16 = VEC_BYTES / 16 };

/* Codes of a slice from n_bits signals, a constant; what is above counts as 0. */
GPUC_INLINE void gather_codes(const uint8_t *bank, const uint16_t *bits, size_t n_bits,
                              uint8_t (*codes)[GPUC_SLICE_ROWS / 8])
{
    const vec mask1 = vec_set8(0x55), mask2 = vec_set8(0x33), mask4 = vec_set8(0x0f);

    for (size_t v = 0; v < GPUC_SIGNAL_SIZE; v += VEC_BYTES) {
        vec x[8];
        for (size_t bit = 0; bit < 8; bit++)
            x[bit] = bit < n_bits
                         ? vec_load(bank + (size_t)bits[bit] * GPUC_SIGNAL_SIZE + v)
                         : vec_zero();
        for (size_t i = 0; i < n_bits; i += 2)
            vec_swap_bits(x[i], x[i + 1], 1, mask1);
        for (size_t i = 0; i < n_bits; i += 4) {
            vec_swap_bits(x[i], x[i + 2], 2, mask2);
            vec_swap_bits(x[i + 1], x[i + 3], 2, mask2);
        }
        for (size_t i = 0; i < 4; i++)
            vec_swap_bits(x[i], x[i + 4], 4, mask4);
        for (size_t r = 0; r < 8; r++)
            vec_store(codes[r] + v, x[r]);
    }
}

static void make_codes(const uint8_t *bank, const struct gpuc_plan_tree *tree,
                       uint8_t (*codes)[GPUC_SLICE_ROWS / 8])
{
    if (tree->n_bits <= 4)
        gather_codes(bank, tree->bits, 4, codes);
    else if (tree->n_bits <= 6)
        gather_codes(bank, tree->bits, 6, codes);
    else
        gather_codes(bank, tree->bits, 8, codes);
}

/* The row within the slice of a sum: numbers of `size` bytes, in vectors' order. */
static inline size_t sum_row(size_t sum, size_t size)
{
    size_t in_lane = 16 / size; /* numbers of a 128-bit lane */
    size_t r = sum / (GPUC_SLICE_ROWS / 8), k = sum % (GPUC_SLICE_ROWS / 8);
    size_t first = k / VEC_BYTES * VEC_BYTES, place = k % VEC_BYTES;
    size_t vector = place / (LANES16 * in_lane), rest = place % (LANES16 * in_lane);
    size_t byte = rest / in_lane * 16 + vector * in_lane + rest % in_lane;
    return 8 * (first + byte) + r;
}

#ifndef GPUC_HAVE_LOOK_UP

/* The bytes at the codes of n_bits, a constant. */
GPUC_INLINE vec look_up(const uint8_t *plane, vec codes, unsigned n_bits)
{
    size_t n_tables = n_bits <= 4 ? 1 : (size_t)1 << (n_bits - 4);
    vec low = n_bits == 8 ? vec_and(codes, vec_set8(0x7f)) : codes;
    vec bytes[16];

    for (size_t i = 0; i < n_tables; i++)
        bytes[i] = vec_shuffle8(vec_repeat16(plane + 16 * i), low);
    for (unsigned bit = 4; bit < n_bits; bit++) {
        vec selector = bit == 4   ? vec_shl16(codes, 3)
                       : bit == 5 ? vec_shl16(codes, 2)
                       : bit == 6 ? vec_shl16(codes, 1)
                                  : codes;
        for (size_t i = 0; i < n_tables >> (bit - 3); i++)
            bytes[i] = vec_choose8(selector, bytes[2 * i + 1], bytes[2 * i]);
    }
    return bytes[0];
}

#endif

GPUC_INLINE void add_planes32(const uint8_t *planes, size_t plane_size, unsigned n_bits,
                              const uint8_t *codes, float *sums)
{
    const size_t n = VEC_BYTES / 4;

    for (size_t row = 0; row < GPUC_SLICE_ROWS; row += VEC_BYTES) {
        vec code = vec_load(codes + row), b[4];
        for (size_t k = 0; k < 4; k++)
            b[k] = look_up(planes + k * plane_size, code, n_bits);
        vec low01 = vec_unpack_low8(b[0], b[1]), high01 = vec_unpack_high8(b[0], b[1]);
        vec low23 = vec_unpack_low8(b[2], b[3]), high23 = vec_unpack_high8(b[2], b[3]);
        add_f32(sums + row, vec_unpack_low16(low01, low23));
        add_f32(sums + row + n, vec_unpack_high16(low01, low23));
        add_f32(sums + row + 2 * n, vec_unpack_low16(high01, high23));
        add_f32(sums + row + 3 * n, vec_unpack_high16(high01, high23));
    }
}

/* Adds four vectors of float64: `words` are 16-bit parts of them, lowest first. */
GPUC_INLINE void add_words64(const vec words[4], double *sums)
{
    const size_t n = VEC_BYTES / 8;
    vec low0 = vec_unpack_low16(words[0], words[1]);
    vec low1 = vec_unpack_low16(words[2], words[3]);
    vec high0 = vec_unpack_high16(words[0], words[1]);
    vec high1 = vec_unpack_high16(words[2], words[3]);
    add_f64(sums, vec_unpack_low32(low0, low1));
    add_f64(sums + n, vec_unpack_high32(low0, low1));
    add_f64(sums + 2 * n, vec_unpack_low32(high0, high1));
    add_f64(sums + 3 * n, vec_unpack_high32(high0, high1));
}

GPUC_INLINE void add_planes64(const uint8_t *planes, size_t plane_size, unsigned n_bits,
                              const uint8_t *codes, double *sums)
{
    for (size_t row = 0; row < GPUC_SLICE_ROWS; row += VEC_BYTES) {
        vec code = vec_load(codes + row), low[4], high[4];
        for (size_t k = 0; k < 4; k++) {
            vec even = look_up(planes + 2 * k * plane_size, code, n_bits);
            vec odd = look_up(planes + (2 * k + 1) * plane_size, code, n_bits);
            low[k] = vec_unpack_low8(even, odd);
            high[k] = vec_unpack_high8(even, odd);
        }
        add_words64(low, sums + row);
        add_words64(high, sums + row + VEC_BYTES / 2);
    }
}

#define ADD_PLANES(add, n_bits) add(planes, plane_size, n_bits, codes, sums)

#define DEFINE_ADD_CODES(size, number)                                                   \
  static void add_planes_of##size(const uint8_t *planes, size_t plane_size,              \
                                  unsigned n_bits, const uint8_t *codes, number *sums)   \
  {                                                                                      \
    if (n_bits <= 4)                                                                     \
      ADD_PLANES(add_planes##size, 4);                                                   \
    else if (n_bits == 5)                                                                \
      ADD_PLANES(add_planes##size, 5);                                                   \
    else if (n_bits == 6)                                                                \
      ADD_PLANES(add_planes##size, 6);                                                   \
    else if (n_bits == 7)                                                                \
      ADD_PLANES(add_planes##size, 7);                                                   \
    else                                                                                 \
      ADD_PLANES(add_planes##size, 8);                                                   \
  }                                                                                      \
                                                                                         \
  static void add_plain_of##size(const number *values, const uint8_t *codes,             \
                                 number *sums)                                           \
  {                                                                                      \
    enum { IN_LANE = 16 / sizeof(number), N_PARTS = sizeof(number) };                    \
    for (size_t row = 0; row < GPUC_SLICE_ROWS; row += VEC_BYTES)                        \
      for (size_t part = 0; part < N_PARTS; part++)                                      \
        for (size_t lane = 0; lane < LANES16; lane++)                                    \
          for (size_t i = 0; i < IN_LANE; i++)                                           \
            sums[row + (part * LANES16 + lane) * IN_LANE + i] +=                         \
                values[codes[row + lane * 16 + part * IN_LANE + i]];                     \
  }

DEFINE_ADD_CODES(32, float)
DEFINE_ADD_CODES(64, double)
