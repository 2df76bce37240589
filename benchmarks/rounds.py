"""Ten tasks that need several functions or several rounds, through the command line alone. Prints a table and JSON.

    python benchmarks/rounds.py check [--tasks a,b]     each start fails its tests, each solution passes all of them
    python benchmarks/rounds.py run [--model M] [--with auto] [--tasks a,b] [--calls 12] [--seconds 300] [--json FILE]

`benchmarks/rounds/NAME/` holds a program that is wrong in several places, its tests (or a metric and cases), the
command line that it is given to (`task.toml`), `held_out.py` with tests that the optimizer never sees, and `solution/`.
Without --model the optimizer is one that asks none, such as `search`.

    right       the tests pass on the file as written, in a fresh plain pytest, and so do those held out; of a metric:
                each case that was held out has the highest score
    prompt      median of the characters of a prompt
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "rounds"
HIDDEN = shutil.ignore_patterns("solution", "held_out*", "task.toml", "__pycache__")
HELD_OUT = "held_out*"  # what judges, and only that
LATE = 2.0  # times its budget that a run may take before it is broken off, besides a minute; chosen
Row = dict[str, Any]


def names() -> list[str]:
    """All tasks."""
    return sorted(path.parent.name for path in HERE.glob("*/task.toml"))


def lay_out(name: str, folder: Path) -> list[str]:
    """A task in a folder, without what judges; returns what `tracec optimize` is given."""
    shutil.copytree(HERE / name, folder, ignore=HIDDEN, dirs_exist_ok=True)
    task = tomllib.loads((HERE / name / "task.toml").read_text("utf-8"))
    return [*task["paths"], *task["options"]]


def judged(name: str, folder: Path) -> tuple[bool, bool]:
    """Whether a folder's own tests pass, which is True where it has none, and whether those do that were held out."""
    own = sorted(path.name for path in folder.glob("test_*.py"))
    for path in (HERE / name).glob(HELD_OUT):
        shutil.copy(path, folder)
    return all(passes(folder, test) for test in own), passes(folder, "held_out.py")


def passes(folder: Path, test: str) -> bool:
    """Whether a file of tests passes in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def asked(folder: Path) -> list[Row]:
    """The calls of a model that the run in a folder made, in their order."""
    found = sorted(folder.glob(".tracec/runs/*/prompts/*.json"))
    return [json.loads(path.read_text("utf-8")) for path in found]


def characters(call: Row) -> int:
    """The length of a prompt."""
    return sum(len(message["content"]) for message in call["messages"])


def solve(name: str, folder: Path, options: Sequence[str], seconds: float) -> Row:
    """One task, given to `tracec optimize` in a folder."""
    given = lay_out(name, folder)
    command = [sys.executable, "-m", "tracec", "optimize", *given, *options, "--budget-seconds", str(seconds)]
    began = time.monotonic()
    try:
        done = subprocess.run(
            [*command, "--write", "--json"], cwd=folder, capture_output=True, text=True, timeout=LATE * seconds + 60,
            check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        said = json.loads(done.stdout) if done.stdout.startswith("{") else {"error": done.stderr[-500:]}
    except subprocess.TimeoutExpired:
        said = {"error": "it took too long"}
    took, calls = time.monotonic() - began, asked(folder)
    tests, held_out = judged(name, folder)
    return {
        "task": name,
        "status": said.get("status", "error"),
        "tests": tests,
        "held_out": held_out,
        "right": tests and held_out,
        "calls": said.get("llm_calls"),
        "tokens": said.get("llm_tokens"),
        "prompt": round(statistics.median(map(characters, calls))) if calls else None,
        "candidates": said.get("candidates"),
        "seconds": round(took, 1),
        "before": said.get("score_before", said.get("tests_before")),
        "after": said.get("score_after", said.get("tests_after")),
        "warnings": said.get("warnings", []),
        "error": said.get("error"),
        "diff": said.get("diff", ""),
    }


def run(options: argparse.Namespace) -> list[Row]:
    """All tasks that were asked for."""
    rows = list[Row]()
    given = ["--with", options.optimizer] * bool(options.optimizer)
    given += ["--model", options.model, "--budget-calls", str(options.calls)] * bool(options.model)
    print(f"{'task':10} {'status':10} {'right':6} {'calls':>5} {'tokens':>7} {'prompt':>6} {'candidates':>10} {'s':>6}")
    for name in options.tasks:
        with tempfile.TemporaryDirectory() as folder:
            row = solve(name, Path(options.keep) / name if options.keep else Path(folder), given, options.seconds)
        rows.append(row)
        cells = (row[key] if row[key] is not None else "-" for key in ("calls", "tokens", "prompt", "candidates"))
        calls, tokens, prompt, candidates = map(str, cells)
        print(
            f"{name:10} {row['status']:10} {row['right']!s:6} {calls:>5} {tokens:>7} {prompt:>6} {candidates:>10}"
            f" {row['seconds']:6}",
            flush=True,
        )
    right = sum(row["right"] for row in rows)
    print(f"{right} of {len(rows)} right, {sum(row['calls'] or 0 for row in rows)} calls")
    return rows


def check(options: argparse.Namespace) -> list[Row]:
    """Each start is wrong, by what the optimizer sees and by what is held out; each solution is right."""
    rows = list[Row]()
    for name in options.tasks:
        with tempfile.TemporaryDirectory() as start, tempfile.TemporaryDirectory() as end:
            for folder in (start, end):
                lay_out(name, Path(folder))
            shutil.copytree(HERE / name / "solution", end, dirs_exist_ok=True)
            before, after = judged(name, Path(start)), judged(name, Path(end))
        metric = not [*(HERE / name).glob("test_*.py")]
        rows.append({"task": name, "sound": before == (metric, False) and after == (True, True)})
        print(f"{name:10} {'sound' if rows[-1]['sound'] else f'not sound: {before}, {after}'}", flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("run", "check"))
    parser.add_argument("--tasks", default="")
    parser.add_argument("--model", default="")
    parser.add_argument("--with", dest="optimizer", default="")
    parser.add_argument("--calls", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--keep", metavar="FOLDER", help="where the folders of the tasks stay")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    options.tasks = options.tasks.split(",") if options.tasks else names()
    if strange := [*{*options.tasks} - {*names()}]:
        parser.error(f"no task is called {strange[0]}; there are {', '.join(names())}")
    rows = (run if options.what == "run" else check)(options)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))
    sys.exit(0 if options.what == "run" or all(row["sound"] for row in rows) else 1)


if __name__ == "__main__":
    main()
