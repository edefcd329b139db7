/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a command's argp goes to the sections of a page by its form: what stands
 * before \v and the paragraphs behind it are the description, "Examples:" and the lines
 * behind it are EXAMPLES, and "Exit status: ..." is EXIT STATUS.
 */
#include "host/cli/help/manual.h"

#include <ctype.h>
#include <string.h>

#include "gpuclassify.h"
#include "host/cli/help/help.h"
#include "host/cli/options/option_groups.h"
#include "host/cli/options/option_table.h"

struct term {
    const char *name;
    const char *meaning;
};

static const char about[] =
    "gpuclassify classifies every row of CSV files with a model of XGBoost or LightGBM, "
    "or with the black box, on every core and every OpenCL device of the machine. The "
    "output is the same bytes whatever computes it.";

static const struct term environment[] = {
    {"GPUCLASSIFY_DISABLE",
     "Engines, devices and CSV scanners that are not to be used, as in avx512,opencl."},
    {"GPUCLASSIFY_TUNING",
     "How forests run on OpenCL devices, in place of what is measured."},
    {"OCL_ICD_VENDORS", "Where the OpenCL loader finds its drivers."},
    {"TERM", "What a progress line may do; dumb: nothing but end."},
    {"TMPDIR", "Where temporary files are made; else in /var/tmp or /tmp."},
    {"XDG_CACHE_HOME, HOME", "Where the cache is."},
    {NULL, NULL},
};

static const struct term files[] = {
    {"~/.cache/gpuclassify",
     "What was measured of OpenCL devices. It may be removed at any time."},
    {"OUTPUT.partial, OUTPUT.journal",
     "What a job with --resume has done so far; it removes both at its end."},
    {"/etc/OpenCL/vendors", "The OpenCL drivers of the machine."},
    {NULL, NULL},
};

/* Writes text so that nothing of it is a request; `commands` stand in bold. */
static void write_text(FILE *stream, const char *text, size_t size)
{
    bool is_bold = false;
    if (size > 0 && text[0] == '.')
        fputs("\\&", stream);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '`') {
            fputs(is_bold ? "\\fR" : "\\fB", stream);
            is_bold = !is_bold;
        } else if (text[i] == '-') {
            fputs("\\-", stream);
        } else if (text[i] == '\\') {
            fputs("\\e", stream);
        } else if (text[i] == '\'') {
            fputs("\\(aq", stream);
        } else {
            fputc(text[i], stream);
        }
    }
}

static void write_line(FILE *stream, const char *text)
{
    write_text(stream, text, strlen(text));
    fputc('\n', stream);
}

static void write_terms(FILE *stream, const char *title, const struct term *terms)
{
    fprintf(stream, ".SH %s\n", title);
    for (const struct term *t = terms; t->name != NULL; t++) {
        fputs(".TP\n.B ", stream);
        write_line(stream, t->name);
        write_line(stream, t->meaning);
    }
}

static void write_option(FILE *stream, const struct argp_option *option)
{
    bool may_lack = (option->flags & OPTION_ARG_OPTIONAL) != 0;
    fputs(".TP\n\\fB", stream);
    if (gpuc_option_has_letter(option))
        fprintf(stream, "\\-%c\\fR, \\fB", option->key);
    write_text(stream, "--", 2);
    write_text(stream, option->name, strlen(option->name));
    fputs("\\fR", stream);
    if (option->arg != NULL) {
        fputs(may_lack ? "[=\\fI" : " \\fI", stream);
        write_text(stream, option->arg, strlen(option->arg));
        fputs(may_lack ? "\\fR]" : "\\fR", stream);
    }
    fputc('\n', stream);
    write_text(stream, option->doc, strlen(option->doc));
    fputs(".\n", stream);
}

static void write_options(FILE *stream, const struct argp *argp)
{
    struct gpuc_option_table table;
    gpuc_option_table_init(&table, argp);
    fputs(".SH OPTIONS\n", stream);
    for (int group = 1; group < GPUC_GROUPS_END; group++) {
        bool has_title = false;
        for (size_t i = 0; i < table.n_items; i++) {
            const struct argp_option *option = table.items[i];
            if (!gpuc_option_is_shown(option, group))
                continue;
            if (!has_title)
                fprintf(stream, ".SS %s\n", gpuc_option_group_title(&table, group));
            has_title = true;
            write_option(stream, option);
        }
    }
}

/* ---- the text of a command ---- */

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The lines behind "Examples:". */
static void write_examples(FILE *stream, const char *text)
{
    fputs(".SH EXAMPLES\n.EX\n", stream);
    for (const char *line = strchr(text, '\n'); line != NULL && line[1] == ' ';
         line = strchr(line + 1, '\n')) {
        write_text(stream, line + 3, strcspn(line + 3, "\n"));
        fputc('\n', stream);
    }
    fputs(".EE\n", stream);
}

