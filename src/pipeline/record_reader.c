/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/record_reader.h"

void gpuc_record_reader_init(struct gpuc_record_reader *records,
                             struct gpuc_source *source, const struct gpuc_parser *parser,
                             const struct gpuc_dialect *dialect)
{
    *records = (struct gpuc_record_reader){
        .parser = parser, .dialect = dialect, .name = gpuc_source_name(source)};
    gpuc_reader_init(&records->reader, source, dialect, 1, 0, 1);
}

void gpuc_record_reader_done(struct gpuc_record_reader *records)
{
    gpuc_reader_done(&records->reader);
    gpuc_batch_done(&records->batch);
}

enum gpuc_status gpuc_record_reader_next(struct gpuc_record_reader *records,
                                         size_t *ret_n_fields, struct gpuc_error *error)
{
    struct gpuc_batch *batch = &records->batch;
    struct gpuc_table *table = &batch->table;
    enum gpuc_status status;
    for (;;) {
        bool more;
        GPUC_TRY(gpuc_reader_next(&records->reader, batch, &more, error));
        if (!more) {
            *ret_n_fields = 0;
            return GPUC_OK;
        }
        records->end += batch->input_size;
        records->n_records++;
        size_t n_columns = 1;
        for (size_t i = 0; i < batch->input.size; i++)
            n_columns += batch->input.data[i] == records->dialect->delimiter;
        struct gpuc_records text = {.name = records->name,
                                    .first_line = batch->first_line,
                                    .bytes = &batch->input,
                                    .complete = true};
        struct gpuc_table_shape shape = {n_columns, n_columns, 1};
        GPUC_TRY(gpuc_parse_records(records->parser, records->dialect, &text, &shape,
                                    table, error));
        if (table->n_rows == 1)
            break;
    }
    size_t n_fields = 0;
    while (n_fields < table->n_columns && !gpuc_table_field(table, n_fields, 0)->absent)
        n_fields++;
    *ret_n_fields = n_fields;
out:
    return status;
}
