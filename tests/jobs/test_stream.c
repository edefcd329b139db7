/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs whose input a callback gives: in pieces of any size, plain or packed, it is what a
 * file of the same bytes is, and the black box reads it twice.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv/packing.h"
#include "gpuclassify.h"
#include "support/cases.h"
#include "support/cmocka_all.h"

#define MODEL_FOLDER GPUC_TEST_DATA "/golden/models/lgb_cat_strings"

/* What a job reads and writes. */
struct stream {
    const uint8_t *input;
    size_t input_size, given;
    size_t piece_size; /* of what a call gives, at most; 0: as much as is wanted */
    size_t n_calls;
    bool ended;
    bool is_misused; /* for nothing, or behind its end */
    size_t fail_at;  /* the call that fails, from 1; 0: none */
    int errno_value;
    size_t lie_at;    /* the call that gives more than it may */
    bool never_ends;  /* begins again, where its first record ends */
    size_t cancel_at; /* the call that cancels the job */
    int cancel_fd;    /* what it writes to for that */
    struct packed output;
};

static int give(void *context, void *bytes, size_t size, size_t *ret_size)
{
    struct stream *stream = context;
    size_t n = stream->input_size - stream->given;
    stream->is_misused = stream->is_misused || size == 0 || stream->ended;
    stream->n_calls++;
    if (stream->n_calls == stream->fail_at)
        return stream->errno_value;
    if (stream->n_calls == stream->cancel_at && write(stream->cancel_fd, "", 1) != 1)
        return errno;
    if (n == 0 && stream->never_ends) {
        const uint8_t *end = memchr(stream->input, '\n', stream->input_size);
        stream->given = (size_t)(end + 1 - stream->input);
        n = stream->input_size - stream->given;
    }
    n = n < size ? n : size;
    if (stream->piece_size > 0 && n > stream->piece_size)
        n = stream->piece_size;
    memcpy(bytes, stream->input + stream->given, n);
    stream->given += n;
    stream->ended = n == 0;
    *ret_size = stream->n_calls == stream->lie_at ? size + 1 : n;
    return 0;
}

static int take(void *context, const void *bytes, size_t size)
{
    struct stream *stream = context;
    packed_append(&stream->output, bytes, size);
    return 0;
}

static struct gpuc_job_options options_of(struct stream *stream)
{
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;
    options.read = give;
    options.write = take;
    options.context = stream;
    return options;
}

static struct stream stream_of(const void *bytes, size_t size)
{
    return (struct stream){.input = bytes, .input_size = size};
}

static struct gpuc_model *model;
static struct gpuc_engine *engine;
static struct test_file file; /* the model's golden input */

static int open_all(void **state)
{
    (void)state;
    assert_int_equal(gpuc_model_open(MODEL_FOLDER "/model.txt", NULL, &model, NULL),
                     GPUC_OK);
    assert_int_equal(gpuc_engine_open("cpu", &engine, NULL), GPUC_OK);
    file = test_read_file(MODEL_FOLDER "/in.csv");
    assert_non_null(file.bytes);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    gpuc_model_free(model);
    gpuc_engine_close(engine);
    free(file.bytes);
    return 0;
}

static void run(const struct gpuc_job_options *options, struct stream *stream,
                enum gpuc_status expected, const char *message)
{
    struct gpuc_error error = {.message = ""};
    enum gpuc_status status = gpuc_job_run(model, engine, options, NULL, &error);
    assert_string_equal(error.message, message);
    assert_int_equal(status, expected);
    assert_false(stream->is_misused);
    if (expected == GPUC_OK)
        assert_true(stream->ended);
}

static void test_forest(void **state)
{
    static const size_t piece_sizes[] = {1, 7, 1000, 0};
    struct stream expected = {.n_calls = 0};
    struct gpuc_job_options options = options_of(&expected);
    (void)state;
    options.read = NULL;
    options.input_path = MODEL_FOLDER "/in.csv";
    assert_int_equal(gpuc_job_run(model, engine, &options, NULL, NULL), GPUC_OK);
    for (size_t form = 0; form <= N_PACKINGS; form++) {
        struct packed input = {.size = 0};
        if (form < N_PACKINGS)
            packed_add(&input, (enum packing)form, file.bytes, file.size);
        else
            packed_append(&input, file.bytes, file.size);
        for (size_t i = 0; i < 12; i++) {
            struct stream stream = stream_of(input.bytes, input.size);
            stream.piece_size = piece_sizes[i % 4];
            options = options_of(&stream);
            options.n_threads = 1 + (uint32_t)i / 4;
            options.piece_bytes = i % 2 == 0 ? 777 : 0;
            run(&options, &stream, GPUC_OK, "");
            assert_int_equal(stream.output.size, expected.output.size);
            assert_memory_equal(stream.output.bytes, expected.output.bytes,
                                expected.output.size);
            free(stream.output.bytes);
        }
        free(input.bytes);
    }
    free(expected.output.bytes);
}

