#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The trees that `inspect --tree` prints, asked row by row here, give the margins that the trainer gave.

For LightGBM models of one output: their margin is the sum of the leaves in float64, in the order of the trees. The graph of
`--dot` must have the same splits and leaves. Usage: check_tree.py PROGRAM GOLDEN_FOLDER
"""
import csv
import json
import pathlib
import re
import subprocess
import sys

MODELS = ["lgb_binary_sigmoid", "lgb_cat_pandas_ints", "lgb_no_use_missing", "lgb_stumps", "lgb_zero_as_missing"]
ZERO = 1.0000000180025095e-35  # what LightGBM takes for zero


def run(*arguments):
    done = subprocess.run([program, "inspect", *map(str, arguments)], capture_output=True, check=True)
    assert done.stderr == b"", done.stderr
    return done.stdout.decode("utf-8")


def parse(lines, depth=0):
    """A printed tree as (question, yes, no) or the leaf's value."""
    line = next(lines)
    assert line.startswith("  " * depth) and line[2 * depth] != " ", line
    text = line.strip().removeprefix("yes: ").removeprefix("no: ")
    if text.startswith("leaf "):
        return float(text.rpartition(": ")[2])
    return text.rstrip("?"), parse(lines, depth + 1), parse(lines, depth + 1)


def answer(question, row):
    """Whether a row goes to `yes`; a missing value is None."""
    name, is_not, listed = re.fullmatch(r"(\S+) (?:is (not )?(.*)|<= .*)", question).groups()
    if listed:
        value = "missing" if row[name] is None else repr(row[name])
        return (value in listed.split(", ")) != bool(is_not)
    threshold, rest = re.fullmatch(r"\S+ <= ([^ ,]+)(.*)", question).groups()
    value = row[name]
    if value is None:
        return rest.endswith("missing")
    if abs(value) <= ZERO:
        if rest in (", zero or missing", ", not zero"):
            return rest == ", zero or missing"
        value = 0.0
    return value <= float(threshold)


def number(text):
    """A field as a number; None where it is missing."""
    try:
        value = float(text)
    except ValueError:
        return None
    return None if value != value else value


def margin(trees, row):
    total = 0.0
    for tree in trees:
        while not isinstance(tree, float):
            tree = tree[1] if answer(tree[0], row) else tree[2]
        total += tree
    return total


def check(folder):
    model = folder / "model.txt"
    n_trees = int(re.match(r"tree 0 of (\d+):", run(model, "--tree", 0)).group(1))
    trees, n_questions = [], 0
    tables = {f["name"]: f["categories"] for f in json.loads(run(model, "--json"))["features"] if "categories" in f}
    for n in range(n_trees):
        lines = run(model, "--tree", n).splitlines()
        splits, leaves = re.search(r"(\d+) splits, (\d+) leaves", lines[0]).groups()
        assert lines[0].startswith(f"tree {n} of {n_trees}: "), lines[0]
        assert len(lines) == 1 + int(splits) + int(leaves), lines[0]
        rest = iter(lines[1:])
        trees.append(parse(rest))
        assert next(rest, None) is None
        n_questions += int(splits)
        graph = run(model, "--tree", n, "--dot")
        assert graph.startswith("digraph tree {") and graph.endswith("}\n"), graph
        assert graph.count(" -> ") == 2 * int(splits) and graph.count("shape=ellipse") == int(leaves), graph
        # The same questions and leaves, wherever they stand.
        labels = {label.replace('\\"', '"') for label in re.findall(r'^  \w+ \[(?:shape=ellipse, )?label="(.*)"\];$', graph, re.M)}
        texts = {line.strip().removeprefix("yes: ").removeprefix("no: ") for line in lines[1:]}
        assert labels == texts, labels ^ texts
    with open(folder / "in.csv", encoding="utf-8", newline="") as rows, \
            open(folder / "expected.csv", encoding="utf-8", newline="") as wanted:
        n_rows = 0
        for row, expected in zip(csv.DictReader(rows), csv.DictReader(wanted), strict=True):
            values = {name: number(text) for name, text in row.items() if name != "id"}
            # LightGBM takes a category that its table lacks for missing.
            for name, table in tables.items():
                values[name] = values[name] if values[name] in table else None
            got = margin(trees, values)
            assert got == float(expected["margin"]), f"row {row['id']}: {got!r} instead of {expected['margin']}"
            n_rows += 1
    return n_rows, n_questions


program, golden = sys.argv[1], pathlib.Path(sys.argv[2])
for name in MODELS:
    try:
        print("%s: %d rows, %d splits" % (name, *check(golden / name)))
    except AssertionError as error:
        sys.exit(f"{name}: {error}")
