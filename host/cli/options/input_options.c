/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs, and how their rows are written. */
#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum {
    KEY_HEADER = 256,
    KEY_NO_HEADER,
    KEY_DELIMITER,
    KEY_QUOTE,
    KEY_NO_QUOTE,
    KEY_COMMENT,
    KEY_SKIP_LINES,
    KEY_MAX_FIELD,
    KEY_BAD_ROWS,
    KEY_PARSER
};

static const struct argp_option input_options[] = {
    {NULL, 0, NULL, 0, "Input", GPUC_GROUP_INPUT},
    {"delimiter", KEY_DELIMITER, "CHAR", 0,
     "What separates fields, also in an output with results: a character, or tab "
     "(default: a tab for inputs called .tsv or .tab, also before .gz or .zst, else a "
     "comma)",
     GPUC_GROUP_INPUT},
    {"quote", KEY_QUOTE, "CHAR", 0,
     "What fields are quoted with, also in an output with results (default: a double "
     "quote)",
     GPUC_GROUP_INPUT},
    {"no-quote", KEY_NO_QUOTE, NULL, 0,
     "Fields are never quoted: quotes are ordinary text", GPUC_GROUP_INPUT},
    {"comment", KEY_COMMENT, "CHAR", 0,
     "Lines that begin with this character are passed over, as in --comment '#'",
     GPUC_GROUP_INPUT},
    {"skip-lines", KEY_SKIP_LINES, "N", 0,
     "Pass over the first N lines, before the header, whatever is in them",
     GPUC_GROUP_INPUT},
    {"max-field", KEY_MAX_FIELD, "CHARS", 0,
     "A longer field is an error (default: 131072), for it often means a quote that is "
     "not closed",
     GPUC_GROUP_INPUT},
    {"bad-rows", KEY_BAD_ROWS, "error|skip|null", 0,
     "Rows with too many or too few fields, or with values that are none: error ends the "
     "job at the first one (default); skip leaves them out; null takes as missing what "
     "is "
     "missing or wrong in them, and leaves out only those with broken quotes, fields "
     "that "
     "are too long or text that is not UTF-8",
     GPUC_GROUP_INPUT},
    {"no-header", KEY_NO_HEADER, NULL, 0,
     "The first line is a row; columns go by number, from 1, and the output has no "
     "header either",
     GPUC_GROUP_INPUT},
    {"header", KEY_HEADER, NULL, 0, "The first line is a header (default)",
     GPUC_GROUP_INPUT},
    {"csv-parser", KEY_PARSER, "native|libcsv|avx512|avx2|sse42|portable", 0,
     "What reads CSV: native (default), the fastest that this CPU has; one of these by "
     "its name; or libcsv, as an independent check",
     GPUC_GROUP_INPUT},
    {0},
};

/* How the CSV is written. */
static error_t read_dialect_option(int key, char *argument, struct argp_state *state,
                                   struct gpuc_job_options *job)
{
    /* Fields are cut off at 256 MiB whatever the limit. */
    static const struct gpuc_limits any = {0, UINT32_MAX}, field = {1, 1 << 28};
    switch (key) {
    case KEY_DELIMITER:
        job->delimiter = gpuc_read_character(state, "delimiter", argument);
        break;
    case KEY_QUOTE:
        job->quote = gpuc_read_character(state, "quote", argument);
        break;
    case KEY_NO_QUOTE:
        job->no_quote = true;
        break;
    case KEY_COMMENT:
        job->comment = gpuc_read_character(state, "comment", argument);
        break;
    case KEY_SKIP_LINES:
        gpuc_read_count(state, "skip-lines", argument, any, &job->skip_lines);
        break;
    case KEY_MAX_FIELD:
        gpuc_read_count(state, "max-field", argument, field, &job->max_field_chars);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t read_input_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    struct gpuc_job_options *job = &options->job;
    switch (key) {
    case KEY_HEADER:
        job->no_header = false;
        break;
    case KEY_NO_HEADER:
        job->no_header = true;
        break;
    case KEY_PARSER:
        job->csv_parser = argument;
        break;
    case KEY_BAD_ROWS:
        job->bad_rows = gpuc_read_choice(state, "bad-rows", argument);
        break;
    case ARGP_KEY_ARGS:
        options->inputs = state->argv + state->next;
        options->n_inputs = (size_t)(state->argc - state->next);
        break;
    default:
        return read_dialect_option(key, argument, state, job);
    }
    return 0;
}

const struct argp gpuc_input_argp = {.options = input_options,
                                     .parser = read_input_option};
