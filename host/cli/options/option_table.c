/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/options/option_table.h"

#include <assert.h>
#include <string.h>

#include "host/cli/options/option_groups.h"

static const struct argp_option common_options[] = {
    {NULL, 0, NULL, 0, "Messages", GPUC_GROUP_MESSAGES},
    {"help", GPUC_KEY_HELP, NULL, 0, "Show this help", GPUC_GROUP_MESSAGES},
    {"version", GPUC_KEY_VERSION, NULL, 0, "Show the version", GPUC_GROUP_MESSAGES},
    {0},
};

static void append(struct gpuc_option_table *table, const struct argp_option *options)
{
    for (const struct argp_option *o = options;
         o != NULL && (o->name != NULL || o->doc != NULL); o++) {
        if (o->name != NULL && gpuc_option_find(table, o->name) != NULL)
            continue;
        assert(table->n_items < GPUC_OPTIONS_MAX);
        table->items[table->n_items++] = o;
    }
}

static void append_argp(struct gpuc_option_table *table, const struct argp *argp)
{
    append(table, argp->options);
    for (const struct argp_child *c = argp->children; c != NULL && c->argp != NULL; c++)
        append_argp(table, c->argp);
}

void gpuc_option_table_init(struct gpuc_option_table *table, const struct argp *argp)
{
    table->n_items = 0;
    append_argp(table, argp);
    append(table, common_options);
}

const struct argp_option *gpuc_option_find(const struct gpuc_option_table *table,
                                           const char *name)
{
    for (size_t i = 0; i < table->n_items; i++) {
        const struct argp_option *option = table->items[i];
        if (option->name != NULL && strcmp(option->name, name) == 0)
            return option;
    }
    return NULL;
}

const char *gpuc_option_group_title(const struct gpuc_option_table *table, int group)
{
    for (size_t i = 0; i < table->n_items; i++)
        if (table->items[i]->name == NULL && table->items[i]->group == group)
            return table->items[i]->doc;
    return NULL;
}

bool gpuc_option_has_letter(const struct argp_option *option)
{
    return option->key > ' ' && option->key < 127;
}

bool gpuc_option_next_word(const char **arg, struct gpuc_option_word *ret_word)
{
    const char *text = *arg;
    size_t size = strcspn(text, "|");
    if (size == 0)
        return false;
    *arg = text + size + (text[size] == '|');
    if (size > 4 && memcmp(text + size - 3, "...", 3) == 0)
        size -= 4;
    *ret_word = (struct gpuc_option_word){.text = text, .size = size, .is_value = true};
    for (size_t i = 0; i < size; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            ret_word->is_value = false;
    return true;
}
