/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/unpack.h"

#include <string.h>

#include "base/memory.h"

enum { INPUT_SIZE = 1 << 16 };

struct gpuc_unpacker {
    const struct gpuc_unpack_format *format;
    struct gpuc_unpack_input input;
    void *decoder;
    uint8_t *packed; /* INPUT_SIZE bytes, of which begin..end are still to be unpacked */
    size_t begin;
    size_t end;
    bool input_ended;
    bool in_frame;
    bool any_frame; /* at least one has ended */
};

const struct gpuc_unpack_format *const gpuc_unpack_formats[] = {&gpuc_unpack_gzip,
                                                                &gpuc_unpack_zstd, NULL};

const struct gpuc_unpack_format *gpuc_unpack_find(const uint8_t *bytes, size_t size,
                                                  bool *ret_undecided)
{
    *ret_undecided = false;
    for (size_t i = 0; gpuc_unpack_formats[i] != NULL; i++) {
        enum gpuc_unpack_match match = gpuc_unpack_formats[i]->match(bytes, size);
        if (match == GPUC_UNPACK_MATCH)
            return gpuc_unpack_formats[i];
        *ret_undecided = *ret_undecided || match == GPUC_UNPACK_UNKNOWN_YET;
    }
    return NULL;
}

enum gpuc_status gpuc_unpacker_open(const struct gpuc_unpack_format *format,
                                    const struct gpuc_unpack_input *input,
                                    struct gpuc_unpacker **ret_unpacker,
                                    struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    struct gpuc_unpacker *unpacker = gpuc_alloc(1, sizeof *unpacker);
    if (unpacker == NULL)
        return gpuc_fail_memory(error, sizeof *unpacker, "unpacking the input");
    unpacker->format = format;
    unpacker->input = *input;
    unpacker->packed = gpuc_alloc(INPUT_SIZE, 1);
    status = unpacker->packed != NULL
                 ? format->open(&unpacker->decoder, error)
                 : gpuc_fail_memory(error, INPUT_SIZE, "unpacking the input");
    if (status != GPUC_OK) {
        gpuc_unpacker_close(unpacker);
        return status;
    }
    *ret_unpacker = unpacker;
    return GPUC_OK;
}

void gpuc_unpacker_close(struct gpuc_unpacker *unpacker)
{
    if (unpacker == NULL)
        return;
    if (unpacker->decoder != NULL)
        unpacker->format->close(unpacker->decoder);
    gpuc_free(unpacker->packed);
    gpuc_free(unpacker);
}

void gpuc_unpacker_restart(struct gpuc_unpacker *unpacker)
{
    unpacker->begin = 0;
    unpacker->end = 0;
    unpacker->input_ended = false;
    unpacker->in_frame = false;
    unpacker->any_frame = false;
}

/* Reads more packed bytes behind those that are left, after moving these to the front. */
static enum gpuc_status fill(struct gpuc_unpacker *unpacker, struct gpuc_error *error)
{
    const struct gpuc_unpack_input *input = &unpacker->input;
    size_t n_left = unpacker->end - unpacker->begin;
    size_t n = 0;
    memmove(unpacker->packed, unpacker->packed + unpacker->begin, n_left);
    unpacker->begin = 0;
    unpacker->end = n_left;
    enum gpuc_status status = input->read(input->context, unpacker->packed + n_left,
                                          INPUT_SIZE - n_left, &n, error);
    if (status != GPUC_OK)
        return status;
    unpacker->end += n;
    unpacker->input_ended = n == 0;
    return GPUC_OK;
}

static enum gpuc_status fail_truncated(const struct gpuc_unpacker *unpacker,
                                       struct gpuc_error *error)
{
    return gpuc_fail(error, GPUC_EDATA, "%s: the %s data is truncated",
                     unpacker->input.name, unpacker->format->name);
}

/* Passes over zeros between frames, where they are padding. */
static void skip_padding(struct gpuc_unpacker *unpacker)
{
    if (!unpacker->format->zeros_may_follow || !unpacker->any_frame)
        return;
    while (unpacker->begin < unpacker->end && unpacker->packed[unpacker->begin] == 0)
        unpacker->begin++;
}

/* Between frames: begins the next one, if the input has not come to its good end. */
static enum gpuc_status next_frame(struct gpuc_unpacker *unpacker,
                                   struct gpuc_error *error)
{
    const struct gpuc_unpack_format *format = unpacker->format;
    for (;;) {
        skip_padding(unpacker);
        const uint8_t *bytes = unpacker->packed + unpacker->begin;
        size_t size = unpacker->end - unpacker->begin;
        enum gpuc_unpack_match match = format->match(bytes, size);
        if (match == GPUC_UNPACK_MATCH)
            break;
        if (match == GPUC_UNPACK_OTHER)
            return gpuc_fail(error, GPUC_EDATA,
                             "%s: the %s data is followed by something else, which "
                             "begins with byte 0x%02x",
                             unpacker->input.name, format->name, bytes[0]);
        if (unpacker->input_ended)
            return size == 0 ? GPUC_OK : fail_truncated(unpacker, error);
        enum gpuc_status status = fill(unpacker, error);
        if (status != GPUC_OK)
            return status;
    }
    unpacker->in_frame = true;
    return format->begin(unpacker->decoder, error);
}

/* Unpacks what there is of the frame; reads more only if that gives nothing. */
static enum gpuc_status go_on(struct gpuc_unpacker *unpacker,
                              struct gpuc_unpack_step *step, struct gpuc_error *error)
{
    step->input = unpacker->packed + unpacker->begin;
    step->input_size = unpacker->end - unpacker->begin;
    enum gpuc_status status = unpacker->format->step(unpacker->decoder, step, error);
    if (status != GPUC_OK)
        return status;
    if (step->damage != NULL)
        return gpuc_fail(error, GPUC_EDATA, "%s: the %s data is damaged: %s",
                         unpacker->input.name, unpacker->format->name, step->damage);
    unpacker->begin += step->input_used;
    if (step->frame_ended) {
        unpacker->in_frame = false;
        unpacker->any_frame = true;
        return GPUC_OK;
    }
    if (step->output_used > 0 || step->input_used > 0)
        return GPUC_OK;
    return unpacker->input_ended ? fail_truncated(unpacker, error)
                                 : fill(unpacker, error);
}

enum gpuc_status gpuc_unpacker_read(struct gpuc_unpacker *unpacker, void *bytes,
                                    size_t size, size_t *ret_size,
                                    struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    struct gpuc_unpack_step step = {.output = bytes, .output_size = size};
    while (step.output_used == 0) {
        if (!unpacker->in_frame)
            GPUC_TRY(next_frame(unpacker, error));
        if (!unpacker->in_frame)
            break;
        step.frame_ended = false;
        GPUC_TRY(go_on(unpacker, &step, error));
    }
    *ret_size = step.output_used;
out:
    return status;
}
