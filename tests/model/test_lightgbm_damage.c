/* SPDX-License-Identifier: Apache-2.0 */
/* LightGBM files cut off and changed at random, and loaded while memory runs out. */
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "lightgbm_sample.h"
#include "model_damage.h"
#include "support/cmocka_all.h"

static void check_damage(const struct test_golden_case *item)
{
    struct test_file file = test_golden_file(item, "model.txt");

    size_t n_models = test_model_truncations(&gpuc_loader_lightgbm, &file);
    /* Without its last line feed a file is whole. With categories it is not without
     * more; else the importances, a few hundredths, do not matter. */
    if (strcmp(item->name, "lgb_cat_strings") == 0)
        assert_int_equal(n_models, 1);
    assert_in_range(n_models, 1, 10);
    test_model_changes(&gpuc_loader_lightgbm, &file, test_model_n_changes());
    free(file.bytes);
}

static void test_golden(void **state)
{
    size_t n_own;
    (void)state;
    assert_int_equal(test_golden_each("lgb_cat_strings", check_damage, &n_own), 1);
    assert_int_equal(test_golden_each("lgb_linear_tree", check_damage, &n_own), 2);
    assert_int_equal(test_golden_each("lgb_stumps", check_damage, &n_own), 1);
}

/* The sample has categories: it may be cut where the parameters or the tables end. */
static void test_every_cut(void **state)
{
    const uint8_t *sample = (const uint8_t *)test_lightgbm_sample;
    size_t size = strlen(test_lightgbm_sample);
    const char *end = strstr(test_lightgbm_sample, "end of parameters");
    size_t parameters_end = (size_t)(end - test_lightgbm_sample) + 17;
    (void)state;

    for (size_t i = 0; i <= size; i++) {
        bool is_whole = (i >= parameters_end && i <= parameters_end + 2) || i + 1 >= size;
        assert_int_equal(test_model_loads(&gpuc_loader_lightgbm, sample, i), is_whole);
    }
}

/* Nearly every change matters where a file is small: many of them. */
static void test_sample_changes(void **state)
{
    struct test_file file = {.bytes = (uint8_t *)strdup(test_lightgbm_sample),
                             .size = strlen(test_lightgbm_sample)};
    const size_t n = 20 * test_model_n_changes();
    (void)state;

    assert_non_null(file.bytes);
    size_t n_models = test_model_changes(&gpuc_loader_lightgbm, &file, n);
    assert_in_range(n_models, 1, n - 1);
    free(file.bytes);
}

static size_t n_requests;

static void starve_case(const struct test_golden_case *item)
{
    struct test_file file = test_golden_file(item, "model.txt");
    n_requests += test_model_memory(&gpuc_loader_lightgbm, &file);
    free(file.bytes);
}

static void test_memory(void **state)
{
    size_t n_own;
    (void)state;
    test_golden_each("lgb_cat_strings", starve_case, &n_own);
    test_golden_each("lgb_linear_tree_binary", starve_case, &n_own);
    print_message("%zu requests for memory refused\n", n_requests);
    assert_true(n_requests > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_sample_changes),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
