#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The black-box job as its users run it in pandas: the reference that gpuclassify must equal.

usage: pandas_job.py [--slowness N] [--seeding py2|py3] INPUT OUTPUT

Prints the seconds that reading, classifying and writing took, imports not included.
"""
import argparse
import hashlib
import random
import time

import pandas as pd


def classifier(slowness, seeding):
    version = {"py2": 1, "py3": 2}[seeding]

    def classify(row):
        text = repr(row)
        load = hashlib.sha256()
        for _ in range(slowness):
            load.update(text.encode())
        random.seed(text, version=version)
        return random.uniform(0.0, 1.0)

    return classify


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--slowness", type=int, default=10)
    parser.add_argument("--seeding", choices=["py2", "py3"], default="py3")
    parser.add_argument("input")
    parser.add_argument("output")
    arguments = parser.parse_args()

    start = time.perf_counter()
    df = pd.read_csv(arguments.input, index_col=0, dtype=str, engine="python")
    df["CLASSIFICATION"] = df.apply(classifier(arguments.slowness, arguments.seeding), axis=1)
    df.to_csv(arguments.output, header=False)
    print(f"{time.perf_counter() - start:.3f}")


main()
