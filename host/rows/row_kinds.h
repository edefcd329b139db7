/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of rows that can be made up: the same for a seed on every machine. */
#ifndef GPUC_ROW_KINDS_H
#define GPUC_ROW_KINDS_H

#include <stdint.h>

#include "host/rows/row_writer.h"

/* What a kind puts: a header, then rows until there are `n_rows` or the writer fails. */
typedef void gpuc_put_rows(struct gpuc_row_writer *writer, uint64_t n_rows,
                           uint64_t seed);

/*
 * For the black-box job: the shape of the article's data. The columns ID (from 1), SKU
 * (an integer), FLUX (a uniform double), MANUFACTURER_NAME and DESCRIPTION (32 and 64 hex
 * digits), CR LF at line ends.
 */
gpuc_put_rows gpuc_put_plain_rows;

/*
 * The same columns and everything that a CSV file can hold: text in the index, missing
 * values, short rows, quotes, commas, line ends and other scripts.
 */
gpuc_put_rows gpuc_put_mixed_rows;

/*
 * For models of 28 features: id (from 0) and f0 to f27, float32 in the fewest digits that
 * read back to it; normal, from f20 on |normal| * 1.3. The features of a block of 65,536
 * rows come again under other ids, so that a reader need not wait for them.
 */
gpuc_put_rows gpuc_put_float_rows;

enum { GPUC_FLOAT_ROWS_FEATURES = 28 };

/* The value of a feature, from 0, that a normal number gives. */
double gpuc_float_rows_value(size_t feature, double normal);

/*
 * For readers of text: id (from 0) and t1 to t19, no field empty, most of them quoted:
 * words with delimiters, doubled quotes, line ends and other scripts.
 */
gpuc_put_rows gpuc_put_string_rows;

#endif
