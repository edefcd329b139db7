/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One zstd frame, packed by the library's own threads. With any number of them it cuts
 * the text into the same jobs and gives the same bytes; without them it would give
 * others, so there is always one at least; but for a library that was built without
 * threads, which thus packs in one way, too.
 */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/memory.h"
#include "csv/pack.h"

enum {
    LEVEL = 3,
    /* Of text, in each thread's hands: half of it costs a tenth of speed, twice as much
     * wins nothing but holds more memory. */
    JOB_SIZE = 1 << 21,
    PACKED_SIZE = 1 << 17
};

struct packer {
    struct gpuc_pack_output output;
    ZSTD_CCtx *encoder;
    uint8_t *packed; /* PACKED_SIZE bytes on their way out */
};

static void close_zstd(void *opaque)
{
    struct packer *packer = opaque;
    ZSTD_freeCCtx(packer->encoder);
    gpuc_free(packer->packed);
    gpuc_free(packer);
}

static enum gpuc_status fail_zstd(size_t code, struct gpuc_error *error)
{
    if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
        return gpuc_fail(error, GPUC_ENOMEM, "out of memory (for packing the output)");
    return gpuc_fail(error, GPUC_EIO, "zstd could not pack the output: %s",
                     ZSTD_getErrorName(code));
}

/* Of the threads wanted, as many as the library takes: none if it has no threads. */
static int limited(uint32_t n_threads)
{
    ZSTD_bounds bounds = ZSTD_cParam_getBounds(ZSTD_c_nbWorkers);
    int64_t highest = ZSTD_isError(bounds.error) ? 0 : bounds.upperBound;
    return (int)(n_threads < highest ? n_threads : highest);
}

static enum gpuc_status configure(ZSTD_CCtx *encoder, uint32_t n_threads,
                                  struct gpuc_error *error)
{
    int n_workers = limited(n_threads);
    const struct {
        ZSTD_cParameter parameter;
        int value;
    } settings[] = {{ZSTD_c_compressionLevel, LEVEL},
                    {ZSTD_c_checksumFlag, 1},
                    {ZSTD_c_nbWorkers, n_workers},
                    {ZSTD_c_jobSize, n_workers > 0 ? JOB_SIZE : 0}};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        size_t code =
            ZSTD_CCtx_setParameter(encoder, settings[i].parameter, settings[i].value);
        if (ZSTD_isError(code))
            return fail_zstd(code, error);
    }
    return GPUC_OK;
}

/* The encoder's memory is malloc()'s: the library's stable functions take no other. */
static enum gpuc_status open_zstd(uint32_t n_threads,
                                  const struct gpuc_pack_output *output,
                                  void **ret_packer, struct gpuc_error *error)
{
    struct packer *packer = gpuc_alloc(1, sizeof *packer);
    if (packer == NULL)
        return gpuc_fail_memory(error, sizeof *packer, "packing the output");
    packer->output = *output;
    packer->packed = gpuc_alloc(PACKED_SIZE, 1);
    packer->encoder = ZSTD_createCCtx();
    enum gpuc_status status =
        packer->packed != NULL && packer->encoder != NULL
            ? configure(packer->encoder, n_threads, error)
            : gpuc_fail_memory(error, PACKED_SIZE, "packing the output");
    if (status != GPUC_OK) {
        close_zstd(packer);
        return status;
    }
    *ret_packer = packer;
    return GPUC_OK;
}

/*
 * Goes on with `input`, and writes what is packed; waits for the threads if neither could
 * go on at once. *ret_left: 0 if the frame has ended.
 */
static enum gpuc_status go_on(struct packer *packer, ZSTD_inBuffer *input,
                              ZSTD_EndDirective directive, size_t *ret_left,
                              struct gpuc_error *error)
{
    ZSTD_outBuffer output = {packer->packed, PACKED_SIZE, 0};
    *ret_left = ZSTD_compressStream2(packer->encoder, &output, input, directive);
    if (ZSTD_isError(*ret_left))
        return fail_zstd(*ret_left, error);
    if (output.pos == 0)
        return GPUC_OK;
    return packer->output.write(packer->output.context, packer->packed, output.pos,
                                error);
}

static enum gpuc_status write_zstd(void *opaque, const void *text, size_t size,
                                   struct gpuc_error *error)
{
    ZSTD_inBuffer input = {text, size, 0};
    enum gpuc_status status = GPUC_OK;
    size_t n_left;
    while (input.pos < input.size && status == GPUC_OK)
        status = go_on(opaque, &input, ZSTD_e_continue, &n_left, error);
    return status;
}

/* With no text left to add: text given together with the end would be packed otherwise,
 * if it is all there is. */
static enum gpuc_status finish_zstd(void *opaque, struct gpuc_error *error)
{
    ZSTD_inBuffer input = {NULL, 0, 0};
    enum gpuc_status status = GPUC_OK;
    size_t n_left = 1;
    while (n_left > 0 && status == GPUC_OK)
        status = go_on(opaque, &input, ZSTD_e_end, &n_left, error);
    return status;
}

const struct gpuc_pack_format gpuc_pack_zstd = {.suffix = ".zst",
                                                .open = open_zstd,
                                                .close = close_zstd,
                                                .write = write_zstd,
                                                .finish = finish_zstd};
