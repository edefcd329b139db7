/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/parser.h"

enum gpuc_status gpuc_parser_find(const char *name, struct gpuc_parser *ret_parser,
                                  struct gpuc_error *error)
{
    bool use_libcsv = name != NULL && strcmp(name, "libcsv") == 0;
    const struct gpuc_scanner *scanner = gpuc_scanner_find(use_libcsv ? NULL : name);
    if (scanner == NULL)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "no CSV parser '%s' on this machine: there are native (the "
                         "fastest), avx512, avx2, sse42, portable and libcsv",
                         name);
    *ret_parser = (struct gpuc_parser){.scanner = scanner, .use_libcsv = use_libcsv};
    return GPUC_OK;
}

enum gpuc_status gpuc_parser_check(const struct gpuc_parser *parser,
                                   const struct gpuc_dialect *dialect,
                                   struct gpuc_error *error)
{
    const char *what = dialect->comment != 0 ? "comments"
                       : dialect->no_quote   ? "text without quotes"
                                             : NULL;
    if (!parser->use_libcsv || what == NULL)
        return GPUC_OK;
    return gpuc_fail(error, GPUC_EUSAGE,
                     "libcsv cannot read %s: leave --csv-parser libcsv out", what);
}

enum gpuc_status gpuc_parse_rows(const struct gpuc_parser *parser,
                                 const struct gpuc_dialect *dialect,
                                 const struct gpuc_scanned *scanned,
                                 struct gpuc_index *index, struct gpuc_rows *rows,
                                 struct gpuc_error *error)
{
    struct gpuc_scanned by_libcsv = *scanned;
    if (parser->use_libcsv) {
        bool any_high = index->any_high;
        gpuc_index_reset(index);
        enum gpuc_status status =
            gpuc_libcsv_index(dialect, scanned, index, &by_libcsv.last_fault, error);
        if (status != GPUC_OK)
            return status;
        index->any_high = any_high;
    }
    return gpuc_rows_find(rows, dialect, &by_libcsv, error);
}

enum gpuc_row_fault gpuc_end_input(const struct gpuc_scan_state *state, size_t end,
                                   struct gpuc_index *index)
{
    if (!state->in_record)
        return GPUC_ROW_GOOD;
    index->ends[index->n_ends++] = (uint32_t)end;
    index->record_ends[index->n_records++] = (uint32_t)index->n_ends;
    return state->place == GPUC_SCAN_QUOTED ? GPUC_ROW_QUOTE_OPEN : GPUC_ROW_GOOD;
}
