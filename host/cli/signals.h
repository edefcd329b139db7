/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIGINT, SIGTERM and SIGHUP ask the running job to stop: it cleans up and fails with
 * GPUC_ECANCELLED, and the program then ends by the signal as if it had never been
 * caught; a second one of them ends it at once. SIGPIPE and SIGXFSZ are ignored while it
 * runs, so that a reader that went away and a file that may grow no further are write
 * errors, after which the job cleans up. SIGUSR1, and SIGINFO where there is one, ask how
 * far the job is: no thread takes them but one that waits for them.
 */
#ifndef GPUC_SIGNALS_H
#define GPUC_SIGNALS_H

#include <pthread.h>
#include <stdbool.h>

/* Installs the handlers, and blocks the signals that ask; before any thread is made.
 * Returns the descriptor that a signal makes readable, or -1. */
int gpuc_signals_catch(void);

/* Blocks them on this thread, and on those that it makes from now on. */
void gpuc_signals_block_asking(void);

/* Waits until somebody asks how far the job is, at most so long; 0: for ever. False if
 * nobody did. */
bool gpuc_signals_wait(double seconds);

/* Ends the wait of a thread as if somebody had asked. */
void gpuc_signals_wake(pthread_t thread);

/* Ends the program by SIGPIPE, without a word, as `head` has it from all before it. */
void gpuc_signals_raise_pipe(void);

/* Ends the program by the signal that was caught; returns if none was. */
void gpuc_signals_raise(void);

#endif
