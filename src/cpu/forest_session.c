/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/forest_session.h"

#include "base/clock.h"
#include "base/stride.h"
#include "cpu/engine_cpu.h"
#include "model/forest_margins.h"

/* What the sessions of one engine on one forest have in common. */
struct gpuc_shared_forest {
    struct gpuc_shared_forest *next;
    const struct gpuc_forest *forest;
    size_t n_sessions;
    bool is_made; /* what follows */
    struct gpuc_quantiser quantiser;
    struct gpuc_forest_plan plan;
};

struct forest_session {
    struct gpuc_session base;
    struct gpuc_shared_forest *shared;
    struct gpuc_codes codes;
    uint32_t *leaves; /* of a run of trees; NULL: no leaves are linear */
    void *scratch;
    const struct gpuc_cpu_forest *kernels;
};

static void forget(struct gpuc_cpu_engine *engine, struct gpuc_shared_forest *shared)
{
    struct gpuc_shared_forest **link = &engine->forests;

    if (--shared->n_sessions > 0)
        return;
    while (*link != shared) /* NOLINT(clang-analyzer-core.NullDereference): it is there */
        link = &(*link)->next;
    *link = shared->next;
    if (shared->is_made) {
        gpuc_quantiser_done(&shared->quantiser);
        gpuc_forest_plan_done(&shared->plan);
    }
    gpuc_free(shared);
}

static enum gpuc_status make(struct gpuc_shared_forest *shared,
                             const struct gpuc_cpu_forest *kernels,
                             struct gpuc_error *error)
{
    enum gpuc_status status =
        gpuc_quantiser_init(&shared->quantiser, shared->forest, error);

    if (status != GPUC_OK)
        return status;
    status = gpuc_forest_plan_init(&shared->plan, shared->forest, kernels->target, error);
    if (status != GPUC_OK)
        gpuc_quantiser_done(&shared->quantiser);
    shared->is_made = status == GPUC_OK;
    return status;
}

/* Finds or makes what sessions on the forest share, and counts one session more. */
static enum gpuc_status share(struct gpuc_cpu_engine *engine,
                              const struct gpuc_forest *forest,
                              struct gpuc_shared_forest **ret_shared,
                              struct gpuc_error *error)
{
    struct gpuc_shared_forest *shared = engine->forests;
    enum gpuc_status status = GPUC_OK;

    while (shared != NULL && shared->forest != forest)
        shared = shared->next;
    if (shared == NULL) {
        shared = gpuc_alloc(1, sizeof *shared);
        if (shared == NULL)
            return gpuc_fail_memory(error, sizeof *shared, "a forest's plan");
        shared->forest = forest;
        shared->next = engine->forests;
        engine->forests = shared;
    }
    shared->n_sessions++;
    if (!shared->is_made)
        status = make(shared, engine->forest, error);
    if (status != GPUC_OK)
        forget(engine, shared);
    else
        *ret_shared = shared;
    return status;
}

static bool has_linear_leaves(const struct gpuc_forest *forest)
{
    return forest->linear_leaves.n_items > 0;
}

static enum gpuc_status alloc_block(struct forest_session *session,
                                    struct gpuc_error *error)
{
    const struct gpuc_forest_plan *plan = &session->shared->plan;
    const struct gpuc_forest *forest = plan->forest;

    session->codes.stride = gpuc_stride(plan->block_rows);
    session->codes.bytes = gpuc_alloc(forest->codes_size, session->codes.stride);
    session->scratch = gpuc_alloc(1, plan->scratch_size);
    if (has_linear_leaves(forest))
        session->leaves =
            gpuc_alloc(GPUC_RUN_TREES * plan->block_rows, sizeof *session->leaves);
    if (session->codes.bytes == NULL || session->scratch == NULL ||
        (has_linear_leaves(forest) && session->leaves == NULL))
        return gpuc_fail_memory(
            error, forest->codes_size * session->codes.stride + plan->scratch_size,
            "a block of rows");
    return GPUC_OK;
}

