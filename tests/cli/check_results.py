#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what a row of the output looks like: the bytes that options ask for are made here
from the golden results of the trainers' libraries, and compared with the program's, on two
engines, with several numbers of threads and batch sizes.

Probabilities of the libraries may be one step off what is correctly rounded, so these are
taken from a run without options, after a look at how near they are.

usage: check_results.py GPUCLASSIFY MODELS
"""
import csv
import gzip
import io
import json
import math
import pathlib
import struct
import subprocess
import sys
import tempfile

program, models = sys.argv[1], pathlib.Path(sys.argv[2])
SHAPES = [["--device", "scalar", "--threads", "1"],
          ["--device", "cpu", "--threads", "3", "--batch-rows", "1"],
          ["--device", "cpu", "--threads", "2", "--batch-rows", "65"]]
n_checked = 0


def run(model, *options, text=None):
    if "--device" not in options:
        options += tuple(SHAPES[0])
    source = "-" if text is not None else str(model / "in.csv")
    path = next(p for p in model.iterdir() if p.name.startswith("model."))
    done = subprocess.run([program, "-m", str(path), source, *options], timeout=60,
                          input=text.encode() if text is not None else None,
                          capture_output=True)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{model.name} {options}: {done.returncode} {done.stderr.decode()}")
    return done.stdout.decode()


def check(model, options, expected, text=None):
    global n_checked
    for shape in SHAPES:
        got = run(model, *options, *shape, text=text)
        if got != expected:
            at = next((i for i, (a, b) in enumerate(zip(got, expected)) if a != b),
                      min(len(got), len(expected)))
            sys.exit(f"{model.name} {options} {shape}: expected {expected[at - 60:at + 60]!r}, "
                     f"got {got[at - 60:at + 60]!r}")
        n_checked += 1


def as_float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


class Case:
    """A golden model: for each row its input, the labels and margins of the library, and
    probabilities, all as texts."""

    def __init__(self, name):
        self.model = models / name
        self.is_float32 = name.startswith("xgb")
        with open(self.model / "in.csv", newline="", encoding="utf-8") as file:
            self.names, *self.rows = csv.reader(file)
        with open(self.model / "expected.csv", newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        self.columns = {name: [row[i] for row in rows] for i, name in enumerate(header)}
        text = run(self.model, "--columns", "none", "--output", "proba")
        header, *rows = csv.reader(io.StringIO(text))
        for i, name in enumerate(header):
            column = [row[i] for row in rows]
            for a, b in zip(column, self.columns[name]):
                if not math.isclose(float(a), float(b), rel_tol=1e-6):
                    sys.exit(f"{self.model.name}: {name} is {a}, not {b}")
            self.columns[name] = column
        self.n_classes = sum(name.startswith("proba_") for name in self.columns)

    def rounded(self, value):
        return as_float32(value) if self.is_float32 else value

    def table(self, passed, results, delimiter=","):
        """CSV of some input columns and of results: pairs of a name and its texts."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        places = [self.names.index(name) for name in passed]
        writer.writerow(passed + [name for name, _ in results])
        for i, row in enumerate(self.rows):
            writer.writerow([row[k] for k in places] + [texts[i] for _, texts in results])
        return out.getvalue()


def listed(names):
    """A list as options take it."""
    return ",".join('"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name
                    for name in names)


def check_names(case):
    """Labels as names; columns named after classes; a prefix and other names."""
    names = ["no, never", 'say "so"', "ünï", "x;y", "e"][:case.n_classes]
    labels = [names[int(k)] for k in case.columns["label"]]
    results = [("label", labels)]
    for stem in "proba", "margin":
        results += [(f"{stem}_{name}", case.columns[f"{stem}_{k}"])
                    for k, name in enumerate(names)]
    options = ["--columns", "id", "--output", "label,proba,margin", "--class-names",
               listed(names)]
    check(case.model, options, case.table(["id"], results))
    prefixed = [("m_" + name, texts) for name, texts in results]
    check(case.model, [*options, "--prefix", "m_"], case.table(["id"], prefixed))
    # Names change places, the name of a result is an old and a new one, and it stands in
    # a list that holds quotes.
    renamed = [("id", prefixed[0][1])] + prefixed[1:-1] + [("a=b,c", prefixed[-1][1])]
    new = {"id": "m_label", "m_label": "id", prefixed[-1][0]: "a=b,c"}
    text = case.table(["id"], renamed).replace("id", "m_label", 1)
    check(case.model, [*options, "--prefix", "m_", "--rename",
                       listed(f"{a}={b}" for a, b in new.items())], text)


