/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenCL with calls that fail when a test says so. failing_driver.c gets between the
 * engine and OpenCL in one of two ways: the linker puts its functions in the place of
 * OpenCL's (--wrap), for tests of sessions; or the ICD loader calls them as a layer
 * (fault_layer.c), for tests of the whole program.
 *
 * Calls may come from any thread; what fails is chosen before there is a second one.
 */
#ifndef GPUC_TEST_FAILING_DRIVER_H
#define GPUC_TEST_FAILING_DRIVER_H

#include <CL/cl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "opencl/failing_calls.h"

/* What a function of OpenCL is called here, and how it calls the real one. */
#ifdef GPUC_FAULT_LAYER
#  include <CL/cl_icd.h>
#  define FAILING(name) gpuc_failing_##name
#  define REAL(name) gpuc_real_calls->name
/* The functions below the layer. */
extern const cl_icd_dispatch *gpuc_real_calls;
#else
#  define FAILING(name) __wrap_##name
#  define REAL(name) __real_##name
#  define DECLARE_REAL(name) extern __typeof__(name) __real_##name;
FAILING_CALLS(DECLARE_REAL)
#endif
#define DECLARE_FAILING(name) extern __typeof__(name) FAILING(name);
FAILING_CALLS(DECLARE_FAILING)

#define NUMBER_OF(name) CALL_##name,
enum failing_call { FAILING_CALLS(NUMBER_OF) N_FAILING_CALLS };

enum { NEVER = -1, N_CRASHED_EVENTS = 64 };

struct failing_driver {
    long n_calls; /* made, of those that count */
    /* The only one whose calls count; NULL: all do. "kernel": launches count, and what
     * fails is the kernel, which only its event tells. */
    const char *function;
    long fail_at;       /* the call that fails, from 0 */
    bool for_ever;      /* and all after it */
    cl_int code;        /* with this code */
    const char *failed; /* the function that failed first */
    long n_faults;      /* calls and kernels that failed */
    size_t max_items;   /* larger launches are out of memory */
    size_t max_size;    /* so are larger buffers */
    bool discrete_gpu;  /* devices say that they are GPUs with memory of their own */
    bool fills;         /* buffers that kernels read and write begin full of rubbish */
    long n_objects;     /* created or mapped, and not released */
    long n_calls_of[N_FAILING_CALLS];          /* all calls, failed or not */
    cl_event crashed_events[N_CRASHED_EVENTS]; /* of crashed kernels, or NULL */
};

extern struct failing_driver driver;

/* The names, by number. */
extern const char *const failing_call_names[N_FAILING_CALLS];

/* Nothing fails; objects stay counted. */
void reset_driver(void);

#endif
