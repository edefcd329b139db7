/* SPDX-License-Identifier: Apache-2.0 */
/* Files whose hash is told in a report: what they are, and that they stay so meanwhile.
 */
#ifndef GPUC_KNOWN_FILE_H
#define GPUC_KNOWN_FILE_H

#include <sys/stat.h>

#include "base/error.h"
#include "cpu/sha256_stream.h"

struct gpuc_known_file {
    const char *path;
    struct stat info;
    char sha256[GPUC_SHA256_HEX_SIZE]; /* empty until it is asked for */
};

/* Looks a file up. GPUC_EUSAGE unless it is a regular one, GPUC_EIO. */
enum gpuc_status gpuc_known_file_find(const char *path, struct gpuc_known_file *ret_file,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* Reads the file for its SHA-256. GPUC_EIO, GPUC_ECANCELLED. */
enum gpuc_status gpuc_known_file_hash(struct gpuc_known_file *file, int cancel_fd,
                                      struct gpuc_error *error) GPUC_MUST_CHECK;

/* GPUC_EDATA if the file is no longer what was found. */
enum gpuc_status gpuc_known_file_check(const struct gpuc_known_file *file,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* GPUC_EUSAGE if what is to be written to `path` would replace the file. */
enum gpuc_status gpuc_known_file_spare(const struct gpuc_known_file *file,
                                       const char *path, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
