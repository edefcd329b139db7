/* SPDX-License-Identifier: Apache-2.0 */
/* Exact sums and bins at their edges, and tallies that are merged in any order. */
#include <float.h>
#include <math.h>

#include "gpuclassify.h"
#include "jobs/score_bins.h"
#include "jobs/tally.h"
#include "math/exact_sum.h"
#include "support/cmocka_all.h"

static double sum(const double *terms, size_t n_terms)
{
    int64_t words[GPUC_SUM_WORDS] = {0};
    for (size_t i = 0; i < n_terms; i++)
        gpuc_exact_sum_add(words, terms[i]);
    gpuc_exact_sum_carry(words);
    return gpuc_exact_sum_round(words);
}

static void sums_are_rounded_once(void **state)
{
    static const struct {
        double terms[6];
        double sum;
    } cases[] = {
        {{0}, 0},
        {{0.1, 0.2, -0.3}, 0x1p-55}, /* 0.1 + 0.2 is not 0.3 in binary */
        {{1e308, 1e308, -1e308, -1e308, DBL_TRUE_MIN}, DBL_TRUE_MIN},
        {{DBL_MAX, DBL_MAX}, (double)INFINITY},
        {{-DBL_MAX, -DBL_MAX}, -(double)INFINITY},
        {{DBL_MIN, -DBL_TRUE_MIN}, DBL_MIN - DBL_TRUE_MIN},
        {{-1, 0x1p-60, -0x1p-60}, -1},
        /* Ties go to even, and the least bit behind one decides. */
        {{1, 0x1p-53}, 1},
        {{1, 0x1p-52, 0x1p-53}, 1 + 0x1p-51},
        {{1, 0x1p-53, 0x1p-1074}, 1 + 0x1p-52},
        {{-1, -0x1p-53, -0x1p-1074}, -1 - 0x1p-52},
        {{0x1p60, 1, -0x1p60, 0.5}, 1.5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_true(sum(cases[i].terms, 6) == cases[i].sum);
}

static void words_carry_often_enough(void **state)
{
    int64_t words[GPUC_SUM_WORDS] = {0};
    (void)state;
    for (int round = 0; round < 3000; round++) {
        for (int i = 0; i < 10; i++)
            gpuc_exact_sum_add(words, -0x1.fffffffffffffp+100);
        gpuc_exact_sum_carry(words);
    }
    /* 30000 (2^101 - 2^48) */
    assert_true(gpuc_exact_sum_round(words) == -30000.0 * 0x1.fffffffffffffp+100);
}

static void check_number(double value)
{
    double low, high;
    size_t bin = gpuc_number_bin(value);
    assert_true(bin < GPUC_NUMBER_BINS);
    gpuc_number_bin_edges(bin, &low, &high);
    assert_true(high < 0 || low > 0 ? true : low == -high);
    if (low < 0 && high < 0)
        assert_true(low < value && value <= high);
    else if (low < 0)
        assert_true(low < value && value < high);
    else
        assert_true(low <= value && (value < high || isinf(high)));
}

static void edges_are_those_of_the_bins(void **state)
{
    (void)state;
    for (size_t bin = 0; bin < GPUC_NUMBER_BINS; bin++) {
        double edges[2];
        gpuc_number_bin_edges(bin, &edges[0], &edges[1]);
        assert_true(edges[0] < edges[1]);
        for (int i = 0; i < 2; i++) {
            if (isinf(edges[i]))
                continue;
            check_number(edges[i]);
            check_number(nextafter(edges[i], -(double)INFINITY));
            check_number(nextafter(edges[i], (double)INFINITY));
        }
    }
    check_number(0);
    check_number(DBL_MAX);
    assert_int_equal(gpuc_number_bin((double)INFINITY), GPUC_NUMBER_BINS - 1);
    assert_int_equal(gpuc_number_bin(-(double)INFINITY), 0);
    assert_int_equal(gpuc_probability_bin(0), 0);
    assert_int_equal(gpuc_probability_bin(nextafter(0.5, 0)), 24);
    assert_int_equal(gpuc_probability_bin(0.5), 25);
    assert_int_equal(gpuc_probability_bin(1), 49);
}

static void tallies_can_be_merged(void **state)
{
    static const double scores[] = {1.5, (double)NAN, -0.0, 0, -7, (double)INFINITY};
    static const uint32_t labels[] = {1, 0, 1, 1, 0, 1};
    const struct gpuc_tally_shape shape = {
        .n_features = 1, .n_labels = 2, .groups = {{"margin", 1, false}}, .n_groups = 1};
    struct gpuc_bytes all = {0}, part = {0};
    struct gpuc_job_statistics statistics;
    (void)state;
    assert_int_equal(gpuc_tally_begin(&shape, &all, NULL), GPUC_OK);
    for (size_t i = 6; i-- > 0;) {
        const struct gpuc_tally_rows row = {&scores[i], GPUC_FLOAT64, 1, 1};
        assert_int_equal(gpuc_tally_begin(&shape, &part, NULL), GPUC_OK);
        gpuc_tally_features(&shape, &part, &row);
        gpuc_tally_labels(&shape, &part, &labels[i], 1, 1);
        gpuc_tally_scores(&shape, &part, 0, &row);
        gpuc_tally_merge(&shape, &all, &part);
    }
    assert_int_equal(gpuc_tally_finish(&shape, &all, &statistics, NULL), GPUC_OK);
    assert_int_equal(statistics.features[0].n_missing, 1);
    assert_int_equal(statistics.labels[0], 2);
    assert_int_equal(statistics.labels[1], 4);
    const struct gpuc_score_statistics *score = &statistics.scores[0];
    assert_string_equal(score->name, "margin");
    assert_int_equal(score->n_values, 5);
    assert_int_equal(score->n_nan, 1);
    assert_true(score->lowest == -7 && isinf(score->highest) && isinf(score->mean));
    assert_int_equal(score->n_bins, 4);
    assert_int_equal(score->bins[1].n_values, 2);
    gpuc_job_statistics_done(&statistics);
    gpuc_bytes_done(&all);
    gpuc_bytes_done(&part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_rounded_once),
        cmocka_unit_test(words_carry_often_enough),
        cmocka_unit_test(edges_are_those_of_the_bins),
        cmocka_unit_test(tallies_can_be_merged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
