/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/cli/report.h"

static const double seconds_between = 0.2;

void gpuc_progress_init(struct gpuc_progress_line *line, const char *name, bool always,
                        bool quiet)
{
    *line = (struct gpuc_progress_line){
        .enabled = !quiet && (always || isatty(STDERR_FILENO)),
        .name = name,
        .last_shown = gpuc_clock_seconds(),
    };
}

/* "  43%" and " ETA 0:05" where the size of the input is known. */
static int format_rest(char *text, size_t size, const struct gpuc_progress *progress,
                       double elapsed)
{
    if (progress->total_bytes == 0 || progress->bytes == 0)
        return snprintf(text, size, "%s", "");
    double done = (double)progress->bytes / (double)progress->total_bytes;
    double left = done > 0 && done < 1 ? elapsed / done - elapsed : 0;
    unsigned seconds = (unsigned)(left + 0.5);
    return snprintf(text, size, "  %3.0f%%  ETA %u:%02u", done < 1 ? 100 * done : 100.0,
                    seconds / 60, seconds % 60);
}

void gpuc_progress_show(struct gpuc_progress_line *line,
                        const struct gpuc_progress *progress)
{
    double now = gpuc_clock_seconds();
    if (line->pass != progress->pass) {
        line->pass = progress->pass;
        line->pass_start = now;
    }
    if (!line->enabled || now - line->last_shown < seconds_between)
        return;
    line->last_shown = now;
    double elapsed = now - line->pass_start;
    char rows[32], speed[32], rest[64], text[256];
    format_rest(rest, sizeof rest, progress, elapsed);
    int width = snprintf(
        text, sizeof text, "%.100s: %u/%u %s  %s rows  %s rows/s%s", line->name,
        progress->pass, progress->n_passes,
        progress->pass < progress->n_passes ? "checking" : line->doing,
        gpuc_grouped(progress->rows, rows),
        gpuc_grouped(gpuc_rows_per_second(progress->rows, elapsed), speed), rest);
    fprintf(stderr, "\r%s%*s", text, width < line->width ? line->width - width : 0, "");
    fflush(stderr);
    line->width = width;
}

void gpuc_progress_end(struct gpuc_progress_line *line)
{
    if (line->width > 0)
        fprintf(stderr, "\r%*s\r", line->width, "");
    line->width = 0;
}
