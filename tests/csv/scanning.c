/* SPDX-License-Identifier: Apache-2.0 */
#include "csv/scanning.h"

#include <string.h>

#include "csv/tricky.h"
#include "support/cmocka_all.h"

/* What stands behind the room of a scanner. */
enum { UNTOUCHED = 0x5A5A5A5A };

const struct gpuc_dialect scanning_dialects[N_SCANNING_DIALECTS] = {
    GPUC_DIALECT_PANDAS,
    {.delimiter = '\t', .quote = '"'},
    {.delimiter = ';', .quote = '\''},
    {.delimiter = ',', .quote = '"', .no_quote = true},
    {.delimiter = ',', .quote = '"', .comment = '#'},
    {.delimiter = '\t', .quote = '"', .no_quote = true, .comment = '%'},
    {.delimiter = 0xA7, .quote = 0xB4},
    /* Bytes that mean two things: what comes first is up to the specification. */
    {.delimiter = ',', .quote = ',', .comment = '\n'},
    {.delimiter = '\n', .quote = '"', .comment = '"'},
    {.delimiter = ',', .quote = '\r'},
};

void scanned_reset(struct scanned *scanned, size_t size)
{
    assert_true(size <= SCANNING_SIZE_MAX);
    scanned->state = (struct gpuc_scan_state)GPUC_SCAN_STATE_INIT;
    scanned->index = (struct gpuc_index){.ends = scanned->ends,
                                         .ends_capacity = size + 8,
                                         .record_ends = scanned->record_ends,
                                         .records_capacity = size + 8};
    scanned->ends[size + 8] = UNTOUCHED;
    scanned->record_ends[size + 8] = UNTOUCHED;
}

void scanning_run(const struct scanning_text *text, const struct gpuc_scanner *scanner,
                  size_t cut, struct scanned *ret_scanned)
{
    const size_t size = text->text.end - text->text.begin;
    struct gpuc_scan_text piece = text->text;
    scanned_reset(ret_scanned, size);
    ret_scanned->state = text->state;
    if (cut > 0) {
        piece.end = piece.begin + cut;
        scanner->scan(text->dialect, &piece, &ret_scanned->state, &ret_scanned->index);
        piece = (struct gpuc_scan_text){piece.bytes, piece.end, text->text.end};
    }
    scanner->scan(text->dialect, &piece, &ret_scanned->state, &ret_scanned->index);
    if (ret_scanned->ends[size + 8] != UNTOUCHED ||
        ret_scanned->record_ends[size + 8] != UNTOUCHED)
        scanning_fail(text, scanner->name, cut, "the room it takes");
}

const char *scanned_difference(const struct scanned *a, const struct scanned *b)
{
    const struct gpuc_index *x = &a->index, *y = &b->index;
    if (x->n_ends != y->n_ends ||
        memcmp(x->ends, y->ends, x->n_ends * sizeof *x->ends) != 0)
        return "ends";
    if (x->n_records != y->n_records ||
        memcmp(x->record_ends, y->record_ends, x->n_records * sizeof *x->record_ends) !=
            0)
        return "record_ends";
    if (x->n_lines != y->n_lines)
        return "n_lines";
    if (x->any_quote != y->any_quote)
        return "any_quote";
    if (x->any_odd_quote != y->any_odd_quote)
        return "any_odd_quote";
    if (x->any_high != y->any_high)
        return "any_high";
    if (a->state.place != b->state.place)
        return "place";
    if (a->state.in_record != b->state.in_record)
        return "in_record";
    return a->state.after_cr != b->state.after_cr ? "after_cr" : NULL;
}

void scanning_fail(const struct scanning_text *text, const char *scanner, size_t cut,
                   const char *difference)
{
    for (size_t i = text->text.begin; i < text->text.end; i++) {
        const uint8_t byte = text->text.bytes[i];
        print_error(byte > ' ' && byte < 127 ? "%c" : "\\x%02x", byte);
    }
    print_error("\n");
    fail_msg("%s differs in %s: delimiter %d, quote %d%s, comment %d, place %d%s%s, "
             "from %zu, cut at %zu",
             scanner, difference, text->dialect->delimiter, text->dialect->quote,
             text->dialect->no_quote ? " off" : "", text->dialect->comment,
             text->state.place, text->state.in_record ? ", in a record" : "",
             text->state.after_cr ? ", after CR" : "", text->text.begin, cut);
}

void scanning_check(const struct scanning_text *text, const struct gpuc_scanner *scanner,
                    size_t cut, const struct scanned *expected)
{
    static struct scanned scanned;
    scanning_run(text, scanner, cut, &scanned);
    const char *difference = scanned_difference(&scanned, expected);
    if (difference != NULL)
        scanning_fail(text, scanner->name, cut, difference);
}

/* Each byte means something with a probability of 1 / 2 ^ k; quotes mostly stand right.
 */
static size_t dense_text(struct test_random *random, const struct gpuc_dialect *dialect,
                         uint8_t *bytes)
{
    const uint8_t special[] = {dialect->delimiter, dialect->quote, '\n', '\r',
                               dialect->comment,   dialect->quote};
    const size_t period = (size_t)1 << test_random_below(random, 8);
    const size_t size = test_random_below(random, SCANNING_SIZE_MAX);
    const bool right = test_random_below(random, 2) == 0;
    bool open = false;
    for (size_t i = 0; i < size; i++) {
        const bool starts = i == 0 || bytes[i - 1] == dialect->delimiter ||
                            bytes[i - 1] == '\n' || bytes[i - 1] == '\r';
        bytes[i] = test_random_below(random, period) == 0
                       ? special[test_random_below(random, sizeof special)]
                       : (uint8_t)('a' + test_random_below(random, 26));
        if (right && bytes[i] == dialect->quote) {
            if (!open && !starts)
                bytes[i] = dialect->delimiter;
            else if (open && i + 1 < size)
                bytes[++i] = dialect->delimiter;
            open = !open && starts;
        }
    }
    return size;
}

size_t scanning_random(struct test_random *random, const struct gpuc_dialect *dialect,
                       uint8_t *bytes)
{
    if (test_random_below(random, 2) == 0)
        return dense_text(random, dialect, bytes);
    const size_t size = tricky_text(random, bytes);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == ',')
            bytes[i] = dialect->delimiter;
        else if (bytes[i] == '"')
            bytes[i] = dialect->quote;
        else if (bytes[i] == 'a' && dialect->comment != 0)
            bytes[i] = dialect->comment;
    }
    return size;
}
