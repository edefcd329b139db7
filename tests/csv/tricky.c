/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/tricky.h"

#include <stdbool.h>
#include <string.h>

static const struct {
    const char *text;
    size_t size;
} pieces[] = {
    {"\"", 1},
    {",", 1},
    {"\n", 1},
    {"\r", 1},
    {"\r\n", 2},
    {"\"\"", 2},
    {"\",\"", 3},
    {"a", 1},
    {" ", 1},
    {"xyz", 3},
    {"\t", 1},
    {"\0", 1},
    {"\xC3\xA4", 2},
    {"\xE2\x82\xAC", 3},
    {"\xF0\x9F\x98\x80", 4},
    {"\xC2\xA0", 2},
    {"\"\n", 2},
    {",\"", 2},
    {"eleven more", 11},
    {"\"\r\n", 3},
};
enum { N_PIECES = sizeof pieces / sizeof pieces[0], PALETTE = 6 };

size_t tricky_text(struct test_random *random, uint8_t *bytes)
{
    bool is_long = test_random_below(random, 16) == 0;
    size_t wanted = test_random_below(random, is_long ? TRICKY_SIZE_MAX : 64);
    size_t size = 0;
    size_t palette[PALETTE];
    for (int i = 0; i < PALETTE; i++)
        palette[i] = test_random_below(random, N_PIECES);
    while (size < wanted) {
        size_t i = test_random_below(random, 4) == 0
                       ? test_random_below(random, N_PIECES)
                       : palette[test_random_below(random, PALETTE)];
        if (size + pieces[i].size > TRICKY_SIZE_MAX)
            break;
        memcpy(bytes + size, pieces[i].text, pieces[i].size);
        size += pieces[i].size;
    }
    return size;
}

void tricky_break(struct test_random *random, uint8_t *bytes, size_t size)
{
    static const uint8_t bad[] = {0x80, 0xBF, 0xC0, 0xC1, 0xF5, 0xFF};
    if (size > 0)
        bytes[test_random_below(random, size)] = bad[test_random_below(random, 6)];
}
