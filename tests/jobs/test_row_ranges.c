/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges of rows: what the test made of rows comes out for each range, whatever the size
 * of pieces, the number of threads and the parser; and the outputs of parts are together
 * that of all rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "csv/rows.h"
#include "jobs/csv_runs.h"
#include "jobs/forest_runs.h"
#include "support/cases.h"
#include "support/cmocka_all.h"
#include "support/random.h"

enum { N_ROWS_MAX = 60, N_PIECES = 6, N_SHARDS_MAX = 9 };

static const uint32_t piece_sizes[N_PIECES] = {1, 2, 7, 64, 1000, 0};

/* An input, and what is to come of each of its rows. */
struct sheet {
    struct gpuc_bytes text;
    struct gpuc_bytes rows;      /* canonical; nothing of a bad row */
    struct gpuc_bytes rejects;   /* nothing of a good one */
    size_t ends[N_ROWS_MAX + 1]; /* in `rows`; of so many rows */
    size_t reject_ends[N_ROWS_MAX + 1];
    size_t n_rows;
};

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

static void put(struct gpuc_bytes *text, const char *more)
{
    assert_int_equal(gpuc_bytes_append(text, more, strlen(more), NULL), GPUC_OK);
}

static unsigned count_lines(const char *text)
{
    unsigned n = 0;
    while ((text = strchr(text, '\n')) != NULL) {
        n++;
        text++;
    }
    return n;
}

/* Rows of two fields, some with lines in quotes; a bad one has one or three. */
static void make_sheet(struct test_random *random, struct sheet *sheet)
{
    static const char *const good[] = {
        "a,b", "\"x\ny\",2", "1,\"\n\n\"", "\"c,d\",\"\"\"\"", "\"\r\n\",tail", ","};
    static const char *const canonical[] = {
        "a,b", "\"x\ny\",2", "1,\"\n\n\"", "\"c,d\",\"\"\"\"", "\"\r\n\",tail", ","};
    static const char *const bad[] = {"lonely", "1,2,3", "\"\n\""};
    static const char *const listed[] = {"lonely", "\"1,2,3\"", "\"\"\"\n\"\"\""};
    unsigned line = 2;
    sheet->text.size = sheet->rows.size = sheet->rejects.size = 0;
    put(&sheet->text, "k,v\n");
    sheet->n_rows = test_random_below(random, 3) == 0
                        ? test_random_below(random, 4)
                        : test_random_below(random, N_ROWS_MAX + 1);
    for (size_t i = 0; i < sheet->n_rows; i++) {
        const char *end = test_random_below(random, 2) == 0 ? "\r\n" : "\n";
        size_t kind = test_random_below(random, 8);
        size_t k = test_random_below(random, kind == 0 ? 2 : 6);
        const char *row = kind == 0 ? bad[k] : good[k];
        char reject[120];
        for (; test_random_below(random, 6) == 0; line++)
            put(&sheet->text, "\n");
        snprintf(reject, sizeof reject, "%u,,\"expected 2 fields, saw %d\",%s\n", line,
                 k == 1 ? 3 : 1, listed[kind == 0 ? k : 0]);
        put(&sheet->text, row);
        put(&sheet->text, end);
        line += count_lines(row) + 1;
        if (kind == 0) {
            put(&sheet->rejects, reject);
        } else {
            put(&sheet->rows, canonical[k]);
            put(&sheet->rows, "\n");
        }
        sheet->ends[i + 1] = sheet->rows.size;
        sheet->reject_ends[i + 1] = sheet->rejects.size;
    }
}

static void sheet_done(struct sheet *sheet)
{
    gpuc_bytes_done(&sheet->text);
    gpuc_bytes_done(&sheet->rows);
    gpuc_bytes_done(&sheet->rejects);
}

/* Fails unless `got` is a header and the bytes from `begin` to `end`. */
static void check_text(const char *what, const void *bytes, size_t size,
                       const char *header, const struct gpuc_bytes *rows,
                       struct gpuc_span span)
{
    size_t header_size = strlen(header), n = span.end - span.begin;
    if (size != header_size + n || memcmp(bytes, header, header_size) != 0 ||
        (n > 0 &&
         memcmp((const char *)bytes + header_size, rows->data + span.begin, n) != 0))
        fail_msg("%s: '%.*s' instead of '%s%.*s'", what, (int)size, (const char *)bytes,
                 header, (int)n,
                 rows->data != NULL ? (char *)rows->data + span.begin : "");
}

