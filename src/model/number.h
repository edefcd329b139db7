/* SPDX-License-Identifier: Apache-2.0 */
/* The floating-point types that trainers compute in. */
#ifndef GPUC_NUMBER_H
#define GPUC_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum gpuc_number { GPUC_FLOAT32, GPUC_FLOAT64 };

static inline size_t gpuc_number_size(enum gpuc_number number)
{
    return number == GPUC_FLOAT32 ? sizeof(float) : sizeof(double);
}

#endif
