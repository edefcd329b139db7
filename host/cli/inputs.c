/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

/* Appends "folder/name", or `name` alone where there is no folder. */
static enum gpuc_status append(struct gpuc_inputs *inputs, const char *folder,
                               const char *name, struct gpuc_error *error)
{
    size_t folder_size = folder != NULL ? strlen(folder) : 0;
    bool slash = folder_size > 0 && folder[folder_size - 1] != '/';
    size_t size = folder_size + slash + strlen(name) + 1;
    char **paths = realloc(inputs->paths, (inputs->n_paths + 2) * sizeof *inputs->paths);
    if (paths == NULL)
        return gpuc_fail_memory(error, size, "the list of inputs");
    inputs->paths = paths;
    char *path = malloc(size);
    if (path == NULL)
        return gpuc_fail_memory(error, size, "the list of inputs");
    snprintf(path, size, "%s%s%s", folder_size > 0 ? folder : "", slash ? "/" : "", name);
    paths[inputs->n_paths++] = path;
    paths[inputs->n_paths] = NULL;
    return GPUC_OK;
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);
    return size > end_size && strcmp(text + size - end_size, end) == 0;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int is_csv(const struct dirent *entry)
{
    static const char *const suffixes[] = {".csv", ".csv.gz", ".csv.zst",
                                           ".tsv", ".tsv.gz", ".tsv.zst"};
    const char *name = entry->d_name;
    bool is_any = false;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        is_any = is_any || ends_with(name, suffixes[i]);
    return name[0] != '.' && is_any;
}

/* By bytes, so that the order is the same in every locale. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum gpuc_status append_folder(struct gpuc_inputs *inputs, const char *folder,
                                      struct gpuc_error *error)
{
    struct dirent **entries;
    size_t n_before = inputs->n_paths;
    enum gpuc_status status = GPUC_OK;
    int n_entries = scandir(folder, &entries, is_csv, compare_names);
    if (n_entries < 0)
        return gpuc_fail_errno(error, errno, "%s", folder);
    for (int i = 0; i < n_entries; i++) {
        if (status == GPUC_OK)
            status = append(inputs, folder, entries[i]->d_name, error);
        if (status == GPUC_OK && is_folder(inputs->paths[inputs->n_paths - 1])) {
            free(inputs->paths[--inputs->n_paths]);
            inputs->paths[inputs->n_paths] = NULL;
        }
        free(entries[i]);
    }
    free(entries);
    if (status == GPUC_OK && inputs->n_paths == n_before)
        return gpuc_fail(error, GPUC_EIO,
                         "%s: a folder without a file whose name ends in .csv or .tsv, "
                         "or in one of these and .gz or .zst",
                         folder);
    return status;
}

enum gpuc_status gpuc_inputs_expand(struct gpuc_inputs *inputs, char *const *arguments,
                                    size_t n_arguments, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    size_t n_stdin = 0;
    *inputs = (struct gpuc_inputs){0};
    for (size_t i = 0; i < n_arguments && status == GPUC_OK; i++) {
        n_stdin += strcmp(arguments[i], "-") == 0;
        status = is_folder(arguments[i]) ? append_folder(inputs, arguments[i], error)
                                         : append(inputs, NULL, arguments[i], error);
    }
    if (status == GPUC_OK && n_stdin > 1)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "standard input (-) is named twice, and can be read once only");
    return status;
}

/* How much more CSV is than what it is packed into, about. */
enum { PACKED_FACTOR = 4 };

/* The size of one input; false: it is not known. */
static bool add_bytes(const char *path, uint64_t *bytes)
{
    struct stat info;
    bool is_stdin = strcmp(path, "-") == 0;
    bool is_packed = ends_with(path, ".gz") || ends_with(path, ".zst");
    if ((is_stdin ? fstat(STDIN_FILENO, &info) : stat(path, &info)) != 0 ||
        !S_ISREG(info.st_mode))
        return false;
    *bytes += (uint64_t)info.st_size * (is_packed ? PACKED_FACTOR : 1);
    return true;
}

uint64_t gpuc_inputs_bytes(const struct gpuc_inputs *inputs)
{
    uint64_t bytes = 1; /* none at all are known too */
    bool is_known = inputs->n_paths > 0 || add_bytes("-", &bytes);
    for (size_t i = 0; is_known && i < inputs->n_paths; i++)
        is_known = add_bytes(inputs->paths[i], &bytes);
    return is_known ? bytes : 0;
}

bool gpuc_is_output_folder(const char *path)
{
    return path != NULL && (ends_with(path, "/") || is_folder(path));
}

/* What is behind the last slash. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* The size of a name without an end that it has. */
static size_t size_without(const char *name, size_t size, const char *end)
{
    size_t end_size = strlen(end);
    bool has_end = size > end_size && memcmp(name + size - end_size, end, end_size) == 0;
    return has_end ? size - end_size : size;
}

/* Appends what an input is called, with another suffix unless that is NULL. */
static enum gpuc_status append_output(struct gpuc_inputs *outputs, const char *folder,
                                      const char *name, const char *suffix,
                                      struct gpuc_error *error)
{
    char changed[NAME_MAX + 1];
    size_t size = strlen(name);
    size_t unpacked = size_without(name, size_without(name, size, ".gz"), ".zst");
    size_t stem = size_without(name, size_without(name, unpacked, ".csv"), ".tsv");
    if (suffix == NULL)
        return append(outputs, folder, name, error);
    int changed_size = snprintf(changed, sizeof changed, "%.*s%s%s", (int)stem, name,
                                suffix, name + unpacked);
    if (changed_size >= (int)sizeof changed)
        return gpuc_fail(error, GPUC_EUSAGE, "%s: the name is too long for an output",
                         name);
    return append(outputs, folder, changed, error);
}

enum gpuc_status gpuc_inputs_outputs(const struct gpuc_inputs *inputs, const char *folder,
                                     const char *suffix, struct gpuc_inputs *outputs,
                                     struct gpuc_error *error)
{
    bool is_stdin = inputs->n_paths == 0;
    *outputs = (struct gpuc_inputs){0};
    for (size_t i = 0; i < inputs->n_paths; i++) {
        const char *path = inputs->paths[i];
        is_stdin = is_stdin || strcmp(path, "-") == 0;
        enum gpuc_status status =
            append_output(outputs, folder, base_name(path), suffix, error);
        if (status != GPUC_OK)
            return status;
        for (size_t j = 0; j < i; j++)
            if (strcmp(outputs->paths[i], outputs->paths[j]) == 0)
                return gpuc_fail(error, GPUC_EUSAGE,
                                 "%s and %s would have the same output in folder %s",
                                 inputs->paths[j], path, folder);
    }
    if (is_stdin)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "standard input has no name that its output in folder %s could "
                         "have; name an output file",
                         folder);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return gpuc_fail_errno(error, errno, "%s", folder);
    return GPUC_OK;
}

void gpuc_inputs_done(struct gpuc_inputs *inputs)
{
    for (size_t i = 0; i < inputs->n_paths; i++)
        free(inputs->paths[i]);
    free(inputs->paths);
    *inputs = (struct gpuc_inputs){0};
}
