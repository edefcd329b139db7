/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "host/cli/commands.h"
#include "host/cli/doctor/doctor.h"
#include "host/cli/options/arguments.h"
#include "host/cli/report.h"

static const char doc[] =
    "Looks at what gpuclassify stands on - processor, OpenCL drivers and devices, "
    "graphics cards, permissions, memory, room for temporary files - and says how to "
    "mend what is wrong.\v"
    "Examples:\n"
    "  gpuclassify doctor\n"
    "\n"
    "Notes are no problems: without any GPU everything works, on the processor.\n"
    "\n"
    "Exit status: 0 nothing is wrong; 1 something is, or standard output cannot be "
    "written; 2 bad usage.";

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    gpuc_usage_error(state, "`doctor` takes no argument: leave '%s' out", argument);
    return 0;
}

void gpuc_doctor_head(const char *title)
{
    printf("\n%s\n", title);
    fflush(stdout);
}

void gpuc_doctor_find(struct gpuc_doctor *doctor, enum gpuc_finding finding,
                      const char *mend, const char *format, ...)
{
    static const char *const words[] = {"ok", "note", "PROBLEM"};
    va_list arguments;

    doctor->n_notes += finding == GPUC_FINDING_NOTE;
    doctor->n_problems += finding == GPUC_FINDING_PROBLEM;
    printf("  %-8s ", words[finding]);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    if (mend != NULL)
        printf("\n           %s", mend);
    putchar('\n');
    fflush(stdout);
}

static const struct argp argp = {.parser = read_option, .doc = doc};

static int examine(int argc, char **argv)
{
    static struct gpuc_doctor doctor;

    gpuc_arguments_read(&gpuc_command_doctor, argc, argv, NULL);
    printf("gpuclassify %s\n", gpuc_version());
    gpuc_doctor_cpu(&doctor);
    gpuc_doctor_drivers(&doctor);
    gpuc_doctor_devices(&doctor);
    gpuc_doctor_cards(&doctor);
    gpuc_doctor_room(&doctor);
    printf("\n%u problem%s, %u note%s\n", doctor.n_problems,
           doctor.n_problems == 1 ? "" : "s", doctor.n_notes,
           doctor.n_notes == 1 ? "" : "s");
    int exit_code = gpuc_report_written();
    return doctor.n_problems > 0 ? GPUC_EXIT_DATA : exit_code;
}

const struct gpuc_command gpuc_command_doctor = {
    .name = "doctor",
    .summary = "say what is wrong with the machine, and how to mend it",
    .run = examine,
    .argp = &argp,
};
