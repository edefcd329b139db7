/* SPDX-License-Identifier: Apache-2.0 */
/* Help as a person sees it, and what is said of mistyped options and commands. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/cli/commands.h"
#include "host/cli/options/option_table.h"
#include "support/cmocka_all.h"
#include "support/program.h"

enum { SCREEN_COLUMNS = 80, SCREEN_LINES = 24, HELP_SIZE = 1 << 16 };

static void run(char *text, const char *first, const char *second)
{
    char folder[64], path[96];
    test_folder_make(folder);
    snprintf(path, sizeof path, "%s/out", folder);
    struct test_program program = {.output = path};
    const char *const arguments[] = {first, second, NULL};
    test_program_run(&program, arguments);
    assert_int_equal(program.exit_code, 0);
    assert_string_equal(program.err, "");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, HELP_SIZE - 1, file);
    text[size] = '\0';
    fclose(file);
    assert_in_range(size, 1, HELP_SIZE - 2);
    test_folder_remove(folder);
}

/* The longest line; *ret_lines: how many there are. */
static size_t measure(const char *text, size_t *ret_lines)
{
    size_t longest = 0;
    *ret_lines = 0;
    for (const char *line = text; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        assert_int_equal(line[size], '\n');
        longest = size > longest ? size : longest;
        assert_true(size == 0 || line[size - 1] != ' ');
        line += size + 1;
        (*ret_lines)++;
    }
    return longest;
}

/* The prompt takes the last line. */
static void help_fits_a_screen(void **state)
{
    static char text[HELP_SIZE], again[HELP_SIZE];
    size_t n_lines;
    (void)state;
    run(text, "help", NULL);
    assert_in_range(measure(text, &n_lines), 1, SCREEN_COLUMNS);
    assert_in_range(n_lines, 1, SCREEN_LINES - 1);
    for (size_t i = 0; gpuc_commands[i] != NULL; i++) {
        char line[128];
        snprintf(line, sizeof line, "\n  %-10s %s\n", gpuc_commands[i]->name,
                 gpuc_commands[i]->summary);
        assert_non_null(strstr(text, line));
    }
    run(again, "--help", NULL);
    assert_string_equal(again, text);
    run(again, "-h", NULL);
    assert_string_equal(again, text);
}

static void each_command_shows_its_options(void **state)
{
    static char text[HELP_SIZE], again[HELP_SIZE];
    (void)state;
    for (size_t i = 0; gpuc_commands[i] != NULL; i++) {
        const struct gpuc_command *command = gpuc_commands[i];
        struct gpuc_option_table table;
        char expected[128];
        size_t n_lines;
        run(text, "help", command->name);
        snprintf(expected, sizeof expected, "Usage: gpuclassify %s [OPTION...]",
                 command->name);
        assert_memory_equal(text, expected, strlen(expected));
        if (measure(text, &n_lines) > SCREEN_COLUMNS)
            fail_msg("help %s has a line of more than 80 columns", command->name);
        gpuc_option_table_init(&table, command->argp);
        for (size_t k = 0; k < table.n_items; k++) {
            const char *name = table.items[k]->name;
            snprintf(expected, sizeof expected, " --%s", name);
            if (name != NULL && strstr(text, expected) == NULL)
                fail_msg("help %s lacks --%s", command->name, name);
        }
        run(again, command->name, "--help");
        assert_string_equal(again, text);
        run(again, command->name, "-h");
        assert_string_equal(again, text);
    }
    run(text, "help", "classify");
    run(again, "-mx", "--help");
    assert_string_equal(again, text);
}

static void help_that_cannot_be_written_is_an_error(void **state)
{
    static const char *const arguments[][3] = {
        {"help"}, {"--help"}, {"--version"}, {"csv", "--help"}, {"help", "csv"}};
    (void)state;
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        struct test_program program = {.output = "/dev/full"};
        test_program_run(&program, arguments[i]);
        assert_int_equal(program.exit_code, 1);
        assert_string_equal(program.err,
                            "gpuclassify: cannot write to standard output\n");
    }
}

/* Runs the program on a terminal of some width, and keeps what it shows. */
static int run_on_terminal(unsigned short columns, const char *argument, char *text)
{
    struct winsize window = {.ws_row = SCREEN_LINES, .ws_col = columns};
    int status, master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0 && ioctl(slave, TIOCSWINSZ, &window) == 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        for (int fd = 0; fd < 3; fd++)
            dup2(slave, fd);
        close(slave);
        close(master);
        execl(GPUC_PROGRAM, GPUC_PROGRAM, argument, NULL);
        _exit(127);
    }
    close(slave);
    size_t used = 0;
    for (ssize_t n; (n = read(master, text + used, HELP_SIZE - 1 - used)) > 0;)
        used += (size_t)n;
    text[used] = '\0';
    close(master);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void without_returns(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++)
        if (*from != '\r')
            *to++ = *from;
    *to = '\0';
}

