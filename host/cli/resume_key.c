/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing here knows an option by its name, so none can be forgotten. */
#include "host/cli/resume_key.h"

#include <sys/stat.h>

#include "host/cli/known_file.h"
#include "host/cli/options/arguments.h"
#include "host/cli/options/option_groups.h"

struct key {
    struct gpuc_bytes text;
    enum gpuc_status status; /* of the first thing that failed, */
    struct gpuc_error error; /* and why */
};

static void append_line(struct key *key, const char *before, const char *name,
                        const char *value)
{
    const char *const parts[] = {before, name, "\t", value != NULL ? value : "", "\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts && key->status == GPUC_OK; i++)
        key->status =
            gpuc_bytes_append(&key->text, parts[i], strlen(parts[i]), &key->error);
}

static void append_option(void *context, const struct argp_option *option,
                          const char *value)
{
    if (option->group != GPUC_GROUP_COMPUTING && option->group != GPUC_GROUP_MESSAGES)
        append_line(context, "--", option->name, value);
}

static enum gpuc_status hash_model(struct gpuc_known_file *file, int cancel_fd,
                                   struct gpuc_error *error)
{
    if (S_ISREG(file->info.st_mode))
        return gpuc_known_file_hash(file, cancel_fd, error);
    return gpuc_fail(error, GPUC_EUSAGE,
                     "%s: no regular file, so that nobody can tell later whether it is "
                     "the same model: name a file, or drop --resume",
                     file->path);
}

enum gpuc_status gpuc_resume_key(const struct gpuc_options *options, int cancel_fd,
                                 struct gpuc_bytes *ret_key, struct gpuc_error *error)
{
    struct gpuc_known_file model = {.path = options->model};
    struct key key = {.status = GPUC_OK};
    /* What is no file is built in. */
    bool is_file = model.path != NULL && stat(model.path, &model.info) == 0;
    if (is_file)
        key.status = hash_model(&model, cancel_fd, &key.error);
    if (is_file)
        append_line(&key, "model ", model.path, model.sha256);
    gpuc_arguments_walk(options->argp, options->argc, options->argv, append_option, &key);
    if (key.status == GPUC_OK)
        key.status = gpuc_bytes_append(&key.text, "", 1, &key.error);
    if (key.status == GPUC_OK) {
        *ret_key = key.text;
        return GPUC_OK;
    }
    gpuc_bytes_done(&key.text);
    *error = key.error;
    return key.status;
}
