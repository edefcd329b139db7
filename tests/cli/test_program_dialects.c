/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say how the CSV is written, and inputs that are no CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#define MODEL GPUC_TEST_DATA "/golden/models/xgb_exact/model.ubj"
#define BYTES(text) text, sizeof(text) - 1

static char folder[64], input[96], output[96];

static int make_folder(void **state)
{
    (void)state;
    test_folder_make(folder);
    snprintf(input, sizeof input, "%s/in.csv", folder);
    snprintf(output, sizeof output, "%s/out.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

/* The label and probability that the model gives the values 1,2,3. */
#define RESULT "1%c0.96864116\n"

static const struct {
    const char *arguments[8];
    const char *text;
    const char *output; /* up to the results of the only row */
} dialects[] = {
    {{NULL}, "id,x0,x1,x2\na,1,2,3\n", "id,x0,x1,x2,label,proba\na,1,2,3,"},
    {{"--delimiter", ";"},
     "id;x0;x1;x2\na,b;1;2;3\n",
     "id;x0;x1;x2;label;proba\na,b;1;2;3;"},
    {{"--delimiter", "tab"},
     "id\tx0\tx1\tx2\n\"a\tb\"\t1\t2\t3\n",
     "id\tx0\tx1\tx2\tlabel\tproba\n\"a\tb\"\t1\t2\t3\t"},
    {{"--delimiter", "\\t"},
     "x0\tx1\tx2\n1\t2\t3\n",
     "x0\tx1\tx2\tlabel\tproba\n1\t2\t3\t"},
    {{"--delimiter", " "}, "x0 x1 x2\n1 2 3\n", "x0 x1 x2 label proba\n1 2 3 "},
    {{"--quote", "'"},
     "'i''d',x0,x1,x2\n'a,\"b',1,'2',3\n",
     "'i''d',x0,x1,x2,label,proba\n'a,\"b',1,'2',3,"},
    {{"--quote", "'"},
     "i\"d,x0,x1,x2\n\"a,1,2,3\n",
     "i\"d,x0,x1,x2,label,proba\n\"a,1,2,3,"},
    {{"--no-quote"},
     "\"id,x0,x1,x2\n\"a,1,2,3\n",
     "\"id,x0,x1,x2,label,proba\n\"a,1,2,3,"},
    {{"--comment", "#"}, "#\"\nx0,x1,x2\n#1,2\n1,2,3\n#", "x0,x1,x2,label,proba\n1,2,3,"},
    {{"--comment", "#", "--columns", "id,x0"},
     "x0,x1,x2,id\n1,2,3,#\"a\"\n",
     "id,x0,label,proba\n\"#\"\"a\"\"\",1,"},
    {{"--comment", "#", "--columns", "#i"},
     "x0,x1,x2,#i\n1,2,3,4\n",
     "\"#i\",label,proba\n4,"},
    {{"--skip-lines", "0"}, "x0,x1,x2\n1,2,3\n", "x0,x1,x2,label,proba\n1,2,3,"},
    {{"--skip-lines", "2"},
     "say \"\r\n\r\nx0,x1,x2\n1,2,3\n",
     "x0,x1,x2,label,proba\n1,2,3,"},
    {{"--skip-lines", "1", "--no-header"}, "\xEF\xBB\xBF?\n1,2,3\n", "1,2,3,"},
    {{"--max-field", "1", "--no-header"}, "1,2,\"3\"\n", "1,2,\"3\","},
    {{"--delimiter", ";", "--quote", "|", "--comment", "%", "--skip-lines", "1"},
     "|\n%;|\nx0;|x1|;x2\n1;|2|;3\n",
     "x0;x1;x2;label;proba\n1;|2|;3;"},
};

/* What a dialect's job writes, from a file and from a pipe. */
static void dialects_are_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++) {
        const char *arguments[12] = {"-m", MODEL, "-"};
        for (size_t k = 0; k < 8 && dialects[i].arguments[k] != NULL; k++)
            arguments[3 + k] = dialects[i].arguments[k];
        test_write_file(input, dialects[i].text, strlen(dialects[i].text));
        for (int piped = 0; piped <= 1; piped++) {
            struct test_program program = {.input = piped ? input : NULL};
            arguments[2] = piped ? "-" : input;
            test_program_run(&program, arguments);
            size_t size = strlen(dialects[i].output);
            if (program.exit_code != 0 ||
                strncmp(program.out, dialects[i].output, size) != 0)
                fail_msg("%s %s: exit %d, '%s' and '%s'", arguments[3], arguments[4],
                         program.exit_code, program.out, program.err);
            char delimiter = dialects[i].output[size - 1];
            char expected[32];
            snprintf(expected, sizeof expected, RESULT, delimiter);
            assert_string_equal(program.out + size, expected);
        }
    }
    print_message("%zu dialects\n", sizeof dialects / sizeof dialects[0]);
}

