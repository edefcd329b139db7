/* SPDX-License-Identifier: Apache-2.0 */
#include "pandas/row_repr.h"

#include <stdio.h>

#include "base/copy.h"
#include "csv/utf8.h"

enum {
    CELL_WIDTH_MAX = 50, /* display.max_colwidth, the space in front included */
    CELL_CUT = 46,       /* what is left of a longer cell, without space and dots */
    SHOWN_EACH_SIDE = 5, /* display.min_rows / 2, where not all columns show */
    LABEL_GAP = 3,       /* spaces behind the longest label */
    CHAR_SIZE_MAX = 4    /* bytes of a code point in UTF-8 */
};

/* The letter of the two-character form of a byte, 0 if it stands for itself. */
static uint8_t escape_letter(uint8_t byte)
{
    return byte == '\t' ? 't' : byte == '\n' ? 'n' : byte == '\r' ? 'r' : 0;
}

/* Characters of the text after escaping. */
static size_t escaped_count(const uint8_t *text, size_t size)
{
    size_t n_chars = gpuc_utf8_count(text, size);
    for (size_t i = 0; i < size; i++)
        n_chars += escape_letter(text[i]) != 0;
    return n_chars;
}

/* Writes up to max_chars characters of the escaped text; returns the end. */
static uint8_t *put_escaped(uint8_t *to, const uint8_t *text, size_t size,
                            size_t max_chars)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t letter = escape_letter(text[i]);
        bool continues = (text[i] & 0xC0) == 0x80;
        if (!continues && max_chars-- == 0)
            break;
        *to++ = letter != 0 ? '\\' : text[i];
        if (letter == 0)
            continue;
        if (max_chars-- == 0)
            break;
        *to++ = letter;
    }
    return to;
}

/* Leading spaces that every label has and that are not shown. */
static size_t common_indent(const struct gpuc_labels *labels,
                            const struct gpuc_row_repr *repr, size_t first_column)
{
    size_t indent = SIZE_MAX;
    for (size_t i = 0; i < repr->n_lines; i++) {
        if (repr->lines[i].column == SIZE_MAX)
            continue;
        size_t item = repr->lines[i].column - first_column;
        size_t n = 0;
        while (n < labels->items[item].size && gpuc_label_text(labels, item)[n] == ' ')
            n++;
        indent = n < indent ? n : indent;
    }
    return indent;
}

/* Chooses the lines: all columns, or the first and last few with a line of dots between.
 */
static void choose_lines(struct gpuc_row_repr *repr, size_t n_columns,
                         size_t first_column)
{
    if (n_columns <= GPUC_REPR_LINES_MAX) {
        for (size_t i = 0; i < n_columns; i++)
            repr->lines[repr->n_lines++].column = first_column + i;
        return;
    }
    for (size_t i = 0; i < SHOWN_EACH_SIDE; i++)
        repr->lines[repr->n_lines++].column = first_column + i;
    repr->lines[repr->n_lines++].column = SIZE_MAX;
    for (size_t i = n_columns - SHOWN_EACH_SIDE; i < n_columns; i++)
        repr->lines[repr->n_lines++].column = first_column + i;
}

/* Appends one line's template: `size` bytes of label, padded to `width` characters. */
static enum gpuc_status append_template(struct gpuc_row_repr *repr,
                                        struct gpuc_repr_line *line, const uint8_t *label,
                                        size_t size, size_t width,
                                        struct gpuc_error *error)
{
    struct gpuc_bytes *templates = &repr->templates;
    size_t n_chars = escaped_count(label, size);
    enum gpuc_status status = gpuc_bytes_reserve(
        templates, 2 * size + (width - n_chars) + CELL_WIDTH_MAX + GPUC_COPY_SLACK,
        error);
    if (status != GPUC_OK)
        return status;
    line->offset = templates->size;
    uint8_t *end = put_escaped(templates->data + line->offset, label, size, SIZE_MAX);
    memset(end, ' ', width - n_chars + CELL_WIDTH_MAX);
    end += width - n_chars;
    line->label_size = (size_t)(end - templates->data) - line->offset;
    templates->size = line->offset + line->label_size + CELL_WIDTH_MAX;
    /* A cell, the spaces around it and the line end. */
    repr->row_size_max += line->label_size + CELL_WIDTH_MAX * CHAR_SIZE_MAX + 1;
    return GPUC_OK;
}

