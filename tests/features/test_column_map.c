/* SPDX-License-Identifier: Apache-2.0 */
#include "features/column_map.h"

#include <stdio.h>
#include <string.h>

#include "features/made_info.h"
#include "support/cmocka_all.h"

enum { N_MAX = 12 };

/* A header, a model and options; and which column each feature is, or what is wrong. */
struct matched {
    const char *header;          /* as "id|x|" */
    const char *features[N_MAX]; /* all NULL: `n_features` without names */
    size_t n_features;
    const char *ignore;
    const char *columns;
    const char *feature_columns; /* as "1 0 " */
    const char *passed;          /* likewise; NULL: of no account */
    bool no_header;
    bool blanks_are_underscores;
    enum gpuc_status status; /* GPUC_OK, or with this message */
    const char *message;
};

static void put_columns(char *text, size_t size, const uint32_t *columns, size_t n)
{
    text[0] = '\0';
    for (size_t i = 0, used = 0; i < n; i++)
        used += (size_t)snprintf(text + used, size - used, "%u ", (unsigned)columns[i]);
}

static void check(const struct matched *item)
{
    struct gpuc_model_info info =
        made_info(item->features[0] != NULL ? item->features : NULL, item->n_features);
    struct gpuc_text_list header = made_header(item->header);
    const struct gpuc_column_options options = {.has_header = !item->no_header,
                                                .line = 3,
                                                .ignore = item->ignore,
                                                .columns = item->columns};
    struct gpuc_column_map map;
    struct gpuc_error error = {.message = ""};
    char text[128];

    info.blanks_are_underscores = item->blanks_are_underscores;
    enum gpuc_status status =
        gpuc_column_map_init(&map, &header, &info, &options, "in.csv", &error);
    if (status != item->status ||
        strcmp(error.message, item->message != NULL ? item->message : "") != 0)
        fail_msg("%s: %d '%s' instead of %d '%s'", item->header, status, error.message,
                 item->status, item->message != NULL ? item->message : "");
    if (status == GPUC_OK) {
        put_columns(text, sizeof text, map.feature_columns, info.n_features);
        assert_string_equal(text, item->feature_columns);
        put_columns(text, sizeof text, map.passed, map.n_passed);
        if (item->passed != NULL)
            assert_string_equal(text, item->passed);
    }
    gpuc_column_map_done(&map);
    gpuc_text_list_done(&header);
    gpuc_model_info_done(&info);
}

#define CHECK_ALL(items)                                                                 \
  for (size_t i = 0; i < sizeof(items) / sizeof(items)[0]; i++)                          \
  check(&(items)[i])

