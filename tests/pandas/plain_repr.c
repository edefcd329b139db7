/* SPDX-License-Identifier: Apache-2.0 */
#include "pandas/plain_repr.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { ELIDED_ABOVE = 60, EACH_SIDE = 5, WIDTH_MAX = 50 };

static void put(struct plain_chars *chars, uint32_t c)
{
    assert_true(chars->n < PLAIN_CHARS_MAX);
    chars->chars[chars->n++] = c;
}

static void put_ascii(struct plain_chars *chars, const char *text)
{
    while (*text != '\0')
        put(chars, (uint8_t)*text++);
}

void plain_put(struct plain_chars *chars, const void *utf8, size_t size)
{
    const uint8_t *bytes = utf8;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = bytes[i];
        if (byte < 0x80)
            put(chars, byte);
        else if (byte >= 0xC0)
            put(chars, byte & (byte >= 0xF0 ? 0x07u : byte >= 0xE0 ? 0x0Fu : 0x1Fu));
        else
            chars->chars[chars->n - 1] = chars->chars[chars->n - 1] << 6 | (byte & 0x3F);
    }
}

static size_t put_utf8(uint8_t *to, const struct plain_chars *chars)
{
    size_t n = 0;
    for (size_t i = 0; i < chars->n; i++) {
        uint32_t c = chars->chars[i];
        if (c < 0x80) {
            to[n++] = (uint8_t)c;
            continue;
        }
        int n_more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const uint8_t leads[] = {0, 0xC0, 0xE0, 0xF0};
        to[n++] = (uint8_t)(leads[n_more] | c >> 6 * n_more);
        while (n_more-- > 0)
            to[n++] = (uint8_t)(0x80 | (c >> 6 * n_more & 0x3F));
    }
    return n;
}

static struct plain_chars escaped(const struct plain_chars *chars)
{
    struct plain_chars result = {.n = 0};
    for (size_t i = 0; i < chars->n; i++) {
        uint32_t c = chars->chars[i];
        if (c == '\t' || c == '\n' || c == '\r')
            put_ascii(&result, c == '\t' ? "\\t" : c == '\n' ? "\\n" : "\\r");
        else
            put(&result, c);
    }
    return result;
}

static void pad_left(struct plain_chars *chars, size_t width)
{
    while (chars->n < width) {
        memmove(chars->chars + 1, chars->chars, chars->n * sizeof chars->chars[0]);
        chars->chars[0] = ' ';
        chars->n++;
    }
}

static void pad_right(struct plain_chars *chars, size_t width)
{
    while (chars->n < width)
        put(chars, ' ');
}

/* Rule 2: a space in front, then one width for all. */
static size_t format_cells(struct plain_chars *cells, size_t n)
{
    size_t width = 0;
    for (size_t i = 0; i < n; i++) {
        pad_left(&cells[i], cells[i].n + 1);
        width = cells[i].n > width ? cells[i].n : width;
    }
    width = width > WIDTH_MAX ? WIDTH_MAX : width;
    for (size_t i = 0; i < n; i++) {
        if (cells[i].n > width) {
            cells[i].n = WIDTH_MAX - 3;
            put_ascii(&cells[i], "...");
        }
        pad_left(&cells[i], width);
    }
    return width;
}

/* Rule 3: trim what all have, then pad. */
static size_t format_labels(struct plain_chars *labels, size_t n)
{
    size_t width = 0;
    for (;;) {
        bool all = true;
        for (size_t i = 0; i < n; i++)
            all = all && labels[i].n > 0 && labels[i].chars[0] == ' ';
        if (!all)
            break;
        for (size_t i = 0; i < n; i++)
            memmove(labels[i].chars, labels[i].chars + 1,
                    --labels[i].n * sizeof labels[i].chars[0]);
    }
    for (size_t i = 0; i < n; i++)
        width = labels[i].n > width ? labels[i].n : width;
    for (size_t i = 0; i < n; i++)
        pad_right(&labels[i], width + 3);
    return width + 3;
}

/* Rule 5: the line of dots. */
static size_t put_dots(uint8_t *to, size_t label_width, size_t width)
{
    struct plain_chars line = {.n = 0}, dots = {.n = 0};
    put_ascii(&dots, width > 3 ? "..." : "..");
    size_t p = width - dots.n;
    pad_left(&dots, dots.n + p / 2 + (p & width & 1));
    pad_right(&dots, width);
    pad_right(&line, label_width);
    size_t size = put_utf8(to, &line);
    return size + put_utf8(to + size, &dots);
}

size_t plain_repr(const struct plain_row *row, uint8_t *to)
{
    static struct plain_chars labels[PLAIN_COLUMNS_MAX], cells[PLAIN_COLUMNS_MAX];
    bool elided = row->n_columns > ELIDED_ABOVE;
    size_t n_shown = 0, size = 0;
    for (size_t i = 0; i < row->n_columns; i++) {
        if (elided && i >= EACH_SIDE && i < row->n_columns - EACH_SIDE)
            continue;
        labels[n_shown] = escaped(&row->labels[i]);
        cells[n_shown++] = escaped(&row->cells[i]);
    }
    size_t width = format_cells(cells, n_shown);
    size_t label_width = format_labels(labels, n_shown);
    for (size_t i = 0; i < n_shown; i++) {
        if (elided && i == EACH_SIDE) {
            size += put_dots(to + size, label_width, width);
            to[size++] = '\n';
        }
        size += put_utf8(to + size, &labels[i]);
        size += put_utf8(to + size, &cells[i]);
        to[size++] = '\n';
    }
    struct plain_chars name = escaped(&row->name);
    memcpy(to + size, "Name: ", 6);
    size += 6;
    size += put_utf8(to + size, &name);
    if (elided)
        size += (size_t)sprintf((char *)to + size, ", Length: %zu", row->n_columns);
    return size + (size_t)sprintf((char *)to + size, ", dtype: object");
}
