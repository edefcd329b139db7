/* SPDX-License-Identifier: Apache-2.0 */
#define ZLIB_CONST /* input is const */
#include <zlib.h>

#include "base/memory.h"
#include "csv/unpack.h"

/* zlib's code for the largest window and a gzip header, which RFC 1952 wants. */
enum { GZIP_WINDOW_BITS = 15 + 16 };

/* Two bytes are enough: no text has them, and a wrong third one is then said to be so. */
static enum gpuc_unpack_match match_gzip(const uint8_t *bytes, size_t size)
{
    static const uint8_t magic[] = {0x1f, 0x8b};
    for (size_t i = 0; i < sizeof magic; i++) {
        if (i == size)
            return GPUC_UNPACK_UNKNOWN_YET;
        if (bytes[i] != magic[i])
            return GPUC_UNPACK_OTHER;
    }
    return GPUC_UNPACK_MATCH;
}

static void *allocate(void *context, unsigned n_items, unsigned item_size)
{
    (void)context;
    return gpuc_alloc(n_items, item_size);
}

static void release(void *context, void *block)
{
    (void)context;
    gpuc_free(block);
}

static void close_gzip(void *decoder)
{
    inflateEnd(decoder);
    gpuc_free(decoder);
}

static enum gpuc_status open_gzip(void **ret_decoder, struct gpuc_error *error)
{
    z_stream *stream = gpuc_alloc(1, sizeof *stream);
    if (stream == NULL)
        return gpuc_fail_memory(error, sizeof *stream, "unpacking the input");
    stream->zalloc = allocate;
    stream->zfree = release;
    if (inflateInit2(stream, GZIP_WINDOW_BITS) != Z_OK) {
        gpuc_free(stream);
        return gpuc_fail(error, GPUC_ENOMEM, "out of memory (for unpacking the input)");
    }
    *ret_decoder = stream;
    return GPUC_OK;
}

static enum gpuc_status begin_gzip(void *decoder, struct gpuc_error *error)
{
    (void)error;
    /* Fails only where the stream was never made. */
    inflateReset(decoder);
    return GPUC_OK;
}

/* zlib counts in unsigned int; a step may always do less than it could. */
static unsigned limited(size_t size)
{
    return size < 1 << 30 ? (unsigned)size : 1U << 30;
}

static enum gpuc_status step_gzip(void *decoder, struct gpuc_unpack_step *step,
                                  struct gpuc_error *error)
{
    z_stream *stream = decoder;
    unsigned input_size = limited(step->input_size);
    unsigned output_size = limited(step->output_size);
    stream->next_in = step->input;
    stream->avail_in = input_size;
    stream->next_out = step->output;
    stream->avail_out = output_size;
    int code = inflate(stream, Z_NO_FLUSH);
    step->input_used = input_size - stream->avail_in;
    step->output_used = output_size - stream->avail_out;
    step->frame_ended = code == Z_STREAM_END;
    if (code == Z_MEM_ERROR)
        return gpuc_fail(error, GPUC_ENOMEM, "out of memory (for unpacking the input)");
    /* Z_BUF_ERROR says only that neither side could move. */
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        step->damage = stream->msg != NULL ? stream->msg : zError(code);
    return GPUC_OK;
}

const struct gpuc_unpack_format gpuc_unpack_gzip = {.name = "gzip",
                                                    .library = "zlib",
                                                    .library_version = zlibVersion,
                                                    .match = match_gzip,
                                                    .zeros_may_follow = true,
                                                    .open = open_gzip,
                                                    .close = close_gzip,
                                                    .begin = begin_gzip,
                                                    .step = step_gzip};
