/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The black box for one row: the reference that every engine must equal. It hashes the
 * row's text for nothing but the load, seeds a Mersenne Twister with the text as Python 2
 * or Python 3 would, and takes the first double of the generator.
 */
#ifndef GPUC_BLACKBOX_ROW_H
#define GPUC_BLACKBOX_ROW_H

#include "mt19937_row.h"
#include "sha256_row.h"
#include "sha512_row.h"

/* How random.seed() makes a number from a text. */
enum {
    GPUC_SEED_PY2, /* the string hash of Python 2, over code points */
    GPUC_SEED_PY3  /* the text's bytes followed by their SHA-512, as one big integer */
};

/* The string hash of Python 2. The text is valid UTF-8. */
static inline gpuc_u64 gpuc_python2_hash(GPUC_GLOBAL const gpuc_u8 *text,
                                         gpuc_u32 text_size)
{
    gpuc_u64 hash = 0;
    gpuc_u64 n_characters = 0;

    for (gpuc_u32 position = 0; position < text_size; n_characters++) {
        gpuc_u32 lead = text[position++];
        gpuc_u32 n_more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        /* A lead byte with n more bytes to follow has 6 - n bits of the character. */
        gpuc_u64 character = n_more > 0 ? lead & (0x3fu >> n_more) : lead;
        for (; n_more > 0 && position < text_size; n_more--)
            character = (character << 6) | (text[position++] & 0x3fu);
        if (n_characters == 0)
            hash = character << 7;
        hash = (1000003u * hash) ^ character;
    }
    return hash ^ n_characters;
}

/*
 * The generator's key for a text. It refers to the text, which must stay. By pointer, as
 * Oclgrind 21.10 fails on what its compiler makes of a returned struct.
 */
static inline void gpuc_blackbox_key(GPUC_GLOBAL const gpuc_u8 *text, gpuc_u32 text_size,
                                     gpuc_u32 seeding, struct gpuc_mt_key *ret_key)
{
    ret_key->text = text;

    if (seeding == GPUC_SEED_PY2) {
        gpuc_u64 hash = gpuc_python2_hash(text, text_size);
        ret_key->head[0] = (gpuc_u32)hash;
        ret_key->head[1] = (gpuc_u32)(hash >> 32);
        ret_key->head_size = 2;
        ret_key->text_size = 0;
    } else {
        gpuc_u64 digest[8];
        gpuc_sha512_text(text, text_size, digest);
        for (gpuc_u32 i = 0; i < 8; i++) {
            ret_key->head[2 * i] = (gpuc_u32)digest[7 - i];
            ret_key->head[2 * i + 1] = (gpuc_u32)(digest[7 - i] >> 32);
        }
        ret_key->head_size = 16;
        ret_key->text_size = text_size;
    }
}

/*
 * The text of one row to the fraction (53 bits; the result is fraction / 2^53) and the
 * SHA-256 digest (32 bytes) of `slowness` updates with the text. `mt` is scratch memory
 * for the 624 words of the generator's state; word i is mt[i * mt_stride].
 */
/* NOLINTNEXTLINE(readability-function-size): the parameters are those of a kernel. */
static inline void gpuc_blackbox_row(GPUC_GLOBAL const gpuc_u8 *text, gpuc_u32 text_size,
                                     gpuc_u32 seeding, gpuc_u32 slowness,
                                     GPUC_GLOBAL gpuc_u32 *mt, gpuc_u32 mt_stride,
                                     GPUC_GLOBAL gpuc_u64 *ret_fraction,
                                     GPUC_GLOBAL gpuc_u8 *ret_digest)
{
    gpuc_u32 digest[8];
    gpuc_sha256_repeated(text, text_size, slowness, digest);
    for (gpuc_u32 i = 0; i < 32; i++)
        ret_digest[i] = (gpuc_u8)(digest[i / 4] >> (24 - 8 * (i % 4)));

    struct gpuc_mt_key key;
    gpuc_blackbox_key(text, text_size, seeding, &key);
    struct gpuc_mt_state state;
    state.words = mt;
    state.stride = mt_stride;
    gpuc_mt_seed(state, &key);
    *ret_fraction = gpuc_mt_first_fraction(state);
}

#endif
