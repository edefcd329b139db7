#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Types command lines into bash, zsh and fish, presses Tab, and looks at what they became.

    check_completion.py PROGRAM COMPLETION_FOLDER MODELS
"""

import os
import pty
import shutil
import subprocess
import sys
import tempfile
import time

program, scripts, models = map(os.path.abspath, sys.argv[1:4])

# What is typed before Tab, and the words that Enter then hands to the program.
LINES = [
    ("gpuclassify insp", ["inspect"]),
    ("gpuclassify help devi", ["help", "devices"]),
    ("gpuclassify --bad-r", ["--bad-rows"]),
    ("gpuclassify csv --bad-rows sk", ["csv", "--bad-rows", "skip"]),
    ("gpuclassify --bad-rows=sk", ["--bad-rows=skip"]),
    ("gpuclassify -m mod", ["-m", "model.ubj"]),
    ("gpuclassify --model=mod", ["--model=model.ubj"]),
    ("gpuclassify -m blackbox:py2 in", ["-m", "blackbox:py2", "in.csv"]),
    ("gpuclassify -m blackbox:py", ["-m", "blackbox:py"]),  # py2 or py3
    ("gpuclassify inspect mod", ["inspect", "model.ubj"]),
    ("gpuclassify -o in", ["-o", "in.csv"]),
    ("gpuclassify --device scal", ["--device", "scalar"]),
    ("gpuclassify --device=scal", ["--device=scalar"]),
    ("gpuclassify verify --device cpu,scal", ["verify", "--device", "cpu,scalar"]),
    ("gpuclassify in.csv --columns fir", ["in.csv", "--columns", "first"]),
    ("gpuclassify in.csv --columns id,fir", ["in.csv", "--columns", "id,first"]),
    ("gpuclassify in.csv --columns id,na", ["in.csv", "--columns", "id,na"]),  # none is no item
    ("gpuclassify in.csv --ignore sec", ["in.csv", "--ignore", "second one"]),
    ("gpuclassify semi.txt --delimiter ';' --ignore fir", ["semi.txt", "--delimiter", ";", "--ignore", "first"]),
    ("gpuclassify no.csv --columns fir", ["no.csv", "--columns", "fir"]),
    ("gpuclassify in.csv --delimiter xx --columns fir", ["in.csv", "--delimiter", "xx", "--columns", "fir"]),
    ("gpuclassify in.csv --output mar", ["in.csv", "--output", "margin"]),
    ("gpuclassify --iterations be", ["--iterations", "best"]),
]


def drive(shell, lines, folder):
    """Types the lines, each with a Tab, into an interactive shell; returns what the program got."""
    said = os.path.join(folder, "said")
    child, fd = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ.update(PATH=f"{folder}/bin:{os.environ['PATH']}", TERM="dumb", HOME=folder, PS1="$ ")
        os.execvp(shell[0], shell)
    function = (
        f"gpuclassify() {{ if [ \"$1\" = __complete ]; then command gpuclassify \"$@\"; else printf '%s|' \"$@\" >> {said};"
        f" echo >> {said}; fi; }}\n"
    )
    setup = {
        "bash": f". {scripts}/gpuclassify.bash\n",
        "zsh": f"fpath=({folder}/zsh $fpath); autoload -Uz compinit; compinit -u -D; unsetopt auto_menu list_ambiguous beep\n",
    }[os.path.basename(shell[0])]
    os.set_blocking(fd, False)
    shown = b""
    sent = 0
    deadline = time.monotonic() + 60
    got = []
    for text in [setup + function] + lines:
        # A line at a time: what a terminal cannot hold would be lost.
        os.write(fd, (text + "\t\n" if text in lines else text).encode())
        sent += text in lines
        while len(got) < sent and time.monotonic() < deadline:
            try:
                shown += os.read(fd, 65536)
            except BlockingIOError:
                time.sleep(0.005)
            if os.path.exists(said):
                with open(said, encoding="utf-8") as file:
                    got = file.read().split("\n")[:-1]
    os.close(fd)
    os.waitpid(child, 0)
    if len(got) < len(lines):
        sys.exit(f"{shell[0]} did not answer '{lines[len(got)]}': {shown.decode(errors='replace')[-2000:]}")
    return [line.split("|")[:-1] for line in got]


def ask_fish(shell, text, folder):
    """What fish would offer, with the one word that it would take."""
    script = f"source {scripts}/gpuclassify.fish; complete -C (cat line)"
    with open(os.path.join(folder, "line"), "w", encoding="utf-8") as file:
        file.write(text)
    environment = dict(os.environ, PATH=f"{folder}/bin:{os.environ['PATH']}", HOME=folder, XDG_CONFIG_HOME=folder)
    done = subprocess.run(
        [*shell, "--no-config", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return sorted({line.split("\t")[0] for line in done.stdout.splitlines()})


def make_folder(folder):
    for name in ("bin", "zsh"):
        os.mkdir(os.path.join(folder, name))
    os.symlink(program, os.path.join(folder, "bin", "gpuclassify"))
    os.symlink(f"{scripts}/gpuclassify.zsh", os.path.join(folder, "zsh", "_gpuclassify"))
    shutil.copy(f"{models}/xgb_exact/model.ubj", folder)
    for name, delimiter in (("in.csv", ","), ("semi.txt", ";")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(delimiter.join(["id", "first", "second one", "third"]) + "\n")
    open(os.path.join(folder, "mode.log"), "w", encoding="utf-8").close()


def main():
    failed = False
    for shell in (["bash", "--noprofile", "--norc", "-i"], ["zsh", "-f", "-i"]):
        if shutil.which(shell[0]) is None:
            print(f"skipped: {shell[0]} is not installed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            make_folder(folder)
            got = drive(shell, [text for text, _ in LINES], folder)
        for (text, wanted), words in zip(LINES, got):
            if words != wanted:
                failed = True
                print(f"{shell[0]}: '{text}' became {words} instead of {wanted}")
        print(f"{shell[0]}: {len(got)} lines")
    if shutil.which("fish") is None:
        print("skipped: fish is not installed")
    else:
        with tempfile.TemporaryDirectory() as folder:
            make_folder(folder)
            for text, wanted in LINES:
                offered = ask_fish(["fish"], text, folder)
                is_open = text.split()[-1] == wanted[-1]
                if (is_open and len(offered) == 1) or (not is_open and offered != [wanted[-1]]):
                    failed = True
                    print(f"fish: '{text}' offers {offered}, not {wanted[-1]}")
            print(f"fish: {len(LINES)} lines")
    sys.exit(1 if failed else 0)


main()
