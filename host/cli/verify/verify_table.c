/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>

#include "host/cli/report.h"
#include "host/cli/verify/verify.h"

void gpuc_verify_print_head(const struct gpuc_verify *verify)
{
    fprintf(verify->table, "%-*s %7s %10s %12s  %-*s  %s\n", verify->device_width,
            "device", "threads", "batch rows", "rows/s", GPUC_VERIFY_SHA256_SHOWN,
            "SHA-256", "output");
}

/* Shows what was printed. */
static enum gpuc_status show(const struct gpuc_verify *verify, struct gpuc_error *error)
{
    return fflush(verify->table) == 0
               ? GPUC_OK
               : gpuc_fail_errno(error, errno, "cannot write the table");
}

enum gpuc_status gpuc_verify_print_run(const struct gpuc_verify *verify,
                                       const struct gpuc_verify_run *run,
                                       struct gpuc_error *error)
{
    const struct gpuc_verify_result *result = &run->result;
    const struct gpuc_verify_difference *difference = &result->difference;
    FILE *table = verify->table;
    char speed[32];
    fprintf(table, "%-*s %7" PRIu32 " %10" PRIu32 " %12s  %.*s  ", verify->device_width,
            run->device.name, run->n_threads, run->batch_rows,
            gpuc_grouped(gpuc_rows_per_second(run->report.rows, run->seconds), speed),
            GPUC_VERIFY_SHA256_SHOWN, result->sha256);
    if (run == &verify->reference)
        fprintf(table, "the reference, %" PRIu64 " bytes\n", result->n_bytes);
    else if (result->differs)
        fprintf(table,
                "DIFFERS from byte %" PRIu64 " on (line %" PRIu64 ")\n"
                "    expected: %s\n"
                "    got:      %s\n",
                difference->byte, difference->line, difference->expected,
                difference->got);
    else
        fprintf(table, "equal\n");
    if (run->report.warning[0] != '\0')
        fprintf(table, "    warning:  %s\n", run->report.warning);
    return show(verify, error);
}

enum gpuc_status gpuc_verify_print_absence(const struct gpuc_verify *verify,
                                           const char *word,
                                           const struct gpuc_verify_absence *absence,
                                           struct gpuc_error *error)
{
    fprintf(verify->table, "%-*s ", verify->device_width, absence->device);
    if (absence->n_threads > 0)
        fprintf(verify->table, "%7" PRIu32 " %10" PRIu32 " ", absence->n_threads,
                absence->batch_rows);
    fprintf(verify->table, "%s: %s\n", word, absence->reason);
    return show(verify, error);
}

void gpuc_verify_print_left_out(const struct gpuc_verify *verify)
{
    const struct gpuc_counts *left_out = &verify->grid.left_out;
    const char *before = "left out: batches of ";
    char rows[32], batches[32];
    for (size_t i = 0; i < left_out->n_items; i++, before = ", ")
        fprintf(verify->table, "%s%" PRIu32, before, left_out->items[i]);
    if (left_out->n_items > 0)
        fprintf(verify->table,
                " rows: they would cut %s rows into more than %s batches (--batch-rows "
                "runs them)\n",
                gpuc_grouped(verify->reference.report.rows, rows),
                gpuc_grouped(GPUC_VERIFY_N_BATCHES_MAX, batches));
}

enum gpuc_status gpuc_verify_print_totals(const struct gpuc_verify *verify,
                                          struct gpuc_error *error)
{
    size_t n_different = gpuc_verify_n_different(verify);
    fprintf(verify->table, "%zu runs equal, %zu different", verify->n_runs - n_different,
            n_different);
    if (verify->failed.n_items > 0)
        fprintf(verify->table, ", %zu failed", verify->failed.n_items);
    fprintf(verify->table, "\n");
    return show(verify, error);
}
