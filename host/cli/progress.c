/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/progress.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/cli/signals.h"

enum { COLUMNS_USUAL = 80 };

static const double live_seconds = 0.2, line_seconds = 5;

/* The columns of the terminal as it is now, less the last one: a character there would
 * wrap on some. */
static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS_USUAL - 1;
    return size.ws_col - 1;
}

/* Writes over the line; with an empty text it is wiped. */
static void write_over(struct gpuc_progress_line *line, const char *text, int width)
{
    int n_columns = terminal_columns();
    int old = line->width < n_columns ? line->width : n_columns;
    fprintf(stderr, "\r%s%*s%s", text, width < old ? old - width : 0, "",
            width == 0 ? "\r" : "");
    fflush(stderr);
    line->width = width;
}

static void wipe(struct gpuc_progress_line *line)
{
    if (line->width > 0)
        write_over(line, "", 0);
}

/* Shows how far the job is: on the live line, or as a whole one. */
static void show(struct gpuc_progress_line *line, bool is_live)
{
    char text[GPUC_PROGRESS_TEXT_SIZE];
    struct gpuc_progress_view view = line->view;
    view.seconds = gpuc_clock_seconds() - line->pass_start;
    if (line->engine != NULL)
        view.n_shares = gpuc_team_shares(line->engine, view.shares);
    int n_columns = is_live ? terminal_columns() : GPUC_PROGRESS_TEXT_SIZE;
    int width = gpuc_progress_text(&view, n_columns, text);
    if (is_live) {
        write_over(line, text, width);
        return;
    }
    wipe(line);
    fprintf(stderr, "gpuclassify: %s\n", text);
}

static void *watch(void *argument)
{
    struct gpuc_progress_line *line = argument;
    for (;;) {
        bool is_asked = gpuc_signals_wait(line->wait_seconds);
        pthread_mutex_lock(&line->lock);
        bool is_over = line->is_over;
        if (!is_over && is_asked)
            show(line, false);
        else if (!is_over && line->wait_seconds > 0)
            show(line, line->is_live);
        pthread_mutex_unlock(&line->lock);
        if (is_over)
            return NULL;
    }
}

static bool can_write_over(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && (term == NULL || strcmp(term, "dumb") != 0);
}

void gpuc_progress_begin(struct gpuc_progress_line *line,
                         const struct gpuc_progress_settings *settings)
{
    bool is_always = settings->mode == GPUC_PROGRESS_ALWAYS;
    bool is_shown = !settings->is_quiet && settings->mode != GPUC_PROGRESS_NEVER;
    bool is_mixed = settings->prints_rows && isatty(STDOUT_FILENO);
    *line = (struct gpuc_progress_line){
        .view = {.name = settings->name, .doing = settings->doing},
        .engine = settings->engine,
        .pass_start = gpuc_clock_seconds(),
        .is_live = is_shown && can_write_over() && (is_always || !is_mixed),
    };
    if (line->is_live)
        line->wait_seconds = live_seconds;
    else if (is_shown && is_always)
        line->wait_seconds = line_seconds;
    pthread_mutex_init(&line->lock, NULL);
    gpuc_signals_block_asking();
    /* Who cannot be told how far it is has the job done all the same. */
    line->has_thread = pthread_create(&line->thread, NULL, watch, line) == 0;
}

void gpuc_progress_update(struct gpuc_progress_line *line,
                          const struct gpuc_progress *progress)
{
    pthread_mutex_lock(&line->lock);
    if (line->view.progress.pass != progress->pass && progress->pass > 1)
        line->pass_start = gpuc_clock_seconds();
    line->view.progress = *progress;
    pthread_mutex_unlock(&line->lock);
}

void gpuc_progress_end(struct gpuc_progress_line *line)
{
    pthread_mutex_lock(&line->lock);
    line->is_over = true;
    pthread_mutex_unlock(&line->lock);
    if (line->has_thread) {
        gpuc_signals_wake(line->thread);
        pthread_join(line->thread, NULL);
    }
    pthread_mutex_destroy(&line->lock);
    wipe(line);
}
