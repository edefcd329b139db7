/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaf values for 32 rows at a time, from tables of bytes: byte k of a value is looked up
 * by x86's shuffle of bytes, 16 leaves an instruction, and the bytes are put together. To
 * fetch the values one by one takes as long as all the steps of a tree do.
 *
 * OpenCL C has shuffles too, but not of vectors as wide as the machine's, and compilers
 * take them apart. So this is for Clang, on CPUs with AVX2. After forest_sum.h.
 */
#ifndef GPUC_FOREST_TABLES_H
#define GPUC_FOREST_TABLES_H

enum {
    GPUC_TABLE_LEAVES = 16,
    GPUC_NUMBER_BYTES = GPUC_NUMBER_BITS / 8,
    /* Tables for one byte of the values; with more, fetching is faster. */
    GPUC_TABLES_MAX = 256 / GPUC_NUMBER_BITS,
    GPUC_TABLES_LEAVES_MAX = GPUC_TABLES_MAX * GPUC_TABLE_LEAVES,
    GPUC_TABLES_ROWS = 32
};

typedef uchar gpuc_bytes __attribute__((ext_vector_type(32)));
typedef char gpuc_signed_bytes __attribute__((ext_vector_type(32)));
#if GPUC_NUMBER_BITS == 64
typedef double4 gpuc_numbers;
typedef ulong16 gpuc_table_bits;
#else
typedef float8 gpuc_numbers;
typedef uint16 gpuc_table_bits;
#endif

/* Byte k of leaf i's value is in of_byte[k][i / 16]. */
struct gpuc_tables {
    uchar16 of_byte[GPUC_NUMBER_BYTES][GPUC_TABLES_MAX];
};

static void gpuc_make_tables(__global const gpuc_number *values, uint n_leaves,
                             struct gpuc_tables *tables)
{
    union {
        gpuc_number values[GPUC_TABLES_LEAVES_MAX];
        gpuc_table_bits bits[GPUC_TABLES_MAX];
    } copy;

    for (uint i = 0; i < n_leaves; i++)
        copy.values[i] = values[i];
    for (uint i = 0; i * GPUC_TABLE_LEAVES < n_leaves; i++)
        for (uint k = 0; k < GPUC_NUMBER_BYTES; k++)
            tables->of_byte[k][i] =
                __builtin_convertvector(copy.bits[i] >> (8 * k), uchar16);
}

#define GPUC_SIGNED(bytes) __builtin_astype(bytes, gpuc_signed_bytes)

