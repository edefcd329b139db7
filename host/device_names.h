/* SPDX-License-Identifier: Apache-2.0 */
/* The one list of engine families, and the devices of this machine by name. */
#ifndef GPUC_DEVICE_NAMES_H
#define GPUC_DEVICE_NAMES_H

#include "engine.h"

/* The families, best first, scalar last, ended by NULL; also those that are not built. */
extern const struct gpuc_engine_ops *const gpuc_device_families[];

/* Whether the family's code is in this build. */
bool gpuc_is_built(const struct gpuc_engine_ops *family);

/* The family whose device this is: a device is called FAMILY or FAMILY:NUMBER. NULL: no
 * family is called so. */
const struct gpuc_engine_ops *gpuc_device_family(const char *device_name);

/* True if the word is the name of a device of a CPU family, or "cpu". */
bool gpuc_is_cpu_name(const char *device_name);

/* Of a device that is usable. */
enum gpuc_device_kind gpuc_device_kind(const struct gpuc_device *device);

/* All devices, or those of the CPU engines alone, for which no driver need be loaded. */
void gpuc_devices_fill(struct gpuc_device_list *list, bool cpu_only);

/*
 * Finds a usable device by name or alias, "gpu" being the alias "opencl-gpu". Fails with
 * GPUC_EDEVICE, why it is not there or not usable, and the list of those that are.
 */
enum gpuc_status gpuc_device_find(const struct gpuc_device_list *list, const char *wanted,
                                  const struct gpuc_device **ret_device,
                                  struct gpuc_error *error) GPUC_MUST_CHECK;

#endif
