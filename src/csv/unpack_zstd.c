/* SPDX-License-Identifier: Apache-2.0 */
#include <zstd.h>
#include <zstd_errors.h>

#include "csv/unpack.h"

/* 128 MiB: what the zstd program itself accepts without being asked to take more. */
enum { WINDOW_LOG_MAX = 27 };

/* A frame, or one that is to be skipped (RFC 8878, 3.1): its first byte is 0x50..0x5f. */
static enum gpuc_unpack_match match_zstd(const uint8_t *bytes, size_t size)
{
    static const uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd};
    static const uint8_t skippable[] = {0x50, 0x2a, 0x4d, 0x18};
    bool is_frame = true, is_skippable = true;
    for (size_t i = 0; i < sizeof frame && i < size; i++) {
        uint8_t kind = i == 0 ? bytes[i] & 0xf0 : bytes[i];
        is_frame = is_frame && bytes[i] == frame[i];
        is_skippable = is_skippable && kind == skippable[i];
    }
    if (!is_frame && !is_skippable)
        return GPUC_UNPACK_OTHER;
    return size < sizeof frame ? GPUC_UNPACK_UNKNOWN_YET : GPUC_UNPACK_MATCH;
}

static void close_zstd(void *decoder)
{
    ZSTD_freeDCtx(decoder);
}

/* Its memory is malloc()'s: the library's stable functions take no other. */
static enum gpuc_status open_zstd(void **ret_decoder, struct gpuc_error *error)
{
    ZSTD_DCtx *decoder = ZSTD_createDCtx();
    if (decoder == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(
                               decoder, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
        ZSTD_freeDCtx(decoder);
        return gpuc_fail(error, GPUC_ENOMEM, "out of memory (for unpacking the input)");
    }
    *ret_decoder = decoder;
    return GPUC_OK;
}

static enum gpuc_status begin_zstd(void *decoder, struct gpuc_error *error)
{
    (void)error;
    /* Cannot fail: it leaves the parameters alone. */
    (void)ZSTD_DCtx_reset(decoder, ZSTD_reset_session_only);
    return GPUC_OK;
}

static enum gpuc_status step_zstd(void *decoder, struct gpuc_unpack_step *step,
                                  struct gpuc_error *error)
{
    ZSTD_inBuffer input = {step->input, step->input_size, 0};
    ZSTD_outBuffer output = {step->output, step->output_size, 0};
    size_t code = ZSTD_decompressStream(decoder, &output, &input);
    step->input_used = input.pos;
    step->output_used = output.pos;
    step->frame_ended = code == 0;
    if (!ZSTD_isError(code))
        return GPUC_OK;
    if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
        return gpuc_fail(error, GPUC_ENOMEM, "out of memory (for unpacking the input)");
    step->damage = ZSTD_getErrorName(code);
    return GPUC_OK;
}

const struct gpuc_unpack_format gpuc_unpack_zstd = {.name = "zstd",
                                                    .library = "libzstd",
                                                    .library_version = ZSTD_versionString,
                                                    .match = match_zstd,
                                                    .zeros_may_follow = false,
                                                    .open = open_zstd,
                                                    .close = close_zstd,
                                                    .begin = begin_zstd,
                                                    .step = step_zstd};
