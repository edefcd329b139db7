/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pipeline under many schedules: order, errors, stops and starts that fail. Workers
 * and the source wait for random times, so that batches finish in any order.
 */
#include "pipeline/pipeline.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "pipeline/memory_source.h"
#include "support/cmocka_all.h"
#include "support/random.h"

enum { N_BATCHES_MAX = 100, N_WORKERS_MAX = 8, RECORD_SIZE = 4 };

static const struct gpuc_dialect pandas = GPUC_DIALECT_PANDAS;

/* ---- threads that cannot be started --------------------------------------------- */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);

static unsigned threads_left = UINT_MAX; /* the next one fails when this is 0 */

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument)
{
    if (threads_left == 0)
        return EAGAIN;
    threads_left -= threads_left != UINT_MAX;
    return __real_pthread_create(thread, attributes, run, argument);
}

/* ---- one run -------------------------------------------------------------------- */

/* What a run is to do, and what it did. */
struct schedule {
    uint64_t seed;
    uint32_t n_workers;
    uint64_t n_records; /* pieces hold one each */
    bool is_anywhere;   /* workers read the pieces */
    bool work_fails[N_BATCHES_MAX + 1];
    uint64_t collect_fails_at; /* a sequence number; UINT64_MAX: never */
    size_t read_fails_at;      /* a sequence number; SIZE_MAX: never */
    enum gpuc_status read_failure;
    unsigned max_delay_us;
    uint64_t slow_batch; /* waits much longer than all others; UINT64_MAX: none does */

    uint64_t n_collected;
    uint64_t n_batches_read; /* before the failure, if there is one */
    atomic_bool busy[N_WORKERS_MAX];
    atomic_uint n_at_work;
};

/* The batches of an input: where its size is not known, an empty one says that it ends.
 */
static uint64_t n_batches_of(const struct schedule *schedule)
{
    bool is_known = schedule->is_anywhere && schedule->n_records > 0;
    return schedule->n_records + !is_known;
}

static void wait_us(unsigned us)
{
    const struct timespec delay = {.tv_nsec = 1000L * us};
    nanosleep(&delay, NULL);
}

/* Waits for a time that depends on the batch and the seed: mostly not at all. */
static void wait_somewhat(const struct schedule *schedule, uint64_t sequence)
{
    struct test_random random = {schedule->seed + 1000 * sequence};
    size_t choice = test_random_below(&random, 8);
    if (sequence == schedule->slow_batch)
        wait_us(3000);
    else if (choice < 2 && schedule->max_delay_us > 0)
        wait_us((unsigned)test_random_below(&random, schedule->max_delay_us));
    else
        for (size_t i = 0; i < choice; i++)
            sched_yield();
}

static enum gpuc_status work(void *context, uint32_t worker, struct gpuc_batch *batch,
                             struct gpuc_error *error)
{
    struct schedule *schedule = context;
    /* Asserts of cmocka are for the test's own thread: faults come out as errors. */
    if (worker >= schedule->n_workers || atomic_exchange(&schedule->busy[worker], true))
        return gpuc_fail(error, GPUC_EDEVICE, "worker %u is there twice", worker);
    if (atomic_fetch_add(&schedule->n_at_work, 1) >= schedule->n_workers)
        return gpuc_fail(error, GPUC_EDEVICE, "too many at work");
    wait_somewhat(schedule, batch->sequence);
    enum gpuc_status status = GPUC_OK;
    batch->output.size = 0;
    if (batch->sequence >= n_batches_of(schedule))
        status = gpuc_fail(error, GPUC_EDEVICE, "no such batch");
    else if (schedule->work_fails[batch->sequence])
        status = gpuc_fail_at(error, GPUC_EDATA, "in.csv", batch->first_line, "work");
    else if (batch->rows.n_items > 0)
        status = gpuc_bytes_append(&batch->output, batch->rows.text + batch->rows.begin,
                                   batch->rows.end - batch->rows.begin, error);
    atomic_fetch_sub(&schedule->n_at_work, 1);
    atomic_store(&schedule->busy[worker], false);
    return status;
}

static enum gpuc_status collect(void *context, struct gpuc_batch *batch,
                                struct gpuc_error *error)
{
    struct schedule *schedule = context;
    char record[RECORD_SIZE + 1];
    bool is_empty = schedule->n_collected == schedule->n_records;
    snprintf(record, sizeof record, "%03u\n", (unsigned)schedule->n_collected);
    assert_int_equal(batch->sequence, schedule->n_collected);
    assert_int_equal(batch->output.size, is_empty ? 0 : RECORD_SIZE);
    assert_memory_equal(batch->output.data, record, batch->output.size);
    assert_int_equal(batch->rows.n_items, !is_empty);
    assert_int_equal(batch->first_line, schedule->n_collected + 1);
    schedule->n_collected++;
    assert_int_equal(batch->at_end, schedule->n_collected == n_batches_of(schedule));
    if (batch->sequence == schedule->collect_fails_at)
        return gpuc_fail(error, GPUC_EIO, "collect %u", (unsigned)batch->sequence);
    return GPUC_OK;
}

