/* SPDX-License-Identifier: Apache-2.0 */
#include "base/closest_name.h"

#include <string.h>

#include "support/cmocka_all.h"

/* What is said of a name, given up to four others. */
static const struct {
    const char *wanted;
    const char *names[4];
    const char *hint;
} cases[] = {
    {"outptu", {"device", "output", "columns"}, "; did you mean 'output'?"},
    {"inspekt", {"csv", "inspect"}, "; did you mean 'inspect'?"},
    {"nspect", {"inspect"}, "; did you mean 'inspect'?"},
    {"innspect", {"inspect"}, "; did you mean 'inspect'?"},
    /* The closest, and the first of several as close. */
    {"colour", {"colours_1", "colours", "colour2"}, "; did you mean 'colours'?"},
    {"abcdef", {"abcdeg", "abcdeh"}, "; did you mean 'abcdeg'?"},
    /* The beginning of a name stands for it, but not one letter. */
    {"dev", {"csv", "devices"}, "; did you mean 'devices'?"},
    {"d", {"devices"}, ""},
    /* Short names differ too soon. */
    {"x1", {"x2", "x0", "y1"}, ""},
    {"age", {"age_years", "agf"}, "; did you mean 'age_years'?"},
    {"quantum", {"avx2", "scalar"}, ""},
    /* What a person does not see. */
    {"x1", {"x2", " x1"}, "; ' x1' differs only by blanks"},
    {" x1", {"x1"}, "; 'x1' differs only by blanks"},
    {"ID", {"i", "id"}, "; 'id' differs only by case"},
    {"ID", {"id "}, "; 'id ' differs only by blanks and case"},
    {"", {"x", "yy"}, ""},
    {"", {" "}, "; ' ' differs only by blanks"},
};

static void the_closest_is_proposed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gpuc_closest_name closest;
        char hint[GPUC_CLOSEST_HINT_SIZE];
        gpuc_closest_name_init(&closest, cases[i].wanted, strlen(cases[i].wanted));
        for (size_t k = 0; k < 4 && cases[i].names[k] != NULL; k++)
            gpuc_closest_name_offer(&closest, cases[i].names[k],
                                    strlen(cases[i].names[k]));
        gpuc_closest_name_hint(&closest, hint);
        if (strcmp(hint, cases[i].hint) != 0)
            fail_msg("'%s': %s", cases[i].wanted, hint);
    }
}

/* Names of any length and without an end may be offered. */
static void long_names_are_left_out(void **state)
{
    char wanted[200], name[200], hint[GPUC_CLOSEST_HINT_SIZE];
    (void)state;
    memset(wanted, 'x', sizeof wanted);
    memset(name, 'x', sizeof name);
    name[0] = 'y';
    for (size_t size = 60; size <= sizeof wanted; size++) {
        struct gpuc_closest_name closest;
        gpuc_closest_name_init(&closest, wanted, size);
        gpuc_closest_name_offer(&closest, name, size);
        gpuc_closest_name_hint(&closest, hint);
        assert_int_equal(strlen(hint), size > GPUC_CLOSEST_NAME_MAX ? 0 : 16 + size + 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_closest_is_proposed),
        cmocka_unit_test(long_names_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