void gpuc_forest_session_free(struct gpuc_session *base)
{
    struct forest_session *session = (struct forest_session *)base;

    gpuc_free(session->codes.bytes);
    gpuc_free(session->scratch);
    gpuc_free(session->leaves);
    if (session->shared != NULL)
        forget((struct gpuc_cpu_engine *)base->engine, session->shared);
    gpuc_free(session);
}

enum gpuc_status gpuc_forest_session_new(struct gpuc_engine *engine,
                                         const struct gpuc_model *model,
                                         struct gpuc_session **ret_session,
                                         struct gpuc_error *error)
{
    enum gpuc_status status = GPUC_OK;
    struct forest_session *session = gpuc_alloc(1, sizeof *session);

    if (session == NULL)
        return gpuc_fail_memory(error, sizeof *session, "a session");
    session->base.engine = engine;
    session->base.model = model;
    session->kernels = ((struct gpuc_cpu_engine *)engine)->forest;
    GPUC_TRY(
        share((struct gpuc_cpu_engine *)engine, model->forest, &session->shared, error));
    GPUC_TRY(alloc_block(session, error));
    *ret_session = &session->base;
out:
    if (status != GPUC_OK)
        gpuc_forest_session_free(&session->base);
    return status;
}

/* Trees whose leaf numbers are there already, in order. */
static void add_found_trees(const struct gpuc_forest *forest,
                            const struct gpuc_trees_work *work,
                            const struct gpuc_feature_rows *features,
                            const struct gpuc_forest_results *results)
{
    for (size_t t = 0; t < work->n_trees; t++)
        gpuc_forest_add_tree(forest, work->first_tree + t, features,
                             work->leaves + t * work->stride, results);
}

/* Evaluates the trees of a block: with linear leaves first the leaves, in runs. */
static void add_trees(const struct forest_session *session,
                      const struct gpuc_feature_rows *features,
                      const struct gpuc_forest_results *results)
{
    const struct gpuc_forest_plan *plan = &session->shared->plan;
    const struct gpuc_cpu_forest *kernels = session->kernels;
    struct gpuc_trees_work work = {
        .n_trees = plan->forest->n_trees,
        .codes = session->codes,
        .margins = results->margins,
        .leaves = results->leaves,
        .stride = results->stride,
    };

    if (session->leaves == NULL) {
        kernels->trees(plan, &work, session->scratch);
        return;
    }
    work.margins = NULL;
    while (work.first_tree < plan->forest->n_trees) {
        size_t n_left = plan->forest->n_trees - work.first_tree;
        work.n_trees = n_left < GPUC_RUN_TREES ? n_left : GPUC_RUN_TREES;
        work.leaves = session->leaves;
        work.stride = plan->block_rows;
        if (results->leaves != NULL) {
            work.leaves = results->leaves + work.first_tree * results->stride;
            work.stride = results->stride;
        }
        kernels->trees(plan, &work, session->scratch);
        add_found_trees(plan->forest, &work, features, results);
        work.first_tree += work.n_trees;
    }
}

enum gpuc_status gpuc_forest_session_classify(struct gpuc_session *base,
                                              const struct gpuc_work *work,
                                              struct gpuc_error *error)
{
    struct forest_session *session = (struct forest_session *)base;
    const struct gpuc_forest_plan *plan = &session->shared->plan;
    size_t number_size = gpuc_number_size(plan->forest->number);
    size_t n_rows = work->features.n_rows;
    (void)error;

    for (size_t first = 0; first < n_rows; first += plan->block_rows) {
        struct gpuc_feature_rows features = work->features;
        struct gpuc_forest_results results = work->forest;
        features.values = (const char *)features.values + first * number_size;
        features.n_rows =
            n_rows - first < plan->block_rows ? n_rows - first : plan->block_rows;
        results.margins = (char *)results.margins + first * number_size;
        if (results.leaves != NULL)
            results.leaves += first;
        session->codes.n_rows = features.n_rows;
        gpuc_forest_start_margins(plan->forest, &features, &results);
        double start = gpuc_clock_seconds();
        base->engine->ops->kernels->quantise(&session->shared->quantiser, &features,
                                             &session->codes);
        base->done.quantise_seconds += gpuc_clock_seconds() - start;
        add_trees(session, &features, &results);
    }
    return GPUC_OK;
}
