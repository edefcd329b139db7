/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two panels beside each other: speed-up against cores on the left, rows a second by
 * device on the right, which grows downwards with the number of devices. Texts stand
 * above what they name, so that long ones have room. Above 16 threads both axes of the
 * left one are logarithmic, where the ideal is a straight line too.
 */
#include <inttypes.h>
#include <string.h>

#include "host/cli/bench/bench_figures.h"
#include "host/cli/bench/bench_report.h"
#include "host/cli/bench/svg_plot.h"
#include "host/cli/report.h"

enum {
    WIDTH = 1120,
    EDGE = 36,
    TOP = 156, /* of both panels */
    LEFT_BEGIN = 86,
    LEFT_END = 508,
    LEFT_BOTTOM = 520,
    RIGHT_BEGIN = 608,
    RIGHT_END = 1084,
    NUMBER_WIDTH = 108, /* room for the number behind the longest bar */
    BAR_STEP = 62,      /* from one device to the next */
    BAR_HEIGHT = 24,
    FOOT = 92, /* below the panels */
    LINEAR_THREADS_MAX = 16,
    LABELLED_POINTS_MAX = 9
};

static const char style[] =
    "<style>\n"
    "text{font-family:'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif;"
    "font-size:13px;fill:#1f2733}\n"
    ".title{font-size:22px;font-weight:600}\n"
    ".panel{font-size:15px;font-weight:600}\n"
    ".note,.tick{fill:#5b6675}\n"
    ".tick,.note{font-size:12px}\n"
    ".value{font-weight:600}\n"
    ".grid{stroke:#e4e8ed}\n"
    ".axis{stroke:#8b95a3}\n"
    ".ideal{stroke:#8b95a3;stroke-width:1.5;stroke-dasharray:6 5;fill:none}\n"
    ".series{stroke:#2f6db5;stroke-width:2;fill:none}\n"
    ".point{fill:#2f6db5;stroke:#fff;stroke-width:1.5}\n"
    ".range{stroke:#17406f;stroke-width:1.5}\n"
    ".cpu{fill:#2f6db5}\n"
    ".opencl{fill:#c8641b}\n"
    "</style>\n";

/* ---- frame ----------------------------------------------------------------------- */

static size_t count_devices(const struct gpuc_bench *bench)
{
    size_t n = 0;
    for (size_t i = 0; i < bench->n_setups; i++)
        n += bench->setups[i].is_device;
    return n;
}

static double bars_bottom(const struct gpuc_bench *bench)
{
    double bottom = TOP + (double)count_devices(bench) * BAR_STEP;
    return bottom > LEFT_BOTTOM ? bottom : LEFT_BOTTOM;
}

static void put_head(const struct gpuc_bench *bench, FILE *stream)
{
    double height = bars_bottom(bench) + FOOT;
    char rows[128], text[768];
    gpuc_bench_describe(bench, rows, sizeof rows);
    fprintf(stream,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" "
            "viewBox=\"0 0 %d %.0f\" role=\"img\">\n<title>gpuclassify bench: ",
            WIDTH, height, WIDTH, height);
    gpuc_svg_put_text(stream, bench->model.name, 80);
    fprintf(stream, "</title>\n%s<rect width=\"%d\" height=\"%.0f\" fill=\"#fff\"/>\n",
            style, WIDTH, height);
    snprintf(text, sizeof text, "%s on %s", bench->model.name, bench->machine);
    gpuc_svg_label(stream, &(struct gpuc_svg_label){EDGE, 46, "title", "start", 68},
                   text);
    snprintf(text, sizeof text, "%s; %s, %.0f MB in, %.0f MB out; CSV file to CSV text",
             bench->model.what, rows, 1e-6 * (double)bench->input_bytes,
             1e-6 * (double)bench->output_bytes);
    gpuc_svg_label(stream, &(struct gpuc_svg_label){EDGE, 72, "note", "start", 150},
                   text);
    snprintf(text, sizeof text,
             "%" PRIu32 " core%s; median of %" PRIu32 " run%s, with the lowest and the "
             "highest; gpuclassify %s, %s",
             bench->n_cores, bench->n_cores == 1 ? "" : "s", bench->n_rounds,
             bench->n_rounds == 1 ? "" : "s", gpuc_version(), bench->date);
    gpuc_svg_label(stream, &(struct gpuc_svg_label){EDGE, 91, "note", "start", 150},
                   text);
}

