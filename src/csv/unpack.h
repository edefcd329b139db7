/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unpacks input that is gzip (RFC 1952) or zstd (RFC 8878) while it is read. The format
 * is known by the first bytes, never by a file's name. Several gzip members or zstd
 * frames behind one another are read as one, as gzip and zstd do.
 *
 * It unpacks in the thread that reads, which is one of its own in a job and does nothing
 * else: what comes out is scanned by the workers.
 *
 * Memory is bounded without a limit on how far bytes may expand, for no more is unpacked
 * than is asked for: packed bytes, the decoder's state, and for zstd the window, which a
 * frame chooses but which must not be over 128 MiB.
 *
 * Output is never silently short: input that ends too early, is damaged or goes on with
 * something else fails with GPUC_EDATA. One thread at a time.
 */
#ifndef GPUC_UNPACK_H
#define GPUC_UNPACK_H

#include "base/error.h"

/* So many first bytes tell every format. */
enum { GPUC_UNPACK_HEAD_SIZE = 4 };

enum gpuc_unpack_match { GPUC_UNPACK_OTHER, GPUC_UNPACK_UNKNOWN_YET, GPUC_UNPACK_MATCH };

/* What a decoder may take and where it may put what comes out of it. */
struct gpuc_unpack_step {
    const uint8_t *input;
    size_t input_size;
    uint8_t *output;
    size_t output_size;
    /* The decoder's answers: */
    size_t input_used;
    size_t output_used;
    bool frame_ended;   /* all of a member or frame is out, and checked */
    const char *damage; /* what is wrong with the input; NULL: nothing */
};

/* A decoder of one format. */
struct gpuc_unpack_format {
    const char *name;
    const char *library; /* that unpacks */
    const char *(*library_version)(void);
    /* Whether a member or frame begins with these bytes. */
    enum gpuc_unpack_match (*match)(const uint8_t *bytes, size_t size);
    bool zeros_may_follow; /* as padding at the end */
    enum gpuc_status (*open)(void **ret_decoder, struct gpuc_error *error);
    void (*close)(void *decoder);
    /* The next step begins a member or frame. */
    enum gpuc_status (*begin)(void *decoder, struct gpuc_error *error);
    /* Goes on as far as input and output reach. */
    enum gpuc_status (*step)(void *decoder, struct gpuc_unpack_step *step,
                             struct gpuc_error *error);
};

extern const struct gpuc_unpack_format gpuc_unpack_gzip;
extern const struct gpuc_unpack_format gpuc_unpack_zstd;

/* All of them, ended by NULL. */
extern const struct gpuc_unpack_format *const gpuc_unpack_formats[];

/*
 * The format of what begins with these bytes; NULL: none. *ret_undecided: none yet, but
 * more bytes could make it one.
 */
const struct gpuc_unpack_format *gpuc_unpack_find(const uint8_t *bytes, size_t size,
                                                  bool *ret_undecided);

/* Where packed bytes come from, in order; like gpuc_source_read(). */
struct gpuc_unpack_input {
    enum gpuc_status (*read)(void *context, void *bytes, size_t size, size_t *ret_size,
                             struct gpuc_error *error);
    void *context;
    const char *name; /* for messages; must outlive the unpacker */
};

struct gpuc_unpacker;

enum gpuc_status gpuc_unpacker_open(const struct gpuc_unpack_format *format,
                                    const struct gpuc_unpack_input *input,
                                    struct gpuc_unpacker **ret_unpacker,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Closes an unpacker; NULL is fine. */
void gpuc_unpacker_close(struct gpuc_unpacker *unpacker);

/* The input is again at its first byte, and so will be the next read. */
void gpuc_unpacker_restart(struct gpuc_unpacker *unpacker);

/* Reads 1 to `size` unpacked bytes; *ret_size is 0 only at the end of the input. */
enum gpuc_status gpuc_unpacker_read(struct gpuc_unpacker *unpacker, void *bytes,
                                    size_t size, size_t *ret_size,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
