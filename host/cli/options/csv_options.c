/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum { KEY_JSON = 256 };

static const struct argp_option csv_options[] = {
    {NULL, 0, NULL, 0, "Output", GPUC_GROUP_OUTPUT},
    {"json", KEY_JSON, NULL, 0,
     "A JSON array of objects, one a line, of arrays with --no-header; all values are "
     "strings (default: CSV)",
     GPUC_GROUP_OUTPUT},
    {0},
};

static const struct argp_child children[] = {
    {.argp = &gpuc_input_argp}, {.argp = &gpuc_row_argp}, {.argp = &gpuc_run_argp}, {0}};

static error_t read_csv_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        gpuc_hand_on_options(state, children, options);
        break;
    case KEY_JSON:
        options->as_json = true;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const char csv_doc[] =
    "Writes the rows of a CSV file again as they are read: as canonical CSV, or as JSON. "
    "No model is needed.\v"
    "Examples:\n"
    "  gpuclassify csv in.csv --json | jq '.[0]'\n"
    "  gpuclassify csv in.tsv.gz --delimiter tab -o out.csv\n"
    "\n"
    "INPUT is as for classify. Canonical CSV is that of RFC 4180: commas, quotes only "
    "where they are needed, doubled inside, lines that end with LF. JSON has a line for "
    "each row, with the columns as keys, and wants a header without a name twice.\n"
    "\n"
    "Exit status: 0 done; 1 bad data, or a file that cannot be read or written; 2 bad "
    "usage.";

const struct argp gpuc_csv_argp = {.options = csv_options,
                                   .parser = read_csv_option,
                                   .args_doc = "[INPUT...]",
                                   .doc = csv_doc,
                                   .children = children};
