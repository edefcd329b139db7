/* SPDX-License-Identifier: Apache-2.0 */
/* Integers of 128 bits: not ISO C, but every compiler for 64-bit machines has them. */
#ifndef GPUC_UINT128_H
#define GPUC_UINT128_H

__extension__ typedef unsigned __int128 gpuc_uint128;

#endif
