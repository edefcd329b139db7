/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device around the scalar engine that fails when it is told to, for tests of what
 * comes of that. What it was asked so far counts for all its sessions together.
 */
#ifndef GPUC_TEST_FAKE_DEVICE_H
#define GPUC_TEST_FAKE_DEVICE_H

#include "engine.h"

struct fake_device {
    const char *name;
    enum gpuc_status failure; /* GPUC_OK: it never fails */
    bool fails_to_attach;
    unsigned n_good_calls; /* before the first one that fails */
    bool once;             /* then it works again */
    uint32_t n_places;
    size_t batch_rows;
    /* Runs inside a call, before its rows are classified. NULL: not used. */
    void (*during)(void *context);
    void *context;

    /* What it counts. */
    unsigned n_attached;
    unsigned n_detached;
    unsigned n_calls;
    unsigned n_failures;
    unsigned n_opened;
    unsigned n_closed;
};

/* Opens an engine of the device, which must outlive it. */
struct gpuc_engine *fake_device_open(struct fake_device *device);

/* Opens the scalar engine. */
struct gpuc_engine *fake_open_scalar(void);

#endif
