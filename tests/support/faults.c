/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names __wrap_NAME and __real_NAME are those of the linker's --wrap, reserved or
 * not. A close that fails closes all the same, as it does on Linux; every other call that
 * fails has no effect.
 */
#include "support/faults.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int __real_close(int fd);
int __real_fchmod(int fd, mode_t mode);
int __real_fsync(int fd);
int __real_mkstemp(char *path);
int __real_poll(struct pollfd *waits, nfds_t n, int timeout_ms);
ssize_t __real_pread(int fd, void *bytes, size_t size, off_t offset);
ssize_t __real_read(int fd, void *bytes, size_t size);
int __real_rename(const char *from, const char *to);
ssize_t __real_write(int fd, const void *bytes, size_t size);

int __wrap_close(int fd);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fsync(int fd);
int __wrap_mkstemp(char *path);
int __wrap_poll(struct pollfd *waits, nfds_t n, int timeout_ms);
ssize_t __wrap_pread(int fd, void *bytes, size_t size, off_t offset);
ssize_t __wrap_read(int fd, void *bytes, size_t size);
int __wrap_rename(const char *from, const char *to);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);

static struct test_fault armed;
static bool is_armed;
static bool has_struck;
static unsigned counts[TEST_N_CALLS];

void test_fault_arm(const struct test_fault *fault)
{
    for (int i = 0; i < TEST_N_CALLS; i++)
        counts[i] = 0;
    is_armed = fault != NULL;
    has_struck = false;
    if (fault != NULL)
        armed = *fault;
}

void test_fault_disarm(void)
{
    is_armed = false;
}

unsigned test_fault_count(enum test_call call)
{
    return counts[call];
}

bool test_fault_struck(void)
{
    return has_struck;
}

/* Counts a call; true if the fault strikes it. */
static bool strikes(enum test_call call)
{
    unsigned number = counts[call]++;
    if (!is_armed || call != armed.call || number < armed.at ||
        number - armed.at >= armed.n)
        return false;
    has_struck = true;
    errno = armed.errno_value;
    return true;
}

/* For calls that transfer bytes: true if it fails; may shorten *size instead. */
static bool transfer_fails(enum test_call call, size_t *size)
{
    if (!strikes(call))
        return false;
    if (armed.errno_value != 0)
        return true;
    *size = *size > 1 ? 1 : *size;
    return false;
}

int __wrap_close(int fd)
{
    bool fails = strikes(TEST_CALL_CLOSE);
    int errno_value = errno;
    int result = __real_close(fd);
    if (!fails)
        return result;
    errno = errno_value;
    return -1;
}

int __wrap_fchmod(int fd, mode_t mode)
{
    return strikes(TEST_CALL_FCHMOD) ? -1 : __real_fchmod(fd, mode);
}

int __wrap_fsync(int fd)
{
    return strikes(TEST_CALL_FSYNC) ? -1 : __real_fsync(fd);
}

int __wrap_mkstemp(char *path)
{
    return strikes(TEST_CALL_MKSTEMP) ? -1 : __real_mkstemp(path);
}

int __wrap_poll(struct pollfd *waits, nfds_t n, int timeout_ms)
{
    return strikes(TEST_CALL_POLL) ? -1 : __real_poll(waits, n, timeout_ms);
}

ssize_t __wrap_pread(int fd, void *bytes, size_t size, off_t offset)
{
    return transfer_fails(TEST_CALL_PREAD, &size) ? -1
                                                  : __real_pread(fd, bytes, size, offset);
}

ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
    return transfer_fails(TEST_CALL_READ, &size) ? -1 : __real_read(fd, bytes, size);
}

int __wrap_rename(const char *from, const char *to)
{
    return strikes(TEST_CALL_RENAME) ? -1 : __real_rename(from, to);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    return transfer_fails(TEST_CALL_WRITE, &size) ? -1 : __real_write(fd, bytes, size);
}
