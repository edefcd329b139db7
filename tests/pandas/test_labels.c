/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels made unique: worked examples, and random headers against the rules of sections
 * 1.4 and 1.5 of tests/golden/blackbox/README.md carried out with plain arrays.
 */
#include "pandas/labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "support/cmocka_all.h"
#include "support/random.h"

enum { N_MAX = 16, TEXT_MAX = 96 };

/* Labels as plain strings. */
struct plain {
    char texts[N_MAX][TEXT_MAX];
    size_t n;
};

/* A counter for each text, in an array that is searched from the front. */
struct counters {
    char texts[8 * N_MAX][TEXT_MAX];
    size_t counts[8 * N_MAX];
    size_t n;
};

static size_t *counter(struct counters *counters, const char *text)
{
    size_t i = 0;
    while (i < counters->n && strcmp(counters->texts[i], text) != 0)
        i++;
    if (i == counters->n) {
        assert_true(i < 8 * N_MAX);
        snprintf(counters->texts[i], TEXT_MAX, "%s", text);
        counters->counts[counters->n++] = 0;
    }
    return &counters->counts[i];
}

static bool is_among(const struct plain *labels, const char *text)
{
    for (size_t i = 0; i < labels->n; i++)
        if (strcmp(labels->texts[i], text) == 0)
            return true;
    return false;
}

static void number_text(char *to, const char *text, size_t number)
{
    assert_true(strlen(text) < TEXT_MAX - 24);
    sprintf(to, "%s.%zu", text, number);
}

/* Rule 1.4. */
static void make_unique(struct plain *labels)
{
    struct counters counters = {.n = 0};
    bool unnamed[N_MAX] = {false};
    for (size_t i = 0; i < labels->n; i++) {
        unnamed[i] = labels->texts[i][0] == '\0';
        if (unnamed[i])
            sprintf(labels->texts[i], "Unnamed: %zu", i);
    }
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < labels->n; i++) {
            if (unnamed[i] != (turn == 1))
                continue;
            char given[TEXT_MAX], candidate[TEXT_MAX];
            memcpy(given, labels->texts[i], TEXT_MAX);
            memcpy(candidate, given, TEXT_MAX);
            size_t c = *counter(&counters, given), tried = 0;
            while (c > 0) {
                tried = c;
                number_text(candidate, given, c);
                /* The label's own place counts with the text that it still has. */
                c = is_among(labels, candidate) ? c + 1 : *counter(&counters, candidate);
            }
            if (tried > 0)
                *counter(&counters, given) = tried + 1;
            memcpy(labels->texts[i], candidate, TEXT_MAX);
            *counter(&counters, candidate) = 1;
        }
}

/* The second pass of rule 1.5. */
static void make_unique_after(struct plain *labels, struct plain names)
{
    struct counters counters = {.n = 0};
    for (size_t i = 0; i < names.n + labels->n; i++) {
        char *text = i < names.n ? names.texts[i] : labels->texts[i - names.n];
        size_t c;
        while ((c = *counter(&counters, text)) > 0) {
            char longer[TEXT_MAX];
            *counter(&counters, text) = c + 1;
            number_text(longer, text, c);
            memcpy(text, longer, TEXT_MAX);
        }
        *counter(&counters, text) = 1;
    }
}

static struct gpuc_labels labels_of(const struct plain *plain)
{
    struct gpuc_labels labels = {0};
    for (size_t i = 0; i < plain->n; i++)
        assert_int_equal(gpuc_labels_append(&labels, (const uint8_t *)plain->texts[i],
                                            strlen(plain->texts[i]), NULL),
                         GPUC_OK);
    return labels;
}

static bool is_label(const struct gpuc_labels *labels, size_t i, const char *text)
{
    return labels->items[i].size == strlen(text) &&
           memcmp(gpuc_label_text(labels, i), text, strlen(text)) == 0;
}

static void check_equal(const struct gpuc_labels *labels, const struct plain *expected)
{
    assert_int_equal(labels->n_items, expected->n);
    for (size_t i = 0; i < expected->n; i++)
        if (!is_label(labels, i, expected->texts[i]))
            fail_msg("label %zu: '%.*s', not '%s'", i, (int)labels->items[i].size,
                     (const char *)gpuc_label_text(labels, i), expected->texts[i]);
}

