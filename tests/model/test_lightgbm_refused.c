/* SPDX-License-Identifier: Apache-2.0 */
/* LightGBM files that break a rule: each is refused and the message says where. */
#include <string.h>

#include "golden_models.h"
#include "lightgbm_sample.h"
#include "support/cmocka_all.h"

/* `from` in the sample becomes `to`; the message follows "sample.txt:". */
struct refused {
    const char *from, *to, *message;
};

static const struct refused in_header[] = {
    {"tree\nv", "Tree\nv", "1: the first line is not 'tree'"},
    {"version=v4\n", "", "11: there is no line 'version'"},
    {"version=v4", "version=v5", "2: version: it is none of v2, v3 and v4"},
    {"version=v4", "version=v44", "2: version: it is none of v2, v3 and v4"},
    {"version=v4\n", "version=v4\nversion=v4\n", "3: there is a second line 'version'"},
    {"num_class=1\n", "", "11: there is no line 'num_class'"},
    {"num_class=1", "num_class=0",
     "3: num_class: '0' is no whole number from 1 to 65536"},
    {"num_class=1", "num_class=1.5",
     "3: num_class: '1.5' is no whole number from 1 to 65536"},
    {"num_class=1", "num_class=1 1", "3: num_class: there are over 1 values"},
    {"num_class=1", "num_class=", "3: num_class: there is no value"},
    {"num_tree_per_iteration=1", "num_tree_per_iteration=2",
     " 3 trees are no whole number of iterations of 2"},
    {"num_tree_per_iteration=1", "num_tree_per_iteration=65537",
     "4: num_tree_per_iteration: '65537' is no whole number from 1 to 65536"},
    {"max_feature_idx=2\n", "", "11: there is no line 'max_feature_idx'"},
    {"max_feature_idx=2", "max_feature_idx=-1",
     "6: max_feature_idx: '-1' is no whole number from 0 to 1048575"},
    {"max_feature_idx=2", "max_feature_idx=3",
     "8: feature_names: there are 3 values for 4 features"},
    {"max_feature_idx=2", "max_feature_idx=99999999999999999999",
     "6: max_feature_idx: '99999999999999999999' is no whole number from 0 to 1048575"},
    {"feature_names=a b c", "feature_names=a b",
     "8: feature_names: there are 2 values for 3 features"},
    {"feature_names=a b c\n", "", "1: there is no line 'feature_names'"},
    {"feature_infos=[-1:1] [0:9] 3:0:40", "feature_infos=[-1:1]",
     "9: feature_infos: there are 1 values for 3 features"},
    {"feature_infos=[-1:1] [0:9] 3:0:40\n", "", "1: there is no line 'feature_infos'"},
    {"tree_sizes=310 330 120", "tree_sizes=310 330",
     "10: tree_sizes: there are 2 values for 3 trees"},
    {"objective=binary sigmoid:2", "objective=", "7: objective: '' is not supported"},
    {"objective=binary sigmoid:2", "objective=logistic",
     "7: objective: 'logistic' is not supported"},
    {"objective=binary sigmoid:2", "objective=binary",
     "7: objective: there is no finite sigmoid above 0 for binary"},
    {"objective=binary sigmoid:2", "objective=binary sigmoid:0",
     "7: objective: there is no finite sigmoid above 0 for binary"},
    {"objective=binary sigmoid:2", "objective=binary sigmoid:nan",
     "7: objective: 'nan' is no number"},
    {"objective=binary sigmoid:2",
     "objective=binary sigmoid:", "7: objective: there is no value"},
    {"objective=binary sigmoid:2", "objective=binary sigmoid:inf",
     "7: objective: there is no finite sigmoid above 0 for binary"},
    {"objective=binary sigmoid:2", "objective=binary sigmoid:x",
     "7: objective: 'x' is no number"},
    {"objective=binary sigmoid:2", "objective=multiclass num_class:3",
     "7: objective: num_class is 3, num_tree_per_iteration 1"},
    {"objective=binary sigmoid:2", "objective=multiclass",
     "7: objective: num_class is 0, num_tree_per_iteration 1"},
    {"objective=binary sigmoid:2", "objective=multiclassova num_class:1",
     "7: objective: there is no finite sigmoid above 0 for multiclassova"},
    {"objective=binary sigmoid:2", "objective=multiclass num_class:0",
     "7: objective: '0' is no whole number from 1 to 4294967295"},
    {"num_tree_per_iteration=1", "num_tree_per_iteration=3",
     "7: objective: binary has one output, but num_tree_per_iteration is 3"},
};