static void put_foot(const struct gpuc_bench *bench, FILE *stream)
{
    char text[160];
    snprintf(text, sizeof text,
             "Equal in every run to the scalar engine's output, byte for byte: SHA-256 "
             "%.16s..%s",
             bench->sha256,
             bench->n_different_rows < bench->n_rows ? " of the different rows'" : "");
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){EDGE, bars_bottom(bench) + FOOT - 20, "note",
                                            "start", 150},
                   text);
    fputs("</svg>\n", stream);
}

/* ---- speed-up against cores ------------------------------------------------------ */

struct speed_up {
    struct gpuc_svg_axis x, y;
    uint32_t n_threads; /* the most */
    size_t n_points;
    bool labels_all;
};

static struct speed_up speed_up_of(const struct gpuc_bench *bench)
{
    struct speed_up plot = {.n_threads = 1};
    double highest = 1;
    for (size_t i = 0; i < bench->n_setups && bench->setups[i].is_scaling; i++) {
        const struct gpuc_bench_setup *setup = &bench->setups[i];
        double best = bench->setups[0].median / setup->lowest;
        plot.n_threads = setup->n_threads;
        plot.n_points++;
        highest = best > highest ? best : highest;
    }
    bool is_log = plot.n_threads > LINEAR_THREADS_MAX;
    double most = plot.n_threads > highest ? plot.n_threads : highest;
    plot.x = (struct gpuc_svg_axis){.low = is_log ? 0.8 : 0,
                                    .high = plot.n_threads * (is_log ? 1.25 : 1.12),
                                    .from = LEFT_BEGIN,
                                    .to = LEFT_END,
                                    .is_log = is_log};
    plot.y = plot.x;
    plot.y.high = most * (is_log ? 1.25 : 1.12);
    plot.y.from = LEFT_BOTTOM;
    plot.y.to = TOP;
    plot.x.step = gpuc_svg_step(plot.x.high, 9);
    plot.x.step = plot.x.step < 1 ? 1 : plot.x.step;
    plot.y.step = gpuc_svg_step(plot.y.high, 9);
    plot.labels_all = plot.n_points <= LABELLED_POINTS_MAX;
    return plot;
}

static void put_grid(const struct speed_up *plot, FILE *stream)
{
    const double middle = (LEFT_BEGIN + LEFT_END) / 2.0;
    char text[32];
    for (double tick = gpuc_svg_first_tick(&plot->y); tick <= plot->y.high;
         tick = gpuc_svg_next_tick(&plot->y, tick)) {
        double y = gpuc_svg_place(&plot->y, tick);
        gpuc_svg_line(stream, "grid", (double[]){LEFT_BEGIN, y}, (double[]){LEFT_END, y});
        gpuc_svg_short_number(tick, text, sizeof text);
        gpuc_svg_label(stream,
                       &(struct gpuc_svg_label){LEFT_BEGIN - 10, y + 4, "tick", "end", 8},
                       text);
    }
    for (double tick = gpuc_svg_first_tick(&plot->x); tick <= plot->x.high;
         tick = gpuc_svg_next_tick(&plot->x, tick)) {
        double x = gpuc_svg_place(&plot->x, tick);
        gpuc_svg_line(stream, "axis", (double[]){x, LEFT_BOTTOM},
                      (double[]){x, LEFT_BOTTOM + 5});
        gpuc_svg_short_number(tick, text, sizeof text);
        gpuc_svg_label(stream,
                       &(struct gpuc_svg_label){x, LEFT_BOTTOM + 21, "tick", "middle", 8},
                       text);
    }
    gpuc_svg_line(stream, "axis", (double[]){LEFT_BEGIN, LEFT_BOTTOM},
                  (double[]){LEFT_END, LEFT_BOTTOM});
    gpuc_svg_line(stream, "axis", (double[]){LEFT_BEGIN, TOP},
                  (double[]){LEFT_BEGIN, LEFT_BOTTOM});
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){middle, LEFT_BOTTOM + 44, "", "middle", 60},
                   "worker threads, one a core");
    fprintf(stream,
            "<text transform=\"translate(%d %d) rotate(-90)\" text-anchor=\"middle\">"
            "times the speed of one thread</text>\n",
            EDGE + 4, (TOP + LEFT_BOTTOM) / 2);
}

