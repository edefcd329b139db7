/* SPDX-License-Identifier: Apache-2.0 */
/* All parsers of this machine, for tests in which they must agree. */
#ifndef GPUC_TEST_PARSERS_H
#define GPUC_TEST_PARSERS_H

#include "csv/reading.h"

struct parser_under_test {
    const char *name;
    struct gpuc_parser parser;
};

struct parsers_under_test {
    struct parser_under_test items[8]; /* the fastest first, libcsv last */
    size_t n_items;
};

struct parsers_under_test parsers_here(void);

/* As reading_difference(); but libcsv may refuse a record if all rows before are right.
 */
const char *parser_difference(const struct parser_under_test *parser,
                              const struct reading *reading,
                              const struct reading *expected);

#endif
