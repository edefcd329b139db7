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

/* Keys of getopt: letters, and this with an option's place in the table, for argp's keys
 * are the same in several tables. */
enum { LONG_KEY = 256 };

/* Of ",..." behind a word. */
enum { LIST_SIZE = 4 };

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

bool gpuc_option_is_shown(const struct argp_option *option, int group)
{
    return option->name != NULL && option->group == group &&
           (option->flags & OPTION_HIDDEN) == 0;
}

bool gpuc_option_has_letter(const struct argp_option *option)
{
    return option->key > ' ' && option->key < 127;
}

void gpuc_getopt_init(struct gpuc_getopt *tables, const struct gpuc_option_table *table)
{
    size_t n_long = 0, n_letters = 0;
    tables->letters[n_letters++] = '-';
    tables->letters[n_letters++] = ':';
    for (size_t i = 0; i < table->n_items; i++) {
        const struct argp_option *option = table->items[i];
        if (option->name == NULL)
            continue;
        int takes = option->arg == NULL                          ? no_argument
                    : (option->flags & OPTION_ARG_OPTIONAL) != 0 ? optional_argument
                                                                 : required_argument;
        tables->long_options[n_long++] =
            (struct option){option->name, takes, NULL, LONG_KEY + (int)i};
        if (gpuc_option_has_letter(option)) {
            tables->letters[n_letters++] = (char)option->key;
            for (int k = 0; k < takes; k++)
                tables->letters[n_letters++] = ':';
        }
    }
    tables->long_options[n_long] = (struct option){0};
    tables->letters[n_letters] = '\0';
}

const struct argp_option *gpuc_getopt_option(const struct gpuc_option_table *table,
                                             int key)
{
    if (key >= LONG_KEY)
        return table->items[key - LONG_KEY];
    for (size_t i = 0; i < table->n_items; i++)
        if (table->items[i]->name != NULL && table->items[i]->key == key)
            return table->items[i];
    return NULL;
}

bool gpuc_option_is_list(struct gpuc_option_word word)
{
    return word.text[word.size] == ',' || word.text[word.size] == '+';
}

bool gpuc_option_next_word(const char **arg, struct gpuc_option_word *ret_word)
{
    const char *text = *arg;
    size_t size = strcspn(text, "|");
    if (size == 0)
        return false;
    *arg = text + size + (text[size] == '|');
    if (size > LIST_SIZE && memcmp(text + size - LIST_SIZE + 1, "...", 3) == 0)
        size -= LIST_SIZE;
    *ret_word = (struct gpuc_option_word){.text = text, .size = size, .is_value = true};
    for (size_t i = 0; i < size; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            ret_word->is_value = false;
    return true;
}
