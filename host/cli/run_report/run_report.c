/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/run_report/run_report.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cores.h"
#include "base/memory.h"
#include "csv/sink.h"

static bool is_stdout(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

static bool is_file(const char *path)
{
    struct stat info;
    return path != NULL && strcmp(path, "-") != 0 && stat(path, &info) == 0 &&
           S_ISREG(info.st_mode);
}

const char *gpuc_bad_row_name(enum gpuc_bad_row kind)
{
    static const char *const names[GPUC_BAD_N_KINDS] = {
        [GPUC_BAD_N_FIELDS] = "number of fields",
        [GPUC_BAD_QUOTES] = "text behind a closing quote",
        [GPUC_BAD_FIELD_SIZE] = "field too long",
        [GPUC_BAD_ENCODING] = "not UTF-8",
        [GPUC_BAD_VALUE] = "value that is none"};
    return names[kind];
}

double gpuc_report_stage(const struct gpuc_job_report *report, size_t stage,
                         const char **ret_name)
{
    const struct gpuc_stage_seconds *s = &report->seconds;
    const struct {
        const char *name;
        double seconds;
    } stages[GPUC_REPORT_N_STAGES] = {
        {"read", s->read},     {"survey", s->survey},     {"parse", s->parse},
        {"encode", s->encode}, {"classify", s->classify}, {"format", s->format},
        {"write", s->write},
    };
    *ret_name = stages[stage].name;
    return stages[stage].seconds;
}

/* A report must not replace what is read or written. */
static enum gpuc_status check_path(const struct gpuc_run_report *report,
                                   const struct gpuc_job_options *job, const char *path,
                                   struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    if (strcmp(path, "-") == 0) {
        bool is_taken = is_stdout(job->output_path) ||
                        (job->rejects_path != NULL && is_stdout(job->rejects_path));
        return is_taken ? gpuc_fail(error, GPUC_EUSAGE,
                                    "--report -: rows go to standard output; name a file "
                                    "for them with -o, or one for the report")
                        : GPUC_OK;
    }
    if ((job->output_path != NULL && strcmp(path, job->output_path) == 0) ||
        (job->rejects_path != NULL && strcmp(path, job->rejects_path) == 0))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: rows and the report go to the same file; name another "
                         "report",
                         path);
    if (job->no_clobber)
        GPUC_TRY(gpuc_sink_check_new(path, error));
    if (report->model_file.path != NULL)
        GPUC_TRY(gpuc_known_file_spare(&report->model_file, path, error));
    for (size_t i = 0; i < report->n_inputs; i++)
        if (report->inputs[i].path != NULL)
            GPUC_TRY(gpuc_known_file_spare(&report->inputs[i], path, error));
out:
    return status;
}

/* Looks at what is read while it is as the job will find it. */
static enum gpuc_status find_files(struct gpuc_run_report *report,
                                   const struct gpuc_job_options *job,
                                   struct gpuc_error *error)
{
    const char *model = report->options->model;
    enum gpuc_status status = GPUC_OK;
    report->inputs = gpuc_alloc(job->n_input_paths, sizeof *report->inputs);
    if (report->inputs == NULL)
        return gpuc_fail_memory(error, job->n_input_paths, "the inputs");
    report->n_inputs = job->n_input_paths;
    for (size_t i = 0; i < report->n_inputs; i++)
        if (is_file(job->input_paths[i]))
            GPUC_TRY(
                gpuc_known_file_find(job->input_paths[i], &report->inputs[i], error));
    if (report->model != NULL && report->model->kind != GPUC_MODEL_BLACKBOX &&
        is_file(model))
        GPUC_TRY(gpuc_known_file_find(model, &report->model_file, error));
out:
    return status;
}

enum gpuc_status gpuc_run_report_open(struct gpuc_run_report *report,
                                      const struct gpuc_options *options,
                                      const struct gpuc_model *model,
                                      struct gpuc_job_options *job,
                                      struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    *report = (struct gpuc_run_report){
        .options = options, .model = model, .started = time(NULL)};
    if (options->n_reports == 0)
        return GPUC_OK;
    GPUC_TRY(find_files(report, job, error));
    for (size_t i = 0; i < options->n_reports; i++) {
        GPUC_TRY(check_path(report, job, options->reports[i], error));
        GPUC_TRY(gpuc_sink_open(options->reports[i], 1, job->cancel_fd, &report->sinks[i],
                                error));
    }
    report->n_reports = options->n_reports;
    if (model != NULL)
        job->statistics = &report->statistics;
out:
    return status;
}

/* ---- hashing, a file a thread ------------------------------------------------------ */

struct hashing {
    struct gpuc_known_file **files;
    size_t n_files, n_taken;
    int cancel_fd;
    enum gpuc_status status;
    struct gpuc_error error;
    pthread_mutex_t lock;
};

