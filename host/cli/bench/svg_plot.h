/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of plots in SVG: texts, axes, grids. Lengths are in pixels, from the top left. */
#ifndef GPUC_SVG_PLOT_H
#define GPUC_SVG_PLOT_H

#include <stdbool.h>
#include <stdio.h>

/* From values to places. */
struct gpuc_svg_axis {
    double low, high; /* values at the ends; above 0 if is_log */
    double from, to;  /* places of the ends */
    bool is_log;
    double step; /* between ticks, which are multiples of it; with is_log powers of 2 */
};

double gpuc_svg_place(const struct gpuc_svg_axis *axis, double value);

/* A step of 1, 2 or 5 times a power of ten that makes `n_ticks` ticks at most from 0 to
 * `high`, which is above 0. */
double gpuc_svg_step(double high, int n_ticks);

/* How many ticks there are, and the value of one, from 0. */
size_t gpuc_svg_n_ticks(const struct gpuc_svg_axis *axis);
double gpuc_svg_tick(const struct gpuc_svg_axis *axis, size_t number);

/* "0", "250 k", "1.5 M": a number of at most four digits. */
void gpuc_svg_short_number(double number, char *text, size_t size);

/* Valid UTF-8 without control characters as a part of an element or of an attribute in
 * double quotes; more than `max_chars` characters end in an ellipsis. */
void gpuc_svg_put_text(FILE *stream, const char *text, size_t max_chars);

/* Where a text stands. */
struct gpuc_svg_label {
    double x, y;
    const char *class_name;
    const char *anchor; /* "start", "middle" or "end" */
    size_t max_chars;
};

void gpuc_svg_label(FILE *stream, const struct gpuc_svg_label *label, const char *text);

void gpuc_svg_line(FILE *stream, const char *class_name, const double from[2],
                   const double to[2]);

#endif