def check_top(case):
    names = [f"class {k}" for k in range(case.n_classes)]
    for n_top in range(1, case.n_classes + 1):
        results = []
        ranked = [sorted(range(case.n_classes),
                         key=lambda k: (-float(case.columns[f"proba_{k}"][i]), k))
                  for i in range(len(case.rows))]
        for place in range(n_top):
            results.append((f"top_{place + 1}", [str(ks[place]) for ks in ranked]))
            results.append((f"top_{place + 1}_proba", [case.columns[f"proba_{ks[place]}"][i]
                                                       for i, ks in enumerate(ranked)]))
        text = case.table(["id"], results)
        check(case.model, ["--columns", "id", "--top", str(n_top)], text)
        named = [(name, [names[int(k)] for k in texts] if i % 2 == 0 else texts)
                 for i, (name, texts) in enumerate(results)]
        label = ("label", [names[int(k)] for k in case.columns["label"]])
        options = ["--columns", "id", "--top", str(n_top), "--class-names", listed(names)]
        check(case.model, [*options, "--output", "top,label"],
              case.table(["id"], named + [label]))
        check(case.model, [*options, "--output", "label"], case.table(["id"], [label] + named))


def check_threshold(case):
    stems = [""] if "proba" in case.columns else [f"_{k}" for k in range(case.n_classes)]
    some = case.columns["proba" + stems[-1]]
    for threshold in "0", "1", "0.3", "5e-1", some[0], some[len(some) // 2]:
        least = case.rounded(float(threshold))
        results = []
        for stem in stems:
            values = [case.rounded(float(text)) for text in case.columns["proba" + stem]]
            results.append(("label" + stem, [str(int(value >= least)) for value in values]))
        check(case.model, ["--columns", "id", "--output", "label", "--threshold", threshold],
              case.table(["id"], results))


def check_headers(case):
    """Headers that the input has not, or the output shall not have."""
    results = [("label", case.columns["label"]), ("proba", case.columns["proba"])]
    text = case.table(case.names, results)
    body = text.partition("\n")[2]
    check(case.model, ["--no-output-header"], body)
    check(case.model, ["--output-header"], text)
    with open(case.model / "in.csv", newline="", encoding="utf-8") as file:
        rows = file.read().partition("\n")[2]
    numbers = [str(i + 1) for i in range(len(case.names))]
    options = ["--no-header", "--ignore", "1"]
    check(case.model, options, body, text=rows)
    check(case.model, [*options, "--no-output-header"], body, text=rows)
    header = ",".join(numbers + ["label", "proba"]) + "\n"
    check(case.model, [*options, "--output-header"], header + body, text=rows)
    header = ",".join(["id"] + numbers[1:] + ["label", "score"]) + "\n"
    check(case.model, [*options, "--output-header", "--rename", "1=id,proba=score"],
          header + body, text=rows)
    # An input's column comes before a result of the same name.
    label = case.names.index("id")
    rows = ",".join(case.names).replace("id", "label", 1) + "\n" + rows
    names = case.names[:label] + ["truth"] + case.names[label + 1:]
    check(case.model, ["--rename", "label=truth"],
          ",".join(names + ["label", "proba"]) + "\n" + body, text=rows)


def check_numbers(case):
    """Digits that were asked for: of the exact binary value, as Python rounds it."""
    names = [name for name in case.columns if name.partition("_")[0] in ("proba", "margin", "pred")]
    outputs = list(dict.fromkeys(name.partition("_")[0] for name in names))
    for options in (["--float-format", "%.4f"], ["--float-format", "%e"], ["--precision", "3"],
                    ["--float-format", "%.17g"], ["--float-format", "%.0f"]):
        form = options[1] if "%" in options[1] else f"%.{options[1]}g"
        results = [(name, [form % case.rounded(float(text)) for text in case.columns[name]])
                   for output in outputs for name in names if name.partition("_")[0] == output]
        check(case.model, ["--columns", "id", "--output", ",".join(outputs), *options],
              case.table(["id"], results))


def json_lines(case, passed, results):
    """Objects of strings and of results, the latter as they are to stand in the text."""
    places = [(name, case.names.index(name)) for name in passed]
    lines = []
    for i, row in enumerate(case.rows):
        items = [(name, json.dumps(row[k], ensure_ascii=False)) for name, k in places]
        items += [(name, texts[i]) for name, texts in results]
        lines.append("{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{text}"
                                    for name, text in items) + "}\n")
    return "".join(lines)


