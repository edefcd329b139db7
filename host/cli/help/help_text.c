/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gpuclassify.h"
#include "host/cli/help/help.h"
#include "host/cli/options/option_groups.h"
#include "host/cli/options/option_table.h"

enum { WIDTH = 80, WIDTH_LEAST = 40, WIDTH_MOST = 120, LABEL_WIDTH = 26 };

const char *const gpuc_help_main_options[] = {"model", "output-file", NULL};

const char *const gpuc_help_main_examples[] = {
    "gpuclassify inspect model.json",
    "gpuclassify -m model.json in.csv -o out.csv",
    "gpuclassify -m model.json in.csv.gz --columns id --output proba | head",
    NULL,
};

static size_t measure_width(FILE *stream)
{
    struct winsize window;
    if (ioctl(fileno(stream), TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
        return WIDTH;
    return window.ws_col < WIDTH_LEAST  ? WIDTH_LEAST
           : window.ws_col > WIDTH_MOST ? WIDTH_MOST
                                        : window.ws_col;
}

/* Prints a text from column `column` on, further lines with `indent` blanks in front. */
static void print_wrapped(FILE *stream, const char *text, size_t size, size_t column,
                          size_t indent)
{
    size_t width = measure_width(stream);
    const char *end = text + size;
    bool at_start = true;
    while (text < end) {
        size_t word = 0;
        while (text + word < end && text[word] != ' ')
            word++;
        if (!at_start && column + 1 + word > width) {
            fprintf(stream, "\n%*s", (int)indent, "");
            column = indent;
            at_start = true;
        }
        fprintf(stream, "%s%.*s", at_start ? "" : " ", (int)word, text);
        column += word + !at_start;
        at_start = false;
        text += word + (text + word < end);
    }
    fputc('\n', stream);
}

/* Lines that begin with a blank stay as they are. */
static void print_lines(FILE *stream, const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end) {
        const char *next = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((next != NULL ? next : end) - text);
        if (text[0] == ' ')
            fprintf(stream, "%.*s\n", (int)line, text);
        else
            print_wrapped(stream, text, line, 0, 0);
        text += line + (next != NULL);
    }
}

void gpuc_help_label(const struct argp_option *option, bool is_brief, char *ret_label,
                     size_t size)
{
    char letter[8] = "    ";
    const char *arg = option->arg != NULL ? option->arg : "";
    int arg_size = (int)(is_brief ? strcspn(arg, "|") : strlen(arg));
    bool may_lack = (option->flags & OPTION_ARG_OPTIONAL) != 0;
    if (gpuc_option_has_letter(option))
        snprintf(letter, sizeof letter, "-%c, ", option->key);
    snprintf(ret_label, size, "%s--%s%s%.*s%s", letter, option->name,
             may_lack       ? "[="
             : arg_size > 0 ? " "
                            : "",
             arg_size, arg, may_lack ? "]" : "");
}

size_t gpuc_help_brief_size(const struct argp_option *option)
{
    const char *doc = option->doc;
    size_t size = 0;
    while (doc[size] != '\0' && strchr(":;(", doc[size]) == NULL &&
           strncmp(doc + size, ". ", 2) != 0)
        size++;
    while (size > 0 && doc[size - 1] == ' ')
        size--;
    return size;
}

static void print_option(FILE *stream, const struct argp_option *option, bool is_brief)
{
    char label[128];
    gpuc_help_label(option, is_brief, label, sizeof label);
    fprintf(stream, "  %-*s", LABEL_WIDTH, label);
    if (strlen(label) >= LABEL_WIDTH)
        fprintf(stream, "\n%*s", LABEL_WIDTH + 2, "");
    print_wrapped(stream, option->doc,
                  is_brief ? gpuc_help_brief_size(option) : strlen(option->doc),
                  LABEL_WIDTH + 2, LABEL_WIDTH + 2);
}

static void print_group(FILE *stream, const struct gpuc_option_table *table, int group)
{
    bool has_title = false;
    for (size_t i = 0; i < table->n_items; i++) {
        const struct argp_option *option = table->items[i];
        if (!gpuc_option_is_shown(option, group))
            continue;
        if (!has_title)
            fprintf(stream, "\n%s:\n", gpuc_option_group_title(table, group));
        has_title = true;
        print_option(stream, option, false);
    }
}

void gpuc_help_print(const struct gpuc_command *command, FILE *stream)
{
    const struct argp *argp = command->argp;
    const char *rest = strchr(argp->doc, '\v');
    struct gpuc_option_table table;

    fprintf(stream, "Usage: gpuclassify %s [OPTION...]%s%s\n\n", command->name,
            argp->args_doc != NULL ? " " : "",
            argp->args_doc != NULL ? argp->args_doc : "");
    print_lines(stream, argp->doc, strcspn(argp->doc, "\v"));
    gpuc_option_table_init(&table, argp);
    for (int group = 1; group < GPUC_GROUPS_END; group++)
        print_group(stream, &table, group);
    if (rest != NULL) {
        fputc('\n', stream);
        print_lines(stream, rest + 1, strlen(rest + 1));
    }
}

void gpuc_help_print_screen(FILE *stream)
{
    struct gpuc_option_table table;

    fprintf(stream,
            "gpuclassify %s: CSV in, every row classified by a trained model, "
            "CSV out\n\n",
            gpuc_version());
    for (size_t i = 0; gpuc_help_main_examples[i] != NULL; i++)
        fprintf(stream, "  %s\n", gpuc_help_main_examples[i]);
    fprintf(stream, "\nCommands:\n");
    for (size_t i = 0; gpuc_commands[i] != NULL; i++)
        fprintf(stream, "  %-10s %s\n", gpuc_commands[i]->name,
                gpuc_commands[i]->summary);
    fprintf(stream, "\nOptions of classify, the most needed:\n");
    gpuc_option_table_init(&table, gpuc_command_classify.argp);
    for (size_t i = 0; gpuc_help_main_options[i] != NULL; i++)
        print_option(stream, gpuc_option_find(&table, gpuc_help_main_options[i]), true);
    fprintf(stream, "More: `gpuclassify help COMMAND`, `man gpuclassify`\n");
}