static void test_by_name(void **state)
{
    static const struct matched items[] = {
        {.header = "x|y|", .features = {"x", "y"}, .feature_columns = "0 1 "},
        {.header = "y|x|", .features = {"x", "y"}, .feature_columns = "1 0 "},
        {.header = "id|y|z|x|t|", .features = {"x", "y"}, .feature_columns = "3 1 "},
        /* Names are whole texts, case and blanks too. */
        {.header = "X|x |x|", .features = {"x"}, .feature_columns = "2 "},
        {.header = "|a,b|\"|\xE6\xB8\xA9|",
         .features = {"\xE6\xB8\xA9", "\"", "a,b", ""},
         .feature_columns = "3 2 1 0 "},
        /* Other columns may be there twice. */
        {.header = "t|x|t|t|", .features = {"x"}, .feature_columns = "1 "},
        {.header = "x|y|x|",
         .features = {"x", "y"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header has the feature 'x' 2 times"},
        {.header = "x|",
         .features = {"x", "y"},
         .status = GPUC_EDATA,
         .message =
             "in.csv:3: the header lacks 1 of the model's 2 features: 'y' (it is one "
             "column: --delimiter says what separates columns)"},
        {.header = "id|",
         .features = {"a", "b", "c", "d", "e", "f", "g"},
         .status = GPUC_EDATA,
         .message =
             "in.csv:3: the header lacks 7 of the model's 7 features: 'a', 'b', "
             "'c', 'd', 'e', ... (it is one column: --delimiter says what separates "
             "columns)"},
        {.header = "x;y|z|",
         .features = {"x", "y"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 2 of the model's 2 features: 'x', 'y'"},
        {.header = "f|g|",
         .features = {"a", "b", "c", "d", "e", "f", "g"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 5 of the model's 7 features: 'a', 'b', "
                    "'c', 'd', 'e'"},
        {.header = "x|",
         .features = {"0123456789012345678901234567890123456789012345678901234567890123"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 1 of the model's 1 features: "
                    "'012345678901234567890123456789012345678901234567890123456789'"},
        /* What may be meant by the first that is absent, but is no feature itself. */
        {.header = " x1|y|",
         .features = {"x1", "y"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 1 of the model's 2 features: 'x1'; ' x1' "
                    "differs only by blanks"},
        {.header = "hieght|weigth|",
         .features = {"height", "weight"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 2 of the model's 2 features: 'height', "
                    "'weight'; did you mean 'hieght'?"},
        {.header = "weight2|Weight1|",
         .features = {"weight1", "weight2"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 1 of the model's 2 features: 'weight1'; "
                    "'Weight1' differs only by case"},
        {.header = "weight2|y|",
         .features = {"weight1", "weight2"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 1 of the model's 2 features: 'weight1'"},
        /* Columns that are ignored are no features. */
        {.header = "id|x|", .features = {"x"}, .ignore = "id", .feature_columns = "1 "},
        {.header = "id|x|",
         .features = {"x"},
         .ignore = "id,x",
         .status = GPUC_EUSAGE,
         .message = "--ignore: 'x' is a feature of the model: leave it out"},
        {.header = "id|x|",
         .features = {"x"},
         .ignore = "ID",
         .status = GPUC_EUSAGE,
         .message = "--ignore: in.csv has no column 'ID'; 'id' differs only by case"},
    };
    (void)state;
    CHECK_ALL(items);
}

static void test_by_position(void **state)
{
    static const struct matched items[] = {
        {.header = "b|a|", .n_features = 2, .feature_columns = "0 1 "},
        {.header = "a|a|", .n_features = 2, .feature_columns = "0 1 "},
        {.header = "id|b|label|a|",
         .n_features = 2,
         .ignore = "label,id",
         .feature_columns = "1 3 "},
        {.header = "id|b|a|",
         .n_features = 2,
         .status = GPUC_EDATA,
         .message = "in.csv:3: 3 columns for the model's 2 features, which go by "
                    "position: name those that are no features with --ignore"},
        {.header = "a;b|",
         .n_features = 2,
         .status = GPUC_EDATA,
         .message = "in.csv:3: 1 columns for the model's 2 features, which go by "
                    "position: some are absent, or the delimiter is another one"},
        {.header = "id|b|a|",
         .n_features = 3,
         .ignore = "id",
         .status = GPUC_EDATA,
         .message = "in.csv:3: 2 columns for the model's 3 features, which go by "
                    "position: some are absent, or the delimiter is another one"},
    };
    (void)state;
    CHECK_ALL(items);
}

/* Names that a trainer made up count where the header has all of them. */
static void test_made_up_names(void **state)
{
    static const struct matched items[] = {
        {.header = "Column_1|Column_0|",
         .features = {"Column_0", "Column_1"},
         .feature_columns = "1 0 "},
        {.header = "id|f1|f0|", .features = {"f0", "f1"}, .feature_columns = "2 1 "},
        {.header = "a|b|",
         .features = {"Column_0", "Column_1"},
         .feature_columns = "0 1 "},
        {.header = "id|a|b|",
         .features = {"f0", "f1"},
         .ignore = "id",
         .feature_columns = "1 2 "},
        /* One of them is absent: all go by position. */
        {.header = "f1|a|", .features = {"f0", "f1"}, .feature_columns = "0 1 "},
        {.header = "id|a|b|",
         .features = {"f0", "f1"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: 3 columns for the model's 2 features, which go by "
                    "position: name those that are no features with --ignore"},
        /* Not made up: another number, another word, one real name among them. */
        {.header = "a|b|",
         .features = {"f1", "f0"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 2 of the model's 2 features: 'f1', 'f0'"},
        {.header = "a|b|",
         .features = {"F0", "f1"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 2 of the model's 2 features: 'F0', 'f1'"},
        {.header = "a|b|",
         .features = {"f0", "age"},
         .status = GPUC_EDATA,
         .message =
             "in.csv:3: the header lacks 2 of the model's 2 features: 'f0', 'age'"},
    };
    (void)state;
    CHECK_ALL(items);
}

/* LightGBM writes _ for the blanks of names. */
static void test_blanks(void **state)
{
    static const struct matched items[] = {
        {.header = "say hi|my id|",
         .features = {"say_hi"},
         .blanks_are_underscores = true,
         .feature_columns = "0 "},
        {.header = "my id|say_hi|",
         .features = {"say_hi"},
         .blanks_are_underscores = true,
         .feature_columns = "1 "},
        {.header = " a  b |x|",
         .features = {"x", "_a__b_"},
         .blanks_are_underscores = true,
         .feature_columns = "1 0 "},
        /* Options name columns as the header has them. */
        {.header = "my id|say hi|",
         .features = {"say_hi"},
         .blanks_are_underscores = true,
         .ignore = "my id",
         .columns = "say hi,my id",
         .feature_columns = "1 ",
         .passed = "1 0 "},
        {.header = "say hi|",
         .features = {"say_hi"},
         .blanks_are_underscores = true,
         .columns = "say_hi",
         .status = GPUC_EUSAGE,
         .message = "--columns: in.csv has no column 'say_hi'; did you mean 'say hi'?"},
        {.header = "say hi|say_hi|",
         .features = {"say_hi"},
         .blanks_are_underscores = true,
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header has the feature 'say_hi' 2 times"},
        {.header = "say hi|",
         .features = {"say_hi"},
         .status = GPUC_EDATA,
         .message = "in.csv:3: the header lacks 1 of the model's 1 features: 'say_hi'; "
                    "did you mean 'say hi'?"},
    };
    (void)state;
    CHECK_ALL(items);
}

/* Without a header columns have the numbers 1, 2.. and names count for nothing. */
static void test_no_header(void **state)
{
    static const struct matched items[] = {
        {.header = "5|x|",
         .features = {"x", "y"},
         .no_header = true,
         .feature_columns = "0 1 ",
         .passed = "0 1 "},
        {.header = "5|6|7|",
         .n_features = 2,
         .no_header = true,
         .ignore = "2",
         .columns = "3,2",
         .feature_columns = "0 2 ",
         .passed = "2 1 "},
        {.header = "5|6|",
         .n_features = 2,
         .no_header = true,
         .columns = "5",
         .status = GPUC_EUSAGE,
         .message = "--columns: in.csv has no column '5'; without a header, columns go "
                    "by number, 1 to 2"},
        {.header = "5|6|",
         .n_features = 1,
         .no_header = true,
         .ignore = "0",
         .status = GPUC_EUSAGE,
         .message = "--ignore: in.csv has no column '0'; without a header, columns go by "
                    "number, 1 to 2"},
        {.header = "5|6|",
         .n_features = 1,
         .no_header = true,
         .status = GPUC_EDATA,
         .message = "in.csv:3: 2 columns for the model's 1 features, which go by "
                    "position: name those that are no features with --ignore"},
    };
    (void)state;
    CHECK_ALL(items);
}

static void test_passed(void **state)
{
#define BASE                                                                             \
  .header = "id|x|a,b|say \"hi\"|all|", .features = {"x"}, .feature_columns = "1 "
    static const struct matched items[] = {
        {BASE, .passed = "0 1 2 3 4 "},
        {BASE, .columns = "all", .passed = "0 1 2 3 4 "},
        {BASE, .columns = "none", .passed = ""},
        {BASE, .columns = "x,id", .passed = "1 0 "},
        {BASE, .columns = "\"a,b\",id", .passed = "2 0 "},
        {BASE, .columns = "\"say \"\"hi\"\"\"", .passed = "3 "},
        {BASE, .columns = "say \"hi\"", .passed = "3 "},
        {BASE, .columns = "\"all\"", .passed = "4 "},
        {BASE, .columns = "id,all", .passed = "0 4 "},
        {BASE, .columns = "id,id", .passed = "0 0 "},
        {BASE, .columns = "a,b", .status = GPUC_EUSAGE,
         .message = "--columns: in.csv has no column 'a'"},
        {BASE, .columns = "", .status = GPUC_EUSAGE,
         .message = "--columns: in.csv has no column ''"},
        {BASE, .columns = "id,\"x", .status = GPUC_EUSAGE,
         .message = "--columns: a quote is not closed: end the item with one"},
    };
#undef BASE
    (void)state;
    CHECK_ALL(items);
}

static void test_failures(void **state)
{
    static const char *const names[] = {"a b", "x", NULL};
    (void)state;
    struct gpuc_model_info info = made_info(names, 0);
    struct gpuc_text_list header = made_header("x|id|a b|");
    const struct gpuc_column_options options = {
        .has_header = true, .ignore = "id", .columns = "\"x\",id"};
    size_t n_failures = 0;
    for (long n_before = 0;; n_before++) {
        struct gpuc_column_map map;
        gpuc_memory_fail_after(n_before, false);
        enum gpuc_status status =
            gpuc_column_map_init(&map, &header, &info, &options, "in.csv", NULL);
        bool failed = gpuc_memory_fail_after(-1, false) > n_before;
        assert_int_equal(status, failed ? GPUC_ENOMEM : GPUC_OK);
        gpuc_column_map_done(&map);
        n_failures += failed;
        if (!failed)
            break;
    }
    assert_true(n_failures >= 5);
    gpuc_text_list_done(&header);
    gpuc_model_info_done(&info);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_name),       cmocka_unit_test(test_by_position),
        cmocka_unit_test(test_made_up_names), cmocka_unit_test(test_blanks),
        cmocka_unit_test(test_no_header),     cmocka_unit_test(test_passed),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
