/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "host/cli/doctor/doctor.h"

/* What a job of ordinary size needs at most, and room for a copy of a piped input. */
#define MEMORY_WANTED (UINT64_C(512) << 20)
#define DISK_WANTED (UINT64_C(1) << 30)

static double gib(uint64_t n_bytes)
{
    return (double)n_bytes / (double)(UINT64_C(1) << 30);
}

/* The number behind `label` in a file of lines, as "MemAvailable: 123 kB"; 0: none. An
 * empty label: the first number. */
static uint64_t read_number(const char *path, const char *label)
{
    char line[256];
    uint64_t number = 0;
    FILE *file = fopen(path, "r");

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, label, strlen(label)) != 0)
            continue;
        number = strtoull(line + strlen(label), NULL, 10);
        break;
    }
    if (file != NULL)
        fclose(file);
    return number;
}

static void look_at_memory(struct gpuc_doctor *doctor)
{
    uint64_t available = read_number("/proc/meminfo", "MemAvailable:") * 1024;
    uint64_t of_group = read_number("/sys/fs/cgroup/memory.max", "");
    struct rlimit limit;

    gpuc_doctor_find(doctor,
                     available > 0 && available < MEMORY_WANTED ? GPUC_FINDING_PROBLEM
                                                                : GPUC_FINDING_OK,
                     NULL, "%.1f GiB of memory available", gib(available));
    if (of_group > 0)
        gpuc_doctor_find(
            doctor, of_group < MEMORY_WANTED ? GPUC_FINDING_PROBLEM : GPUC_FINDING_OK,
            NULL, "the container's limit: %.1f GiB of memory", gib(of_group));
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        gpuc_doctor_find(doctor, GPUC_FINDING_NOTE,
                         "OpenCL drivers reserve far more than they use: see ulimit -v.",
                         "address space is limited to %.1f GiB", gib(limit.rlim_cur));
}

static void look_at_folder(struct gpuc_doctor *doctor, const char *path, const char *what)
{
    struct statvfs info;

    if (access(path, W_OK | X_OK) != 0 || statvfs(path, &info) != 0) {
        gpuc_doctor_find(doctor, GPUC_FINDING_PROBLEM,
                         "Set TMPDIR to a folder that may be written to.", "%s: %s", path,
                         strerror(errno));
        return;
    }
    uint64_t n_free = (uint64_t)info.f_bavail * info.f_frsize;
    gpuc_doctor_find(doctor, n_free < DISK_WANTED ? GPUC_FINDING_NOTE : GPUC_FINDING_OK,
                     n_free < DISK_WANTED ? "Set TMPDIR to a folder with more room."
                                          : NULL,
                     "%s: %.1f GiB free for %s", path, gib(n_free), what);
}

void gpuc_doctor_room(struct gpuc_doctor *doctor)
{
    const char *folder = getenv("TMPDIR");

    gpuc_doctor_head("Memory and disk");
    look_at_memory(doctor);
    look_at_folder(doctor, folder != NULL && folder[0] != '\0' ? folder : "/var/tmp",
                   "copies of piped inputs that are read twice");
}
