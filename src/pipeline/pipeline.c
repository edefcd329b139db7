/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One mutex guards all queues: a batch passes it four times in about a millisecond of
 * work, so it is never contended enough to matter, and one lock cannot deadlock.
 */
#include "pipeline/pipeline.h"

#include <pthread.h>

#include "base/clock.h"

struct pipeline {
    pthread_mutex_t lock;
    pthread_cond_t free_changed; /* the reader waits */
    pthread_cond_t full_changed; /* workers wait */
    pthread_cond_t done_changed; /* the collector waits */

    /* Each array has a place for every batch of the pool, so none can overflow. */
    struct gpuc_batch **free; /* a stack */
    struct gpuc_batch **full; /* a ring, by sequence number */
    struct gpuc_batch **done; /* by sequence number modulo the pool's size */
    uint32_t n_slots;
    uint32_t n_free;
    uint64_t n_issued; /* batches that the reader has put into `full` */
    uint64_t n_taken;  /* batches that workers took from `full` */
    bool reader_ended; /* n_issued is final */
    bool stopping;     /* an error, or enough rows: drain, do no more work */

    const struct gpuc_input *input;
    const struct gpuc_pass *pass;
};

struct worker {
    struct pipeline *pipeline;
    uint32_t number;
    pthread_t thread;
};

enum gpuc_status gpuc_pool_init(struct gpuc_pool *pool, uint32_t n_workers,
                                struct gpuc_error *error)
{
    /* One in each worker's hands and one waiting for it, one read, one collected. */
    uint32_t n_batches = 2 * n_workers + 2;
    pool->batches = gpuc_alloc(n_batches, sizeof *pool->batches);
    if (pool->batches == NULL)
        return gpuc_fail_memory(error, n_batches * sizeof *pool->batches, "batches");
    pool->n_batches = n_batches;
    return GPUC_OK;
}

void gpuc_pool_done(struct gpuc_pool *pool)
{
    for (uint32_t i = 0; i < pool->n_batches; i++)
        gpuc_batch_done(&pool->batches[i]);
    gpuc_free(pool->batches);
    *pool = (struct gpuc_pool){0};
}

/* Takes an empty batch; NULL once the pipeline stops. */
static struct gpuc_batch *take_free(struct pipeline *pipeline)
{
    struct gpuc_batch *batch = NULL;
    pthread_mutex_lock(&pipeline->lock);
    while (pipeline->n_free == 0 && !pipeline->stopping)
        pthread_cond_wait(&pipeline->free_changed, &pipeline->lock);
    if (!pipeline->stopping)
        batch = pipeline->free[--pipeline->n_free];
    pthread_mutex_unlock(&pipeline->lock);
    return batch;
}

/* The reader's last act: how many batches there are is now known. */
static void end_reading(struct pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->lock);
    pipeline->reader_ended = true;
    pthread_cond_broadcast(&pipeline->full_changed);
    pthread_cond_signal(&pipeline->done_changed);
    pthread_mutex_unlock(&pipeline->lock);
}

static void *run_reader(void *argument)
{
    struct pipeline *pipeline = argument;
    bool more = true;
    while (more) {
        struct gpuc_batch *batch = take_free(pipeline);
        if (batch == NULL)
            break;
        double start = gpuc_clock_seconds();
        batch->status =
            gpuc_reader_next(pipeline->input->reader, batch, &more, &batch->error);
        batch->seconds =
            (struct gpuc_stage_seconds){.read = gpuc_clock_seconds() - start};
        if (batch->status != GPUC_OK)
            more = false;
        else if (!more)
            break;
        /* A batch that could not be read goes the same way: workers pass it on. */
        pthread_mutex_lock(&pipeline->lock);
        pipeline->full[pipeline->n_issued++ % pipeline->n_slots] = batch;
        pthread_cond_signal(&pipeline->full_changed);
        pthread_mutex_unlock(&pipeline->lock);
    }
    end_reading(pipeline);
    return NULL;
}

/* Takes the next batch to work on; NULL when there will be none. */
static struct gpuc_batch *take_full(struct pipeline *pipeline, bool *ret_stopping)
{
    struct gpuc_batch *batch = NULL;
    pthread_mutex_lock(&pipeline->lock);
    while (pipeline->n_taken == pipeline->n_issued && !pipeline->reader_ended)
        pthread_cond_wait(&pipeline->full_changed, &pipeline->lock);
    if (pipeline->n_taken < pipeline->n_issued)
        batch = pipeline->full[pipeline->n_taken++ % pipeline->n_slots];
    *ret_stopping = pipeline->stopping;
    pthread_mutex_unlock(&pipeline->lock);
    return batch;
}

/* Reads a batch's piece where the reader has not, and finds its rows. */
static enum gpuc_status find_rows(const struct gpuc_input *input,
                                  struct gpuc_batch *batch)
{
    double start = gpuc_clock_seconds();
    enum gpuc_status status = batch->status;
    if (status == GPUC_OK)
        status = gpuc_reader_load(input->reader, batch, &batch->error);
    double loaded = gpuc_clock_seconds();
    status = gpuc_stitcher_join(input->stitcher, batch, status, &batch->error);
    batch->seconds.read += loaded - start;
    batch->seconds.parse = gpuc_clock_seconds() - loaded;
    return status;
}

