/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the shape of a forest's kernel is chosen: no shape that is wrong on a device is
 * taken, GPUCLASSIFY_TUNING says what it allows, and a cache of choices can be absent,
 * damaged, forged or written by many at once without any harm.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "cpu/random_forest.h"
#include "host/opencl/cl_forest_session.h"
#include "host/opencl/cl_tune_cache.h"
#include "host/opencl/cl_tuning.h"
#include "opencl/all_devices.h"
#include "support/cmocka_all.h"

static struct test_forest *trees;
static struct gpuc_model model = {.kind = GPUC_MODEL_FOREST};
static char folder[] = "/tmp/gpuclassify_tune_XXXXXX";

static int set_up(void **state)
{
    const struct test_forest_shape shape = {.forest = {.number = GPUC_FLOAT32,
                                                       .n_features = 4,
                                                       .n_outputs = 1,
                                                       .leaf_size = 1,
                                                       .name = "random"},
                                            .n_trees = 10,
                                            .n_leaves = 20,
                                            .n_thresholds = 6};
    if (mkdtemp(folder) == NULL)
        return -1;
    setenv("XDG_CACHE_HOME", folder, 1);
    trees = test_forest_new(&shape);
    model.forest = trees->image;
    return open_engines(state);
}

static int clean_up(void **state)
{
    char command[sizeof folder + 16];

    test_forest_free(trees);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? close_engines(state) : -1;
}

/* Engines as jobs have them. */
static struct gpuc_cl_engine *engine_of(size_t device)
{
    engines[device]->is_tested = true;
    return (struct gpuc_cl_engine *)engines[device];
}

/* The shape that a session gets; the engine's choice says it too. */
static const struct gpuc_cl_shape *shape_of_session(size_t device)
{
    struct gpuc_engine *engine = engines[device];
    struct gpuc_session *session = NULL;
    struct gpuc_error error;

    engine->choice[0] = '\0';
    if (engine->ops->attach(engine, &model, &session, &error) != GPUC_OK)
        fail_msg("%s: %s", engine->device.name, error.message);
    const struct gpuc_cl_shape *shape =
        ((struct gpuc_cl_forest_session *)session)->forest->shape;
    assert_non_null(strstr(engine->choice, shape->name));
    engine->ops->detach(session);
    return shape;
}

/* Shapes with a bug each: a tree goes wrong, and no margin is written. */
static enum gpuc_status make_wrong_parts(const struct gpuc_cl_device *device,
                                         const struct gpuc_forest *forest,
                                         struct gpuc_cl_part *parts,
                                         struct gpuc_error *error)
{
    enum gpuc_status status =
        gpuc_cl_shape_tiles.make_parts(device, forest, parts, error);
    size_t size = parts[GPUC_CL_NODES].size;
    struct gpuc_node *nodes = gpuc_alloc(size, 1);

    assert_non_null(nodes);
    memcpy(nodes, parts[GPUC_CL_NODES].data, size);
    nodes[0].split++;
    parts[GPUC_CL_NODES] = (struct gpuc_cl_part){nodes, size, nodes};
    return status;
}

static struct gpuc_cl_range half_range(const struct gpuc_cl_tuning *tuning, size_t n_rows)
{
    return gpuc_cl_shape_tiles.range(tuning, (n_rows + 1) / 2);
}

static void test_wrong_shapes_are_passed_over(void **state)
{
    struct gpuc_cl_shape wrong[] = {gpuc_cl_shape_tiles, gpuc_cl_shape_tiles,
                                    gpuc_cl_shape_tiles};

    (void)state;
    wrong[0].make_parts = make_wrong_parts;
    wrong[1].range = half_range;
    wrong[2].source = "this is no OpenCL C";
    for (size_t i = 0; i < 3 * n_engines; i++) {
        struct gpuc_cl_engine *engine = engine_of(i / 3);
        struct gpuc_session *session = NULL;
        struct gpuc_error error;
        wrong[i % 3].name = "wrong";
        engine->wanted = (struct gpuc_cl_wanted){.shape = &wrong[i % 3]};
        assert_string_not_equal(shape_of_session(i / 3)->name, "wrong");
        engine->wanted.must_suit = true;
        assert_int_equal(
            engine->base.ops->attach(&engine->base, &model, &session, &error),
            GPUC_EDEVICE);
        if (i % 3 < 2)
            assert_memory_equal(error.message, "kernel gpuc_forest_tiles: wrong ", 32);
        else
            assert_memory_equal(error.message, "clBuildProgram: ", 16);
        assert_null(engine->forests);
        engine->wanted = (struct gpuc_cl_wanted){0};
    }
}

static bool suits_none(const struct gpuc_cl_device *device,
                       const struct gpuc_forest *forest)
{
    (void)device;
    (void)forest;
    return false;
}