/* Runs the schedule with batches of the pool, and what it gives. */
static enum gpuc_status run(struct schedule *schedule, const struct gpuc_pool *pool,
                            struct gpuc_error *error)
{
    char bytes[N_BATCHES_MAX * RECORD_SIZE + 1];
    for (unsigned i = 0; i < schedule->n_records; i++)
        snprintf(bytes + i * RECORD_SIZE, RECORD_SIZE + 1, "%03u\n", i);
    struct memory_source source = {
        .bytes = (uint8_t *)bytes,
        .size = schedule->n_records * RECORD_SIZE,
        .piece = RECORD_SIZE,
        .is_anywhere = schedule->is_anywhere,
        .fail_at = schedule->read_fails_at,
        .failure = schedule->read_failure,
        .delay_us = schedule->max_delay_us > 0 ? (unsigned)(schedule->seed % 3 * 10) : 0};
    const struct gpuc_pass pass = {.work = work, .collect = collect, .context = schedule};
    struct gpuc_parser parser;
    struct gpuc_reader reader;
    struct gpuc_stitcher stitcher;
    const struct gpuc_input input = {.reader = &reader, .stitcher = &stitcher};
    *error = (struct gpuc_error){0};
    if (schedule->is_anywhere && schedule->read_fails_at != SIZE_MAX)
        source.fail_at = schedule->read_fails_at * RECORD_SIZE;
    assert_int_equal(gpuc_parser_find(NULL, &parser, NULL), GPUC_OK);
    gpuc_reader_init(&reader, memory_source(&source), RECORD_SIZE, 0);
    gpuc_stitcher_init(&stitcher, "in.csv", &parser, &pandas, 1);
    enum gpuc_status status =
        gpuc_pipeline_run(&input, pool, &pass, schedule->n_workers, error);
    schedule->n_batches_read = reader.sequence;
    gpuc_stitcher_done(&stitcher);
    return status;
}

static struct gpuc_pool new_pool(uint32_t n_workers)
{
    struct gpuc_pool pool = {.n_batches = 0};
    assert_int_equal(gpuc_pool_init(&pool, n_workers, NULL), GPUC_OK);
    assert_true(pool.n_batches > n_workers);
    return pool;
}

static struct schedule new_schedule(uint64_t seed)
{
    struct test_random random = {seed};
    return (struct schedule){.seed = seed,
                             .n_workers = 1 + (uint32_t)test_random_below(&random, 6),
                             .n_records = test_random_below(&random, 60),
                             .is_anywhere = seed % 7 < 4,
                             .collect_fails_at = UINT64_MAX,
                             .read_fails_at = SIZE_MAX,
                             .max_delay_us = seed % 2 == 0 ? 60 : 0,
                             .slow_batch = UINT64_MAX};
}

/* ---- tests ---------------------------------------------------------------------- */

/* Everything comes, once and in order; a pool serves one run after the other. */
static void test_order(void **state)
{
    enum { N_SCHEDULES = 600 };
    (void)state;
    struct gpuc_error error;
    uint64_t n_batches = 0;
    for (uint64_t seed = 0; seed < N_SCHEDULES;) {
        uint32_t n_workers = new_schedule(seed).n_workers;
        struct gpuc_pool pool = new_pool(n_workers);
        for (int i = 0; i < 3; i++, seed++) {
            struct schedule schedule = new_schedule(seed);
            schedule.n_workers = n_workers;
            assert_int_equal(run(&schedule, &pool, &error), GPUC_OK);
            assert_int_equal(schedule.n_collected, n_batches_of(&schedule));
            n_batches += schedule.n_collected;
        }
        gpuc_pool_done(&pool);
    }
    print_message("%d schedules, %u batches\n", N_SCHEDULES, (unsigned)n_batches);
}

/* The first batch of the input at which anything fails, and the message of that. */
static uint64_t first_failure(const struct schedule *schedule, char message[64])
{
    for (uint64_t i = 0; i < n_batches_of(schedule); i++) {
        if (schedule->read_fails_at == i)
            snprintf(message, 64, "the source failed");
        else if (schedule->work_fails[i])
            snprintf(message, 64, "in.csv:%u: work", (unsigned)i + 1);
        else if (schedule->collect_fails_at == i)
            snprintf(message, 64, "collect %u", (unsigned)i);
        else
            continue;
        return i;
    }
    return UINT64_MAX;
}

/* Many failures at once: that of the earliest batch wins, whatever comes first in time.
 */
