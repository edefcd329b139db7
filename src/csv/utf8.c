/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/utf8.h"

#include "csv/block.h"

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

/* The bytes that may not follow a lead whose second byte has a range of its own: no
 * overlong forms, no surrogates, nothing above U+10FFFF. */
static uint64_t forbidden_seconds(const struct gpuc_block *block)
{
    return (gpuc_block_equal(block, 0xE0) << 1 & gpuc_block_range(block, 0x80, 0x9F)) |
           (gpuc_block_equal(block, 0xED) << 1 & gpuc_block_range(block, 0xA0, 0xBF)) |
           (gpuc_block_equal(block, 0xF0) << 1 & gpuc_block_range(block, 0x80, 0x8F)) |
           (gpuc_block_equal(block, 0xF4) << 1 & gpuc_block_range(block, 0x90, 0xBF));
}

/*
 * Takes the sequences of a block that begins with one, up to one that goes over its end.
 * Returns the bytes taken; 0 if one of the sequences is not valid.
 */
static unsigned take_block(const struct gpuc_block *block, uint64_t high)
{
    const uint64_t continuations = gpuc_block_range(block, 0x80, 0xBF);
    const uint64_t twos = gpuc_block_range(block, 0xC2, 0xDF);
    const uint64_t threes = gpuc_block_range(block, 0xE0, 0xEF);
    const uint64_t fours = gpuc_block_range(block, 0xF0, 0xF4);
    const uint64_t longer = threes | fours;
    if ((continuations | twos | longer) != high ||
        ((twos | longer) << 1 | longer << 2 | fours << 3) != continuations)
        return 0;
    if (longer != 0 && forbidden_seconds(block) != 0)
        return 0;
    if ((twos | longer) >> 63 != 0)
        return 63;
    if (longer >> 62 != 0)
        return 62;
    return fours >> 61 != 0 ? 61 : 64;
}

size_t gpuc_utf8_valid_prefix(const uint8_t *bytes, size_t size)
{
    size_t pos = 0;
    while (pos < size) {
        if (size - pos >= GPUC_BLOCK_SIZE) {
            struct gpuc_block block = gpuc_block_load(bytes + pos);
            uint64_t high = gpuc_block_high(&block);
            if (high == 0) {
                pos += GPUC_BLOCK_SIZE;
                continue;
            }
            const unsigned n_taken = take_block(&block, high);
            if (n_taken > 0) {
                pos += n_taken;
                continue;
            }
            pos += gpuc_block_lowest(high);
        }
        size_t n = sequence_size(bytes + pos, size - pos);
        if (n == 0)
            return pos;
        pos += n;
        /* Text that is not ASCII comes in runs: stay here until it turns ASCII. */
        while (pos < size && bytes[pos] >= 0x80) {
            n = sequence_size(bytes + pos, size - pos);
            if (n == 0)
                return pos;
            pos += n;
        }
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
