/* SPDX-License-Identifier: Apache-2.0 */
#include "support/stdin_pipe.h"

#include <unistd.h>

#include "support/cmocka_all.h"

int test_stdin_pipe(const struct test_file *file)
{
    int data[2];
    assert_int_equal(pipe(data), 0);
    assert_int_equal(write(data[1], file->bytes, file->size), file->size);
    close(data[1]);
    int saved = dup(STDIN_FILENO);
    assert_int_equal(dup2(data[0], STDIN_FILENO), STDIN_FILENO);
    close(data[0]);
    return saved;
}

void test_stdin_restore(int saved)
{
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    } else {
        close(STDIN_FILENO);
    }
}
