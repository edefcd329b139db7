/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What --filter says: comparisons of columns with numbers, as "proba>0.9 and label==1",
 * all of which must hold.
 *
 * A column's value is compared as whoever reads the output would do it: the number that
 * its shortest text says, which is what the output shows, with the number that the filter
 * says, both as float64. So a float32 that is shown as 0.9 is not below 0.9, although it
 * is 0.89999998. NaN is unequal to all, itself too, and neither below nor above any.
 */
#ifndef GPUC_COMPARISONS_H
#define GPUC_COMPARISONS_H

#include "base/error.h"
#include "model/number.h"

enum { GPUC_COMPARISONS_MAX = 32 };

struct gpuc_comparison {
    const char *name; /* of the column; in the filter's text */
    size_t name_size;
    const char *value; /* as it stands there */
    size_t value_size;
    bool is_number;   /* else the value is a name */
    bool is_equality; /* == or !=, as it is with a name */
    double number;    /* what to compare with, in the columns' number type */
    unsigned takes;   /* outcomes that hold: bits of gpuc_comparison_holds() */
};

struct gpuc_comparisons {
    struct gpuc_comparison items[GPUC_COMPARISONS_MAX];
    size_t n_items;
};

/* Reads a filter, which must stay; NULL has no comparisons. GPUC_EUSAGE, with what is
 * wrong in it. */
enum gpuc_status gpuc_comparisons_read(const char *filter,
                                       struct gpuc_comparisons *ret_comparisons,
                                       struct gpuc_error *error) GPUC_MUST_CHECK;

/* Fits a comparison with a number to columns of a number type. */
void gpuc_comparison_fit(struct gpuc_comparison *comparison, enum gpuc_number number);

/* Whether it holds for a value of that type, or for an integer of 32 bits. */
static inline bool gpuc_comparison_holds(const struct gpuc_comparison *comparison,
                                         double value)
{
    unsigned outcome = value < comparison->number    ? 1
                       : value == comparison->number ? 2
                       : value > comparison->number  ? 4
                                                     : 8;
    return (comparison->takes & outcome) != 0;
}

#endif
