/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast engines classify rows of the black box in memory. CSV on standard output; the
 * checksum of every engine must be that of scalar, so a fast wrong answer fails.
 *
 *     kernels [ENGINES|all [ROWS [TEXT_BYTES [SPREAD [THREADS]]]]]
 *
 * ENGINES: names of devices with commas between; all: those of the CPU. They take turns,
 * so that a machine whose speed drifts is as fast for each. Texts have TEXT_BYTES to
 * TEXT_BYTES + SPREAD bytes of printable ASCII. Each of THREADS threads, 1 by default,
 * has a session of its own and classifies all rows; rows_per_s is for all threads
 * together. An OpenCL device takes what cores it likes also for one thread.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cpu/cpu_features.h"
#include "engine.h"
#include "kernels/blackbox_row.h"

enum { N_RUNS = 7, ENGINES_MAX = 8, THREADS_MAX = 64 };

struct thread {
    pthread_t id;
    struct gpuc_session *session;
    const struct gpuc_texts *texts;
    struct gpuc_blackbox_results results;
    enum gpuc_status status;
    struct gpuc_error error;
};

/* An engine with the sessions for the setting that is being measured. */
struct contender {
    struct gpuc_engine *engine;
    struct thread threads[THREADS_MAX];
    double seconds[N_RUNS];
    double core_seconds[N_RUNS]; /* that all cores together spent */
};

struct bench {
    struct contender *contenders;
    size_t n_contenders;
    size_t n_threads;
    struct gpuc_texts texts;
};

static double core_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double values[N_RUNS])
{
    qsort(values, N_RUNS, sizeof *values, by_value);
    return values[N_RUNS / 2];
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static enum gpuc_status make_texts(struct gpuc_texts *texts, size_t n_rows,
                                   uint32_t text_size, uint32_t spread,
                                   struct gpuc_error *error)
{
    uint64_t random = 1;
    enum gpuc_status status = GPUC_OK;

    GPUC_TRY(gpuc_texts_reset(texts, n_rows, error));
    GPUC_TRY(gpuc_bytes_reserve(&texts->bytes, n_rows * (text_size + spread), error));
    for (size_t row = 0; row < n_rows; row++) {
        uint32_t size = text_size + (uint32_t)(next_random(&random) % (spread + 1));
        texts->offsets[row] = (uint32_t)texts->bytes.size;
        texts->sizes[row] = size;
        for (uint32_t i = 0; i < size; i++)
            gpuc_bytes_put_byte(&texts->bytes,
                                (uint8_t)(' ' + next_random(&random) % 95));
    }
    texts->n_rows = n_rows;
out:
    return status;
}

/* FNV-1a of all results. */
static uint64_t checksum(const struct gpuc_blackbox_results *results, size_t n_rows)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t row = 0; row < n_rows; row++) {
        for (unsigned shift = 0; shift < 64; shift += 8)
            hash = (hash ^ ((results->fractions[row] >> shift) & 0xff)) * 0x100000001b3u;
        for (size_t i = 0; i < 32; i++)
            hash = (hash ^ results->digests[32 * row + i]) * 0x100000001b3u;
    }
    return hash;
}

static enum gpuc_status attach(struct bench *bench, struct contender *contender,
                               const struct gpuc_model *model, struct gpuc_error *error)
{
    size_t n_rows = bench->texts.n_rows;
    enum gpuc_status status = GPUC_OK;

    for (size_t i = 0; i < bench->n_threads; i++) {
        struct thread *thread = &contender->threads[i];
        *thread = (struct thread){.texts = &bench->texts};
        GPUC_TRY(contender->engine->ops->attach(contender->engine, model,
                                                &thread->session, error));
        thread->results = (struct gpuc_blackbox_results){
            gpuc_alloc(n_rows, sizeof(uint64_t)), gpuc_alloc(n_rows, GPUC_DIGEST_SIZE)};
        if (thread->results.fractions == NULL || thread->results.digests == NULL)
            GPUC_TRY(gpuc_fail_memory(error, 40 * n_rows, "results"));
    }
out:
    return status;
}

static void detach(struct bench *bench, struct contender *contender)
{
    for (size_t i = 0; i < bench->n_threads; i++) {
        struct thread *thread = &contender->threads[i];
        contender->engine->ops->detach(thread->session);
        gpuc_free(thread->results.fractions);
        gpuc_free(thread->results.digests);
        *thread = (struct thread){0};
    }
}