static void test_shape_that_must_suit(void **state)
{
    struct gpuc_cl_shape shape = gpuc_cl_shape_tiles;
    struct gpuc_session *session = NULL;
    struct gpuc_error error;

    (void)state;
    shape.suits = suits_none;
    for (size_t i = 0; i < n_engines; i++) {
        engine_of(i)->wanted = (struct gpuc_cl_wanted){.shape = &shape};
        shape_of_session(i);
        engine_of(i)->wanted.must_suit = true;
        assert_int_equal(engines[i]->ops->attach(engines[i], &model, &session, &error),
                         GPUC_EUSAGE);
        assert_non_null(strstr(error.message, "GPUCLASSIFY_TUNING"));
        engine_of(i)->wanted = (struct gpuc_cl_wanted){0};
    }
}

static void test_reading(void **state)
{
    static const char *const wrong[] = {
        "fast",     "shape=",  "shape=tile", "group=0", "group=-1",        "group=1x",
        "tile=1e3", "group=",  "tiles=5",    ",",       "shape=tiles,",    "off,x",
        "shape",    "Group=1", " off",       "offs",    "tile=99999999999"};
    struct gpuc_cl_wanted wanted = {.shape = &gpuc_cl_shape_tiles};
    struct gpuc_error error;

    (void)state;
    assert_int_equal(gpuc_cl_tuning_read(NULL, &wanted, &error), GPUC_OK);
    assert_null(wanted.shape);
    assert_int_equal(gpuc_cl_tuning_read("", &wanted, &error), GPUC_OK);
    assert_int_equal(wanted.measuring, GPUC_CL_MEASURE_GPUS);
    assert_int_equal(gpuc_cl_tuning_read("off", &wanted, &error), GPUC_OK);
    assert_int_equal(wanted.measuring, GPUC_CL_MEASURE_NEVER);
    assert_int_equal(gpuc_cl_tuning_read("measure", &wanted, &error), GPUC_OK);
    assert_int_equal(wanted.measuring, GPUC_CL_MEASURE_ALL);
    assert_int_equal(gpuc_cl_tuning_read("shape=tiles,group=64,tile=4096", &wanted, NULL),
                     GPUC_OK);
    assert_ptr_equal(wanted.shape, &gpuc_cl_shape_tiles);
    assert_true(wanted.must_suit);
    assert_int_equal(wanted.measuring, GPUC_CL_MEASURE_NEVER);
    assert_int_equal(wanted.tuning.group_size, 64);
    assert_int_equal(wanted.tuning.tile_bytes, 4096);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(gpuc_cl_tuning_read(wrong[i], &wanted, &error), GPUC_EUSAGE);
        assert_non_null(strstr(error.message, "shape=select|"));
    }
}

static const struct gpuc_cl_choice some_choice = {&gpuc_cl_shape_tiles,
                                                  {.group_size = 32, .tile_bytes = 1024}};

/* Keys are file names; this one is of no forest. */
static void make_key(char letter, char key[GPUC_SHA256_HEX_SIZE])
{
    memset(key, letter, GPUC_SHA256_HEX_SIZE - 1);
    key[GPUC_SHA256_HEX_SIZE - 1] = '\0';
}

