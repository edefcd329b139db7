/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/record_ends.h"

size_t record_ends(const uint8_t *bytes, size_t size, size_t *ends)
{
    enum { START, PLAIN, QUOTED, QUOTE_SEEN } state = START;
    size_t n_ends = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = bytes[i];
        if (state == QUOTED) {
            state = byte == '"' ? QUOTE_SEEN : QUOTED;
        } else if (byte == '\r' || byte == '\n') {
            i += byte == '\r' && i + 1 < size && bytes[i + 1] == '\n';
            ends[n_ends++] = i + 1;
            state = START;
        } else if (byte == ',') {
            state = START;
        } else if (byte == '"' && state != PLAIN) {
            state = QUOTED;
        } else {
            state = PLAIN;
        }
    }
    return n_ends;
}
