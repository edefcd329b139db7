/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an XGBoost model file (versions 1.0 to 3.2, JSON or UBJSON) says outside of its
 * trees. XGBoost writes members in alphabetical order, so the trees come before the
 * number of features and the weights of dart; long parts are therefore only remembered
 * by their place in the file, and read when everything about them is known.
 */
#ifndef GPUC_XGBOOST_FILE_H
#define GPUC_XGBOOST_FILE_H

#include "model/document.h"
#include "model/xgboost_objective.h"

struct gpuc_xgboost_file {
    /* As in the file. Numbers that XGBoost writes as texts are texts here. */
    struct gpuc_integers version;
    struct gpuc_bytes booster;
    struct gpuc_bytes objective_name;
    struct gpuc_bytes base_score; /* "5E-1" or "[5E-1,2E0]" */
    struct gpuc_bytes num_feature;
    struct gpuc_bytes num_class;
    struct gpuc_bytes num_target;
    struct gpuc_bytes best_iteration;
    struct gpuc_bytes num_trees;
    struct gpuc_bytes num_parallel_tree;
    struct gpuc_integers iteration_indptr;
    struct gpuc_integers tree_info;
    struct gpuc_reals weights;     /* gblinear */
    struct gpuc_reals weight_drop; /* dart */
    int64_t boosted_rounds;        /* gblinear */
    /* Places: has_begun is false where the file has none. */
    struct gpuc_document_place feature_names;
    struct gpuc_document_place feature_types;
    struct gpuc_document_place cats;
    struct gpuc_document_place trees;

    /* What follows from it. */
    bool is_linear;
    bool is_dart;
    uint32_t n_features;
    uint32_t n_outputs;
    uint32_t n_trees;
    uint32_t n_iterations;
    int64_t best; /* best_iteration; -1: none is recorded */
    const struct gpuc_xgboost_objective *objective;
};

/*
 * Reads the document once and checks that its parts agree with each other. `file` is all
 * zeros. Close it also after a failure.
 */
enum gpuc_status gpuc_xgboost_file_read(struct gpuc_xgboost_file *file,
                                        struct gpuc_document *document,
                                        struct gpuc_error *error) GPUC_MUST_CHECK;
void gpuc_xgboost_file_done(struct gpuc_xgboost_file *file);

/*
 * The second half of gpuc_xgboost_file_read(): settles what follows from the members, in
 * xgboost_facts.c. `name`: of the file, for messages.
 */
enum gpuc_status gpuc_xgboost_file_settle(struct gpuc_xgboost_file *file,
                                          const char *name, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/* The start margins for n_outputs outputs. */
enum gpuc_status gpuc_xgboost_start_margins(const struct gpuc_xgboost_file *file,
                                            const char *name, double *margins,
                                            struct gpuc_error *error) GPUC_MUST_CHECK;

/* The float32 that XGBoost reads for a number of the file. */
float gpuc_xgboost_float(double value);

#endif
