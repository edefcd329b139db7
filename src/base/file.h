/* SPDX-License-Identifier: Apache-2.0 */
/* System calls made whole: short writes, interruptions and waiting for a cancel signal.
 */
#ifndef GPUC_FILE_H
#define GPUC_FILE_H

#include "base/error.h"

/* Copies the folder part of a path, "." if it has none. */
void gpuc_folder_of(const char *path, char *folder, size_t size);

/* Makes a new name of a file durable. A file system that cannot is none of our faults. */
void gpuc_sync_folder(const char *path);

/* GPUC_ECANCELLED if `cancel_fd` is readable now; -1 never is. */
enum gpuc_status gpuc_check_cancelled(int cancel_fd, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/*
 * Waits until `fd` is ready for `events` (POLLIN or POLLOUT) or `cancel_fd` is readable,
 * which is GPUC_ECANCELLED. `name`: of the file, for messages.
 */
enum gpuc_status gpuc_wait_fd(int fd, short events, int cancel_fd, const char *name,
                              struct gpuc_error *error) GPUC_MUST_CHECK;

/* The same, with two descriptors either of which cancels. */
enum gpuc_status gpuc_wait_fd_or(int fd, short events, const int cancel_fds[2],
                                 const char *name, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Writes all bytes. `name`: what to blame in the message. */
enum gpuc_status gpuc_write_all(int fd, const void *bytes, size_t size, int cancel_fd,
                                const char *name, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
