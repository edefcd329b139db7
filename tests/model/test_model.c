/* SPDX-License-Identifier: Apache-2.0 */
/* Which texts name a model, and what is said of those that do not. */
#include "model/model.h"

#include "base/memory.h"
#include "kernels/blackbox_row.h"
#include "support/cmocka_all.h"

static void test_built_in(void **state)
{
    static const struct {
        const char *spec;
        uint32_t seeding, slowness;
    } cases[] = {
        {"blackbox", GPUC_SEED_PY3, 10},
        {"blackbox:py2", GPUC_SEED_PY2, 10},
        {"blackbox:py3", GPUC_SEED_PY3, 10},
        {"blackbox:slowness=0", GPUC_SEED_PY3, 0},
        {"blackbox:slowness=7", GPUC_SEED_PY3, 7},
        {"blackbox:slowness=1000000", GPUC_SEED_PY3, 1000000},
        {"blackbox:slowness=0000000000001", GPUC_SEED_PY3, 1},
        {"blackbox:py2,slowness=123", GPUC_SEED_PY2, 123},
        {"blackbox:slowness=123,py2", GPUC_SEED_PY2, 123},
        {"blackbox:py2,py3", GPUC_SEED_PY3, 10},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gpuc_model *model = NULL;
        struct gpuc_error error = {.message = ""};
        enum gpuc_status status = gpuc_model_open(cases[i].spec, NULL, &model, &error);
        assert_string_equal(error.message, "");
        assert_int_equal(status, GPUC_OK);
        assert_int_equal(model->kind, GPUC_MODEL_BLACKBOX);
        assert_int_equal(model->blackbox.seeding, cases[i].seeding);
        assert_int_equal(model->blackbox.slowness, cases[i].slowness);
        gpuc_model_free(model);
    }
    gpuc_model_free(NULL);
}

static void test_refused(void **state)
{
#define PARAMETERS " of blackbox: it takes py2 or py3, and slowness=N"
#define MODELS                                                                           \
  ": there is no such file, and the built-in models are blackbox, blackbox:py2 and "     \
  "blackbox:py3"
#define RANGE "slowness must be a number from 0 to 1000000, not "
    static const struct {
        const char *spec, *message;
    } cases[] = {
        {"", "unknown model ''" MODELS},
        {"Blackbox", "unknown model 'Blackbox'" MODELS},
        {"blackbo", "unknown model 'blackbo'" MODELS},
        {"blackbox2", "unknown model 'blackbox2'" MODELS},
        {"blackbox py2", "unknown model 'blackbox py2'" MODELS},
        {":py2", "unknown model ':py2'" MODELS},
        {"model.json", "unknown model 'model.json'" MODELS},
        {"blackbox:", "unknown parameter ''" PARAMETERS},
        {"blackbox:py2,", "unknown parameter ''" PARAMETERS},
        {"blackbox:py4", "unknown parameter 'py4'" PARAMETERS},
        {"blackbox:py2:py3", "unknown parameter 'py2:py3'" PARAMETERS},
        {"blackbox: py2", "unknown parameter ' py2'" PARAMETERS},
        {"blackbox:py2,,", "unknown parameter ''" PARAMETERS},
        {"blackbox:py2,fast,py3", "unknown parameter 'fast'" PARAMETERS},
        {"blackbox:slowness", "unknown parameter 'slowness'" PARAMETERS},
        {"blackbox:slowness=", "unknown parameter 'slowness='" PARAMETERS},
        {"blackbox:slowness=-1", RANGE "'-1'"},
        {"blackbox:slowness=1000001", RANGE "'1000001'"},
        {"blackbox:slowness=4294967297", RANGE "'4294967297'"},
        {"blackbox:slowness=18446744073709551616,py2", RANGE "'18446744073709551616'"},
        {"blackbox:slowness=1x", RANGE "'1x'"},
        {"blackbox:slowness= 1", RANGE "' 1'"},
        {"blackbox:slowness=1.0", RANGE "'1.0'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gpuc_model *model = NULL;
        struct gpuc_error error;
        assert_int_equal(gpuc_model_open(cases[i].spec, NULL, &model, &error),
                         GPUC_EMODEL);
        assert_int_equal(error.status, GPUC_EMODEL);
        assert_string_equal(error.message, cases[i].message);
        assert_null(model);
        assert_int_equal(gpuc_model_open(cases[i].spec, NULL, &model, NULL), GPUC_EMODEL);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    struct gpuc_model *model = NULL;
    struct gpuc_error error;
    gpuc_memory_fail_after(0, false);
    assert_int_equal(gpuc_model_open("blackbox", NULL, &model, &error), GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    assert_null(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_in),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
