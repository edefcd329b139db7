# SPDX-License-Identifier: Apache-2.0
"""One reader of CSV files, for bench/csv_peers (see peer_server.py).

usage: csv_peer.py PEER SAMPLE.csv FILE.csv THREADS
       csv_peer.py reference FILE.csv

A pass reads the whole file to columns in memory, numbers as numbers and text as text, and
keeps the order of the rows. All readers expect quotes, and line ends within them where the
file has those. Some ways are told the columns' types, others find them.

`compare FILE` gives the checksum of the columns (csv_checksum.py), and how many numbers
are not those of the reference in FILE. The reference is made by Python's own csv module
and float(), which rounds correctly.
"""
import sys

import numpy as np

from csv_checksum import checksum, is_text, read_reference, text_sizes, write_reference
from peer_server import Peer, Way, serve


def column_names(path):
    with open(path, encoding="utf-8") as file:
        return file.readline().strip().split(",")


def make_polars(path, _):
    import polars
    types = {name: polars.String if is_text(name) else polars.Float64
             for name in column_names(path)} | {"id": polars.Int64}
    ways = [Way("read_csv", polars.read_csv),
            Way("read_csv, schema", lambda x: polars.read_csv(x, schema=types)),
            Way("scan_csv, schema", lambda x: polars.scan_csv(x, schema=types).collect()),
            Way("scan_csv, streaming, schema",
                lambda x: polars.scan_csv(x, schema=types).collect(engine="streaming"))]
    return polars.__version__, ways, lambda frame: [frame[name].to_arrow()
                                                    for name in frame.columns]


def make_duckdb(path, threads):
    import duckdb
    connection = duckdb.connect(config={"threads": threads})
    types = {name: "VARCHAR" if is_text(name) else "DOUBLE"
             for name in column_names(path)} | {"id": "BIGINT"}
    told = (f", columns={types}, auto_detect=false, header=true, delim=',', quote='\"', "
            "escape='\"', new_line='\\n'")

    def select(options, fetch):
        return lambda x: fetch(connection.sql(f"SELECT * FROM read_csv('{x}'{options})"))

    def create_table(x):
        connection.sql(f"CREATE OR REPLACE TABLE t AS SELECT * FROM read_csv('{x}'{told})")
        return connection.table("t")

    ways = [Way("Arrow", select("", lambda rows: rows.to_arrow_table())),
            Way("Arrow, types", select(told, lambda rows: rows.to_arrow_table())),
            Way("NumPy, types", select(told, lambda rows: rows.fetchnumpy())),
            Way("table in memory, types", create_table)]

    def columns(results):
        if isinstance(results, dict):
            return list(results.values())
        is_table = isinstance(results, duckdb.DuckDBPyRelation)
        return (results.to_arrow_table() if is_table else results).columns

    return duckdb.__version__, ways, columns


def make_pyarrow(path, threads):
    import pyarrow
    from pyarrow import csv
    pyarrow.set_cpu_count(threads)
    pyarrow.set_io_thread_count(threads)
    names = column_names(path)
    types = {name: pyarrow.string() if is_text(name) else pyarrow.float64()
             for name in names} | {"id": pyarrow.int64()}
    parsing = csv.ParseOptions(newlines_in_values=any(map(is_text, names)))
    ways = []
    for told in ("", ", types"):
        converting = csv.ConvertOptions(column_types=types if told else None)
        for megabytes in (1, 4, 16):
            reading = csv.ReadOptions(block_size=megabytes << 20)
            ways.append(Way(f"blocks of {megabytes} MiB{told}",
                            lambda x, reading=reading, converting=converting: csv.read_csv(
                                x, read_options=reading, parse_options=parsing,
                                convert_options=converting)))
    return pyarrow.__version__, ways, lambda table: table.columns


def pandas_columns(frame):
    return [frame[name].array for name in frame.columns]


def make_pandas(path, _):
    import pandas
    types = {name: "str" if is_text(name) else "float64"
             for name in column_names(path)} | {"id": "int64"}
    ways = [Way(f"C engine{how}", lambda x, options=options: pandas.read_csv(
                x, engine="c", low_memory=False, **options))
            for how, options in (("", {}), (", dtype", {"dtype": types}),
                                 (", dtype, memory map", {"dtype": types, "memory_map": True}))]
    return pandas.__version__, ways, pandas_columns


def make_pandas_pyarrow(_, threads):
    import pandas
    import pyarrow
    pyarrow.set_cpu_count(threads)
    ways = [Way("to NumPy", lambda x: pandas.read_csv(x, engine="pyarrow")),
            Way("kept as Arrow", lambda x: pandas.read_csv(x, engine="pyarrow",
                                                           dtype_backend="pyarrow"))]
    return pandas.__version__, ways, pandas_columns


MAKERS = {"polars": make_polars, "DuckDB": make_duckdb, "pyarrow": make_pyarrow,
          "pandas": make_pandas, "pandas, pyarrow": make_pandas_pyarrow}


def as_arrow(column):
    import pyarrow
    if isinstance(column, pyarrow.ChunkedArray):
        return column
    array = pyarrow.array(column)
    return array if isinstance(array, pyarrow.ChunkedArray) else pyarrow.chunked_array([array])


def compare(columns, reference):
    """Facts on the columns: numbers as float64, text by its size."""
    numbers, text_bytes, text_fields = [], 0, 0
    for column in map(as_arrow, columns):
        if str(column.type) in ("int64", "double"):
            numbers.append(column.to_numpy().astype(np.float64))
        else:
            n_bytes, n_fields = text_sizes(column)
            text_bytes, text_fields = text_bytes + n_bytes, text_fields + n_fields
    expected = read_reference(reference)
    different = sum(int(np.count_nonzero(ours.view(np.uint64) != theirs.view(np.uint64)))
                    for ours, theirs in zip(numbers, expected, strict=True))
    return {"checksum": checksum(numbers, text_bytes, text_fields), "different": different}


def load():
    name, sample, path, threads = sys.argv[1:]
    version, ways, columns = MAKERS[name](path, int(threads))
    return Peer({"version": version}, ways, sample, path,
                lambda results, reference: compare(columns(results), reference))


if sys.argv[1] == "reference":
    write_reference(sys.argv[2])
else:
    serve(load)
