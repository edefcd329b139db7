/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_input.h"

#include <errno.h>
#include <sys/mman.h>

#include "csv/double_text.h"
#include "csv/field_text.h"
#include "csv/float_text.h"
#include "host/rows/forest_values.h"
#include "host/rows/random.h"
#include "host/rows/row_kinds.h"

enum { SEED = 1, BUFFER_SIZE = 1 << 18, NUMBER_SIZE = GPUC_DOUBLE_TEXT_SIZE };

static enum gpuc_status fail_file(int errno_value, struct gpuc_error *error)
{
    return gpuc_fail_errno(error, errno_value, "a temporary file for generated rows");
}

/* ---- the black box --------------------------------------------------------------- */

static enum gpuc_status put_blackbox_rows(FILE *file, uint64_t n_rows,
                                          struct gpuc_error *error)
{
    struct gpuc_row_writer *writer = gpuc_alloc(1, sizeof *writer);
    if (writer == NULL)
        return gpuc_fail_memory(error, sizeof *writer, "generated rows");
    gpuc_row_writer_init(writer, file);
    gpuc_put_plain_rows(writer, n_rows, SEED);
    gpuc_row_writer_flush(writer);
    int errno_value = writer->errno_value;
    gpuc_free(writer);
    return errno_value == 0 ? GPUC_OK : fail_file(errno_value, error);
}

/* ---- forests --------------------------------------------------------------------- */

/* A category as the trainer's data had it. */
static enum gpuc_status put_category(struct gpuc_bytes *text,
                                     const struct gpuc_model_info *info,
                                     const struct gpuc_category *category,
                                     struct gpuc_error *error)
{
    static const struct gpuc_dialect dialect = GPUC_DIALECT_PANDAS;
    const char *word = category->number != 0 ? "True" : "False";
    size_t size = category->kind == GPUC_CATEGORY_TEXT ? category->text.size : 0;
    enum gpuc_status status =
        gpuc_bytes_reserve(text, 2 * size + GPUC_FIELD_TEXT_EXTRA + NUMBER_SIZE, error);
    if (status != GPUC_OK)
        return status;
    uint8_t *to = text->data + text->size;
    if (category->kind == GPUC_CATEGORY_TEXT)
        to = gpuc_field_text(to, (const uint8_t *)gpuc_info_text(info, category->text),
                             size, &dialect, true);
    else if (category->kind == GPUC_CATEGORY_BOOL)
        to = gpuc_field_text(to, (const uint8_t *)word, strlen(word), &dialect, true);
    else
        to += gpuc_double_text(category->number, (char *)to);
    text->size = (size_t)(to - text->data);
    return GPUC_OK;
}

/* A feature whose table is empty has no value but a missing one. */
static enum gpuc_status put_value(struct gpuc_bytes *text, const struct gpuc_model *model,
                                  size_t feature, uint64_t *random,
                                  struct gpuc_error *error)
{
    const struct gpuc_model_info *info = &model->info;
    const struct gpuc_info_feature *about = &info->features[feature];
    if (about->has_table && about->n_categories == 0)
        return GPUC_OK;
    if (about->has_table)
        return put_category(
            text, info,
            &info->categories[about->first_category +
                              gpuc_random_below(random, about->n_categories)],
            error);
    enum gpuc_status status = gpuc_bytes_reserve(text, NUMBER_SIZE, error);
    if (status == GPUC_OK)
        text->size += gpuc_float_text(gpuc_forest_value(model->forest, feature, random),
                                      (char *)text->data + text->size);
    return status;
}

static enum gpuc_status put_forest_rows(FILE *file, const struct gpuc_model *model,
                                        uint64_t n_rows, struct gpuc_error *error)
{
    struct gpuc_bytes text = {0};
    uint64_t random = SEED;
    size_t n_features = model->forest->n_features;
    enum gpuc_status status = GPUC_OK;
    for (uint64_t row = 0; row < n_rows; row++) {
        for (size_t f = 0; f < n_features; f++) {
            GPUC_TRY(put_value(&text, model, f, &random, error));
            GPUC_TRY(gpuc_bytes_reserve(&text, 1, error));
            gpuc_bytes_put_byte(&text, f + 1 < n_features ? ',' : '\n');
        }
        if (text.size < BUFFER_SIZE && row + 1 < n_rows)
            continue;
        errno = EIO;
        if (fwrite(text.data, 1, text.size, file) != text.size)
            GPUC_TRY(fail_file(errno, error));
        text.size = 0;
    }
out:
    gpuc_bytes_done(&text);
    return status;
}

/* The rows of the black box come after a header. */
static enum gpuc_status find_rows(struct gpuc_bench_input *input,
                                  struct gpuc_error *error)
{
    int byte;
    rewind(input->file);
    while ((byte = fgetc(input->file)) != EOF && byte != '\n')
        input->header_size++;
    input->header_size++;
    if (byte == EOF || fseeko(input->file, 0, SEEK_END) != 0)
        return fail_file(EIO, error);
    return GPUC_OK;
}

enum gpuc_status gpuc_bench_input_init(struct gpuc_bench_input *input,
                                       const struct gpuc_model *model, uint64_t n_rows,
                                       struct gpuc_error *error)
{
    enum gpuc_status status;
    *input = (struct gpuc_bench_input){.file = tmpfile()};
    if (input->file == NULL)
        return fail_file(errno, error);
    snprintf(input->path, sizeof input->path, "/proc/self/fd/%d", fileno(input->file));
    if (model->kind == GPUC_MODEL_FOREST)
        GPUC_TRY(put_forest_rows(input->file, model, n_rows, error));
    else
        GPUC_TRY(put_blackbox_rows(input->file, n_rows, error));
    if (fflush(input->file) != 0)
        GPUC_TRY(fail_file(errno, error));
    input->size = (uint64_t)ftello(input->file);
    if (model->kind == GPUC_MODEL_BLACKBOX)
        status = find_rows(input, error);
out:
    return status;
}

enum gpuc_status gpuc_bench_input_repeat(struct gpuc_bench_input *input, uint64_t n_times,
                                         struct gpuc_error *error)
{
    uint64_t rows_size = input->size - input->header_size;
    void *text = MAP_FAILED;
    enum gpuc_status status = GPUC_OK;
    if (n_times <= 1 || rows_size == 0)
        return GPUC_OK;
    text = mmap(NULL, (size_t)input->size, PROT_READ, MAP_SHARED, fileno(input->file), 0);
    if (text == MAP_FAILED)
        return fail_file(errno, error);
    const char *rows = (const char *)text + input->header_size;
    errno = EIO;
    for (uint64_t i = 1; i < n_times && status == GPUC_OK; i++)
        if (fwrite(rows, 1, (size_t)rows_size, input->file) != rows_size)
            status = fail_file(errno, error);
    if (status == GPUC_OK && fflush(input->file) != 0)
        status = fail_file(errno, error);
    munmap(text, (size_t)input->size);
    input->size += (n_times - 1) * rows_size;
    return status;
}

void gpuc_bench_input_done(struct gpuc_bench_input *input)
{
    if (input->file != NULL)
        fclose(input->file);
    *input = (struct gpuc_bench_input){0};
}
