/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_split.h"

#include "base/stride.h"

/*
 * A launch should take at most 500 ms. max_work halves above LONG and doubles below
 * SHORT, so it settles between; LONG leaves room for a next launch that is slower by
 * some 2.5 times, as when another program shares the device.
 */
static const double long_seconds = 0.200;
static const double short_seconds = 0.050;

/* The generator's 1,871 steps and the padding of both hashes, against 64 rounds a block.
 */
enum { ROW_BASE_WORK = 2048 };

uint64_t gpuc_cl_row_work(uint32_t text_size, uint32_t slowness)
{
    /* One more pass than slowness asks for: the text is the seed as well. */
    return (uint64_t)text_size * ((uint64_t)slowness + 1) + ROW_BASE_WORK;
}

size_t gpuc_cl_split(const struct gpuc_texts *texts, size_t first, uint32_t slowness,
                     const struct gpuc_cl_limits *limits, uint64_t *ret_work)
{
    uint64_t work = gpuc_cl_row_work(texts->sizes[first], slowness);
    uint64_t text_size = texts->sizes[first];
    size_t end = first + 1;

    while (end < texts->n_rows && end - first < limits->max_rows) {
        uint64_t row_work = gpuc_cl_row_work(texts->sizes[end], slowness);
        if (text_size + texts->sizes[end] > limits->max_text_size)
            break;
        if (work + row_work > limits->max_work && end - first >= limits->min_rows)
            break;
        text_size += texts->sizes[end];
        work += row_work;
        end++;
    }
    *ret_work = work;
    return end;
}

size_t gpuc_cl_split_even(size_t n_rows, size_t first, uint64_t row_work,
                          const struct gpuc_cl_limits *limits, uint64_t *ret_work)
{
    uint64_t n_taken = limits->max_work / row_work;

    if (n_taken < limits->min_rows)
        n_taken = limits->min_rows;
    if (n_taken > limits->max_rows)
        n_taken = limits->max_rows;
    n_taken -= n_taken % GPUC_ROW_MULTIPLE;
    if (n_taken > n_rows - first)
        n_taken = n_rows - first;
    *ret_work = n_taken * row_work;
    return first + (size_t)n_taken;
}

void gpuc_cl_limits_learn(struct gpuc_cl_limits *limits, uint64_t work, double seconds)
{
    if (seconds > long_seconds)
        limits->max_work = work / 2 > ROW_BASE_WORK ? work / 2 : ROW_BASE_WORK;
    else if (seconds < short_seconds && work > limits->max_work / 2 &&
             limits->max_work < UINT64_MAX / 4)
        limits->max_work *= 2;
}