static void test_first_error_wins(void **state)
{
    enum { N_SCHEDULES = 1500 };
    (void)state;
    struct gpuc_error error;
    size_t n_failures = 0;
    for (uint64_t seed = 0; seed < N_SCHEDULES; seed++) {
        struct schedule schedule = new_schedule(seed);
        struct gpuc_pool pool = new_pool(schedule.n_workers);
        struct test_random random = {seed ^ 0xABCDEF};
        char message[64] = "";
        size_t n = 1 + schedule.n_records;
        for (size_t i = test_random_below(&random, 4); i > 0; i--)
            schedule.work_fails[test_random_below(&random, n)] = true;
        if (seed % 3 == 0)
            schedule.collect_fails_at = test_random_below(&random, n);
        if (seed % 4 == 0) {
            schedule.read_fails_at = test_random_below(&random, n);
            schedule.read_failure = seed % 8 == 0 ? GPUC_EIO : GPUC_ECANCELLED;
        }
        if (seed % 5 == 0) /* the first error may be known last */
            schedule.slow_batch = first_failure(&schedule, message);
        uint64_t first = first_failure(&schedule, message);
        enum gpuc_status status = run(&schedule, &pool, &error);
        assert_string_equal(error.message, message);
        assert_int_equal(status, error.status);
        bool collected_it = strncmp(message, "collect", 7) == 0;
        assert_int_equal(schedule.n_collected, first == UINT64_MAX
                                                   ? n_batches_of(&schedule)
                                                   : first + collected_it);
        n_failures += first != UINT64_MAX;
        gpuc_pool_done(&pool);
    }
    print_message("%d schedules, %zu failures\n", N_SCHEDULES, n_failures);
    assert_true(n_failures > N_SCHEDULES / 2);
}

/*
 * A failure while the reader waits for an empty batch and every other batch is done and
 * waits for the first: all threads end, and what was not begun is not read.
 */
static void test_stop_when_full(void **state)
{
    enum { N_SCHEDULES = 40 };
    (void)state;
    struct gpuc_error error;
    for (uint64_t seed = 0; seed < N_SCHEDULES; seed++) {
        struct schedule schedule = new_schedule(seed);
        struct gpuc_pool pool = new_pool(schedule.n_workers);
        schedule.n_workers = pool.n_batches / 2 - 1;
        schedule.n_records = N_BATCHES_MAX;
        schedule.slow_batch = seed % 4;
        if (seed % 2 == 0)
            schedule.work_fails[schedule.slow_batch] = true;
        else
            schedule.collect_fails_at = schedule.slow_batch;
        assert_int_not_equal(run(&schedule, &pool, &error), GPUC_OK);
        assert_int_equal(schedule.n_collected, schedule.slow_batch + seed % 2);
        assert_true(schedule.n_batches_read <= schedule.slow_batch + pool.n_batches + 1);
        gpuc_pool_done(&pool);
    }
}

/* Threads that cannot start: an error, no hang, and the next run is as if nothing was. */
static void test_threads_cannot_start(void **state)
{
    (void)state;
    struct gpuc_error error;
    size_t n_failures = 0;
    for (uint32_t n_workers = 1; n_workers <= 5; n_workers++) {
        struct gpuc_pool pool = new_pool(n_workers);
        for (unsigned n_started = 0; n_started <= n_workers + 1; n_started++) {
            struct schedule schedule = new_schedule(n_started);
            schedule.n_workers = n_workers;
            threads_left = n_started;
            enum gpuc_status status = run(&schedule, &pool, &error);
            threads_left = UINT_MAX;
            bool fails = n_started <= n_workers;
            assert_int_equal(status, fails ? GPUC_EIO : GPUC_OK);
            assert_string_equal(error.message,
                                fails ? "cannot start a thread: Resource temporarily "
                                        "unavailable"
                                      : "");
            assert_int_equal(schedule.n_collected, fails ? 0 : n_batches_of(&schedule));
            n_failures += fails;
        }
        gpuc_pool_done(&pool);
    }
    print_message("%zu failures\n", n_failures);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct gpuc_error error;
    struct gpuc_pool pool = {.n_batches = 0};
    gpuc_memory_fail_after(0, true);
    assert_int_equal(gpuc_pool_init(&pool, 4, &error), GPUC_ENOMEM);
    gpuc_memory_fail_after(-1, false);
    gpuc_pool_done(&pool);
    pool = new_pool(4);
    for (long n_before = 0; n_before < 2; n_before++) {
        struct schedule schedule = new_schedule(1);
        schedule.n_workers = 4;
        gpuc_memory_fail_after(n_before, false);
        assert_int_equal(run(&schedule, &pool, &error), GPUC_ENOMEM);
        gpuc_memory_fail_after(-1, false);
        assert_int_equal(schedule.n_collected, 0);
    }
    gpuc_pool_done(&pool);
    gpuc_pool_done(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_first_error_wins),
        cmocka_unit_test(test_stop_when_full),
        cmocka_unit_test(test_threads_cannot_start),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
