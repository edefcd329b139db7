/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <time.h>

#include "support/cmocka_all.h"

static void test_seconds(void **state)
{
    (void)state;
    const struct timespec delay = {.tv_nsec = 2000000};
    double start = gpuc_clock_seconds();
    nanosleep(&delay, NULL);
    double seconds = gpuc_clock_seconds() - start;
    assert_true(seconds >= 0.002 && seconds < 60);
    for (int i = 0; i < 1000; i++) {
        double before = gpuc_clock_seconds();
        assert_true(gpuc_clock_seconds() >= before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
