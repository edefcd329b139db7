/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/stitching.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "csv/number_padded.h"
#include "pipeline/reader.h"
#include "pipeline/stitcher.h"
#include "support/random.h"

enum { N_THREADS_MAX = 8 };

struct run {
    const struct stitching *stitching;
    struct gpuc_reader reader;
    struct gpuc_stitcher stitcher;
    pthread_mutex_t lock; /* of the reader, and of what follows */
    bool ended;
    struct reading *pieces; /* what was read of each */
    size_t n_pieces;
    size_t capacity;
};

/* Mostly not at all, sometimes until other threads had their chance, seldom for long. */
static void wait_somewhat(const struct run *run, uint64_t sequence)
{
    struct test_random random = {run->stitching->seed + 1000 * sequence};
    const struct timespec delay = {.tv_nsec = 1000L * 20};
    size_t choice = test_random_below(&random, 64);
    if (choice == 0)
        nanosleep(&delay, NULL);
    else
        for (size_t i = choice; i < 6; i++)
            sched_yield();
}

/* Takes the next piece; false: there is none. */
static bool take_piece(struct run *run, struct gpuc_batch *batch)
{
    bool more = false;
    pthread_mutex_lock(&run->lock);
    if (!run->ended)
        batch->status = gpuc_reader_next(&run->reader, batch, &more, &batch->error);
    run->ended = run->ended || !more || batch->status != GPUC_OK;
    if (more && run->n_pieces == run->capacity) {
        run->capacity = 2 * run->capacity + 64;
        run->pieces = realloc(run->pieces, run->capacity * sizeof *run->pieces);
        reading_require(run->pieces != NULL);
    }
    if (more) {
        reading_require(batch->sequence == run->n_pieces);
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it was required above. */
        run->pieces[run->n_pieces++] = (struct reading){0};
    }
    pthread_mutex_unlock(&run->lock);
    return more;
}

/* Finds the rows of a piece; false: nothing comes behind it any more. */
static bool join_piece(struct run *run, struct gpuc_batch *batch)
{
    struct reading reading = {.goes_on = run->stitching->goes_on};
    enum gpuc_status status = batch->status;
    if (status == GPUC_OK)
        status = gpuc_reader_load(&run->reader, batch, &batch->error);
    if (run->stitching->n_threads > 0)
        wait_somewhat(run, batch->sequence);
    status = gpuc_stitcher_join(&run->stitcher, batch, status, &batch->error);
    if (status == GPUC_OK)
        reading_add(&reading, run->stitching->dialect, &batch->rows, batch->first_line);
    else
        reading.error = batch->error;
    reading_require(reading.error.status != GPUC_OK || status == GPUC_OK);
    /* Readers of numbers may look at what is before the first field. */
    reading_require(status != GPUC_OK || batch->rows.n_items == 0 ||
                    batch->rows.items[0].begin >= GPUC_NUMBER_PADDING);
    pthread_mutex_lock(&run->lock);
    run->pieces[batch->sequence] = reading;
    run->ended = run->ended || reading.error.status != GPUC_OK;
    pthread_mutex_unlock(&run->lock);
    return reading.error.status == GPUC_OK;
}

static void *run_thread(void *argument)
{
    struct run *run = argument;
    struct gpuc_batch own = {.status = GPUC_OK};
    bool is_given = run->stitching->n_threads == 0 && run->stitching->batch != NULL;
    struct gpuc_batch *batch = is_given ? run->stitching->batch : &own;
    while (take_piece(run, batch))
        if (!join_piece(run, batch))
            break;
    gpuc_batch_done(&own);
    return NULL;
}

static void run_threads(struct run *run)
{
    pthread_t threads[N_THREADS_MAX];
    unsigned n_threads = run->stitching->n_threads;
    reading_require(n_threads <= N_THREADS_MAX);
    if (n_threads == 0)
        run_thread(run);
    for (unsigned i = 0; i < n_threads; i++)
        reading_require(pthread_create(&threads[i], NULL, run_thread, run) == 0);
    for (unsigned i = 0; i < n_threads; i++)
        pthread_join(threads[i], NULL);
}

void stitching_read(const struct stitching *stitching, struct gpuc_source *source,
                    struct reading *reading)
{
    struct run run = {.stitching = stitching, .lock = PTHREAD_MUTEX_INITIALIZER};
    uint64_t line = stitching->line > 0 ? stitching->line : 1;
    gpuc_reader_init(&run.reader, source, stitching->piece_bytes, stitching->offset);
    gpuc_stitcher_init(&run.stitcher, "memory", stitching->parser, stitching->dialect,
                       line);
    run.stitcher.reads_on = stitching->goes_on;
    run_threads(&run);
    reading_reset(reading);
    for (size_t i = 0; i < run.n_pieces; i++) {
        reading_append(reading, &run.pieces[i]);
        reading_done(&run.pieces[i]);
    }
    gpuc_stitcher_done(&run.stitcher);
    free(run.pieces);
}

/* Puts a piece where the reader would, but anywhere. */
static void put_piece(struct gpuc_batch *batch, const struct reading_text *text,
                      struct gpuc_span piece, size_t alignment)
{
    size_t size = piece.end - piece.begin;
    batch->input.size = 0;
    reading_require(gpuc_bytes_reserve(&batch->input, alignment + size + GPUC_TEXT_SLACK,
                                       NULL) == GPUC_OK);
    if (size > 0)
        memcpy(batch->input.data + alignment, (const uint8_t *)text->bytes + piece.begin,
               size);
    batch->piece_begin = alignment;
    batch->piece_size = size;
    batch->at_end = piece.end == text->size;
}

void stitching_read_at_random(const struct stitching *stitching,
                              const struct reading_text *text, struct reading *reading)
{
    enum { ALIGNMENTS = 128 };
    struct test_random random = {stitching->seed};
    struct gpuc_batch own = {.at_end = false};
    struct gpuc_batch *batch = stitching->batch != NULL ? stitching->batch : &own;
    struct gpuc_stitcher stitcher;
    gpuc_stitcher_init(&stitcher, "memory", stitching->parser, stitching->dialect,
                       stitching->line > 0 ? stitching->line : 1);
    stitcher.reads_on = stitching->goes_on;
    reading_reset(reading);
    batch->sequence = 0;
    batch->at_end = false;
    for (size_t pos = 0; reading->error.status == GPUC_OK && !batch->at_end;
         batch->sequence++) {
        size_t left = text->size - pos;
        size_t size = test_random_below(&random, stitching->piece_bytes + 1);
        struct gpuc_span piece = {pos, pos + (size < left ? size : left)};
        put_piece(batch, text, piece, test_random_below(&random, ALIGNMENTS));
        pos = piece.end;
        if (gpuc_stitcher_join(&stitcher, batch, GPUC_OK, &reading->error) == GPUC_OK)
            reading_add(reading, stitching->dialect, &batch->rows, batch->first_line);
    }
    gpuc_stitcher_done(&stitcher);
    gpuc_batch_done(&own);
}