def check_json(case):
    names = ["no, never", 'say "so"', "ünï\n", "x\ty", "e\\"][:case.n_classes]
    columns = [(f"proba_{name}", case.columns[f"proba_{k}"]) for k, name in enumerate(names)]
    labels = [json.dumps(names[int(k)], ensure_ascii=False) for k in case.columns["label"]]
    options = ["--class-names", listed(names)]
    text = json_lines(case, case.names, [("label", labels)] + columns)
    check(case.model, [*options, "--format", "jsonl"], text)
    check(case.model, ["--format", "jsonl", "--columns", "none", "--output", "label"],
          json_lines(case, [], [("label", case.columns["label"])]))
    for line, row in zip(text.splitlines(), case.rows):
        if list(json.loads(line).values())[:len(row)] != row:
            sys.exit(f"{line} does not hold {row}")
    with tempfile.TemporaryDirectory() as folder:
        for name in "out.jsonl", "out.ndjson", "out.jsonl.gz", "x.csv":
            path = pathlib.Path(folder) / name
            run(case.model, *options, "-o", str(path))
            written = path.read_bytes()
            written = gzip.decompress(written) if name.endswith(".gz") else written
            if (written == text.encode()) != (name != "x.csv"):
                sys.exit(f"{name} holds what it should not")
        run(case.model, *options, "--format", "jsonl", "-o", folder + "/all/")
        if (pathlib.Path(folder) / "all" / "in.jsonl").read_bytes() != text.encode():
            sys.exit("the output in a folder is not JSON Lines")


def check_json_fields(case):
    """Fields as they are: quoted or not, absent, of no header; numbers that are none."""
    rows = 'x0,"a ""q""\t",x1,x2\n1,"say ""hi""\n""",2,3\n4,é,5,6\n\n7,"",,\n'
    results = run(case.model, "--output", "proba", "--columns", "none", text=rows).split()[1:]
    expected = [{"x0": "1", 'a "q"\t': 'say "hi"\n"', "x1": "2", "x2": "3"},
                {"x0": "4", 'a "q"\t': "é", "x1": "5", "x2": "6"},
                {"x0": "7", 'a "q"\t': "", "x1": "", "x2": ""}]
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":"))[:-1] +
                   f',"p":{proba}}}\n' for row, proba in zip(expected, results))
    options = ["--format", "jsonl", "--output", "proba", "--rename", "proba=p"]
    check(case.model, options, text, text=rows)
    check(case.model, ["--format", "jsonl", "--output", "proba", "--no-header"],
          "".join(f'{{"1":"{i}","2":"2","3":"3","proba":{text}}}\n' for i, text in enumerate(
              run(case.model, "--no-header", "--output", "proba", "--columns", "none",
                  text="0,2,3\n1,2,3\n").split())), text="0,2,3\n1,2,3\n")


def check_no_numbers(case):
    """A number that is not finite is null in JSON, and a word in CSV."""
    for value, word in ("3e38", "inf"), ("-3e38", "-inf"):
        text = ",".join(case.names) + "\n1" + f",{value}" * (len(case.names) - 1) + "\n"
        options = ["--columns", "id", "--output", "margin"]
        check(case.model, options, f"id,margin\n1,{word}\n", text=text)
        check(case.model, [*options, "--precision", "2"], f"id,margin\n1,{word}\n", text=text)
        check(case.model, [*options, "--format", "jsonl"], '{"id":"1","margin":null}\n', text=text)


def main():
    for name in "xgb_rf_parallel_multi", "lgb_multiclass5", "lgb_multiclassova":
        check_names(Case(name))
        check_top(Case(name))
    for name in "xgb_exact", "xgb_multilabel", "lgb_binary_sigmoid":
        check_threshold(Case(name))
    check_headers(Case("lgb_binary_sigmoid"))
    for name in "xgb_rf_parallel_multi", "lgb_multiclass5", "xgb_exact":
        check_numbers(Case(name))
    for name in "xgb_rf_parallel_multi", "lgb_multiclass5":
        check_json(Case(name))
    check_json_fields(Case("xgb_exact"))
    check_no_numbers(Case("xgb_gblinear"))
    print(f"{n_checked} runs gave the bytes that were asked for")


main()