static void *classify(void *argument)
{
    struct thread *thread = argument;
    struct gpuc_work work = {.texts = thread->texts, .blackbox = thread->results};

    thread->status =
        thread->session->engine->ops->classify(thread->session, &work, &thread->error);
    return NULL;
}

/* All threads classify all rows once. */
static enum gpuc_status run(struct contender *contender, size_t n_threads,
                            double *ret_seconds, struct gpuc_error *error)
{
    struct thread *threads = contender->threads;
    enum gpuc_status status = GPUC_OK;
    size_t n_running = 1;
    double start = gpuc_clock_seconds();

    for (; n_running < n_threads && status == GPUC_OK; n_running++) {
        struct thread *thread = &threads[n_running];
        int failure = pthread_create(&thread->id, NULL, classify, thread);
        if (failure != 0) {
            status = gpuc_fail_errno(error, failure, "cannot start a thread");
            break;
        }
    }
    classify(&threads[0]);
    for (size_t i = 1; i < n_running; i++)
        pthread_join(threads[i].id, NULL);
    *ret_seconds = gpuc_clock_seconds() - start;
    for (size_t i = 0; i < n_running && status == GPUC_OK; i++) {
        status = threads[i].status;
        if (status != GPUC_OK)
            *error = threads[i].error;
    }
    return status;
}

/* Once to warm up and N_RUNS times more, in turns. */
static enum gpuc_status measure(struct bench *bench, struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;

    for (int turn = -1; turn < N_RUNS; turn++) {
        for (size_t i = 0; i < bench->n_contenders; i++) {
            struct contender *contender = &bench->contenders[i];
            double seconds = 0, start = core_seconds();
            GPUC_TRY(run(contender, bench->n_threads, &seconds, error));
            if (turn < 0)
                continue;
            contender->seconds[turn] = seconds;
            contender->core_seconds[turn] = core_seconds() - start;
        }
    }
out:
    return status;
}

/* Prints the medians, and compares what every thread got with what scalar gives. */
static enum gpuc_status report(struct bench *bench, const struct gpuc_blackbox *setting,
                               uint64_t expected, struct gpuc_error *error)
{
    const struct gpuc_texts *texts = &bench->texts;
    char cpu[64];

    gpuc_cpu_name(cpu, sizeof cpu);
    for (size_t i = 0; i < bench->n_contenders; i++) {
        struct contender *contender = &bench->contenders[i];
        const char *name = contender->engine->device.name;
        for (size_t k = 0; k < bench->n_threads; k++) {
            uint64_t sum = checksum(&contender->threads[k].results, texts->n_rows);
            if (sum != expected)
                return gpuc_fail(error, GPUC_EDEVICE,
                                 "%s does not give what scalar gives", name);
        }
        double n_rows = (double)(texts->n_rows * bench->n_threads);
        double seconds = median(contender->seconds);
        printf("\"%s\",%s,%zu,%zu,%zu,%s,%" PRIu32 ",%.0f,%.1f,%.1f,%016" PRIx64 "\n",
               cpu, name, bench->n_threads, texts->n_rows,
               texts->bytes.size / texts->n_rows,
               setting->seeding == GPUC_SEED_PY2 ? "py2" : "py3", setting->slowness,
               n_rows / seconds, 1e9 * seconds / n_rows,
               1e9 * median(contender->core_seconds) / n_rows, expected);
    }
    return GPUC_OK;
}

/* What scalar gives, by one thread of its own. */
static enum gpuc_status ask_scalar(const struct bench *bench,
                                   const struct gpuc_model *model, uint64_t *ret_sum,
                                   struct gpuc_error *error)
{
    struct contender scalar = {0};
    struct bench alone = {.n_threads = 1, .texts = bench->texts};
    double seconds;
    enum gpuc_status status;

    GPUC_TRY(gpuc_engine_open("scalar", &scalar.engine, error));
    GPUC_TRY(attach(&alone, &scalar, model, error));
    GPUC_TRY(run(&scalar, 1, &seconds, error));
    *ret_sum = checksum(&scalar.threads[0].results, bench->texts.n_rows);
out:
    if (scalar.engine != NULL)
        detach(&alone, &scalar);
    gpuc_engine_close(scalar.engine);
    return status;
}

