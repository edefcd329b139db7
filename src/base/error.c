/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Formats after the `used` bytes that the message holds already; too long is cut. */
GPUC_PRINTF(3, 0)
static void append(struct gpuc_error *error, size_t used, const char *format,
                   va_list args)
{
    if (used < sizeof error->message)
        vsnprintf(error->message + used, sizeof error->message - used, format, args);
    /* Names and values come from files: no line end or terminal command among them. */
    for (char *c = error->message; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
}

static void begin(struct gpuc_error *error, enum gpuc_status status, uint64_t line)
{
    error->status = status;
    error->line = line;
    error->message[0] = '\0';
}

enum gpuc_status gpuc_fail(struct gpuc_error *error, enum gpuc_status status,
                           const char *format, ...)
{
    if (error != NULL) {
        va_list args;
        begin(error, status, 0);
        va_start(args, format);
        append(error, 0, format, args);
        va_end(args);
    }
    return status;
}

enum gpuc_status gpuc_fail_at(struct gpuc_error *error, enum gpuc_status status,
                              const char *name, uint64_t line, const char *format, ...)
{
    if (error != NULL) {
        va_list args;
        begin(error, status, line);
        int used = line > 0
                       ? snprintf(error->message, sizeof error->message,
                                  "%s:%" PRIu64 ": ", name, line)
                       : snprintf(error->message, sizeof error->message, "%s: ", name);
        va_start(args, format);
        append(error, used < 0 ? 0 : (size_t)used, format, args);
        va_end(args);
    }
    return status;
}

enum gpuc_status gpuc_fail_errno(struct gpuc_error *error, int errno_value,
                                 const char *format, ...)
{
    enum gpuc_status status = errno_value == ENOMEM  ? GPUC_ENOMEM
                              : errno_value == EPIPE ? GPUC_EPIPE
                                                     : GPUC_EIO;
    if (error != NULL) {
        char reason[128];
        va_list args;
        begin(error, status, 0);
        va_start(args, format);
        append(error, 0, format, args);
        va_end(args);
        if (strerror_r(errno_value, reason, sizeof reason) != 0)
            snprintf(reason, sizeof reason, "error %d", errno_value);
        size_t used = strlen(error->message);
        snprintf(error->message + used, sizeof error->message - used, ": %s", reason);
    }
    return status;
}

enum gpuc_status gpuc_fail_memory(struct gpuc_error *error, size_t size, const char *what)
{
    return gpuc_fail(error, GPUC_ENOMEM, "out of memory (%zu bytes for %s)", size, what);
}
