/* SPDX-License-Identifier: Apache-2.0 */
/* The line that tells how far a job is: its parts, and what goes first for want of room.
 */
#include "host/cli/progress_text.h"

#include <string.h>

#include "support/cmocka_all.h"

static const struct gpuc_progress_view view = {
    .name = "in.csv",
    .doing = "classifying",
    .progress = {.pass = 1,
                 .n_passes = 1,
                 .rows = 2000,
                 .bytes = 4000000,
                 .file_bytes = 50,
                 .total_bytes = 200},
    .seconds = 2,
    .shares = {{"avx2", 500}, {"opencl:0.0", 1500}},
    .n_shares = 2};

static void check(const struct gpuc_progress_view *of, int n_columns, const char *wanted)
{
    char text[GPUC_PROGRESS_TEXT_SIZE];
    assert_int_equal(gpuc_progress_text(of, n_columns, text), strlen(wanted));
    assert_string_equal(text, wanted);
}

static void test_parts(void **state)
{
    (void)state;
    struct gpuc_progress_view other = view;
    check(&view, 200,
          "in.csv   25%  2,000 rows  1,000 rows/s  2.0 MB/s  ETA 0:06  avx2 25%, "
          "opencl:0.0 75%");
    check(&view, 80, "in.csv   25%  2,000 rows  1,000 rows/s  2.0 MB/s  ETA 0:06");
    check(&view, 48, "in.csv   25%  2,000 rows  1,000 rows/s  ETA 0:06");
    check(&view, 41, " 25%  2,000 rows  1,000 rows/s  ETA 0:06");
    other.n_shares = 0;
    check(&other, 200, "in.csv   25%  2,000 rows  1,000 rows/s  2.0 MB/s  ETA 0:06");
    /* Nothing is known of shares before the first rows. */
    other = view;
    other.shares[0].rows = other.shares[1].rows = 0;
    check(&other, 200, "in.csv   25%  2,000 rows  1,000 rows/s  2.0 MB/s  ETA 0:06");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
