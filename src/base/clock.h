/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GPUC_CLOCK_H
#define GPUC_CLOCK_H

/* Seconds on a clock that never goes back; only differences mean anything. */
double gpuc_clock_seconds(void);

#endif
