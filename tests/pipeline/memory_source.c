/* SPDX-License-Identifier: Apache-2.0 */
/* The names __wrap_NAME are those of the linker's --wrap, reserved or not. */
#include "pipeline/memory_source.h"

#include <string.h>
#include <time.h>

enum gpuc_status __wrap_gpuc_source_read(struct gpuc_source *source, void *bytes,
                                         size_t size, size_t *ret_size,
                                         struct gpuc_error *error);
void __wrap_gpuc_source_seek(struct gpuc_source *source, uint64_t offset);
const char *__wrap_gpuc_source_name(const struct gpuc_source *source);

enum gpuc_status __wrap_gpuc_source_read(struct gpuc_source *source, void *bytes,
                                         size_t size, size_t *ret_size,
                                         struct gpuc_error *error)
{
    struct memory_source *memory = (struct memory_source *)(void *)source;
    const struct timespec delay = {.tv_nsec = 1000L * memory->delay_us};
    if (memory->delay_us > 0)
        nanosleep(&delay, NULL);
    if (memory->n_reads++ == memory->fail_at)
        return gpuc_fail(error, memory->failure, "the source failed");
    size_t n = memory->size - memory->pos;
    n = n < size ? n : size;
    n = n < memory->piece ? n : memory->piece;
    if (memory->bytes == NULL)
        memset(bytes, ',', n);
    else
        memcpy(bytes, memory->bytes + memory->pos, n);
    memory->pos += n;
    *ret_size = n;
    return GPUC_OK;
}

void __wrap_gpuc_source_seek(struct gpuc_source *source, uint64_t offset)
{
    ((struct memory_source *)(void *)source)->pos = (size_t)offset;
}

const char *__wrap_gpuc_source_name(const struct gpuc_source *source)
{
    (void)source;
    return "memory";
}
