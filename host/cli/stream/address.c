/* SPDX-License-Identifier: Apache-2.0 */
#include "host/cli/stream/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char unix_prefix[] = "unix:";

static enum gpuc_status read_local(const char *path, struct gpuc_address *address,
                                   struct gpuc_error *error)
{
    struct sockaddr_un *local = &address->socket.local;
    size_t size = strlen(path);
    if (size == 0 || size >= sizeof local->sun_path)
        return gpuc_fail(error, GPUC_EUSAGE,
                         "%s: the path of a socket has 1 to %zu bytes", address->text,
                         sizeof local->sun_path - 1);
    local->sun_family = AF_UNIX;
    memcpy(local->sun_path, path, size + 1);
    address->size = sizeof *local;
    return GPUC_OK;
}

/* Splits "HOST:PORT" or "[HOST]:PORT"; false: it is neither. */
static bool split(const char *text, char *host, size_t host_size, const char **ret_port)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL || colon[1] == '\0')
        return false;
    const char *begin = text, *end = colon;
    if (*begin == '[') {
        if (end == begin + 1 || end[-1] != ']')
            return false;
        begin++;
        end--;
    } else if (memchr(begin, ':', (size_t)(end - begin)) != NULL) {
        return false;
    }
    if ((size_t)(end - begin) >= host_size)
        return false;
    memcpy(host, begin, (size_t)(end - begin));
    host[end - begin] = '\0';
    *ret_port = colon + 1;
    return true;
}

/* A number from 0 to `most`; false: it is none. */
static bool read_number(const char *text, unsigned long most, unsigned long *ret_number)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number > most)
        return false;
    *ret_number = number;
    return true;
}

enum gpuc_status gpuc_address_read(const char *text, struct gpuc_address *ret_address,
                                   struct gpuc_error *error)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct gpuc_address address = {.text = text};
    struct addrinfo *found;
    char host[256];
    const char *port;
    unsigned long number;
    if (strncmp(text, unix_prefix, sizeof unix_prefix - 1) == 0) {
        enum gpuc_status status =
            read_local(text + sizeof unix_prefix - 1, &address, error);
        if (status == GPUC_OK)
            *ret_address = address;
        return status;
    }
    if (!split(text, host, sizeof host, &port) || !read_number(port, 65535, &number))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "'%s' is no address: give HOST:PORT, as in 127.0.0.1:9000 or "
                         "[::1]:9000, or unix:PATH",
                         text);
    int failure = getaddrinfo(host[0] != '\0' ? host : "127.0.0.1", port, &hints, &found);
    if (failure != 0)
        return gpuc_fail(error, GPUC_EIO, "%s: %s", text, gai_strerror(failure));
    memcpy(&address.socket, found->ai_addr, found->ai_addrlen);
    address.size = found->ai_addrlen;
    freeaddrinfo(found);
    *ret_address = address;
    return GPUC_OK;
}

const char *gpuc_address_text(const struct sockaddr *socket,
                              char text[GPUC_ADDRESS_TEXT_SIZE])
{
    char host[INET6_ADDRSTRLEN];
    if (socket->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)socket;
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof host);
        snprintf(text, GPUC_ADDRESS_TEXT_SIZE, "%s:%u", host, ntohs(in->sin_port));
    } else if (socket->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)socket;
        inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof host);
        snprintf(text, GPUC_ADDRESS_TEXT_SIZE, "[%s]:%u", host, ntohs(in->sin6_port));
    } else {
        const struct sockaddr_un *local = (const void *)socket;
        snprintf(text, GPUC_ADDRESS_TEXT_SIZE, "%s%s", unix_prefix, local->sun_path);
    }
    return text;
}

/* IPv4 addresses stand behind ::ffff:0:0/96, so that one comparison serves both. */
enum { MAPPED_BYTES = 12, MAPPED_BITS = 8 * MAPPED_BYTES };

static void map_ipv4(const void *ipv4, uint8_t bytes[16])
{
    memset(bytes, 0, MAPPED_BYTES - 2);
    memset(bytes + MAPPED_BYTES - 2, 0xFF, 2);
    memcpy(bytes + MAPPED_BYTES, ipv4, 4);
}

enum gpuc_status gpuc_network_read(const char *text, struct gpuc_network *ret_network,
                                   struct gpuc_error *error)
{
    struct gpuc_network network;
    struct in_addr ipv4;
    char host[INET6_ADDRSTRLEN];
    size_t size = strcspn(text, "/");
    unsigned long n_bits, n_bits_most = 128;
    bool is_address = size < sizeof host;
    if (is_address) {
        memcpy(host, text, size);
        host[size] = '\0';
        if (inet_pton(AF_INET, host, &ipv4) == 1) {
            map_ipv4(&ipv4, network.bytes);
            n_bits_most = 32;
        } else {
            is_address = inet_pton(AF_INET6, host, network.bytes) == 1;
        }
    }
    n_bits = n_bits_most;
    if (!is_address ||
        (text[size] == '/' && !read_number(text + size + 1, n_bits_most, &n_bits)))
        return gpuc_fail(error, GPUC_EUSAGE,
                         "'%s' is no network: give an address with the number of bits "
                         "that count, as in 10.0.0.0/8 or ::1/128",
                         text);
    network.n_bits = (unsigned)n_bits + (n_bits_most == 32 ? MAPPED_BITS : 0);
    *ret_network = network;
    return GPUC_OK;
}

bool gpuc_network_has(const struct gpuc_network *network, const struct sockaddr *socket)
{
    uint8_t bytes[16];
    if (socket->sa_family == AF_INET)
        map_ipv4(&((const struct sockaddr_in *)(const void *)socket)->sin_addr, bytes);
    else if (socket->sa_family == AF_INET6)
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr,
               sizeof bytes);
    else
        return true;
    unsigned n_whole = network->n_bits / 8, n_rest = network->n_bits % 8;
    uint8_t mask = (uint8_t)(0xFF00 >> n_rest);
    return memcmp(bytes, network->bytes, n_whole) == 0 &&
           (n_rest == 0 || ((bytes[n_whole] ^ network->bytes[n_whole]) & mask) == 0);
}
