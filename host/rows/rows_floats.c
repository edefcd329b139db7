/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>

#include "base/memory.h"
#include "csv/float_text.h"
#include "host/rows/random.h"
#include "host/rows/row_kinds.h"

enum {
    N_FEATURES = GPUC_FLOAT_ROWS_FEATURES,
    FIRST_POSITIVE = 20, /* the first feature that is never negative */
    BLOCK_ROWS = 65536,
    MAX_FEATURES_SIZE = N_FEATURES * GPUC_FLOAT_TEXT_SIZE
};

/* Rows without their ids, each with the comma before and the line end after it. */
struct block {
    char *text;
    uint32_t *starts; /* one more than there are rows */
};

double gpuc_float_rows_value(size_t feature, double normal)
{
    return feature < FIRST_POSITIVE ? normal : 1.3 * fabs(normal);
}

static void make_block(struct block *block, size_t n_rows, uint64_t random)
{
    char *at = block->text;
    for (size_t row = 0; row < n_rows; row++) {
        block->starts[row] = (uint32_t)(at - block->text);
        for (size_t i = 0; i < N_FEATURES; i++) {
            double normal = gpuc_random_normal(&random);
            *at++ = ',';
            at += gpuc_float_text((float)gpuc_float_rows_value(i, normal), at);
        }
        *at++ = '\n';
    }
    block->starts[n_rows] = (uint32_t)(at - block->text);
}

static void put_block_rows(struct gpuc_row_writer *writer, uint64_t n_rows,
                           const struct block *block)
{
    for (uint64_t id = 0; id < n_rows && writer->errno_value == 0; id++) {
        const uint32_t *start = &block->starts[id % BLOCK_ROWS];
        gpuc_begin_row(writer);
        gpuc_put_number(writer, id);
        gpuc_put_bytes(writer, block->text + start[0], start[1] - start[0]);
    }
}

void gpuc_put_float_rows(struct gpuc_row_writer *writer, uint64_t n_rows, uint64_t seed)
{
    size_t n_made = n_rows < BLOCK_ROWS ? (size_t)n_rows : BLOCK_ROWS;
    struct block block = {
        .text = gpuc_alloc(n_made + 1, MAX_FEATURES_SIZE),
        .starts = gpuc_alloc(n_made + 1, sizeof *block.starts),
    };

    gpuc_begin_row(writer);
    gpuc_put_text(writer, "id");
    for (uint64_t i = 0; i < N_FEATURES; i++) {
        gpuc_put_text(writer, ",f");
        gpuc_put_number(writer, i);
    }
    gpuc_put_char(writer, '\n');
    if (block.text == NULL || block.starts == NULL) {
        writer->errno_value = ENOMEM;
    } else {
        make_block(&block, n_made, seed);
        put_block_rows(writer, n_rows, &block);
    }
    gpuc_free(block.text);
    gpuc_free(block.starts);
}
