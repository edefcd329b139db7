/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What "auto" does of itself, with OpenCL devices that say that they are discrete GPUs:
 * drivers left alone where they cannot pay, GPUs timed, passed over and lost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opencl/failing_driver.h"
#include "opencl/known_jobs.h"
#include "support/cmocka_all.h"

/* Calls fail from now on as they are told to. */
static void set_fault(const char *function, long fail_at, cl_int code)
{
    reset_driver();
    driver.discrete_gpu = true;
    driver.function = function;
    driver.fail_at = fail_at;
    driver.code = code;
    driver.for_ever = true;
}

static struct gpuc_engine *open_for(const struct gpuc_engine_purpose *purpose)
{
    struct gpuc_engine *engine = NULL;
    struct gpuc_error error;
    if (gpuc_engine_open_for("auto", purpose, &engine, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    print_message("%s\n", gpuc_engine_choice(engine));
    assert_memory_equal(gpuc_engine_choice(engine), "auto chose ", 11);
    assert_memory_equal(gpuc_engine_choice(engine) + 11, gpuc_engine_device(engine)->name,
                        strlen(gpuc_engine_device(engine)->name));
    return engine;
}

static bool is_opencl(const struct gpuc_engine *engine)
{
    return strncmp(gpuc_engine_device(engine)->name, "opencl:", 7) == 0;
}

static void close_engine(struct gpuc_engine *engine)
{
    gpuc_engine_close(engine);
    assert_int_equal(driver.n_objects, 0);
}

static int look_for_device(void **state)
{
    static struct gpuc_device_list list;
    known_jobs_make(state);
    set_fault(NULL, NEVER, CL_SUCCESS);
    assert_int_equal(gpuc_devices_list(&list, NULL), GPUC_OK);
    if (strncmp(list.devices[0].name, "opencl:", 7) == 0 && list.devices[0].usable)
        return 0;
    print_message("auto with GPUs: skipped, there is no usable OpenCL device\n");
    exit(0);
}

/* No call of OpenCL is made, so that no driver is loaded. */
static void test_short_jobs(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        const struct gpuc_engine_purpose purpose = {
            .model = known_jobs[i].setup.model, .input_bytes = 5000, .n_threads = 1};
        set_fault(NULL, NEVER, CL_SUCCESS);
        struct gpuc_engine *engine = open_for(&purpose);
        assert_false(is_opencl(engine));
        assert_int_equal(driver.n_calls, 0);
        close_engine(engine);
    }
}

/* Whatever is found to be faster gives the same bytes. */
static void test_long_jobs(void **state)
{
    struct gpuc_job_report report;
    (void)state;
    assert_int_equal(setenv("GPUCLASSIFY_DISABLE", "avx512,avx2,sse42", 1), 0);
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        const struct gpuc_engine_purpose purpose = {.model = known_jobs[i].setup.model,
                                                    .n_threads = 2};
        set_fault(NULL, NEVER, CL_SUCCESS);
        struct gpuc_engine *engine = open_for(&purpose);
        known_job_check(&known_jobs[i], engine, 2, 50, &report);
        close_engine(engine);
    }
    unsetenv("GPUCLASSIFY_DISABLE");
}

static void test_failing_to_open(void **state)
{
    static const char *const functions[] = {"clBuildProgram", "clCreateContext",
                                            "clEnqueueNDRangeKernel"};
    struct gpuc_job_report report;
    (void)state;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        set_fault(functions[i], 0, CL_OUT_OF_RESOURCES);
        struct gpuc_engine *engine = open_for(NULL);
        assert_false(is_opencl(engine));
        assert_memory_equal(gpuc_engine_device(engine)->reason,
                            "passed over opencl:", 19);
        assert_non_null(strstr(gpuc_engine_device(engine)->reason, functions[i]));
        known_job_check(&known_jobs[i], engine, 2, 50, &report);
        assert_string_equal(report.warning, "");
        close_engine(engine);
    }
}

static void check_loss(const struct known_job *job, const char *function, long fail_at)
{
    struct gpuc_job_report report;
    set_fault(NULL, NEVER, CL_SUCCESS);
    struct gpuc_engine *engine = open_for(NULL);
    const char *name = gpuc_engine_device(engine)->name;
    assert_true(is_opencl(engine));
    set_fault(function, fail_at, CL_DEVICE_NOT_AVAILABLE);
    known_job_check(job, engine, 2, 50, &report);
    bool is_lost = driver.n_faults > 0;
    assert_int_equal(known_job_share(&report, name)->lost, is_lost);
    if (is_lost) {
        assert_memory_equal(report.warning, name, strlen(name));
        assert_non_null(strstr(report.warning, "CL_DEVICE_NOT_AVAILABLE"));
    } else {
        assert_string_equal(report.warning, "");
    }
    close_engine(engine);
}

static void test_loss(void **state)
{
    static const char *const functions[] = {"clEnqueueNDRangeKernel", "kernel",
                                            "clCreateCommandQueue", "clWaitForEvents"};
    (void)state;
    for (size_t i = 0; i < N_KNOWN_JOBS; i++) {
        for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++)
            check_loss(&known_jobs[i], functions[f], (i + f) % 2 == 0 ? 0 : 5);
    }
}

/* Nobody takes over from a device that the user named, alone or with others. */
static void test_forced_devices(void **state)
{
    static const char *const names[] = {"gpu", "gpu+cpu", "all"};
    struct gpuc_error error;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        set_fault(NULL, NEVER, CL_SUCCESS);
        struct gpuc_engine *engine = forest_open_engine(names[i]);
        assert_true(is_opencl(engine));
        set_fault("clEnqueueNDRangeKernel", 0, CL_OUT_OF_RESOURCES);
        known_job_check_failure(&known_jobs[i], engine, GPUC_EDEVICE, &error);
        assert_non_null(strstr(error.message, "clEnqueueNDRangeKernel"));
        close_engine(engine);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_jobs),      cmocka_unit_test(test_long_jobs),
        cmocka_unit_test(test_failing_to_open), cmocka_unit_test(test_loss),
        cmocka_unit_test(test_forced_devices),
    };
    return cmocka_run_group_tests(tests, look_for_device, known_jobs_free);
}
