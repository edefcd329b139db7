#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What --version says is what was built, and no OpenCL driver is loaded unless it is needed.

    check_start.py PROGRAM MODEL_FOLDER FIRST_LINE opencl=0|1 simd=0|1 COMPILER

Loading is seen by the dynamic linker's own record (LD_DEBUG): the only driver that OpenCL is
told of is a library that does not exist.
"""
import os
import re
import subprocess
import sys
import tempfile

DRIVER = "libgpuclassify-test-driver.so"


def fail(text):
    sys.exit(f"check_start: {text}")


def run(arguments, folder):
    """What the program prints, and whether it looked for the driver."""
    environment = dict(os.environ, LD_DEBUG="libs", LD_DEBUG_OUTPUT=f"{folder}/ld",
                       OCL_ICD_VENDORS=f"{folder}/vendors")
    environment.pop("GPUCLASSIFY_DISABLE", None)
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True,
                          timeout=120)
    if done.returncode != 0:
        fail(f"{arguments} exits with {done.returncode}: {done.stderr}")
    records = [name for name in os.listdir(folder) if name.startswith("ld.")]
    text = ""
    for name in records:
        with open(f"{folder}/{name}", encoding="utf-8") as file:
            text += file.read()
        os.remove(f"{folder}/{name}")
    if "libc.so" not in text:
        fail("the dynamic linker keeps no record")
    return done.stdout, DRIVER in text


def check_version(text, first_line, opencl, simd, compiler):
    lines = text.splitlines()
    if lines[0] != first_line:
        fail(f"the first line is '{lines[0]}', not '{first_line}'")
    facts = dict(line.split(": ", 1) for line in lines[1:])
    engines = ["opencl"] * opencl + ["avx512", "avx2", "sse42"] * simd + ["scalar"]
    if facts["engines"].split() != engines:
        fail(f"the engines are {facts['engines']}, not {engines}")
    if facts["OpenCL"].startswith("yes") != opencl:
        fail(f"OpenCL is '{facts['OpenCL']}'")
    if facts["compiler"] != compiler:
        fail(f"the compiler is '{facts['compiler']}', not '{compiler}'")
    for name in "XGBoost JSON", "XGBoost UBJSON", "LightGBM text":
        if name not in facts["models"].split(", "):
            fail(f"the models are {facts['models']}, without {name}")
    if not re.fullmatch(r"gzip \(zlib \d[\d.]*\), zstd \(libzstd \d[\d.]*\)", facts["packed files"]):
        fail(f"packed files: '{facts['packed files']}'")


def main():
    program, model_folder, first_line, opencl, simd, compiler = sys.argv[1:]
    opencl, simd = opencl == "opencl=1", simd == "simd=1"
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/vendors")
        with open(f"{folder}/vendors/test.icd", "w", encoding="utf-8") as file:
            file.write(DRIVER + "\n")
        with open(f"{model_folder}/in.csv", encoding="utf-8") as file:
            rows = file.readlines()[:11]
        with open(f"{folder}/in.csv", "w", encoding="utf-8") as file:
            file.writelines(rows)
        text, is_loaded = run([program, "--version"], folder)
        check_version(text, first_line, opencl, simd, compiler)
        if is_loaded:
            fail("--version loads OpenCL drivers")
        for device in "scalar", "cpu", "auto":
            _, is_loaded = run([program, "-m", f"{model_folder}/model.ubj", f"{folder}/in.csv",
                                "-o", f"{folder}/out.csv", "--device", device], folder)
            if is_loaded:
                fail(f"ten rows with --device {device} load OpenCL drivers")
        _, is_loaded = run([program, "devices"], folder)
        if is_loaded != opencl:
            fail(f"the command devices loads {'no' if opencl else 'an'} OpenCL driver")
    print("as built, and without drivers")


main()