static void write_named(char *path, const char *name, const char *text)
{
    snprintf(path, 96, "%s/%s", folder, name);
    test_write_file(path, text, strlen(text));
}

/* Tabs where the name says so, unless --delimiter says what there is. */
static void tabs_are_known_by_the_name(void **state)
{
    static const char tabs[] = "id\tx0\tx1\tx2\na,\"b\t1\t2\t3\n";
    static const char *const names[] = {"in.tsv", "in.tab", "in.csv.tsv"};
    char path[96], other[96], expected[512];
    struct test_program program = {0};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        write_named(path, names[i], tabs);
        TEST_RUN(&program, "-m", MODEL, path);
        assert_string_equal(program.err, "");
        assert_string_equal(program.out, "id\tx0\tx1\tx2\tlabel\tproba\n"
                                         "a,\"b\t1\t2\t3\t1\t0.96864116\n");
        TEST_RUN(&program, "csv", path);
        assert_string_equal(program.out, "id,x0,x1,x2\n\"a,\"\"b\",1,2,3\n");
        unlink(path);
    }
    write_named(path, "in.tsv", "x0,x1,x2\n1,2,3\n");
    write_named(other, "other.csv", "x0,x1,x2\n1,2,3\n");
    TEST_RUN(&program, "-m", MODEL, path, other, "--delimiter", ",");
    assert_string_equal(program.out, "x0,x1,x2,label,proba\n1,2,3,1,0.96864116\n"
                                     "1,2,3,1,0.96864116\n");
    TEST_RUN(&program, "-m", MODEL, other, path);
    assert_int_equal(program.exit_code, 2);
    snprintf(expected, sizeof expected,
             "gpuclassify: by their names, %s has tabs between its fields and %s has "
             "commas: say which all inputs have, with --delimiter tab or --delimiter ,\n",
             path, other);
    assert_string_equal(program.err, expected);
    unlink(path);
    unlink(other);
}

static const struct {
    const char *arguments[5];
    const char *said;
} mistakes[] = {
    {{"--quote", ""}, "--quote takes one ASCII character or tab, not ''"},
    {{"--quote", "''"}, "--quote takes one ASCII character or tab, not ''''"},
    {{"--quote", "\xC3"}, "--quote takes one ASCII character or tab"},
    {{"--quote", ","}, "the quote and the delimiter are both ','"},
    {{"--quote", "\n"}, "the quote cannot be a line end"},
    {{"--comment", "##"}, "--comment takes one ASCII character or tab, not '##'"},
    {{"--comment", ","}, "the comment and the delimiter are both ','"},
    {{"--comment", "\""}, "the comment and the quote are both '\"'"},
    {{"--comment", "-"}, "the comment cannot be '-': letters, digits"},
    {{"--delimiter", "e"}, "the delimiter cannot be 'e': letters, digits"},
    {{"--no-quote", "--quote", "'"}, "give --quote or --no-quote"},
    {{"--skip-lines", "-1"},
     "--skip-lines takes a number from 0 to 4294967295, not '-1'"},
    {{"--skip-lines", "4294967296"}, "--skip-lines takes a number from 0 to"},
    {{"--skip-lines", "99999999999999999999"}, "--skip-lines takes a number from 0 to"},
    {{"--max-field", "0"}, "--max-field takes a number from 1 to 268435456, not '0'"},
    {{"--max-field", "1k"}, "--max-field takes a number from 1 to 268435456, not '1k'"},
    {{"--comment", "#", "--csv-parser", "libcsv"}, "libcsv cannot read comments"},
    {{"--no-quote", "--csv-parser", "libcsv"}, "libcsv cannot read text without quotes"},
};

