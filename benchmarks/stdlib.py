"""The standard library, instrumented at `values` -> whether each module imports and does as it does plain.

    python benchmarks/stdlib.py [--only NAME] [--modes alone,deep] [--json FILE]

Each module named in stdlib/calls.txt is imported anew in a child of its own and its smoke call is run: plainly, with
the module alone instrumented, and with every pure-Python module of the standard library that it imports instrumented
too (`deep`). Output, exception and the places in its traceback must be the same, and live functions of the module must
record, or it counts as not recorded. The exit code is 0 when nothing differs.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tracec.launch import launcher
from tracec.launch.scoping import setting
from tracec.launch.subprocesses import family

HERE = Path(__file__).resolve().parent
sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder) != str(HERE)]  # our trace.py is not Python's
CHILD = HERE / "stdlib" / "child.py"
MODES = ("alone", "deep")


@dataclass(frozen=True, slots=True)
class Call:
    """A module and what to do with it."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came out for one module in one mode: `same`, `differs`, `not recorded` or `not here`."""

    name: str
    mode: str
    outcome: str
    plain: str = ""
    recorded: str = ""
    files: int = 0  # files of the standard library that recorded
    problems: tuple[str, ...] = ()  # what linking the log said


def calls(only: Sequence[str] = ()) -> list[Call]:
    """The table."""
    text = (HERE / "stdlib" / "calls.txt").read_text("utf-8")
    parts = [part.partition("\n") for part in text.split("\n=== ")[1:]]
    return [Call(name, code.strip()) for name, _, code in parts if not only or name in only]


def file_of(name: str) -> str:
    """A module's source file; '' where it has none here."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return ""
    origin = spec.origin if spec is not None else None
    if origin == "frozen":
        origin = spec.loader_state.filename if spec is not None and spec.loader_state else None
    return os.path.realpath(origin) if origin and origin.endswith(".py") else ""


def child(jobs: list[dict[str, object]], folder: Path, files: Sequence[str] = ()) -> dict[str, Any]:
    """Module -> what the child said of it; recorded where there are files. A child that dies says so in 'error'."""
    work, report, log = folder / "jobs.json", folder / "report.jsonl", folder / "log.trace"
    work.write_text(json.dumps(jobs))
    report.unlink(missing_ok=True)
    log.unlink(missing_ok=True)
    program = [str(CHILD), str(work), str(report)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COLUMNS"))}
    env = {**clean, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80", "TZ": "UTC"}
    with contextlib.ExitStack() as stack:
        command = [sys.executable, *program]
        if files:
            run = setting(folder.parent, files)
            told: dict[str, Any] = dict(stack.enter_context(family(run)).files)
            command = launcher.command(program, run, log, **told)
        command[1:1] = ["-X", "frozen_modules=off"]
        done = subprocess.run(command, capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL, timeout=300)
    lines = report.read_text("utf-8").splitlines() if report.exists() else []
    found = {one["name"]: one for one in map(json.loads, lines)}
    said = (done.stdout + done.stderr)[-2000:]
    lost = {"out": "", "error": f"the child ended with {done.returncode}: {said}", "files": [], "recording": []}
    return {str(job["name"]): found.get(str(job["name"]), lost) | {"said": said} for job in jobs}


def compared(some: Sequence[Call], mode: str, folder: Path, check: bool = False) -> list[Result]:
    """Several modules in two children, plain and recorded."""
    jobs: list[dict[str, object]] = [asdict(call) | {"deep": mode == "deep"} for call in some]
    plain = child(jobs, folder)
    here = [job for job in jobs if file_of(str(job["name"]))]
    files = {file_of(str(job["name"])) for job in here}
    if mode == "deep":
        files = {file for job in here for file in plain[str(job["name"])]["files"]} | files
    recorded = child(here, folder, sorted(files)) if here else {}
    problems = tuple(linked(folder / "log.trace") if check else ())
    return [judged(call.name, mode, plain[call.name], recorded.get(call.name), problems) for call in some]


def linked(log: Path) -> list[str]:
    """What the linker says of the log: nothing, where every event has its place."""
    from tracec.recording.trace_store import load

    if not log.exists():
        return ["no log was written"]
    return [problem for trace in load(log) for problem in trace.check()][:5]


def judged(
    name: str, mode: str, plain: dict[str, Any], recorded: dict[str, Any] | None, said: tuple[str, ...]
) -> Result:
    """One module's two runs side by side."""
    if recorded is None or (plain["error"].startswith("ModuleNotFoundError") and not plain["out"]):
        return Result(name, mode, "not here", plain["error"])
    both = [f"{one['out']}{one['error']}{one['said']}" for one in (plain, recorded)]
    outcome = "same" if both[0] == both[1] else "differs"
    if outcome == "same" and file_of(name) not in recorded["recording"]:
        outcome = "not recorded"
    return Result(name, mode, outcome, both[0], both[1], len(recorded["recording"]), said)


def main() -> int:
    """Compare and print; 1 where something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAME", action="append", default=[])
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--check", action="store_true", help="link each log and say what has no place")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args()
    results: list[Result] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        (work := Path(folder) / "work").mkdir()
        for mode in args.modes.split(","):
            for call in calls(args.only):
                results += compared([call], mode, work, args.check)
                said(results[-1])
    summary(results)
    print(f"{time.monotonic() - began:.0f} s")
    if args.json:
        args.json.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")
    return 1 if any(result.outcome == "differs" for result in results) else 0


def said(one: Result) -> None:
    """What is worth a line."""
    if one.outcome == "differs":
        print(f"{one.name} ({one.mode}) differs\n--- plain\n{one.plain}\n--- recorded\n{one.recorded}", flush=True)
    if one.outcome == "not recorded":
        print(f"{one.name} ({one.mode}): nothing in it records", flush=True)
    for problem in one.problems:
        print(f"{one.name} ({one.mode}): {problem}", flush=True)


def summary(results: Sequence[Result]) -> None:
    """Modules by mode and outcome."""
    for mode in dict.fromkeys(result.mode for result in results):
        kinds = [result.outcome for result in results if result.mode == mode]
        print(f"{mode}: " + ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds))), flush=True)


if __name__ == "__main__":
    sys.exit(main())
