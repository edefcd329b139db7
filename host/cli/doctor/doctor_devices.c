/* SPDX-License-Identifier: Apache-2.0 */
/* Engines and OpenCL devices, as the library sees them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cores.h"
#include "cpu/cpu_features.h"
#include "host/cli/doctor/doctor.h"

static bool is_opencl(const struct gpuc_device *device)
{
    return strncmp(device->name, "opencl", 6) == 0;
}

/* A device that looks usable is opened, which tests it. */
static void look_at(struct gpuc_doctor *doctor, const struct gpuc_device *device)
{
    struct gpuc_error error;

    if (!device->usable)
        gpuc_doctor_find(doctor, GPUC_FINDING_NOTE, NULL, "%s: %s", device->name,
                         device->reason);
    else if (gpuc_device_check(device, &error) != GPUC_OK)
        gpuc_doctor_find(doctor, GPUC_FINDING_PROBLEM,
                         "Its driver computes wrongly or fails: try a newer one. Jobs "
                         "do not use the device.",
                         "%s", error.message);
    else
        gpuc_doctor_find(doctor, GPUC_FINDING_OK, NULL, "%s: %s; passed its self-test",
                         device->name, device->summary);
}

void gpuc_doctor_cpu(struct gpuc_doctor *doctor)
{
    char name[64];
    const char *disabled = getenv("GPUCLASSIFY_DISABLE");
    uint32_t n_usable = gpuc_count_cores();
    long n_cores = sysconf(_SC_NPROCESSORS_ONLN);

    gpuc_doctor_head("Processor");
    gpuc_cpu_name(name, sizeof name);
    if (n_cores > (long)n_usable)
        gpuc_doctor_find(doctor, GPUC_FINDING_NOTE,
                         "The process is bound to these cores, as by taskset, a "
                         "container or a batch system.",
                         "%s: %u of %ld cores", name, (unsigned)n_usable, n_cores);
    else
        gpuc_doctor_find(doctor, GPUC_FINDING_OK, NULL, "%s: %u core%s", name,
                         (unsigned)n_usable, n_usable == 1 ? "" : "s");
    if (disabled != NULL && disabled[0] != '\0')
        gpuc_doctor_find(doctor, GPUC_FINDING_NOTE,
                         "Unset the variable to have them back.",
                         "GPUCLASSIFY_DISABLE takes out: %s", disabled);
}

void gpuc_doctor_devices(struct gpuc_doctor *doctor)
{
    struct gpuc_error error;

    gpuc_doctor_head("Engines and OpenCL devices");
    if (gpuc_devices_list(&doctor->devices, &error) != GPUC_OK) {
        doctor->devices.n_devices = 0;
        gpuc_doctor_find(doctor, GPUC_FINDING_PROBLEM, NULL, "%s", error.message);
        return;
    }
    for (size_t i = 0; i < doctor->devices.n_devices; i++)
        if (!is_opencl(&doctor->devices.devices[i]))
            look_at(doctor, &doctor->devices.devices[i]);
    for (size_t i = 0; i < doctor->devices.n_devices; i++)
        if (is_opencl(&doctor->devices.devices[i]))
            look_at(doctor, &doctor->devices.devices[i]);
}