static void *hash_files(void *argument)
{
    struct hashing *hashing = argument;
    pthread_mutex_lock(&hashing->lock);
    while (hashing->n_taken < hashing->n_files && hashing->status == GPUC_OK) {
        struct gpuc_known_file *file = hashing->files[hashing->n_taken++];
        struct gpuc_error error;
        pthread_mutex_unlock(&hashing->lock);
        enum gpuc_status status = gpuc_known_file_hash(file, hashing->cancel_fd, &error);
        if (status == GPUC_OK)
            status = gpuc_known_file_check(file, &error);
        pthread_mutex_lock(&hashing->lock);
        if (status != GPUC_OK && hashing->status == GPUC_OK) {
            hashing->status = status;
            hashing->error = error;
        }
    }
    pthread_mutex_unlock(&hashing->lock);
    return NULL;
}

static enum gpuc_status hash_all(struct hashing *hashing, struct gpuc_error *error)
{
    enum { THREADS_MAX = 16 };
    pthread_t threads[THREADS_MAX];
    size_t n_threads = 0, n_wanted = gpuc_count_cores();
    n_wanted = n_wanted < hashing->n_files ? n_wanted : hashing->n_files;
    n_wanted = n_wanted < THREADS_MAX ? n_wanted : THREADS_MAX;
    pthread_mutex_init(&hashing->lock, NULL);
    /* This thread is one of them, and does it alone where there can be no more. */
    while (n_threads + 1 < n_wanted &&
           pthread_create(&threads[n_threads], NULL, hash_files, hashing) == 0)
        n_threads++;
    hash_files(hashing);
    while (n_threads > 0)
        pthread_join(threads[--n_threads], NULL);
    pthread_mutex_destroy(&hashing->lock);
    if (hashing->status != GPUC_OK)
        *error = hashing->error;
    return hashing->status;
}

static enum gpuc_status hash_report(struct gpuc_run_report *report,
                                    struct gpuc_error *error)
{
    const struct gpuc_job_options *job = report->job->options;
    struct hashing hashing = {.cancel_fd = job->cancel_fd};
    enum gpuc_status status = GPUC_OK;
    if (is_file(job->output_path))
        GPUC_TRY(gpuc_known_file_find(job->output_path, &report->output, error));
    if (is_file(job->rejects_path))
        GPUC_TRY(gpuc_known_file_find(job->rejects_path, &report->rejects, error));
    struct gpuc_known_file *others[] = {&report->model_file, &report->output,
                                        &report->rejects};
    const size_t n_others = sizeof others / sizeof *others;
    hashing.files = gpuc_alloc(report->n_inputs + n_others, sizeof *hashing.files);
    if (hashing.files == NULL)
        return gpuc_fail_memory(error, report->n_inputs, "the inputs");
    for (size_t i = 0; i < report->n_inputs; i++)
        if (report->inputs[i].path != NULL)
            hashing.files[hashing.n_files++] = &report->inputs[i];
    for (size_t i = 0; i < n_others; i++)
        if (others[i]->path != NULL)
            hashing.files[hashing.n_files++] = others[i];
    status = hash_all(&hashing, error);
out:
    gpuc_free(hashing.files);
    return status;
}

/* ---- writing ----------------------------------------------------------------------- */

/* Makes the whole text first, for a sink wants no FILE. */
static enum gpuc_status write_html(const struct gpuc_run_report *report,
                                   struct gpuc_sink *sink, struct gpuc_error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return gpuc_fail_errno(error, errno, "the report in memory");
    gpuc_run_report_put_html(report, stream);
    bool good = !ferror(stream);
    good = fclose(stream) == 0 && good;
    enum gpuc_status status =
        good ? gpuc_sink_write(sink, text, size, error)
             : gpuc_fail(error, GPUC_ENOMEM, "out of memory for the report");
    free(text);
    return status;
}

static bool is_html(const char *path)
{
    size_t size = strlen(path);
    return size > 5 && strcmp(path + size - 5, ".html") == 0;
}

enum gpuc_status gpuc_run_report_write(struct gpuc_run_report *report,
                                       const struct gpuc_ended_job *job,
                                       struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    if (report->n_reports == 0)
        return GPUC_OK;
    report->job = job;
    GPUC_TRY(hash_report(report, error));
    for (size_t i = 0; i < report->n_reports; i++) {
        GPUC_TRY(is_html(report->options->reports[i])
                     ? write_html(report, report->sinks[i], error)
                     : gpuc_run_report_write_json(report, report->sinks[i], error));
        GPUC_TRY(gpuc_sink_commit(report->sinks[i], error));
    }
out:
    /* The output is there by now, so this is no job that was stopped. */
    if (status == GPUC_ECANCELLED)
        status = gpuc_fail(error, GPUC_EIO,
                           "stopped before the report; the output is complete");
    return status;
}

void gpuc_run_report_close(struct gpuc_run_report *report)
{
    for (size_t i = 0; i < GPUC_REPORTS_MAX; i++)
        gpuc_sink_close(report->sinks[i]);
    gpuc_free(report->inputs);
    gpuc_job_statistics_done(&report->statistics);
}
