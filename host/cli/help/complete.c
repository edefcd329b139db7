/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/help/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpuclassify.h"
#include "host/cli/commands.h"
#include "host/cli/help/complete_columns.h"
#include "host/cli/help/help.h"
#include "host/cli/options/option_table.h"
#include "host/cli/report.h"
#include "jobs/forest_outputs.h"

/* Where the cursor is. */
struct place {
    const struct gpuc_command *command; /* NULL: its name may stand here */
    char **words;                       /* the command's name, and what follows */
    int n_words, current;
    const struct argp_option *option; /* whose value is to be completed; NULL: none */
    size_t start_size; /* of the part of the word that stays: "--device=", "id," */
};

static void offer(const struct place *place, const char *text, size_t size,
                  const char *meaning, size_t meaning_size)
{
    const char *word = place->words[place->current];
    const char *begun = word + place->start_size;
    size_t begun_size = strlen(begun);
    if (begun_size <= size && memcmp(text, begun, begun_size) == 0)
        printf("%.*s%.*s\t%.*s\n", (int)place->start_size, word, (int)size, text,
               (int)meaning_size, meaning);
}

static void offer_text(const struct place *place, const char *text, const char *meaning)
{
    offer(place, text, strlen(text), meaning, strlen(meaning));
}

static void offer_commands(const struct place *place)
{
    for (size_t i = 0; gpuc_commands[i] != NULL; i++)
        offer_text(place, gpuc_commands[i]->name, gpuc_commands[i]->summary);
}

static void offer_models(const struct place *place)
{
    offer_text(place, "blackbox", "the black box, seeded as Python 3");
    offer_text(place, "blackbox:py2", "the black box, seeded as Python 2");
    offer_text(place, "blackbox:py3", "the black box, seeded as Python 3");
}

static void offer_results(const struct place *place)
{
    for (int i = 0; i < GPUC_FOREST_N_OUTPUTS; i++)
        offer_text(place, gpuc_forest_output_name((enum gpuc_forest_output)i), "");
    offer_text(place, "digest", "of the black box");
}

static void offer_devices(const struct place *place)
{
    static struct gpuc_device_list list;
    struct gpuc_error error;
    if (gpuc_devices_list(&list, &error) != GPUC_OK)
        return;
    for (size_t i = 0; i < list.n_devices; i++) {
        const struct gpuc_device *device = &list.devices[i];
        if (device->usable)
            offer_text(place, device->name, device->summary);
        if (device->usable && device->alias[0] != '\0')
            offer_text(place, device->alias, device->summary);
    }
}

static void offer_columns(const struct place *place)
{
    struct gpuc_text_list columns = {0};
    gpuc_complete_columns(place->command, place->n_words, place->words, &columns);
    for (size_t i = 0; i < columns.n_items; i++)
        offer(place, gpuc_text_list_at(&columns, i), columns.items[i].size, "", 0);
    gpuc_text_list_done(&columns);
}

/* What is known of the words in capitals that options and commands take. */
static const struct kind {
    const char *word;
    const char *files; /* the endings of their names; "": any file; NULL: it is none */
    const char *separators;                   /* of its lists */
    void (*offer)(const struct place *place); /* NULL: nothing but files */
} kinds[] = {
    {"COLUMN", NULL, ",", offer_columns},
    {"COMMAND", NULL, "", offer_commands},
    {"DEVICE", NULL, ",+", offer_devices},
    {"FILE", "", "", NULL},
    {"INPUT", "", "", NULL},
    {"MODEL", " .json .ubj .txt", "", offer_models},
    {"RESULT", NULL, ",", offer_results},
};

static const struct kind *find_kind(struct gpuc_option_word word)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strlen(kinds[i].word) == word.size &&
            memcmp(kinds[i].word, word.text, word.size) == 0)
            return &kinds[i];
    return NULL;
}

/* The end of the items of a list that are complete. */
static size_t find_last_item(const char *text, size_t start, const char *separators)
{
    for (size_t i = start; text[i] != '\0'; i++)
        if (strchr(separators, text[i]) != NULL)
            start = i + 1;
    return start;
}

