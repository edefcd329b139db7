/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/packing.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "support/cmocka_all.h"

const char *const packing_names[N_PACKINGS] = {"gzip", "zstd"};

/* Room for `size` bytes more behind those that there are. */
static uint8_t *reserve(struct packed *packed, size_t size)
{
    packed->bytes = realloc(packed->bytes, packed->size + size + 1);
    assert_non_null(packed->bytes);
    return packed->bytes + packed->size;
}

void packed_append(struct packed *packed, const void *bytes, size_t size)
{
    memcpy(reserve(packed, size), bytes, size);
    packed->size += size;
}

static void add_gzip(struct packed *packed, const void *bytes, size_t size)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    size_t bound = deflateBound(&stream, size);
    stream.next_in = (z_const Bytef *)(uintptr_t)bytes;
    stream.avail_in = (unsigned)size;
    stream.next_out = reserve(packed, bound);
    stream.avail_out = (unsigned)bound;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed->size += stream.total_out;
    deflateEnd(&stream);
}

static void add_zstd(struct packed *packed, int window_log, const void *bytes,
                     size_t size)
{
    size_t bound = ZSTD_compressBound(size) + 64;
    ZSTD_CCtx *packer = ZSTD_createCCtx();
    ZSTD_inBuffer input = {bytes, size, 0};
    ZSTD_outBuffer output = {reserve(packed, bound), bound, 0};
    assert_non_null(packer);
    ZSTD_CCtx_setParameter(packer, ZSTD_c_checksumFlag, 1);
    if (window_log > 0)
        ZSTD_CCtx_setParameter(packer, ZSTD_c_windowLog, window_log);
    else
        ZSTD_CCtx_setPledgedSrcSize(packer, size);
    /* If it knew the size, it would make the window no larger. */
    if (window_log > 0)
        assert_false(
            ZSTD_isError(ZSTD_compressStream2(packer, &output, &input, ZSTD_e_continue)));
    assert_int_equal(ZSTD_compressStream2(packer, &output, &input, ZSTD_e_end), 0);
    packed->size += output.pos;
    ZSTD_freeCCtx(packer);
}

void packed_add(struct packed *packed, enum packing packing, const void *bytes,
                size_t size)
{
    if (packing == PACKING_GZIP)
        add_gzip(packed, bytes, size);
    else
        add_zstd(packed, 0, bytes, size);
}

void packed_add_wide(struct packed *packed, int window_log, const void *bytes,
                     size_t size)
{
    add_zstd(packed, window_log, bytes, size);
}
