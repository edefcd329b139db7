/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/option_groups.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli/options.h"

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
    KEY_REJECTS,
    KEY_PARSER,
    KEY_THREADS,
    KEY_PROGRESS
};

static const struct argp_option input_options[] = {
    {NULL, 0, NULL, 0, "Input", GPUC_GROUP_INPUT},
    {"delimiter", KEY_DELIMITER, "CHAR", 0,
     "What separates fields, also in an output with results: a character, or tab "
     "(default: a comma)",
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
    {"bad-rows", KEY_BAD_ROWS, "WHAT", 0,
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
    {"csv-parser", KEY_PARSER, "NAME", 0,
     "native (default: the fastest that this CPU has), one by its name (avx512, avx2, "
     "sse42, portable), or libcsv as an independent check",
     GPUC_GROUP_INPUT},
    {0},
};

void gpuc_read_count(struct argp_state *state, const char *name, const char *text,
                     struct gpuc_limits limits, uint32_t *ret_count)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
        value < limits.lowest || value > limits.highest)
        argp_error(state, "--%s takes a number from %lu to %lu, not '%s'", name,
                   limits.lowest, limits.highest, text);
    *ret_count = (uint32_t)value;
}

void gpuc_read_list(struct argp_state *state, const char *name, const char *text,
                    struct gpuc_text_list *list)
{
    struct gpuc_error error;
    char option[32];
    size_t n_before = list->n_items;
    snprintf(option, sizeof option, "--%s", name);
    if (gpuc_text_list_read(list, text, option, &error) != GPUC_OK)
        argp_error(state, "%s", error.message);
    for (size_t i = n_before; i < list->n_items; i++)
        if (list->items[i].size == 0)
            argp_error(state, "--%s: nothing between two commas of '%s'", name, text);
}

void gpuc_read_counts(struct argp_state *state, const char *name, const char *text,
                      struct gpuc_limits limits, struct gpuc_counts *counts)
{
    struct gpuc_text_list list = {0};
    gpuc_read_list(state, name, text, &list);
    for (size_t i = 0; i < list.n_items; i++) {
        char item[32];
        if (counts->n_items == GPUC_COUNTS_MAX)
            argp_error(state, "--%s takes %d numbers at most", name, GPUC_COUNTS_MAX);
        snprintf(item, sizeof item, "%.*s", (int)list.items[i].size,
                 gpuc_text_list_at(&list, i));
        gpuc_read_count(state, name, item, limits, &counts->items[counts->n_items++]);
    }
    gpuc_text_list_done(&list);
}

static char read_character(struct argp_state *state, const char *name, const char *text)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        return '\t';
    if (text[0] == '\0' || text[1] != '\0' || (unsigned char)text[0] >= 0x80)
        argp_error(state, "--%s takes one ASCII character or tab, not '%s'", name, text);
    return text[0];
}

/* How the CSV is written. */
static error_t read_dialect_option(int key, char *argument, struct argp_state *state,
                                   struct gpuc_job_options *job)
{
    /* Fields are cut off at 256 MiB whatever the limit. */
    static const struct gpuc_limits any = {0, UINT32_MAX}, field = {1, 1 << 28};
    switch (key) {
    case KEY_DELIMITER:
        job->delimiter = read_character(state, "delimiter", argument);
        break;
    case KEY_QUOTE:
        job->quote = read_character(state, "quote", argument);
        break;
    case KEY_NO_QUOTE:
        job->no_quote = true;
        break;
    case KEY_COMMENT:
        job->comment = read_character(state, "comment", argument);
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
        if (strcmp(argument, "error") != 0 && strcmp(argument, "skip") != 0 &&
            strcmp(argument, "null") != 0)
            argp_error(state, "--bad-rows takes error, skip or null, not '%s'", argument);
        job->bad_rows = argument;
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

static const struct argp_option run_options[] = {
    {"output-file", 'o', "FILE", 0,
     "Write to FILE, which appears complete or not at all; packed if it ends in .gz or "
     ".zst (default: standard output); with a FOLDER/, to a file for each input, called "
     "as the input is",
     GPUC_GROUP_OUTPUT},
    {"rejects", KEY_REJECTS, "FILE", 0,
     "With --bad-rows skip or null: list the bad rows in this CSV file, with line, "
     "column, "
     "reason and the row as it stood",
     GPUC_GROUP_OUTPUT},
    {NULL, 0, NULL, 0, "Computing", GPUC_GROUP_COMPUTING},
    {"threads", KEY_THREADS, "N", 0,
     "Worker threads, and as many for packing (default: one a core)",
     GPUC_GROUP_COMPUTING},
    {NULL, 0, NULL, 0, "Messages", GPUC_GROUP_MESSAGES},
    {"quiet", 'q', NULL, 0, "No progress line", GPUC_GROUP_MESSAGES},
    {"progress", KEY_PROGRESS, NULL, 0,
     "A progress line even if standard error is no terminal", GPUC_GROUP_MESSAGES},
    {"verbose", 'v', NULL, 0, "Say where the time went, and which device was taken",
     GPUC_GROUP_MESSAGES},
    {0},
};

static error_t read_run_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    switch (key) {
    case 'o':
        options->job.output_path = argument;
        break;
    case KEY_REJECTS:
        options->job.rejects_path = argument;
        break;
    case 'q':
        options->quiet = true;
        break;
    case 'v':
        options->verbose = true;
        break;
    case KEY_THREADS:
        gpuc_read_count(state, "threads", argument,
                        (struct gpuc_limits){1, GPUC_THREADS_MAX},
                        &options->job.n_threads);
        break;
    case KEY_PROGRESS:
        options->progress = true;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp gpuc_run_argp = {.options = run_options, .parser = read_run_option};
