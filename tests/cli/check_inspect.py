#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `inspect --json` says of the golden models against a count in the model files themselves.

XGBoost's JSON is read as JSON, LightGBM's text line by line; the text form of `inspect` must hold the same names.
Usage: check_inspect.py PROGRAM GOLDEN_FOLDER
"""
import collections
import csv
import json
import pathlib
import subprocess
import sys


def run(*arguments):
    done = subprocess.run([program, "inspect", *map(str, arguments)], capture_output=True, check=True)
    assert done.stderr == b"", done.stderr
    return done.stdout.decode("utf-8")


def depth(left, right, node=0):
    """The depth below a node; `left` of a leaf is negative."""
    deepest, stack = 0, [(node, 0)]
    while stack:
        node, at = stack.pop()
        deepest = max(deepest, at)
        if node >= 0 and left[node] != -1:
            stack += [(left[node], at + 1), (right[node], at + 1)]
    return deepest


def facts_of_trees(leaves, depths):
    return {"count": len(leaves), "leaves": sum(leaves), "splits": sum(leaves) - len(leaves),
            "fewest_leaves": min(leaves, default=0), "most_leaves": max(leaves, default=0),
            "by_depth": {str(d): n for d, n in collections.Counter(depths).items()}}


def xgboost_facts(path, first, end):
    learner = json.loads(path.read_text(encoding="utf-8"))["learner"]
    booster = learner["gradient_booster"]
    name = booster["name"]
    model = booster["gbtree"]["model"] if name == "dart" else booster["model"]
    leaves, depths = [], []
    if name != "gblinear":
        indptr = model["iteration_indptr"]
        for tree in model["trees"][indptr[first]:indptr[end]]:
            leaves.append(sum(x == -1 for x in tree["left_children"]))
            depths.append(depth(tree["left_children"], tree["right_children"]))
    categories = {}
    if "cats" in model:
        for f, table in enumerate(model["cats"]["enc"]):
            if "offsets" in table and len(table["offsets"]) > 1:
                text, ends = bytes(v % 256 for v in table["values"]), table["offsets"]
                categories[f] = [text[a:b].decode() for a, b in zip(ends, ends[1:])]
    n_features = int(learner["learner_model_param"]["num_feature"])
    names = learner.get("feature_names") or [""] * n_features
    version = ".".join(map(str, json.loads(path.read_text(encoding="utf-8"))["version"]))
    return names, leaves, depths, categories, {"booster": name, "trainer_version": version, "arithmetic": "float32",
                                               "objective": learner["objective"]["name"], "format": "XGBoost JSON"}


def lightgbm_facts(path, first, end):
    header, leaves, depths, tree = {}, [], [], {}
    per_iteration = 1
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key == "Tree":
            tree = {}
        elif key == "feature_names":
            header["names"] = value.split(" ")
        elif key == "num_tree_per_iteration":
            per_iteration = int(value)
        elif key == "objective":
            header["objective"] = value
        elif key in ("num_leaves", "left_child", "right_child"):
            tree[key] = list(map(int, value.split()))
        elif key == "shrinkage":
            n = tree["num_leaves"][0]
            # A child below 0 is a leaf; a node's own entry is never -1.
            deepest, stack = 0, [(0, 0)] if n > 1 else []
            while stack:
                node, at = stack.pop()
                deepest = max(deepest, at)
                if node >= 0:
                    stack += [(tree["left_child"][node], at + 1), (tree["right_child"][node], at + 1)]
            leaves.append(n)
            depths.append(deepest)
        elif line.startswith("pandas_categorical:"):
            header["tables"] = json.loads(line.partition(":")[2])
    leaves, depths = (x[first * per_iteration:end * per_iteration] for x in (leaves, depths))
    return header["names"], leaves, depths, header.get("tables"), {"arithmetic": "float64", "format": "LightGBM text",
                                                                   "objective": header["objective"]}


def xgboost_splits(path, first, end):
    """The features and gains of all splits, tree by tree."""
    booster = json.loads(path.read_text(encoding="utf-8"))["learner"]["gradient_booster"]
    if booster["name"] == "gblinear":
        return []
    model = booster["gbtree"]["model"] if booster["name"] == "dart" else booster["model"]
    trees = model["trees"][model["iteration_indptr"][first]:model["iteration_indptr"][end]]
    return [(f, gain) for t in trees for f, gain, left in zip(t["split_indices"], t["loss_changes"], t["left_children"])
            if left != -1]


def lightgbm_splits(path, first, end):
    values = dict.fromkeys(("split_feature", "split_gain"))
    splits, trees, per_iteration = [], 0, 1
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key == "num_tree_per_iteration":
            per_iteration = int(value)
        elif key in values:
            values[key] = value.split()
        elif key == "shrinkage":
            if first <= trees // per_iteration < end:
                splits += zip(map(int, values["split_feature"]), map(float, values["split_gain"]))
            trees += 1
    return splits


def check_features(path, said, splits):
    """--features and --importance have the splits and gains that the file has."""
    counts, gains = collections.Counter(), collections.defaultdict(float)
    for feature, gain in splits:
        counts[feature] += 1
        gains[feature] += gain
    rows = list(csv.DictReader(run(path, "--features").splitlines(keepends=True)))
    assert [row["name"] for row in rows] == [f["name"] for f in said["features"]], rows
    for number, row in enumerate(rows):
        assert int(row["number"]) == number and int(row["splits"]) == counts[number], row
        assert row["gain"] == "" and not splits or float(row["gain"]) == gains[number], (row, gains[number])
        assert int(row["thresholds"]) == said["features"][number]["thresholds"], row
        assert int(row["categories"]) == len(said["features"][number].get("categories", [])), row
    table = run(path, "--importance").splitlines()
    ranked = sorted(range(len(rows)), key=lambda f: (-gains[f], -counts[f], f))
    assert len(table) == 1 + len(rows), table
    for line, feature in zip(table[1:], ranked):
        assert line.endswith("  " + (rows[feature]["name"] or f"feature {feature}")), (line, feature)
        assert f" {counts[feature]:,} " in line, (line, counts[feature])


def check(path):
    is_xgboost = path.suffix == ".json"
    said = json.loads(run(path, "--json"))
    iterations = said["iterations"]
    names, leaves, depths, categories, others = (xgboost_facts if is_xgboost else lightgbm_facts)(
        path, iterations["first"], iterations["end"])
    others["trees"] = facts_of_trees(leaves, depths)
    if not leaves:
        others["trees"]["by_depth"] = {}
    assert [f["name"] for f in said["features"]] == names, names
    tables = {i: f["categories"] for i, f in enumerate(said["features"]) if "categories" in f}
    wanted = categories if is_xgboost else dict(zip(tables, categories or []))
    assert tables == wanted and (is_xgboost or len(tables) == len(categories or [])), tables
    for key, value in others.items():
        got = {k: said[key][k] for k in value} if key == "trees" else said[key]
        assert got == value, f"{key}: {got} instead of {value}"
    text = run(path)
    assert all(name in text for name in names), text
    assert f"trees:       {len(leaves)}, " in text or not leaves, text
    assert said == json.loads(run(path, "--json", "--iterations", "best"))
    check_features(path, said, (xgboost_splits if is_xgboost else lightgbm_splits)(path, iterations["first"], iterations["end"]))
    if leaves:  # gblinear has no iterations to choose
        part = json.loads(run(path, "--json", "--iterations", "0:1"))
        assert part["iterations"]["end"] == 1 and 0 < part["trees"]["count"] <= len(leaves)


program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
models = sorted([*folder.glob("xgb_*/model.json"), *folder.glob("lgb_*/model.txt")])
for path in models:
    try:
        check(path)
    except AssertionError as error:
        sys.exit(f"{path}: {error}")
print(f"{len(models)} models")
assert len(models) >= 20
