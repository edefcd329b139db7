/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/bench/bench_memory.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

/* Bytes that are copied in a pass, and by each thread at least. */
enum { PASS_BYTES = 1 << 27, THREAD_BYTES = 1 << 23, N_PASSES = 3 };

struct copier {
    pthread_t thread;
    const uint8_t *from;
    uint8_t *to;
    size_t size;
};

/* What passes copy from and to. */
struct blocks {
    uint8_t *from, *to;
    size_t size;
};

static void *copy(void *argument)
{
    const struct copier *copier = argument;
    memcpy(copier->to, copier->from, copier->size);
    return NULL;
}

/* One pass, each thread with its part, in seconds. */
static enum gpuc_status copy_all(struct copier *copiers, uint32_t n_threads,
                                 double *ret_seconds, struct gpuc_error *error)
{
    uint32_t n_running = 1;
    int failure = 0;
    double start = gpuc_clock_seconds();
    for (; n_running < n_threads; n_running++) {
        failure =
            pthread_create(&copiers[n_running].thread, NULL, copy, &copiers[n_running]);
        if (failure != 0)
            break;
    }
    copy(&copiers[0]);
    for (uint32_t i = 1; i < n_running; i++)
        pthread_join(copiers[i].thread, NULL);
    *ret_seconds = gpuc_clock_seconds() - start;
    return failure == 0 ? GPUC_OK
                        : gpuc_fail_errno(error, failure, "cannot start a thread");
}

/* The best pass, in bytes a second. */
static enum gpuc_status measure(const struct blocks *blocks, struct copier *copiers,
                                uint32_t n_threads, double *ret_speed,
                                struct gpuc_error *error)
{
    double best = 0;
    for (uint32_t i = 0; i < n_threads; i++) {
        size_t begin = blocks->size / n_threads * i;
        size_t end =
            i + 1 < n_threads ? blocks->size / n_threads * (i + 1) : blocks->size;
        copiers[i] = (struct copier){
            .from = blocks->from + begin, .to = blocks->to + begin, .size = end - begin};
    }
    for (int pass = 0; pass < N_PASSES; pass++) {
        double seconds;
        enum gpuc_status status = copy_all(copiers, n_threads, &seconds, error);
        if (status != GPUC_OK)
            return status;
        if ((double)blocks->size / seconds > best)
            best = (double)blocks->size / seconds;
    }
    *ret_speed = best;
    return GPUC_OK;
}

enum gpuc_status gpuc_bench_memory_measure(uint32_t n_threads,
                                           struct gpuc_bench_memory *ret_memory,
                                           struct gpuc_error *error)
{
    size_t size = (size_t)n_threads * THREAD_BYTES;
    if (size < PASS_BYTES)
        size = PASS_BYTES;
    struct blocks blocks = {gpuc_alloc(size, 1), gpuc_alloc(size, 1), size};
    struct copier *copiers = gpuc_alloc(n_threads, sizeof *copiers);
    struct gpuc_bench_memory memory;
    enum gpuc_status status = GPUC_OK;
    if (blocks.from == NULL || blocks.to == NULL || copiers == NULL) {
        status = gpuc_fail_memory(error, 2 * size, "copying");
        goto out;
    }
    GPUC_TRY(measure(&blocks, copiers, 1, &memory.one_core, error));
    GPUC_TRY(measure(&blocks, copiers, n_threads, &memory.all_cores, error));
    *ret_memory = memory;
out:
    gpuc_free(blocks.from);
    gpuc_free(blocks.to);
    gpuc_free(copiers);
    return status;
}
