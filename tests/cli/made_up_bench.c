/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/made_up_bench.h"

#include <stdio.h>

#include "host/cli/bench/bench_figures.h"
#include "host/rows/random.h"

static void add_setup(struct test_bench *made_up, const char *name, uint32_t n_threads,
                      double seconds)
{
    struct gpuc_bench *bench = &made_up->bench;
    size_t i = bench->n_setups++;
    uint64_t random = i + 1;
    snprintf(made_up->devices[i].name, sizeof made_up->devices[i].name, "%s", name);
    made_up->setups[i] = (struct gpuc_bench_setup){
        .device = &made_up->devices[i], .n_threads = n_threads, .runs = made_up->runs[i]};
    snprintf(made_up->setups[i].summary, sizeof made_up->setups[i].summary,
             "<device> number %zu & more of what drivers have to say of theirs", i);
    for (size_t k = 0; k < TEST_BENCH_ROUNDS; k++) {
        struct gpuc_bench_run *run = &made_up->runs[i][k];
        double part = seconds / 10;
        run->seconds = seconds * (0.9 + 0.3 * gpuc_random_uniform(&random));
        run->report.seconds = (struct gpuc_stage_seconds){
            .read = part, .parse = 2 * part, .encode = part, .classify = 4 * part};
    }
}

void test_bench_fill(struct test_bench *made_up, uint32_t n_cores, size_t n_others,
                     bool awkward)
{
    struct gpuc_bench *bench = &made_up->bench;
    *made_up = (struct test_bench){.bench = {.date = "2030-12-31",
                                             .n_cores = n_cores,
                                             .n_rounds = TEST_BENCH_ROUNDS,
                                             .n_rows = 123456789,
                                             .n_different_rows = 123456789,
                                             .input_bytes = 1234567890,
                                             .output_bytes = 2345678901,
                                             .input = "in.csv",
                                             .sha256 = "0123456789abcdef",
                                             .setups = made_up->setups}};
    snprintf(bench->machine, sizeof bench->machine, "%s",
             awkward ? "<b>\"K\xc3\xbchn\" & S\xc3\xb6hne</b>, and a name that goes on "
                       "and on, as names of machines sometimes do"
                     : "Processor 1");
    snprintf(bench->model.name, sizeof bench->model.name, "%s",
             awkward ? "a&b<c>\"d'.json" : "model.json");
    snprintf(bench->model.what, sizeof bench->model.what, "500 trees of depth 6 at most");
    for (uint32_t n = 1; n < n_cores; n *= 2)
        add_setup(made_up, "avx512", n, 64.0 / n + 1);
    add_setup(made_up, "avx512", n_cores, 64.0 / n_cores + 1);
    for (size_t i = 0; i < bench->n_setups; i++)
        made_up->setups[i].is_scaling = true;
    made_up->setups[bench->n_setups - 1].is_device = true;
    for (size_t i = 0; i < n_others; i++) {
        char name[64];
        snprintf(name, sizeof name, awkward ? "opencl:<%zu>&\"'+%040d" : "opencl:0.%zu",
                 i, 7);
        add_setup(made_up, name, n_cores, 0.02 * (double)(i * i * i + 1));
        made_up->setups[bench->n_setups - 1].is_device = true;
    }
    gpuc_bench_figures(bench);
}
