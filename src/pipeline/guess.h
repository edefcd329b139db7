/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in a record a piece of text begins, guessed from the piece alone: so that it can
 * be scanned before it is known how the piece before it ends. Most pieces begin outside
 * quotes, or have a quote soon that tells.
 */
#ifndef GPUC_GUESS_H
#define GPUC_GUESS_H

#include "csv/scan.h"

/* A guess; right or wrong, it costs little. */
struct gpuc_scan_state gpuc_guess_state(const struct gpuc_dialect *dialect,
                                        const struct gpuc_scan_text *text);

/* Whether a scan from the guess finds what one from the true state would. */
bool gpuc_guess_is_right(const struct gpuc_dialect *dialect,
                         const struct gpuc_scan_state *guess,
                         const struct gpuc_scan_state *state,
                         const struct gpuc_scan_text *text);

#endif