static enum gpuc_status bench_setting(struct bench *bench,
                                      const struct gpuc_blackbox *setting,
                                      struct gpuc_error *error)
{
    struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX, .blackbox = *setting};
    uint64_t expected = 0;
    enum gpuc_status status;

    GPUC_TRY(ask_scalar(bench, &model, &expected, error));
    for (size_t i = 0; i < bench->n_contenders; i++)
        GPUC_TRY(attach(bench, &bench->contenders[i], &model, error));
    GPUC_TRY(measure(bench, error));
    GPUC_TRY(report(bench, setting, expected, error));
out:
    for (size_t i = 0; i < bench->n_contenders; i++)
        detach(bench, &bench->contenders[i]);
    return status;
}

static enum gpuc_status bench_settings(struct bench *bench, struct gpuc_error *error)
{
    static const struct gpuc_blackbox settings[] = {
        {GPUC_SEED_PY3, 0},
        {GPUC_SEED_PY3, 10},
        {GPUC_SEED_PY2, 0},
        {GPUC_SEED_PY2, 10},
    };
    enum gpuc_status status = GPUC_OK;

    printf("cpu,engine,threads,rows,text_bytes,seeding,slowness,rows_per_s,ns_per_row,"
           "core_ns_per_row,checksum\n");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        GPUC_TRY(bench_setting(bench, &settings[i], error));
out:
    return status;
}

/* Opens the engines named, or all of the CPU that are usable. */
static enum gpuc_status open_engines(struct bench *bench, const char *names,
                                     struct gpuc_error *error)
{
    bool is_all = strcmp(names, "all") == 0;
    char copy[256], *rest = NULL;
    enum gpuc_status status = GPUC_OK;

    snprintf(copy, sizeof copy, "%s", is_all ? "scalar,sse42,avx2,avx512" : names);
    for (char *name = strtok_r(copy, ",", &rest);
         name != NULL && bench->n_contenders < ENGINES_MAX;
         name = strtok_r(NULL, ",", &rest)) {
        struct gpuc_engine **engine = &bench->contenders[bench->n_contenders].engine;
        status = gpuc_engine_open(name, engine, error);
        if (status == GPUC_OK)
            bench->n_contenders++;
        else if (!is_all)
            return status;
        else
            fprintf(stderr, "kernels: no %s: %s\n", name, error->message);
    }
    return GPUC_OK;
}

int main(int argc, char **argv)
{
    const char *engines = argc > 1 ? argv[1] : "all";
    size_t n_rows = argc > 2 ? strtoul(argv[2], NULL, 10) : 8192;
    unsigned long text_size = argc > 3 ? strtoul(argv[3], NULL, 10) : 306;
    unsigned long spread = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    size_t n_threads = argc > 5 ? strtoul(argv[5], NULL, 10) : 1;
    struct gpuc_error error = {0};
    enum gpuc_status status;

    if (n_rows == 0 || n_rows > 10000000 || text_size > 100000 || spread > 100000 ||
        n_rows * (text_size + spread) > UINT32_MAX || n_threads == 0 ||
        n_threads > THREADS_MAX || engines[0] == '-') {
        fprintf(stderr, "usage: kernels [ENGINES|all [ROWS [TEXT_BYTES [SPREAD "
                        "[THREADS]]]]]\n");
        return 2;
    }
    struct bench bench = {.n_threads = n_threads,
                          .contenders =
                              gpuc_alloc(ENGINES_MAX, sizeof(struct contender))};
    if (bench.contenders == NULL)
        return 1;
    GPUC_TRY(open_engines(&bench, engines, &error));
    GPUC_TRY(
        make_texts(&bench.texts, n_rows, (uint32_t)text_size, (uint32_t)spread, &error));
    GPUC_TRY(bench_settings(&bench, &error));
out:
    if (status != GPUC_OK)
        fprintf(stderr, "kernels: %s\n", error.message);
    for (size_t i = 0; i < bench.n_contenders; i++)
        gpuc_engine_close(bench.contenders[i].engine);
    gpuc_free(bench.contenders);
    gpuc_texts_done(&bench.texts);
    return status == GPUC_OK ? 0 : 1;
}
