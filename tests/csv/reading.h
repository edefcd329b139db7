/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read from a text, in one form whatever read it, so that readings can be
 * compared byte for byte. What must not happen ends the program: these functions are
 * called on any thread, and by fuzz targets.
 */
#ifndef GPUC_TEST_READING_H
#define GPUC_TEST_READING_H

#include "csv/parser.h"
#include "csv/reference.h"

struct reading {
    /* Set before: a faulty row is one of the rows, "!MESSAGE\n", and ends nothing. */
    bool goes_on;
    struct gpuc_bytes
        rows; /* "LINE=SIZE:TEXT,SIZE:TEXT,\n" of each, to the first fault */
    size_t n_rows;
    uint64_t n_records;      /* blank ones and comments too, if there is no error */
    struct gpuc_error error; /* of status GPUC_OK and no message if there is none */
};

/* A text to be read at once. */
struct reading_text {
    const void *bytes;
    size_t size;
    size_t alignment; /* where it stands behind a multiple of 64: 0 to 63 */
    uint64_t line;    /* its first */
};

/* Ends the program if something is not so. */
void reading_require(bool is_so);

/* Empties a reading, but keeps its memory and `goes_on`. */
void reading_reset(struct reading *reading);

void reading_done(struct reading *reading);

/* Adds rows of the input "memory", as far as they are to be read. */
void reading_add(struct reading *reading, const struct gpuc_dialect *dialect,
                 const struct gpuc_rows *rows, uint64_t first_line);

/* Adds what another reading has, unless this one has an error. */
void reading_append(struct reading *reading, const struct reading *next);

/* Reads a whole text by one scan. */
void reading_whole(struct reading *reading, const struct gpuc_parser *parser,
                   const struct gpuc_dialect *dialect, const struct reading_text *text);

/* What the reference says. Its message is only the beginning of one. */
void reading_reference(struct reading *reading, const struct reference *reference);

/* How a reading differs from what is expected, where an expected message is a whole one
 * or its beginning; NULL: it does not. */
const char *reading_difference(const struct reading *reading,
                               const struct reading *expected);

/* Prints the text and both readings, for a test that fails. */
void reading_print(const struct reading_text *text, const struct reading *reading,
                   const struct reading *expected);

#endif
