/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "host/cli/bench/bench_describe.h"
#include "host/cli/bench/bench_panels.h"
#include "host/cli/bench/bench_report.h"
#include "host/cli/bench/svg_plot.h"

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
    ".read{fill:#8d99a8}.survey{fill:#6b4c9a}.parse{fill:#1f9e9e}.encode{fill:#5aa454}"
    ".quantise{fill:#c9a227}.copy{fill:#e08fb0}.kernel{fill:#c94557}.other{fill:#d5dae1}"
    ".format{fill:#8f7bd0}.write{fill:#454f5c}\n"
    "</style>\n";

/* The end of the longer panel. */
static double panels_end(const struct gpuc_bench *bench)
{
    double left = GPUC_SVG_LEFT_BOTTOM + GPUC_SVG_LEFT_FOOT;
    double right = GPUC_SVG_TOP +
                   (double)gpuc_bench_count_devices(bench) * GPUC_SVG_BAR_STEP +
                   GPUC_SVG_RIGHT_FOOT;
    return left > right ? left : right;
}

static void put_head(const struct gpuc_bench *bench, FILE *stream)
{
    double height = panels_end(bench) + GPUC_SVG_FOOT;
    char rows[128], text[768];
    gpuc_bench_describe_input(bench, rows, sizeof rows);
    fprintf(stream,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" "
            "viewBox=\"0 0 %d %.0f\" role=\"img\">\n<title>gpuclassify bench: ",
            GPUC_SVG_WIDTH, height, GPUC_SVG_WIDTH, height);
    gpuc_svg_put_text(stream, bench->model.name, 80);
    fprintf(stream, "</title>\n%s<rect width=\"%d\" height=\"%.0f\" fill=\"#fff\"/>\n",
            style, GPUC_SVG_WIDTH, height);
    snprintf(text, sizeof text, "%s on %s", bench->model.name, bench->machine);
    gpuc_svg_label(
        stream, &(struct gpuc_svg_label){GPUC_SVG_EDGE, 46, "title", "start", 68}, text);
    snprintf(text, sizeof text, "%s, %.0f MB in, %.0f MB out; %s", rows,
             1e-6 * (double)bench->input_bytes, 1e-6 * (double)bench->output_bytes,
             bench->model.what);
    gpuc_svg_label(
        stream, &(struct gpuc_svg_label){GPUC_SVG_EDGE, 72, "note", "start", 150}, text);
    snprintf(text, sizeof text,
             "%" PRIu32 " core%s; median of %" PRIu32 " run%s, with the lowest and the "
             "highest; gpuclassify %s, %s",
             bench->n_cores, bench->n_cores == 1 ? "" : "s", bench->n_rounds,
             bench->n_rounds == 1 ? "" : "s", gpuc_version(), bench->date);
    gpuc_svg_label(
        stream, &(struct gpuc_svg_label){GPUC_SVG_EDGE, 91, "note", "start", 150}, text);
}

static void put_foot(const struct gpuc_bench *bench, FILE *stream)
{
    char text[160];
    snprintf(
        text, sizeof text,
        "Whole jobs, CSV file to CSV text; each output equals the scalar engine's byte "
        "for byte (SHA-256 %.16s..%s).",
        bench->sha256,
        bench->n_different_rows < bench->n_rows ? ", of the different rows" : "");
    gpuc_svg_label(stream,
                   &(struct gpuc_svg_label){GPUC_SVG_EDGE,
                                            panels_end(bench) + GPUC_SVG_FOOT - 22,
                                            "note", "start", 150},
                   text);
    fputs("</svg>\n", stream);
}

bool gpuc_bench_write_svg(const struct gpuc_bench *bench, FILE *stream)
{
    put_head(bench, stream);
    gpuc_bench_put_speed_up(bench, stream);
    gpuc_bench_put_devices(bench, stream);
    put_foot(bench, stream);
    return !ferror(stream);
}
