/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/svg_plot.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "csv/utf8.h"

double gpuc_svg_place(const struct gpuc_svg_axis *axis, double value)
{
    double part = axis->is_log ? log(value / axis->low) / log(axis->high / axis->low)
                               : (value - axis->low) / (axis->high - axis->low);
    return axis->from + part * (axis->to - axis->from);
}

double gpuc_svg_step(double high, int n_ticks)
{
    static const double factors[] = {1, 2, 5, 10};
    double power = pow(10, floor(log10(high / n_ticks)));
    size_t i = 0;
    while (i < 3 && high / (factors[i] * power) > n_ticks)
        i++;
    return factors[i] * power;
}

/* Ticks are whole numbers of these. */
static double in_ticks(const struct gpuc_svg_axis *axis, double value)
{
    return axis->is_log ? log2(value) : value / axis->step;
}

size_t gpuc_svg_n_ticks(const struct gpuc_svg_axis *axis)
{
    double first = ceil(in_ticks(axis, axis->low));
    double last = floor(in_ticks(axis, axis->high));
    return last >= first ? (size_t)(last - first) + 1 : 0;
}

double gpuc_svg_tick(const struct gpuc_svg_axis *axis, size_t number)
{
    double place = ceil(in_ticks(axis, axis->low)) + (double)number;
    return axis->is_log ? exp2(place) : place * axis->step;
}

void gpuc_svg_short_number(double number, char *text, size_t size)
{
    static const struct {
        double unit;
        const char *name;
    } units[] = {{1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e3, " k"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (number >= units[i].unit) {
            snprintf(text, size, "%.4g%s", number / units[i].unit, units[i].name);
            return;
        }
    }
    snprintf(text, size, "%.4g", number);
}

void gpuc_svg_put_text(FILE *stream, const char *text, size_t max_chars)
{
    size_t size = strlen(text);
    bool is_cut = gpuc_utf8_count((const uint8_t *)text, size) > max_chars;
    if (is_cut)
        size = gpuc_utf8_prefix((const uint8_t *)text, size, max_chars - 1);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '&')
            fputs("&amp;", stream);
        else if (text[i] == '<')
            fputs("&lt;", stream);
        else if (text[i] == '>')
            fputs("&gt;", stream);
        else if (text[i] == '"')
            fputs("&quot;", stream);
        else
            fputc(text[i], stream);
    }
    if (is_cut)
        fputs("\xe2\x80\xa6", stream);
}

void gpuc_svg_label(FILE *stream, const struct gpuc_svg_label *label, const char *text)
{
    fprintf(stream, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
            label->class_name, label->x, label->y, label->anchor);
    gpuc_svg_put_text(stream, text, label->max_chars);
    fputs("</text>\n", stream);
}

void gpuc_svg_line(FILE *stream, const char *class_name, const double from[2],
                   const double to[2])
{
    fprintf(stream,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
            class_name, from[0], from[1], to[0], to[1]);
}
