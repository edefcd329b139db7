/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs of numbers against gpuc_number_read(), which test_number.c checks: what a reader
 * reads is the same double, and what it leaves is no plain number, unless a field with
 * several points is near. Texts begin behind a guard page and the bytes that may be read.
 */
#include "csv/number_run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "csv/number.h"
#include "csv/plain_number.h"
#include "support/cmocka_all.h"
#include "support/guard.h"
#include "support/random.h"

enum { N_RUNS = 30000, FIELD_SIZE = 40, PADDING = 16, TEXT_SIZE = 64 * (FIELD_SIZE + 1) };

/* A run and where its fields begin. */
struct fields {
    struct gpuc_number_run run;
    uint32_t ends[GPUC_NUMBER_RUN_MAX];
    size_t begins[GPUC_NUMBER_RUN_MAX];
    bool several_points; /* in one of them */
};

/* Characters of numbers, few of which make one. */
static int put_anything(struct test_random *random, char *text)
{
    static const char chars[] = "0123456789012345678901234567890.-+eE x";
    int size = (int)test_random_below(random, 20);
    for (int i = 0; i < size; i++)
        text[i] = chars[test_random_below(random, sizeof chars - 1)];
    return size;
}

static int put_field(struct test_random *random, char *text)
{
    double unit = (double)test_random_below(random, 1000000007) / 1000000007;
    unsigned long long integer = test_random_below(random, UINT64_MAX);
    switch (test_random_below(random, 6)) {
    case 0:
        return put_anything(random, text);
    case 1:
        return test_random_below(random, 4) == 0 ? snprintf(text, FIELD_SIZE, "nan") : 0;
    case 2: /* up to 19 digits, with a sign and a point at the end at times */
        return snprintf(text, FIELD_SIZE, "%s%llu%s",
                        test_random_below(random, 2) == 0 ? "-" : "",
                        integer >> test_random_below(random, 60),
                        test_random_below(random, 8) == 0 ? "." : "");
    case 3:
        return snprintf(text, FIELD_SIZE, "%.*f", (int)test_random_below(random, 12),
                        2000 * unit - 1000);
    default:
        return snprintf(text, FIELD_SIZE, "%.*g", 1 + (int)test_random_below(random, 17),
                        (unit - 0.5) * pow(10, (double)test_random_below(random, 9)));
    }
}

static size_t count(const char *text, size_t size, char wanted)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += text[i] == wanted;
    return n;
}

/* Fills a run from `text` on; returns where it ends. */
static size_t make_run(struct test_random *random, uint8_t *text, struct fields *fields)
{
    size_t pos = PADDING;
    fields->run = (struct gpuc_number_run){
        .text = text,
        .begin = pos,
        .ends = fields->ends,
        .n_fields = 1 + test_random_below(random, GPUC_NUMBER_RUN_MAX)};
    fields->several_points = false;
    for (size_t i = 0; i < fields->run.n_fields; i++) {
        char field[FIELD_SIZE + 1];
        size_t size = (size_t)put_field(random, field);
        fields->begins[i] = pos;
        memcpy(text + pos, field, size);
        fields->several_points |= count(field, size, '.') > 1;
        pos += size;
        fields->ends[i] = (uint32_t)pos;
        text[pos++] = i + 1 < fields->run.n_fields ? ',' : '\n';
    }
    return pos;
}

/* Whether a field is of the kind that readers must read. */
static bool is_plain(const uint8_t *text, size_t size)
{
    bool is_negative = size > 0 && text[0] == '-';
    struct gpuc_plain_number number;
    const uint8_t *digits = text + is_negative;
    size_t n_chars = size - is_negative;
    return size >= 1 && size <= 16 && n_chars >= 1 &&
           !(n_chars == 1 && digits[0] == '.') &&
           gpuc_plain_number_portable(gpuc_plain_text(digits, n_chars), &number);
}

/* Checks one reader on a run; returns the number of fields that it read. */
static size_t check_run(const struct gpuc_number_run_reader *reader,
                        const struct fields *fields)
{
    double values[GPUC_NUMBER_RUN_MAX + 8];
    size_t n_fields = fields->run.n_fields, n_read = 0;
    uint64_t others = reader->read(&fields->run, values);
    if (n_fields < GPUC_NUMBER_RUN_MAX)
        assert_true(others >> n_fields == 0);
    for (size_t i = 0; i < n_fields; i++) {
        const uint8_t *text = fields->run.text + fields->begins[i];
        size_t size = fields->ends[i] - fields->begins[i];
        double expected;
        bool is_number = gpuc_number_read(text, size, &expected);
        bool was_read = (others >> i & 1) == 0;
        n_read += was_read;
        if (was_read ? !is_number || isnan(expected) ||
                           memcmp(&expected, &values[i], sizeof expected) != 0
                     : is_plain(text, size) && !fields->several_points)
            fail_msg("%s: field %zu of %zu, '%.*s': %s %.17g", reader->name, i, n_fields,
                     (int)size, (const char *)text, was_read ? "read as" : "not read,",
                     was_read ? values[i] : expected);
    }
    return n_read;
}

static void test_runs(void **state)
{
    (void)state;
    struct test_guard guard = test_guard_new(PADDING + TEXT_SIZE);
    const struct gpuc_number_run_reader *reader;
    for (size_t k = 0; (reader = gpuc_number_run_reader_at(k)) != NULL; k++) {
        struct test_random random = {7};
        uint8_t text[PADDING + TEXT_SIZE];
        size_t n_fields = 0, n_read = 0;
        if (!reader->usable()) {
            print_message("%s: SKIPPED, not on this CPU\n", reader->name);
            continue;
        }
        memset(text, '5', PADDING); /* which must not count */
        for (size_t i = 0; i < N_RUNS; i++) {
            struct fields fields;
            size_t size = make_run(&random, text, &fields);
            /* The line end is the last byte that there is. */
            uint8_t *place = test_guard_place(&guard, size);
            memcpy(place, text, size);
            fields.run.text = place;
            n_read += check_run(reader, &fields);
            n_fields += fields.run.n_fields;
        }
        print_message("%s: %zu of %zu fields read\n", reader->name, n_read, n_fields);
        assert_true(n_read > n_fields / 3);
    }
    test_guard_free(&guard);
}

/* Every size, with the point at every place, with and without a sign, in every lane. */
static void test_shapes(void **state)
{
    (void)state;
    const struct gpuc_number_run_reader *reader;
    for (size_t k = 0; (reader = gpuc_number_run_reader_at(k)) != NULL; k++) {
        if (!reader->usable())
            continue;
        for (size_t size = 1; size <= 17; size++)
            for (size_t point = 0; point <= size; point++)
                for (size_t sign = 0; sign < 2; sign++) {
                    uint8_t text[PADDING + 20 * 20] = "9999999999999999";
                    struct fields fields = {.run = {text, PADDING, fields.ends, 17}};
                    size_t pos = PADDING;
                    for (size_t i = 0; i < 17; i++) {
                        fields.begins[i] = pos;
                        for (size_t place = 0; place < size; place++)
                            text[pos + place] =
                                place == point ? '.'
                                               : (uint8_t)('0' + (place + i + 9) % 10);
                        if (sign == 1)
                            text[pos] = '-';
                        pos += size;
                        fields.ends[i] = (uint32_t)pos;
                        text[pos++] = ',';
                    }
                    check_run(reader, &fields);
                }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
