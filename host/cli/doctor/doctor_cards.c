/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/cli/doctor/doctor.h"

/* Makers of graphics cards: their number on the PCI bus, how OpenCL drivers call them,
 * and what drives their cards. */
static const struct maker {
    unsigned long number;
    const char *name;
    const char *in_summary;
    const char *mend;
} makers[] = {
    {0x10de, "NVIDIA", "NVIDIA",
     "Install NVIDIA's driver with its OpenCL part (Debian: nvidia-opencl-icd)."},
    {0x1002, "AMD", "Advanced Micro",
     "Install AMD's OpenCL driver (ROCm's, or Debian's mesa-opencl-icd)."},
    {0x8086, "Intel", "Intel",
     "Install Intel's OpenCL driver (Debian: intel-opencl-icd)."},
};

/* The number in a file of one line, as "0x030000"; 0: there is none. */
static unsigned long read_number(const char *folder, const char *name)
{
    char path[512], text[32] = "";
    snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fgets(text, sizeof text, file) == NULL)
        text[0] = '\0';
    fclose(file);
    return strtoul(text, NULL, 16);
}

static bool is_driven(const struct gpuc_doctor *doctor, const struct maker *maker)
{
    for (size_t i = 0; i < doctor->devices.n_devices; i++) {
        const char *summary = doctor->devices.devices[i].summary;
        if (strncmp(summary, "OpenCL GPU", 10) == 0 &&
            strstr(summary, maker->in_summary) != NULL)
            return true;
    }
    return false;
}

static void look_at_card(struct gpuc_doctor *doctor, const char *place)
{
    enum { DISPLAY_CLASS = 0x03 };
    unsigned long number = read_number(place, "vendor");

    if (read_number(place, "class") >> 16 != DISPLAY_CLASS)
        return;
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        if (makers[i].number != number)
            continue;
        if (is_driven(doctor, &makers[i]))
            gpuc_doctor_find(doctor, GPUC_FINDING_OK, NULL,
                             "PCI %s: a card of %s, which has an OpenCL device", place,
                             makers[i].name);
        else
            gpuc_doctor_find(doctor, GPUC_FINDING_NOTE, makers[i].mend,
                             "PCI %s: a card of %s, but no OpenCL device of theirs",
                             place, makers[i].name);
    }
}

/* A device file that exists must be open to the user. */
static void look_at_file(struct gpuc_doctor *doctor, const char *path)
{
    char mend[160] = "Ask who runs the machine for access.";
    struct stat info;

    if (access(path, R_OK | W_OK) == 0) {
        gpuc_doctor_find(doctor, GPUC_FINDING_OK, NULL, "%s: may be opened", path);
        return;
    }
    const char *reason = strerror(errno);
    const struct group *group =
        stat(path, &info) == 0 && (info.st_mode & S_IWGRP) != 0 && info.st_gid != 0
            ? getgrgid(info.st_gid)
            : NULL;
    if (group != NULL)
        snprintf(mend, sizeof mend,
                 "Join the group that may: sudo usermod -aG %.40s $USER, then log in "
                 "again.",
                 group->gr_name);
    gpuc_doctor_find(doctor, GPUC_FINDING_PROBLEM, mend, "%s: %s", path, reason);
}

void gpuc_doctor_cards(struct gpuc_doctor *doctor)
{
    static const char *const patterns[] = {"/dev/nvidiactl", "/dev/nvidia[0-9]*",
                                           "/dev/kfd", "/dev/dri/renderD*"};
    unsigned n_before = doctor->n_notes + doctor->n_problems;
    glob_t found = {0};
    DIR *entries = opendir("/sys/bus/pci/devices");

    gpuc_doctor_head("Graphics cards");
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;)
        look_at_card(doctor, entry->d_name);
    if (entries != NULL)
        closedir(entries);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (glob(patterns[i], i > 0 ? GLOB_APPEND : 0, NULL, &found) == GLOB_NOSPACE)
            break;
    for (size_t i = 0; i < found.gl_pathc; i++)
        look_at_file(doctor, found.gl_pathv[i]);
    if (found.gl_pathc == 0 && doctor->n_notes + doctor->n_problems == n_before)
        gpuc_doctor_find(doctor, GPUC_FINDING_OK, NULL,
                         "none that computes: jobs run on the processor");
    globfree(&found);
}