/* Offers what the words of an `arg` stand for; in a list, only what may be its item. */
static void offer_words(struct place *place, const char *arg)
{
    const char *files = NULL, *text = place->words[place->current], *rest = arg;
    size_t start = place->start_size;
    bool is_list = false;
    struct gpuc_option_word word;

    while (gpuc_option_next_word(&rest, &word)) {
        const struct kind *kind = find_kind(word);
        if (kind != NULL && kind->files != NULL)
            files = kind->files;
        if (kind != NULL && gpuc_option_is_list(word)) {
            is_list = true;
            place->start_size = find_last_item(text, start, kind->separators);
        }
    }
    printf("%s%s%s\n", files != NULL ? "files" : "words", files != NULL ? files : "",
           is_list ? " open" : "");
    for (rest = arg; gpuc_option_next_word(&rest, &word);) {
        const struct kind *kind = find_kind(word);
        if (place->start_size > start && !gpuc_option_is_list(word))
            continue;
        if (word.is_value)
            offer(place, word.text, word.size, "", 0);
        else if (kind != NULL && kind->offer != NULL)
            kind->offer(place);
    }
}

static void offer_options(const struct place *place)
{
    struct gpuc_option_table table;
    gpuc_option_table_init(&table, place->command->argp);
    puts("words");
    for (size_t i = 0; i < table.n_items; i++) {
        const struct argp_option *option = table.items[i];
        char name[64];
        if (option->name == NULL || !gpuc_option_is_shown(option, option->group))
            continue;
        snprintf(name, sizeof name, "--%s", option->name);
        offer(place, name, strlen(name), option->doc, gpuc_help_brief_size(option));
    }
}

/* "INPUT" of "[INPUT...]". */
static void offer_arguments(struct place *place)
{
    const char *doc = place->command->argp->args_doc;
    char arg[32];
    if (doc == NULL)
        return;
    doc += strspn(doc, "[");
    snprintf(arg, sizeof arg, "%.*s", (int)strcspn(doc, ".]"), doc);
    offer_words(place, arg);
}

/* Finds the option whose value the current word is: getopt misses it behind the words
 * before, or it stands in the word itself. */
static void find_option(struct place *place)
{
    struct gpuc_option_table table;
    struct gpuc_getopt tables;
    const char *word = place->words[place->current];
    int found;

    gpuc_option_table_init(&table, place->command->argp);
    gpuc_getopt_init(&tables, &table);
    optind = 0;
    while ((found = getopt_long(place->current, place->words, tables.letters,
                                tables.long_options, NULL)) != -1)
        if (found == ':')
            place->option = gpuc_getopt_option(&table, optopt);
    size_t size = strcspn(word, "=");
    if (place->option != NULL || strncmp(word, "--", 2) != 0 || word[size] != '=')
        return;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)size - 2, word + 2);
    place->option = gpuc_option_find(&table, name);
    place->start_size = size + 1;
}

/* Who begins with a command's first letters hardly means a file. */
static bool may_be_command(const char *word)
{
    for (size_t i = 0; gpuc_commands[i] != NULL; i++)
        if (strncmp(gpuc_commands[i]->name, word, strlen(word)) == 0)
            return true;
    return false;
}

int gpuc_complete(int argc, char **argv)
{
    long current = argc > 1 ? strtol(argv[0], NULL, 10) : 0;
    if (current < 1 || current >= argc - 1 || freopen("/dev/null", "w", stderr) == NULL)
        return GPUC_EXIT_USAGE;
    const struct gpuc_command *command = current > 1 ? gpuc_command_find(argv[2]) : NULL;
    bool is_named = command != NULL;
    struct place place = {.command = is_named ? command : &gpuc_command_classify,
                          .words = argv + 1 + is_named,
                          .n_words = argc - 1 - is_named,
                          .current = (int)current - is_named};
    find_option(&place);
    if (place.option != NULL && place.option->arg != NULL) {
        offer_words(&place, place.option->arg);
    } else if (place.words[place.current][0] == '-') {
        offer_options(&place);
    } else if (current == 1 && may_be_command(argv[2])) {
        puts("words");
        offer_commands(&place);
    } else {
        offer_arguments(&place);
    }
    return gpuc_report_written();
}
