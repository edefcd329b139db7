/* SPDX-License-Identifier: Apache-2.0 */
#include "host/opencl/cl_shape.h"

#include "base/memory.h"

const struct gpuc_cl_shape *const gpuc_cl_shapes[] = {
    &gpuc_cl_shape_select, &gpuc_cl_shape_packed, &gpuc_cl_shape_bits,
    &gpuc_cl_shape_tiles, NULL};

void gpuc_cl_parts_of_image(const struct gpuc_forest *forest, struct gpuc_cl_part *parts)
{
    const size_t number_size = gpuc_number_size((enum gpuc_number)forest->number);
    const struct {
        const struct gpuc_section *section;
        size_t item_size;
    } sections[GPUC_CL_IMAGE_PARTS] = {
        [GPUC_CL_TREES] = {&forest->trees, sizeof(struct gpuc_tree)},
        [GPUC_CL_NODES] = {&forest->nodes, sizeof(struct gpuc_node)},
        [GPUC_CL_COLUMNS] = {&forest->columns, sizeof(struct gpuc_code_column)},
        [GPUC_CL_CATEGORY_WORDS] = {&forest->category_words, sizeof(uint32_t)},
        [GPUC_CL_LEAF_VALUES] = {&forest->leaf_values, number_size},
        [GPUC_CL_START_MARGINS] = {&forest->start_margins, number_size},
    };

    for (size_t i = 0; i < GPUC_CL_IMAGE_PARTS; i++)
        parts[i] = (struct gpuc_cl_part){
            .data = gpuc_forest_at(forest, sections[i].section),
            .size = (size_t)sections[i].section->n_items * sections[i].item_size};
}

void gpuc_cl_parts_done(struct gpuc_cl_part *parts, size_t n_parts)
{
    for (size_t i = 0; i < n_parts; i++)
        gpuc_free(parts[i].owned);
}

size_t gpuc_cl_tile_arguments(const struct gpuc_forest *forest,
                              const struct gpuc_cl_tuning *tuning,
                              struct gpuc_cl_argument *arguments)
{
    (void)forest;
    arguments[0] = (struct gpuc_cl_argument){tuning->tile_bytes, NULL};
    arguments[1] =
        (struct gpuc_cl_argument){sizeof tuning->tile_bytes, &tuning->tile_bytes};
    return 2;
}
