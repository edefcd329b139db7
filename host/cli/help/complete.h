/* SPDX-License-Identifier: Apache-2.0 */
/* What may stand where the cursor is on a command line, for the shells. */
#ifndef GPUC_COMPLETE_H
#define GPUC_COMPLETE_H

/* The hidden command: gpuclassify __complete NUMBER WORD... */
#define GPUC_COMPLETE_NAME "__complete"

/*
 * `argv` holds the number of the word that is to be completed and all words of the line,
 * the program's name being number 0. The first line of the answer is "words", or "files"
 * and perhaps the endings of names (" .json .ubj"): then files are offered too; with
 * "open" at its end, more may follow what is offered without a blank. A line each follow
 * what is offered, a tab and what it means. On any error there is no answer. Returns the
 * exit code.
 */
int gpuc_complete(int argc, char **argv);

#endif
