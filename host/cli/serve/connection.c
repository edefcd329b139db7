/* SPDX-License-Identifier: Apache-2.0 */
/* From bytes to batches, and from classified batches to the outlet. */
#include "host/cli/serve/connection.h"

#include <string.h>

#include "base/memory.h"

/* A batch of long records goes off before it has all its rows. */
enum { BATCH_BYTES_MAX = 16 << 20 };

/* A connection may have so many batches a thread under way: one being classified, one
 * waiting, and as many on their way out. */
enum { BATCHES_PER_THREAD = 4 };

static bool has_room(const struct gpuc_connection *connection)
{
    const struct gpuc_server *server = connection->server;
    return connection->n_in_flight < BATCHES_PER_THREAD * server->queue.n_threads &&
           server->bytes_in_flight < GPUC_IN_FLIGHT_BYTES_MAX;
}

/* The stream as the model of now reads it; the one before may be of an older model. */
static enum gpuc_status take_stream(struct gpuc_connection *connection,
                                    struct gpuc_error *error)
{
    struct gpuc_served_model *model = connection->server->model;
    struct gpuc_served_stream *stream;
    if (connection->stream != NULL && connection->stream->model == model)
        return GPUC_OK;
    enum gpuc_status status = gpuc_served_stream_open(
        model, connection->name, &connection->header, &stream, error);
    if (status != GPUC_OK)
        return status;
    gpuc_served_stream_leave(connection->stream);
    connection->stream = stream;
    return GPUC_OK;
}

static enum gpuc_status begin_batch(struct gpuc_connection *connection,
                                    struct gpuc_error *error)
{
    enum gpuc_status status = take_stream(connection, error);
    if (status != GPUC_OK)
        return status;
    struct gpuc_served_batch *batch = gpuc_server_take_batch(connection->server);
    if (batch == NULL)
        return gpuc_fail_memory(error, sizeof *batch, "a batch");
    batch->stream = connection->stream;
    batch->stream->n_users++;
    batch->connection = connection;
    batch->number = connection->n_dispatched;
    batch->n_rows = 0;
    connection->filling = batch;
    return gpuc_stream_batch_begin(&batch->records, batch->stream->stream,
                                   connection->line, error);
}

/* Hands the batch that is being filled to the threads. */
static void dispatch(struct gpuc_connection *connection)
{
    struct gpuc_server *server = connection->server;
    struct gpuc_served_batch *batch = connection->filling;
    connection->filling = NULL;
    uv_timer_stop(&connection->linger);
    batch->last_ns = uv_hrtime();
    batch->bytes = gpuc_stream_batch_size(&batch->records);
    connection->line = gpuc_stream_batch_end_line(&batch->records);
    connection->n_dispatched++;
    connection->n_in_flight++;
    connection->n_working++;
    server->n_in_flight++;
    server->bytes_in_flight += batch->bytes;
    gpuc_work_queue_put(&server->queue, batch);
}

static void on_linger(uv_timer_t *timer)
{
    struct gpuc_connection *connection = timer->data;
    if (connection->filling != NULL)
        dispatch(connection);
}

/* A record of nothing but white space is none, and does not count. */
static bool is_blank(const struct gpuc_frame *frame)
{
    size_t i = 0;
    while (i < frame->size && gpuc_is_ascii_space(frame->bytes[i]))
        i++;
    return i == frame->size;
}

static enum gpuc_status add_record(struct gpuc_connection *connection,
                                   const struct gpuc_frame *frame,
                                   struct gpuc_error *error)
{
    const struct gpuc_server_limits *limits = &connection->server->limits;
    enum gpuc_status status = GPUC_OK;
    bool is_row = !is_blank(frame);
    if (!is_row && connection->filling == NULL) {
        connection->line++;
        return GPUC_OK;
    }
    if (connection->filling == NULL) {
        GPUC_TRY(begin_batch(connection, error));
        if (limits->linger_ms > 0)
            uv_timer_start(&connection->linger, on_linger, limits->linger_ms, 0);
    }
    struct gpuc_served_batch *batch = connection->filling;
    GPUC_TRY(gpuc_stream_batch_add(&batch->records, frame->bytes, frame->size, error));
    batch->n_rows += is_row;
    connection->server->metrics.n_records++;
    if (batch->n_rows >= limits->batch_rows ||
        gpuc_stream_batch_size(&batch->records) >= BATCH_BYTES_MAX)
        dispatch(connection);
out:
    return status;
}

