/* SPDX-License-Identifier: Apache-2.0 */
#include "golden_models.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/table.h"
#include "image_walk.h"
#include "support/cmocka_all.h"

static const char own_folder[] = GPUC_TEST_DATA "/golden/models";
static const char shared_folder[] = GPUC_SHARED "/golden/models";

static bool is_own(const char *name)
{
    char path[768];
    snprintf(path, sizeof path, "%s/%s/in.csv", own_folder, name);
    FILE *stream = fopen(path, "rb");
    if (stream != NULL)
        fclose(stream);
    return stream != NULL;
}

static void run_case(const char *folder, const char *name,
                     void (*check)(const struct test_golden_case *item))
{
    struct test_golden_case item;
    char path[768];

    snprintf(item.name, sizeof item.name, "%.63s", name);
    snprintf(item.folder, sizeof item.folder, "%s/%.63s", folder, name);
    snprintf(path, sizeof path, "%s/in.csv", item.folder);
    item.input = test_csv_table_read(path);
    snprintf(path, sizeof path, "%s/expected.csv", item.folder);
    item.expected = test_csv_table_read(path);
    assert_int_equal(item.input.n_rows, item.expected.n_rows);
    check(&item);
    test_csv_table_free(&item.input);
    test_csv_table_free(&item.expected);
}

size_t test_golden_each(const char *prefix,
                        void (*check)(const struct test_golden_case *item),
                        size_t *ret_n_own)
{
    const char *const folders[] = {own_folder, shared_folder};
    size_t n = 0;

    *ret_n_own = 0;
    for (size_t i = 0; i < 2; i++) {
        DIR *directory = opendir(folders[i]);
        const struct dirent *entry;
        while (directory != NULL && (entry = readdir(directory)) != NULL) {
            if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
                (i == 1 && is_own(entry->d_name)))
                continue;
            run_case(folders[i], entry->d_name, check);
            *ret_n_own += i == 0;
            n++;
        }
        if (directory != NULL)
            closedir(directory);
        else
            print_message("%s is not there: its cases are skipped\n", folders[i]);
    }
    return n;
}

struct test_file test_golden_file(const struct test_golden_case *item, const char *name)
{
    char path[768];
    snprintf(path, sizeof path, "%s/%s", item->folder, name);
    struct test_file file = test_read_file(path);
    assert_non_null(file.bytes);
    return file;
}

struct gpuc_model test_golden_load(const struct gpuc_loader *loader, const char *name,
                                   const struct test_file *file,
                                   const struct gpuc_iterations *iterations)
{
    struct gpuc_model model = {.kind = GPUC_MODEL_FOREST};
    struct gpuc_error error = {.message = ""};
    uint8_t *bytes = calloc(file->size + GPUC_TEXT_SLACK, 1);

    assert_non_null(bytes);
    memcpy(bytes, file->bytes, file->size);
    const struct gpuc_model_file in_memory = {
        .name = name, .bytes = bytes, .size = file->size};
    assert_true(loader->recognise(&in_memory));
    enum gpuc_status status = loader->load(&in_memory, iterations, &model, &error);
    free(bytes); /* a model keeps nothing of its file */
    assert_string_equal(error.message, "");
    assert_int_equal(status, GPUC_OK);
    assert_non_null(model.forest);
    return model;
}

void test_golden_model_done(struct gpuc_model *model)
{
    gpuc_free(model->forest);
    gpuc_model_info_done(&model->info);
}

static double expected_number(const struct test_golden_case *item, size_t row,
                              size_t column)
{
    char *end;
    double value = strtod(test_csv_field(&item->expected, row, column), &end);
    assert_true(*end == '\0');
    return value;
}

static void check_margins(const struct test_golden_case *item, size_t row,
                          const double *margins, const struct gpuc_forest *forest,
                          const char *name)
{
    const size_t n = forest->n_outputs;
    for (size_t k = 0; k < n; k++) {
        char indexed[80];
        snprintf(indexed, sizeof indexed, "%s_%zu", name, k);
        size_t column = test_csv_column(&item->expected, n > 1 ? indexed : name);
        double expected = expected_number(item, row, column);
        /* The shortest text that reads back to the same float32. */
        if (forest->number == GPUC_FLOAT32)
            expected = (double)(float)expected;
        /* Not one bit of difference; -0 counts as 0 in the tables. */
        if (margins[k] != expected && !(isnan(margins[k]) && isnan(expected)))
            fail_msg("%s: row %zu, %s %zu: %.17g instead of %.17g", item->name, row + 1,
                     name, k, margins[k], expected);
    }
}

static void check_leaves(const struct test_golden_case *item, size_t row,
                         const uint32_t *leaves, size_t n)
{
    for (size_t t = 0; t < n; t++) {
        char name[32];
        snprintf(name, sizeof name, "leaf_%zu", t);
        size_t column = test_csv_column(&item->expected, name);
        if (column == SIZE_MAX && t == 0)
            return;
        if (leaves[t] != expected_number(item, row, column))
            fail_msg("%s: row %zu, tree %zu: leaf %u", item->name, row + 1, t,
                     (unsigned)leaves[t]);
    }
}

void test_golden_check(const struct test_golden_case *item,
                       const struct gpuc_model *model, const char *margin)
{
    const struct gpuc_forest *forest = model->forest;
    double *features = malloc(forest->n_features * sizeof *features);
    double *margins = malloc(forest->n_outputs * sizeof *margins);
    uint32_t *leaves = malloc((forest->n_trees + 1) * sizeof *leaves);

    assert_non_null(features);
    assert_non_null(margins);
    assert_non_null(leaves);
    assert_true(item->input.n_rows > 0);
    assert_int_equal(model->info.n_features, forest->n_features);
    assert_int_equal(item->input.n_columns, forest->n_features + 1);
    for (size_t row = 0; row < item->input.n_rows; row++) {
        for (size_t i = 0; i < forest->n_features; i++)
            features[i] = test_feature_value(&model->info, i,
                                             test_csv_field(&item->input, row, i + 1));
        test_image_walk(forest, features, margins, leaves);
        check_margins(item, row, margins, forest, margin);
        check_leaves(item, row, leaves, forest->n_trees);
    }
    free(features);
    free(margins);
    free(leaves);
}
