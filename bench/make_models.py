#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the models of the benchmarks that are too large to keep, from fixed seeds.

usage: make_models.py FOLDER [NAME...]    needs numpy and xgboost, LightGBM for its models;
                                          takes a few minutes of one core

    xgb1000d8.ubj   1,000 boosted trees of depth 8, binary:logistic
    multi10.ubj     10 classes, 50 rounds of 10 trees of depth 6, multi:softprob
    rf100.ubj       a random forest: 100 trees of any depth on all distinct values, so that
                    features have tens of thousands of thresholds

Without names, these three; only if named, for where ../shared/bench is absent:

    xgb500d6.ubj    500 boosted trees of depth 6, binary:logistic
    lgb500l31.txt   500 boosted trees of 31 leaves, binary

Rows are 28 float32 columns f0..f27: normal, from f20 on |normal| * 1.3. A model that is
there already is kept.
"""
import os
import pathlib
import sys
import time

import numpy as np
import xgboost


def make_features(rows, seed):
    features = np.random.default_rng(seed).normal(size=(rows, 28)).astype(np.float32)
    features[:, 20:] = np.abs(features[:, 20:]) * np.float32(1.3)
    return features


def score(features, rng):
    """Weighted features, products of two, waves and steps: one column of float64."""
    weights, pairs = rng.normal(size=28), rng.permutation(28).reshape(14, 2)
    total = 0.5 * features @ weights
    for (a, b), weight in zip(pairs, rng.normal(size=14)):
        total += weight * features[:, a] * features[:, b]
    for feature, weight in zip(rng.choice(28, 6, replace=False), rng.normal(size=6)):
        total += 1.5 * weight * np.sin(3 * features[:, feature])
        total += weight * (features[:, (feature + 5) % 28] > 0.7)
    return total


def make_binary(rows, seed):
    rng = np.random.default_rng(seed)
    features = make_features(rows, seed + 1)
    total = score(features, rng)
    return features, (total + rng.logistic(size=rows) > np.median(total)).astype(np.float32)


def make_classes(rows, seed, n_classes):
    rng = np.random.default_rng(seed)
    features = make_features(rows, seed + 1)
    totals = np.stack([score(features, rng) for _ in range(n_classes)], axis=1)
    return features, np.argmax(totals + rng.gumbel(size=totals.shape), axis=1)


def train_xgboost(data, rounds, **parameters):
    parameters = {"nthread": 1, "seed": 1} | parameters
    return xgboost.train(parameters, xgboost.DMatrix(*data), rounds)


def train_lightgbm(data, rounds, **parameters):
    import lightgbm
    parameters = {"num_threads": 1, "seed": 1, "verbosity": -1} | parameters
    return lightgbm.train(parameters, lightgbm.Dataset(*data), rounds)


TRAINERS = {
    "multi10.ubj": lambda: train_xgboost(
        make_classes(50_000, 10, 10), 50, objective="multi:softprob", num_class=10,
        max_depth=6, tree_method="hist"),
    "rf100.ubj": lambda: train_xgboost(
        make_binary(200_000, 20), 1, objective="binary:logistic",
        num_parallel_tree=100, tree_method="exact", max_depth=60, min_child_weight=0,
        reg_lambda=0, learning_rate=1, subsample=0.632, colsample_bylevel=0.25),
    "xgb1000d8.ubj": lambda: train_xgboost(
        make_binary(100_000, 30), 1000, objective="binary:logistic", max_depth=8,
        learning_rate=0.05, tree_method="hist"),
    "xgb500d6.ubj": lambda: train_xgboost(
        make_binary(300_000, 40), 500, objective="binary:logistic", max_depth=6,
        learning_rate=0.1, tree_method="hist"),
    "lgb500l31.txt": lambda: train_lightgbm(
        make_binary(300_000, 40), 500, objective="binary", num_leaves=31, learning_rate=0.1),
}
DEFAULT_NAMES = ("multi10.ubj", "rf100.ubj", "xgb1000d8.ubj")


def make(path):
    if path.exists():
        return
    start = time.perf_counter()
    booster = TRAINERS[path.name]()
    part = path.with_name("part." + path.name)
    booster.save_model(part)
    part.rename(path)
    print(f"{path.name}: {time.perf_counter() - start:.0f} s, "
          f"{path.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


def main():
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(TRAINERS):
        sys.exit(__doc__)
    os.nice(19)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or DEFAULT_NAMES:
        make(folder / name)


if __name__ == "__main__":
    main()
