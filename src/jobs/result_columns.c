/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/result_columns.h"

#include "base/copy.h"
#include "csv/double_text.h"
#include "csv/float_text.h"

static uint8_t *put_integer(uint8_t *to, uint32_t value)
{
    uint8_t digits[10]; /* of a uint32_t */
    size_t size = 0;
    do {
        digits[size++] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (size > 0)
        *to++ = digits[--size];
    return to;
}

static uint8_t *put_float(uint8_t *to, const struct gpuc_result_column *result,
                          size_t row)
{
    return to + gpuc_float_text(((const float *)result->values)[row], (char *)to);
}

static uint8_t *put_double(uint8_t *to, const struct gpuc_result_column *result,
                           size_t row)
{
    return to + gpuc_double_text(((const double *)result->values)[row], (char *)to);
}

static uint8_t *put_formatted_float(uint8_t *to, const struct gpuc_result_column *result,
                                    size_t row)
{
    double value = (double)((const float *)result->values)[row];
    return to + gpuc_number_text(result->look, value, (char *)to);
}

static uint8_t *put_formatted_double(uint8_t *to, const struct gpuc_result_column *result,
                                     size_t row)
{
    double value = ((const double *)result->values)[row];
    return to + gpuc_number_text(result->look, value, (char *)to);
}

static uint8_t *put_class_number(uint8_t *to, const struct gpuc_result_column *result,
                                 size_t row)
{
    return put_integer(to, ((const uint32_t *)result->values)[row]);
}

static uint8_t *put_class_text(uint8_t *to, const struct gpuc_result_column *result,
                               size_t row)
{
    const struct gpuc_text_list *texts = result->look;
    uint32_t class = ((const uint32_t *)result->values)[row];
    const struct gpuc_text_item *text = &texts->items[class];
    return gpuc_copy_short(to, texts->bytes.data + text->offset, text->size);
}

/* The leaf of a tree, as the model file numbers it. */
static uint8_t *put_leaf(uint8_t *to, const struct gpuc_result_column *result, size_t row)
{
    const uint32_t *numbers = result->look;
    return put_integer(to, numbers[((const uint32_t *)result->values)[row]]);
}

/* Column k of a block of numbers. */
static struct gpuc_result_column number_column(const struct gpuc_model *model,
                                               const struct gpuc_result_style *style,
                                               const struct gpuc_forest_room *room,
                                               const void *numbers, size_t k)
{
    enum gpuc_number number = (enum gpuc_number)model->forest->number;
    size_t offset = k * room->stride * gpuc_number_size(number);
    struct gpuc_result_column column = {.values = (const char *)numbers + offset};
    if (style->numbers.style != 0) {
        column.put = number == GPUC_FLOAT32 ? put_formatted_float : put_formatted_double;
        column.look = &style->numbers;
    } else {
        column.put = number == GPUC_FLOAT32 ? put_float : put_double;
    }
    return column;
}

/* Column k of a block of classes. */
static struct gpuc_result_column class_column(const struct gpuc_result_style *style,
                                              const struct gpuc_forest_room *room,
                                              const uint32_t *classes, size_t k)
{
    return (struct gpuc_result_column){
        .put = style->class_texts.n_items > 0 ? put_class_text : put_class_number,
        .values = classes + k * room->stride,
        .look = &style->class_texts};
}

static struct gpuc_result_column leaf_column(const struct gpuc_model *model,
                                             const struct gpuc_forest_room *room,
                                             size_t tree)
{
    const struct gpuc_forest *forest = model->forest;
    return (struct gpuc_result_column){.put = put_leaf,
                                       .values = room->leaves + tree * room->stride,
                                       .look =
                                           gpuc_forest_leaf_numbers(forest) +
                                           gpuc_forest_trees(forest)[tree].first_leaf};
}

/* Labels of several are yes or no each, and stand under the label's name. */
static struct gpuc_result_column label_column(const struct gpuc_model *model,
                                              const struct gpuc_result_style *style,
                                              const struct gpuc_forest_room *room,
                                              size_t k)
{
    struct gpuc_result_column column = class_column(style, room, room->labels, k);
    if (model->link.task == GPUC_TASK_MULTILABEL)
        column.put = put_class_number;
    return column;
}

static struct gpuc_result_column make_column(const struct gpuc_model *model,
                                             const struct gpuc_result_style *style,
                                             const struct gpuc_forest_room *room,
                                             enum gpuc_forest_output output, size_t k)
{
    switch (output) {
    case GPUC_FOREST_MARGIN:
        return number_column(model, style, room, room->margins, k);
    case GPUC_FOREST_LABEL:
        return label_column(model, style, room, k);
    case GPUC_FOREST_TOP:
        return k % 2 == 0 ? class_column(style, room, room->top_classes, k / 2)
                          : number_column(model, style, room, room->top_values, k / 2);
    case GPUC_FOREST_LEAF:
        return leaf_column(model, room, k);
    case GPUC_FOREST_PRED:
    case GPUC_FOREST_PROBA:
    case GPUC_FOREST_N_OUTPUTS:
        break;
    }
    return number_column(model, style, room, room->linked, k);
}

/* Bytes that any column can write. */
static size_t column_size_max(const struct gpuc_result_style *style)
{
    size_t size = style->numbers.style != 0 ? style->numbers.size_max : 0;
    size = size > GPUC_DOUBLE_TEXT_SIZE ? size : GPUC_DOUBLE_TEXT_SIZE;
    for (size_t i = 0; i < style->class_texts.n_items; i++) {
        size_t text_size = style->class_texts.items[i].size + GPUC_COPY_SLACK;
        size = size > text_size ? size : text_size;
    }
    return size;
}

enum gpuc_status gpuc_result_columns_init(struct gpuc_result_columns *results,
                                          const struct gpuc_model *model,
                                          const struct gpuc_forest_outputs *outputs,
                                          const struct gpuc_result_style *style,
                                          const struct gpuc_forest_room *room,
                                          struct gpuc_error *error)
{
    size_t n_columns = gpuc_forest_outputs_width(outputs, model);
    *results = (struct gpuc_result_columns){
        .items = gpuc_alloc(n_columns, sizeof *results->items),
        .size_max = n_columns * (column_size_max(style) + 1)};
    if (results->items == NULL)
        return gpuc_fail_memory(error, n_columns * sizeof *results->items, "results");
    for (size_t i = 0; i < outputs->n_items; i++) {
        enum gpuc_forest_output output = outputs->items[i];
        size_t width = gpuc_forest_output_width(outputs, model, output);
        for (size_t k = 0; k < width; k++)
            results->items[results->n_items++] =
                make_column(model, style, room, output, k);
    }
    return GPUC_OK;
}

void gpuc_result_columns_done(struct gpuc_result_columns *results)
{
    gpuc_free(results->items);
    *results = (struct gpuc_result_columns){0};
}
