/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_job.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"

/* Where a run's output goes. */
struct output {
    const char *name;                             /* of the run */
    FILE *file;                                   /* that keeps it; NULL: none */
    const struct gpuc_bench_reference *reference; /* to compare with; NULL: none */
    uint64_t size;                                /* so far, up to the first difference */
    bool differs;
    struct gpuc_progress_line line;
};

/* The first byte that differs; both have `size` of them. */
static size_t find_difference(const uint8_t *a, const uint8_t *b, size_t size)
{
    size_t i = 0;
    while (i < size && a[i] == b[i])
        i++;
    return i;
}

/* An output that differs need not go on. */
static int compare(struct output *output, const uint8_t *bytes, size_t size)
{
    const struct gpuc_bench_reference *reference = output->reference;
    uint64_t end = reference->size * reference->n_times;
    while (size > 0) {
        size_t place = output->size < end ? (size_t)(output->size % reference->size) : 0;
        uint64_t n_left = output->size < end ? reference->size - place : 0;
        size_t n = size < n_left ? size : (size_t)n_left;
        if (n == 0 || memcmp(reference->bytes + place, bytes, n) != 0) {
            output->differs = true;
            output->size += find_difference(reference->bytes + place, bytes, n);
            return ECANCELED;
        }
        output->size += n;
        bytes += n;
        size -= n;
    }
    return 0;
}

static int take(void *context, const void *bytes, size_t size)
{
    struct output *output = context;
    if (output->reference != NULL)
        return compare(output, bytes, size);
    errno = EIO;
    if (output->file != NULL && fwrite(bytes, 1, size, output->file) != size)
        return errno;
    output->size += size;
    return 0;
}

static void on_progress(void *context, const struct gpuc_progress *progress)
{
    struct output *output = context;
    gpuc_progress_update(&output->line, progress);
}

static enum gpuc_status run(const struct gpuc_bench_job *job, struct gpuc_engine *engine,
                            uint32_t n_threads, struct output *output,
                            struct gpuc_bench_run *ret_run, struct gpuc_error *error)
{
    struct gpuc_job_options options = job->options;
    options.n_threads = n_threads;
    options.write = take;
    options.progress = on_progress;
    options.context = output;
    gpuc_progress_begin(&output->line,
                        &(struct gpuc_progress_settings){.name = output->name,
                                                         .doing = "classifying",
                                                         .mode = job->progress,
                                                         .is_quiet = job->is_quiet});
    double start = gpuc_clock_seconds();
    enum gpuc_status status =
        gpuc_job_run(job->model, engine, &options, &ret_run->report, error);
    ret_run->seconds = gpuc_clock_seconds() - start;
    gpuc_progress_end(&output->line);
    return status;
}

enum gpuc_status gpuc_bench_job_run(const struct gpuc_bench_job *job,
                                    struct gpuc_engine *engine, uint32_t n_threads,
                                    const char *name, struct gpuc_bench_run *ret_run,
                                    struct gpuc_error *error)
{
    struct output output = {.name = name};
    return run(job, engine, n_threads, &output, ret_run, error);
}

static enum gpuc_status map_reference(struct gpuc_bench_reference *reference,
                                      struct gpuc_error *error)
{
    if (fflush(reference->file) != 0)
        return gpuc_fail_errno(error, errno, "a temporary file for the output");
    if (reference->size == 0)
        return GPUC_OK;
    void *bytes = mmap(NULL, (size_t)reference->size, PROT_READ, MAP_SHARED,
                       fileno(reference->file), 0);
    if (bytes == MAP_FAILED)
        return gpuc_fail_errno(error, errno, "mapping the scalar engine's output");
    reference->bytes = bytes;
    return GPUC_OK;
}

enum gpuc_status gpuc_bench_job_keep(struct gpuc_bench_job *job,
                                     struct gpuc_engine *engine, uint32_t n_threads,
                                     const char *name, struct gpuc_bench_run *ret_run,
                                     struct gpuc_error *error)
{
    struct output output = {.name = name, .file = tmpfile()};
    if (output.file == NULL)
        return gpuc_fail_errno(error, errno, "a temporary file for the output");
    job->reference.file = output.file;
    enum gpuc_status status = run(job, engine, n_threads, &output, ret_run, error);
    if (status != GPUC_OK)
        return status;
    job->reference.size = output.size;
    job->reference.n_times = 1;
    return map_reference(&job->reference, error);
}

enum gpuc_status gpuc_bench_job_compare(const struct gpuc_bench_job *job,
                                        struct gpuc_engine *engine, uint32_t n_threads,
                                        const char *name, struct gpuc_bench_run *ret_run,
                                        struct gpuc_error *error)
{
    struct output output = {.name = name, .reference = &job->reference};
    enum gpuc_status status = run(job, engine, n_threads, &output, ret_run, error);
    uint64_t size = job->reference.size * job->reference.n_times;
    if (output.differs || (status == GPUC_OK && output.size != size))
        return gpuc_fail(error, GPUC_EDATA,
                         "%s with %" PRIu32 " thread%s: the output differs from that of "
                         "the scalar engine from byte %" PRIu64 " on",
                         gpuc_engine_device(engine)->name, n_threads,
                         n_threads == 1 ? "" : "s", output.size);
    return status;
}

void gpuc_bench_job_done(struct gpuc_bench_job *job)
{
    struct gpuc_bench_reference *reference = &job->reference;
    if (reference->bytes != NULL)
        munmap(reference->bytes, (size_t)reference->size);
    if (reference->file != NULL)
        fclose(reference->file);
    *reference = (struct gpuc_bench_reference){0};
}
