# SPDX-License-Identifier: Apache-2.0
"""What the columns of a CSV file are, in one line, and the reference to check readers by.

The checksum is XOR:SUM:BYTES:FIELDS. XOR and SUM, 16 hex digits each, are over the float64
bit patterns of every value in a column of numbers, as 64-bit integers, the sum modulo 2^64.
BYTES and FIELDS, decimal, are over the columns of text: UTF-8 without quotes, and how many.
A column is of text if its name begins with a t.
"""
import csv
import hashlib
import json
import pathlib

import numpy as np


def is_text(name):
    return name.startswith("t")


def checksum(numbers, text_bytes, text_fields):
    bits = [column.view(np.uint64) for column in numbers]
    xor = np.bitwise_xor.reduce([np.bitwise_xor.reduce(column) for column in bits])
    total = sum(int(np.add.reduce(column)) for column in bits) % 2**64
    return f"{int(xor):016x}:{total:016x}:{text_bytes}:{text_fields}"


def text_sizes(column):
    """Bytes and fields of an Arrow column of text."""
    import pyarrow
    from pyarrow import compute
    sizes = compute.binary_length(compute.cast(column, pyarrow.large_string()))
    return compute.sum(sizes).as_py(), len(column) - column.null_count


def reference_paths(path):
    return pathlib.Path(f"{path}.reference.npy"), pathlib.Path(f"{path}.reference.json")


def read_reference(path):
    return np.load(path, mmap_mode="r")


def write_reference(path):
    """Values and checksum of a CSV file beside it, unless they are there."""
    values_path, facts_path = reference_paths(path)
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if facts_path.exists() and json.loads(facts_path.read_text())["sha256"] == digest:
        return
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        names = next(rows)
        numbers = [i for i, name in enumerate(names) if not is_text(name)]
        texts = [i for i, name in enumerate(names) if is_text(name)]
        values, text_bytes, n_rows = [], 0, 0
        for row in rows:
            values.append(np.array([float(row[i]) for i in numbers]))
            text_bytes += sum(len(row[i].encode()) for i in texts)
            n_rows += 1
    columns = np.ascontiguousarray(np.array(values).T)
    np.save(values_path, columns)
    facts_path.write_text(json.dumps({
        "sha256": digest, "rows": n_rows, "columns": len(names),
        "checksum": checksum(columns, text_bytes, n_rows * len(texts))}))
