/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_WRITEBACK_H
#define GPUC_WRITEBACK_H

#include <stdint.h>

/*
 * Asks the kernel to begin writing a range of a file to disk, without waiting: work that
 * a later fsync() then need not do. Only a hint; a failure means nothing.
 */
void gpuc_start_writeback(int fd, uint64_t offset, uint64_t size);

#endif
