/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIGINT, SIGTERM and SIGHUP ask the running job to stop: it cleans up and fails with
 * GPUC_ECANCELLED, and the program then ends by the signal as if it had never been
 * caught. SIGPIPE and SIGXFSZ are ignored while it runs, so that a reader that went away
 * and a file that may grow no further are write errors, after which the job cleans up.
 */
#ifndef GPUC_SIGNALS_H
#define GPUC_SIGNALS_H

/* Installs the handlers. Returns the descriptor that a signal makes readable, or -1. */
int gpuc_signals_catch(void);

/* Ends the program by SIGPIPE, without a word, as `head` has it from all before it. */
void gpuc_signals_raise_pipe(void);

/* Ends the program by the signal that was caught; returns if none was. */
void gpuc_signals_raise(void);

#endif
