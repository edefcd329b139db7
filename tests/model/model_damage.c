/* SPDX-License-Identifier: Apache-2.0 */
#include "model_damage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "csv/table.h"
#include "support/cmocka_all.h"
#include "support/random.h"

static const char name[] = "damaged-model";

/* Loads a copy of the bytes that ends where the heap block ends. */
static enum gpuc_status load_copy(const struct gpuc_loader *loader, const uint8_t *bytes,
                                  size_t size, struct gpuc_error *error)
{
    const struct gpuc_iterations iterations = {.kind = GPUC_ITERATIONS_ALL};
    struct gpuc_model model = {.kind = GPUC_MODEL_FOREST};
    /* malloc, not gpuc_alloc: its blocks end where the size ends. */
    uint8_t *copy = calloc(size + GPUC_TEXT_SLACK, 1);
    assert_non_null(copy);
    if (size > 0)
        memcpy(copy, bytes, size);
    const struct gpuc_model_file file = {
        .name = name, .bytes = copy, .size = size, .with_gains = true};
    *error = (struct gpuc_error){.message = ""};
    const enum gpuc_status status = loader->load(&file, &iterations, &model, error);
    if (status == GPUC_OK)
        assert_non_null(model.forest);
    gpuc_free(model.forest);
    gpuc_model_info_done(&model.info);
    free(copy);
    return status;
}

bool test_model_loads(const struct gpuc_loader *loader, const uint8_t *bytes, size_t size)
{
    struct gpuc_error error;
    const enum gpuc_status status = load_copy(loader, bytes, size, &error);

    if (status == GPUC_OK)
        return true;
    if (status != GPUC_EMODEL || strncmp(error.message, name, sizeof name - 1) != 0)
        fail_msg("status %d: %s", (int)status, error.message);
    return false;
}

size_t test_model_truncations(const struct gpuc_loader *loader,
                              const struct test_file *file)
{
    size_t n_models = 0;

    for (size_t percent = 0; percent < 100; percent++)
        n_models += test_model_loads(loader, file->bytes, file->size * percent / 100);
    return n_models + test_model_loads(loader, file->bytes, file->size - 1);
}

size_t test_model_changes(const struct gpuc_loader *loader, const struct test_file *file,
                          size_t n)
{
    struct test_random random = {.state = file->size};
    uint8_t *bytes = malloc(file->size);
    size_t n_models = 0;

    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++) {
        memcpy(bytes, file->bytes, file->size);
        for (size_t left = 1 + test_random_below(&random, 8); left > 0; left--) {
            const size_t at = test_random_below(&random, file->size);
            const size_t from = test_random_below(&random, file->size);
            bytes[at] = test_random_below(&random, 2) == 0
                            ? (uint8_t)test_random_next(&random)
                            : file->bytes[from];
        }
        n_models += test_model_loads(loader, bytes, file->size);
    }
    free(bytes);
    return n_models;
}

size_t test_model_memory(const struct gpuc_loader *loader, const struct test_file *file)
{
    for (long n_before = 0;; n_before++) {
        struct gpuc_error error;
        gpuc_memory_fail_after(n_before, false);
        const enum gpuc_status status =
            load_copy(loader, file->bytes, file->size, &error);
        const long n_requests = gpuc_memory_fail_after(-1, false);
        if (n_requests <= n_before) {
            assert_int_equal(status, GPUC_OK);
            return (size_t)n_requests;
        }
        if (status != GPUC_ENOMEM)
            fail_msg("request %ld: status %d: %s", n_before, (int)status, error.message);
    }
}

size_t test_model_n_changes(void)
{
    const char *text = getenv("GPUC_TEST_DAMAGE");
    return text != NULL ? (size_t)strtoul(text, NULL, 10) : 200;
}
