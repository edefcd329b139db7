/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the bench: what is planned, compared, counted and made of the runs. */
#include <stdlib.h>
#include <string.h>

#include "cli/made_up_bench.h"
#include "host/cli/bench/bench_figures.h"
#include "host/cli/bench/bench_input.h"
#include "host/cli/bench/bench_job.h"
#include "host/cli/bench/bench_plan.h"
#include "host/cli/bench/bench_visits.h"
#include "host/cli/bench/svg_plot.h"
#include "support/cases.h"
#include "support/cmocka_all.h"

#define MODELS GPUC_TEST_DATA "/golden/models/"

static void check_threads(struct gpuc_counts wanted, uint32_t n_cores, size_t n,
                          const uint32_t *expected)
{
    struct gpuc_bench_threads threads = gpuc_bench_choose_threads(&wanted, n_cores);
    assert_int_equal(threads.n_items, n);
    assert_memory_equal(threads.items, expected, n * sizeof *expected);
}

static void threads_double_up_to_the_cores(void **state)
{
    struct gpuc_counts all = {.n_items = GPUC_COUNTS_MAX};
    (void)state;
    check_threads((struct gpuc_counts){0}, 1, 1, (uint32_t[]){1});
    check_threads((struct gpuc_counts){0}, 2, 2, (uint32_t[]){1, 2});
    check_threads((struct gpuc_counts){0}, 6, 4, (uint32_t[]){1, 2, 4, 6});
    check_threads((struct gpuc_counts){0}, 8, 4, (uint32_t[]){1, 2, 4, 8});
    check_threads((struct gpuc_counts){{7, 3, 3, 1024}, 4}, 2, 4,
                  (uint32_t[]){1, 3, 7, 1024});
    for (uint32_t i = 0; i < GPUC_COUNTS_MAX; i++)
        all.items[i] = GPUC_COUNTS_MAX + 1 - i;
    assert_int_equal(gpuc_bench_choose_threads(&all, 2).n_items, GPUC_COUNTS_MAX + 1);
}

static void the_median_is_in_the_middle(void **state)
{
    static const double seconds[] = {5, 1, 4, 2, 30, 3};
    struct gpuc_device device = {.name = "x"};
    (void)state;
    for (uint32_t n = 5; n <= 6; n++) {
        struct gpuc_bench_run runs[6] = {0};
        struct gpuc_bench_setup setup = {.device = &device, .n_threads = 1, .runs = runs};
        struct gpuc_bench bench = {
            .n_rounds = n, .n_rows = 100, .setups = &setup, .n_setups = 1};
        for (uint32_t i = 0; i < n; i++)
            runs[i].seconds = seconds[i];
        gpuc_bench_figures(&bench);
        assert_true(setup.lowest == 1 && setup.highest == 30 && setup.speed_up == 1);
        assert_true(setup.median == (n == 5 ? 4 : 3.5));
        assert_true(setup.rows_per_s == 100 / setup.median);
    }
}

/* What the engine's shares do not tell is `other`; nothing is lost or counted twice. */
static void stages_add_up(void **state)
{
    struct gpuc_job_report report = {
        .seconds = {.read = 1,
                    .survey = 2,
                    .parse = 3,
                    .encode = 4,
                    .classify = 50,
                    .format = 6,
                    .write = 7},
        .n_shares = 2,
        .shares = {{.quantise_seconds = 8, .kernel_seconds = 9},
                   {.quantise_seconds = 1, .copy_seconds = 10, .kernel_seconds = 11}}};
    double stages[GPUC_BENCH_N_STAGES], sum = 0;
    (void)state;
    gpuc_bench_stages(&report, stages);
    for (size_t i = 0; i < GPUC_BENCH_N_STAGES; i++)
        sum += stages[i];
    assert_true(sum == 73);
    assert_true(stages[GPUC_BENCH_QUANTISE] == 9 && stages[GPUC_BENCH_COPY] == 10);
    assert_true(stages[GPUC_BENCH_KERNEL] == 20 && stages[GPUC_BENCH_OTHER] == 11);
    report.shares[1].kernel_seconds = 1000; /* while the host did other work */
    gpuc_bench_stages(&report, stages);
    assert_true(stages[GPUC_BENCH_OTHER] == 0);
}

