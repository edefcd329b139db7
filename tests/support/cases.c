/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cases.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

const char *const test_case_models[2] = {"blackbox:py2", "blackbox:py3"};

struct test_file test_read_file(const char *path)
{
    struct test_file file = {0};
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        return file;
    size_t capacity = 1 << 16;
    file.bytes = malloc(capacity + 1);
    for (size_t n = 1; n > 0; file.size += n) {
        if (file.size == capacity) {
            capacity *= 2;
            file.bytes = realloc(file.bytes, capacity + 1);
        }
        assert_non_null(file.bytes);
        n = fread(file.bytes + file.size, 1, capacity - file.size, stream);
    }
    assert_false(ferror(stream));
    file.bytes[file.size] = 0;
    fclose(stream);
    return file;
}

static struct test_file read_part(const char *folder, const char *name)
{
    char path[768];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return test_read_file(path);
}

static void load_case(struct test_case *item, const char *name)
{
    static const char *const outputs[2] = {"py2.csv", "py3.csv"};
    char folder[512];
    snprintf(folder, sizeof folder, "%s/golden/blackbox/%s", GPUC_TEST_DATA, name);
    snprintf(item->name, sizeof item->name, "%.63s", name);
    snprintf(item->input_path, sizeof item->input_path, "%.500s/in.csv", folder);
    for (int i = 0; i < 2; i++)
        item->expected[i] = read_part(folder, outputs[i]);
    struct test_file error = read_part(folder, "error.txt");
    if (error.bytes != NULL) {
        snprintf(item->error, sizeof item->error, "%.255s", (char *)error.bytes);
        item->error[strcspn(item->error, "\n")] = '\0';
    }
    free(error.bytes);
    assert_true((item->error[0] != '\0') == (item->expected[0].bytes == NULL));
    assert_true((item->error[0] != '\0') == (item->expected[1].bytes == NULL));
}

struct test_cases test_cases_load(void)
{
    struct test_cases cases = {0};
    struct dirent **entries;
    int n = scandir(GPUC_TEST_DATA "/golden/blackbox", &entries, NULL, alphasort);
    assert_true(n > 100);
    cases.items = calloc((size_t)n, sizeof *cases.items);
    assert_non_null(cases.items);
    for (int i = 0; i < n; i++) {
        /* Cases are folders; the files beside them have a point in their names. */
        if (strchr(entries[i]->d_name, '.') == NULL)
            load_case(&cases.items[cases.n_items++], entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    assert_true(cases.n_items >= 100);
    return cases;
}

void test_cases_free(struct test_cases *cases)
{
    for (size_t i = 0; i < cases->n_items; i++)
        for (int k = 0; k < 2; k++)
            free(cases->items[i].expected[k].bytes);
    free(cases->items);
}
