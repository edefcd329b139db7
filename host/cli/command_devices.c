/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "host/cli/commands.h"
#include "host/cli/options/arguments.h"
#include "host/cli/options/option_groups.h"
#include "host/cli/report.h"

static const char doc[] =
    "Lists the engines and OpenCL devices of this machine: usable, or why not.\v"
    "Examples:\n"
    "  gpuclassify devices\n"
    "  gpuclassify devices --names\n"
    "\n"
    "A usable device has just passed its self-test: a known answer, and the scalar "
    "engine's answers, byte for byte.\n"
    "\n"
    "The environment variable GPUCLASSIFY_DISABLE takes devices out, as in "
    "GPUCLASSIFY_DISABLE=avx512,opencl.\n"
    "\n"
    "Exit status: 0 done; 1 standard output cannot be written; 2 bad usage.";

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Output", GPUC_GROUP_OUTPUT},
    {"names", 'n', NULL, 0, "Only the names of usable devices, one a line",
     GPUC_GROUP_OUTPUT},
    {0},
};

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    bool *names_only = state->input;
    switch (key) {
    case 'n':
        *names_only = true;
        return 0;
    case ARGP_KEY_ARG:
        gpuc_usage_error(state, "`devices` takes no argument: leave '%s' out", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Opens the device, which tests it; a failure makes it unusable, for that reason. */
static void test(struct gpuc_device *device)
{
    struct gpuc_error error;
    if (!device->usable || gpuc_device_check(device, &error) == GPUC_OK)
        return;
    device->usable = false;
    snprintf(device->reason, sizeof device->reason, "%.*s",
             (int)sizeof device->reason - 1, error.message);
}

static const struct argp argp = {.options = options, .parser = read_option, .doc = doc};

static int list_devices(int argc, char **argv)
{
    static struct gpuc_device_list list;
    struct gpuc_error error;
    bool names_only = false;
    gpuc_arguments_read(&gpuc_command_devices, argc, argv, &names_only);
    if (gpuc_devices_list(&list, &error) != GPUC_OK)
        return gpuc_report_error(&error);
    if (!names_only)
        printf("%-12s %-11s %-7s %s\n", "device", "alias", "usable", "what it is");
    for (size_t i = 0; i < list.n_devices; i++) {
        struct gpuc_device *device = &list.devices[i];
        test(device);
        if (names_only && device->usable)
            printf("%s\n", device->name);
        if (!names_only)
            printf("%-12s %-11s %-7s %s%s%s\n", device->name, device->alias,
                   device->usable ? "yes" : "no", device->summary,
                   device->usable ? "" : ": ", device->usable ? "" : device->reason);
    }
    return gpuc_report_written();
}

const struct gpuc_command gpuc_command_devices = {
    .name = "devices",
    .summary = "list where this machine can compute, and why not elsewhere",
    .run = list_devices,
    .argp = &argp,
};