static void what_bounds_a_run_is_said(void **state)
{
    struct gpuc_device device = {.name = "opencl:0.0"};
    struct gpuc_bench_run run = {
        .seconds = 10,
        .report = {.seconds = {.parse = 8, .encode = 6, .read = 1, .classify = 5},
                   .n_shares = 1,
                   .shares = {{.name = "opencl:0.0", .kernel_seconds = 2}}}};
    struct gpuc_bench_setup setup = {.device = &device, .n_threads = 2, .runs = &run};
    struct gpuc_bench bench = {
        .n_rounds = 1, .n_rows = 1, .setups = &setup, .n_setups = 1};
    (void)state;
    gpuc_bench_figures(&bench);
    assert_string_equal(setup.bound,
                        "parse and encode are 93 % of the work of 2 threads; "
                        "kernels run 20 % of the time: the device waits");
    run.report.shares[0].kernel_seconds = 9;
    gpuc_bench_figures(&bench);
    assert_string_equal(
        setup.bound, "kernels of opencl:0.0 run 90 % of the time: the device bounds it");
}

/* ---- runs ------------------------------------------------------------------------ */

struct fixture {
    struct gpuc_model *model;
    struct gpuc_engine *engine;
    struct gpuc_bench_input input;
    const char *path;
    struct gpuc_bench_job job;
    struct gpuc_bench_run run;
};

static void open_fixture(struct fixture *fixture, const char *model, uint64_t n_rows)
{
    *fixture = (struct fixture){.job.options = GPUC_JOB_OPTIONS_INIT};
    assert_int_equal(gpuc_model_open(model, NULL, &fixture->model, NULL), GPUC_OK);
    assert_int_equal(gpuc_engine_open("scalar", &fixture->engine, NULL), GPUC_OK);
    assert_int_equal(gpuc_bench_input_init(&fixture->input, fixture->model, n_rows, NULL),
                     GPUC_OK);
    fixture->path = fixture->input.path;
    fixture->job.model = fixture->model;
    fixture->job.is_quiet = true;
    fixture->job.options.input_paths = &fixture->path;
    fixture->job.options.n_input_paths = 1;
    fixture->job.options.no_header = fixture->model->kind == GPUC_MODEL_FOREST;
}

static void close_fixture(struct fixture *fixture)
{
    gpuc_bench_job_done(&fixture->job);
    gpuc_bench_input_done(&fixture->input);
    gpuc_engine_close(fixture->engine);
    gpuc_model_free(fixture->model);
}

static void outputs_are_compared_byte_for_byte(void **state)
{
    struct fixture f;
    struct gpuc_model *other = NULL;
    struct gpuc_error error;
    (void)state;
    open_fixture(&f, "blackbox:py3,slowness=0", 300);
    assert_int_equal(gpuc_bench_job_keep(&f.job, f.engine, 1, "", &f.run, NULL), GPUC_OK);
    assert_int_equal(f.run.report.rows, 300);
    assert_int_equal(gpuc_bench_job_compare(&f.job, f.engine, 2, "", &f.run, NULL),
                     GPUC_OK);
    assert_int_equal(gpuc_model_open("blackbox:py2,slowness=0", NULL, &other, NULL),
                     GPUC_OK);
    f.job.model = other;
    assert_int_equal(gpuc_bench_job_compare(&f.job, f.engine, 2, "", &f.run, &error),
                     GPUC_EDATA);
    assert_non_null(strstr(error.message, "scalar with 2 threads: the output differs"));
    /* In the first row, long before their sizes tell. */
    const char *place = strstr(error.message, "from byte ");
    assert_non_null(place);
    assert_true(strtoul(place + 10, NULL, 10) < f.job.reference.size / 300);
    f.job.model = f.model;
    /* Less and more than there should be. */
    f.job.reference.n_times = 2;
    assert_int_equal(gpuc_bench_job_compare(&f.job, f.engine, 1, "", &f.run, &error),
                     GPUC_EDATA);
    f.job.reference.n_times = 1;
    assert_int_equal(gpuc_bench_input_repeat(&f.input, 2, NULL), GPUC_OK);
    assert_int_equal(gpuc_bench_job_compare(&f.job, f.engine, 1, "", &f.run, &error),
                     GPUC_EDATA);
    gpuc_model_free(other);
    close_fixture(&f);
}

