/* SPDX-License-Identifier: Apache-2.0 */
#include "support/wanted_device.h"

#include "support/cmocka_all.h"

static const char *wanted;

bool test_want_device(int argc, char **argv)
{
    struct gpuc_engine *engine = NULL;
    struct gpuc_error error;

    if (argc < 2)
        return true;
    wanted = argv[1];
    if (gpuc_engine_open(wanted, &engine, &error) == GPUC_OK) {
        print_message("%s: %s\n", wanted, gpuc_engine_device(engine)->summary);
        gpuc_engine_close(engine);
        return true;
    }
    print_message("skipped: %s\n", error.message);
    return false;
}

const char *test_wanted_name(void)
{
    return wanted;
}

struct gpuc_engine *test_wanted_engine(void)
{
    struct gpuc_engine *engine = NULL;
    struct gpuc_error error;

    if (gpuc_engine_open(wanted, &engine, &error) != GPUC_OK)
        fail_msg("%s", error.message);
    return engine;
}