/* As many times the speed as there are threads, up to one a core. */
static void put_ideal(const struct speed_up *plot, uint32_t n_cores, FILE *stream)
{
    double bend = plot->n_threads < n_cores ? plot->n_threads : n_cores;
    double low = plot->x.is_log ? 1 : 0;
    const double from[2] = {gpuc_svg_place(&plot->x, low), gpuc_svg_place(&plot->y, low)};
    const double to[2] = {gpuc_svg_place(&plot->x, bend), gpuc_svg_place(&plot->y, bend)};
    const double end[2] = {gpuc_svg_place(&plot->x, plot->n_threads), to[1]};
    gpuc_svg_line(stream, "ideal", from, to);
    if (end[0] > to[0])
        gpuc_svg_line(stream, "ideal", to, end);
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){to[0] - 14, to[1] - 6, "note", "end", 20},
                   "ideal");
}

static void put_point(const struct gpuc_bench *bench, const struct speed_up *plot,
                      const struct gpuc_bench_setup *setup, FILE *stream)
{
    double one = bench->setups[0].median;
    double x = gpuc_svg_place(&plot->x, setup->n_threads);
    double y = gpuc_svg_place(&plot->y, setup->speed_up);
    double least = gpuc_svg_place(&plot->y, one / setup->highest);
    double most = gpuc_svg_place(&plot->y, one / setup->lowest);
    if (least > LEFT_BOTTOM)
        least = LEFT_BOTTOM;
    gpuc_svg_line(stream, "range", (double[]){x, least}, (double[]){x, most});
    gpuc_svg_line(stream, "range", (double[]){x - 5, least}, (double[]){x + 5, least});
    gpuc_svg_line(stream, "range", (double[]){x - 5, most}, (double[]){x + 5, most});
    fprintf(stream,
            "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\" "
            "data-threads=\"%" PRIu32 "\" data-speed-up=\"%.4f\"/>\n",
            x, y, setup->n_threads, setup->speed_up);
}

static void put_speed_up(const struct gpuc_bench *bench, FILE *stream)
{
    const struct speed_up plot = speed_up_of(bench);
    char text[128];
    snprintf(text, sizeof text, "Speed-up against cores: %s",
             bench->setups[0].device->name);
    gpuc_svg_label(stream, &(struct gpuc_svg_label){EDGE, TOP - 26, "panel", "start", 56},
                   text);
    put_grid(&plot, stream);
    put_ideal(&plot, bench->n_cores, stream);
    fputs("<polyline class=\"series\" points=\"", stream);
    for (size_t i = 0; i < plot.n_points; i++)
        fprintf(stream, "%.1f,%.1f ", gpuc_svg_place(&plot.x, bench->setups[i].n_threads),
                gpuc_svg_place(&plot.y, bench->setups[i].speed_up));
    fputs("\"/>\n", stream);
    for (size_t i = 0; i < plot.n_points; i++) {
        const struct gpuc_bench_setup *setup = &bench->setups[i];
        put_point(bench, &plot, setup, stream);
        bool is_last = i + 1 == plot.n_points;
        if (i == 0 || (!plot.labels_all && !is_last))
            continue;
        snprintf(text, sizeof text, "%.2f", setup->speed_up);
        gpuc_svg_label(
            stream,
            &(struct gpuc_svg_label){gpuc_svg_place(&plot.x, setup->n_threads) + 4,
                                     gpuc_svg_place(&plot.y, setup->speed_up) + 24,
                                     "value", "start", 20},
            text);
    }
}

/* ---- rows a second by device ----------------------------------------------------- */

