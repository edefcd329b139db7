/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_setaffinity() */
#include "base/cores.h"

#include <sched.h>
#include <unistd.h>

#include "support/cmocka_all.h"

static void test_count(void **state)
{
    (void)state;
    uint32_t n_cores = gpuc_count_cores();
    assert_in_range(n_cores, 1, (uintmax_t)sysconf(_SC_NPROCESSORS_CONF));
    print_message("%u cores\n", (unsigned)n_cores);
}

/* A process that is confined to one core counts one. */
static void test_confined(void **state)
{
    (void)state;
    cpu_set_t before, one;
    if (sched_getaffinity(0, sizeof before, &before) != 0) {
        print_message("skipped: the affinity of this process cannot be read\n");
        skip();
    }
    size_t core = 0;
    while (!CPU_ISSET(core, &before))
        core++;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(gpuc_count_cores(), 1);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(gpuc_count_cores(), CPU_COUNT(&before));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_confined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
