/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast each instruction set turns feature values into rank codes, on one thread. CSV
 * on standard output; the checksum of every kernel must be that of scalar.
 *
 *     quantiser [ROWS [FEATURES [THRESHOLDS]]]
 *
 * One code column a feature. `uniform`: thresholds drawn from [0, 1), and values too;
 * `normal`: both nearly normal; `skewed`: e to the power of normal ones. Thresholds are
 * evenly spaced members of a sorted sample, as a trainer's histogram has them.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "cpu/kernels.h"
#include "engine.h"

enum { N_RUNS = 7 };

static const struct gpuc_engine_ops *const engines[] = {
    &gpuc_engine_ops_scalar,
    &gpuc_engine_ops_sse42,
    &gpuc_engine_ops_avx2,
    &gpuc_engine_ops_avx512,
};

enum distribution { UNIFORM, NORMAL, SKEWED, N_DISTRIBUTIONS };
static const char *const distribution_names[] = {"uniform", "normal", "skewed"};

struct setting {
    enum gpuc_number number;
    enum distribution distribution;
    uint32_t n_features;
    uint32_t n_thresholds;
    size_t n_rows;
};

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

static double next_unit(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 33) * 0x1p-31;
}

static double next_value(const struct setting *setting, uint64_t *state)
{
    double sum = 0.0;

    if (setting->distribution == UNIFORM)
        return next_unit(state);
    for (int i = 0; i < 12; i++)
        sum += next_unit(state);
    return setting->distribution == NORMAL ? sum - 6.0 : exp(sum - 6.0);
}

static double as_number(enum gpuc_number number, double value)
{
    return number == GPUC_FLOAT32 ? (double)(float)value : value;
}

/* Thresholds of one feature; fewer where some are equal. */
static uint32_t make_thresholds(const struct setting *setting, uint64_t *state,
                                double *thresholds)
{
    enum { N_PER_THRESHOLD = 64 };
    size_t n_sample = (size_t)N_PER_THRESHOLD * (setting->n_thresholds + 1);
    double *sample = gpuc_alloc(n_sample, sizeof *sample);
    uint32_t n = 0;

    if (sample == NULL)
        abort();
    for (size_t i = 0; i < n_sample; i++)
        sample[i] = as_number(setting->number, next_value(setting, state));
    qsort(sample, n_sample, sizeof *sample, by_value);
    for (uint32_t j = 0; j < setting->n_thresholds; j++) {
        double threshold = sample[(size_t)N_PER_THRESHOLD * (j + 1)];
        if (n == 0 || threshold > thresholds[n - 1])
            thresholds[n++] = threshold;
    }
    gpuc_free(sample);
    return n;
}

/* An image of features and columns, without trees. */
static struct gpuc_forest *make_forest(const struct setting *setting)
{
    uint32_t n_features = setting->n_features, n_thresholds = 0;
    uint32_t code_size = setting->n_thresholds <= UINT8_MAX    ? 1
                         : setting->n_thresholds <= UINT16_MAX ? 2
                                                               : 4;
    size_t columns_at = 1024 + (size_t)n_features * sizeof(struct gpuc_feature);
    size_t thresholds_at =
        columns_at + (size_t)n_features * sizeof(struct gpuc_code_column);
    thresholds_at = (thresholds_at + 63) / 64 * 64;
    columns_at = (columns_at + 3) / 4 * 4;
    size_t size =
        thresholds_at + (size_t)n_features * setting->n_thresholds * sizeof(double);
    uint8_t *image = gpuc_alloc(1, size);
    uint64_t state = 1;
    if (image == NULL)
        abort();

    struct gpuc_feature *features = (void *)(image + 1024);
    struct gpuc_code_column *columns = (void *)(image + columns_at);
    double *thresholds = (void *)(image + thresholds_at);
    for (uint32_t f = 0; f < n_features; f++) {
        uint32_t n = make_thresholds(setting, &state, thresholds + n_thresholds);
        features[f] = (struct gpuc_feature){f, 1, n_thresholds, n};
        columns[f] = (struct gpuc_code_column){
            .feature = f, .code_size = code_size, .place = f * code_size};
        n_thresholds += n;
    }
    struct gpuc_forest *forest = (void *)image;
    *forest = (struct gpuc_forest){
        .image_size = size,
        .number = setting->number,
        .n_features = n_features,
        .codes_size = n_features * code_size,
        .less_equal = setting->number == GPUC_FLOAT64,
        .flush_tiny = setting->number == GPUC_FLOAT64,
        .features = {1024, n_features},
        .columns = {columns_at, n_features},
        .thresholds = {thresholds_at, n_thresholds},
    };
    return forest;
}

