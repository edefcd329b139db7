/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenCL loader reads the names of drivers from files NAME.icd in a folder, one
 * library a file, and says nothing of those that it cannot load.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disabled.h"
#include "host/cli/doctor/doctor.h"

static const char default_folder[] = "/etc/OpenCL/vendors";

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* `from`: what names the library. It stays loaded: not every driver can be unloaded. */
static void look_at_library(struct gpuc_doctor *doctor, const char *from,
                            const char *library)
{
    if (dlopen(library, RTLD_LAZY | RTLD_LOCAL) != NULL) {
        gpuc_doctor_find(doctor, GPUC_FINDING_OK, NULL, "%s: %s", from, library);
        return;
    }
    const char *reason = dlerror();
    gpuc_doctor_find(doctor, GPUC_FINDING_PROBLEM,
                     "Install the driver's packages again, or remove the file that "
                     "names it.",
                     "%s: %s", from, reason != NULL ? reason : library);
}

static void look_at_file(struct gpuc_doctor *doctor, const char *path)
{
    char library[1024] = "";
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        gpuc_doctor_find(doctor, GPUC_FINDING_PROBLEM,
                         "Let everybody read it, as by chmod a+r.", "%s: %s", path,
                         strerror(errno));
        return;
    }
    bool has_line = fgets(library, sizeof library, file) != NULL;
    fclose(file);
    library[strcspn(library, "\r\n")] = '\0';
    if (!has_line || library[0] == '\0')
        gpuc_doctor_find(doctor, GPUC_FINDING_PROBLEM,
                         "It should hold the name of the driver's library: install the "
                         "driver's packages again.",
                         "%s: the file is empty", path);
    else
        look_at_library(doctor, path, library);
}

static void look_at_folder(struct gpuc_doctor *doctor, const char *folder)
{
    unsigned n_files = 0;
    DIR *entries = opendir(folder);

    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;) {
        char path[1024];
        if (!ends_with(entry->d_name, ".icd"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        look_at_file(doctor, path);
        n_files++;
    }
    if (entries != NULL)
        closedir(entries);
    if (n_files == 0)
        gpuc_doctor_find(doctor, GPUC_FINDING_NOTE,
                         "For a GPU install its maker's OpenCL driver; on Debian, "
                         "pocl-opencl-icd makes the processor an OpenCL device.",
                         "%s: no OpenCL driver is installed", folder);
}

void gpuc_doctor_drivers(struct gpuc_doctor *doctor)
{
    const char *chosen = getenv("OCL_ICD_VENDORS");
    struct stat info;

    gpuc_doctor_head("OpenCL drivers");
    if (gpuc_disabled("opencl")) {
        gpuc_doctor_find(doctor, GPUC_FINDING_NOTE, NULL,
                         "not looked at: GPUCLASSIFY_DISABLE takes OpenCL out");
        return;
    }
    if (chosen == NULL || chosen[0] == '\0') {
        look_at_folder(doctor, default_folder);
        return;
    }
    gpuc_doctor_find(doctor, GPUC_FINDING_NOTE, "Unset the variable to have all drivers.",
                     "OCL_ICD_VENDORS chooses %s in place of %s", chosen, default_folder);
    if (stat(chosen, &info) == 0 && S_ISDIR(info.st_mode))
        look_at_folder(doctor, chosen);
    else if (ends_with(chosen, ".icd"))
        look_at_file(doctor, chosen);
    else
        look_at_library(doctor, "OCL_ICD_VENDORS", chosen);
}
