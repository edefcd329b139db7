/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenCL with calls that fail when a test says so. The linker puts the functions of
 * failing_driver.c between the engine and OpenCL (--wrap).
 */
#ifndef GPUC_TEST_FAILING_DRIVER_H
#define GPUC_TEST_FAILING_DRIVER_H

#include <CL/cl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NEVER = -1 };

struct failing_driver {
    long n_calls;         /* calls made */
    long fail_at;         /* the call that fails, from 0 */
    bool for_ever;        /* and all after it */
    cl_int code;          /* with this code */
    const char *failed;   /* the function that failed first */
    size_t max_items;     /* larger launches are out of memory */
    size_t max_size;      /* so are larger buffers */
    cl_int kernel_status; /* how kernels end; 0: as they do */
    long n_objects;       /* created and not released */
};

extern struct failing_driver driver;

/* Nothing fails; objects stay counted. */
void reset_driver(void);

#endif