static void mistakes_are_explained(void **state)
{
    (void)state;
    test_write_file(input, BYTES("x0,x1,x2\n1,2,3\n"));
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct test_program program = {0};
        const char *const *a = mistakes[i].arguments;
        TEST_RUN(&program, "-m", MODEL, input, "-o", output, a[0], a[1], a[2], a[3]);
        if (program.exit_code != 2 || strstr(program.err, mistakes[i].said) == NULL)
            fail_msg("%s: exit %d, %s", a[0], program.exit_code, program.err);
        assert_int_equal(test_folder_count(folder), 1);
    }
    /* The black box reads as the pandas job does. */
    static const char *const refused[] = {
        "--quote=|",      "--no-quote",      "--comment=#", "--skip-lines=1",
        "--max-field=10", "--bad-rows=skip", "--rejects=x"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct test_program program = {0};
        char expected[100];
        TEST_RUN(&program, "-m", "blackbox", input, refused[i]);
        snprintf(expected, sizeof expected,
                 "gpuclassify: %.*s is for models with features",
                 (int)strcspn(refused[i], "="), refused[i]);
        assert_int_equal(program.exit_code, 2);
        assert_memory_equal(program.err, expected, strlen(expected));
    }
}

static const struct {
    const char *bytes;
    size_t size;
    const char *arguments[2];
    const char *said; /* behind the file's name */
} bad_inputs[] = {
    {BYTES("\xFF\xFEx\0,\0\n\0"), {NULL}, ": is UTF-16, not UTF-8: convert it"},
    {BYTES("x\0,\0\n\0"), {NULL}, ": is UTF-16LE, not UTF-8: convert it"},
    {BYTES("PAR1\x15\4\x15"), {NULL}, ": is a Parquet file, not a CSV file: export it"},
    {BYTES("PK\3\4\x14\0"), {NULL}, ": is an Excel or zip file, not a CSV file"},
    {BYTES("\xFD"
           "7zXZ\0\0"),
     {NULL},
     ": is packed by xz, not a CSV file: unpack it"},
    {BYTES("x0,\0,x2\n1,2,3\n"), {NULL}, ": is a binary file, not CSV: there is a NUL"},
    {BYTES("ab\0\nx0,x1,x2\n"), {"--skip-lines", "1"}, ": is a binary file, not CSV"},
    {BYTES("x0,x1,x2\n1,2\0,3\n"), {NULL}, ":2: column 'x1': '2?' is not a number"},
    {BYTES("a\nb\n"),
     {"--skip-lines", "3"},
     ":3: nothing is left of the input behind the"},
    {BYTES("x0,x1,x2\n1,222,3\n"),
     {"--max-field", "2"},
     ":2: field larger than field limit (2)"},
    {BYTES("a b\nx0,x1,x2\n\n1,x,3\n"),
     {"--skip-lines", "1"},
     ":4: column 'x1': 'x' is not"},
    {BYTES("#\nx0,x1,x2\n#\n1,x,3\n"), {"--comment", "#"}, ":4: column 'x1': 'x' is not"},
};

static void what_is_no_csv_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_inputs / sizeof bad_inputs[0]; i++)
        for (int piped = 0; piped <= 1; piped++) {
            struct test_program program = {.input = piped ? input : NULL};
            char expected[200];
            test_write_file(input, bad_inputs[i].bytes, bad_inputs[i].size);
            TEST_RUN(&program, "-m", MODEL, piped ? "-" : input, "-o", output,
                     bad_inputs[i].arguments[0], bad_inputs[i].arguments[1]);
            int size = snprintf(expected, sizeof expected, "gpuclassify: %s%s",
                                piped ? "<stdin>" : input, bad_inputs[i].said);
            if (program.exit_code != 1 ||
                strncmp(program.err, expected, (size_t)size) != 0)
                fail_msg("exit %d, '%s' instead of '%s'", program.exit_code, program.err,
                         expected);
            assert_int_equal(test_folder_count(folder), 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialects_are_read_and_written),
        cmocka_unit_test(tabs_are_known_by_the_name),
        cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(what_is_no_csv_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
