/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast each CPU engine classifies rows of the black box, on one thread. CSV on
 * standard output; the checksum of every engine must be that of scalar, so a fast wrong
 * answer fails.
 *
 *     kernels [ENGINE|all [ROWS [TEXT_BYTES [SPREAD]]]]
 *
 * Texts have TEXT_BYTES to TEXT_BYTES + SPREAD bytes of printable ASCII.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpu/cpu_features.h"
#include "engine.h"
#include "kernels/blackbox_row.h"

enum { N_RUNS = 7 };

static const struct gpuc_engine_ops *const engines[] = {
    &gpuc_engine_ops_scalar,
    &gpuc_engine_ops_sse42,
    &gpuc_engine_ops_avx2,
    &gpuc_engine_ops_avx512,
};
enum { N_ENGINES = sizeof engines / sizeof *engines };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
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

/* Classifies once to warm up and N_RUNS times more; the median in seconds. */
static enum gpuc_status measure(const struct gpuc_engine_ops *ops,
                                const struct gpuc_model *model,
                                const struct gpuc_texts *texts,
                                const struct gpuc_blackbox_results *results,
                                double *ret_seconds, struct gpuc_error *error)
{
    struct gpuc_device device = {.usable = true};
    struct gpuc_engine *engine = NULL;
    struct gpuc_session *session = NULL;
    double seconds[N_RUNS];
    enum gpuc_status status = GPUC_OK;

    snprintf(device.name, sizeof device.name, "%s", ops->name);
    GPUC_TRY(ops->open(ops, &device, &engine, error));
    GPUC_TRY(ops->attach(engine, model, &session, error));
    GPUC_TRY(ops->classify(
        session, &(struct gpuc_work){.texts = texts, .blackbox = *results}, error));
    for (size_t run = 0; run < N_RUNS; run++) {
        double start = now();
        GPUC_TRY(ops->classify(
            session, &(struct gpuc_work){.texts = texts, .blackbox = *results}, error));
        seconds[run] = now() - start;
    }
    qsort(seconds, N_RUNS, sizeof *seconds, by_value);
    *ret_seconds = seconds[N_RUNS / 2];
out:
    ops->detach(session);
    ops->close(engine);
    return status;
}

/* One line for each seeding and slowness. `sums`: of scalar, filled by it. */
static enum gpuc_status bench_engine(const struct gpuc_engine_ops *ops, const char *cpu,
                                     const struct gpuc_texts *texts,
                                     const struct gpuc_blackbox_results *results,
                                     uint64_t sums[4], struct gpuc_error *error)
{
    static const struct gpuc_blackbox settings[4] = {
        {GPUC_SEED_PY3, 0},
        {GPUC_SEED_PY3, 10},
        {GPUC_SEED_PY2, 0},
        {GPUC_SEED_PY2, 10},
    };
    for (size_t i = 0; i < 4; i++) {
        struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX, .blackbox = settings[i]};
        double seconds = 0;
        enum gpuc_status status = measure(ops, &model, texts, results, &seconds, error);
        if (status != GPUC_OK)
            return status;
        uint64_t sum = checksum(results, texts->n_rows);
        if (ops == &gpuc_engine_ops_scalar)
            sums[i] = sum;
        double n_rows = (double)texts->n_rows;
        printf("\"%s\",%s,%zu,%zu,%s,%" PRIu32 ",%.0f,%.1f,%016" PRIx64 "\n", cpu,
               ops->name, texts->n_rows, texts->bytes.size / texts->n_rows,
               settings[i].seeding == GPUC_SEED_PY2 ? "py2" : "py3", settings[i].slowness,
               n_rows / seconds, 1e9 * seconds / n_rows, sum);
        if (sum != sums[i])
            return gpuc_fail(error, GPUC_EDEVICE, "%s does not give what scalar gives",
                             ops->name);
    }
    return GPUC_OK;
}

static bool is_engine(const char *name)
{
    for (size_t i = 0; i < N_ENGINES; i++) {
        if (strcmp(name, engines[i]->name) == 0)
            return true;
    }
    return false;
}

/* One engine after scalar, which makes the sums to compare with; or all. */
static enum gpuc_status bench(const char *engine, size_t n_rows, uint32_t text_size,
                              uint32_t spread, struct gpuc_error *error)
{
    struct gpuc_texts texts = {0};
    struct gpuc_blackbox_results results = {
        .fractions = gpuc_alloc(n_rows, sizeof(uint64_t)),
        .digests = gpuc_alloc(n_rows, 32),
    };
    uint64_t sums[4] = {0};
    char cpu[64];
    enum gpuc_status status = GPUC_OK;

    gpuc_cpu_name(cpu, sizeof cpu);
    if (results.fractions == NULL || results.digests == NULL)
        GPUC_TRY(gpuc_fail_memory(error, 40 * n_rows, "results"));
    GPUC_TRY(make_texts(&texts, n_rows, text_size, spread, error));
    printf(
        "cpu,engine,rows,text_bytes,seeding,slowness,rows_per_s,ns_per_row,checksum\n");
    for (size_t i = 0; i < N_ENGINES; i++) {
        struct gpuc_device_list list = {0};
        bool chosen = strcmp(engine, "all") == 0 || strcmp(engine, engines[i]->name) == 0;
        if (!chosen && engines[i] != &gpuc_engine_ops_scalar)
            continue;
        engines[i]->probe(engines[i], &list);
        const struct gpuc_device *device = &list.devices[0];
        if (device->usable)
            GPUC_TRY(bench_engine(engines[i], cpu, &texts, &results, sums, error));
        else if (strcmp(engine, "all") != 0)
            GPUC_TRY(gpuc_fail(error, GPUC_EDEVICE, "%s: %s", engine, device->reason));
        else
            fprintf(stderr, "kernels: no %s: %s\n", device->name, device->reason);
    }
out:
    gpuc_free(results.fractions);
    gpuc_free(results.digests);
    gpuc_texts_done(&texts);
    return status;
}

int main(int argc, char **argv)
{
    const char *engine = argc > 1 ? argv[1] : "all";
    size_t n_rows = argc > 2 ? strtoul(argv[2], NULL, 10) : 8192;
    unsigned long text_size = argc > 3 ? strtoul(argv[3], NULL, 10) : 306;
    unsigned long spread = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    struct gpuc_error error = {0};

    if ((strcmp(engine, "all") != 0 && !is_engine(engine)) || n_rows == 0 ||
        n_rows > 10000000 || text_size > 100000 || spread > 100000 ||
        n_rows * (text_size + spread) > UINT32_MAX) {
        fprintf(stderr, "usage: kernels [ENGINE|all [ROWS [TEXT_BYTES [SPREAD]]]]\n");
        return 2;
    }
    if (bench(engine, n_rows, (uint32_t)text_size, (uint32_t)spread, &error) != GPUC_OK) {
        fprintf(stderr, "kernels: %s\n", error.message);
        return 1;
    }
    return 0;
}