static const struct refused in_trees[] = {
    {"\n\nTree=1\n", "\n\nword=1\nTree=1\n",
     "33: tree 1: it does not begin with a line 'Tree=1'"},
    {"split_feature=0 2 1 2", "split_feature=0 18446744073709551618 1 2",
     "15: tree 0, node 1: split_feature: '18446744073709551618' is no whole number from "
     "0 to 2"},

    {"tree_sizes=310 330 120\n", "tree_sizes=\nend of trees\n",
     " the model has no trees"},
    {"tree_sizes=310 330 120\n\nTree=0\n", "tree_sizes=1 1 1 1\n\nTree=0\nTree=0\n",
     "61: the 3 trees have lines 'Tree' inside"},

    {"Tree=0", "Tree=1", "12: tree 0: Tree: '1' is no whole number from 0 to 0"},
    {"Tree=0", "Tree=", "12: tree 0: Tree: there is no value"},
    {"Tree=0", "Tree=0 0", "12: tree 0: Tree: there are over 1 values"},
    {"Tree=0\n", "", "10: tree_sizes: there are 3 values for 2 trees"},
    {"Tree=1", "Tree=", "33: tree 1: Tree: there is no value"},
    {"Tree=1\n", "Tree=0\n", "33: tree 1: Tree: '0' is no whole number from 1 to 1"},
    {"num_leaves=5\n", "", "31: tree 0: there is no line 'num_leaves'"},
    {"num_leaves=5", "num_leaves=0",
     "13: tree 0: num_leaves: '0' is no whole number from 1 to 2147483647"},
    {"num_leaves=5", "num_leaves=4", "21: tree 0: leaf_value: there are over 4 values"},
    {"num_leaves=5", "num_leaves=6", "21: tree 0, leaf 5: leaf_value: there is no value"},
    {"num_leaves=5", "num_leaves=2147483647",
     "21: tree 0: leaf_value: there are less values than the 2147483647 leaves"},
    {"num_leaves=5", "num_leaves=4294967301",
     "13: tree 0: num_leaves: '4294967301' is no whole number from 1 to 2147483647"},
    {"split_feature=0 2 1 2\n", "", "31: tree 0: there is no line 'split_feature'"},
    {"split_feature=0 2 1 2", "split_feature=0 2 1",
     "15: tree 0, node 3: split_feature: there is no value"},
    {"split_feature=0 2 1 2", "split_feature=0 2 1 2 1",
     "15: tree 0: split_feature: there are over 4 values"},
    {"split_feature=0 2 1 2", "split_feature=0 2 3 2",
     "15: tree 0, node 2: split_feature: '3' is no whole number from 0 to 2"},
    {"split_feature=0 2 1 2", "split_feature=0 -2 1 2",
     "15: tree 0, node 1: split_feature: '-2' is no whole number from 0 to 2"},
    {"split_feature=0 2 1 2", "split_feature=0 2 1 4294967298",
     "15: tree 0, node 3: split_feature: '4294967298' is no whole number from 0 to 2"},
    {"split_feature=0 2 1 2", "split_feature=0 2 a 2",
     "15: tree 0, node 2: split_feature: 'a' is no whole number from 0 to 2"},
    {"threshold=0.5 0 -2.5 1\n", "", "31: tree 0: there is no line 'threshold'"},
    {"threshold=0.5 0 -2.5 1", "threshold=0.5 0 -2.5",
     "17: tree 0, node 3: threshold: there is no value"},
    {"threshold=0.5 0 -2.5 1", "threshold=nan 0 -2.5 1",
     "17: tree 0, node 0: threshold: 'nan' is no number"},
    {"threshold=0.5 0 -2.5 1", "threshold=0.5 0 -2.5.1 1",
     "17: tree 0, node 2: threshold: '-2.5.1' is no number"},
    {"decision_type=10 1 6 9\n", "", "31: tree 0: there is no line 'decision_type'"},
    {"decision_type=10 1 6 9", "decision_type=10 1 6",
     "18: tree 0, node 3: decision_type: there is no value"},
    {"decision_type=10 1 6 9", "decision_type=12 1 6 9",
     "18: tree 0, node 0: decision_type: '12' is no whole number from 0 to 11"},
    {"decision_type=10 1 6 9", "decision_type=10 1 6 8",
     "17: tree 0: num_cat is 2, but 1 nodes split by categories"},
    {"left_child=1 -1 3 -3\n", "", "31: tree 0: there is no line 'left_child'"},
    {"left_child=1 -1 3 -3", "left_child=0 -1 3 -3",
     " tree 0, node 0: it has two parents, or is below itself"},
    {"left_child=1 -1 3 -3", "left_child=1 -1 1 -3",
     " tree 0, node 1: it has two parents, or is below itself"},
    {"left_child=1 -1 3 -3", "left_child=1 -1 4 -3",
     "19: tree 0, node 2: left_child: '4' is no whole number from -5 to 3"},
    {"left_child=1 -1 3 -3", "left_child=1 -6 3 -3",
     "19: tree 0, node 1: left_child: '-6' is no whole number from -5 to 3"},
    {"left_child=1 -1 3 -3", "left_child=1 -1 3 -5", " tree 0, leaf 4 has two parents"},
    {"left_child=1 -1 3 -3", "left_child=1 -1 3",
     "19: tree 0, node 3: left_child: there is no value"},
    {"right_child=2 -2 -4 -5\n", "", "31: tree 0: there is no line 'right_child'"},
    {"right_child=2 -2 -4 -5", "right_child=2 -2 0 -5",
     " tree 0, node 0: it has two parents, or is below itself"},
    {"right_child=2 -2 -4 -5", "right_child=2 -2 -4 -5 -5",
     "20: tree 0: right_child: there are over 4 values"},
    {"leaf_value=0.25 -0.5 1 2 -4\n", "", "31: tree 0: there is no line 'leaf_value'"},
    {"leaf_value=0.25 -0.5 1 2 -4", "leaf_value=0.25 -0.5 1 2",
     "21: tree 0, leaf 4: leaf_value: there is no value"},
    {"leaf_value=0.25 -0.5 1 2 -4", "leaf_value=0.25 -0.5 1 2 -4 7",
     "21: tree 0: leaf_value: there are over 5 values"},
    {"leaf_value=0.25 -0.5 1 2 -4", "leaf_value=0.25 -0.5 nan 2 -4",
     "21: tree 0, leaf 2: leaf_value: 'nan' is no number"},
    {"leaf_value=0.25 -0.5 1 2 -4", "leaf_value=0.25 -0.5 1,5 2 -4",
     "21: tree 0, leaf 2: leaf_value: '1,5' is no number"},
    {"leaf_value=0.25 -0.5 1 2 -4", "leaf_value=0.25 -0.5 0x1 2 -4",
     "21: tree 0, leaf 2: leaf_value: '0x1' is no number"},
    {"leaf_value=0.25 -0.5 1 2 -4",
     "leaf_value=0.25 -0.5 1 2 -4\nleaf_value=0.25 -0.5 1 2 -4",
     "22: tree 0: there is a second line 'leaf_value'"},
    {"shrinkage=0.1", "shrinkage", "48: tree 1: a line is not of the form KEY=VALUE"},
    {"\n\nTree=2", "Tree=2", "50: tree 1: there is a second line 'num_leaves'"},
    {"num_leaves=1\n", "num_leaves=1\n\n", "54: tree 2: there is no line 'num_cat'"},
};

