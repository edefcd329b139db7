/* SPDX-License-Identifier: Apache-2.0 */
/* The engine list: names, aliases, the switch that disables, messages and the self-test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "disabled.h"

static const char *const cpu_names[] = {"avx512", "avx2", "sse42", "scalar"};
enum { N_CPU = sizeof cpu_names / sizeof cpu_names[0] };

static void set_disabled(const char *words)
{
    assert_int_equal(setenv("GPUCLASSIFY_DISABLE", words, 1), 0);
}

static int enable_all(void **state)
{
    (void)state;
    return unsetenv("GPUCLASSIFY_DISABLE");
}

static struct gpuc_device_list get_list(void)
{
    struct gpuc_device_list list;
    struct gpuc_error error = {0};

    if (gpuc_devices_list(&list, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    return list;
}

static const struct gpuc_device *find(const struct gpuc_device_list *list,
                                      const char *name)
{
    for (size_t i = 0; i < list->n_devices; i++) {
        if (strcmp(list->devices[i].name, name) == 0)
            return &list->devices[i];
    }
    return NULL;
}

/* Opens and closes; the device's own name, or the message of the failure. */
static enum gpuc_status try_open(const char *name, char *ret_text, size_t size)
{
    struct gpuc_engine *engine = NULL;
    struct gpuc_error error = {0};

    enum gpuc_status status = gpuc_engine_open(name, &engine, &error);
    const char *text =
        status == GPUC_OK ? gpuc_engine_device(engine)->name : error.message;
    snprintf(ret_text, size, "%s", text);
    gpuc_engine_close(engine);
    return status;
}

/* The first CPU engine of the list that can run here. */
static const char *best_cpu_name(const struct gpuc_device_list *list)
{
    for (size_t i = 0; i < N_CPU; i++) {
        if (find(list, cpu_names[i])->usable)
            return cpu_names[i];
    }
    return NULL;
}

static void test_list(void **state)
{
    struct gpuc_device_list list = get_list();
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < list.n_devices; i++) {
        const struct gpuc_device *device = &list.devices[i];
        print_message("%s (%s): %s%s%s\n", device->name, device->alias, device->summary,
                      device->usable ? "" : ", not usable: ", device->reason);
        assert_true(device->name[0] != '\0' && device->summary[0] != '\0');
        assert_int_equal(device->usable, device->reason[0] == '\0');
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(device->name, list.devices[k].name);
    }
    /* OpenCL first, then the CPU engines in their order, and nothing after them. */
    while (at < list.n_devices && strncmp(list.devices[at].name, "opencl", 6) == 0)
        at++;
    assert_true(at > 0);
    assert_int_equal(list.n_devices, at + N_CPU);
    for (size_t i = 0; i < N_CPU; i++)
        assert_string_equal(list.devices[at + i].name, cpu_names[i]);
    assert_true(find(&list, "scalar")->usable);
}

/* Every usable device opens by its name and alias, and passes its self-test. */
static void test_names(void **state)
{
    struct gpuc_device_list list = get_list();
    struct gpuc_error error;
    char text[1024];

    (void)state;
    for (size_t i = 0; i < list.n_devices; i++) {
        const struct gpuc_device *device = &list.devices[i];
        enum gpuc_status expected = device->usable ? GPUC_OK : GPUC_EDEVICE;
        assert_int_equal(try_open(device->name, text, sizeof text), expected);
        if (!device->usable) {
            print_message("%s: skipped, %s\n", device->name, device->reason);
            assert_non_null(strstr(text, device->reason));
            assert_int_equal(gpuc_device_check(device, &error), GPUC_EDEVICE);
            continue;
        }
        assert_string_equal(text, device->name);
        assert_int_equal(gpuc_device_check(device, &error), GPUC_OK);
        if (device->alias[0] != '\0') {
            assert_int_equal(try_open(device->alias, text, sizeof text), GPUC_OK);
            assert_string_equal(text, device->name);
        }
    }
}

static void test_words(void **state)
{
    struct gpuc_device_list list = get_list();
    char text[1024];

    (void)state;
    assert_int_equal(try_open("cpu", text, sizeof text), GPUC_OK);
    assert_string_equal(text, best_cpu_name(&list));
    assert_int_equal(try_open("auto", text, sizeof text), GPUC_OK);
    print_message("auto is %s\n", text);
    if (strncmp(text, "opencl", 6) != 0)
        assert_string_equal(text, best_cpu_name(&list));
}

