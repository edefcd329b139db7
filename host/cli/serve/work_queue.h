/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads that classify batches. The event loop puts batches in and takes them out
 * again when they are done, in any order; everything else of a batch is the loop's alone.
 */
#ifndef GPUC_WORK_QUEUE_H
#define GPUC_WORK_QUEUE_H

#include <uv.h>

#include "stream/frame.h"
#include "stream/stream.h"

struct gpuc_served_stream;
struct gpuc_connection;

/* A batch of the service, and where it belongs. */
struct gpuc_served_batch {
    struct gpuc_served_batch *next; /* in whatever list it is */
    struct gpuc_stream_batch records;
    struct gpuc_served_stream *stream;
    struct gpuc_connection *connection;
    uint64_t number;   /* in its connection, from 0 without gaps */
    uint32_t n_rows;   /* records that are not blank */
    size_t bytes;      /* that it counts for among those in flight */
    size_t sent_bytes; /* of its frame */
    bool has_header;   /* the output's header goes before its rows */
    uint8_t length[GPUC_FRAME_HEADER_BYTES]; /* of its frame */
    uint64_t last_ns; /* when its last record came, on uv_hrtime() */
    enum gpuc_status status;
    struct gpuc_error error;
};

/* A list with a cheap end. */
struct gpuc_batch_list {
    struct gpuc_served_batch *first;
    struct gpuc_served_batch **end; /* NULL: the list is empty */
    size_t n_items;
};

void gpuc_batch_list_add(struct gpuc_batch_list *list, struct gpuc_served_batch *batch);

/* Takes the first one; NULL if there is none. */
struct gpuc_served_batch *gpuc_batch_list_take(struct gpuc_batch_list *list);

struct gpuc_work_thread;

struct gpuc_work_queue {
    uv_mutex_t lock;
    uv_cond_t changed;
    struct gpuc_batch_list waiting;
    struct gpuc_batch_list finished;
    bool ending;
    struct gpuc_work_thread *threads;
    uint32_t n_threads;
    uv_async_t *wake; /* the loop, when `finished` is no longer empty */
};

/* Starts the threads; `wake` is signalled from them. */
enum gpuc_status gpuc_work_queue_start(struct gpuc_work_queue *queue, uint32_t n_threads,
                                       uv_async_t *wake, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Ends the threads when all waiting batches are done. */
void gpuc_work_queue_stop(struct gpuc_work_queue *queue);

/* Has a batch classified. */
void gpuc_work_queue_put(struct gpuc_work_queue *queue, struct gpuc_served_batch *batch);

/* Takes all that are finished. */
struct gpuc_batch_list gpuc_work_queue_take(struct gpuc_work_queue *queue);

/* Batches that no thread has taken yet. */
size_t gpuc_work_queue_n_waiting(struct gpuc_work_queue *queue);

#endif
