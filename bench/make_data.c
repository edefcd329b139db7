/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes inputs for the black-box job, the same for the same options on every machine.
 *
 * `plain` has the shape of the article's data: the columns ID (from 1), SKU (an integer),
 * FLUX (a uniform double), MANUFACTURER_NAME and DESCRIPTION (32 and 64 hex digits), CR
 * LF at line ends. `mixed` has the same columns and everything that a CSV file can hold:
 * text in the index, missing values, short rows, quotes, commas, line ends and other
 * scripts.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/double_text.h"

enum { BUFFER_SIZE = 1 << 20, MAX_ROW_SIZE = 4096 };

struct options {
    uint64_t n_rows;
    uint64_t seed;
    const char *output; /* NULL: standard output */
    bool mixed;
};

/* Collects the output and keeps the first error. */
struct writer {
    FILE *file;
    char *at; /* where the next byte of `buffer` goes */
    int errno_value;
    char buffer[BUFFER_SIZE];
};

static void write_out(struct writer *writer)
{
    const size_t size = (size_t)(writer->at - writer->buffer);
    errno = EIO;
    if (writer->errno_value == 0 && fwrite(writer->buffer, 1, size, writer->file) != size)
        writer->errno_value = errno;
    writer->at = writer->buffer;
}

/* Makes room for one row. */
static void begin_row(struct writer *writer)
{
    if (writer->at > writer->buffer + BUFFER_SIZE - MAX_ROW_SIZE)
        write_out(writer);
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A number below `limit`; the bias of the product is of no matter here. */
static unsigned random_below(uint64_t *random, unsigned limit)
{
    return (unsigned)((next_random(random) >> 32) * limit >> 32);
}

static void put_text(struct writer *writer, const char *text)
{
    const size_t size = strlen(text);
    memcpy(writer->at, text, size);
    writer->at += size;
}

static void put_char(struct writer *writer, char c)
{
    *writer->at++ = c;
}

static void put_number(struct writer *writer, uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    memcpy(writer->at, digits + first, sizeof digits - first);
    writer->at += sizeof digits - first;
}

/* 16 hex digits. */
static void put_hex(struct writer *writer, uint64_t bits)
{
    for (int i = 0; i < 16; i++)
        put_char(writer, "0123456789abcdef"[bits >> (4 * i) & 15]);
}

static void put_uniform(struct writer *writer, uint64_t *random)
{
    const double value = (double)(next_random(random) >> 11) * 0x1p-53;
    writer->at += gpuc_double_text(value, writer->at);
}

static void put_plain_row(struct writer *writer, uint64_t id, uint64_t *random)
{
    put_number(writer, id);
    put_char(writer, ',');
    put_number(writer, random_below(random, 100000));
    put_char(writer, ',');
    put_uniform(writer, random);
    put_char(writer, ',');
    for (int i = 0; i < 2; i++)
        put_hex(writer, next_random(random));
    put_char(writer, ',');
    for (int i = 0; i < 4; i++)
        put_hex(writer, next_random(random));
    put_text(writer, "\r\n");
}

/* Words of all kinds; quoted where the text needs it, and sometimes where it does not. */
static void put_words(struct writer *writer, uint64_t *random, unsigned max_words)
{
    static const char *const words[] = {"steel",
                                        "valve",
                                        "No. 7",
                                        "1e5",
                                        "  two spaces",
                                        "M\xc3\xbcller",
                                        "\xe6\xbc\xa2\xe5\xad\x97",
                                        "\xf0\x9f\x94\xa9",
                                        "e\xcc\x81",
                                        "tab\there",
                                        "back\\slash",
                                        "NA",
                                        "semi;colon",
                                        "x",
                                        ", comma",
                                        "\"\"quoted\"\"",
                                        "line\nend",
                                        "two\r\nlines"};
    const unsigned n_words = random_below(random, max_words) + 1;
    const bool quoted = random_below(random, 2) == 0;
    const unsigned n_kinds = sizeof words / sizeof words[0] - (quoted ? 0 : 4);
    if (quoted)
        put_char(writer, '"');
    for (unsigned i = 0; i < n_words; i++) {
        if (i > 0)
            put_char(writer, ' ');
        put_text(writer, words[random_below(random, n_kinds)]);
    }
    if (quoted)
        put_char(writer, '"');
}

static void put_missing(struct writer *writer, uint64_t *random)
{
    static const char *const tokens[] = {"", "", "NA", "NaN", "null", "\"\"", "#N/A"};
    put_text(writer, tokens[random_below(random, sizeof tokens / sizeof tokens[0])]);
}

static void put_mixed_row(struct writer *writer, uint64_t id, uint64_t *random)
{
    static const char *const line_ends[] = {"\r\n", "\r\n", "\n"};
    if (random_below(random, 4) == 0)
        put_text(writer, "item ");
    put_number(writer, id);
    put_char(writer, ',');
    /* Two fields at least: a row of one field could be blank. */
    const unsigned n_fields =
        random_below(random, 10) == 0 ? 2 + random_below(random, 3) : 5;
    for (unsigned field = 1; field < n_fields; field++) {
        if (field > 1)
            put_char(writer, ',');
        if (random_below(random, 8) == 0)
            put_missing(writer, random);
        else if (field == 1)
            put_number(writer, random_below(random, 100000));
        else if (field == 2)
            put_uniform(writer, random);
        else
            put_words(writer, random, field == 3 ? 3 : 30);
    }
    put_text(writer, line_ends[random_below(random, 3)]);
}

static void read_number(struct argp_state *state, const char *name, const char *text,
                        uint64_t *ret_number)
{
    char *end;
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        argp_error(state, "--%s takes a number, not '%s'", name, text);
    *ret_number = number;
}

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'n':
        read_number(state, "rows", argument, &options->n_rows);
        return 0;
    case 's':
        read_number(state, "seed", argument, &options->seed);
        return 0;
    case 'k':
        options->mixed = strcmp(argument, "mixed") == 0;
        if (!options->mixed && strcmp(argument, "plain") != 0)
            argp_error(state, "--kind takes plain or mixed, not '%s'", argument);
        return 0;
    case 'o':
        options->output = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void put_file(struct writer *writer, const struct options *options)
{
    uint64_t random = options->seed;
    begin_row(writer);
    put_text(writer, "ID,SKU,FLUX,MANUFACTURER_NAME,DESCRIPTION\r\n");
    for (uint64_t id = 1; id <= options->n_rows && writer->errno_value == 0; id++) {
        begin_row(writer);
        if (options->mixed)
            put_mixed_row(writer, id, &random);
        else
            put_plain_row(writer, id, &random);
    }
    write_out(writer);
}

int main(int argc, char **argv)
{
    static const struct argp_option argp_options[] = {
        {"rows", 'n', "N", 0, "Rows (default: 1000000)", 0},
        {"seed", 's', "S", 0, "Another seed, other values (default: 1)", 0},
        {"kind", 'k', "KIND", 0, "plain (default) or mixed", 0},
        {"output", 'o', "FILE", 0, "Write to FILE (default: standard output)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = argp_options,
        .parser = read_option,
        .doc = "Makes an input for the black-box job.",
    };
    static struct writer writer;
    struct options options = {.n_rows = 1000000, .seed = 1};

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    writer.file = options.output == NULL ? stdout : fopen(options.output, "wb");
    if (writer.file == NULL) {
        fprintf(stderr, "make_data: %s: %s\n", options.output, strerror(errno));
        return 1;
    }
    setvbuf(writer.file, NULL, _IONBF, 0);
    writer.at = writer.buffer;
    put_file(&writer, &options);
    errno = EIO;
    if (fclose(writer.file) != 0 && writer.errno_value == 0)
        writer.errno_value = errno;
    if (writer.errno_value != 0) {
        fprintf(stderr, "make_data: %s: %s\n",
                options.output == NULL ? "standard output" : options.output,
                strerror(writer.errno_value));
        return 1;
    }
    return 0;
}
