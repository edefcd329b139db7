/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/closest_name.h"

const struct gpuc_command *const gpuc_commands[] = {
    &gpuc_command_bench,   &gpuc_command_classify, &gpuc_command_csv,
    &gpuc_command_devices, &gpuc_command_doctor,   &gpuc_command_help,
    &gpuc_command_inspect, &gpuc_command_receive,  &gpuc_command_send,
    &gpuc_command_serve,   &gpuc_command_verify,   NULL,
};

const struct gpuc_command *gpuc_command_find(const char *name)
{
    for (size_t i = 0; gpuc_commands[i] != NULL; i++)
        if (strcmp(gpuc_commands[i]->name, name) == 0)
            return gpuc_commands[i];
    return NULL;
}

const char *gpuc_command_hint(const char *name, char *hint)
{
    struct gpuc_closest_name closest;
    gpuc_closest_name_init(&closest, name, strlen(name));
    for (size_t i = 0; gpuc_commands[i] != NULL; i++)
        gpuc_closest_name_offer(&closest, gpuc_commands[i]->name,
                                strlen(gpuc_commands[i]->name));
    return gpuc_closest_name_hint(&closest, hint);
}

void gpuc_command_names(char *ret_names, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; gpuc_commands[i] != NULL && used < size; i++) {
        const char *before = i == 0 ? "" : gpuc_commands[i + 1] == NULL ? " and " : ", ";
        used += (size_t)snprintf(ret_names + used, size - used, "%s%s", before,
                                 gpuc_commands[i]->name);
    }
}