static void *make_values(const struct setting *setting, size_t stride)
{
    size_t n = setting->n_features * stride;
    void *values = gpuc_alloc(n, gpuc_number_size(setting->number));
    uint64_t state = 2;

    if (values == NULL)
        abort();
    for (size_t i = 0; i < n; i++) {
        double value = next_value(setting, &state);
        if (setting->number == GPUC_FLOAT32)
            ((float *)values)[i] = (float)value;
        else
            ((double *)values)[i] = value;
    }
    return values;
}

/* FNV-1a of all codes. */
static uint64_t checksum(const uint8_t *bytes, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    return hash;
}

/* Once to warm up, then the median of N_RUNS. */
static double measure(gpuc_quantise_function *function,
                      const struct gpuc_quantiser *quantiser,
                      const struct gpuc_feature_rows *rows,
                      const struct gpuc_codes *codes)
{
    double seconds[N_RUNS];

    function(quantiser, rows, codes);
    for (size_t run = 0; run < N_RUNS; run++) {
        double start = now();
        function(quantiser, rows, codes);
        seconds[run] = now() - start;
    }
    qsort(seconds, N_RUNS, sizeof *seconds, by_value);
    return seconds[N_RUNS / 2];
}

static void print_line(const struct setting *setting, const char *engine, double seconds,
                       uint64_t sum)
{
    double n_values = (double)setting->n_rows * setting->n_features;
    printf("%s,%s,%s,%zu,%" PRIu32 ",%" PRIu32 ",%.3f,%.0f,%016" PRIx64 "\n", engine,
           setting->number == GPUC_FLOAT32 ? "float32" : "float64",
           distribution_names[setting->distribution], setting->n_rows,
           setting->n_features, setting->n_thresholds, 1e9 * seconds / n_values,
           1e-3 * (double)setting->n_rows / seconds, sum);
}

static bool bench(const struct setting *setting)
{
    size_t stride = (setting->n_rows + 63) / 64 * 64;
    struct gpuc_forest *forest = make_forest(setting);
    void *values = make_values(setting, stride);
    struct gpuc_feature_rows rows = {values, stride, setting->n_rows};
    size_t size = forest->codes_size * stride;
    struct gpuc_codes codes = {gpuc_alloc(1, size), stride, setting->n_rows};
    struct gpuc_quantiser quantiser;
    uint64_t expected = 0;
    bool equal = true;

    if (codes.bytes == NULL || gpuc_quantiser_init(&quantiser, forest, NULL) != GPUC_OK)
        abort();
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        const struct gpuc_cpu_kernels *kernels = engines[i]->kernels;
        char reason[64];
        if (kernels == NULL || !gpuc_cpu_supports(kernels->isa, reason, sizeof reason))
            continue;
        memset(codes.bytes, 0, size);
        double seconds = measure(kernels->quantise, &quantiser, &rows, &codes);
        uint64_t sum = checksum(codes.bytes, size);
        if (i == 0)
            expected = sum;
        print_line(setting, engines[i]->name, seconds, sum);
        equal = equal && sum == expected;
    }
    gpuc_quantiser_done(&quantiser);
    gpuc_free(codes.bytes);
    gpuc_free(values);
    gpuc_free(forest);
    return equal;
}

int main(int argc, char **argv)
{
    size_t n_rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 8192;
    unsigned long n_features = argc > 2 ? strtoul(argv[2], NULL, 10) : 28;
    unsigned long n_thresholds = argc > 3 ? strtoul(argv[3], NULL, 10) : 255;

    if (n_rows == 0 || n_rows > 10000000 || n_features == 0 || n_features > 10000 ||
        n_thresholds == 0 || n_thresholds > 1000000) {
        fprintf(stderr, "usage: quantiser [ROWS [FEATURES [THRESHOLDS]]]\n");
        return 2;
    }
    printf("engine,number,values,rows,features,thresholds,ns_per_value,krows_per_s,"
           "checksum\n");
    for (int i = 0; i < 2 * N_DISTRIBUTIONS; i++) {
        const struct setting setting = {
            .number = i < N_DISTRIBUTIONS ? GPUC_FLOAT32 : GPUC_FLOAT64,
            .distribution = (enum distribution)(i % N_DISTRIBUTIONS),
            .n_features = (uint32_t)n_features,
            .n_thresholds = (uint32_t)n_thresholds,
            .n_rows = n_rows,
        };
        if (!bench(&setting)) {
            fprintf(stderr, "quantiser: not what scalar gives\n");
            return 1;
        }
    }
    return 0;
}
