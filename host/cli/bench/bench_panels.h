/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench's picture: two panels beside each other, speed-up against cores on the left,
 * rows a second by device on the right, which grows downwards with the number of devices.
 */
#ifndef GPUC_BENCH_PANELS_H
#define GPUC_BENCH_PANELS_H

#include <stdio.h>

#include "host/cli/bench/bench.h"

/* In pixels, from the top left. */
enum {
    GPUC_SVG_WIDTH = 1120,
    GPUC_SVG_EDGE = 36,
    GPUC_SVG_TOP = 156, /* of both panels */
    GPUC_SVG_LEFT_BEGIN = 86,
    GPUC_SVG_LEFT_END = 508,
    GPUC_SVG_LEFT_BOTTOM = 520,
    GPUC_SVG_RIGHT_BEGIN = 608,
    GPUC_SVG_RIGHT_END = 1084,
    GPUC_SVG_BAR_STEP = 70,    /* from one device to the next */
    GPUC_SVG_LEFT_FOOT = 56,   /* what stands below the left panel's axis, */
    GPUC_SVG_RIGHT_FOOT = 122, /* and below the bars */
    GPUC_SVG_FOOT = 44         /* below both */
};

/* The devices that are compared. */
size_t gpuc_bench_count_devices(const struct gpuc_bench *bench);

/* Above 16 threads both axes are logarithmic, where the ideal is a straight line too. */
void gpuc_bench_put_speed_up(const struct gpuc_bench *bench, FILE *stream);

/* Names stand above bars, so that long ones have room. */
void gpuc_bench_put_devices(const struct gpuc_bench *bench, FILE *stream);

#endif
