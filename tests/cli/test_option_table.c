/* SPDX-License-Identifier: Apache-2.0 */
/* Every command and every option says what it is, so that help, manuals and completion
 * have no holes. */
#include "host/cli/options/option_table.h"

#include <ctype.h>
#include <string.h>

#include "host/cli/commands.h"
#include "host/cli/help/help.h"
#include "host/cli/options/option_groups.h"
#include "support/cmocka_all.h"

static void commands_have_a_manual(void **state)
{
    (void)state;
    for (size_t i = 0; gpuc_commands[i] != NULL; i++) {
        const struct gpuc_command *command = gpuc_commands[i];
        assert_ptr_equal(gpuc_command_find(command->name), command);
        assert_non_null(command->run);
        assert_non_null(command->argp->parser);
        if (i > 0)
            assert_true(strcmp(gpuc_commands[i - 1]->name, command->name) < 0);
        /* It stands behind the name on a line of 80 columns. */
        assert_in_range(strlen(command->summary), 10, 67);
        assert_true(command->summary[strlen(command->summary) - 1] != '.');
        const char *doc = command->argp->doc;
        if (doc == NULL || strstr(doc, "\vExamples:\n  gpuclassify ") == NULL ||
            strstr(doc, "\n\nExit status: 0 ") == NULL)
            fail_msg("the doc of %s lacks text, Examples or Exit status", command->name);
    }
}

static void check_option(const char *command, const struct gpuc_option_table *table,
                         const struct argp_option *option)
{
    char label[128];
    if (option->doc == NULL || strlen(option->doc) < 10 ||
        option->doc[strlen(option->doc) - 1] == '.')
        fail_msg("%s: --%s needs a help text, without a full stop", command,
                 option->name);
    if (option->group <= 0 || option->group >= GPUC_GROUPS_END ||
        gpuc_option_group_title(table, option->group) == NULL)
        fail_msg("%s: --%s needs a group that has a title", command, option->name);
    assert_ptr_equal(gpuc_option_find(table, option->name), option);
    for (const char *c = option->name; *c != '\0'; c++)
        assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) ||
                    *c == '-');
    gpuc_help_label(option, false, label, sizeof label);
    assert_in_range(strlen(label), 1, 78);
    assert_in_range(gpuc_help_brief_size(option), 1, strlen(option->doc));
}

static void options_have_help_and_group(void **state)
{
    (void)state;
    for (size_t i = 0; gpuc_commands[i] != NULL; i++) {
        struct gpuc_option_table table;
        bool has_letter[128] = {false};
        gpuc_option_table_init(&table, gpuc_commands[i]->argp);
        assert_true(table.n_items >= 3);
        for (size_t k = 0; k < table.n_items; k++) {
            const struct argp_option *option = table.items[k];
            if (option->name == NULL)
                continue;
            check_option(gpuc_commands[i]->name, &table, option);
            if (!gpuc_option_has_letter(option))
                continue;
            assert_false(has_letter[option->key]);
            has_letter[option->key] = true;
        }
    }
}

static void words_are_told_apart(void **state)
{
    const char *arg = "A:B|all|COLUMN,...|DEVICE+...|opencl-gpu";
    struct gpuc_option_word word;
    (void)state;
    static const struct {
        const char *text;
        bool is_value;
    } expected[] = {{"A:B", false},
                    {"all", true},
                    {"COLUMN", false},
                    {"DEVICE", false},
                    {"opencl-gpu", true}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_true(gpuc_option_next_word(&arg, &word));
        assert_int_equal(word.size, strlen(expected[i].text));
        assert_memory_equal(word.text, expected[i].text, word.size);
        assert_int_equal(word.is_value, expected[i].is_value);
    }
    assert_false(gpuc_option_next_word(&arg, &word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_have_a_manual),
        cmocka_unit_test(options_have_help_and_group),
        cmocka_unit_test(words_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
