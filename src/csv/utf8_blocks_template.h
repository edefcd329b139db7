/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 that is checked 64 bytes at a time: from bit masks of what each byte can be. The
 * file that includes this has before it
 *
 *     struct utf8_block                     64 bytes
 *     utf8_block_load(bytes)
 *     utf8_block_high(block)                the bytes above 127, as bits
 *     utf8_block_range(block, low, high)    the bytes from `low` to `high`
 */
#ifndef GPUC_UTF8_BLOCKS_TEMPLATE_H
#define GPUC_UTF8_BLOCKS_TEMPLATE_H

/* The bytes that may not follow a lead whose second byte has a range of its own: no
 * overlong forms, no surrogates, nothing above U+10FFFF. */
static inline uint64_t forbidden_seconds(const struct utf8_block *block)
{
    return (utf8_block_range(block, 0xE0, 0xE0) << 1 &
            utf8_block_range(block, 0x80, 0x9F)) |
           (utf8_block_range(block, 0xED, 0xED) << 1 &
            utf8_block_range(block, 0xA0, 0xBF)) |
           (utf8_block_range(block, 0xF0, 0xF0) << 1 &
            utf8_block_range(block, 0x80, 0x8F)) |
           (utf8_block_range(block, 0xF4, 0xF4) << 1 &
            utf8_block_range(block, 0x90, 0xBF));
}

/*
 * Takes the sequences of a block that begins with one, up to one that goes over its end.
 * Returns the bytes taken; 0 if one of the sequences is not valid.
 */
static inline unsigned take_block(const struct utf8_block *block)
{
    const uint64_t high = utf8_block_high(block);
    if (high == 0)
        return 64;
    const uint64_t continuations = utf8_block_range(block, 0x80, 0xBF);
    const uint64_t twos = utf8_block_range(block, 0xC2, 0xDF);
    const uint64_t threes = utf8_block_range(block, 0xE0, 0xEF);
    const uint64_t fours = utf8_block_range(block, 0xF0, 0xF4);
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

/* The size of valid blocks at the start, which end where a sequence does. */
static inline size_t take_blocks(const uint8_t *bytes, size_t size)
{
    size_t pos = 0;
    while (size - pos >= 64) {
        const struct utf8_block block = utf8_block_load(bytes + pos);
        const unsigned n_taken = take_block(&block);
        if (n_taken == 0)
            break;
        pos += n_taken;
    }
    return pos;
}

#endif