static struct csv_run run_of(struct test_random *random)
{
    static const char *const parsers[] = {NULL, "portable", "libcsv"};
    return (struct csv_run){
        .folder = &folder,
        .options = {.bad_rows = "skip",
                    .piece_bytes = piece_sizes[test_random_below(random, N_PIECES)],
                    .n_threads = 1 + (uint32_t)test_random_below(random, 3),
                    .csv_parser = parsers[test_random_below(random, 3)]}};
}

/* Files are flushed to the disk, which takes long, so only some runs have one. */
static bool lists_rejects(size_t k)
{
    return k % 8 == 0;
}

static void run_sheet(struct csv_run *run, const struct sheet *sheet, size_t k)
{
    char rejects[600];
    snprintf(rejects, sizeof rejects, "%s/bad.csv", folder.path);
    run->options.rejects_path = lists_rejects(k) ? rejects : NULL;
    enum gpuc_status status = csv_run(run, sheet->text.data, sheet->text.size);
    assert_string_equal(run->error.message, "");
    assert_int_equal(status, GPUC_OK);
}

static void numbers_are_those_of_rows(void **state)
{
    struct test_random random = {.state = 1};
    struct sheet sheet = {0};
    (void)state;
    for (size_t k = 0; k < 400; k++) {
        make_sheet(&random, &sheet);
        struct csv_run run = run_of(&random);
        size_t begin = test_random_below(&random, sheet.n_rows + 2);
        size_t n = test_random_below(&random, sheet.n_rows + 2);
        run.options.skip_rows = begin;
        run.options.has_limit = test_random_below(&random, 4) > 0;
        run.options.limit_rows = n;
        run_sheet(&run, &sheet, k);
        begin = begin < sheet.n_rows ? begin : sheet.n_rows;
        n = run.options.has_limit && n < sheet.n_rows - begin ? n : sheet.n_rows - begin;
        assert_int_equal(run.report.rows, n);
        check_text("rows", run.output.data, run.output.size, "k,v\n", &sheet.rows,
                   (struct gpuc_span){sheet.ends[begin], sheet.ends[begin + n]});
        csv_run_done(&run);
        if (!lists_rejects(k))
            continue;
        struct test_file rejects = test_read_file(test_folder_file(&folder, "bad.csv"));
        check_text(
            "rejects", rejects.bytes, rejects.size, "line,column,reason,row\n",
            &sheet.rejects,
            (struct gpuc_span){sheet.reject_ends[begin], sheet.reject_ends[begin + n]});
        free(rejects.bytes);
    }
    sheet_done(&sheet);
}

static void append_file(struct gpuc_bytes *to, const char *name)
{
    struct test_file file = test_read_file(test_folder_file(&folder, name));
    assert_non_null(file.bytes);
    assert_int_equal(gpuc_bytes_append(to, file.bytes, file.size, NULL), GPUC_OK);
    free(file.bytes);
}

static void parts_are_together_all_rows(void **state)
{
    struct test_random random = {.state = 2};
    struct sheet sheet = {0};
    (void)state;
    for (uint32_t k = 0; k < 20 * N_SHARDS_MAX; k++) {
        struct gpuc_bytes outputs = {0}, rejects = {0};
        uint32_t n_shards = 1 + k % N_SHARDS_MAX;
        uint64_t n_rows = 0;
        make_sheet(&random, &sheet);
        for (uint32_t shard = 1; shard <= n_shards; shard++) {
            struct csv_run run = run_of(&random);
            run.options.shard = shard;
            run.options.n_shards = n_shards;
            run_sheet(&run, &sheet, k);
            n_rows += run.report.rows;
            assert_int_equal(
                gpuc_bytes_append(&outputs, run.output.data, run.output.size, NULL),
                GPUC_OK);
            if (lists_rejects(k))
                append_file(&rejects, "bad.csv");
            csv_run_done(&run);
        }
        assert_int_equal(n_rows, sheet.n_rows);
        check_text("rows", outputs.data, outputs.size, "k,v\n", &sheet.rows,
                   (struct gpuc_span){0, sheet.rows.size});
        if (lists_rejects(k))
            check_text("rejects", rejects.data, rejects.size, "line,column,reason,row\n",
                       &sheet.rejects, (struct gpuc_span){0, sheet.rejects.size});
        gpuc_bytes_done(&outputs);
        gpuc_bytes_done(&rejects);
    }
    sheet_done(&sheet);
}

