/* SPDX-License-Identifier: Apache-2.0 */
/* How results are written, as far as it does not depend on the input. */
#include "base/copy.h"
#include "csv/field_text.h"
#include "csv/json_text.h"
#include "jobs/result_columns.h"

/* Whether a path ends so, before the suffix of a packed file. */
static bool has_suffix(const char *path, const char *suffix)
{
    static const char *const packed[] = {".gz", ".zst"};
    size_t size = strlen(path), suffix_size = strlen(suffix);
    for (size_t i = 0; i < sizeof packed / sizeof packed[0]; i++) {
        size_t packed_size = strlen(packed[i]);
        if (size > packed_size && strcmp(path + size - packed_size, packed[i]) == 0)
            size -= packed_size;
    }
    return size > suffix_size &&
           memcmp(path + size - suffix_size, suffix, suffix_size) == 0;
}

static enum gpuc_status read_form(const struct gpuc_job_options *options,
                                  bool *ret_is_json, struct gpuc_error *error)
{
    const char *format = options->format;
    const char *path = options->write == NULL ? options->output_path : NULL;
    if (format == NULL)
        *ret_is_json =
            path != NULL && (has_suffix(path, ".jsonl") || has_suffix(path, ".ndjson"));
    else if (strcmp(format, "csv") == 0 || strcmp(format, "jsonl") == 0)
        *ret_is_json = strcmp(format, "jsonl") == 0;
    else
        return gpuc_fail(error, GPUC_EUSAGE, "--format takes csv or jsonl, not '%s'",
                         format);
    if (*ret_is_json && options->output_header == GPUC_HEADER_ALWAYS)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--output-header is for CSV: in JSON Lines each row has the "
                         "names of its columns");
    return GPUC_OK;
}

enum gpuc_status gpuc_result_style_read(struct gpuc_result_style *style,
                                        const struct gpuc_job_options *options,
                                        struct gpuc_error *error)
{
    const char *format = options->float_format;
    enum gpuc_status status;
    if (format != NULL && options->precision > 0)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "--precision and --float-format both say how numbers are "
                         "written: give one");
    if (format != NULL)
        GPUC_TRY(gpuc_number_format_read(&style->numbers, format, error));
    else if (options->precision > 0)
        GPUC_TRY(gpuc_number_format_digits(&style->numbers, options->precision, error));
    status = read_form(options, &style->is_json, error);
out:
    return status;
}

enum gpuc_status gpuc_result_style_classes(struct gpuc_result_style *style,
                                           const struct gpuc_text_list *names,
                                           const struct gpuc_dialect *dialect,
                                           struct gpuc_error *error)
{
    struct gpuc_text_list *texts = &style->class_texts;
    struct gpuc_bytes text = {0};
    enum gpuc_status status = GPUC_OK;
    for (size_t i = 0; i < names->n_items; i++) {
        const uint8_t *name = (const uint8_t *)gpuc_text_list_at(names, i);
        size_t size = names->items[i].size;
        text.size = 0;
        GPUC_TRY(gpuc_bytes_reserve(
            &text, GPUC_JSON_TEXT_GROWTH * size + GPUC_JSON_TEXT_EXTRA, error));
        const uint8_t *end = style->is_json
                                 ? gpuc_json_text(text.data, name, size)
                                 : gpuc_field_text(text.data, name, size, dialect, true);
        GPUC_TRY(
            gpuc_text_list_append(texts, text.data, (size_t)(end - text.data), error));
    }
    GPUC_TRY(gpuc_bytes_reserve(&texts->bytes, GPUC_COPY_SLACK, error));
out:
    gpuc_bytes_done(&text);
    return status;
}

void gpuc_result_style_done(struct gpuc_result_style *style)
{
    gpuc_text_list_done(&style->class_texts);
}
