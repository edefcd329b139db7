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
#include <getopt.h>
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

/* True if help shows the option in this group. */
bool gpuc_option_is_shown(const struct argp_option *option, int group);

/* True if the key is a letter that may stand behind a single dash. */
bool gpuc_option_has_letter(const struct argp_option *option);

/* What getopt_long() wants of a table. */
struct gpuc_getopt {
    struct option long_options[GPUC_OPTIONS_MAX + 1];
    /* Behind "-:": words that are no options are found in their order, as 1, and getopt
     * prints no messages. From [1] on, behind the colon alone, it sorts them to the end.
     */
    char letters[3 * GPUC_OPTIONS_MAX + 3];
};

void gpuc_getopt_init(struct gpuc_getopt *tables, const struct gpuc_option_table *table);

/* The option that getopt_long() means by what it returns, or by optopt; NULL: none. */
const struct argp_option *gpuc_getopt_option(const struct gpuc_option_table *table,
                                             int key);

/* One of the words that an option takes. */
struct gpuc_option_word {
    const char *text;
    size_t size;
    bool is_value; /* else it stands for something */
};

/* True if the word may be followed by more of its kind. It is of an arg, not a copy. */
bool gpuc_option_is_list(struct gpuc_option_word word);

/* Takes the next word off *arg; false: there is none. */
bool gpuc_option_next_word(const char **arg, struct gpuc_option_word *ret_word);

#endif
