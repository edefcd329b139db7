/* SPDX-License-Identifier: Apache-2.0 */
#include "model/loader.h"

#include <inttypes.h>
#include <string.h>

/* Reads digits up to `end`; false for none, other characters and what exceeds 32 bits. */
static bool read_number(const char *text, const char *end, uint32_t *ret_number)
{
    uint64_t number = 0;
    if (text == end)
        return false;
    for (; text < end; text++) {
        if (*text < '0' || *text > '9')
            return false;
        number = number * 10 + (uint64_t)(*text - '0');
        if (number > UINT32_MAX)
            return false;
    }
    *ret_number = (uint32_t)number;
    return true;
}

enum gpuc_status gpuc_iterations_read(const char *text,
                                      struct gpuc_iterations *ret_iterations,
                                      struct gpuc_error *error)
{
    struct gpuc_iterations range = {.kind = GPUC_ITERATIONS_RANGE};
    if (text == NULL || strcmp(text, "best") == 0) {
        *ret_iterations = (struct gpuc_iterations){.kind = GPUC_ITERATIONS_BEST};
        return GPUC_OK;
    }
    if (strcmp(text, "all") == 0) {
        *ret_iterations = (struct gpuc_iterations){.kind = GPUC_ITERATIONS_ALL};
        return GPUC_OK;
    }
    const char *colon = strchr(text, ':');
    if (colon == NULL || !read_number(text, colon, &range.begin) ||
        !read_number(colon + 1, colon + 1 + strlen(colon + 1), &range.end) ||
        range.end <= range.begin)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "iterations are 'best', 'all', or a range as in 0:100 (from the "
                         "first to before the last), not '%s'",
                         text);
    *ret_iterations = range;
    return GPUC_OK;
}

enum gpuc_status gpuc_iterations_settle(const struct gpuc_iterations *iterations,
                                        const char *name, struct gpuc_model_info *info,
                                        struct gpuc_error *error)
{
    info->first_iteration = 0;
    info->end_iteration = info->n_iterations;
    if (iterations->kind == GPUC_ITERATIONS_BEST && info->best_iteration >= 0) {
        if (info->best_iteration >= info->n_iterations)
            return gpuc_fail(error, GPUC_EMODEL,
                             "%s: best_iteration is %" PRId64 ", but there are %" PRIu32
                             " iterations",
                             name, info->best_iteration, info->n_iterations);
        info->end_iteration = (uint32_t)info->best_iteration + 1;
    }
    if (iterations->kind == GPUC_ITERATIONS_RANGE) {
        if (iterations->end > info->n_iterations)
            return gpuc_fail(error, GPUC_EUSAGE,
                             "%s: iterations %" PRIu32 ":%" PRIu32
                             " were asked for, but the model has %" PRIu32,
                             name, iterations->begin, iterations->end,
                             info->n_iterations);
        info->first_iteration = iterations->begin;
        info->end_iteration = iterations->end;
    }
    return GPUC_OK;
}
