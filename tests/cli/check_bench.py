# SPDX-License-Identifier: Apache-2.0
"""Reads what `gpuclassify bench` writes as a browser and a spreadsheet would: SVG is XML
whose parts lie inside the picture, and SVG, JSON and CSV tell the same.

check_bench.py GPUCLASSIFY PRINT_BENCH MODEL"""
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

NAMESPACE = "{http://www.w3.org/2000/svg}"
CHARACTER_WIDTH = 0.62  # of the font size; as wide as a sans-serif font gets on average


def numbers(element, *names):
    return [float(element.get(name)) for name in names]


def points_of(element):
    """The places that an element reaches to, as (x, y)."""
    kind = element.tag.removeprefix(NAMESPACE)
    if kind == "line":
        x1, y1, x2, y2 = numbers(element, "x1", "y1", "x2", "y2")
        return [(x1, y1), (x2, y2)]
    if kind == "circle":
        x, y, r = numbers(element, "cx", "cy", "r")
        return [(x - r, y - r), (x + r, y + r)]
    if kind == "rect":
        width, height = numbers(element, "width", "height")
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        assert width >= 0 and height >= 0
        return [(x, y), (x + width, y + height)]
    if kind == "polyline":
        return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]
    if kind == "text" and element.get("x") is not None:
        x, y = numbers(element, "x", "y")
        size = {"title": 22, "panel": 15}.get(element.get("class"), 13)
        width = CHARACTER_WIDTH * size * len("".join(element.itertext()))
        left = x - {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor")]
        return [(left, y - size), (left + width, y)]
    assert kind in ("svg", "title", "style", "text", "g"), kind
    return []


def check_svg(text, result):
    root = ElementTree.fromstring(text)
    x0, y0, width, height = map(float, root.get("viewBox").split())
    for element in root.iter():
        for x, y in points_of(element):
            assert x0 <= x <= x0 + width and y0 <= y <= y0 + height, (
                ElementTree.tostring(element), x, y, width, height)
    circles = [(int(c.get("data-threads")), float(c.get("data-speed-up")))
               for c in root.iter(NAMESPACE + "circle") if c.get("class") == "point"]
    expected = [(s["threads"], s["speed_up"]) for s in result["setups"] if s["is_scaling"]]
    assert [c[0] for c in circles] == [e[0] for e in expected], (circles, expected)
    assert all(abs(c[1] - e[1]) < 1e-3 for c, e in zip(circles, expected))
    bars = [b for b in root.iter(NAMESPACE + "rect") if (b.get("class") or "").startswith("bar ")]
    devices = [s for s in result["setups"] if s["is_device"]]
    assert [b.get("data-device") for b in bars] == [s["device"] for s in devices]
    texts = ["".join(t.itertext()) for t in root.iter(NAMESPACE + "text")]
    for setup in devices:
        assert f"{setup['rows_per_s']:,.0f}" in texts, (setup["rows_per_s"], texts)
    # Longer bars are faster devices, all to one scale.
    widths = [float(b.get("width")) for b in bars]
    scale = max(widths) / max(s["rows_per_s"] for s in devices)
    for width, setup in zip(widths, devices):
        assert abs(width - scale * setup["rows_per_s"]) < 0.2
    strips = [float(r.get("width")) for r in root.iter(NAMESPACE + "rect")
              if (r.get("class") or "").startswith("stage ")]
    n_stages = len(devices[0]["stage_seconds"])
    for i, width in enumerate(widths):
        assert abs(sum(strips[i * n_stages:(i + 1) * n_stages]) - width) < 0.2
    assert any("ideal" == t for t in texts) and result["machine"][:20] in texts[0]


def check_csv(text, result):
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(result["setups"])
    for row, setup in zip(rows, result["setups"]):
        assert row["device"] == setup["device"] and int(row["threads"]) == setup["threads"]
        assert row["machine"] == result["machine"] and row["model"] == result["model"]["name"]
        assert abs(float(row["median_s"]) - setup["median_seconds"]) < 1e-6
        for stage, seconds in setup["stage_seconds"].items():
            assert abs(float(row[stage + "_s"]) - seconds) < 1e-6


def check_json(result):
    setups = result["setups"]
    for setup in setups:
        seconds = sorted(run["seconds"] for run in setup["runs"])
        n = len(seconds)
        median = (seconds[(n - 1) // 2] + seconds[n // 2]) / 2
        assert n == result["rounds"]
        assert abs(median - setup["median_seconds"]) < 1e-6
        assert (seconds[0], seconds[-1]) == (setup["lowest_seconds"], setup["highest_seconds"])
        assert abs(setup["speed_up"] * median / setups[0]["median_seconds"] - 1) < 1e-6
        assert abs(setup["rows_per_s"] * median / result["input"]["rows"] - 1) < 1e-6
    assert result["output"]["all_equal_to_scalar"] is True


def run(*arguments):
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE).stdout.decode()


def check_made_up(print_bench):
    for cores, devices, *awkward in (("1", "0"), ("2", "3"), ("16", "4"), ("128", "6"),
                                     ("96", "60", "awkward"), ("3", "2", "awkward")):
        arguments = (cores, devices, *awkward)
        result = json.loads(run(print_bench, "json", *arguments))
        check_json(result)
        check_csv(run(print_bench, "csv", *arguments), result)
        check_svg(run(print_bench, "svg", *arguments), result)


def check_program(program, model):
    with tempfile.TemporaryDirectory() as folder:
        paths = {kind: pathlib.Path(folder, "bench." + kind) for kind in ("csv", "json", "svg")}
        run(program, "bench", "-m", model, "--rows", "3000", "--rounds", "2", "--threads", "2",
            "--device", "cpu,scalar",
            *(word for kind, path in paths.items() for word in ("--" + kind, str(path))))
        assert sorted(p.name for p in pathlib.Path(folder).iterdir()) == [
            "bench.csv", "bench.json", "bench.svg"]
        result = json.loads(paths["json"].read_text())
        assert [s["threads"] for s in result["setups"]] == [1, 2, 2]
        assert result["input"] | {"bytes": 0} == {
            "name": None, "is_generated": True, "rows": 3000, "different_rows": 3000, "bytes": 0}
        check_json(result)
        check_csv(paths["csv"].read_text(), result)
        check_svg(paths["svg"].read_text(), result)


if len(sys.argv) != 4:
    sys.exit(__doc__)
check_made_up(sys.argv[2])
check_program(sys.argv[1], sys.argv[3])
