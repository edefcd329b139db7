/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs of a job: whether they are there, how large they are, one after another. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/job.h"

size_t gpuc_job_n_inputs(const struct gpuc_job *job)
{
    return job->options->n_input_paths > 0 ? job->options->n_input_paths : 1;
}

const char *gpuc_job_input_path(const struct gpuc_job *job, size_t i)
{
    const struct gpuc_job_options *options = job->options;
    const char *path =
        options->n_input_paths > 0 ? options->input_paths[i] : options->input_path;
    return path != NULL && strcmp(path, "-") != 0 ? path : NULL;
}

/* Fails for a callback, which is no file. */
static int stat_input(const struct gpuc_job *job, size_t i, struct stat *ret_info)
{
    const char *path = gpuc_job_input_path(job, i);
    if (job->options->read != NULL)
        return -1;
    return path != NULL ? stat(path, ret_info) : fstat(STDIN_FILENO, ret_info);
}

enum gpuc_status gpuc_job_check_inputs(const struct gpuc_job *job,
                                       struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    struct stat info;
    if (options->read != NULL &&
        (options->input_path != NULL || options->n_input_paths > 0))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "the input comes from `read` or from paths, not from both");
    for (size_t i = 0; options->read == NULL && i < gpuc_job_n_inputs(job); i++) {
        const char *path = gpuc_job_input_path(job, i);
        if (stat_input(job, i, &info) != 0 || (path != NULL && access(path, R_OK) != 0))
            return gpuc_fail_errno(error, errno, "%s", gpuc_job_input_name(job, i));
    }
    return GPUC_OK;
}

enum gpuc_status gpuc_job_check_target(const struct gpuc_job *job, const char *path,
                                       const char *what, struct gpuc_error *error)
{
    struct stat out, in;
    if (path == NULL || strcmp(path, "-") == 0 || stat(path, &out) != 0 ||
        !S_ISREG(out.st_mode))
        return GPUC_OK;
    for (size_t i = 0; i < gpuc_job_n_inputs(job); i++)
        if (stat_input(job, i, &in) == 0 && S_ISREG(in.st_mode) &&
            in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return gpuc_fail(error, GPUC_EUSAGE,
                             "%s: input and %s are the same file; name another %s", path,
                             what, what);
    return GPUC_OK;
}

const char *gpuc_job_input_name(const struct gpuc_job *job, size_t i)
{
    const char *path = gpuc_job_input_path(job, i);
    return path != NULL ? path : "<stdin>";
}

bool gpuc_job_is_file(const struct gpuc_job *job, size_t i)
{
    struct stat info;
    return stat_input(job, i, &info) == 0 && S_ISREG(info.st_mode);
}

static bool ends_with(const char *path, size_t size, const char *suffix)
{
    size_t suffix_size = strlen(suffix);
    return size > suffix_size &&
           memcmp(path + size - suffix_size, suffix, suffix_size) == 0;
}

/* What separates fields in an input, as its name tells. */
static char delimiter_of(const char *path)
{
    size_t size = path != NULL ? strlen(path) : 0;
    if (ends_with(path, size, ".gz"))
        size -= strlen(".gz");
    else if (ends_with(path, size, ".zst"))
        size -= strlen(".zst");
    return ends_with(path, size, ".tsv") || ends_with(path, size, ".tab") ? '\t' : ',';
}

enum gpuc_status gpuc_job_find_delimiter(const struct gpuc_job *job, char *ret_delimiter,
                                         struct gpuc_error *error)
{
    size_t n_tabs = 0, n_inputs = gpuc_job_n_inputs(job);
    size_t examples[2] = {0, 0};
    for (size_t i = 0; i < n_inputs; i++) {
        bool is_tab = delimiter_of(gpuc_job_input_path(job, i)) == '\t';
        n_tabs += is_tab;
        examples[is_tab] = i;
    }
    if (n_tabs > 0 && n_tabs < n_inputs)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "by their names, %.300s has tabs between its fields and %.300s "
                         "has commas: say which all inputs have, with --delimiter tab or "
                         "--delimiter ,",
                         gpuc_job_input_name(job, examples[true]),
                         gpuc_job_input_name(job, examples[false]));
    *ret_delimiter = n_tabs > 0 ? '\t' : ',';
    return GPUC_OK;
}

enum gpuc_status gpuc_job_open_input(struct gpuc_job *job, size_t i, bool rereadable,
                                     struct gpuc_error *error)
{
    const struct gpuc_job_options *options = job->options;
    gpuc_source_close(job->source);
    job->source = NULL;
    job->input = i;
    if (options->read != NULL)
        return gpuc_source_open_callback(options->read, options->context, rereadable,
                                         options->cancel_fd, &job->source, error);
    return gpuc_source_open(gpuc_job_input_path(job, i), rereadable, options->cancel_fd,
                            &job->source, error);
}

uint64_t gpuc_job_total_bytes(const struct gpuc_job *job)
{
    uint64_t total = 0;
    struct stat info;
    if (gpuc_job_n_inputs(job) == 1)
        return gpuc_source_size(job->source);
    for (size_t i = 0; i < gpuc_job_n_inputs(job); i++) {
        const char *path = gpuc_job_input_path(job, i);
        if (path == NULL || stat(path, &info) != 0 || !S_ISREG(info.st_mode))
            return 0;
        total += (uint64_t)info.st_size;
    }
    return total;
}