/* Splits at commas. */
static struct plain split(const char *text)
{
    struct plain labels = {.n = 0};
    for (;;) {
        size_t size = strcspn(text, ",");
        snprintf(labels.texts[labels.n++], TEXT_MAX, "%.*s", (int)size, text);
        if (text[size] == '\0')
            return labels;
        text += size + 1;
    }
}

static void test_examples(void **state)
{
    static const struct {
        const char *given, *expected;
    } cases[] = {
        {"ID,A,B", "ID,A,B"},
        {"ID,A,A,A.1", "ID,A,A.2,A.1"},
        {"A,A,A", "A,A.1,A.2"},
        {"A.1,A,A", "A.1,A,A.2"},
        {"A,A,A.1,A.1", "A,A.2,A.1,A.1.1"},
        {"A,A,A,A.1,A.2", "A,A.3,A.4,A.1,A.2"},
        {",A,", "Unnamed: 0,A,Unnamed: 2"},
        {",,", "Unnamed: 0,Unnamed: 1,Unnamed: 2"},
        {"Unnamed: 1,,A", "Unnamed: 1,Unnamed: 1.1,A"},
        {",Unnamed: 0,Unnamed: 0", "Unnamed: 0.2,Unnamed: 0,Unnamed: 0.1"},
        {",Unnamed: 0.1,Unnamed: 0", "Unnamed: 0.2,Unnamed: 0.1,Unnamed: 0"},
        {"NA,nan,1,1,NA", "NA,nan,1,1.1,NA.1"},
        {"a,A, a,a ", "a,A, a,a "},
        {"ID,CLASSIFICATION,CLASSIFICATION", "ID,CLASSIFICATION,CLASSIFICATION.1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plain given = split(cases[i].given), expected = split(cases[i].expected);
        struct gpuc_labels labels = labels_of(&given);
        assert_int_equal(gpuc_labels_make_unique(&labels, NULL), GPUC_OK);
        check_equal(&labels, &expected);
        for (size_t k = 0; k < given.n; k++)
            assert_int_equal(labels.items[k].unnamed, given.texts[k][0] == '\0');
        gpuc_labels_done(&labels);
    }
}

static void test_examples_after_names(void **state)
{
    static const struct {
        const char *names, *given, *expected;
    } cases[] = {
        {"x", "A,B", "A,B"},
        {"A", "A,B", "A.1,B"},
        {"a,a", "a,a.1", "a.2,a.1.1"},
        {"A,A,A", "A", "A.3"},
        {"A", "A,A.1", "A.1,A.1.1"},
        {"A.1", "A,A.1", "A,A.1.1"},
        {"CLASSIFICATION", "ID,CLASSIFICATION", "ID,CLASSIFICATION.1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plain given = split(cases[i].given), names_given = split(cases[i].names);
        struct plain expected = split(cases[i].expected);
        struct gpuc_labels labels = labels_of(&given), names = labels_of(&names_given);
        assert_int_equal(gpuc_labels_make_unique_after(&labels, &names, NULL), GPUC_OK);
        check_equal(&labels, &expected);
        check_equal(&names, &names_given);
        gpuc_labels_done(&labels);
        gpuc_labels_done(&names);
    }
}

static struct plain random_labels(struct test_random *random)
{
    static const char *const pool[] = {
        "",    "A",          "A",          "A.1",        "A.2",          "A.1.1",
        "B",   "Unnamed: 0", "Unnamed: 1", "Unnamed: 2", "Unnamed: 1.1", ".1",
        "A.3", "A.2.1"};
    struct plain labels = {.n = 1 + test_random_below(random, N_MAX)};
    size_t n_choices = 1 + test_random_below(random, sizeof pool / sizeof pool[0]);
    for (size_t i = 0; i < labels.n; i++)
        snprintf(labels.texts[i], TEXT_MAX, "%s",
                 pool[test_random_below(random, n_choices)]);
    return labels;
}

static void test_random_labels(void **state)
{
    enum { N_HEADERS = 100000 };
    (void)state;
    struct test_random random = {11};
    for (size_t i = 0; i < N_HEADERS; i++) {
        struct plain expected = random_labels(&random);
        struct plain names_given = random_labels(&random);
        struct gpuc_labels labels = labels_of(&expected);
        struct gpuc_labels names = labels_of(&names_given);
        make_unique(&expected);
        assert_int_equal(gpuc_labels_make_unique(&labels, NULL), GPUC_OK);
        check_equal(&labels, &expected);
        make_unique_after(&expected, names_given);
        assert_int_equal(gpuc_labels_make_unique_after(&labels, &names, NULL), GPUC_OK);
        check_equal(&labels, &expected);
        gpuc_labels_done(&labels);
        gpuc_labels_done(&names);
    }
    print_message("%d headers\n", N_HEADERS);
}

/* Label i of a header of one kind: equal ones, or with names that those would get. */
static size_t repeated_label(size_t kind, size_t i, char text[40])
{
    const char *first = kind % 2 == 0 ? "A" : "";
    if (kind < 2 || i % 2 == 0)
        return (size_t)sprintf(text, "%s", first);
    return (size_t)sprintf(text, "%s%zu", kind == 2 ? "A." : "Unnamed: ", i);
}

/* Many equal labels cost time in proportion; a search for each would take minutes. */
static void test_many_equal(void **state)
{
    enum { N_LABELS = 100000 };
    static const char *const kinds[] = {"equal", "empty", "A and A.N",
                                        "empty and Unnamed: N"};
    (void)state;
    for (size_t kind = 0; kind < 4; kind++) {
        struct gpuc_labels labels = {0};
        char text[40];
        for (size_t i = 0; i < N_LABELS; i++) {
            size_t size = repeated_label(kind, i, text);
            assert_int_equal(
                gpuc_labels_append(&labels, (const uint8_t *)text, size, NULL), GPUC_OK);
        }
        clock_t start = clock();
        assert_int_equal(gpuc_labels_make_unique(&labels, NULL), GPUC_OK);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        assert_true(seconds < 5);
        print_message("%d labels, %s: %.3f s\n", N_LABELS, kinds[kind], seconds);
        if (kind == 0)
            assert_true(is_label(&labels, N_LABELS - 1, "A.99999"));
        if (kind == 1)
            assert_true(is_label(&labels, N_LABELS - 1, "Unnamed: 99999"));
        gpuc_labels_done(&labels);
    }
}

static void test_drop_first(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 4; n++) {
        struct plain given = split("a,b,c,d");
        struct gpuc_labels labels = labels_of(&given);
        gpuc_labels_drop_first(&labels, n);
        assert_int_equal(labels.n_items, 4 - n);
        for (size_t i = 0; i < 4 - n; i++)
            assert_true(is_label(&labels, i, given.texts[n + i]));
        gpuc_labels_done(&labels);
        gpuc_labels_done(&labels);
    }
}

/* Labels are texts of any bytes. */
static void test_any_bytes(void **state)
{
    (void)state;
    struct gpuc_labels labels = {0};
    for (int i = 0; i < 3; i++)
        assert_int_equal(gpuc_labels_append(&labels, (const uint8_t *)"\0\xFF", 2, NULL),
                         GPUC_OK);
    assert_int_equal(gpuc_labels_append(&labels, (const uint8_t *)"\0", 1, NULL),
                     GPUC_OK);
    assert_int_equal(gpuc_labels_make_unique(&labels, NULL), GPUC_OK);
    assert_int_equal(labels.items[2].size, 4);
    assert_memory_equal(gpuc_label_text(&labels, 2), "\0\xFF.2", 4);
    assert_int_equal(labels.items[3].size, 1);
    gpuc_labels_done(&labels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),      cmocka_unit_test(test_examples_after_names),
        cmocka_unit_test(test_random_labels), cmocka_unit_test(test_many_equal),
        cmocka_unit_test(test_drop_first),    cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