static struct gpuc_svg_axis speed_axis(const struct gpuc_bench *bench)
{
    double highest = 1;
    for (size_t i = 0; i < bench->n_setups; i++) {
        const struct gpuc_bench_setup *setup = &bench->setups[i];
        double best = (double)bench->n_rows / setup->lowest;
        if (setup->is_device && best > highest)
            highest = best;
    }
    return (struct gpuc_svg_axis){.high = highest,
                                  .from = RIGHT_BEGIN,
                                  .to = RIGHT_END - NUMBER_WIDTH,
                                  .step = gpuc_svg_step(highest, 6)};
}

static void put_speed_grid(const struct gpuc_bench *bench,
                           const struct gpuc_svg_axis *axis, FILE *stream)
{
    double bottom = TOP + (double)count_devices(bench) * BAR_STEP;
    char text[32];
    for (double tick = 0; tick <= axis->high; tick = gpuc_svg_next_tick(axis, tick)) {
        double x = gpuc_svg_place(axis, tick);
        gpuc_svg_line(stream, tick > 0 ? "grid" : "axis", (double[]){x, TOP - 4},
                      (double[]){x, bottom});
        gpuc_svg_short_number(tick, text, sizeof text);
        gpuc_svg_label(
            stream, &(struct gpuc_svg_label){x, bottom + 18, "tick", "middle", 10}, text);
    }
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){(RIGHT_BEGIN + RIGHT_END) / 2.0, bottom + 44,
                                            "", "middle", 60},
                   "rows a second");
}

static void put_bar(const struct gpuc_bench *bench, const struct gpuc_svg_axis *axis,
                    const struct gpuc_bench_setup *setup, double top, FILE *stream)
{
    double end = gpuc_svg_place(axis, setup->rows_per_s);
    double slow = gpuc_svg_place(axis, (double)bench->n_rows / setup->highest);
    double fast = gpuc_svg_place(axis, (double)bench->n_rows / setup->lowest);
    double middle = top + 22 + BAR_HEIGHT / 2.0;
    char speed[32];
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){RIGHT_BEGIN + 5, top + 16, "", "start", 56},
                   setup->device->name);
    fprintf(stream,
            "<rect class=\"bar %s\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" "
            "rx=\"2\" data-device=\"",
            gpuc_bench_is_opencl(setup->device->name) ? "opencl" : "cpu", RIGHT_BEGIN,
            top + 22, end - RIGHT_BEGIN, BAR_HEIGHT);
    gpuc_svg_put_text(stream, setup->device->name, sizeof setup->device->name);
    fprintf(stream, "\" data-rows-per-s=\"%.1f\"/>\n", setup->rows_per_s);
    gpuc_svg_line(stream, "range", (double[]){slow, middle}, (double[]){fast, middle});
    gpuc_svg_line(stream, "range", (double[]){slow, middle - 5},
                  (double[]){slow, middle + 5});
    gpuc_svg_line(stream, "range", (double[]){fast, middle - 5},
                  (double[]){fast, middle + 5});
    gpuc_grouped((uint64_t)(setup->rows_per_s + 0.5), speed);
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){fast + 10, middle + 5, "value", "start", 40},
                   speed);
}

static void put_devices(const struct gpuc_bench *bench, FILE *stream)
{
    struct gpuc_svg_axis axis = speed_axis(bench);
    uint32_t n_threads = bench->setups[bench->n_setups - 1].n_threads;
    double top = TOP;
    char text[64];
    snprintf(text, sizeof text, "Rows a second by device, %" PRIu32 " thread%s",
             n_threads, n_threads == 1 ? "" : "s");
    gpuc_svg_label(
        stream,
        &(struct gpuc_svg_label){RIGHT_BEGIN - 22, TOP - 26, "panel", "start", 60}, text);
    put_speed_grid(bench, &axis, stream);
    for (size_t i = 0; i < bench->n_setups; i++) {
        if (!bench->setups[i].is_device)
            continue;
        put_bar(bench, &axis, &bench->setups[i], top, stream);
        top += BAR_STEP;
    }
}

bool gpuc_bench_write_svg(const struct gpuc_bench *bench, FILE *stream)
{
    put_head(bench, stream);
    put_speed_up(bench, stream);
    put_devices(bench, stream);
    put_foot(bench, stream);
    return !ferror(stream);
}
