/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers to a group's questions for a slice of rows: one bit a row, row 8 * k + r in
 * bit r of byte k. Where a column of 1-byte codes is asked often, the answers are put
 * together from its bit planes: code > split where the high half is above the split's, or
 * equal to it while the low half is above. That is two operations a question.
 */
#include <string.h>

#include "cpu/forest_kernels.h"

enum {
    /* Vectors of a signal. */
    SIGNAL_VECTORS = GPUC_SIGNAL_SIZE / VEC_BYTES,
    /* Questions to a column that bit planes pay for. */
    QUESTIONS_FOR_PLANES = 12
};

static inline void put_bits(uint8_t *signal, size_t first_row, uint64_t bits)
{
    memcpy(signal + first_row / 8, &bits, VEC_BYTES / 8);
}

/* out[s]: whether the number of the four planes is above s. */
static void make_above(uint8_t (*planes)[GPUC_SIGNAL_SIZE],
                       uint8_t (*out)[GPUC_SIGNAL_SIZE])
{
    for (size_t v = 0; v < GPUC_SIGNAL_SIZE; v += VEC_BYTES) {
        vec above[16] = {vec_zero()};
        for (size_t bit = 0, n = 1; bit < 4; bit++, n *= 2) {
            vec plane = vec_load(planes[bit] + v);
            for (size_t s = 0; s < n; s++) {
                above[s + n] = vec_and(plane, above[s]);
                above[s] = vec_or(plane, above[s]);
            }
        }
        for (size_t s = 0; s < 16; s++)
            vec_store(out[s] + v, above[s]);
    }
}

/* out[s]: whether the number of the four planes is s. */
static void make_equal(uint8_t (*planes)[GPUC_SIGNAL_SIZE],
                       uint8_t (*out)[GPUC_SIGNAL_SIZE])
{
    for (size_t v = 0; v < GPUC_SIGNAL_SIZE; v += VEC_BYTES) {
        vec equal[16] = {vec_equal8(vec_zero(), vec_zero())};
        for (size_t bit = 0, n = 1; bit < 4; bit++, n *= 2) {
            vec plane = vec_load(planes[bit] + v);
            for (size_t s = 0; s < n; s++) {
                equal[s + n] = vec_and(plane, equal[s]);
                equal[s] = vec_and_not(plane, equal[s]);
            }
        }
        for (size_t s = 0; s < 16; s++)
            vec_store(out[s] + v, equal[s]);
    }
}

static void make_halves(const uint8_t *codes, struct gpuc_forest_scratch *own)
{
    for (size_t row = 0; row < GPUC_SLICE_ROWS; row += VEC_BYTES) {
        vec x = vec_load_unaligned(codes + row);
        for (size_t bit = 8; bit-- > 0;) {
            put_bits(own->planes[bit], row, vec_top_bits(x));
            x = vec_shl16(x, 1); /* what crosses bytes never comes to the top */
        }
    }
    make_above(own->planes, own->low_above);
    make_above(own->planes + 4, own->high_above);
    make_equal(own->planes + 4, own->high_equal);
}

static void answer_by_planes(const struct gpuc_question *questions, size_t n_questions,
                             const uint8_t *codes, struct gpuc_forest_scratch *own,
                             uint8_t *bank)
{
    make_halves(codes, own);
    for (size_t i = 0; i < n_questions; i++) {
        uint32_t low = questions[i].split % 16, high = questions[i].split / 16;
        uint8_t *answer = bank + (size_t)questions[i].answer * GPUC_SIGNAL_SIZE;
        for (size_t v = 0; v < GPUC_SIGNAL_SIZE; v += VEC_BYTES)
            vec_store(answer + v, vec_or(vec_load(own->high_above[high] + v),
                                         vec_and(vec_load(own->high_equal[high] + v),
                                                 vec_load(own->low_above[low] + v))));
    }
}

static void answer_by_compares(uint32_t split, uint32_t code_size, const uint8_t *codes,
                               uint8_t *answer)
{
    for (size_t row = 0; row < GPUC_SLICE_ROWS; row += VEC_BYTES) {
        uint64_t bits = code_size == 1   ? bits_above8(codes + row, split)
                        : code_size == 2 ? bits_above16(codes + 2 * row, split)
                                         : bits_above32(codes + 4 * row, split);
        put_bits(answer, row, bits);
    }
}

/* Looks up 1-byte codes in a set of 256 bits. */
static void answer_by_set(const uint32_t *words, size_t n_words, const uint8_t *codes,
                          uint8_t *answer)
{
    static const uint8_t single_bits[16] = {1, 2, 4, 8, 16, 32, 64, 128};
    uint32_t set[8] = {0};
    memcpy(set, words, (n_words < 8 ? n_words : 8) * sizeof *set);
    vec low_bytes = vec_repeat16(set), high_bytes = vec_repeat16(set + 4);

    for (size_t row = 0; row < GPUC_SLICE_ROWS; row += VEC_BYTES) {
        vec x = vec_load_unaligned(codes + row);
        vec place = vec_and(vec_shr16(x, 3), vec_set8(31));
        vec byte = vec_choose8(vec_shl16(place, 3), vec_shuffle8(high_bytes, place),
                               vec_shuffle8(low_bytes, place));
        vec bit = vec_shuffle8(vec_repeat16(single_bits), vec_and(x, vec_set8(7)));
        put_bits(answer, row, vec_top_bits(vec_equal8(vec_and(byte, bit), bit)));
    }
}

static void answer_column(const struct gpuc_forest *forest,
                          const struct gpuc_question *questions, size_t n_questions,
                          const uint8_t *codes, struct gpuc_forest_scratch *own,
                          uint8_t *bank)
{
    const struct gpuc_code_column *column =
        gpuc_forest_columns(forest) + questions[0].column;

    if (column->kind == GPUC_COLUMN_NUMERIC && column->code_size == 1 &&
        n_questions >= QUESTIONS_FOR_PLANES) {
        answer_by_planes(questions, n_questions, codes, own, bank);
        return;
    }
    for (size_t i = 0; i < n_questions; i++) {
        uint8_t *answer = bank + (size_t)questions[i].answer * GPUC_SIGNAL_SIZE;
        if (column->kind == GPUC_COLUMN_NUMERIC)
            answer_by_compares(questions[i].split, column->code_size, codes, answer);
        else
            answer_by_set(gpuc_forest_category_words(forest) + questions[i].split,
                          ((size_t)column->n_categories + 2 + 31) / 32, codes, answer);
    }
}

/* Answers all questions of a group for the slice that begins at the row. */
static void answer_group(const struct gpuc_forest_plan *plan,
                         const struct gpuc_plan_group *group,
                         const struct gpuc_codes *codes, size_t first_row,
                         struct gpuc_forest_scratch *own, uint8_t *bank)
{
    const struct gpuc_question *questions =
        (const struct gpuc_question *)(const void *)plan->questions.data +
        group->first_question;

    for (size_t first = 0, end = 0; first < group->n_questions; first = end) {
        const struct gpuc_code_column *column =
            gpuc_forest_columns(plan->forest) + questions[first].column;
        while (end < group->n_questions &&
               questions[end].column == questions[first].column)
            end++;
        answer_column(plan->forest, questions + first, end - first,
                      codes->bytes + column->place * codes->stride +
                          first_row * column->code_size,
                      own, bank);
    }
}
