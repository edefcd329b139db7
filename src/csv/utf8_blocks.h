/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of UTF-8 by blocks, one an instruction set (utf8_blocks_template.h). */
#ifndef GPUC_UTF8_BLOCKS_H
#define GPUC_UTF8_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/* The size of a valid prefix that ends where a sequence does: all blocks of 64 bytes
 * before the first that is not valid. Each needs the instruction set of its name. */
size_t gpuc_utf8_blocks_avx2(const uint8_t *bytes, size_t size);
size_t gpuc_utf8_blocks_avx512(const uint8_t *bytes, size_t size);

#endif
