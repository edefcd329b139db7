/* SPDX-License-Identifier: Apache-2.0 */
/* Between the builder's check of trees and its making of the image: a checked node. */
#ifndef GPUC_BUILT_NODE_H
#define GPUC_BUILT_NODE_H

#include "model/forest_builder.h"

/*
 * A node in preorder, with children as struct gpuc_node has them, whose threshold or
 * categories have no codes yet.
 */
struct gpuc_built_node {
    double threshold; /* never -0.0 */
    uint32_t feature;
    int32_t left;
    int32_t right;
    uint32_t first_listed; /* in the builder's category_lists */
    uint32_t n_listed;
    uint8_t is_category;
    uint8_t default_left;
    uint8_t missing_rule; /* enum gpuc_missing_rule */
    uint8_t listed_right;
};

#endif
