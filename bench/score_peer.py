# SPDX-License-Identifier: Apache-2.0
"""A CSV file scored from end to end by Python libraries, for bench/csv_end_to_end (see
peer_server.py).

usage: score_peer.py PEER MODEL SAMPLE.csv FILE.csv OUTPUT.csv THREADS

The file has an id and 28 features. A pass reads it, predicts and, but for `LightGBM alone`,
writes id and probability to OUTPUT.csv; the model is loaded before.

`compare FILE` reads the output, and ours in FILE: how many probabilities differ, by how many
units in the last place at most, and how many of ours are `wrong`: not what the library's
formula gives for the library's margin with an exp() that is always the nearest number.
"""
import decimal
import os
import sys

import numpy as np
import polars

from peer_server import Peer, Way, serve


def read(path, number):
    with open(path, encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    return polars.read_csv(path, schema={name: polars.Int64 if name == "id" else number
                                         for name in names})


def features_of(path, number):
    return read(path, number).drop("id").to_numpy()


def polars_ways(number, predict, output, takes_frames):
    """Reading by polars, `predict` of the features, writing by polars."""
    def way(name, convert):
        def score(path):
            frame = read(path, number)
            proba = predict(convert(frame.drop("id")))
            polars.DataFrame({"id": frame["id"], "proba": proba}).write_csv(output)
            return proba
        return Way(name, score)

    ways = [way("matrix by rows", lambda features: features.to_numpy(order="c")),
            way("matrix by columns", lambda features: features.to_numpy(order="fortran"))]
    return ways + ([way("data frame", lambda features: features)] if takes_frames else [])


def make_polars_xgboost(model, output, threads):
    import xgboost
    booster = xgboost.Booster({"nthread": threads})
    booster.load_model(model)
    return (f"{polars.__version__}, {xgboost.__version__}",
            polars_ways(polars.Float32, booster.inplace_predict, output, True),
            lambda path: booster.inplace_predict(features_of(path, polars.Float32),
                                                 predict_type="margin"))


def make_polars_lightgbm(model, output, threads):
    import lightgbm
    booster = lightgbm.Booster(model_file=model)
    return (f"{polars.__version__}, {lightgbm.__version__}",
            polars_ways(polars.Float64, lambda x: booster.predict(x, num_threads=threads),
                        output, False),
            lambda path: booster.predict(features_of(path, polars.Float64), raw_score=True,
                                         num_threads=threads))


def make_lightgbm(model, _, threads):
    import lightgbm
    booster = lightgbm.Booster(model_file=model)
    ways = [Way("predict(path)", lambda path: booster.predict(
        path, data_has_header=True, num_threads=threads))]
    return lightgbm.__version__, ways, lambda path: booster.predict(
        path, data_has_header=True, num_threads=threads, raw_score=True)


MAKERS = {"polars + XGBoost": make_polars_xgboost, "polars + LightGBM": make_polars_lightgbm,
          "LightGBM alone": make_lightgbm}


def ulps(one, other):
    # None is negative: the bits of floats that follow one another are integers that do.
    kind = np.dtype(f"int{8 * one.dtype.itemsize}")
    return np.abs(one.view(kind) - other.view(kind))


def nearest_sigmoid(margin):
    """Both libraries' formula, in their type, on the correctly rounded power."""
    number = type(margin)
    power = number(float(decimal.Decimal(-float(margin)).exp()))
    return number(1) / (number(1) + power)


def compare(proba, output, ours_path, margins_of):
    """`margins_of()` is asked for only if a probability differs."""
    ours = read(ours_path, polars.Float64)
    if os.path.exists(output):
        theirs = read(output, polars.Float64)
        if not ours["id"].equals(theirs["id"]):
            raise ValueError("the ids differ")
        proba = theirs["proba"].to_numpy().astype(proba.dtype)
    expected = ours["proba"].to_numpy().astype(proba.dtype)
    distance = ulps(expected, proba)
    rows = np.flatnonzero(distance)
    margins = margins_of() if len(rows) > 0 else None
    wrong = sum(nearest_sigmoid(margins[row]) != expected[row] for row in rows)
    return {"number": proba.dtype.name, "different": len(rows), "wrong": int(wrong),
            "largest_ulps": int(distance.max())}


def load():
    name, model, sample, path, output, threads = sys.argv[1:]
    version, ways, margins_of = MAKERS[name](model, output, int(threads))
    return Peer({"version": version}, ways, sample, path, lambda proba, ours_path: compare(
        proba, output, ours_path, lambda: margins_of(path)))


serve(load)
