/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes CSV input, the same for the same options on every machine: for the black-box job,
 * for models of 28 features, and for readers of text. row_kinds.h says what each kind is.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>

#include "host/rows/row_kinds.h"

struct kind {
    const char *name;
    gpuc_put_rows *put;
};

static const struct kind kinds[] = {
    {"plain", gpuc_put_plain_rows},
    {"mixed", gpuc_put_mixed_rows},
    {"floats", gpuc_put_float_rows},
    {"strings", gpuc_put_string_rows},
};

struct options {
    uint64_t n_rows;
    uint64_t seed;
    const char *output; /* NULL: standard output */
    const struct kind *kind;
};

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

static const struct kind *read_kind(struct argp_state *state, const char *text)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(text, kinds[i].name) == 0)
            return &kinds[i];
    argp_error(state, "--kind takes plain, mixed, floats or strings, not '%s'", text);
    return NULL;
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
        options->kind = read_kind(state, argument);
        return 0;
    case 'o':
        options->output = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv)
{
    static const struct argp_option argp_options[] = {
        {"rows", 'n', "N", 0, "Rows (default: 1000000)", 0},
        {"seed", 's', "S", 0, "Another seed, other values (default: 1)", 0},
        {"kind", 'k', "KIND", 0,
         "plain (default) or mixed, for the black box; floats, for models of 28 "
         "features; strings, mostly quoted",
         0},
        {"output", 'o', "FILE", 0, "Write to FILE (default: standard output)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = argp_options,
        .parser = read_option,
        .doc = "Makes CSV input for jobs and benchmarks.",
    };
    static struct gpuc_row_writer writer;
    struct options options = {.n_rows = 1000000, .seed = 1, .kind = &kinds[0]};

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    FILE *file = options.output == NULL ? stdout : fopen(options.output, "wb");
    if (file == NULL) {
        fprintf(stderr, "make_data: %s: %s\n", options.output, strerror(errno));
        return 1;
    }
    gpuc_row_writer_init(&writer, file);
    options.kind->put(&writer, options.n_rows, options.seed);
    gpuc_row_writer_flush(&writer);
    errno = EIO;
    if (fclose(file) != 0 && writer.errno_value == 0)
        writer.errno_value = errno;
    if (writer.errno_value != 0) {
        fprintf(stderr, "make_data: %s: %s\n",
                options.output == NULL ? "standard output" : options.output,
                strerror(writer.errno_value));
        return 1;
    }
    return 0;
}
