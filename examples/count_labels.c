/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes a job's output as it is made, without a file: counts the rows of each label.
 *
 *     count_labels MODEL INPUT.csv
 */
#include <errno.h>
#include <gpuclassify.h>
#include <stdio.h>
#include <string.h>

enum { N_LABELS_MAX = 100, LABEL_SIZE_MAX = 64 };

struct counts {
    struct {
        char text[LABEL_SIZE_MAX];
        unsigned long long n_rows;
    } labels[N_LABELS_MAX];
    size_t n_labels;
    char line[LABEL_SIZE_MAX]; /* the one under way: pieces of output end anywhere */
    size_t line_size;
    int header_is_over;
};

static int count(struct counts *counts)
{
    size_t i = 0;
    while (i < counts->n_labels && strcmp(counts->labels[i].text, counts->line) != 0)
        i++;
    if (i == N_LABELS_MAX)
        return E2BIG;
    if (i == counts->n_labels)
        memcpy(counts->labels[counts->n_labels++].text, counts->line,
               sizeof counts->line);
    counts->labels[i].n_rows++;
    return 0;
}

/* What is returned ends the job, unless it is 0. */
static int take(void *context, const void *bytes, size_t size)
{
    struct counts *counts = context;
    const char *text = bytes;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\n') {
            if (counts->line_size + 1 == sizeof counts->line)
                return E2BIG;
            counts->line[counts->line_size++] = text[i];
            continue;
        }
        counts->line[counts->line_size] = '\0';
        counts->line_size = 0;
        int failure = counts->header_is_over ? count(counts) : 0;
        if (failure != 0)
            return failure;
        counts->header_is_over = 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct counts counts;
    struct gpuc_error error;
    struct gpuc_model *model = NULL;
    struct gpuc_engine *engine = NULL;
    struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;

    if (argc < 3) {
        fprintf(stderr, "usage: %s MODEL INPUT.csv\n", argv[0]);
        return 2;
    }
    options.input_path = argv[2];
    options.columns = "none";
    options.output_columns = "label";
    options.write = take;
    options.context = &counts;
    enum gpuc_status status = gpuc_model_open(argv[1], NULL, &model, &error);
    if (status == GPUC_OK)
        status = gpuc_engine_open("cpu", &engine, &error);
    if (status == GPUC_OK)
        status = gpuc_job_run(model, engine, &options, NULL, &error);
    for (size_t i = 0; status == GPUC_OK && i < counts.n_labels; i++)
        printf("%s: %llu\n", counts.labels[i].text, counts.labels[i].n_rows);
    if (status != GPUC_OK)
        fprintf(stderr, "%s: %s\n", argv[0], error.message);
    gpuc_engine_close(engine);
    gpuc_model_free(model);
    return status == GPUC_OK ? 0 : 1;
}