/* The last batch; one without rows, if the output's header has not gone out with any. */
static enum gpuc_status end_records(struct gpuc_connection *connection,
                                    struct gpuc_error *error)
{
    if (connection->filling == NULL && connection->n_dispatched == 0) {
        enum gpuc_status status = begin_batch(connection, error);
        if (status != GPUC_OK)
            return status;
    }
    if (connection->filling != NULL)
        dispatch(connection);
    return GPUC_OK;
}

static enum gpuc_stream_fault fault_of(enum gpuc_status status,
                                       enum gpuc_stream_fault data_fault)
{
    return status == GPUC_EDEVICE || status == GPUC_ENOMEM ? GPUC_FAULT_ENGINE
                                                           : data_fault;
}

static void take_frame(struct gpuc_connection *connection, const struct gpuc_frame *frame)
{
    struct gpuc_error error;
    enum gpuc_status status;
    switch (connection->state) {
    case GPUC_CONNECTION_HEADER:
        if (gpuc_frame_is_end(frame)) {
            gpuc_connection_fail(connection, GPUC_FAULT_HEADER,
                                 "ended before it had a header");
            return;
        }
        GPUC_TRY(
            gpuc_bytes_append(&connection->header, frame->bytes, frame->size, &error));
        GPUC_TRY(take_stream(connection, &error));
        connection->state = GPUC_CONNECTION_ROWS;
        break;
    case GPUC_CONNECTION_ROWS:
        if (!gpuc_frame_is_end(frame)) {
            GPUC_TRY(add_record(connection, frame, &error));
            break;
        }
        connection->state = GPUC_CONNECTION_ENDED;
        GPUC_TRY(end_records(connection, &error));
        break;
    case GPUC_CONNECTION_ENDED:
    case GPUC_CONNECTION_FAILED:
        break;
    }
    return;
out:
    gpuc_connection_fail(connection,
                         fault_of(status, connection->state == GPUC_CONNECTION_HEADER
                                              ? GPUC_FAULT_HEADER
                                              : GPUC_FAULT_RECORD),
                         "%s", error.message);
}

/* Takes frames as long as there is room; returns the bytes taken. */
static size_t take_bytes(struct gpuc_connection *connection, const uint8_t *bytes,
                         size_t size)
{
    size_t taken = 0;
    while (taken < size && has_room(connection) &&
           connection->state <= GPUC_CONNECTION_ROWS) {
        enum gpuc_frame_event event;
        struct gpuc_frame frame;
        struct gpuc_error error;
        size_t n;
        enum gpuc_status status = gpuc_frame_take(
            &connection->frames, bytes + taken, size - taken, &event, &frame, &n, &error);
        taken += n;
        if (status != GPUC_OK)
            gpuc_connection_fail(connection, GPUC_FAULT_ENGINE, "%s", error.message);
        else if (event == GPUC_FRAME_TOO_LONG)
            gpuc_connection_fail(
                connection, GPUC_FAULT_FRAME,
                "a frame of %zu bytes, where --max-frame allows %u: are these frames?",
                frame.size, (unsigned)connection->frames.size_max);
        else if (event == GPUC_FRAME_WHOLE)
            take_frame(connection, &frame);
    }
    return taken;
}

void gpuc_connection_take(struct gpuc_connection *connection, const uint8_t *bytes,
                          size_t size)
{
    size_t taken = take_bytes(connection, bytes, size);
    if (taken < size && connection->state <= GPUC_CONNECTION_ROWS) {
        struct gpuc_error error;
        gpuc_connection_pause(connection);
        if (gpuc_bytes_append(&connection->pending, bytes + taken, size - taken,
                              &error) != GPUC_OK)
            gpuc_connection_fail(connection, GPUC_FAULT_ENGINE, "%s", error.message);
    }
    gpuc_connection_close_if_done(connection);
}