/* Appends a job's output, which the caller frees. */
static void run_model(struct forest_run_setup *setup, struct gpuc_bytes *to)
{
    struct forest_output output;
    struct gpuc_error error;
    if (forest_run(setup, &output, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    assert_int_equal(gpuc_bytes_append(to, output.bytes, output.size, NULL), GPUC_OK);
    free(output.bytes);
}

/* The numbers of the rows are a float's only where all rows are looked at. */
static void put_model_rows(struct gpuc_bytes *text, size_t n_rows)
{
    put(text, "id,x0,x1,x2\n");
    for (size_t i = 0; i < n_rows; i++) {
        char row[80];
        snprintf(row, sizeof row, "%zu%s,%zu,\"%zu\",\"\"\n", i,
                 i + 1 == n_rows ? ".5" : "", i % 5, i % 3);
        put(text, row);
    }
}

static void parts_of_models_are_together_all_rows(void **state)
{
    static const char *const specs[] = {
        GPUC_TEST_DATA "/golden/models/xgb_exact/model.ubj", "blackbox:py3,slowness=0"};
    static const size_t n_rows[] = {0, 1, 2, 5, 40};
    struct gpuc_bytes text = {0}, whole = {0}, parts = {0};
    (void)state;
    for (size_t k = 0; k < 2 * 5; k++) {
        struct forest_run_setup setup = {.model = forest_open_model(specs[k / 5], NULL),
                                         .engine = forest_open_engine("scalar"),
                                         .options = GPUC_JOB_OPTIONS_INIT};
        text.size = whole.size = 0;
        put_model_rows(&text, n_rows[k % 5]);
        char path[600];
        snprintf(path, sizeof path, "%s",
                 test_folder_write(&folder, "in.csv", text.data, text.size));
        setup.options.input_path = path;
        run_model(&setup, &whole);
        for (uint32_t n = 1; n <= N_SHARDS_MAX * N_PIECES; n++) {
            setup.options.n_shards = 1 + n % N_SHARDS_MAX;
            setup.options.piece_bytes = piece_sizes[n % N_PIECES];
            setup.options.n_threads = 1 + n % 2;
            parts.size = 0;
            for (uint32_t shard = 1; shard <= setup.options.n_shards; shard++) {
                setup.options.shard = shard;
                run_model(&setup, &parts);
            }
            check_text(specs[k / 5], parts.data, parts.size, "", &whole,
                       (struct gpuc_span){0, whole.size});
        }
        gpuc_engine_close(setup.engine);
        gpuc_model_free(setup.model);
    }
    gpuc_bytes_done(&text);
    gpuc_bytes_done(&whole);
    gpuc_bytes_done(&parts);
}

/* A pipe that stays open, and has no more than the rows that are wanted. */
static void no_more_is_read_than_is_wanted(void **state)
{
    static const char text[] = "a,b\n1,2\n3,4\n5,6\n";
    int data[2], saved = dup(STDIN_FILENO);
    (void)state;
    for (uint64_t skip = 0; skip <= 3; skip++) {
        struct csv_run run = {
            .folder = &folder,
            .options = {.skip_rows = skip, .has_limit = true, .limit_rows = 3 - skip}};
        assert_int_equal(pipe(data), 0);
        assert_int_equal(dup2(data[0], STDIN_FILENO), STDIN_FILENO);
        assert_int_equal(write(data[1], text, sizeof text - 1), sizeof text - 1);
        assert_int_equal(csv_run_file(&run), GPUC_OK);
        assert_int_equal(run.report.rows, 3 - skip);
        close(data[0]);
        close(data[1]);
        csv_run_done(&run);
    }
    assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
    close(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_rows),
        cmocka_unit_test(parts_are_together_all_rows),
        cmocka_unit_test(parts_of_models_are_together_all_rows),
        cmocka_unit_test(no_more_is_read_than_is_wanted),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
