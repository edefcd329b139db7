#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One predictor with one model and rows in memory, at the command of bench/peers.

usage: peer.py PEER MODEL ROWS.npy THREADS CACHE_FOLDER

Answers one line of JSON when it is ready and one to each line on standard input:

    choose -         its fastest way of several that do the same
    time SECONDS     predicts again and again for so long: the seconds of the best pass
    compare FILE     the largest difference of its results from the raw margins in FILE
"""
import json
import os
import pathlib
import sys
import time

import numpy as np

TRIAL_ROWS = 20_000
INLINED_BYTES = 5_000_000  # of a LightGBM model file that lleaves compiles with inlining


class Way:
    """`predict(prepare(features))` gives results of every row; only predict() is timed."""

    def __init__(self, name, prepare, predict):
        self.name, self.prepare, self.predict = name, prepare, predict


class Peer:
    """`is_margin`: gives margins, else probabilities of each class."""

    def __init__(self, version, ways, is_margin):
        self.version, self.ways, self.is_margin = version, ways, is_margin


class NotForThisModel(Exception):
    pass


def layouts(predict, *types):
    """A way for each type and order of the matrix of features."""
    return [Way(f"{np.dtype(kind).name} {order}",
                lambda x, kind=kind, order=order: np.asarray(x, dtype=kind, order=order), predict)
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
        raise NotForThisModel("reads XGBoost models only")
    booster = load_booster(path, threads)
    ways = layouts(lambda x: booster.inplace_predict(x, predict_type="margin"), np.float32)
    # A matrix is made anew for each pass, since the library keeps what it predicted for one.
    ways.append(Way("DMatrix", lambda x: xgboost.DMatrix(x, nthread=threads),
                    lambda matrix: booster.predict(matrix, output_margin=True)))
    return Peer(xgboost.__version__, ways, True)


def make_lightgbm(path, threads, _):
    import lightgbm
    if is_xgboost(path):
        raise NotForThisModel("reads LightGBM models only")
    booster = load_booster(path, threads)
    return Peer(lightgbm.__version__,
                layouts(lambda x: booster.predict(x, raw_score=True, num_threads=threads),
                        np.float64, np.float32), True)


def make_onedal(path, threads, _):
    import importlib.metadata
    import daal4py
    import daal4py.mb
    daal4py.daalinit(threads)
    model = daal4py.mb.convert_model(load_booster(path, threads))
    return Peer(importlib.metadata.version("daal"),
                layouts(model.predict_proba, np.float32, np.float64), False)


def make_lleaves(path, threads, cache):
    """Keeps compiled code in the cache folder. Large models are compiled without inlining:
    with it, 500 trees of 255 leaves were not done after seven minutes."""
    import importlib.metadata
    import lleaves
    if is_xgboost(path):
        raise NotForThisModel("reads LightGBM models only")
    model = lleaves.Model(model_file=path)
    compiled = pathlib.Path(cache) / f"{pathlib.Path(path).name}.lleaves.o"
    kept = compiled.exists()
    start = time.process_time()
    inlined = os.path.getsize(path) < INLINED_BYTES
    model.compile(raw_score=True, cache=compiled, finline=inlined)
    seconds = compiled.with_suffix(".seconds")
    if not kept:
        seconds.write_text(f"{time.process_time() - start:.1f}")
    return Peer(f"{importlib.metadata.version('lleaves')} (compiled in {seconds.read_text()} CPU s"
                f"{'' if inlined else ', not inlined'})",
                layouts(lambda x: model.predict(x, n_jobs=threads), np.float64, np.float32), True)


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
    return Peer(onnxruntime.__version__,
                [Way("all outputs", one_layout, lambda x: session.run(None, {"x": x})[-1]),
                 Way("probabilities", one_layout, lambda x: session.run([name], {"x": x})[0])],
                False)


MAKERS = {"XGBoost": make_xgboost, "LightGBM": make_lightgbm, "oneDAL": make_onedal,
          "lleaves": make_lleaves, "ONNX Runtime": make_onnx}


def timed(way, features):
    """Seconds and results of one pass."""
    prepared = way.prepare(features)
    start = time.perf_counter()
    results = way.predict(prepared)
    return time.perf_counter() - start, results


def fastest_way(peer, features):
    """Tries all on some rows, and those that are not far behind on all rows."""
    def best(way, rows, tries):
        return min(timed(way, rows)[0] for _ in range(tries))

    seconds = {way: best(way, features[:TRIAL_ROWS], 3) for way in peer.ways}
    near = [way for way in peer.ways if seconds[way] < 1.5 * min(seconds.values())]
    return min(near, key=lambda way: best(way, features, 1)) if len(near) > 1 else near[0]


def probabilities(margins):
    if margins.shape[1] == 1:
        positive = 1 / (1 + np.exp(-margins))
        return np.hstack([1 - positive, positive])
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def largest_difference(peer, results, path, number):
    results = np.asarray(results, dtype=np.float64).reshape(len(results), -1)
    ours = np.fromfile(path, dtype=number).astype(np.float64).reshape(len(results), -1)
    return float(np.abs((ours if peer.is_margin else probabilities(ours)) - results).max())


def main():
    name, path, rows, threads, cache = sys.argv[1:]
    threads = int(threads)
    # Libraries print to standard output too: answers get a descriptor of their own.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def answer(**content):
        answers.write(json.dumps(content) + "\n")

    try:
        peer = MAKERS[name](path, threads, cache)
        features = np.load(rows)
    except NotForThisModel as reason:
        answer(skipped=str(reason), expected=True)
        return
    except Exception as failure:  # whatever a library finds wrong, the others go on
        answer(skipped=f"{type(failure).__name__}: {str(failure).splitlines()[:1]}")
        return
    answer(version=peer.version, setup_seconds=time.process_time(),
           kind="margin" if peer.is_margin else "probability")
    for line in sys.stdin:
        command, argument = line.split(maxsplit=1)
        if command == "choose":
            way = fastest_way(peer, features)
            answer(way=way.name)
        elif command == "time":
            passes, start = [], time.perf_counter()
            while not passes or time.perf_counter() - start < float(argument):
                seconds, results = timed(way, features)
                passes.append(seconds)
            answer(seconds=min(passes))
        else:
            number = np.float32 if is_xgboost(path) else np.float64
            answer(difference=largest_difference(peer, results, argument.strip(), number))


main()
