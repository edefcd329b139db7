/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classifies rows that are in memory, without a file: made-up numbers, a column for each
 * feature of the model. Prints the label of each row.
 *
 *     classify_columns MODEL N_ROWS [DEVICE]
 */
#include <gpuclassify.h>
#include <stdio.h>
#include <stdlib.h>

/* Columns of n_rows numbers each, back to back in memory that begins at `values`. */
static struct gpuc_column *make_columns(size_t n_columns, size_t n_rows, double *values)
{
    struct gpuc_column *columns = calloc(n_columns, sizeof *columns);
    for (size_t i = 0; columns != NULL && i < n_columns; i++) {
        double *column = values + i * n_rows;
        for (size_t row = 0; row < n_rows; row++)
            column[row] = (double)((row * 7 + i * 3) % 17) / 4 - 2;
        columns[i].type = GPUC_TYPE_FLOAT64;
        columns[i].data = column;
    }
    return columns;
}

/* With one scorer on this thread; more threads would have one each. */
static enum gpuc_status classify(struct gpuc_scorer *scorer, size_t n_rows,
                                 uint32_t *labels, struct gpuc_error *error)
{
    size_t n_columns = gpuc_scorer_shape(scorer)->n_columns;
    double *values = calloc(n_columns * n_rows + 1, sizeof *values);
    struct gpuc_column *columns =
        values != NULL ? make_columns(n_columns, n_rows, values) : NULL;
    struct gpuc_results results = {0};
    enum gpuc_status status = GPUC_ENOMEM;

    results.labels = labels;
    if (columns != NULL)
        status = gpuc_scorer_run(scorer, columns, n_rows, &results, error);
    free(columns);
    free(values);
    return status;
}

int main(int argc, char **argv)
{
    struct gpuc_error error = {GPUC_OK, 0, "out of memory"};
    struct gpuc_model *model = NULL;
    struct gpuc_engine *engine = NULL;
    struct gpuc_scorer *scorer = NULL;

    if (argc < 3) {
        fprintf(stderr, "usage: %s MODEL N_ROWS [DEVICE]\n", argv[0]);
        return 2;
    }
    size_t n_rows = (size_t)strtoul(argv[2], NULL, 10);
    uint32_t *labels = calloc(n_rows + 1, sizeof *labels);
    enum gpuc_status status = labels != NULL ? GPUC_OK : GPUC_ENOMEM;
    if (status == GPUC_OK)
        status = gpuc_model_open(argv[1], NULL, &model, &error);
    if (status == GPUC_OK)
        status = gpuc_engine_open(argc > 3 ? argv[3] : "auto", &engine, &error);
    if (status == GPUC_OK)
        status = gpuc_scorer_open(model, engine, NULL, &scorer, &error);
    if (status == GPUC_OK)
        status = classify(scorer, n_rows, labels, &error);
    for (size_t row = 0; status == GPUC_OK && row < n_rows; row++)
        printf("%u\n", (unsigned)labels[row]);
    if (status != GPUC_OK)
        fprintf(stderr, "%s: %s\n", argv[0], error.message);
    gpuc_scorer_close(scorer);
    gpuc_engine_close(engine);
    gpuc_model_free(model);
    free(labels);
    return status == GPUC_OK ? 0 : 1;
}
