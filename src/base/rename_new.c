/* SPDX-License-Identifier: Apache-2.0 */
/* renameat2() is Linux's own; what POSIX has for it are two steps with link(). */
#define _GNU_SOURCE
#include "base/rename_new.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int gpuc_rename_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    /* A file system that knows no such flag may still know hard links. */
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    if (link(from, to) != 0)
        return errno;
    (void)unlink(from);
    return 0;
}