static void put_file(const char *key, const char *text)
{
    char path[160];

    snprintf(path, sizeof path, "%s/gpuclassify/%s", folder, key);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static void test_cache(void **state)
{
    char key[GPUC_SHA256_HEX_SIZE], other[GPUC_SHA256_HEX_SIZE], path[160], text[400];
    struct gpuc_cl_choice choice;
    struct stat found;

    (void)state;
    make_key('a', key);
    make_key('b', other);
    assert_false(gpuc_cl_tune_recall(key, &choice));
    gpuc_cl_tune_remember(key, &some_choice);
    assert_true(gpuc_cl_tune_recall(key, &choice));
    assert_ptr_equal(choice.shape, some_choice.shape);
    assert_int_equal(choice.tuning.group_size, 32);
    assert_int_equal(choice.tuning.tile_bytes, 1024);
    snprintf(path, sizeof path, "%s/gpuclassify", folder);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
    assert_false(gpuc_cl_tune_recall(other, &choice));

    static const char *const starts[] = {"", "gpuclassify tuning 2\nkey ",
                                         "gpuclassify tuning 1\nkey "};
    static const char *const ends[] = {
        "",
        "\nshape tiles\ngroup 32\ntile 1024",
        "\nshape tiles\ngroup 32\ntile 1024\nmore\n",
        "\nshape tiles\ngroup -2\ntile 1024\n",
        "\nshape tiles\ngroup 032\ntile 1024\n",
        "\nshape wrong\ngroup 32\ntile 1024\n",
        "x\nshape tiles\ngroup 32\ntile 1024\n",
        "\nshape tiles\ngroup 32\ntile 1024\n", /* right, behind the right start */
    };
    enum { N_STARTS = 3, N_ENDS = sizeof ends / sizeof *ends };
    for (size_t i = 0; i < N_STARTS * N_ENDS; i++) {
        snprintf(text, sizeof text, "%s%s%s", starts[i / N_ENDS], key, ends[i % N_ENDS]);
        put_file(key, text);
        assert_int_equal(gpuc_cl_tune_recall(key, &choice), i == N_STARTS * N_ENDS - 1);
    }
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    put_file(key, text);
    assert_false(gpuc_cl_tune_recall(key, &choice));
    /* What belongs to another key, and what is no file. */
    snprintf(text, sizeof text,
             "gpuclassify tuning 1\nkey %s\nshape tiles\ngroup 32\ntile 1024\n", other);
    put_file(key, text);
    assert_false(gpuc_cl_tune_recall(key, &choice));
    snprintf(path, sizeof path, "%s/gpuclassify/%s", folder, other);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(gpuc_cl_tune_recall(other, &choice));
}

static void test_no_cache_folder(void **state)
{
    static const char *const folders[] = {"relative", "/proc/none", "/dev/null"};
    char key[GPUC_SHA256_HEX_SIZE], *home = getenv("HOME");
    struct gpuc_cl_choice choice;

    (void)state;
    make_key('c', key);
    home = home != NULL ? strdup(home) : NULL;
    unsetenv("HOME");
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        setenv("XDG_CACHE_HOME", folders[i], 1);
        gpuc_cl_tune_remember(key, &some_choice);
        assert_false(gpuc_cl_tune_recall(key, &choice));
    }
    /* Without XDG_CACHE_HOME, under HOME. */
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", folder, 1);
    gpuc_cl_tune_remember(key, &some_choice);
    assert_true(gpuc_cl_tune_recall(key, &choice));
    setenv("XDG_CACHE_HOME", folder, 1);
    assert_false(gpuc_cl_tune_recall(key, &choice));
    if (home != NULL)
        setenv("HOME", home, 1);
    free(home);
}

/* Writes one of two choices over and over; what is read is one of them. */
static void *write_choices(void *argument)
{
    struct gpuc_cl_choice choice = some_choice;
    char key[GPUC_SHA256_HEX_SIZE];
    size_t *n_wrong = argument;

    make_key('d', key);
    for (uint32_t i = 0; i < 200; i++) {
        struct gpuc_cl_choice found;
        choice.tuning.group_size = i % 2 == 0 ? 1 : 1000000;
        gpuc_cl_tune_remember(key, &choice);
        *n_wrong += !gpuc_cl_tune_recall(key, &found) ||
                    (found.tuning.group_size != 1 && found.tuning.group_size != 1000000);
    }
    return NULL;
}

static void test_many_writers(void **state)
{
    enum { N_WRITERS = 4 };
    pthread_t threads[N_WRITERS];
    size_t n_wrong[N_WRITERS] = {0};

    (void)state;
    for (size_t i = 0; i < N_WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_choices, &n_wrong[i]),
                         0);
    for (size_t i = 0; i < N_WRITERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(n_wrong[i], 0);
    }
}

/* What is measured is there the next time, and what is forged is checked. */
static void test_measuring(void **state)
{
    char key[GPUC_SHA256_HEX_SIZE];
    struct gpuc_cl_choice choice;

    (void)state;
    for (size_t i = 0; i < n_engines; i++) {
        struct gpuc_cl_engine *engine = engine_of(i);
        engine->wanted = (struct gpuc_cl_wanted){.measuring = GPUC_CL_MEASURE_ALL};
        gpuc_cl_tune_key(&engine->device, model.forest, key);
        assert_false(gpuc_cl_tune_recall(key, &choice));
        const struct gpuc_cl_shape *shape = shape_of_session(i);
        assert_non_null(strstr(engine->base.choice, "(measured)"));
        assert_true(gpuc_cl_tune_recall(key, &choice));
        assert_ptr_equal(choice.shape, shape);
        assert_ptr_equal(shape_of_session(i), shape);
        assert_non_null(strstr(engine->base.choice, "(measured before)"));
        gpuc_cl_tune_remember(key, &some_choice);
        assert_ptr_equal(shape_of_session(i), some_choice.shape);
        put_file(key, "gpuclassify tuning 1\n");
        shape_of_session(i);
        assert_non_null(strstr(engine->base.choice, "(measured)"));
        engine->wanted = (struct gpuc_cl_wanted){0};
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_shapes_are_passed_over),
        cmocka_unit_test(test_shape_that_must_suit),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_no_cache_folder),
        cmocka_unit_test(test_many_writers),
        cmocka_unit_test(test_measuring),
    };

    return cmocka_run_group_tests(tests, set_up, clean_up);
}
