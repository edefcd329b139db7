/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of OpenCL devices and errors, without any device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/opencl/cl_probe.h"

/* A device that has all that is needed. */
static const struct gpuc_cl_device good_device = {
    .type = CL_DEVICE_TYPE_GPU,
    .available = CL_TRUE,
    .compiler = CL_TRUE,
    .little_endian = CL_TRUE,
    .version_major = 1,
    .version_minor = 2,
    .n_units = 20,
    .memory_size = UINT64_C(8) << 30,
    .max_alloc_size = UINT64_C(2) << 30,
    .profile = "FULL_PROFILE",
    .name = "Model 5",
    .vendor = "Some Vendor",
    .driver = "1.0",
};

static void expect_reason(const struct gpuc_cl_device *device, const char *expected)
{
    char reason[160];

    gpuc_cl_device_reason(device, reason, sizeof reason);
    assert_string_equal(reason, expected);
}

static void test_reasons(void **state)
{
    struct gpuc_cl_device device = good_device;

    (void)state;
    expect_reason(&device, "");
    device.version_major = 3;
    device.version_minor = 0;
    expect_reason(&device, "");
    device.type = CL_DEVICE_TYPE_ACCELERATOR;
    expect_reason(&device, "");

    device = good_device;
    device.available = CL_FALSE;
    expect_reason(&device, "the device is not available");
    device = good_device;
    device.type = CL_DEVICE_TYPE_CUSTOM;
    expect_reason(&device, "a custom device does not run OpenCL C");
    device = good_device;
    device.compiler = CL_FALSE;
    expect_reason(&device, "the driver has no compiler");
    device = good_device;
    device.version_minor = 1;
    expect_reason(&device, "OpenCL 1.2 is needed, the device has 1.1");
    device.version_major = 0;
    expect_reason(&device, "the device does not tell its OpenCL version");
    device = good_device;
    memcpy(device.profile, "EMBEDDED_PROFILE", sizeof "EMBEDDED_PROFILE");
    expect_reason(&device,
                  "the full profile is needed, the device has 'EMBEDDED_PROFILE'");
    device = good_device;
    device.little_endian = CL_FALSE;
    expect_reason(&device, "the device is big-endian");
    device = good_device;
    device.max_alloc_size = 0;
    expect_reason(&device, "the device does not tell how much memory it has");
}

static void test_summary(void **state)
{
    struct gpuc_cl_device device = good_device;
    char summary[160];

    (void)state;
    gpuc_cl_device_summary(&device, summary, sizeof summary);
    assert_string_equal(summary,
                        "OpenCL GPU: Model 5 (Some Vendor, driver 1.0), 20 units, "
                        "8.0 GiB");
    device.type = CL_DEVICE_TYPE_CPU;
    gpuc_cl_device_summary(&device, summary, sizeof summary);
    assert_memory_equal(summary, "OpenCL CPU: ", 12);
    device.type = CL_DEVICE_TYPE_ACCELERATOR;
    gpuc_cl_device_summary(&device, summary, sizeof summary);
    assert_memory_equal(summary, "OpenCL accelerator: ", 20);
}

static void test_discrete_gpu(void **state)
{
    struct gpuc_cl_device device = good_device;

    (void)state;
    assert_true(gpuc_cl_device_is_discrete_gpu(&device));
    device.unified = CL_TRUE;
    assert_false(gpuc_cl_device_is_discrete_gpu(&device));
    device = good_device;
    device.type = CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_CPU;
    assert_false(gpuc_cl_device_is_discrete_gpu(&device));
    device.type = CL_DEVICE_TYPE_CPU;
    assert_false(gpuc_cl_device_is_discrete_gpu(&device));
}

/* Vectors longer than OpenCL's are for PoCL's CPUs alone. */
static void test_lane_bytes(void **state)
{
    struct gpuc_cl_device device = good_device;

    (void)state;
    device.pocl = true;
    assert_int_equal(gpuc_cl_device_lane_bytes(&device), 0);
    device.type = CL_DEVICE_TYPE_CPU;
    assert_int_equal(gpuc_cl_device_lane_bytes(&device), 64);
    device.pocl = false;
    assert_int_equal(gpuc_cl_device_lane_bytes(&device), 16);
}

/* All three of round to nearest, infinities and NaN, and denormals, for each type. */
static void test_exact_additions(void **state)
{
    const cl_device_fp_config all = CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN | CL_FP_DENORM;
    static const cl_device_fp_config parts[] = {CL_FP_ROUND_TO_NEAREST, CL_FP_INF_NAN,
                                                CL_FP_DENORM};
    struct gpuc_cl_device device = good_device;

    (void)state;
    assert_false(gpuc_cl_device_adds_exactly(&device, 32));
    assert_false(gpuc_cl_device_adds_exactly(&device, 64));
    device.float32_config = all | CL_FP_FMA;
    assert_true(gpuc_cl_device_adds_exactly(&device, 32));
    assert_false(gpuc_cl_device_adds_exactly(&device, 64));
    device.float64_config = all;
    assert_true(gpuc_cl_device_adds_exactly(&device, 64));
    for (size_t i = 0; i < 3; i++) {
        device.float32_config = device.float64_config = all & ~parts[i];
        assert_false(gpuc_cl_device_adds_exactly(&device, 32));
        assert_false(gpuc_cl_device_adds_exactly(&device, 64));
    }
}

static void test_no_such_device(void **state)
{
    struct gpuc_cl_device device;
    struct gpuc_error error = {0};

    (void)state;
    assert_int_equal(gpuc_cl_device_find(1000, 0, &device, &error), GPUC_EDEVICE);
    assert_true(strlen(error.message) > 0);
    assert_int_equal(gpuc_cl_device_find(0, 1000, &device, &error), GPUC_EDEVICE);
    assert_true(strlen(error.message) > 0);
}

static cl_int fail_with(cl_int code)
{
    return code;
}

static void test_errors(void **state)
{
    struct gpuc_error error = {0};

    (void)state;
    assert_int_equal(GPUC_CL(&error, fail_with(CL_SUCCESS)), GPUC_OK);
    assert_int_equal(GPUC_CL(&error, fail_with(CL_INVALID_VALUE)), GPUC_EDEVICE);
    assert_string_equal(error.message, "fail_with: CL_INVALID_VALUE (-30)");
    assert_int_equal(gpuc_cl_check(-9999, "clFinish", &error), GPUC_EDEVICE);
    assert_string_equal(error.message, "clFinish: unknown code (-9999)");
    assert_int_equal(gpuc_cl_check(CL_OUT_OF_RESOURCES, "clFinish", &error), GPUC_ENOMEM);
    assert_string_equal(error.message, "clFinish: CL_OUT_OF_RESOURCES (-5)");
    assert_int_equal(gpuc_cl_check(CL_OUT_OF_HOST_MEMORY, "x", NULL), GPUC_ENOMEM);
    assert_int_equal(gpuc_cl_check(CL_MEM_OBJECT_ALLOCATION_FAILURE, "x", NULL),
                     GPUC_ENOMEM);
    assert_int_equal(gpuc_cl_check(CL_BUILD_PROGRAM_FAILURE, "x", NULL), GPUC_EDEVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons),      cmocka_unit_test(test_summary),
        cmocka_unit_test(test_discrete_gpu), cmocka_unit_test(test_no_such_device),
        cmocka_unit_test(test_errors),       cmocka_unit_test(test_exact_additions),
        cmocka_unit_test(test_lane_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
