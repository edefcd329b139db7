/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets of the programs that send and receive: one connection at a time, by poll(). */
#ifndef GPUC_SOCKET_H
#define GPUC_SOCKET_H

#include "host/cli/stream/address.h"

/* Connects; the socket does not block. `cancel_fd`: see gpuc_wait_fd(). */
enum gpuc_status gpuc_socket_connect(const struct gpuc_address *address, int cancel_fd,
                                     int *ret_fd, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* Removes the socket file that a program left which was killed; any other file there is
 * GPUC_EIO. */
enum gpuc_status gpuc_socket_clear_path(const struct gpuc_address *address,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;

/* Listens. A socket file that is left over is replaced. */
enum gpuc_status gpuc_socket_listen(const struct gpuc_address *address, int *ret_fd,
                                    struct gpuc_error *error) GPUC_MUST_CHECK;

/* Takes the next connection; it does not block. */
enum gpuc_status gpuc_socket_accept(int listen_fd, const char *name, int cancel_fd,
                                    int *ret_fd, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* GPUC_EIO: a service that cannot go on with a stream has broken the connection. */
enum gpuc_status gpuc_socket_fail_broken(const char *name, struct gpuc_error *error);

/* Reads what is there, waiting for something; *ret_size is 0 at the end. */
enum gpuc_status gpuc_socket_read(int fd, const char *name, int cancel_fd, void *bytes,
                                  size_t size, size_t *ret_size, struct gpuc_error *error)
    GPUC_MUST_CHECK;

#endif
