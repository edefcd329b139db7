/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs that are stopped after every number of batches, whose pieces are cut almost
 * anywhere, and run again: output and rejects, with the lines that these name, are those
 * of a job that ran through.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gpuclassify.h"
#include "support/cmocka_all.h"
#include "support/folder.h"

static const char text[] = "id,x,y\r\n"
                           "1,a,\"b\r\nb\"\r\n"
                           "\r\n"
                           "# no row, and \"no quote\r\n"
                           "2,\"c\"\"c\",d\r"
                           "3,too,many,fields\r\n"
                           "4,\"e,\n\n\",f\n"
                           "\n\r\n"
                           "5,too few\r\n"
                           "6,g,h\r\n"
                           "7,\"\r\n\",\r\n"
                           "8,short\r"
                           "9,i,j";

static struct test_folder folder;

/* Stops the job once it has finished so many batches. */
struct stop {
    size_t n_left;
    int fd;
};

static void count_down(void *context, const struct gpuc_progress *progress)
{
    struct stop *stop = context;
    if (progress->bytes > 0 && stop->n_left > 0 && --stop->n_left == 0)
        assert_int_equal(write(stop->fd, "", 1), 1);
}

/* Runs the job up to so many batches, 0: to its end; *ret_rows: those it counted. */
static enum gpuc_status run(struct gpuc_job_options options, size_t n_batches,
                            uint64_t *ret_rows, struct gpuc_error *error)
{
    struct gpuc_job_report report = {0};
    struct stop stop = {.n_left = n_batches};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    stop.fd = ends[1];
    options.cancel_fd = ends[0];
    options.progress = count_down;
    options.context = &stop;
    enum gpuc_status status = gpuc_csv_run(&options, GPUC_CSV_CANONICAL, &report, error);
    *ret_rows = report.rows;
    close(ends[0]);
    close(ends[1]);
    return status;
}

static size_t read_file(const char *name, char *bytes, size_t size)
{
    FILE *file = fopen(test_folder_file(&folder, name), "rb");
    assert_non_null(file);
    size_t n = fread(bytes, 1, size, file);
    fclose(file);
    return n;
}

static void stopped_anywhere(void **state)
{
    static const uint32_t piece_sizes[] = {2, 3, 13, 60};
    char input[512], output[512], rejects[512], out[1024], bad[1024];
    struct gpuc_error error = {.message = ""};
    uint64_t n_rows, n_rows_again;
    size_t n_stopped = 0;
    (void)state;
    snprintf(input, sizeof input, "%s",
             test_folder_write(&folder, "in.csv", text, sizeof text - 1));
    snprintf(output, sizeof output, "%s", test_folder_file(&folder, "out.csv"));
    snprintf(rejects, sizeof rejects, "%s", test_folder_file(&folder, "bad.csv"));
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;
    options.input_path = input;
    options.output_path = output;
    options.rejects_path = rejects;
    options.bad_rows = "skip";
    options.comment = '#';
    options.n_threads = 2;
    assert_int_equal(run(options, 0, &n_rows, &error), GPUC_OK);
    assert_int_equal(n_rows, 9);
    size_t out_size = read_file("out.csv", out, sizeof out);
    size_t bad_size = read_file("bad.csv", bad, sizeof bad - 1);
    bad[bad_size] = '\0';
    assert_non_null(strstr(bad, "\n17,,")); /* where row 8 begins */

    options.resume = true;
    for (size_t i = 0; i < sizeof piece_sizes / sizeof *piece_sizes; i++) {
        options.piece_bytes = piece_sizes[i];
        enum gpuc_status status = GPUC_ECANCELLED;
        for (size_t n = 1; status == GPUC_ECANCELLED; n++) {
            remove(output);
            remove(rejects);
            status = run(options, n, &n_rows_again, &error);
            if (status == GPUC_ECANCELLED) {
                n_stopped++;
                assert_int_equal(run(options, 0, &n_rows_again, &error), GPUC_OK);
            }
            assert_int_equal(n_rows_again, n_rows);
            assert_true(test_folder_holds(&folder, "out.csv", out, out_size));
            assert_true(test_folder_holds(&folder, "bad.csv", bad, bad_size));
            assert_int_equal(test_folder_count(&folder), 3);
        }
        assert_int_equal(status, GPUC_OK);
    }
    print_message("stopped %zu times\n", n_stopped);
    assert_true(n_stopped > 80);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stopped_anywhere)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