/* A bare call is a question where a person can answer, but no success. */
static void a_bare_call_on_a_terminal_shows_help(void **state)
{
    static char text[HELP_SIZE], shown[HELP_SIZE];
    struct test_program program = {0};
    size_t n_lines;
    (void)state;
    run(text, "help", NULL);
    assert_int_equal(run_on_terminal(SCREEN_COLUMNS, NULL, shown), 2);
    without_returns(shown);
    assert_string_equal(shown, text);
    const char *const nothing[] = {NULL};
    test_program_run(&program, nothing);
    assert_int_equal(program.exit_code, 2);
    assert_string_equal(program.out, "");
    assert_int_equal(run_on_terminal(60, "-mx", shown), 2);

    assert_int_equal(run_on_terminal(100, "help", shown), 0);
    without_returns(shown);
    assert_in_range(measure(shown, &n_lines), 60, 100);
}

/* Wrong usage: arguments, and what is said behind the program's name. */
static const struct {
    const char *arguments[5];
    const char *said;
} mistakes[] = {
    {{"--outptu"}, ": unrecognized option '--outptu'; did you mean '--output'?\n"},
    {{"--outptu=label"}, ": unrecognized option '--outptu'; did you mean '--output'?\n"},
    {{"--zzz"},
     ": unrecognized option '--zzz'; `gpuclassify help classify` lists those "
     "there are\n"},
    {{"inspect", "--zzz"},
     " inspect: unrecognized option '--zzz'; `gpuclassify help "
     "inspect` lists those there are\n"},
    {{"csv", "--columns=x"},
     " csv: unrecognized option '--columns'; it is one of "
     "`gpuclassify classify`\n"},
    {{"inspect", "--tre"}, " inspect: --tree needs a value, as in --tree N\n"},
    {{"--no", "x.csv"}, ": option '--no' is short for --no-"},
    {{"-y"},
     ": unrecognized option '-y'; `gpuclassify help classify` lists those there "
     "are\n"},
    {{"-vqy"}, ": unrecognized option '-y'; "},
    {{"in.csv", "-m"}, ": --model needs a value, as in --model MODEL\n"},
    {{"in.csv", "--device"}, ": --device needs a value, as in --device "},
    {{"--quiet=1"}, ": --quiet takes no value, but has one in '--quiet=1'\n"},
    {{"--bad-rows", "skipp"},
     ": --bad-rows takes error, skip or null, not 'skipp'; did you mean 'skip'?\n"},
    {{"--unseen", "x"}, ": --unseen takes error or missing, not 'x'\n"},
    {{"inspekt"},
     ": 'inspekt' is no command and no file; did you mean 'inspect'? (the "
     "commands are bench, classify, csv, devices, doctor, help, inspect, "
     "receive, send, serve and verify)\n"},
    {{"verfy", "-m", "blackbox", "in.csv"}, ": 'verfy' is no command and no file; did "},
    {{"help", "inspekt"},
     " help: there is no command 'inspekt'; did you mean 'inspect'? "
     "(the commands are bench, "},
    {{"help", "x"}, " help: there is no command 'x' (the commands are bench, "},
    {{"help", "csv", "devices"},
     " help: one command at a time: 'devices' comes after "
     "'csv'\n"},
};

static void mistakes_are_named_with_what_was_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct test_program program = {0};
        char expected[256];
        test_program_run(&program, mistakes[i].arguments);
        snprintf(expected, sizeof expected, "gpuclassify%s", mistakes[i].said);
        if (program.exit_code != 2 ||
            strncmp(program.err, expected, strlen(expected)) != 0)
            fail_msg("%s...: exit %d, %s", mistakes[i].arguments[0], program.exit_code,
                     program.err);
        /* One line. */
        assert_ptr_equal(strchr(program.err, '\n') + 1,
                         program.err + strlen(program.err));
        assert_string_equal(program.out, "");
    }
}

/* What is no mistake stays none. */
static void abbreviations_and_order_are_free(void **state)
{
    struct test_program program = {0};
    char folder[64], input[96];
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/inspekt", folder);
    test_write_file(input, "i,a\n1,2\n", 8);
    TEST_RUN(&program, input, "--threa", "1", "-m", "blackbox", "--csv-p=native",
             "--devi", "scalar");
    assert_int_equal(program.exit_code, 0);
    TEST_RUN(&program, "-qmblackbox", "--", input);
    assert_int_equal(program.exit_code, 0);
    TEST_RUN(&program, "csv", "--quote", "'", "--comment", "#", input);
    assert_string_equal(program.err, "");
    assert_string_equal(program.out, "i,a\n1,2\n");
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_fits_a_screen),
        cmocka_unit_test(each_command_shows_its_options),
        cmocka_unit_test(help_that_cannot_be_written_is_an_error),
        cmocka_unit_test(a_bare_call_on_a_terminal_shows_help),
        cmocka_unit_test(mistakes_are_named_with_what_was_meant),
        cmocka_unit_test(abbreviations_and_order_are_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
