/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of the program: dispatch, messages and help know them from here only. */
#ifndef GPUC_COMMANDS_H
#define GPUC_COMMANDS_H

#include <argp.h>
#include <stddef.h>

struct gpuc_command {
    const char *name;
    const char *summary; /* for lists of commands: one line without a full stop */

    /* Runs it, and returns the exit code. argv[0] is what usage messages begin with. */
    int (*run)(int argc, char **argv);

    const struct argp *argp; /* its options, those of children too, and its manual */
};

/* Each is in the file of its name. */
extern const struct gpuc_command gpuc_command_bench;
extern const struct gpuc_command gpuc_command_classify;
extern const struct gpuc_command gpuc_command_csv;
extern const struct gpuc_command gpuc_command_devices;
extern const struct gpuc_command gpuc_command_doctor;
extern const struct gpuc_command gpuc_command_help;
extern const struct gpuc_command gpuc_command_inspect;
extern const struct gpuc_command gpuc_command_receive;
extern const struct gpuc_command gpuc_command_send;
extern const struct gpuc_command gpuc_command_serve;
extern const struct gpuc_command gpuc_command_verify;

/* All of them by name; the last item is NULL. */
extern const struct gpuc_command *const gpuc_commands[];

/* NULL: there is none of that name. */
const struct gpuc_command *gpuc_command_find(const char *name);

/* "; did you mean 'inspect'?" of a name that no command has, or "". `hint` has room for
 * GPUC_CLOSEST_HINT_SIZE bytes and is returned. */
const char *gpuc_command_hint(const char *name, char *hint);

/* "bench, classify, ... and verify", cut off where the room ends. */
void gpuc_command_names(char *ret_names, size_t size);

#endif
