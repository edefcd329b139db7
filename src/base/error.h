/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How errors travel: every fallible function returns enum gpuc_status and takes a
 * struct gpuc_error last, which it fills (unless NULL) whenever it fails.
 *
 *     return gpuc_fail(error, GPUC_EMODEL, "unknown parameter '%s'", name);
 *
 * A function with something to free has one label `out:` and calls others by GPUC_TRY,
 * which sets its local `status` and jumps there.
 */
#ifndef GPUC_ERROR_H
#define GPUC_ERROR_H

#include "gpuclassify.h"

#define GPUC_TRY(call)                                                                   \
  do {                                                                                   \
    status = (call);                                                                     \
    if (status != GPUC_OK)                                                               \
      goto out;                                                                          \
  } while (0)

#if defined(__GNUC__)
#  define GPUC_PRINTF(format_index, first_index)                                         \
    __attribute__((format(printf, format_index, first_index)))
#else
#  define GPUC_PRINTF(format_index, first_index)
#endif

/* Fills `error` with a formatted message and returns `status`. */
enum gpuc_status gpuc_fail(struct gpuc_error *error, enum gpuc_status status,
                           const char *format, ...) GPUC_PRINTF(3, 4);

/* As gpuc_fail(), with "NAME:LINE: " in front, or "NAME: " for line 0, and the line
 * recorded. */
enum gpuc_status gpuc_fail_at(struct gpuc_error *error, enum gpuc_status status,
                              const char *name, uint64_t line, const char *format, ...)
    GPUC_PRINTF(5, 6);

/* GPUC_EIO (GPUC_ENOMEM for ENOMEM, GPUC_EPIPE for EPIPE) as "WHAT: <text of
 * errno_value>". */
enum gpuc_status gpuc_fail_errno(struct gpuc_error *error, int errno_value,
                                 const char *format, ...) GPUC_PRINTF(3, 4);

/* GPUC_ENOMEM: "out of memory (SIZE bytes for WHAT)". */
enum gpuc_status gpuc_fail_memory(struct gpuc_error *error, size_t size,
                                  const char *what);

#endif