void gpuc_connection_resume(struct gpuc_connection *connection)
{
    struct gpuc_bytes *pending = &connection->pending;
    if (connection->state > GPUC_CONNECTION_ROWS || connection->is_reading ||
        !has_room(connection))
        return;
    if (pending->size > 0)
        connection->pending_begin +=
            take_bytes(connection, pending->data + connection->pending_begin,
                       pending->size - connection->pending_begin);
    if (connection->state > GPUC_CONNECTION_ROWS) {
        gpuc_connection_close_if_done(connection);
    } else if (connection->pending_begin == pending->size) {
        connection->pending_begin = 0;
        gpuc_bytes_done(pending);
        gpuc_connection_read_on(connection);
    }
}

/* Keeps a batch that is not in turn among the others, by number. */
static void keep_done(struct gpuc_connection *connection, struct gpuc_served_batch *batch)
{
    struct gpuc_served_batch **place = &connection->done;
    while (*place != NULL && (*place)->number < batch->number)
        place = &(*place)->next;
    batch->next = *place;
    *place = batch;
}

/* Whether the output goes on under the header that it began with. */
static enum gpuc_status check_header(struct gpuc_connection *connection,
                                     const struct gpuc_served_batch *batch,
                                     struct gpuc_error *error)
{
    const struct gpuc_bytes *header = gpuc_stream_output_header(batch->stream->stream);
    struct gpuc_bytes *sent = &connection->sent_header;
    if (!connection->is_header_sent)
        return gpuc_bytes_append(sent, header->data, header->size, error);
    if (header->size == sent->size &&
        (sent->size == 0 || memcmp(header->data, sent->data, sent->size) == 0))
        return GPUC_OK;
    return gpuc_fail(error, GPUC_EDATA,
                     "the model that was loaded meanwhile gives other columns");
}

/* Hands a batch that went well to the outlet; false: nothing is to be sent of it. */
static bool send_batch(struct gpuc_connection *connection,
                       struct gpuc_served_batch *batch)
{
    struct gpuc_server *server = connection->server;
    size_t size = batch->records.batch.output.size;
    server->metrics.n_batches++;
    server->metrics.n_rows += batch->n_rows;
    batch->stream->model->n_rows += batch->n_rows;
    server->metrics.n_bad_rows += batch->records.batch.bad_rows.n_rows;
    batch->has_header = !connection->is_header_sent && connection->sent_header.size > 0;
    connection->is_header_sent = true;
    if (size == 0 && !batch->has_header)
        return false;
    server->bytes_in_flight += size;
    batch->bytes += size;
    gpuc_outlet_put(&connection->outlet, batch);
    return true;
}

/* What becomes of a batch whose turn it is. */
static void deliver(struct gpuc_connection *connection, struct gpuc_served_batch *batch)
{
    struct gpuc_error error = batch->error;
    enum gpuc_status status = batch->status;
    bool is_wanted = batch->number < connection->failed_from;
    connection->n_delivered++;
    if (is_wanted && status == GPUC_OK)
        status = check_header(connection, batch, &error);
    if (is_wanted && status == GPUC_OK && send_batch(connection, batch))
        return;
    if (is_wanted && status != GPUC_OK) {
        connection->failed_from = batch->number;
        gpuc_connection_fail(connection, fault_of(status, GPUC_FAULT_RECORD), "%s",
                             error.message);
    }
    connection->n_in_flight--;
    gpuc_server_give_batch(connection->server, batch);
}

void gpuc_connection_done(struct gpuc_connection *connection,
                          struct gpuc_served_batch *batch)
{
    connection->n_working--;
    keep_done(connection, batch);
    while (connection->done != NULL &&
           connection->done->number == connection->n_delivered) {
        struct gpuc_served_batch *next = connection->done;
        connection->done = next->next;
        deliver(connection, next);
    }
    if (connection->is_closing)
        gpuc_connection_free_if_gone(connection);
    else
        gpuc_connection_close_if_done(connection);
}

void gpuc_connection_flush(struct gpuc_connection *connection)
{
    if (connection->filling != NULL)
        dispatch(connection);
}
