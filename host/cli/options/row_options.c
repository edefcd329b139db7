/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows are read. */
#include <errno.h>
#include <stdlib.h>

#include "host/cli/options/option_groups.h"

/* Long options without a letter. */
enum { KEY_SKIP = 256, KEY_LIMIT, KEY_SHARD };

static const struct argp_option row_options[] = {
    {"skip", KEY_SKIP, "N", 0,
     "Pass over the first N rows of the inputs; the header stays", GPUC_GROUP_INPUT},
    {"limit", KEY_LIMIT, "N", 0,
     "Read N rows at most, bad ones too, and no further: yes | gpuclassify ends",
     GPUC_GROUP_INPUT},
    {"shard", KEY_SHARD, "I/N", 0,
     "Part I of N parts of the rows, with about the same number of bytes. The outputs of "
     "parts 1 to N, one after another, are the bytes that a run without --shard writes: "
     "only part 1 has a header",
     GPUC_GROUP_INPUT},
    {0},
};

static void read_rows(struct argp_state *state, const char *name, const char *text,
                      uint64_t *ret_n_rows)
{
    char *end;
    errno = 0;
    unsigned long long n_rows = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        gpuc_usage_error(state, "--%s takes a number of rows, from 0, not '%s'", name,
                         text);
    *ret_n_rows = n_rows;
}

static void read_shard(struct argp_state *state, const char *text,
                       struct gpuc_job_options *job)
{
    char *slash, *end;
    errno = 0;
    unsigned long shard = strtoul(text, &slash, 10);
    unsigned long n_shards = *slash == '/' ? strtoul(slash + 1, &end, 10) : 0;
    bool has_digits = text[0] >= '0' && text[0] <= '9' && *slash == '/' &&
                      slash[1] >= '0' && slash[1] <= '9' && *end == '\0';
    if (!has_digits || errno != 0 || shard < 1 || shard > n_shards ||
        n_shards > UINT32_MAX)
        gpuc_usage_error(
            state, "--shard takes I/N, part I of N parts, as 1/3, 2/3 and 3/3, not '%s'",
            text);
    job->shard = (uint32_t)shard;
    job->n_shards = (uint32_t)n_shards;
}

static error_t read_row_option(int key, char *argument, struct argp_state *state)
{
    struct gpuc_options *options = state->input;
    struct gpuc_job_options *job = &options->job;
    switch (key) {
    case KEY_SKIP:
        read_rows(state, "skip", argument, &job->skip_rows);
        break;
    case KEY_LIMIT:
        read_rows(state, "limit", argument, &job->limit_rows);
        job->has_limit = true;
        break;
    case KEY_SHARD:
        read_shard(state, argument, job);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp gpuc_row_argp = {.options = row_options, .parser = read_row_option};
