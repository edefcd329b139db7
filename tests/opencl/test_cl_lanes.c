/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The black box with a row in each lane of vectors, of every width on every OpenCL device
 * of this machine, against the scalar engine, byte for byte. Called as `test_cl_lanes
 * small [16]` it runs a few rows only, in 4 and 8 lanes or in 16, for devices that are
 * interpreters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/opencl/cl_blackbox_session.h"
#include "kernels/blackbox_row.h"
#include "opencl/all_devices.h"
#include "opencl/random_texts.h"

enum { N_SEEDINGS = 2 };

static const uint32_t widths[] = {1, 4, 8, 16};
static size_t first_width = 0, end_width = sizeof widths / sizeof widths[0];

static void check_width(struct gpuc_cl_engine *engine, uint32_t width,
                        const struct gpuc_model *model, const struct gpuc_texts *texts,
                        const struct gpuc_blackbox_results *expected)
{
    struct gpuc_error error = {0};

    /* Its compiler takes minutes for long vectors. */
    if (width > 1 && strncmp(engine->device.vendor, "Mesa", 4) == 0)
        return;
    struct gpuc_blackbox_results results = new_results(texts->n_rows);
    engine->wanted.blackbox_lanes = width;
    if (classify_once(&engine->base, model, texts, &results, &error) != GPUC_OK)
        fail_msg("%s: %s", engine->base.device.name, error.message);
    if (!equal_results(&results, expected, texts->n_rows))
        fail_msg("%s: other results with %u lanes", engine->base.device.name,
                 (unsigned)width);
    engine->wanted.blackbox_lanes = 0;
    free_results(&results);
}

static void check(const struct gpuc_texts *texts, uint32_t seeding, uint32_t slowness)
{
    const struct gpuc_model model = {.kind = GPUC_MODEL_BLACKBOX,
                                     .blackbox = {seeding, slowness}};
    struct gpuc_blackbox_results expected = scalar_results(&model, texts);

    for (size_t i = 0; i < n_engines; i++) {
        for (size_t k = first_width; k < end_width; k++)
            check_width((struct gpuc_cl_engine *)engines[i], widths[k], &model, texts,
                        &expected);
    }
    free_results(&expected);
}

/* The sizes first, first + step and on; n_rows of them. A few texts are not ASCII. */
static struct gpuc_texts texts_of_sizes(size_t n_rows, uint32_t first, uint32_t step)
{
    struct gpuc_texts texts = random_texts(n_rows, 0, 0, 1);

    for (uint32_t row = 0; row < n_rows; row++) {
        uint32_t size = first + step * row;
        assert_int_equal(gpuc_bytes_reserve(&texts.bytes, size, NULL), GPUC_OK);
        texts.offsets[row] = (uint32_t)texts.bytes.size;
        texts.sizes[row] = size;
        for (uint32_t k = 0; k < size; k++) {
            bool wide = row % 16 == 5 && size % 2 == 0;
            gpuc_bytes_put_byte(&texts.bytes, wide ? k % 2 != 0 ? 0xa9 : 0xc3
                                                   : (uint8_t)((row + k * k) % 128));
        }
    }
    return texts;
}

/* Each padding of both hashes, each odd end of a key, keys of one size and of many. */
static void test_every_size(void **state)
{
    struct gpuc_texts texts = texts_of_sizes(601, 0, 1);

    (void)state;
    skip_without_device(__func__);
    for (uint32_t seeding = 0; seeding < N_SEEDINGS; seeding++) {
        check(&texts, seeding, 0);
        check(&texts, seeding, 1);
        check(&texts, seeding, 10);
    }
    gpuc_texts_done(&texts);
}

/* Around the size from which a key is larger than the generator's state. */
static void test_long_keys(void **state)
{
    struct gpuc_texts texts = texts_of_sizes(40, 4 * (GPUC_MT_SIZE - 16) - 20, 1);
    struct gpuc_texts longest = random_texts(150, 5000, 0, 7);

    (void)state;
    skip_without_device(__func__);
    for (uint32_t seeding = 0; seeding < N_SEEDINGS; seeding++) {
        check(&texts, seeding, 1);
        check(&longest, seeding, 2);
    }
    gpuc_texts_done(&texts);
    gpuc_texts_done(&longest);
}

/* Groups of rows that are not full, and loads of every number of rounds. */
static void test_row_counts(void **state)
{
    static const size_t row_counts[] = {1, 3, 4, 5, 31, 33, 63, 65, 127, 129, 500};

    (void)state;
    skip_without_device(__func__);
    for (uint32_t i = 0; i < sizeof row_counts / sizeof row_counts[0]; i++) {
        struct gpuc_texts texts = random_texts(row_counts[i], 400, 0, i);
        check(&texts, i % N_SEEDINGS, i);
        check(&texts, (i + 1) % N_SEEDINGS, i);
        gpuc_texts_done(&texts);
    }
}

/* Rows of one size have keys that come round together; keys of zeros are cut to a word.
 */
static void test_equal_sizes(void **state)
{
    static const uint32_t sizes[] = {0, 1, 47, 48, 64, 306};

    (void)state;
    skip_without_device(__func__);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct gpuc_texts texts = texts_of_sizes(200, sizes[i], 0);
        for (uint32_t seeding = 0; seeding < N_SEEDINGS; seeding++)
            check(&texts, seeding, 3);
        /* Python's seed has no zeros in front. */
        if (sizes[i] > 0)
            memset(texts.bytes.data + 3 * (size_t)sizes[i], 0, 2 * (size_t)sizes[i]);
        check(&texts, GPUC_SEED_PY3, 0);
        gpuc_texts_done(&texts);
    }
}

static void test_small(void **state)
{
    struct gpuc_texts texts = random_texts(6, 150, 0, 3);

    (void)state;
    skip_without_device(__func__);
    texts.bytes.data[texts.offsets[1]] = 0;
    check(&texts, GPUC_SEED_PY3, 2);
    check(&texts, GPUC_SEED_PY2, 0);
    gpuc_texts_done(&texts);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_long_keys),
        cmocka_unit_test(test_row_counts),
        cmocka_unit_test(test_equal_sizes),
    };
    const struct CMUnitTest small_tests[] = {
        cmocka_unit_test(test_small),
    };

    if (argc > 1 && strcmp(argv[1], "small") == 0) {
        bool is_wide = argc > 2 && strcmp(argv[2], "16") == 0;
        first_width = is_wide ? 3 : 1;
        end_width = is_wide ? 4 : 3;
        return cmocka_run_group_tests(small_tests, open_engines, close_engines);
    }
    return cmocka_run_group_tests(tests, open_engines, close_engines);
}
