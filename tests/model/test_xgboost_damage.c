/* SPDX-License-Identifier: Apache-2.0 */
/* Golden XGBoost models, cut off and changed at random, and loaded without memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden_models.h"
#include "model_damage.h"
#include "support/cmocka_all.h"

static size_t n_files, n_changed, n_models;

static void damage(const struct test_golden_case *item, const struct gpuc_loader *loader,
                   const char *name)
{
    char path[768];
    snprintf(path, sizeof path, "%s/%s", item->folder, name);
    struct test_file file = test_read_file(path);
    if (file.bytes == NULL)
        return;
    assert_true(test_model_loads(loader, file.bytes, file.size));
    assert_int_equal(test_model_truncations(loader, &file), 0);
    /* test_read_file() puts a zero byte behind the file. */
    assert_false(test_model_loads(loader, file.bytes, file.size + 1));
    n_models += test_model_changes(loader, &file, test_model_n_changes());
    n_changed += test_model_n_changes();
    n_files++;
    free(file.bytes);
}

static void damage_case(const struct test_golden_case *item)
{
    damage(item, &gpuc_loader_xgboost_json, "model.json");
    damage(item, &gpuc_loader_xgboost_ubjson, "model.ubj");
}

static size_t n_requests;

/* One file of each kind is enough: the others take the same ways. */
static void starve_case(const struct test_golden_case *item)
{
    static const char *const names[] = {"xgb_cat_strings", "xgb_dart", "xgb_gblinear",
                                        "xgb_multitarget_vector_leaf"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(item->name, names[i]) != 0)
            continue;
        struct test_file json = test_golden_file(item, "model.json");
        struct test_file ubjson = test_golden_file(item, "model.ubj");
        n_requests += test_model_memory(&gpuc_loader_xgboost_json, &json);
        n_requests += test_model_memory(&gpuc_loader_xgboost_ubjson, &ubjson);
        free(json.bytes);
        free(ubjson.bytes);
    }
}

static void test_memory(void **state)
{
    size_t n_own;
    (void)state;
    test_golden_each("xgb_", starve_case, &n_own);
    print_message("%zu requests for memory refused\n", n_requests);
    assert_true(n_requests > 200);
}

static void test_damage(void **state)
{
    size_t n_own;
    (void)state;
    test_golden_each("xgb_", damage_case, &n_own);
    print_message("%zu files, %zu changed ones, of which %zu are still models\n", n_files,
                  n_changed, n_models);
    assert_true(n_files >= 30);
    /* Most bytes are numbers of which any value is right, so some models remain. */
    assert_in_range(n_models, 1, n_changed - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