static void *run_worker(void *argument)
{
    struct worker *worker = argument;
    struct pipeline *pipeline = worker->pipeline;
    const struct gpuc_pass *pass = pipeline->pass;
    struct gpuc_batch *batch;
    bool stopping;
    while ((batch = take_full(pipeline, &stopping)) != NULL) {
        if (!stopping)
            batch->status = find_rows(pipeline->input, batch);
        if (batch->status == GPUC_OK && !stopping)
            batch->status =
                pass->work(pass->context, worker->number, batch, &batch->error);
        pthread_mutex_lock(&pipeline->lock);
        pipeline->done[batch->sequence % pipeline->n_slots] = batch;
        pthread_cond_signal(&pipeline->done_changed);
        pthread_mutex_unlock(&pipeline->lock);
    }
    return NULL;
}

/* Takes batch number `sequence`; NULL if there is no such batch. */
static struct gpuc_batch *take_done(struct pipeline *pipeline, uint64_t sequence)
{
    struct gpuc_batch **slot = &pipeline->done[sequence % pipeline->n_slots];
    pthread_mutex_lock(&pipeline->lock);
    while (*slot == NULL && !(pipeline->reader_ended && sequence >= pipeline->n_issued))
        pthread_cond_wait(&pipeline->done_changed, &pipeline->lock);
    struct gpuc_batch *batch = *slot;
    *slot = NULL;
    pthread_mutex_unlock(&pipeline->lock);
    return batch;
}

static void give_free(struct pipeline *pipeline, struct gpuc_batch *batch, bool stop)
{
    pthread_mutex_lock(&pipeline->lock);
    pipeline->free[pipeline->n_free++] = batch;
    bool is_first = stop && !pipeline->stopping;
    pipeline->stopping = pipeline->stopping || stop;
    pthread_cond_signal(&pipeline->free_changed);
    pthread_mutex_unlock(&pipeline->lock);
    /* Pieces that nobody scans any more must not be waited for, nor bytes of them. */
    if (is_first) {
        gpuc_stitcher_stop(pipeline->input->stitcher);
        gpuc_source_stop(pipeline->input->reader->source);
    }
}

static enum gpuc_status collect_all(struct pipeline *pipeline, struct gpuc_error *error)
{
    const struct gpuc_pass *pass = pipeline->pass;
    enum gpuc_status status = GPUC_OK;
    struct gpuc_batch *batch;
    bool is_over = false;
    for (uint64_t sequence = 0; (batch = take_done(pipeline, sequence)) != NULL;
         sequence++) {
        if (!is_over) {
            status = batch->status;
            if (status != GPUC_OK && error != NULL)
                *error = batch->error;
            if (status == GPUC_OK)
                status = pass->collect(pass->context, batch, error);
            is_over = status != GPUC_OK || batch->ends_range;
        }
        give_free(pipeline, batch, is_over);
    }
    return status;
}

/*
 * Starts the reader and the workers, collects, and waits for all. If only some threads
 * start, the reader never does, so those that did find the end at once.
 */
static enum gpuc_status run_threads(struct pipeline *pipeline, struct worker *workers,
                                    uint32_t n_workers, struct gpuc_error *error)
{
    pthread_t reader;
    enum gpuc_status status = GPUC_OK;
    int failure = 0;
    uint32_t n_started = 0;
    while (failure == 0 && n_started < n_workers) {
        struct worker *worker = &workers[n_started];
        *worker = (struct worker){.pipeline = pipeline, .number = n_started};
        failure = pthread_create(&worker->thread, NULL, run_worker, worker);
        n_started += failure == 0;
    }
    if (failure == 0)
        failure = pthread_create(&reader, NULL, run_reader, pipeline);
    if (failure == 0) {
        status = collect_all(pipeline, error);
        pthread_join(reader, NULL);
    } else {
        end_reading(pipeline);
        status = gpuc_fail_errno(error, failure, "cannot start a thread");
    }
    while (n_started > 0)
        pthread_join(workers[--n_started].thread, NULL);
    return status;
}

enum gpuc_status gpuc_pipeline_run(const struct gpuc_input *input,
                                   const struct gpuc_pool *pool,
                                   const struct gpuc_pass *pass, uint32_t n_workers,
                                   struct gpuc_error *error)
{
    enum gpuc_status status;
    struct pipeline pipeline = {.n_slots = pool->n_batches, .input = input, .pass = pass};
    struct gpuc_batch **places = gpuc_alloc(3 * (size_t)pool->n_batches, sizeof *places);
    struct worker *workers = gpuc_alloc(n_workers, sizeof *workers);
    if (places == NULL || workers == NULL) {
        status = gpuc_fail_memory(error, n_workers * sizeof *workers, "worker threads");
        goto out;
    }
    pipeline.free = places;
    pipeline.full = places + pool->n_batches;
    pipeline.done = places + 2 * (size_t)pool->n_batches;
    for (uint32_t i = 0; i < pool->n_batches; i++)
        pipeline.free[pipeline.n_free++] = &pool->batches[i];
    pthread_mutex_init(&pipeline.lock, NULL);
    pthread_cond_init(&pipeline.free_changed, NULL);
    pthread_cond_init(&pipeline.full_changed, NULL);
    pthread_cond_init(&pipeline.done_changed, NULL);
    status = run_threads(&pipeline, workers, n_workers, error);
    pthread_cond_destroy(&pipeline.done_changed);
    pthread_cond_destroy(&pipeline.full_changed);
    pthread_cond_destroy(&pipeline.free_changed);
    pthread_mutex_destroy(&pipeline.lock);
out:
    gpuc_free(workers);
    gpuc_free(places);
    return status;
}
