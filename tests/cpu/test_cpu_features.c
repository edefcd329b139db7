/* SPDX-License-Identifier: Apache-2.0 */
/* What this CPU offers: printed, and checked for what must hold on every CPU. */
#include "cpu/cpu_features.h"

#include <string.h>

#include "cpu/kernels.h"
#include "support/cmocka_all.h"

static const struct gpuc_engine_ops *const families[] = {
    &gpuc_engine_ops_scalar,
    &gpuc_engine_ops_sse42,
    &gpuc_engine_ops_avx2,
    &gpuc_engine_ops_avx512,
};
enum { N_FAMILIES = sizeof families / sizeof *families };

static void test_reasons(void **state)
{
    (void)state;
    for (unsigned isa = GPUC_ISA_SCALAR; isa <= GPUC_ISA_AVX512; isa++) {
        char reason[160] = "untouched";
        bool usable = gpuc_cpu_supports((enum gpuc_cpu_isa)isa, reason, sizeof reason);
        assert_int_equal(usable, reason[0] == '\0');
        if (!usable)
            assert_memory_equal(reason, "this CPU ", 9);
        /* Too little room cuts the reason and nothing else. */
        char cut[5] = "////";
        assert_int_equal(gpuc_cpu_supports((enum gpuc_cpu_isa)isa, cut, 4), usable);
        assert_string_equal(cut, usable ? "" : "thi");
    }
    assert_true(gpuc_cpu_supports(GPUC_ISA_SCALAR, NULL, 0));
    print_message("SHA-256 instructions: %s\n", gpuc_cpu_has_sha() ? "yes" : "no");
}

static void test_name(void **state)
{
    char name[64] = "";
    char cut[4];
    (void)state;
    gpuc_cpu_name(name, sizeof name);
    print_message("%s\n", name);
    assert_true(name[0] != '\0' && name[0] != ' ');
    assert_true(name[strlen(name) - 1] != ' ');
    gpuc_cpu_name(cut, sizeof cut);
    assert_memory_equal(cut, name, 3);
    assert_int_equal(cut[3], '\0');
}

static void test_probe(void **state)
{
    struct gpuc_device_list list = {0};
    (void)state;
    for (size_t i = 0; i < N_FAMILIES; i++) {
        families[i]->probe(families[i], &list);
        assert_int_equal(list.n_devices, i + 1);
        const struct gpuc_device *device = &list.devices[i];
        print_message("%s: %s%s%s\n", device->name, device->summary,
                      device->usable ? "" : ", not usable: ", device->reason);
        assert_string_equal(device->name, families[i]->name);
        assert_string_equal(device->alias, "");
        assert_true(device->summary[0] != '\0');
        assert_int_equal(device->usable, device->reason[0] == '\0');
    }
    assert_true(list.devices[0].usable);
}

/* A full list stays as it is. */
static void test_probe_full_list(void **state)
{
    struct gpuc_device_list list = {0};
    size_t n_max = sizeof list.devices / sizeof *list.devices;
    (void)state;
    for (size_t i = 0; i < n_max + 3; i++)
        families[0]->probe(families[0], &list);
    assert_int_equal(list.n_devices, n_max);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_name),
        cmocka_unit_test(test_probe),
        cmocka_unit_test(test_probe_full_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
