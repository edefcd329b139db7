/* SPDX-License-Identifier: Apache-2.0 */
/* The names __wrap_NAME are those of the linker's --wrap, reserved or not. */
#include "pipeline/memory_source.h"

#include <string.h>
#include <time.h>

enum gpuc_status __wrap_gpuc_source_read(struct gpuc_source *source, void *bytes,
                                         size_t size, size_t *ret_size,
                                         struct gpuc_error *error);
enum gpuc_status __wrap_gpuc_source_unread(struct gpuc_source *source, const void *bytes,
                                           size_t size, struct gpuc_error *error);
uint64_t __wrap_gpuc_source_anywhere_size(const struct gpuc_source *source);
enum gpuc_status __wrap_gpuc_source_read_at(const struct gpuc_source *source,
                                            uint64_t offset, void *bytes, size_t size,
                                            size_t *ret_size, struct gpuc_error *error);
void __wrap_gpuc_source_seek(struct gpuc_source *source, uint64_t offset);
const char *__wrap_gpuc_source_name(const struct gpuc_source *source);
uint64_t __wrap_gpuc_source_file_position(const struct gpuc_source *source);
void __wrap_gpuc_source_stop(const struct gpuc_source *source);

static struct memory_source *memory_of(const struct gpuc_source *source)
{
    /* Sources are const only where they are read from by many threads. */
    return (struct memory_source *)(uintptr_t)source;
}

/* Copies up to `size` bytes from `pos` on; returns how many there are. */
static size_t copy_bytes(struct memory_source *memory, size_t pos, uint8_t *to,
                         size_t size)
{
    size_t end = memory->size - memory->n_gone;
    size_t n = pos < end ? end - pos : 0;
    n = n < size ? n : size;
    n = n < memory->piece ? n : memory->piece;
    for (size_t done = 0; done < n;) {
        size_t period = memory->period > 0 ? memory->period : memory->size;
        size_t from = (pos + done) % period;
        size_t part = n - done < period - from ? n - done : period - from;
        memcpy(to + done, memory->bytes + from, part);
        done += part;
    }
    atomic_fetch_add(&memory->n_bytes_read, n);
    return n;
}

static void wait_for(const struct memory_source *memory)
{
    const struct timespec delay = {.tv_nsec = 1000L * memory->delay_us};
    if (memory->delay_us > 0)
        nanosleep(&delay, NULL);
}

enum gpuc_status __wrap_gpuc_source_read(struct gpuc_source *source, void *bytes,
                                         size_t size, size_t *ret_size,
                                         struct gpuc_error *error)
{
    struct memory_source *memory = memory_of(source);
    wait_for(memory);
    if (atomic_fetch_add(&memory->n_reads, 1) == memory->fail_at)
        return gpuc_fail(error, memory->failure, "the source failed");
    *ret_size = copy_bytes(memory, memory->pos, bytes, size);
    memory->pos += *ret_size;
    return GPUC_OK;
}

enum gpuc_status __wrap_gpuc_source_unread(struct gpuc_source *source, const void *bytes,
                                           size_t size, struct gpuc_error *error)
{
    struct memory_source *memory = memory_of(source);
    if (size > memory->pos ||
        (size > 0 && memcmp(memory->bytes + memory->pos - size, bytes, size) != 0))
        return gpuc_fail(error, GPUC_EDEVICE, "not what was read last");
    memory->pos -= size;
    return GPUC_OK;
}

uint64_t __wrap_gpuc_source_anywhere_size(const struct gpuc_source *source)
{
    const struct memory_source *memory = memory_of(source);
    return memory->is_anywhere ? memory->size - memory->n_gone : 0;
}

enum gpuc_status __wrap_gpuc_source_read_at(const struct gpuc_source *source,
                                            uint64_t offset, void *bytes, size_t size,
                                            size_t *ret_size, struct gpuc_error *error)
{
    struct memory_source *memory = memory_of(source);
    wait_for(memory);
    atomic_fetch_add(&memory->n_reads, 1);
    *ret_size = copy_bytes(memory, (size_t)offset, bytes, size);
    if (memory->fail_at >= offset && memory->fail_at - offset < *ret_size)
        return gpuc_fail(error, memory->failure, "the source failed");
    return GPUC_OK;
}

void __wrap_gpuc_source_seek(struct gpuc_source *source, uint64_t offset)
{
    memory_of(source)->pos = (size_t)offset;
}

uint64_t __wrap_gpuc_source_file_position(const struct gpuc_source *source)
{
    return memory_of(source)->pos;
}

/* Reads from memory never wait for long. */
void __wrap_gpuc_source_stop(const struct gpuc_source *source)
{
    (void)source;
}

const char *__wrap_gpuc_source_name(const struct gpuc_source *source)
{
    (void)source;
    return "memory";
}
