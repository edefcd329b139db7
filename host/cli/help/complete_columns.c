/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/help/complete_columns.h"

#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "host/cli/options/option_groups.h"
#include "host/cli/options/option_table.h"
#include "jobs/job_columns.h"

static bool is_input_option(const struct argp_option *option)
{
    const struct argp_option *first = gpuc_input_argp.options;
    for (const struct argp_option *o = first; o->name != NULL || o->doc != NULL; o++)
        if (o == option)
            return true;
    return false;
}

/*
 * Keeps the options of input and the inputs. Others may lack their values or what they
 * need beside them. Returns the number of words kept.
 */
static int keep_input(const struct gpuc_command *command, int n_words, char **words,
                      char **kept)
{
    static char end[] = "--";
    struct gpuc_option_table table;
    struct gpuc_getopt tables;
    int found, n_kept = 0;

    gpuc_option_table_init(&table, command->argp);
    gpuc_getopt_init(&tables, &table);
    kept[n_kept++] = words[0];
    optind = 0;
    while ((found = getopt_long(n_words, words, tables.letters, tables.long_options,
                                NULL)) != -1) {
        const struct argp_option *option =
            found != '?' && found != ':' ? gpuc_getopt_option(&table, found) : NULL;
        if (found != 1 && (option == NULL || !is_input_option(option)))
            continue;
        if (found != 1 && optarg != NULL && optarg == words[optind - 1])
            kept[n_kept++] = words[optind - 2];
        kept[n_kept++] = words[optind - 1];
    }
    kept[n_kept++] = end;
    while (optind < n_words)
        kept[n_kept++] = words[optind++];
    kept[n_kept] = NULL;
    return n_kept;
}

/* A pipe must not be read for this. */
static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static enum gpuc_status read_names(const struct gpuc_options *options,
                                   struct gpuc_job_columns *columns,
                                   struct gpuc_error *error)
{
    const char *const paths[] = {options->inputs[0]};
    struct gpuc_job_options job_options = options->job;
    struct gpuc_job job = {.options = &job_options, .dialect = GPUC_DIALECT_PANDAS};
    enum gpuc_status status;

    job_options.input_paths = paths;
    job_options.n_input_paths = 1;
    GPUC_TRY(gpuc_job_columns_options(columns, &job, error));
    GPUC_TRY(gpuc_parser_find(job_options.csv_parser, &job.parser, error));
    GPUC_TRY(gpuc_parser_check(&job.parser, &job.dialect, error));
    GPUC_TRY(gpuc_job_open_input(&job, 0, false, error));
    status = gpuc_job_columns_read(columns, &job, error);
out:
    gpuc_source_close(job.source);
    return status;
}

/* Appends a name as an item of a list; one that a line cannot show is left out. */
static enum gpuc_status append_item(struct gpuc_text_list *columns, const char *name,
                                    size_t size, struct gpuc_error *error)
{
    struct gpuc_bytes item = {0};
    enum gpuc_status status = GPUC_OK;
    bool needs_quotes = size > 0 && name[0] == '"';
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)name[i] < ' ')
            return GPUC_OK;
        needs_quotes = needs_quotes || name[i] == ',';
    }
    if (!needs_quotes)
        return gpuc_text_list_append(columns, name, size, error);
    GPUC_TRY(gpuc_bytes_append(&item, "\"", 1, error));
    for (size_t i = 0; i < size; i++)
        GPUC_TRY(gpuc_bytes_append(&item, name[i] == '"' ? "\"\"" : name + i,
                                   name[i] == '"' ? 2 : 1, error));
    GPUC_TRY(gpuc_bytes_append(&item, "\"", 1, error));
    status = gpuc_text_list_append(columns, item.data, item.size, error);
out:
    gpuc_bytes_done(&item);
    return status;
}

static enum gpuc_status append_names(const struct gpuc_options *options,
                                     struct gpuc_text_list *columns,
                                     struct gpuc_error *error)
{
    struct gpuc_job_columns read = {0};
    enum gpuc_status status;
    GPUC_TRY(read_names(options, &read, error));
    for (size_t i = 0; i < read.names.n_items; i++) {
        char number[24];
        int size = snprintf(number, sizeof number, "%zu", i + 1);
        if (read.has_header)
            GPUC_TRY(append_item(columns, gpuc_text_list_at(&read.names, i),
                                 read.names.items[i].size, error));
        else
            GPUC_TRY(append_item(columns, number, (size_t)size, error));
    }
out:
    gpuc_job_columns_done(&read);
    return status;
}

void gpuc_complete_columns(const struct gpuc_command *command, int n_words, char **words,
                           struct gpuc_text_list *columns)
{
    struct gpuc_options options = {.job = GPUC_JOB_OPTIONS_INIT};
    struct gpuc_error error;
    char **kept = gpuc_alloc((size_t)n_words + 2, sizeof *kept);
    if (kept == NULL)
        return;
    int n_kept = keep_input(command, n_words, words, kept);
    argp_parse(&gpuc_input_argp, n_kept, kept, ARGP_NO_HELP, NULL, &options);
    if (options.n_inputs == 0 || !is_file(options.inputs[0]) ||
        append_names(&options, columns, &error) != GPUC_OK)
        gpuc_text_list_done(columns);
    gpuc_free(kept);
}
