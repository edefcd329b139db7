/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what is made of results that nobody measured: print_bench svg|json|csv CORES
 * DEVICES [awkward]. */
#include <stdlib.h>
#include <string.h>

#include "cli/made_up_bench.h"
#include "host/cli/bench/bench_report.h"

int main(int argc, char **argv)
{
    static struct test_bench made_up;
    if (argc < 4)
        return 2;
    test_bench_fill(&made_up, (uint32_t)strtoul(argv[2], NULL, 10),
                    strtoul(argv[3], NULL, 10), argc > 4);
    bool good = strcmp(argv[1], "svg") == 0 ? gpuc_bench_write_svg(&made_up.bench, stdout)
                : strcmp(argv[1], "json") == 0
                    ? gpuc_bench_write_json(&made_up.bench, stdout)
                    : gpuc_bench_write_csv(&made_up.bench, stdout);
    return good ? 0 : 1;
}
