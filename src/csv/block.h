/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 64 bytes of text at a time: which of them are equal to a given byte, as a bit mask with
 * bit i for byte i. SSE2 is part of x86-64; elsewhere a plain loop gives the same masks.
 */
#ifndef GPUC_BLOCK_H
#define GPUC_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#  include <emmintrin.h>
#endif

enum { GPUC_BLOCK_SIZE = 64 };

#if defined(__SSE2__)

struct gpuc_block {
    __m128i quarters[4];
};

static inline struct gpuc_block gpuc_block_load(const uint8_t *bytes)
{
    struct gpuc_block block;
    for (int i = 0; i < 4; i++)
        block.quarters[i] =
            _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
    return block;
}

static inline uint64_t gpuc_block_mask(__m128i a, __m128i b, __m128i c, __m128i d)
{
    uint64_t low = (uint32_t)_mm_movemask_epi8(a) | (uint32_t)_mm_movemask_epi8(b) << 16;
    uint64_t high = (uint32_t)_mm_movemask_epi8(c) | (uint32_t)_mm_movemask_epi8(d) << 16;
    return low | high << 32;
}

/* The bytes equal to `byte`. */
static inline uint64_t gpuc_block_equal(const struct gpuc_block *block, uint8_t byte)
{
    const __m128i *q = block->quarters;
    __m128i wanted = _mm_set1_epi8((char)byte);
    return gpuc_block_mask(_mm_cmpeq_epi8(q[0], wanted), _mm_cmpeq_epi8(q[1], wanted),
                           _mm_cmpeq_epi8(q[2], wanted), _mm_cmpeq_epi8(q[3], wanted));
}

/* The bytes above 127: parts of a character that is not ASCII. */
static inline uint64_t gpuc_block_high(const struct gpuc_block *block)
{
    const __m128i *q = block->quarters;
    return gpuc_block_mask(q[0], q[1], q[2], q[3]);
}

/* The bytes equal to any of three; one mask made of them costs little more than of one.
 */
static inline uint64_t gpuc_block_any(const struct gpuc_block *block, uint8_t a,
                                      uint8_t b, uint8_t c)
{
    __m128i found[4];
    for (int i = 0; i < 4; i++) {
        __m128i bytes = block->quarters[i];
        __m128i is_a = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)a));
        __m128i is_b = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)b));
        __m128i is_c = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)c));
        found[i] = _mm_or_si128(_mm_or_si128(is_a, is_b), is_c);
    }
    return gpuc_block_mask(found[0], found[1], found[2], found[3]);
}

/* The bytes from `lowest` to `highest`. */
static inline uint64_t gpuc_block_range(const struct gpuc_block *block, uint8_t lowest,
                                        uint8_t highest)
{
    const __m128i first = _mm_set1_epi8((char)lowest);
    const __m128i length = _mm_set1_epi8((char)(highest - lowest));
    __m128i found[4];
    for (int i = 0; i < 4; i++) {
        __m128i distance = _mm_sub_epi8(block->quarters[i], first);
        found[i] = _mm_cmpeq_epi8(_mm_min_epu8(distance, length), distance);
    }
    return gpuc_block_mask(found[0], found[1], found[2], found[3]);
}

/* The bytes above 127 and those equal to either of two. */
static inline uint64_t gpuc_block_high_or(const struct gpuc_block *block, uint8_t a,
                                          uint8_t b)
{
    __m128i found[4];
    for (int i = 0; i < 4; i++) {
        /* A byte above 127 has its highest bit set, which is the one that counts. */
        __m128i bytes = block->quarters[i];
        __m128i is_a = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)a));
        __m128i is_b = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)b));
        found[i] = _mm_or_si128(_mm_or_si128(is_a, is_b), bytes);
    }
    return gpuc_block_mask(found[0], found[1], found[2], found[3]);
}

#else

struct gpuc_block {
    uint8_t bytes[GPUC_BLOCK_SIZE];
};

static inline struct gpuc_block gpuc_block_load(const uint8_t *bytes)
{
    struct gpuc_block block;
    for (int i = 0; i < GPUC_BLOCK_SIZE; i++)
        block.bytes[i] = bytes[i];
    return block;
}

static inline uint64_t gpuc_block_equal(const struct gpuc_block *block, uint8_t byte)
{
    uint64_t mask = 0;
    for (int i = 0; i < GPUC_BLOCK_SIZE; i++)
        mask |= (uint64_t)(block->bytes[i] == byte) << i;
    return mask;
}

static inline uint64_t gpuc_block_high(const struct gpuc_block *block)
{
    uint64_t mask = 0;
    for (int i = 0; i < GPUC_BLOCK_SIZE; i++)
        mask |= (uint64_t)(block->bytes[i] >> 7) << i;
    return mask;
}

static inline uint64_t gpuc_block_any(const struct gpuc_block *block, uint8_t a,
                                      uint8_t b, uint8_t c)
{
    return gpuc_block_equal(block, a) | gpuc_block_equal(block, b) |
           gpuc_block_equal(block, c);
}

static inline uint64_t gpuc_block_range(const struct gpuc_block *block, uint8_t lowest,
                                        uint8_t highest)
{
    uint64_t mask = 0;
    for (int i = 0; i < GPUC_BLOCK_SIZE; i++)
        mask |= (uint64_t)(block->bytes[i] >= lowest && block->bytes[i] <= highest) << i;
    return mask;
}

static inline uint64_t gpuc_block_high_or(const struct gpuc_block *block, uint8_t a,
                                          uint8_t b)
{
    return gpuc_block_high(block) | gpuc_block_equal(block, a) |
           gpuc_block_equal(block, b);
}

#endif

/* The lowest `n` bits set, n from 0 to 64. */
static inline uint64_t gpuc_block_first(unsigned n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

static inline unsigned gpuc_block_count(uint64_t mask)
{
    return (unsigned)__builtin_popcountll(mask);
}

/* The position of the lowest and of the highest bit set; the mask must not be 0. */
static inline unsigned gpuc_block_lowest(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask);
}

static inline unsigned gpuc_block_highest(uint64_t mask)
{
    return 63u - (unsigned)__builtin_clzll(mask);
}

#endif