static const struct refused in_sets[] = {
    {"num_cat=2\n", "", "31: tree 0: there is no line 'num_cat'"},
    {"num_cat=2", "num_cat=5", "14: tree 0: num_cat: '5' is no whole number from 0 to 4"},
    {"num_cat=2", "num_cat=1",
     "17: tree 0, node 3: threshold: it is not the number of the next set of categories, "
     "1 of 1"},
    {"num_cat=2", "num_cat=3",
     "17: tree 0: num_cat is 3, but 2 nodes split by categories"},
    {"num_cat=2", "num_cat=0",
     "17: tree 0, node 1: threshold: it is not the number of the next set of categories, "
     "0 of 0"},
    {"threshold=0.5 0 -2.5 1", "threshold=0.5 1 -2.5 0",
     "17: tree 0, node 1: threshold: it is not the number of the next set of categories, "
     "0 of 2"},
    {"threshold=0.5 0 -2.5 1", "threshold=0.5 0 -2.5 2",
     "17: tree 0, node 3: threshold: it is not the number of the next set of categories, "
     "1 of 2"},
    {"threshold=0.5 0 -2.5 1", "threshold=0.5 0 -2.5 0",
     "17: tree 0, node 3: threshold: it is not the number of the next set of categories, "
     "1 of 2"},
    {"threshold=0.5 0 -2.5 1", "threshold=0.5 0.5 -2.5 1",
     "17: tree 0, node 1: threshold: it is not the number of the next set of categories, "
     "0 of 2"},
    {"threshold=0.5 0 -2.5 1", "threshold=0.5 -1 -2.5 1",
     "17: tree 0, node 1: threshold: it is not the number of the next set of categories, "
     "0 of 2"},
    {"decision_type=10 1 6 9", "decision_type=11 1 6 9",
     "17: tree 0, node 0: threshold: it is not the number of the next set of categories, "
     "0 of 2"},
    {"cat_boundaries=0 1 3\n", "", "31: tree 0: there is no line 'cat_boundaries'"},
    {"cat_boundaries=0 1 3", "cat_boundaries=0 1",
     "27: tree 0, boundary 2: cat_boundaries: there is no value"},
    {"cat_boundaries=0 1 3", "cat_boundaries=0 1 3 4",
     "27: tree 0: cat_boundaries: there are over 3 values"},
    {"cat_boundaries=0 1 3", "cat_boundaries=1 1 3",
     "27: tree 0, boundary 0: cat_boundaries: '1' is no whole number from 0 to 0"},
    {"cat_boundaries=0 1 3", "cat_boundaries=0 2 1",
     "27: tree 0, boundary 2: cat_boundaries: '1' is no whole number from 2 to "
     "2147483647"},
    {"cat_boundaries=0 1 3", "cat_boundaries=0 1 4",
     "28: tree 0, word 3: cat_threshold: there is no value"},
    {"cat_boundaries=0 1 3", "cat_boundaries=0 1 2",
     "28: tree 0: cat_threshold: there are over 2 values"},
    {"cat_boundaries=0 1 3", "cat_boundaries=0 1 524290",
     "27: tree 0, boundary 2: cat_boundaries: categories above 16777215 are not "
     "supported"},
    {"cat_boundaries=0 1 3", "cat_boundaries=0 1 9223372036854775807",
     "27: tree 0, boundary 2: cat_boundaries: '9223372036854775807' is no whole number "
     "from 1 to 2147483647"},
    {"cat_threshold=9 0 256\n", "", "31: tree 0: there is no line 'cat_threshold'"},
    {"cat_threshold=9 0 256", "cat_threshold=9 0",
     "28: tree 0, word 2: cat_threshold: there is no value"},
    {"cat_threshold=9 0 256", "cat_threshold=9 0 256 1",
     "28: tree 0: cat_threshold: there are over 3 values"},
    {"cat_threshold=9 0 256", "cat_threshold=-9 0 256",
     "28: tree 0, word 0: cat_threshold: '-9' is no whole number from 0 to 4294967295"},
    {"cat_threshold=9 0 256", "cat_threshold=9 0 4294967296",
     "28: tree 0, word 2: cat_threshold: '4294967296' is no whole number from 0 to "
     "4294967295"},
};