static void test_unknown_names(void **state)
{
    static const char *const names[] = {"",        "avx",  "AVX2",     "opencl:99.0",
                                        "opencl:", "cpu0", "scalar:0", "sse42 "};
    char text[1024];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(try_open(names[i], text, sizeof text), GPUC_EDEVICE);
        assert_non_null(strstr(text, "; usable: "));
        assert_non_null(strstr(text, "scalar"));
    }
    assert_int_equal(try_open("avx", text, sizeof text), GPUC_EDEVICE);
    assert_memory_equal(text, "device 'avx': there is no such device; usable: ", 47);
}

static void test_lists_of_names(void **state)
{
    char text[1024];

    (void)state;
    set_disabled("avx512,avx2");
    assert_int_equal(try_open("scalar+sse42", text, sizeof text), GPUC_OK);
    assert_string_equal(text, "scalar+sse42");
    assert_int_equal(try_open("scalar+cpu", text, sizeof text), GPUC_OK);
    assert_string_equal(text, "scalar+sse42");
    assert_int_equal(try_open("cpu+sse42", text, sizeof text), GPUC_EUSAGE);
    assert_string_equal(text, "device 'cpu+sse42': sse42 is named twice: leave one out");
    assert_int_equal(try_open("scalar+scalar", text, sizeof text), GPUC_EUSAGE);
    assert_int_equal(try_open("scalar+auto", text, sizeof text), GPUC_EUSAGE);
    assert_string_equal(
        text, "device 'scalar+auto': auto cannot be combined with others: name it alone");
    assert_int_equal(try_open("all+scalar", text, sizeof text), GPUC_EUSAGE);
    assert_int_equal(try_open("scalar+avx2", text, sizeof text), GPUC_EDEVICE);
    assert_memory_equal(text,
                        "device 'avx2': disabled by GPUCLASSIFY_DISABLE; usable: ", 56);
    static const char *const lacking[] = {"+", "scalar+", "+scalar", "scalar++sse42",
                                          "scalar+nothing"};
    for (size_t i = 0; i < sizeof lacking / sizeof lacking[0]; i++) {
        assert_int_equal(try_open(lacking[i], text, sizeof text), GPUC_EDEVICE);
        assert_non_null(strstr(text, "': there is no such device; usable: "));
    }
}

/* The CPU engine, and no OpenCL device that has the same cores. */
static void test_all(void **state)
{
    struct gpuc_device_list list = get_list();
    char text[1024];

    (void)state;
    assert_int_equal(try_open("all", text, sizeof text), GPUC_OK);
    print_message("all is %s\n", text);
    const char *last = strrchr(text, '+');
    assert_string_equal(last != NULL ? last + 1 : text, best_cpu_name(&list));
    for (size_t i = 0; i < list.n_devices; i++) {
        if (strcmp(list.devices[i].alias, "opencl-cpu") == 0)
            assert_null(strstr(text, list.devices[i].name));
    }
    set_disabled("opencl");
    assert_int_equal(try_open("all", text, sizeof text), GPUC_OK);
    assert_string_equal(text, best_cpu_name(&list));
}

static void test_disabled_families(void **state)
{
    char text[1024];
    struct gpuc_device_list list;

    (void)state;
    for (size_t i = 0; i + 1 < N_CPU; i++) {
        set_disabled(cpu_names[i]);
        list = get_list();
        assert_false(find(&list, cpu_names[i])->usable);
        assert_string_equal(find(&list, cpu_names[i])->reason,
                            "disabled by GPUCLASSIFY_DISABLE");
        assert_int_equal(try_open(cpu_names[i], text, sizeof text), GPUC_EDEVICE);
        assert_non_null(strstr(text, "disabled by GPUCLASSIFY_DISABLE; usable: "));
        assert_int_equal(try_open("cpu", text, sizeof text), GPUC_OK);
        assert_string_equal(text, best_cpu_name(&list));
    }
    set_disabled("avx512,avx2,,sse42,opencl");
    list = get_list();
    assert_int_equal(list.n_devices, 1 + N_CPU);
    assert_string_equal(list.devices[0].name, "opencl");
    assert_int_equal(try_open("auto", text, sizeof text), GPUC_OK);
    assert_string_equal(text, "scalar");
    assert_int_equal(try_open("cpu", text, sizeof text), GPUC_OK);
    assert_string_equal(text, "scalar");
    assert_int_equal(try_open("gpu", text, sizeof text), GPUC_EDEVICE);
    /* Disabled, or not in this program at all. */
    char expected[256];
    snprintf(expected, sizeof expected, "device 'gpu': %s; usable: scalar",
             list.devices[0].reason);
    assert_string_equal(text, expected);
    assert_int_equal(try_open("opencl:0.0", text, sizeof text), GPUC_EDEVICE);
}

