/* SPDX-License-Identifier: Apache-2.0 */
#include "pandas/layout.h"

#include "pipeline/record_reader.h"

/* Makes labels of the fields of the record that was read last. */
static enum gpuc_status take_labels(const struct gpuc_record_reader *records,
                                    size_t n_fields, struct gpuc_labels *labels,
                                    struct gpuc_error *error)
{
    const struct gpuc_table *table = &records->table;
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < n_fields && status == GPUC_OK; i++) {
        const struct gpuc_field *field = gpuc_table_field(table, i, 0);
        status =
            gpuc_labels_append(labels, table->text + field->offset, field->size, error);
    }
    return status;
}

/*
 * Removes a byte order mark from the first label. The mark kept the label's quotes from
 * being read as quotes, so they are undone here as pandas undoes them: the label becomes
 * the text up to the next quote and whatever follows that.
 */
static enum gpuc_status drop_mark(const struct gpuc_record_reader *records,
                                  struct gpuc_labels *labels, struct gpuc_error *error)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    struct gpuc_label *label = &labels->items[0];
    uint8_t *text = labels->text.data + label->offset;
    if (label->size < sizeof mark || memcmp(text, mark, sizeof mark) != 0)
        return GPUC_OK;
    label->offset += sizeof mark;
    label->size -= sizeof mark;
    text += sizeof mark;
    if (label->size == 0 || text[0] != records->dialect->quote)
        return GPUC_OK;
    uint8_t *closing = memchr(text + 1, records->dialect->quote, label->size - 1);
    if (closing == NULL)
        return gpuc_fail_at(
            error, GPUC_EDATA, records->name, 1,
            "substring not found: the first label, behind a byte order mark, "
            "has a quote that is not closed in it (save the file without "
            "the mark)");
    size_t before = (size_t)(closing - text) - 1;
    memmove(text + 1 + before, closing + 1, label->size - before - 2);
    label->offset++;
    label->size -= 2;
    return GPUC_OK;
}

/* Reads the header: labels, made unique, with the place behind it. */
static enum gpuc_status read_header(struct gpuc_record_reader *records,
                                    struct gpuc_layout *layout, struct gpuc_error *error)
{
    size_t n_fields;
    enum gpuc_status status;
    GPUC_TRY(gpuc_record_reader_next(records, &n_fields, error));
    if (n_fields == 0)
        return gpuc_fail_at(error, GPUC_EDATA, records->name, 1,
                            "No columns to parse from file");
    GPUC_TRY(take_labels(records, n_fields, &layout->labels, error));
    if (records->n_records == 1)
        GPUC_TRY(drop_mark(records, &layout->labels, error));
    GPUC_TRY(gpuc_labels_make_unique(&layout->labels, error));
    layout->data_offset = gpuc_record_reader_offset(records);
    layout->data_line = records->line;
    layout->n_records_before = records->n_records;
out:
    return status;
}

/* Reads two rows and decides which labels name which fields. */
static enum gpuc_status read_rows(struct gpuc_record_reader *records,
                                  struct gpuc_layout *layout, struct gpuc_error *error)
{
    enum gpuc_status status;
    struct gpuc_labels names = {0};
    size_t n_labels = layout->labels.n_items;
    size_t n1, n2 = 0;
    GPUC_TRY(gpuc_record_reader_next(records, &n1, error));
    GPUC_TRY(take_labels(records, n1, &names, error));
    uint64_t first_row_end = gpuc_record_reader_offset(records);
    uint64_t first_row_end_line = records->line;
    uint64_t n_records = records->n_records;
    if (n1 > 0)
        GPUC_TRY(gpuc_record_reader_next(records, &n2, error));
    layout->n_index = 1;
    layout->n_columns = n_labels;
    if (n2 > 0 && n2 == n1 + n_labels) {
        GPUC_TRY(gpuc_labels_make_unique_after(&layout->labels, &names, error));
        layout->n_index = n1;
        layout->n_columns = n1 + n_labels;
        layout->data_offset = first_row_end;
        layout->data_line = first_row_end_line;
        layout->n_records_before = n_records;
    } else if (n1 > n_labels) {
        layout->labels_shifted = true;
        layout->n_columns = n_labels + 1;
    } else {
        gpuc_labels_drop_first(&layout->labels, 1);
    }
out:
    gpuc_labels_done(&names);
    return status;
}

enum gpuc_status gpuc_layout_read(struct gpuc_source *source,
                                  const struct gpuc_parser *parser,
                                  const struct gpuc_dialect *dialect,
                                  struct gpuc_layout *ret_layout,
                                  struct gpuc_error *error)
{
    struct gpuc_layout layout = {0};
    struct gpuc_record_reader records;
    gpuc_record_reader_init(&records, source, parser, dialect);
    enum gpuc_status status = read_header(&records, &layout, error);
    if (status == GPUC_OK)
        status = read_rows(&records, &layout, error);
    gpuc_record_reader_done(&records);
    if (status == GPUC_OK)
        *ret_layout = layout;
    else
        gpuc_layout_done(&layout);
    return status;
}

void gpuc_layout_done(struct gpuc_layout *layout)
{
    gpuc_labels_done(&layout->labels);
}
