/* SPDX-License-Identifier: Apache-2.0 */
#include "opencl/all_devices.h"

#include "host/opencl/engine_opencl.h"
#include "support/cmocka_all.h"

struct gpuc_engine *engines[MAX_ENGINES];
size_t n_engines;

int open_engines(void **state)
{
    const struct gpuc_engine_ops *ops = &gpuc_engine_ops_opencl;
    struct gpuc_device_list list = {0};
    struct gpuc_error error;

    (void)state;
    ops->probe(ops, &list);
    for (size_t i = 0; i < list.n_devices && n_engines < MAX_ENGINES; i++) {
        const struct gpuc_device *device = &list.devices[i];
        print_message("%s: %s%s%s\n", device->name, device->summary,
                      device->usable ? "" : ", not usable: ", device->reason);
        if (!device->usable)
            continue;
        if (ops->open(ops, device, &engines[n_engines], &error) != GPUC_OK) {
            print_error("%s: %s\n", device->name, error.message);
            return -1;
        }
        n_engines++;
    }
    return 0;
}

int close_engines(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_engines; i++)
        gpuc_engine_ops_opencl.close(engines[i]);
    return 0;
}

void skip_without_device(const char *test)
{
    if (n_engines == 0) {
        print_message("%s: skipped, there is no usable OpenCL device\n", test);
        skip();
    }
}
