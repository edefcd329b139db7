/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line is read once more, by the table of options that argp has: so an option
 * need not be known here to be part of the key.
 */
#include "host/cli/resume_key.h"

#include <argp.h>
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>

#include "host/cli/options/option_groups.h"
#include "host/cli/verify/verify_files.h"

enum { OPTIONS_MAX = 128, LONG_VALUE = 1 << 16 };

struct table {
    const struct argp_option *options[OPTIONS_MAX];
    struct option longs[OPTIONS_MAX + 1]; /* as getopt_long() has them, */
    char shorts[3 * OPTIONS_MAX + 1];
    size_t n_options;
    size_t n_shorts; /* characters */
};

static void add_option(struct table *table, const struct argp_option *option)
{
    size_t i = table->n_options;
    if (option->name == NULL || (option->flags & OPTION_DOC) != 0 || i == OPTIONS_MAX)
        return;
    int has_arg = option->arg == NULL                          ? no_argument
                  : (option->flags & OPTION_ARG_OPTIONAL) != 0 ? optional_argument
                                                               : required_argument;
    table->options[i] = option;
    table->longs[i] = (struct option){option->name, has_arg, NULL, LONG_VALUE + (int)i};
    table->n_options++;
    if (option->key <= 0 || option->key > 127 || !isprint(option->key))
        return;
    table->shorts[table->n_shorts++] = (char)option->key;
    for (int n = 0; n < has_arg; n++)
        table->shorts[table->n_shorts++] = ':';
}

static void add_options(struct table *table, const struct argp *argp)
{
    const struct argp_option *option = argp->options;
    for (; option != NULL && (option->name != NULL || option->key != 0 ||
                              option->doc != NULL || option->group != 0);
         option++)
        add_option(table, option);
    for (const struct argp_child *child = argp->children;
         child != NULL && child->argp != NULL; child++)
        add_options(table, child->argp);
}

/* The option that getopt_long() has found; NULL: one of argp's own. */
static const struct argp_option *find(const struct table *table, int value)
{
    if (value >= LONG_VALUE)
        return table->options[value - LONG_VALUE];
    for (size_t i = 0; i < table->n_options; i++)
        if (table->options[i]->key == value)
            return table->options[i];
    return NULL;
}

static enum gpuc_status append_line(struct gpuc_bytes *key, const char *before,
                                    const char *name, const char *value,
                                    struct gpuc_error *error)
{
    const char *const parts[] = {before, name, "\t", value != NULL ? value : "", "\n"};
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == GPUC_OK; i++)
        status = gpuc_bytes_append(key, parts[i], strlen(parts[i]), error);
    return status;
}

/* argp has read the same arguments before, without a mistake. */
static enum gpuc_status append_options(const struct gpuc_options *options,
                                       struct gpuc_bytes *key, struct gpuc_error *error)
{
    struct table table = {.n_options = 0};
    enum gpuc_status status = GPUC_OK;
    int value;
    add_options(&table, options->argp);
    optind = 0;
    opterr = 0;
    while (status == GPUC_OK &&
           (value = getopt_long(options->argc, options->argv, table.shorts, table.longs,
                                NULL)) != -1) {
        const struct argp_option *option = find(&table, value);
        if (option != NULL && option->group != GPUC_GROUP_COMPUTING &&
            option->group != GPUC_GROUP_MESSAGES)
            status = append_line(key, "--", option->name, optarg, error);
    }
    return status;
}

static enum gpuc_status append_model(const char *model, int cancel_fd,
                                     struct gpuc_bytes *key, struct gpuc_error *error)
{
    struct gpuc_verify_file file = {.path = model};
    enum gpuc_status status;
    if (model == NULL || stat(model, &file.info) != 0)
        return GPUC_OK; /* a built-in one */
    if (!S_ISREG(file.info.st_mode))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: no regular file, so that nobody can tell whether it is the "
                         "same model later: name a file, or drop --resume",
                         model);
    GPUC_TRY(gpuc_verify_file_hash(&file, cancel_fd, error));
    status = append_line(key, "model ", model, file.sha256, error);
out:
    return status;
}

enum gpuc_status gpuc_resume_key(const struct gpuc_options *options, int cancel_fd,
                                 struct gpuc_bytes *ret_key, struct gpuc_error *error)
{
    struct gpuc_bytes key = {0};
    enum gpuc_status status;
    GPUC_TRY(append_model(options->model, cancel_fd, &key, error));
    GPUC_TRY(append_options(options, &key, error));
    GPUC_TRY(gpuc_bytes_append(&key, "", 1, error));
    *ret_key = key;
out:
    if (status != GPUC_OK)
        gpuc_bytes_done(&key);
    return status;
}
