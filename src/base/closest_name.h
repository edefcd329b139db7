/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Did you mean": which of some names is closest to one that is not there. Names are
 * offered one by one and compared without case and without blanks around. How much may
 * differ grows with the name, so that x1 is never proposed for x2. Nothing is allocated;
 * names of more than GPUC_CLOSEST_NAME_MAX bytes are close to none.
 */
#ifndef GPUC_CLOSEST_NAME_H
#define GPUC_CLOSEST_NAME_H

#include "base/text_list.h"

enum { GPUC_CLOSEST_NAME_MAX = 64, GPUC_CLOSEST_HINT_SIZE = 192 };

struct gpuc_closest_name {
    const char *wanted;
    size_t wanted_size;
    const char *name; /* the closest so far; NULL: none is close */
    size_t name_size;
    size_t distance; /* changes from one to the other; what is farther is not close */
};

/* The text must stay. */
void gpuc_closest_name_init(struct gpuc_closest_name *closest, const char *wanted,
                            size_t size);

/* Takes the name if it is closer than those before it. It must stay. */
void gpuc_closest_name_offer(struct gpuc_closest_name *closest, const char *name,
                             size_t size);

/* "; did you mean 'NAME'?", or that only blanks or case differ, to be put behind a
 * message; "" if no name is close. `hint` has room for GPUC_CLOSEST_HINT_SIZE bytes and
 * is returned. */
const char *gpuc_closest_name_hint(const struct gpuc_closest_name *closest, char *hint);

/* That hint, of the closest item of a list. */
const char *gpuc_closest_item_hint(const struct gpuc_text_list *list, const char *wanted,
                                   size_t size, char *hint);

#endif