static const struct refused in_linear_leaves[] = {
    {"num_features=2 0\nleaf_features=0 1  ", "num_features=1 0\nleaf_features=0",
     "47: tree 1: leaf_coeff: there are over 1 values"},

    {"is_linear=1", "is_linear=2",
     "43: tree 1: is_linear: '2' is no whole number from 0 to 1"},
    {"is_linear=1", "is_linear=", "43: tree 1: is_linear: there is no value"},
    {"leaf_const=10 20\n", "", "49: tree 1: there is no line 'leaf_const'"},
    {"leaf_const=10 20", "leaf_const=10",
     "44: tree 1, leaf 1: leaf_const: there is no value"},
    {"leaf_const=10 20", "leaf_const=10 20 30",
     "44: tree 1: leaf_const: there are over 2 values"},
    {"num_features=2 0\n", "", "49: tree 1: there is no line 'num_features'"},
    {"num_features=2 0", "num_features=2",
     "45: tree 1, leaf 1: num_features: there is no value"},
    {"num_features=2 0", "num_features=2 1",
     "45: tree 1, leaf 1: num_features: '1' is no whole number from 0 to 0"},
    {"num_features=2 0", "num_features=3 0",
     "45: tree 1, leaf 0: num_features: '3' is no whole number from 0 to 2"},
    {"num_features=2 0", "num_features=-1 3",
     "45: tree 1, leaf 0: num_features: '-1' is no whole number from 0 to 2"},
    {"num_features=2 0", "num_features=2 0 0",
     "45: tree 1: num_features: there are over 2 values"},
    {"num_features=2 0", "num_features=1 0",
     "46: tree 1: leaf_features: there are over 1 values"},
    {"leaf_features=0 1  \n", "", "49: tree 1: there is no line 'leaf_features'"},
    {"leaf_features=0 1  ", "leaf_features=0",
     "46: tree 1, coefficient 1: leaf_features: there is no value"},
    {"leaf_features=0 1  ", "leaf_features=0 3",
     "46: tree 1, coefficient 1: leaf_features: '3' is no whole number from 0 to 2"},
    {"leaf_features=0 1  ", "leaf_features=0 1 2",
     "46: tree 1: leaf_features: there are over 2 values"},
    {"leaf_coeff=0.5 -1.5  \n", "", "49: tree 1: there is no line 'leaf_coeff'"},
    {"leaf_coeff=0.5 -1.5  ", "leaf_coeff=0.5",
     "45: tree 1, leaf 0: num_features: '2' is no whole number from 0 to 1"},
    {"leaf_coeff=0.5 -1.5  ", "leaf_coeff=0.5 nan",
     "47: tree 1, coefficient 1: leaf_coeff: 'nan' is no number"},
};