/* Single devices, by name and by alias. */
static void test_disabled_devices(void **state)
{
    struct gpuc_device_list list = get_list();
    char text[1024];
    unsigned n_tried = 0;

    (void)state;
    for (size_t i = 0; i < list.n_devices; i++) {
        const struct gpuc_device *device = &list.devices[i];
        const char *words[] = {device->name, device->alias};
        for (size_t k = 0; k < 2; k++) {
            if (!device->usable || device->alias[0] == '\0')
                continue;
            set_disabled(words[k]);
            struct gpuc_device_list disabled = get_list();
            assert_false(find(&disabled, device->name)->usable);
            assert_int_equal(try_open(device->name, text, sizeof text), GPUC_EDEVICE);
            assert_int_equal(try_open(device->alias, text, sizeof text), GPUC_EDEVICE);
            n_tried++;
        }
    }
    if (n_tried == 0) {
        print_message("%s: skipped, there is no usable OpenCL device\n", __func__);
        skip();
    }
}

/* Names that this machine or build may lack are fine; words that mean nothing are not. */
static void test_disabling_words(void **state)
{
    static const char *const good[] = {
        "", ",", "sha", "opencl", "opencl-gpu,opencl-cpu", "opencl:0.0", "opencl:12.34"};
    static const char *const bad[] = {"avx",         "avx2,foo",    "opencl:", "opencl:1",
                                      "opencl:1.",   "opencl:.1",   "AVX2",    " avx2",
                                      "opencl:1.1x", "opencl:1.1.1"};
    struct gpuc_device_list list;
    struct gpuc_error error;
    char text[1024];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        set_disabled(good[i]);
        assert_int_equal(gpuc_devices_list(&list, &error), GPUC_OK);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        set_disabled(bad[i]);
        assert_int_equal(gpuc_devices_list(&list, &error), GPUC_EUSAGE);
        assert_int_equal(try_open("scalar", text, sizeof text), GPUC_EUSAGE);
    }
    set_disabled("avx2,foo");
    assert_int_equal(gpuc_devices_list(&list, &error), GPUC_EUSAGE);
    assert_string_equal(error.message,
                        "GPUCLASSIFY_DISABLE: unknown name 'foo'; known: avx512, avx2, "
                        "sse42, sha, vbmi, opencl, opencl-gpu, opencl-cpu, "
                        "opencl:PLATFORM.DEVICE");
    set_disabled("avx2,scalar");
    assert_int_equal(gpuc_devices_list(&list, &error), GPUC_EUSAGE);
    assert_string_equal(error.message, "GPUCLASSIFY_DISABLE: scalar cannot be disabled");
}

/* Every name of the list is a word that the switch knows. */
static void test_every_name_can_be_disabled(void **state)
{
    struct gpuc_device_list list = get_list();

    (void)state;
    for (size_t i = 0; i + 1 < list.n_devices; i++) {
        set_disabled(list.devices[i].name);
        assert_int_equal(gpuc_disabled_check(NULL), GPUC_OK);
        assert_true(gpuc_disabled(list.devices[i].name));
        assert_false(gpuc_disabled("scalar"));
        assert_false(gpuc_disabled(""));
    }
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Opening a CPU engine, self-test included, is quick: a job may last 20 ms in all. */
static void test_opening_time(void **state)
{
    struct gpuc_device_list list = get_list();
    char text[1024];

    (void)state;
    for (size_t i = 0; i < N_CPU; i++) {
        double best = 1e9;
        if (!find(&list, cpu_names[i])->usable)
            continue;
        for (int k = 0; k < 5; k++) {
            double start = seconds_now();
            assert_int_equal(try_open(cpu_names[i], text, sizeof text), GPUC_OK);
            double seconds = seconds_now() - start;
            best = seconds < best ? seconds : best;
        }
        print_message("%s: opened in %.1f ms\n", cpu_names[i], best * 1e3);
        /* Ten times what it takes: sanitizers and busy machines are slow. */
        assert_true(best < 0.1);
    }
}

/* Memory runs out at each request of an opening in turn. */
static void test_no_memory(void **state)
{
    long n_requests = 0;
    enum gpuc_status status;

    (void)state;
    do {
        char text[1024];
        gpuc_memory_fail_after(n_requests++, true);
        status = try_open("scalar", text, sizeof text);
        gpuc_memory_fail_after(-1, false);
        assert_true(status == GPUC_OK || status == GPUC_ENOMEM);
    } while (status != GPUC_OK);
    assert_true(n_requests > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_list, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_names, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_words, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_unknown_names, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_lists_of_names, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_all, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_disabled_families, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_disabled_devices, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_disabling_words, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_every_name_can_be_disabled, enable_all,
                                        enable_all),
        cmocka_unit_test_setup_teardown(test_opening_time, enable_all, enable_all),
        cmocka_unit_test_setup_teardown(test_no_memory, enable_all, enable_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