enum gpuc_status gpuc_row_repr_init(struct gpuc_row_repr *repr,
                                    const struct gpuc_labels *labels, size_t first_column,
                                    struct gpuc_error *error)
{
    static const uint8_t none[1];
    size_t n_columns = labels->n_items;
    size_t width = 0;
    enum gpuc_status status = GPUC_OK;
    *repr = (struct gpuc_row_repr){0};
    choose_lines(repr, n_columns, first_column);
    size_t indent = common_indent(labels, repr, first_column);
    for (size_t i = 0; i < repr->n_lines; i++) {
        if (repr->lines[i].column == SIZE_MAX)
            continue;
        size_t item = repr->lines[i].column - first_column;
        size_t n = escaped_count(gpuc_label_text(labels, item), labels->items[item].size);
        width = n - indent > width ? n - indent : width;
    }
    width += LABEL_GAP;
    for (size_t i = 0; i < repr->n_lines && status == GPUC_OK; i++) {
        struct gpuc_repr_line *line = &repr->lines[i];
        if (line->column == SIZE_MAX) {
            status = append_template(repr, line, none, 0, width, error);
            continue;
        }
        size_t item = line->column - first_column;
        status = append_template(repr, line, gpuc_label_text(labels, item) + indent,
                                 labels->items[item].size - indent, width, error);
    }
    int footer_size;
    if (n_columns > GPUC_REPR_LINES_MAX)
        footer_size = snprintf(repr->footer, sizeof repr->footer,
                               ", Length: %zu, dtype: object", n_columns);
    else
        footer_size = snprintf(repr->footer, sizeof repr->footer, ", dtype: object");
    repr->footer_size = (size_t)footer_size;
    repr->row_size_max += sizeof "Name: " + sizeof repr->footer;
    return status;
}

void gpuc_row_repr_done(struct gpuc_row_repr *repr)
{
    gpuc_bytes_done(&repr->templates);
}

/* Characters of a cell without its space, before it is cut. */
static size_t cell_count(const struct gpuc_table *table, const struct gpuc_field *field)
{
    if (field->absent)
        return sizeof "None" - 1;
    if (field->missing)
        return sizeof "NaN" - 1;
    return field->plain ? field->size
                        : escaped_count(table->text + field->offset, field->size);
}

static uint8_t *put_cell(uint8_t *to, const struct gpuc_table *table,
                         const struct gpuc_field *field, size_t n_chars)
{
    static const uint8_t none[GPUC_COPY_SLACK] = "None";
    static const uint8_t nan[GPUC_COPY_SLACK] = "NaN";
    static const uint8_t dots[GPUC_COPY_SLACK] = "...";
    const uint8_t *text = table->text + field->offset;
    bool cut = n_chars >= CELL_WIDTH_MAX;
    if (field->absent)
        return gpuc_copy_short(to, none, n_chars);
    if (field->missing)
        return gpuc_copy_short(to, nan, n_chars);
    if (field->plain)
        to = gpuc_copy_short(to, text, cut ? CELL_CUT : n_chars);
    else
        to = put_escaped(to, text, field->size, cut ? CELL_CUT : n_chars);
    return cut ? gpuc_copy_short(to, dots, 3) : to;
}

/* The line that stands for the columns that do not show: dots centred in the width. */
static uint8_t *put_dots_line(uint8_t *to, const uint8_t *start, size_t label_size,
                              size_t width)
{
    size_t n_dots = width > 3 ? 3 : 2;
    size_t padding = width - n_dots;
    size_t left = padding / 2 + (padding & width & 1);
    to = gpuc_copy_short(to, start, label_size + left);
    memset(to, '.', n_dots);
    to += n_dots;
    memset(to, ' ', padding - left);
    return to + (padding - left);
}

void gpuc_row_repr_append(const struct gpuc_row_repr *repr,
                          const struct gpuc_table *table, size_t row, const uint8_t *name,
                          size_t name_size, struct gpuc_bytes *text)
{
    static const uint8_t name_label[GPUC_COPY_SLACK] = "Name: ";
    size_t counts[GPUC_REPR_LINES_MAX];
    size_t width = 0; /* of the cells, with the space in front */
    for (size_t i = 0; i < repr->n_lines; i++) {
        if (repr->lines[i].column == SIZE_MAX)
            continue;
        counts[i] =
            cell_count(table, gpuc_table_field(table, repr->lines[i].column, row));
        width = counts[i] + 1 > width ? counts[i] + 1 : width;
    }
    width = width < CELL_WIDTH_MAX ? width : CELL_WIDTH_MAX;

    uint8_t *to = text->data + text->size;
    for (size_t i = 0; i < repr->n_lines; i++) {
        const struct gpuc_repr_line *line = &repr->lines[i];
        const uint8_t *start = repr->templates.data + line->offset;
        if (line->column == SIZE_MAX) {
            to = put_dots_line(to, start, line->label_size, width);
        } else {
            size_t shown = counts[i] < CELL_WIDTH_MAX ? counts[i] : CELL_WIDTH_MAX - 1;
            to = gpuc_copy_short(to, start, line->label_size + width - shown);
            to = put_cell(to, table, gpuc_table_field(table, line->column, row),
                          counts[i]);
        }
        *to++ = '\n';
    }
    to = gpuc_copy_short(to, name_label, 6);
    to = put_escaped(to, name, name_size, SIZE_MAX);
    memcpy(to, repr->footer, sizeof repr->footer);
    to += repr->footer_size;
    text->size = (size_t)(to - text->data);
}