/* The bytes at the leaves, of the 16 of a table. */
static inline gpuc_bytes gpuc_look_up16(const uchar16 *table, gpuc_bytes leaf)
{
    gpuc_bytes twice = __builtin_shufflevector(*table, *table, 0, 1, 2, 3, 4, 5, 6, 7, 8,
                                               9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4,
                                               5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_astype(
        __builtin_ia32_pshufb256(GPUC_SIGNED(twice), GPUC_SIGNED(leaf)), gpuc_bytes);
}

/* Of twice as many tables: a bit of the leaf tells which half it is in. */
#define GPUC_DEFINE_LOOK_UP(name, half_name, n_tables, bit)                              \
  static inline gpuc_bytes name(const uchar16 *tables, gpuc_bytes leaf)                  \
  {                                                                                      \
    gpuc_bytes lower = half_name(tables, leaf);                                          \
    gpuc_bytes upper = half_name(tables + (n_tables) / 2, leaf);                         \
    /* The bit becomes the sign; what crosses bytes comes in below it. */                \
    return GPUC_SIGNED(as_ushort16(leaf) << (ushort)(7 - (bit))) < (char)0 ? upper       \
                                                                           : lower;      \
  }

GPUC_DEFINE_LOOK_UP(gpuc_look_up32, gpuc_look_up16, 2, 4)
GPUC_DEFINE_LOOK_UP(gpuc_look_up64, gpuc_look_up32, 4, 5)
GPUC_DEFINE_LOOK_UP(gpuc_look_up128, gpuc_look_up64, 8, 6)

/* Elements of a and b in turn, of the lower and of the upper part of each 16 bytes. */
#define GPUC_LOW8(a, b)                                                                  \
  __builtin_shufflevector(a, b, 0, 32, 1, 33, 2, 34, 3, 35, 4, 36, 5, 37, 6, 38, 7, 39,  \
                          16, 48, 17, 49, 18, 50, 19, 51, 20, 52, 21, 53, 22, 54, 23,    \
                          55)
#define GPUC_HIGH8(a, b)                                                                 \
  __builtin_shufflevector(a, b, 8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46,    \
                          15, 47, 24, 56, 25, 57, 26, 58, 27, 59, 28, 60, 29, 61, 30,    \
                          62, 31, 63)
#define GPUC_LOW16(a, b)                                                                 \
  __builtin_shufflevector(as_ushort16(a), as_ushort16(b), 0, 16, 1, 17, 2, 18, 3, 19, 8, \
                          24, 9, 25, 10, 26, 11, 27)
#define GPUC_HIGH16(a, b)                                                                \
  __builtin_shufflevector(as_ushort16(a), as_ushort16(b), 4, 20, 5, 21, 6, 22, 7, 23,    \
                          12, 28, 13, 29, 14, 30, 15, 31)
#define GPUC_LOW32(a, b)                                                                 \
  __builtin_shufflevector(as_uint8(a), as_uint8(b), 0, 8, 1, 9, 4, 12, 5, 13)
#define GPUC_HIGH32(a, b)                                                                \
  __builtin_shufflevector(as_uint8(a), as_uint8(b), 2, 10, 3, 11, 6, 14, 7, 15)

#define GPUC_NUMBERS(bits) __builtin_astype(bits, gpuc_numbers)

#if GPUC_NUMBER_BITS == 64

/* Rows in such an order that what is put together below stands in theirs. */
static inline gpuc_bytes gpuc_order_rows(gpuc_bytes leaf)
{
    return __builtin_astype(__builtin_shufflevector(as_ushort16(leaf), as_ushort16(leaf),
                                                    0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7,
                                                    9, 11, 13, 15),
                            gpuc_bytes);
}

/* Adds values whose words of 16 bits are given, lowest first. */
static inline void gpuc_add_words(gpuc_bytes w0, gpuc_bytes w1, gpuc_bytes w2,
                                  gpuc_bytes w3, gpuc_numbers *sums)
{
    ushort16 low01 = GPUC_LOW16(w0, w1), low23 = GPUC_LOW16(w2, w3);
    ushort16 high01 = GPUC_HIGH16(w0, w1), high23 = GPUC_HIGH16(w2, w3);

    sums[0] += GPUC_NUMBERS(GPUC_LOW32(low01, low23));
    sums[1] += GPUC_NUMBERS(GPUC_HIGH32(low01, low23));
    sums[2] += GPUC_NUMBERS(GPUC_LOW32(high01, high23));
    sums[3] += GPUC_NUMBERS(GPUC_HIGH32(high01, high23));
}

/* Adds values whose bytes are given, lowest first. */
static inline void gpuc_add_bytes(const gpuc_bytes *b, gpuc_numbers *sums)
{
    gpuc_add_words(GPUC_LOW8(b[0], b[1]), GPUC_LOW8(b[2], b[3]), GPUC_LOW8(b[4], b[5]),
                   GPUC_LOW8(b[6], b[7]), sums);
    gpuc_add_words(GPUC_HIGH8(b[0], b[1]), GPUC_HIGH8(b[2], b[3]), GPUC_HIGH8(b[4], b[5]),
                   GPUC_HIGH8(b[6], b[7]), sums + 4);
}

#else

static inline gpuc_bytes gpuc_order_rows(gpuc_bytes leaf)
{
    return __builtin_astype(
        __builtin_shufflevector(as_uint8(leaf), as_uint8(leaf), 0, 2, 4, 6, 1, 3, 5, 7),
        gpuc_bytes);
}

static inline void gpuc_add_bytes(const gpuc_bytes *b, gpuc_numbers *sums)
{
    gpuc_bytes low01 = GPUC_LOW8(b[0], b[1]), low23 = GPUC_LOW8(b[2], b[3]);
    gpuc_bytes high01 = GPUC_HIGH8(b[0], b[1]), high23 = GPUC_HIGH8(b[2], b[3]);

    sums[0] += GPUC_NUMBERS(GPUC_LOW16(low01, low23));
    sums[1] += GPUC_NUMBERS(GPUC_HIGH16(low01, low23));
    sums[2] += GPUC_NUMBERS(GPUC_LOW16(high01, high23));
    sums[3] += GPUC_NUMBERS(GPUC_HIGH16(high01, high23));
}

#endif

#define GPUC_ADD_LOOKED_UP(look_up)                                                      \
  for (uint row = 0; row < n_rows; row += GPUC_TABLES_ROWS) {                            \
    gpuc_bytes leaf = gpuc_order_rows(*(const gpuc_bytes *)(leaves + row));              \
    gpuc_bytes bytes[GPUC_NUMBER_BYTES];                                                 \
    _Pragma("unroll") for (uint k = 0; k < GPUC_NUMBER_BYTES; k++) bytes[k] =            \
        look_up(tables.of_byte[k], leaf);                                                \
    gpuc_add_bytes(bytes, (gpuc_numbers *)(sums + row));                                 \
  }

/*
 * Adds the values of rows' leaves in a tree of at most GPUC_TABLES_LEAVES_MAX; n_rows is
 * a multiple of GPUC_TABLES_ROWS. Leaves and sums are aligned to 32 bytes.
 */
static void gpuc_add_from_tables(__global const gpuc_number *values, uint n_leaves,
                                 const uchar *leaves, uint n_rows, gpuc_number *sums)
{
    struct gpuc_tables tables;

    gpuc_make_tables(values, n_leaves, &tables);
    if (n_leaves <= 16)
        GPUC_ADD_LOOKED_UP(gpuc_look_up16)
    else if (n_leaves <= 32)
        GPUC_ADD_LOOKED_UP(gpuc_look_up32)
    else if (n_leaves <= 64)
        GPUC_ADD_LOOKED_UP(gpuc_look_up64)
    else
        GPUC_ADD_LOOKED_UP(gpuc_look_up128)
}

#endif
