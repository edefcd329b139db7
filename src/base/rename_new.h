/* SPDX-License-Identifier: Apache-2.0 */
/* To rename a file without ever replacing one. */
#ifndef GPUC_RENAME_NEW_H
#define GPUC_RENAME_NEW_H

/* Renames `from` to `to` at once, if there is no `to`. Returns 0, or an errno value:
 * EEXIST where there is one, and then both are as they were. */
int gpuc_rename_new(const char *from, const char *to);

#endif
