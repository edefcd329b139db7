/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong outside a range of rows is as if it were not there; and ranges that make
 * no sense. */
#include <string.h>

#include "jobs/csv_runs.h"
#include "support/cmocka_all.h"

enum { N_PIECES = 6 };

static const uint32_t piece_sizes[N_PIECES] = {1, 2, 7, 64, 1000, 0};

static struct test_folder folder;

static int make_folder(void **state)
{
    (void)state;
    folder = test_folder_new();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_free(&folder);
    return 0;
}

static const struct {
    const char *text;
    struct gpuc_job_options options;
    const char *output;
    const char *message; /* behind the name of the input */
} faulty[] = {
    {"a,b\n1,2\n3\n5,6\n", {.skip_rows = 2}, "a,b\n5,6\n", NULL},
    {"a,b\n1,2\n3\n5,6\n", {.limit_rows = 1, .has_limit = true}, "a,b\n1,2\n", NULL},
    {"a,b\n1,2\n3\n5,6\n", {.skip_rows = 1}, NULL, ":3: expected 2 fields"},
    {"a,b\n1,2\n\"\n\n\",4\n5,6,7\n", {.skip_rows = 2}, NULL, ":6: expected 2 fields"},
    {"a,b\n1,2\n3,\"4\n5,6\n", {.limit_rows = 1, .has_limit = true}, "a,b\n1,2\n", NULL},
    {"a,b\n1,2\n3,\"4\n5,6\n", {.skip_rows = 2}, "a,b\n", NULL},
    {"a,b\n1,2\n3,\"4\n5,6\n", {.skip_rows = 1}, NULL, ":3: unexpected end of data"},
    {"a,b\n\xff,2\n\"3\"x,4\n5,6\n", {.skip_rows = 2}, "a,b\n5,6\n", NULL},
    {"a,b\n12345,2\n5,6\n", {.skip_rows = 1, .max_field_chars = 4}, "a,b\n5,6\n", NULL},
    {"a,b\n1,2\n12345,6\n",
     {.has_limit = true, .limit_rows = 1, .max_field_chars = 4},
     "a,b\n1,2\n",
     NULL},
    {"a,b\n1,2\n3,4\n5\n", {.shard = 1, .n_shards = 2}, "a,b\n1,2\n", NULL},
    {"a,b\n1,2\n3,4\n5\n", {.shard = 2, .n_shards = 2}, NULL, ":4: expected 2 fields"},
    {"a,b\n1\n3,4\n5,6\n", {.shard = 2, .n_shards = 2}, "5,6\n", NULL},
    {"a,b\n1\n3,4\n5,6\n", {.shard = 1, .n_shards = 2}, NULL, ":2: expected 2 fields"},
};

static void faults_outside_are_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++)
        for (size_t k = 0; k < N_PIECES; k++) {
            struct csv_run run = {.folder = &folder, .options = faulty[i].options};
            const char *output = faulty[i].output;
            run.options.piece_bytes = piece_sizes[k];
            run.options.n_threads = 1 + k % 2;
            enum gpuc_status status =
                csv_run(&run, faulty[i].text, strlen(faulty[i].text));
            bool is_good = output != NULL
                               ? status == GPUC_OK
                               : status == GPUC_EDATA &&
                                     strstr(run.error.message, faulty[i].message) != NULL;
            if (!is_good)
                fail_msg("%zu, pieces of %u: '%s'", i, (unsigned)piece_sizes[k],
                         run.error.message);
            if (output != NULL) {
                assert_int_equal(run.output.size, strlen(output));
                assert_memory_equal(run.output.data, output, run.output.size);
            }
            csv_run_done(&run);
        }
}

/* libcsv reads nothing behind what it refuses. */
static void what_libcsv_refuses_before_a_range_is_an_error(void **state)
{
    static const char text[] = "a,b\n\"1\"x,2\n3,4\n5,6\n";
    (void)state;
    for (size_t k = 0; k < 2 * N_PIECES; k++) {
        struct csv_run run = {
            .folder = &folder,
            .options = {.csv_parser = "libcsv", .piece_bytes = piece_sizes[k / 2]}};
        run.options.skip_rows = k % 2;
        run.options.shard = run.options.n_shards = k % 2 == 0 ? 2 : 0;
        assert_int_equal(csv_run(&run, text, sizeof text - 1), GPUC_EDATA);
        assert_non_null(strstr(run.error.message, ":2: libcsv refuses a quote here"));
        csv_run_done(&run);
    }
}

static void senseless_ranges_are_refused(void **state)
{
    static const struct {
        struct gpuc_job_options options;
        enum gpuc_csv_form form;
        const char *message;
    } cases[] = {
        {{.shard = 1}, GPUC_CSV_CANONICAL, "no shard 1 of 0"},
        {{.n_shards = 3}, GPUC_CSV_CANONICAL, "no shard 0 of 3"},
        {{.shard = 4, .n_shards = 3}, GPUC_CSV_CANONICAL, "no shard 4 of 3"},
        {{.shard = 1, .n_shards = 1, .skip_rows = 1},
         GPUC_CSV_CANONICAL,
         "leave --skip and --limit out"},
        {{.shard = 1, .n_shards = 2, .has_limit = true},
         GPUC_CSV_CANONICAL,
         "leave --skip and --limit out"},
        {{.shard = 1, .n_shards = 2}, GPUC_CSV_JSON, "array cannot be written in parts"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct csv_run run = {
            .folder = &folder, .options = cases[i].options, .form = cases[i].form};
        assert_int_equal(csv_run(&run, "a\n1\n", 4), GPUC_EUSAGE);
        assert_non_null(strstr(run.error.message, cases[i].message));
        csv_run_done(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_outside_are_none),
        cmocka_unit_test(what_libcsv_refuses_before_a_range_is_an_error),
        cmocka_unit_test(senseless_ranges_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
