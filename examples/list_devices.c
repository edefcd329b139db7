/* SPDX-License-Identifier: Apache-2.0 */
/* Lists the devices of this machine, and tests those that look usable. */
#include <gpuclassify.h>
#include <stdio.h>

int main(void)
{
    static struct gpuc_device_list list;
    struct gpuc_error error;

    if (gpuc_devices_list(&list, &error) != GPUC_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    for (size_t i = 0; i < list.n_devices; i++) {
        const struct gpuc_device *device = &list.devices[i];
        const char *reason = device->reason;
        if (device->usable && gpuc_device_check(device, &error) != GPUC_OK)
            reason = error.message;
        printf("%s: %s%s%s\n", device->name, device->summary,
               reason[0] != '\0' ? ": " : "", reason);
    }
    return 0;
}
