/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where streams come from and go to: HOST:PORT, [IPV6]:PORT, or unix:PATH for a socket in
 * the file system; and who may connect, as CIDR: 10.0.0.0/8.
 */
#ifndef GPUC_ADDRESS_H
#define GPUC_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/error.h"

struct gpuc_address {
    const char *text; /* as it was given */
    union {
        struct sockaddr any;
        struct sockaddr_storage internet;
        struct sockaddr_un local; /* sun_family is AF_UNIX */
    } socket;
    socklen_t size; /* of the socket's address */
};

/*
 * Reads an address, and looks its host up. An empty host is that of this machine alone,
 * 127.0.0.1; port 0 is any free one. `text` must outlive the address. GPUC_EUSAGE for
 * what is none, GPUC_EIO for a host that is not known.
 */
enum gpuc_status gpuc_address_read(const char *text, struct gpuc_address *ret_address,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

enum { GPUC_ADDRESS_TEXT_SIZE = 128 };

/* Writes a socket's address as it could be given; returns `text`. */
const char *gpuc_address_text(const struct sockaddr *socket,
                              char text[GPUC_ADDRESS_TEXT_SIZE]);

/* Addresses that agree in their first bits. */
struct gpuc_network {
    uint8_t bytes[16]; /* IPv6, or IPv4 mapped into it */
    unsigned n_bits;
};

/* Reads "10.0.0.0/8", "fe80::/10" or a single address. GPUC_EUSAGE for what is none. */
enum gpuc_status gpuc_network_read(const char *text, struct gpuc_network *ret_network,
                                   struct gpuc_error *error) GPUC_MUST_CHECK;

/* Whether an address is in the network; sockets in the file system are in every one. */
bool gpuc_network_has(const struct gpuc_network *network, const struct sockaddr *socket);

#endif