/* "0 done; 1 bad data.": a paragraph for each code. */
static void write_exit_status(FILE *stream, const char *text)
{
    fputs(".SH EXIT STATUS\n", stream);
    while (*text != '\0') {
        const char *end = text;
        do
            end += strcspn(end + 1, ";.") + 1;
        while (*end == ';' && !isdigit((unsigned char)end[2]));
        fprintf(stream, ".TP\n.B %c\n", text[0]);
        write_text(stream, text + 2, (size_t)(end - text) - 2);
        fputs(".\n", stream);
        text = end + (*end == ';' ? 2 : strlen(end));
    }
}

/* The text behind \v in two rounds: what belongs to DESCRIPTION, then the rest. */
static void write_rest(FILE *stream, const char *text, bool is_description)
{
    static const char examples[] = "Examples:\n", status[] = "Exit status: ";
    while (text != NULL) {
        const char *next = strstr(text, "\n\n");
        size_t size = next != NULL ? (size_t)(next - text) : strlen(text);
        bool is_section = begins_with(text, examples) || begins_with(text, status);
        if (!is_section && is_description) {
            fputs(".PP\n", stream);
            write_text(stream, text, size);
            fputc('\n', stream);
        }
        if (!is_description && begins_with(text, examples))
            write_examples(stream, text);
        if (!is_description && begins_with(text, status))
            write_exit_status(stream, text + strlen(status));
        text = next != NULL ? next + 2 : NULL;
    }
}

static void write_see_also(FILE *stream, const struct gpuc_command *self)
{
    fputs(".SH SEE ALSO\n", stream);
    if (self != NULL)
        fputs(".BR gpuclassify (1),\n", stream);
    for (size_t i = 0; gpuc_commands[i] != NULL; i++) {
        bool is_last = gpuc_commands[i + 1] == NULL ||
                       (gpuc_commands[i + 1] == self && gpuc_commands[i + 2] == NULL);
        if (gpuc_commands[i] != self)
            fprintf(stream, ".BR gpuclassify\\-%s (1)%s\n", gpuc_commands[i]->name,
                    is_last ? "" : ",");
    }
}

static void write_command(const struct gpuc_command *command, FILE *stream)
{
    const struct argp *argp = command->argp;
    const char *rest = strchr(argp->doc, '\v') + 1;
    fprintf(stream, "gpuclassify\\-%s \\- ", command->name);
    write_line(stream, command->summary);
    fprintf(stream, ".SH SYNOPSIS\n.B gpuclassify %s\n[\\fIOPTION\\fR...]",
            command->name);
    if (argp->args_doc != NULL)
        fprintf(stream, " %s", argp->args_doc);
    fputs("\n.SH DESCRIPTION\n", stream);
    write_text(stream, argp->doc, strcspn(argp->doc, "\v"));
    fputc('\n', stream);
    write_rest(stream, rest, true);
    write_options(stream, argp);
    write_rest(stream, rest, false);
}

static void write_program(FILE *stream)
{
    const struct argp *argp = gpuc_command_classify.argp;
    fputs("gpuclassify \\- CSV in, every row classified by a trained model, CSV out\n"
          ".SH SYNOPSIS\n.B gpuclassify\n[\\fICOMMAND\\fR] [\\fIOPTION\\fR...] "
          "[\\fIINPUT\\fR...]\n.SH DESCRIPTION\n",
          stream);
    write_line(stream, about);
    fputs(".PP\nThe commands, of which classify need not be named:\n", stream);
    for (size_t i = 0; gpuc_commands[i] != NULL; i++) {
        fprintf(stream, ".TP\n.BR gpuclassify\\-%s (1)\n", gpuc_commands[i]->name);
        write_line(stream, gpuc_commands[i]->summary);
    }
    fputs(".SH OPTIONS\nThose of classify that are needed most;\n"
          ".BR gpuclassify\\-classify (1)\nhas all.\n",
          stream);
    struct gpuc_option_table table;
    gpuc_option_table_init(&table, argp);
    for (size_t i = 0; gpuc_help_main_options[i] != NULL; i++)
        write_option(stream, gpuc_option_find(&table, gpuc_help_main_options[i]));
    fputs(".SH EXAMPLES\n.EX\n", stream);
    for (size_t i = 0; gpuc_help_main_examples[i] != NULL; i++)
        write_line(stream, gpuc_help_main_examples[i]);
    fputs(".EE\n", stream);
    write_exit_status(stream, strstr(argp->doc, "Exit status: ") + 13);
}

void gpuc_manual_write(const struct gpuc_command *command, const char *date, FILE *stream)
{
    fputs(".TH GPUCLASSIFY", stream);
    for (const char *c = command != NULL ? command->name : ""; *c != '\0'; c++)
        fprintf(stream, "%s%c", c == command->name ? "\\-" : "",
                toupper((unsigned char)*c));
    fprintf(stream, " 1 \"%s\" \"gpuclassify %s\" \"User Commands\"\n.SH NAME\n", date,
            gpuc_version());
    if (command != NULL)
        write_command(command, stream);
    else
        write_program(stream);
    write_terms(stream, "ENVIRONMENT", environment);
    write_terms(stream, "FILES", files);
    write_see_also(stream, command);
}
