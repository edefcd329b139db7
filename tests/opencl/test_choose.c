/* SPDX-License-Identifier: Apache-2.0 */
/* The cost model of "auto", with figures as they may be measured. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "host/choose.h"
#include "support/cmocka_all.h"

/* Figures, and what they should come to; nanoseconds a row. */
struct known {
    const char *what;
    double n_rows, n_cores, host_ns, cpu_ns, gpu_ns, open_seconds;
    enum gpuc_choice choice;
    double seconds; /* of the choice */
};

static const struct known table[] = {
    {"not worth two", 1e9, 8, 800, 8000, 200, 0.3, GPUC_CHOICE_GPU, 200.3},
    {"no row", 0, 8, 500, 500, 1, 0.3, GPUC_CHOICE_CPU, 0},
    {"a short job", 1e5, 8, 500, 500, 1, 0.3, GPUC_CHOICE_CPU, 0.0125},
    {"just too short", 1e6, 1, 500, 299, 0, 0.3, GPUC_CHOICE_CPU, 0.799},
    {"a long job that the GPU does beside", 1e9, 8, 800, 8000, 10, 0.3, GPUC_CHOICE_GPU,
     100.3},
    {"a GPU that cores wait for", 1e9, 8, 800, 8000, 400, 0.3, GPUC_CHOICE_BOTH, 314.586},
    {"a GPU that is no faster than one core", 1e9, 16, 800, 800, 800, 0, GPUC_CHOICE_CPU,
     100},
    {"a slow GPU beside one core", 1e9, 1, 100, 1000, 1000, 0, GPUC_CHOICE_BOTH, 550},
    {"trees that are next to nothing", 1e9, 8, 800, 8, 1, 0, GPUC_CHOICE_CPU, 101},
    {"a GPU that is slower than the CPU", 1e9, 8, 80, 80, 1e6, 0, GPUC_CHOICE_CPU, 20},
    {"a GPU that takes no time", 1e9, 8, 800, 8000, 0, 0.3, GPUC_CHOICE_GPU, 100.3},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct known *known = &table[i];
        const struct gpuc_figures figures = {.n_rows = known->n_rows,
                                             .n_cores = known->n_cores,
                                             .host_seconds = known->host_ns * 1e-9,
                                             .cpu_seconds = known->cpu_ns * 1e-9,
                                             .gpu_seconds = known->gpu_ns * 1e-9,
                                             .open_seconds = known->open_seconds,
                                             .has_gpu = true};
        double seconds[GPUC_N_CHOICES];
        enum gpuc_choice choice = gpuc_choose(&figures, seconds);
        if (choice != known->choice ||
            fabs(seconds[choice] - known->seconds) > 1e-3 * known->seconds)
            fail_msg("%s: choice %d, %.4f s; cpu %.4f, gpu %.4f, both %.4f", known->what,
                     (int)choice, seconds[choice], seconds[GPUC_CHOICE_CPU],
                     seconds[GPUC_CHOICE_GPU], seconds[GPUC_CHOICE_BOTH]);
        /* Both are never worse than the GPU alone. */
        assert_true(seconds[GPUC_CHOICE_BOTH] <= seconds[GPUC_CHOICE_GPU] * (1 + 1e-12));
    }
}

static void test_without_gpu(void **state)
{
    const struct gpuc_figures figures = {
        .n_rows = 1e9, .n_cores = 2, .host_seconds = 1e-7, .cpu_seconds = 1e-3};
    double seconds[GPUC_N_CHOICES];
    (void)state;
    assert_int_equal(gpuc_choose(&figures, seconds), GPUC_CHOICE_CPU);
    assert_true(isinf(seconds[GPUC_CHOICE_GPU]) && isinf(seconds[GPUC_CHOICE_BOTH]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_without_gpu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
