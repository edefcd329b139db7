/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The links' loops that are the same for both types. Included by link.c only, once with
 * REAL, EXP and NAMED() for float32 and once for float64.
 */

static void NAMED(divide)(const REAL *in, REAL *out, size_t n, REAL divisor)
{
    for (size_t r = 0; r < n; r++)
        out[r] = in[r] / divisor;
}

static void NAMED(exp_column)(const REAL *in, REAL *out, size_t n)
{
    for (size_t r = 0; r < n; r++)
        out[r] = EXP(in[r]);
}

static void NAMED(step_column)(const REAL *in, REAL *out, size_t n)
{
    for (size_t r = 0; r < n; r++)
        out[r] = in[r] > 0 ? 1 : 0;
}

/* Up to ROWS_PER_BLOCK rows, so that what belongs to a row stays in the nearest cache. */
static void NAMED(softmax_block)(const REAL *in, REAL *out, size_t n_rows,
                                 const struct shape *shape)
{
    REAL maximum[ROWS_PER_BLOCK];
    double sum[ROWS_PER_BLOCK] = {0};
    memcpy(maximum, in, n_rows * sizeof *in);
    for (size_t k = 1; k < shape->n_outputs; k++) {
        const REAL *column = in + k * shape->stride;
        for (size_t r = 0; r < n_rows; r++)
            maximum[r] = column[r] > maximum[r] ? column[r] : maximum[r];
    }
    for (size_t k = 0; k < shape->n_outputs; k++) {
        const REAL *column = in + k * shape->stride;
        REAL *out_column = out + k * shape->stride;
        for (size_t r = 0; r < n_rows; r++) {
            const REAL power = EXP(column[r] - maximum[r]);
            out_column[r] = power;
            sum[r] += (double)power;
        }
    }
    for (size_t k = 0; k < shape->n_outputs; k++) {
        REAL *out_column = out + k * shape->stride;
        for (size_t r = 0; r < n_rows; r++)
            out_column[r] /= (REAL)sum[r];
    }
}

static void NAMED(softmax)(const REAL *in, REAL *out, const struct shape *shape)
{
    for (size_t r = 0; r < shape->n_rows; r += ROWS_PER_BLOCK) {
        const size_t left = shape->n_rows - r;
        NAMED(softmax_block)
        (in + r, out + r, left < ROWS_PER_BLOCK ? left : ROWS_PER_BLOCK, shape);
    }
}

static void NAMED(label_above)(const REAL *in, uint32_t *labels,
                               const struct shape *shape, REAL threshold)
{
    for (size_t k = 0; k < shape->n_outputs; k++)
        for (size_t r = 0; r < shape->n_rows; r++)
            labels[k * shape->stride + r] = in[k * shape->stride + r] > threshold;
}

static void NAMED(label_at_least)(const REAL *in, uint32_t *labels,
                                  const struct shape *shape, REAL threshold)
{
    for (size_t k = 0; k < shape->n_outputs; k++)
        for (size_t r = 0; r < shape->n_rows; r++)
            labels[k * shape->stride + r] = in[k * shape->stride + r] >= threshold;
}

static void NAMED(label_first_max_block)(const REAL *in, uint32_t *labels, size_t n_rows,
                                         const struct shape *shape)
{
    REAL maximum[ROWS_PER_BLOCK];
    memcpy(maximum, in, n_rows * sizeof *in);
    memset(labels, 0, n_rows * sizeof *labels);
    for (size_t k = 1; k < shape->n_outputs; k++) {
        const REAL *column = in + k * shape->stride;
        for (size_t r = 0; r < n_rows; r++) {
            const bool is_more = column[r] > maximum[r];
            maximum[r] = is_more ? column[r] : maximum[r];
            labels[r] = is_more ? (uint32_t)k : labels[r];
        }
    }
}

static void NAMED(label_first_max)(const REAL *in, uint32_t *labels,
                                   const struct shape *shape)
{
    for (size_t r = 0; r < shape->n_rows; r += ROWS_PER_BLOCK) {
        const size_t left = shape->n_rows - r;
        NAMED(label_first_max_block)
        (in + r, labels + r, left < ROWS_PER_BLOCK ? left : ROWS_PER_BLOCK, shape);
    }
}

/* Puts class `k` where it belongs among the best `n_found` of row `r`. */
static void NAMED(rank_class)(const struct gpuc_link_rows *rows, size_t n_found, size_t k,
                              size_t r)
{
    uint32_t *classes = rows->top_classes + r;
    REAL *best = (REAL *)rows->top_values + r;
    const REAL value = ((const REAL *)rows->values)[k * rows->stride + r];
    const bool is_number = value == value;
    size_t place = n_found;
    for (; place > 0; place--) {
        const REAL other = best[(place - 1) * rows->stride];
        if (!(value > other) && !(is_number && other != other))
            break;
        if (place < rows->n_top) {
            best[place * rows->stride] = other;
            classes[place * rows->stride] = classes[(place - 1) * rows->stride];
        }
    }
    if (place < rows->n_top) {
        best[place * rows->stride] = value;
        classes[place * rows->stride] = (uint32_t)k;
    }
}

static void NAMED(top_classes)(size_t n_classes, const struct gpuc_link_rows *rows)
{
    for (size_t begin = 0; begin < rows->n_rows; begin += ROWS_PER_BLOCK) {
        const size_t left = rows->n_rows - begin;
        const size_t end = begin + (left < ROWS_PER_BLOCK ? left : ROWS_PER_BLOCK);
        for (size_t k = 0; k < n_classes; k++)
            for (size_t r = begin; r < end; r++)
                NAMED(rank_class)(rows, k < rows->n_top ? k : rows->n_top, k, r);
    }
}