static void repeated_rows_give_repeated_outputs(void **state)
{
    static const char *const models[] = {"blackbox:py3,slowness=0",
                                         MODELS "lgb_cat_strings/model.txt",
                                         MODELS "xgb_multilabel/model.ubj"};
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        struct fixture f;
        open_fixture(&f, models[i], 101);
        assert_int_equal(gpuc_bench_job_keep(&f.job, f.engine, 1, "", &f.run, NULL),
                         GPUC_OK);
        assert_int_equal(gpuc_bench_input_repeat(&f.input, 7, NULL), GPUC_OK);
        f.job.reference.n_times = 7;
        assert_int_equal(gpuc_bench_job_compare(&f.job, f.engine, 2, "", &f.run, NULL),
                         GPUC_OK);
        assert_int_equal(f.run.report.rows, 707);
        assert_int_equal(f.run.report.input_bytes, f.input.size);
        close_fixture(&f);
    }
}

/* Trees of one split: every row meets one in each. */
static void splits_are_counted(void **state)
{
    struct fixture f;
    double visits;
    uint64_t n_rows;
    (void)state;
    open_fixture(&f, MODELS "lgb_stumps/model.txt", 50);
    assert_int_equal(gpuc_bench_visits_count(&f.job, f.engine, &visits, &n_rows, NULL),
                     GPUC_OK);
    assert_int_equal(n_rows, 50);
    assert_true(visits == f.model->forest->n_trees);
    close_fixture(&f);
    /* At most as many as the trees are deep, and the scan stops early. */
    open_fixture(&f, MODELS "xgb_softmax3/model.ubj", 100000);
    assert_int_equal(gpuc_bench_visits_count(&f.job, f.engine, &visits, &n_rows, NULL),
                     GPUC_OK);
    assert_true(n_rows >= 1000 && n_rows < 50000);
    double most = 0;
    for (uint32_t t = 0; t < f.model->forest->n_trees; t++)
        most += gpuc_forest_trees(f.model->forest)[t].depth;
    assert_true(visits > most / 2 && visits <= most);
    close_fixture(&f);
    open_fixture(&f, MODELS "xgb_gblinear/model.ubj", 10);
    assert_int_equal(gpuc_bench_visits_count(&f.job, f.engine, &visits, &n_rows, NULL),
                     GPUC_OK);
    assert_true(visits == 0 && n_rows == 0);
    close_fixture(&f);
}

/* ---- pictures -------------------------------------------------------------------- */

static void steps_are_round_and_few(void **state)
{
    (void)state;
    double high = 1e-3;
    for (int i = 0; i < 110; i++) {
        high *= 1.37;
        double step = gpuc_svg_step(high, 6);
        assert_true(high / step <= 6.0001 && high / step > 2);
    }
    assert_true(gpuc_svg_step(2, 9) == 0.5 && gpuc_svg_step(9, 9) == 1);
    char text[32];
    gpuc_svg_short_number(0, text, sizeof text);
    assert_string_equal(text, "0");
    gpuc_svg_short_number(1500000, text, sizeof text);
    assert_string_equal(text, "1.5 M");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_double_up_to_the_cores),
        cmocka_unit_test(the_median_is_in_the_middle),
        cmocka_unit_test(stages_add_up),
        cmocka_unit_test(what_bounds_a_run_is_said),
        cmocka_unit_test(outputs_are_compared_byte_for_byte),
        cmocka_unit_test(repeated_rows_give_repeated_outputs),
        cmocka_unit_test(splits_are_counted),
        cmocka_unit_test(steps_are_round_and_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
