/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All options of a command in one list, whatever argp they stand in. Parsing, help,
 * manuals and completion read the same tables by it.
 *
 * What an option takes, its `arg`, is written so that programs understand it too:
 * words in lower case are values, words in capitals stand for something, | means or, and
 * lists go on with ",..." or "+...". So "error|skip|null" and "COLUMN,...|all|none".
 */
#ifndef GPUC_OPTION_TABLE_H
#define GPUC_OPTION_TABLE_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

enum { GPUC_OPTIONS_MAX = 128 };

struct gpuc_option_table {
    /* Those without a name are titles, of their group. */
    const struct argp_option *items[GPUC_OPTIONS_MAX];
    size_t n_items;
};

/* The options of every command. */
enum { GPUC_KEY_HELP = 'h', GPUC_KEY_VERSION = 'V' };

/* Lists the options of an argp, its children and every command. As in argp, the first of
 * a name counts. */
void gpuc_option_table_init(struct gpuc_option_table *table, const struct argp *argp);

/* NULL: there is none of that name. */
const struct argp_option *gpuc_option_find(const struct gpuc_option_table *table,
                                           const char *name);

/* What a group is called; NULL: nothing. */
const char *gpuc_option_group_title(const struct gpuc_option_table *table, int group);

/* True if the key is a letter that may stand behind a single dash. */
bool gpuc_option_has_letter(const struct argp_option *option);

/* One of the words that an option takes. */
struct gpuc_option_word {
    const char *text;
    size_t size;
    bool is_value; /* else it stands for something */
};

/* Takes the next word off *arg; false: there is none. */
bool gpuc_option_next_word(const char **arg, struct gpuc_option_word *ret_word);

#endif
