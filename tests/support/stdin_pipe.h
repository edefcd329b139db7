/* SPDX-License-Identifier: Apache-2.0 */
/* Standard input that is a pipe, for a while. */
#ifndef GPUC_TEST_STDIN_PIPE_H
#define GPUC_TEST_STDIN_PIPE_H

#include "support/cases.h"

/* Makes standard input a pipe that holds the bytes, which must fit into one; returns what
 * test_stdin_restore() takes. */
int test_stdin_pipe(const struct test_file *file);

void test_stdin_restore(int saved);

#endif
