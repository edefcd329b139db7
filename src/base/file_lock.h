/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_FILE_LOCK_H
#define GPUC_FILE_LOCK_H

#include "base/error.h"

/*
 * Opens a regular file for reading and writing, makes it if it is not there, and locks it
 * until it is closed. Fails with GPUC_EIO where another process, or another descriptor of
 * this one, holds the lock.
 */
enum gpuc_status gpuc_open_locked(const char *path, int *ret_fd, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