/* Its first pass over the input is the only one that the callback sees. */
static void test_blackbox(void **state)
{
    struct test_cases cases = test_cases_load();
    struct gpuc_model *blackbox = NULL;
    size_t n_checked = 0;
    (void)state;
    assert_int_equal(gpuc_model_open("blackbox:py3", NULL, &blackbox, NULL), GPUC_OK);
    for (size_t i = 0; i < cases.n_items; i++) {
        const struct test_case *item = &cases.items[i];
        struct test_file input = test_read_file(item->input_path);
        struct stream stream = stream_of(input.bytes, input.size);
        struct gpuc_job_options options = options_of(&stream);
        struct gpuc_error error = {.message = ""};
        stream.piece_size = 1 + i * 37;
        enum gpuc_status status = gpuc_job_run(blackbox, engine, &options, NULL, &error);
        if (item->expected[1].bytes != NULL) {
            if (status != GPUC_OK || stream.output.size != item->expected[1].size ||
                (stream.output.size > 0 &&
                 memcmp(stream.output.bytes, item->expected[1].bytes,
                        stream.output.size) != 0))
                fail_msg("%s: %s", item->name,
                         status != GPUC_OK ? error.message : "other bytes");
            n_checked++;
        }
        free(stream.output.bytes);
        free(input.bytes);
    }
    assert_true(n_checked >= 90);
    gpuc_model_free(blackbox);
    test_cases_free(&cases);
}

static void test_csv(void **state)
{
    static const char text[] = "a,\"b\"\r\n1,\"x,\"\"y\"\r\n";
    static const char canonical[] = "a,b\n1,\"x,\"\"y\"\n";
    struct stream stream = stream_of(text, sizeof text - 1);
    struct gpuc_job_options options = options_of(&stream);
    (void)state;
    assert_int_equal(gpuc_csv_run(&options, GPUC_CSV_CANONICAL, NULL, NULL), GPUC_OK);
    assert_int_equal(stream.output.size, sizeof canonical - 1);
    assert_memory_equal(stream.output.bytes, canonical, sizeof canonical - 1);
    free(stream.output.bytes);
}

static void test_failures(void **state)
{
    (void)state;
    for (size_t at = 1; at <= 5; at++) {
        struct stream stream = stream_of(file.bytes, file.size);
        struct gpuc_job_options options = options_of(&stream);
        stream.piece_size = 100;
        stream.fail_at = at;
        stream.errno_value = ECONNRESET;
        run(&options, &stream, GPUC_EIO, "<input>: Connection reset by peer");
        assert_int_equal(stream.n_calls, at);
        free(stream.output.bytes);
    }
    struct stream stream = stream_of(file.bytes, 4);
    struct gpuc_job_options options = options_of(&stream);
    stream.lie_at = 1;
    run(&options, &stream, GPUC_EUSAGE,
        "<input>: `read` gave 2 bytes where it was asked for 1");
    options.input_path = "in.csv";
    run(&options, &stream, GPUC_EUSAGE,
        "the input comes from `read` or from paths, not from both");
    assert_int_equal(stream.n_calls, 1);

    stream = stream_of("", 0);
    options = options_of(&stream);
    run(&options, &stream, GPUC_EDATA,
        "<input>:1: the input is empty: there is no header");
}

static void test_cancel(void **state)
{
    (void)state;
    for (size_t at = 0; at <= 50; at += 10) {
        struct stream stream = stream_of(file.bytes, file.size);
        struct gpuc_job_options options = options_of(&stream);
        int fds[2];
        assert_int_equal(pipe(fds), 0);
        options.cancel_fd = fds[0];
        stream.cancel_fd = fds[1];
        stream.cancel_at = at;
        stream.never_ends = true;
        stream.piece_size = 100;
        if (at == 0)
            assert_int_equal(write(fds[1], "", 1), 1);
        struct gpuc_error error;
        assert_int_equal(gpuc_job_run(model, engine, &options, NULL, &error),
                         GPUC_ECANCELLED);
        assert_int_equal(stream.n_calls, at);
        close(fds[0]);
        close(fds[1]);
        free(stream.output.bytes);
    }
}

/* A job that has its rows asks for no more of what never ends, even within a batch. */
static void test_limit(void **state)
{
    (void)state;
    for (uint32_t n_threads = 1; n_threads <= 3; n_threads++) {
        struct stream stream = stream_of(file.bytes, file.size);
        struct gpuc_job_options options = options_of(&stream);
        size_t n_lines = 0;
        options.has_limit = true;
        options.limit_rows = 10;
        options.n_threads = n_threads;
        options.piece_bytes = 200;
        stream.never_ends = true;
        stream.piece_size = 1;
        assert_int_equal(gpuc_job_run(model, engine, &options, NULL, NULL), GPUC_OK);
        for (size_t i = 0; i < stream.output.size; i++)
            n_lines += stream.output.bytes[i] == '\n';
        assert_int_equal(n_lines, 11);
        free(stream.output.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forest), cmocka_unit_test(test_blackbox),
        cmocka_unit_test(test_csv),    cmocka_unit_test(test_failures),
        cmocka_unit_test(test_cancel), cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