static const struct refused at_the_end[] = {
    {"\n\nend of trees", "\nend of tree",
     "71: the file ends before 'end of trees', after 3 trees"},
    {"end of parameters\n", "", "71: the file ends before 'end of parameters'"},
    {"end of parameters\n\npandas_categorical:null\n",
     "end of parameters\n\npandas_categor",
     "71: 'pandas_categor' is not what ends a model"},
    {"pandas_categorical:null\n", "pandas_categorical:null\npandas_categorical:null\n",
     "72: there is a second line 'pandas_categorical'"},
};

static void check_refused(const struct refused *items, size_t n)
{
    static const char name[] = "sample.txt:";
    size_t n_wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct gpuc_model model;
        struct gpuc_error error;
        enum gpuc_status status =
            test_lightgbm_load(items[i].from, items[i].to, &model, &error);
        if (status != GPUC_EMODEL || strncmp(error.message, name, strlen(name)) != 0 ||
            strcmp(error.message + strlen(name), items[i].message) != 0) {
            print_error("'%s' -> '%s': status %d, %s\n", items[i].from, items[i].to,
                        (int)status, error.message);
            n_wrong++;
        }
        test_golden_model_done(&model);
    }
    assert_int_equal(n_wrong, 0);
}

static void test_in_header(void **state)
{
    (void)state;
    check_refused(in_header, sizeof in_header / sizeof in_header[0]);
}

static void test_in_trees(void **state)
{
    (void)state;
    check_refused(in_trees, sizeof in_trees / sizeof in_trees[0]);
}

static void test_in_sets(void **state)
{
    (void)state;
    check_refused(in_sets, sizeof in_sets / sizeof in_sets[0]);
}

static void test_in_linear_leaves(void **state)
{
    (void)state;
    check_refused(in_linear_leaves, sizeof in_linear_leaves / sizeof in_linear_leaves[0]);
}

static void test_at_the_end(void **state)
{
    (void)state;
    check_refused(at_the_end, sizeof at_the_end / sizeof at_the_end[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_header),  cmocka_unit_test(test_in_trees),
        cmocka_unit_test(test_in_sets),    cmocka_unit_test(test_in_linear_leaves),
        cmocka_unit_test(test_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
