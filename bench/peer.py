#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One predictor with one model and rows in memory, for bench/peers (see peer_server.py).

usage: peer.py PEER MODEL ROWS.npy THREADS CACHE_FOLDER

`compare FILE` gives the largest difference of its results from the raw margins in FILE.
"""
import os
import pathlib
import sys
import time

import numpy as np

from peer_server import NotForThis, Peer, Way, serve

TRIAL_ROWS = 20_000
INLINED_BYTES = 5_000_000  # of a LightGBM model file that lleaves compiles with inlining


class Predictor:
    """`is_margin`: gives margins, else probabilities of each class."""

    def __init__(self, version, ways, is_margin):
        self.version, self.ways, self.is_margin = version, ways, is_margin


def layouts(predict, *types):
    """A way for each type and order of the matrix of features."""
    return [Way(f"{np.dtype(kind).name} {order}", predict,
                lambda x, kind=kind, order=order: np.asarray(x, dtype=kind, order=order))
            for kind in types for order in "CF"]


def is_xgboost(path):
    return path.endswith(".ubj")


def load_booster(path, threads):
    if is_xgboost(path):
        import xgboost
        booster = xgboost.Booster({"nthread": threads})
        booster.load_model(path)
        return booster
    import lightgbm
    return lightgbm.Booster(model_file=path)


def make_xgboost(path, threads, _):
    import xgboost
    if not is_xgboost(path):
        raise NotForThis("reads XGBoost models only")
    booster = load_booster(path, threads)
    ways = layouts(lambda x: booster.inplace_predict(x, predict_type="margin"), np.float32)
    # A matrix is made anew for each pass, since the library keeps what it predicted for one.
    ways.append(Way("DMatrix", lambda matrix: booster.predict(matrix, output_margin=True),
                    lambda x: xgboost.DMatrix(x, nthread=threads)))
    return Predictor(xgboost.__version__, ways, True)


def make_lightgbm(path, threads, _):
    import lightgbm
    if is_xgboost(path):
        raise NotForThis("reads LightGBM models only")
    booster = load_booster(path, threads)
    ways = layouts(lambda x: booster.predict(x, raw_score=True, num_threads=threads),
                   np.float64, np.float32)
    return Predictor(lightgbm.__version__, ways, True)


def make_onedal(path, threads, _):
    import importlib.metadata
    import daal4py
    import daal4py.mb
    daal4py.daalinit(threads)
    model = daal4py.mb.convert_model(load_booster(path, threads))
    return Predictor(importlib.metadata.version("daal"),
                     layouts(model.predict_proba, np.float32, np.float64), False)


def make_lleaves(path, threads, cache):
    """Keeps compiled code in the cache folder. Large models are compiled without inlining:
    with it, 500 trees of 255 leaves were not done after seven minutes."""
    import importlib.metadata
    import lleaves
    if is_xgboost(path):
        raise NotForThis("reads LightGBM models only")
    model = lleaves.Model(model_file=path)
    compiled = pathlib.Path(cache) / f"{pathlib.Path(path).name}.lleaves.o"
    kept = compiled.exists()
    start = time.process_time()
    inlined = os.path.getsize(path) < INLINED_BYTES
    model.compile(raw_score=True, cache=compiled, finline=inlined)
    seconds = compiled.with_suffix(".seconds")
    if not kept:
        seconds.write_text(f"{time.process_time() - start:.1f}")
    ways = layouts(lambda x: model.predict(x, n_jobs=threads), np.float64, np.float32)
    return Predictor(f"{importlib.metadata.version('lleaves')} (compiled in "
                     f"{seconds.read_text()} CPU s{'' if inlined else ', not inlined'})",
                     ways, True)


def make_onnx(path, threads, _):
    import onnxmltools
    import onnxruntime
    from onnxmltools.convert.common.data_types import FloatTensorType
    booster = load_booster(path, threads)
    n_features = booster.num_features() if is_xgboost(path) else booster.num_feature()
    types = [("x", FloatTensorType([None, n_features]))]
    if is_xgboost(path):
        graph = onnxmltools.convert_xgboost(booster, initial_types=types)
    else:
        graph = onnxmltools.convert_lightgbm(booster, initial_types=types, zipmap=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(graph.SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    name = session.get_outputs()[-1].name
    one_layout = layouts(None, np.float32)[0].prepare
    ways = [Way("all outputs", lambda x: session.run(None, {"x": x})[-1], one_layout),
            Way("probabilities", lambda x: session.run([name], {"x": x})[0], one_layout)]
    return Predictor(onnxruntime.__version__, ways, False)


MAKERS = {"XGBoost": make_xgboost, "LightGBM": make_lightgbm, "oneDAL": make_onedal,
          "lleaves": make_lleaves, "ONNX Runtime": make_onnx}


def probabilities(margins):
    if margins.shape[1] == 1:
        positive = 1 / (1 + np.exp(-margins))
        return np.hstack([1 - positive, positive])
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def largest_difference(predictor, results, path, number):
    results = np.asarray(results, dtype=np.float64).reshape(len(results), -1)
    ours = np.fromfile(path, dtype=number).astype(np.float64).reshape(len(results), -1)
    expected = ours if predictor.is_margin else probabilities(ours)
    return float(np.abs(expected - results).max())


def load():
    name, path, rows, threads, cache = sys.argv[1:]
    predictor = MAKERS[name](path, int(threads), cache)
    features = np.load(rows)
    number = np.float32 if is_xgboost(path) else np.float64
    return Peer({"version": predictor.version,
                 "kind": "margin" if predictor.is_margin else "probability"},
                predictor.ways, features[:TRIAL_ROWS], features,
                lambda results, margins: {
                    "difference": largest_difference(predictor, results, margins, number)})


serve(load)
