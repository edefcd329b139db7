/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/utf8.h"

#include "csv/block.h"
#include "csv/utf8_blocks.h"
#include "disabled.h"

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* The size of the valid sequence that begins at bytes[0]; 0 if there is none. */
static size_t sequence_size(const uint8_t *bytes, size_t size)
{
    uint8_t lead = bytes[0];
    /* The second byte's range keeps out overlong forms, surrogates and > U+10FFFF. */
    uint8_t lowest = 0x80, highest = 0xBF;
    size_t n;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF) {
        n = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        n = 3;
        lowest = lead == 0xE0 ? 0xA0 : 0x80;
        highest = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        n = 4;
        lowest = lead == 0xF0 ? 0x90 : 0x80;
        highest = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
        return 0;
    }
    if (size < n || bytes[1] < lowest || bytes[1] > highest)
        return 0;
    for (size_t i = 2; i < n; i++)
        if (!is_continuation(bytes[i]))
            return 0;
    return n;
}

struct utf8_block {
    struct gpuc_block block;
};

static inline struct utf8_block utf8_block_load(const uint8_t *bytes)
{
    return (struct utf8_block){gpuc_block_load(bytes)};
}

static inline uint64_t utf8_block_high(const struct utf8_block *block)
{
    return gpuc_block_high(&block->block);
}

static inline uint64_t utf8_block_range(const struct utf8_block *block, int lowest,
                                        int highest)
{
    return gpuc_block_range(&block->block, (uint8_t)lowest, (uint8_t)highest);
}

#include "csv/utf8_blocks_template.h"

/* The valid blocks at the start, by the widest vectors that there are. */
static size_t valid_blocks(const uint8_t *bytes, size_t size)
{
#ifdef GPUC_HAVE_SIMD
    /* Less than that is done before it is known what this CPU has. */
    enum { LONG_TEXT = 1 << 14 };
    if (size >= LONG_TEXT) {
        if (gpuc_isa_usable(GPUC_ISA_AVX512, "avx512"))
            return gpuc_utf8_blocks_avx512(bytes, size);
        if (gpuc_isa_usable(GPUC_ISA_AVX2, "avx2"))
            return gpuc_utf8_blocks_avx2(bytes, size);
    }
#endif
    return take_blocks(bytes, size);
}

size_t gpuc_utf8_valid_prefix(const uint8_t *bytes, size_t size)
{
    size_t pos = valid_blocks(bytes, size);
    while (pos < size) {
        size_t n = sequence_size(bytes + pos, size - pos);
        if (n == 0)
            break;
        pos += n;
    }
    return pos;
}

size_t gpuc_utf8_count(const uint8_t *bytes, size_t size)
{
    size_t n_chars = 0;
    for (size_t i = 0; i < size; i++)
        n_chars += !is_continuation(bytes[i]);
    return n_chars;
}

size_t gpuc_utf8_prefix(const uint8_t *bytes, size_t size, size_t n_chars)
{
    size_t pos = 0;
    while (pos < size) {
        if (!is_continuation(bytes[pos]) && n_chars-- == 0)
            return pos;
        pos++;
    }
    return size;
}

/* Decodes the sequence at bytes[0], known to be valid. */
static uint32_t decode(const uint8_t *bytes, size_t n)
{
    uint32_t c = n == 1 ? bytes[0] : bytes[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (bytes[i] & 0x3Fu);
    return c;
}

static bool is_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 ||
           c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool gpuc_utf8_is_space(const uint8_t *bytes, size_t size)
{
    for (size_t pos = 0; pos < size;) {
        size_t n = sequence_size(bytes + pos, size - pos);
        if (n == 0 || !is_space(decode(bytes + pos, n)))
            return false;
        pos += n;
    }
    return true;
}
