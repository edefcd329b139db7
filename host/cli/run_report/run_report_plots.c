/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "host/cli/bench/svg_plot.h"
#include "host/cli/report.h"
#include "host/cli/run_report/run_report.h"

/* Lengths are in pixels. */
enum {
    WIDTH = 900,
    BAR_STEP = 28,
    BAR_HEIGHT = 18,
    NAME_WIDTH = 170,
    TEXT_WIDTH = 170,
    PLOT_HEIGHT = 220,
    PLOT_LEFT = 56,
    PLOT_TOP = 12,
    PLOT_BOTTOM = 188,
    N_COLUMNS = 50,
    N_TICKS = 5,
    NAME_CHARS = 24
};

static void put_svg_head(FILE *stream, double height, const char *title)
{
    fprintf(stream, "<svg viewBox=\"0 0 %d %.0f\" role=\"img\"><title>", WIDTH, height);
    gpuc_report_put_text(stream, title);
    fputs("</title>\n", stream);
}

static void put_rectangle(FILE *stream, const char *class_name, const double box[4])
{
    fprintf(stream,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
            class_name, box[0], box[1], box[2], box[3]);
}

static void put_label(FILE *stream, const struct gpuc_svg_label *label, const char *text)
{
    char clean[256];
    gpuc_copy_clean(clean, sizeof clean, text);
    gpuc_svg_label(stream, label, clean);
}

void gpuc_report_put_bars(FILE *stream, const struct gpuc_report_bar *bars, size_t n_bars,
                          const char *title)
{
    const double most = WIDTH - NAME_WIDTH - TEXT_WIDTH;
    put_svg_head(stream, (double)n_bars * BAR_STEP, title);
    for (size_t i = 0; i < n_bars; i++) {
        double y = (double)i * BAR_STEP + (BAR_STEP - BAR_HEIGHT) / 2.0;
        double base = y + BAR_HEIGHT - 5;
        const double track[] = {NAME_WIDTH, y, most, BAR_HEIGHT};
        const double bar[] = {NAME_WIDTH, y, most * bars[i].part, BAR_HEIGHT};
        put_label(
            stream,
            &(struct gpuc_svg_label){NAME_WIDTH - 10, base, "name", "end", NAME_CHARS},
            bars[i].name);
        put_rectangle(stream, "track", track);
        put_rectangle(stream, "bar", bar);
        put_label(stream,
                  &(struct gpuc_svg_label){NAME_WIDTH + most + 10, base, "tick", "start",
                                           NAME_CHARS},
                  bars[i].text);
    }
    fputs("</svg>\n", stream);
}

/* ---- histograms -------------------------------------------------------------------- */

/* Columns of the same width from `low` to `high`. */
struct columns {
    double low, high;
    double counts[N_COLUMNS];
};

/* Spreads a bin over the columns that it covers. */
static void spread(struct columns *columns, const struct gpuc_score_bin *bin)
{
    double step = (columns->high - columns->low) / N_COLUMNS;
    double low = fmax(bin->low, columns->low), high = fmin(bin->high, columns->high);
    if (!(high > low)) {
        size_t only = low >= columns->high ? N_COLUMNS - 1 : 0;
        columns->counts[only] += (double)bin->n_values;
        return;
    }
    for (size_t i = 0; i < N_COLUMNS; i++) {
        double begin = columns->low + (double)i * step;
        double part = fmin(high, begin + step) - fmax(low, begin);
        if (part > 0)
            columns->counts[i] += (double)bin->n_values * part / (high - low);
    }
}

/* What is drawn; false where there is nothing. */
static bool make_columns(const struct gpuc_score_statistics *score,
                         struct columns *columns)
{
    *columns = (struct columns){.low = 0, .high = 1};
    if (!score->is_probability) {
        columns->low = score->lowest;
        columns->high = score->highest;
        if (columns->low == columns->high) {
            columns->low -= 0.5;
            columns->high += 0.5;
        }
    }
    if (score->n_values == 0 || !isfinite(columns->high - columns->low))
        return false;
    for (size_t i = 0; i < score->n_bins; i++)
        if (score->bins[i].n_values > 0)
            spread(columns, &score->bins[i]);
    return true;
}

static void put_grid(FILE *stream, const struct gpuc_svg_axis *rows)
{
    for (size_t i = 0; i < gpuc_svg_n_ticks(rows); i++) {
        double value = gpuc_svg_tick(rows, i), y = gpuc_svg_place(rows, value);
        char text[32];
        gpuc_svg_short_number(value, text, sizeof text);
        gpuc_svg_line(stream, i == 0 ? "axis" : "grid", (const double[]){PLOT_LEFT, y},
                      (const double[]){WIDTH - 8, y});
        gpuc_svg_label(stream,
                       &(struct gpuc_svg_label){PLOT_LEFT - 8, y + 4, "tick", "end", 12},
                       text);
    }
}

/* Values under the columns, at round numbers. */
static void put_values(FILE *stream, const struct gpuc_svg_axis *values)
{
    for (size_t i = 0; i < gpuc_svg_n_ticks(values); i++) {
        double value = gpuc_svg_tick(values, i), x = gpuc_svg_place(values, value);
        const char *anchor = x > WIDTH - 24 ? "end" : "middle";
        char text[32];
        snprintf(text, sizeof text, "%.4g", value);
        gpuc_svg_line(stream, "axis", (const double[]){x, PLOT_BOTTOM},
                      (const double[]){x, PLOT_BOTTOM + 5});
        gpuc_svg_label(stream,
                       &(struct gpuc_svg_label){x, PLOT_BOTTOM + 20, "tick", anchor, 12},
                       text);
    }
}

void gpuc_report_put_histogram(FILE *stream, const struct gpuc_score_statistics *score)
{
    struct columns columns;
    char title[96];
    double most = 0;
    if (!make_columns(score, &columns))
        return;
    for (size_t i = 0; i < N_COLUMNS; i++)
        most = fmax(most, columns.counts[i]);
    struct gpuc_svg_axis rows = {.high = 1.05 * most,
                                 .from = PLOT_BOTTOM,
                                 .to = PLOT_TOP,
                                 .step = gpuc_svg_step(most, N_TICKS)};
    struct gpuc_svg_axis values = {
        .low = columns.low,
        .high = columns.high,
        .from = PLOT_LEFT,
        .to = WIDTH - 8,
        .step = gpuc_svg_step(columns.high - columns.low, 2 * N_TICKS)};
    snprintf(title, sizeof title, "Rows by %s", score->name);
    fprintf(stream, "<h3>%s</h3>\n", score->name);
    put_svg_head(stream, PLOT_HEIGHT, title);
    put_grid(stream, &rows);
    double width = (values.to - values.from) / N_COLUMNS;
    for (size_t i = 0; i < N_COLUMNS; i++) {
        double top = gpuc_svg_place(&rows, columns.counts[i]);
        const double box[] = {values.from + (double)i * width + 0.75, top, width - 1.5,
                              PLOT_BOTTOM - top};
        if (columns.counts[i] > 0)
            put_rectangle(stream, "bar", box);
    }
    put_values(stream, &values);
    fputs("</svg>\n", stream);
}
