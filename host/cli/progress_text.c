/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/progress_text.h"

#include <stdio.h>
#include <string.h>

#include "csv/utf8.h"
#include "host/cli/report.h"

/* The parts in their order on the line. */
enum part {
    NAME,
    PASS,
    PERCENT,
    ROWS,
    ROW_SPEED,
    BYTE_SPEED,
    TIME_LEFT,
    SHARES,
    N_PARTS
};

enum { PART_SIZE = 160, NAME_CHARS = 32, GAP = 2 };

/* Which part goes first where there is no room for all. */
static const enum part dispensable[] = {SHARES,    BYTE_SPEED, PASS, NAME,
                                        ROW_SPEED, TIME_LEFT,  ROWS};

/*
 * The columns that a text takes. A character beyond ASCII counts for two: some are that
 * wide, and a line that is thought too wide never wraps.
 */
static int count_columns(const char *text)
{
    size_t size = strlen(text);
    size_t n_chars = gpuc_utf8_count((const uint8_t *)text, size);
    size_t n_ascii = 0;
    for (size_t i = 0; i < size; i++)
        n_ascii += (unsigned char)text[i] < 0x80;
    return (int)(n_ascii + 2 * (n_chars - n_ascii));
}

/* The last characters of a name tell more than the first ones. */
static void put_name(char *part, const char *name)
{
    char clean[4096];
    gpuc_copy_clean(clean, sizeof clean, name);
    const uint8_t *text = (const uint8_t *)clean;
    size_t size = strlen(clean), n_chars = gpuc_utf8_count(text, size);
    if (n_chars <= NAME_CHARS)
        snprintf(part, PART_SIZE, "%s", clean);
    else
        snprintf(part, PART_SIZE, "...%s",
                 clean + gpuc_utf8_prefix(text, size, n_chars - NAME_CHARS + 3));
}

static void put_time(char *part, double seconds)
{
    unsigned long left = (unsigned long)(seconds + 0.5);
    unsigned long hours = left / 3600, minutes = left / 60 % 60;
    if (hours > 0)
        snprintf(part, PART_SIZE, "ETA %lu:%02lu:%02lu", hours, minutes, left % 60);
    else
        snprintf(part, PART_SIZE, "ETA %lu:%02lu", minutes, left % 60);
}

/* The parts that need the size of the input. */
static void put_rest(char parts[N_PARTS][PART_SIZE],
                     const struct gpuc_progress_view *view)
{
    const struct gpuc_progress *progress = &view->progress;
    if (progress->total_bytes == 0)
        return;
    /* A file may have grown since. */
    double done = (double)progress->file_bytes / (double)progress->total_bytes;
    done = done < 1 ? done : 1;
    snprintf(parts[PERCENT], PART_SIZE, "%3d%%", (int)(100 * done));
    if (done > 0)
        put_time(parts[TIME_LEFT], view->seconds / done - view->seconds);
}

/* What part of the rows each device has done, as far as there is room. */
static void put_shares(char *part, const struct gpuc_progress_view *view)
{
    uint64_t n_rows = 0;
    size_t used = 0;
    for (size_t i = 0; i < view->n_shares; i++)
        n_rows += view->shares[i].rows;
    for (size_t i = 0; i < view->n_shares && n_rows > 0 && used < PART_SIZE; i++) {
        double share = (double)view->shares[i].rows / (double)n_rows;
        used += (size_t)snprintf(part + used, PART_SIZE - used, "%s%s %.0f%%",
                                 i > 0 ? ", " : "", view->shares[i].name, 100 * share);
    }
}

static void put_parts(char parts[N_PARTS][PART_SIZE],
                      const struct gpuc_progress_view *view)
{
    const struct gpuc_progress *progress = &view->progress;
    char number[32];
    put_name(parts[NAME], view->name);
    if (progress->n_passes > 1)
        snprintf(parts[PASS], PART_SIZE, "%u/%u %s", progress->pass, progress->n_passes,
                 progress->pass < progress->n_passes ? "checking" : view->doing);
    snprintf(parts[ROWS], PART_SIZE, "%s rows", gpuc_grouped(progress->rows, number));
    snprintf(parts[ROW_SPEED], PART_SIZE, "%s rows/s",
             gpuc_grouped(gpuc_rows_per_second(progress->rows, view->seconds), number));
    snprintf(parts[BYTE_SPEED], PART_SIZE, "%.1f MB/s",
             gpuc_megabytes_per_second(progress->bytes, view->seconds));
    put_shares(parts[SHARES], view);
    put_rest(parts, view);
}

/* Joins the parts that are not empty. Returns the columns. */
static int join(char parts[N_PARTS][PART_SIZE], char *text)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < N_PARTS; i++)
        if (parts[i][0] != '\0')
            used += (size_t)snprintf(text + used, GPUC_PROGRESS_TEXT_SIZE - used, "%*s%s",
                                     used > 0 ? GAP : 0, "", parts[i]);
    return count_columns(text);
}

int gpuc_progress_text(const struct gpuc_progress_view *view, int n_columns, char *text)
{
    char parts[N_PARTS][PART_SIZE] = {{0}};
    put_parts(parts, view);
    int width = join(parts, text);
    for (size_t i = 0; width > n_columns; i++) {
        if (i == sizeof dispensable / sizeof *dispensable) {
            text[0] = '\0';
            return 0;
        }
        parts[dispensable[i]][0] = '\0';
        width = join(parts, text);
    }
    return width;
}
