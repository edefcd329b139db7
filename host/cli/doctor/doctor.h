/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor: looks at everything that gpuclassify stands on, and says how to mend what is
 * wrong. Each look prints its findings as it makes them, so that where a driver crashes,
 * what came before is on the screen.
 */
#ifndef GPUC_DOCTOR_H
#define GPUC_DOCTOR_H

#include "gpuclassify.h"

enum gpuc_finding {
    GPUC_FINDING_OK,
    GPUC_FINDING_NOTE,   /* works, but may not be what the user wants */
    GPUC_FINDING_PROBLEM /* something does not work */
};

struct gpuc_doctor {
    struct gpuc_device_list devices; /* filled by gpuc_doctor_devices() */
    unsigned n_notes;
    unsigned n_problems;
};

/* Begins a group of findings. */
void gpuc_doctor_head(const char *title);

/* Prints a finding. `mend`: what to do about it, a sentence; NULL: nothing. */
void gpuc_doctor_find(struct gpuc_doctor *doctor, enum gpuc_finding finding,
                      const char *mend, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The processor, and the engines on it. */
void gpuc_doctor_cpu(struct gpuc_doctor *doctor);

/* The OpenCL loader's list of drivers: whether each can be loaded. */
void gpuc_doctor_drivers(struct gpuc_doctor *doctor);

/* All OpenCL devices with their self-tests. */
void gpuc_doctor_devices(struct gpuc_doctor *doctor);

/* Graphics cards that no OpenCL device drives, and device files that may not be opened.
 */
void gpuc_doctor_cards(struct gpuc_doctor *doctor);

/* Memory, limits, and folders for temporary files. */
void gpuc_doctor_room(struct gpuc_doctor *doctor);

#endif
