/* SPDX-License-Identifier: Apache-2.0 */
/* sync_file_range() is Linux's own; POSIX has no call that starts without waiting. */
#define _GNU_SOURCE
#include "base/writeback.h"

#include <fcntl.h>

void gpuc_start_writeback(int fd, uint64_t offset, uint64_t size)
{
    (void)sync_file_range(fd, (off_t)offset, (off_t)size, SYNC_FILE_RANGE_WRITE);
}
