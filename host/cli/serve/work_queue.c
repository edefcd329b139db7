/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/serve/work_queue.h"

#include "base/memory.h"
#include "host/cli/serve/served_model.h"

struct gpuc_work_thread {
    struct gpuc_work_queue *queue;
    uint32_t number;
    uv_thread_t thread;
};

void gpuc_batch_list_add(struct gpuc_batch_list *list, struct gpuc_served_batch *batch)
{
    batch->next = NULL;
    *(list->first != NULL ? list->end : &list->first) = batch;
    list->end = &batch->next;
    list->n_items++;
}

struct gpuc_served_batch *gpuc_batch_list_take(struct gpuc_batch_list *list)
{
    struct gpuc_served_batch *batch = list->first;
    if (batch != NULL) {
        list->first = batch->next;
        list->n_items--;
    }
    return batch;
}

/* Waits for a batch; NULL when there will be none. */
static struct gpuc_served_batch *take_waiting(struct gpuc_work_queue *queue)
{
    uv_mutex_lock(&queue->lock);
    while (queue->waiting.first == NULL && !queue->ending)
        uv_cond_wait(&queue->changed, &queue->lock);
    struct gpuc_served_batch *batch = gpuc_batch_list_take(&queue->waiting);
    uv_mutex_unlock(&queue->lock);
    return batch;
}

static void run_thread(void *argument)
{
    const struct gpuc_work_thread *thread = argument;
    struct gpuc_work_queue *queue = thread->queue;
    struct gpuc_served_batch *batch;
    while ((batch = take_waiting(queue)) != NULL) {
        batch->status = gpuc_stream_classify(batch->stream->stream, thread->number,
                                             &batch->records, &batch->error);
        uv_mutex_lock(&queue->lock);
        bool is_first = queue->finished.first == NULL;
        gpuc_batch_list_add(&queue->finished, batch);
        uv_mutex_unlock(&queue->lock);
        if (is_first)
            uv_async_send(queue->wake);
    }
}

enum gpuc_status gpuc_work_queue_start(struct gpuc_work_queue *queue, uint32_t n_threads,
                                       uv_async_t *wake, struct gpuc_error *error)
{
    *queue = (struct gpuc_work_queue){.wake = wake};
    queue->threads = gpuc_alloc(n_threads, sizeof *queue->threads);
    if (queue->threads == NULL)
        return gpuc_fail_memory(error, n_threads * sizeof *queue->threads, "workers");
    uv_mutex_init(&queue->lock);
    uv_cond_init(&queue->changed);
    for (; queue->n_threads < n_threads; queue->n_threads++) {
        struct gpuc_work_thread *thread = &queue->threads[queue->n_threads];
        *thread = (struct gpuc_work_thread){.queue = queue, .number = queue->n_threads};
        int failure = uv_thread_create(&thread->thread, run_thread, thread);
        if (failure == 0)
            continue;
        gpuc_work_queue_stop(queue);
        return gpuc_fail(error, GPUC_EIO, "cannot start a thread: %s",
                         uv_strerror(failure));
    }
    return GPUC_OK;
}

void gpuc_work_queue_stop(struct gpuc_work_queue *queue)
{
    if (queue->threads == NULL)
        return;
    uv_mutex_lock(&queue->lock);
    queue->ending = true;
    uv_cond_broadcast(&queue->changed);
    uv_mutex_unlock(&queue->lock);
    while (queue->n_threads > 0)
        uv_thread_join(&queue->threads[--queue->n_threads].thread);
    uv_cond_destroy(&queue->changed);
    uv_mutex_destroy(&queue->lock);
    gpuc_free(queue->threads);
    queue->threads = NULL;
}

void gpuc_work_queue_put(struct gpuc_work_queue *queue, struct gpuc_served_batch *batch)
{
    uv_mutex_lock(&queue->lock);
    gpuc_batch_list_add(&queue->waiting, batch);
    uv_cond_signal(&queue->changed);
    uv_mutex_unlock(&queue->lock);
}

struct gpuc_batch_list gpuc_work_queue_take(struct gpuc_work_queue *queue)
{
    uv_mutex_lock(&queue->lock);
    struct gpuc_batch_list finished = queue->finished;
    queue->finished = (struct gpuc_batch_list){0};
    uv_mutex_unlock(&queue->lock);
    return finished;
}

size_t gpuc_work_queue_n_waiting(struct gpuc_work_queue *queue)
{
    uv_mutex_lock(&queue->lock);
    size_t n_waiting = queue->waiting.n_items;
    uv_mutex_unlock(&queue->lock);
    return n_waiting;
}
