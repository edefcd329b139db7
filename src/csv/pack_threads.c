/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/pack_threads.h"

#include <pthread.h>

#include "base/memory.h"

struct gpuc_pack_threads {
    struct gpuc_pack_work work;
    pthread_t *handles;
    uint32_t n_threads;
    uint32_t n_started;

    pthread_mutex_t lock;
    pthread_cond_t submitted; /* the threads wait */
    pthread_cond_t packed;    /* the owner waits */
    bool *is_packed;          /* by slot */
    uint32_t n_slots;
    uint64_t n_submitted;
    uint64_t n_taken;
    uint64_t n_collected; /* the owner's alone */
    bool stopping;
};

uint32_t gpuc_pack_threads_slots(uint32_t n_threads)
{
    /* One in each thread's hands and one packed or to be packed, one being filled. */
    return 2 * n_threads + 1;
}

enum gpuc_status gpuc_pack_threads_open(uint32_t n_threads,
                                        const struct gpuc_pack_work *work,
                                        struct gpuc_pack_threads **ret_threads,
                                        struct gpuc_error *error)
{
    uint32_t n_slots = gpuc_pack_threads_slots(n_threads);
    struct gpuc_pack_threads *threads = gpuc_alloc(1, sizeof *threads);
    pthread_t *handles = gpuc_alloc(n_threads, sizeof *handles);
    bool *is_packed = gpuc_alloc(n_slots, sizeof *is_packed);
    if (threads == NULL || handles == NULL || is_packed == NULL) {
        gpuc_free(threads);
        gpuc_free(handles);
        gpuc_free(is_packed);
        return gpuc_fail_memory(error, n_threads * sizeof *handles, "packing threads");
    }
    threads->work = *work;
    threads->handles = handles;
    threads->n_threads = n_threads;
    threads->is_packed = is_packed;
    threads->n_slots = n_slots;
    pthread_mutex_init(&threads->lock, NULL);
    pthread_cond_init(&threads->submitted, NULL);
    pthread_cond_init(&threads->packed, NULL);
    *ret_threads = threads;
    return GPUC_OK;
}

void gpuc_pack_threads_close(struct gpuc_pack_threads *threads)
{
    if (threads == NULL)
        return;
    pthread_mutex_lock(&threads->lock);
    threads->stopping = true;
    pthread_cond_broadcast(&threads->submitted);
    pthread_mutex_unlock(&threads->lock);
    for (uint32_t i = 0; i < threads->n_started; i++)
        pthread_join(threads->handles[i], NULL);
    pthread_cond_destroy(&threads->packed);
    pthread_cond_destroy(&threads->submitted);
    pthread_mutex_destroy(&threads->lock);
    gpuc_free(threads->is_packed);
    gpuc_free(threads->handles);
    gpuc_free(threads);
}

static void *run_thread(void *argument)
{
    struct gpuc_pack_threads *threads = argument;
    pthread_mutex_lock(&threads->lock);
    for (;;) {
        while (threads->n_taken == threads->n_submitted && !threads->stopping)
            pthread_cond_wait(&threads->submitted, &threads->lock);
        if (threads->stopping)
            break;
        uint32_t slot = (uint32_t)(threads->n_taken++ % threads->n_slots);
        pthread_mutex_unlock(&threads->lock);
        threads->work.pack(threads->work.context, slot);
        pthread_mutex_lock(&threads->lock);
        threads->is_packed[slot] = true;
        pthread_cond_signal(&threads->packed);
    }
    pthread_mutex_unlock(&threads->lock);
    return NULL;
}

uint32_t gpuc_pack_threads_next(const struct gpuc_pack_threads *threads)
{
    return (uint32_t)(threads->n_submitted % threads->n_slots);
}

bool gpuc_pack_threads_full(const struct gpuc_pack_threads *threads)
{
    return threads->n_submitted - threads->n_collected == threads->n_slots;
}

enum gpuc_status gpuc_pack_threads_submit(struct gpuc_pack_threads *threads,
                                          struct gpuc_error *error)
{
    if (threads->n_started < threads->n_threads &&
        threads->n_submitted - threads->n_collected >= threads->n_started) {
        int failure = pthread_create(&threads->handles[threads->n_started], NULL,
                                     run_thread, threads);
        if (failure != 0)
            return gpuc_fail_errno(error, failure, "cannot start a thread");
        threads->n_started++;
    }
    pthread_mutex_lock(&threads->lock);
    threads->n_submitted++;
    pthread_cond_signal(&threads->submitted);
    pthread_mutex_unlock(&threads->lock);
    return GPUC_OK;
}

bool gpuc_pack_threads_collect(struct gpuc_pack_threads *threads, bool wait,
                               uint32_t *ret_slot)
{
    uint32_t slot = (uint32_t)(threads->n_collected % threads->n_slots);
    if (threads->n_collected == threads->n_submitted)
        return false;
    pthread_mutex_lock(&threads->lock);
    while (wait && !threads->is_packed[slot])
        pthread_cond_wait(&threads->packed, &threads->lock);
    bool is_packed = threads->is_packed[slot];
    threads->is_packed[slot] = false;
    pthread_mutex_unlock(&threads->lock);
    threads->n_collected += is_packed;
    *ret_slot = slot;
    return is_packed;
}
