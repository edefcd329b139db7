/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text_list.h"

#include <stdio.h>

#include "support/cmocka_all.h"

/* Lists as an option has them, and their items, each followed by a bar. */
static const struct {
    const char *text;
    const char *items;
} lists[] = {
    {"a", "a|"},
    {"id,name", "id|name|"},
    {"", "|"},
    {",", "||"},
    {"a,,b,", "a||b||"},
    {" a , b", " a | b|"},
    {"\"a,b\",c", "a,b|c|"},
    {"c,\"a,b\"", "c|a,b|"},
    {"\"\"", "|"},
    {"\"\",x", "|x|"},
    {"\"say \"\"hi\"\"\"", "say \"hi\"|"},
    {"\"\"\"\"", "\"|"},
    {"\"\"\"\",\"\"\"\"\"\"", "\"|\"\"|"},
    {"\",\",\",,\"", ",|,,|"},
    {"a\"b,c\"", "a\"b|c\"|"},
    {" \"a\"", " \"a\"|"},
    {"\xCF\x80/2,\"\xE6\xB8\xA9,\"", "\xCF\x80/2|\xE6\xB8\xA9,|"},
    {"a\nb,\"c\r\nd\"", "a\nb|c\r\nd|"},
};

static void test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct gpuc_text_list list = {0};
        char items[64] = "", *end = items;
        assert_int_equal(gpuc_text_list_read(&list, lists[i].text, "--x", NULL), GPUC_OK);
        for (size_t k = 0; k < list.n_items; k++) {
            memcpy(end, gpuc_text_list_at(&list, k), list.items[k].size);
            end = stpcpy(end + list.items[k].size, "|");
        }
        assert_string_equal(items, lists[i].items);
        gpuc_text_list_done(&list);
    }
}

static void test_broken_lists(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } broken[] = {
        {"\"a", "--columns: a quote is not closed: end the item with one"},
        {"\"", "--columns: a quote is not closed: end the item with one"},
        {"a,\"b\"\"", "--columns: a quote is not closed: end the item with one"},
        {"\"a\"b,c", "--columns: a comma must follow the quoted item, not 'b,c'"},
        {"x,\"a\" ,c", "--columns: a comma must follow the quoted item, not ' ,c'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct gpuc_text_list list = {0};
        struct gpuc_error error;
        assert_int_equal(gpuc_text_list_read(&list, broken[i].text, "--columns", &error),
                         GPUC_EUSAGE);
        assert_string_equal(error.message, broken[i].message);
        gpuc_text_list_done(&list);
    }
}

/* Items are whole texts: NUL is a byte like others, and a part is another item. */
static void test_find(void **state)
{
    (void)state;
    struct gpuc_text_list list = {0};
    assert_int_equal(gpuc_text_list_find(&list, "", 0), SIZE_MAX);
    assert_int_equal(gpuc_text_list_append(&list, "ab", 2, NULL), GPUC_OK);
    assert_int_equal(gpuc_text_list_append(&list, "a", 1, NULL), GPUC_OK);
    assert_int_equal(gpuc_text_list_append(&list, "a\0b", 3, NULL), GPUC_OK);
    assert_int_equal(gpuc_text_list_find(&list, "", 0), SIZE_MAX);
    assert_int_equal(gpuc_text_list_append(&list, "", 0, NULL), GPUC_OK);
    assert_int_equal(gpuc_text_list_append(&list, "ab", 2, NULL), GPUC_OK);

    assert_int_equal(gpuc_text_list_find(&list, "ab", 2), 0);
    assert_int_equal(gpuc_text_list_find(&list, "a", 1), 1);
    assert_int_equal(gpuc_text_list_find(&list, "a\0b", 3), 2);
    assert_int_equal(gpuc_text_list_find(&list, "", 0), 3);
    assert_int_equal(gpuc_text_list_find(&list, "b", 1), SIZE_MAX);
    assert_int_equal(gpuc_text_list_find(&list, "abc", 3), SIZE_MAX);
    assert_int_equal(gpuc_text_list_find(&list, "a\0c", 3), SIZE_MAX);
    assert_int_equal(list.n_items, 5);
    gpuc_text_list_done(&list);
    assert_int_equal(list.n_items, 0);
    gpuc_text_list_done(&list);
}

/* Items are copies, and stay right while the list grows. */
static void test_growth(void **state)
{
    enum { N = 5000 };
    (void)state;
    struct gpuc_text_list list = {0};
    char text[16];
    for (size_t i = 0; i < N; i++) {
        int size = snprintf(text, sizeof text, "item %zu", i);
        assert_int_equal(gpuc_text_list_append(&list, text, (size_t)size, NULL), GPUC_OK);
    }
    assert_int_equal(list.n_items, N);
    for (size_t i = 0; i < N; i += 7) {
        int size = snprintf(text, sizeof text, "item %zu", i);
        assert_int_equal(list.items[i].size, size);
        assert_memory_equal(gpuc_text_list_at(&list, i), text, (size_t)size);
        assert_int_equal(gpuc_text_list_find(&list, text, (size_t)size), i);
    }
    gpuc_text_list_done(&list);
}

static void test_duplicates(void **state)
{
    static const struct {
        const char *list;
        size_t place;
    } texts[] = {{"", SIZE_MAX},         {"a", SIZE_MAX},
                 {"a,b,A,aa", SIZE_MAX}, {"a,b,c,b,a", 3},
                 {"a,,b,", 3},           {"x,x", 1},
                 {"ab,a,b,\"a\"", 3},    {"\"a,b\",a,b", SIZE_MAX}};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct gpuc_text_list list = {0};
        size_t place;
        assert_int_equal(gpuc_text_list_read(&list, texts[i].list, "--x", NULL), GPUC_OK);
        assert_int_equal(gpuc_text_list_duplicate(&list, &place, NULL), GPUC_OK);
        assert_int_equal(place, texts[i].place);
        gpuc_text_list_done(&list);
    }
}

static void test_failures(void **state)
{
    (void)state;
    size_t n_failures = 0;
    for (long n_before = 0;; n_before++) {
        struct gpuc_text_list list = {0};
        gpuc_memory_fail_after(n_before, false);
        enum gpuc_status status =
            gpuc_text_list_read(&list, "a,\"b,\"\"c\",d", "--x", NULL);
        bool failed = gpuc_memory_fail_after(-1, false) > n_before;
        assert_int_equal(status, failed ? GPUC_ENOMEM : GPUC_OK);
        gpuc_text_list_done(&list);
        n_failures += failed;
        if (!failed)
            break;
    }
    assert_true(n_failures >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),      cmocka_unit_test(test_broken_lists),
        cmocka_unit_test(test_find),       cmocka_unit_test(test_growth),
        cmocka_unit_test(test_duplicates), cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
