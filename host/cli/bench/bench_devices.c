/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "host/cli/bench/bench_figures.h"
#include "host/cli/bench/bench_panels.h"
#include "host/cli/bench/svg_plot.h"
#include "host/cli/report.h"

enum {
    NUMBER_WIDTH = 108, /* room for the number behind the longest bar */
    STRIP_HEIGHT = 8,   /* of the stages below a bar */
    KEYS_OF_LINE = 5,   /* of the colours of stages */
    KEY_WIDTH = (GPUC_SVG_RIGHT_END - GPUC_SVG_RIGHT_BEGIN) / KEYS_OF_LINE,
    BAR_HEIGHT = 24,
    NAME_CHARS = 58
};

size_t gpuc_bench_count_devices(const struct gpuc_bench *bench)
{
    size_t n = 0;
    for (size_t i = 0; i < bench->n_setups; i++)
        n += bench->setups[i].is_device;
    return n;
}

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
                                  .from = GPUC_SVG_RIGHT_BEGIN,
                                  .to = GPUC_SVG_RIGHT_END - NUMBER_WIDTH,
                                  .step = gpuc_svg_step(highest, 6)};
}

static void put_speed_grid(const struct gpuc_bench *bench,
                           const struct gpuc_svg_axis *axis, FILE *stream)
{
    double bottom =
        GPUC_SVG_TOP + (double)gpuc_bench_count_devices(bench) * GPUC_SVG_BAR_STEP;
    char text[32];
    for (size_t i = 0; i < gpuc_svg_n_ticks(axis); i++) {
        double tick = gpuc_svg_tick(axis, i);
        double x = gpuc_svg_place(axis, tick);
        gpuc_svg_line(stream, tick > 0 ? "grid" : "axis", (double[]){x, GPUC_SVG_TOP - 4},
                      (double[]){x, bottom});
        gpuc_svg_short_number(tick, text, sizeof text);
        gpuc_svg_label(
            stream, &(struct gpuc_svg_label){x, bottom + 18, "tick", "middle", 10}, text);
    }
    gpuc_svg_label(
        stream,
        &(struct gpuc_svg_label){(GPUC_SVG_RIGHT_BEGIN + GPUC_SVG_RIGHT_END) / 2.0,
                                 bottom + 44, "", "middle", 60},
        "rows a second");
}

/* Where the time of a setup's threads goes, as parts of the bar's length. */
static void put_strip(const struct gpuc_bench_setup *setup, double length, double top,
                      FILE *stream)
{
    double sum = gpuc_bench_stage_sum(setup), left = GPUC_SVG_RIGHT_BEGIN;
    for (size_t i = 0; i < GPUC_BENCH_N_STAGES; i++) {
        const char *name = gpuc_bench_stage_name((enum gpuc_bench_stage)i);
        double part = setup->stages[i] / sum;
        fprintf(stream,
                "<rect class=\"stage %s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" "
                "height=\"%d\"><title>%s %.0f %%</title></rect>\n",
                name, left, top, part * length, STRIP_HEIGHT, name, 100 * part);
        left += part * length;
    }
}

/* Which colour is which stage. */
static void put_keys(double top, FILE *stream)
{
    gpuc_svg_label(
        stream, &(struct gpuc_svg_label){GPUC_SVG_RIGHT_BEGIN, top, "note", "start", 80},
        "The strip below a bar: where the time of its threads goes");
    for (size_t i = 0; i < GPUC_BENCH_N_STAGES; i++) {
        const char *name = gpuc_bench_stage_name((enum gpuc_bench_stage)i);
        size_t line = i / KEYS_OF_LINE;
        double x = GPUC_SVG_RIGHT_BEGIN + (double)(i % KEYS_OF_LINE * KEY_WIDTH);
        double y = top + 22 + 20 * (double)line;
        fprintf(stream,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"11\" "
                "height=\"11\"/>\n",
                name, x, y - 10);
        gpuc_svg_label(stream, &(struct gpuc_svg_label){x + 17, y, "tick", "start", 20},
                       name);
    }
}

static void put_bar(const struct gpuc_bench *bench, const struct gpuc_svg_axis *axis,
                    const struct gpuc_bench_setup *setup, double top, FILE *stream)
{
    double end = gpuc_svg_place(axis, setup->rows_per_s);
    double slow = gpuc_svg_place(axis, (double)bench->n_rows / setup->highest);
    double fast = gpuc_svg_place(axis, (double)bench->n_rows / setup->lowest);
    double middle = top + 22 + BAR_HEIGHT / 2.0;
    bool is_opencl = gpuc_bench_is_opencl(setup->device->name);
    char name[256], speed[32];
    /* "avx512" says what it is. */
    snprintf(name, sizeof name, "%s%s%s", setup->device->name, is_opencl ? " - " : "",
             is_opencl ? setup->summary : "");
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){GPUC_SVG_RIGHT_BEGIN + 5, top + 16, "",
                                            "start", NAME_CHARS},
                   name);
    fprintf(stream,
            "<rect class=\"bar %s\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" "
            "rx=\"2\" data-device=\"",
            is_opencl ? "opencl" : "cpu", GPUC_SVG_RIGHT_BEGIN, top + 22,
            end - GPUC_SVG_RIGHT_BEGIN, BAR_HEIGHT);
    gpuc_svg_put_text(stream, setup->device->name, sizeof setup->device->name);
    fprintf(stream, "\" data-rows-per-s=\"%.1f\"/>\n", setup->rows_per_s);
    gpuc_svg_line(stream, "range", (double[]){slow, middle}, (double[]){fast, middle});
    gpuc_svg_line(stream, "range", (double[]){slow, middle - 5},
                  (double[]){slow, middle + 5});
    gpuc_svg_line(stream, "range", (double[]){fast, middle - 5},
                  (double[]){fast, middle + 5});
    put_strip(setup, end - GPUC_SVG_RIGHT_BEGIN, top + 22 + BAR_HEIGHT + 3, stream);
    gpuc_grouped((uint64_t)(setup->rows_per_s + 0.5), speed);
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){fast + 10, middle + 5, "value", "start", 40},
                   speed);
}

void gpuc_bench_put_devices(const struct gpuc_bench *bench, FILE *stream)
{
    struct gpuc_svg_axis axis = speed_axis(bench);
    uint32_t n_threads = bench->setups[bench->n_setups - 1].n_threads;
    double top = GPUC_SVG_TOP;
    char text[64];
    snprintf(text, sizeof text, "Rows a second by device, %" PRIu32 " thread%s",
             n_threads, n_threads == 1 ? "" : "s");
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){GPUC_SVG_RIGHT_BEGIN - 22, GPUC_SVG_TOP - 26,
                                            "panel", "start", 60},
                   text);
    put_speed_grid(bench, &axis, stream);
    for (size_t i = 0; i < bench->n_setups; i++) {
        if (!bench->setups[i].is_device)
            continue;
        put_bar(bench, &axis, &bench->setups[i], top, stream);
        top += GPUC_SVG_BAR_STEP;
    }
    put_keys(top + 72, stream);
}
