/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the stages of CSV are, each alone. CSV on standard output; a stage that finds
 * something else than the slow way to the same thing fails, whatever its speed.
 *
 *     csv MODE ARGUMENTS...
 */
#include "csv.h"

#include <stdio.h>
#include <string.h>

static const struct csv_mode *const modes[] = {&csv_mode_columns, &csv_mode_numbers,
                                               &csv_mode_scan};
enum { N_MODES = sizeof modes / sizeof *modes };

static int usage(void)
{
    for (size_t i = 0; i < N_MODES; i++)
        fprintf(stderr, "%s csv %s %s\n           %s\n", i == 0 ? "usage:" : "      ",
                modes[i]->name, modes[i]->arguments, modes[i]->summary);
    return 2;
}

int main(int argc, char **argv)
{
    const struct csv_mode *mode = NULL;
    for (size_t i = 0; i < N_MODES; i++) {
        if (argc > 1 && strcmp(argv[1], modes[i]->name) == 0)
            mode = modes[i];
    }
    if (mode == NULL)
        return usage();
    struct gpuc_error error = {.message = ""};
    const enum gpuc_status status = mode->run(argc - 2, argv + 2, &error);
    if (status == GPUC_EUSAGE)
        usage();
    if (status != GPUC_OK)
        fprintf(stderr, "csv: %s\n", error.message);
    return status == GPUC_OK ? 0 : status == GPUC_EUSAGE ? 2 : 1;
}
