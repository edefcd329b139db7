/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "host/cli/bench/bench_panels.h"
#include "host/cli/bench/svg_plot.h"

enum {
    LINEAR_THREADS_MAX = 16,
    LABELLED_POINTS_MAX = 9,
    LABEL_WIDTH = 40, /* of the number at a point */
    TICK_WIDTH = 26
};

struct speed_up {
    struct gpuc_svg_axis x, y;
    uint32_t n_threads; /* the most */
    size_t n_points;
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
                                    .from = GPUC_SVG_LEFT_BEGIN,
                                    .to = GPUC_SVG_LEFT_END,
                                    .is_log = is_log};
    plot.y = plot.x;
    plot.y.high = most * (is_log ? 1.25 : 1.12);
    plot.y.from = GPUC_SVG_LEFT_BOTTOM;
    plot.y.to = GPUC_SVG_TOP;
    plot.x.step = gpuc_svg_step(plot.x.high, 9);
    plot.x.step = plot.x.step < 1 ? 1 : plot.x.step;
    plot.y.step = gpuc_svg_step(plot.y.high, 9);
    return plot;
}

static void put_threads_tick(const struct speed_up *plot, double tick, FILE *stream)
{
    double x = gpuc_svg_place(&plot->x, tick);
    char text[32];
    gpuc_svg_line(stream, "axis", (double[]){x, GPUC_SVG_LEFT_BOTTOM},
                  (double[]){x, GPUC_SVG_LEFT_BOTTOM + 5});
    gpuc_svg_short_number(tick, text, sizeof text);
    gpuc_svg_label(
        stream,
        &(struct gpuc_svg_label){x, GPUC_SVG_LEFT_BOTTOM + 21, "tick", "middle", 8},
        text);
}

static void put_grid(const struct speed_up *plot, FILE *stream)
{
    double last = 0;
    const double middle = (GPUC_SVG_LEFT_BEGIN + GPUC_SVG_LEFT_END) / 2.0;
    char text[32];
    for (size_t i = 0; i < gpuc_svg_n_ticks(&plot->y); i++) {
        double tick = gpuc_svg_tick(&plot->y, i);
        double y = gpuc_svg_place(&plot->y, tick);
        gpuc_svg_line(stream, "grid", (double[]){GPUC_SVG_LEFT_BEGIN, y},
                      (double[]){GPUC_SVG_LEFT_END, y});
        gpuc_svg_short_number(tick, text, sizeof text);
        gpuc_svg_label(
            stream,
            &(struct gpuc_svg_label){GPUC_SVG_LEFT_BEGIN - 10, y + 4, "tick", "end", 8},
            text);
    }
    for (size_t i = 0; i < gpuc_svg_n_ticks(&plot->x); i++) {
        last = gpuc_svg_tick(&plot->x, i);
        put_threads_tick(plot, last, stream);
    }
    if (gpuc_svg_place(&plot->x, plot->n_threads) - gpuc_svg_place(&plot->x, last) >
        TICK_WIDTH)
        put_threads_tick(plot, plot->n_threads, stream);
    gpuc_svg_line(stream, "axis", (double[]){GPUC_SVG_LEFT_BEGIN, GPUC_SVG_LEFT_BOTTOM},
                  (double[]){GPUC_SVG_LEFT_END, GPUC_SVG_LEFT_BOTTOM});
    gpuc_svg_line(stream, "axis", (double[]){GPUC_SVG_LEFT_BEGIN, GPUC_SVG_TOP},
                  (double[]){GPUC_SVG_LEFT_BEGIN, GPUC_SVG_LEFT_BOTTOM});
    gpuc_svg_label(
        stream,
        &(struct gpuc_svg_label){middle, GPUC_SVG_LEFT_BOTTOM + 44, "", "middle", 60},
        "worker threads, one a core");
    fprintf(stream,
            "<text transform=\"translate(%d %d) rotate(-90)\" text-anchor=\"middle\">"
            "times the speed of one thread</text>\n",
            GPUC_SVG_EDGE + 4, (GPUC_SVG_TOP + GPUC_SVG_LEFT_BOTTOM) / 2);
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
    if (least > GPUC_SVG_LEFT_BOTTOM)
        least = GPUC_SVG_LEFT_BOTTOM;
    gpuc_svg_line(stream, "range", (double[]){x, least}, (double[]){x, most});
    gpuc_svg_line(stream, "range", (double[]){x - 5, least}, (double[]){x + 5, least});
    gpuc_svg_line(stream, "range", (double[]){x - 5, most}, (double[]){x + 5, most});
    fprintf(stream,
            "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\" "
            "data-threads=\"%" PRIu32 "\" data-speed-up=\"%.4f\"/>\n",
            x, y, setup->n_threads, setup->speed_up);
}

/* The first one is 1; others have a label if there is room before the last one's. */
static bool has_label(const struct speed_up *plot, const struct gpuc_bench_setup *setups,
                      size_t i)
{
    size_t last = plot->n_points - 1;
    if (i == 0 || i == last)
        return i > 0;
    return plot->n_points <= LABELLED_POINTS_MAX &&
           gpuc_svg_place(&plot->x, setups[last].n_threads) -
                   gpuc_svg_place(&plot->x, setups[i].n_threads) >
               LABEL_WIDTH;
}

void gpuc_bench_put_speed_up(const struct gpuc_bench *bench, FILE *stream)
{
    const struct speed_up plot = speed_up_of(bench);
    char text[128];
    snprintf(text, sizeof text, "Speed-up against cores: %s",
             bench->setups[0].device->name);
    gpuc_svg_label(
        stream,
        &(struct gpuc_svg_label){GPUC_SVG_EDGE, GPUC_SVG_TOP - 26, "panel", "start", 56},
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
        if (!has_label(&plot, bench->setups, i))
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
