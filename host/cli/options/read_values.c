/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/options/option_groups.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/closest_name.h"
#include "host/cli/options/option_table.h"

void gpuc_read_count(struct argp_state *state, const char *name, const char *text,
                     struct gpuc_limits limits, uint32_t *ret_count)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
        value < limits.lowest || value > limits.highest)
        gpuc_usage_error(state, "--%s takes a number from %lu to %lu, not '%s'", name,
                         limits.lowest, limits.highest, text);
    *ret_count = (uint32_t)value;
}

/* "error, skip or null" of "error|skip|null". */
static void join_words(const char *arg, char *ret_text, size_t size)
{
    struct gpuc_option_word word;
    size_t used = 0;
    while (used < size && gpuc_option_next_word(&arg, &word))
        used += (size_t)snprintf(ret_text + used, size - used, "%s%.*s",
                                 used == 0      ? ""
                                 : *arg == '\0' ? " or "
                                                : ", ",
                                 (int)word.size, word.text);
}

const char *gpuc_read_choice(struct argp_state *state, const char *name,
                             const char *argument)
{
    struct gpuc_option_table table;
    struct gpuc_option_word word;
    struct gpuc_closest_name closest;
    char words[128], hint[GPUC_CLOSEST_HINT_SIZE];
    size_t size = strlen(argument);

    gpuc_option_table_init(&table, state->root_argp);
    const char *arg = gpuc_option_find(&table, name)->arg, *rest = arg;
    gpuc_closest_name_init(&closest, argument, size);
    while (gpuc_option_next_word(&rest, &word)) {
        if (word.size == size && memcmp(word.text, argument, size) == 0)
            return argument;
        gpuc_closest_name_offer(&closest, word.text, word.size);
    }
    join_words(arg, words, sizeof words);
    gpuc_usage_error(state, "--%s takes %s, not '%s'%s", name, words, argument,
                     gpuc_closest_name_hint(&closest, hint));
}

void gpuc_read_list(struct argp_state *state, const char *name, const char *text,
                    struct gpuc_text_list *list)
{
    struct gpuc_error error;
    char option[32];
    size_t n_before = list->n_items;
    snprintf(option, sizeof option, "--%s", name);
    if (gpuc_text_list_read(list, text, option, &error) != GPUC_OK)
        gpuc_usage_error(state, "%s", error.message);
    for (size_t i = n_before; i < list->n_items; i++)
        if (list->items[i].size == 0)
            gpuc_usage_error(state,
                             "--%s: nothing between two commas of '%s': leave one out",
                             name, text);
}

void gpuc_read_counts(struct argp_state *state, const char *name, const char *text,
                      struct gpuc_limits limits, struct gpuc_counts *counts)
{
    struct gpuc_text_list list = {0};
    gpuc_read_list(state, name, text, &list);
    for (size_t i = 0; i < list.n_items; i++) {
        char item[32];
        if (counts->n_items == GPUC_COUNTS_MAX)
            gpuc_usage_error(state, "--%s takes %d numbers at most: leave some out", name,
                             GPUC_COUNTS_MAX);
        snprintf(item, sizeof item, "%.*s", (int)list.items[i].size,
                 gpuc_text_list_at(&list, i));
        gpuc_read_count(state, name, item, limits, &counts->items[counts->n_items++]);
    }
    gpuc_text_list_done(&list);
}

char gpuc_read_character(struct argp_state *state, const char *name, const char *text)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        return '\t';
    if (text[0] == '\0' || text[1] != '\0' || (unsigned char)text[0] >= 0x80)
        gpuc_usage_error(state, "--%s takes one ASCII character or tab, not '%s'", name,
                         text);
    return text[0];
}

void gpuc_hand_on_options(struct argp_state *state, const struct argp_child *children,
                          struct gpuc_options *options)
{
    for (size_t i = 0; children[i].argp != NULL; i++)
        state->child_inputs[i] = options;
}

void gpuc_options_read(const struct gpuc_command *command, int argc, char **argv,
                       struct gpuc_options *ret_options)
{
    *ret_options = (struct gpuc_options){.device = "auto",
                                         .argp = command->argp,
                                         .argc = argc,
                                         .argv = argv,
                                         .job = GPUC_JOB_OPTIONS_INIT};
    gpuc_arguments_read(command, argc, argv, ret_options);
}
