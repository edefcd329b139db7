/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) of a text that is hashed several times in a row: the digest after
 * `count` updates with the same bytes. The message is never in memory as a whole; each
 * block is read byte by byte from the text, going round at its end.
 */
#ifndef GPUC_SHA256_ROW_H
#define GPUC_SHA256_ROW_H

#include "gpuc_shared.h"

GPUC_CONSTANT gpuc_u32 gpuc_sha256_initial[8] = {
    0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
    0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u,
};

GPUC_CONSTANT gpuc_u32 gpuc_sha256_k[64] = {
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u,
    0x923f82a4u, 0xab1c5ed5u, 0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u,
    0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u, 0xe49b69c1u, 0xefbe4786u,
    0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u,
    0x06ca6351u, 0x14292967u, 0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u,
    0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u, 0xa2bfe8a1u, 0xa81a664bu,
    0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au,
    0x5b9cca4fu, 0x682e6ff3u, 0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u,
    0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u,
};

/* One block into the state; uses up `w`, which holds the block as 16 big-endian words. */
static inline void gpuc_sha256_compress(gpuc_u32 state[8], gpuc_u32 w[16])
{
    gpuc_u32 a = state[0], b = state[1], c = state[2], d = state[3];
    gpuc_u32 e = state[4], f = state[5], g = state[6], h = state[7];

    for (gpuc_u32 round = 0; round < 64; round += 16) {
        for (gpuc_u32 i = 0; i < 16; i++) {
            if (round > 0) {
                gpuc_u32 w15 = w[(i + 1) & 15], w2 = w[(i + 14) & 15];
                w[i] += (gpuc_rotr32(w15, 7) ^ gpuc_rotr32(w15, 18) ^ (w15 >> 3)) +
                        w[(i + 9) & 15] +
                        (gpuc_rotr32(w2, 17) ^ gpuc_rotr32(w2, 19) ^ (w2 >> 10));
            }
            gpuc_u32 t1 = h +
                          (gpuc_rotr32(e, 6) ^ gpuc_rotr32(e, 11) ^ gpuc_rotr32(e, 25)) +
                          ((e & f) ^ (~e & g)) + gpuc_sha256_k[round + i] + w[i];
            gpuc_u32 t2 = (gpuc_rotr32(a, 2) ^ gpuc_rotr32(a, 13) ^ gpuc_rotr32(a, 22)) +
                          ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

/* SHA-256 of the text repeated `count` times, as 8 big-endian words. */
static inline void gpuc_sha256_repeated(GPUC_GLOBAL const gpuc_u8 *text,
                                        gpuc_u32 text_size, gpuc_u32 count,
                                        gpuc_u32 ret_digest[8])
{
    gpuc_u64 message_size = (gpuc_u64)text_size * count;
    /* A byte 0x80 and the size in bits as 8 bytes follow the message. */
    gpuc_u64 n_blocks = (message_size + 9 + 63) / 64;
    gpuc_u64 position = 0;
    gpuc_u32 text_position = 0;

    for (gpuc_u32 i = 0; i < 8; i++)
        ret_digest[i] = gpuc_sha256_initial[i];
    for (gpuc_u64 block = 0; block < n_blocks; block++) {
        gpuc_u32 w[16];
        for (gpuc_u32 i = 0; i < 16; i++) {
            gpuc_u32 word = 0;
            for (gpuc_u32 k = 0; k < 4; k++) {
                gpuc_u32 byte = position == message_size ? 0x80 : 0;
                if (position < message_size)
                    byte = text[text_position];
                text_position = text_position + 1 == text_size ? 0 : text_position + 1;
                word = (word << 8) | byte;
                position++;
            }
            w[i] = word;
        }
        if (block == n_blocks - 1) {
            w[14] = (gpuc_u32)(message_size >> 29);
            w[15] = (gpuc_u32)(message_size << 3);
        }
        gpuc_sha256_compress(ret_digest, w);
    }
}

#endif
