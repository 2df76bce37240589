"""Tools by others that watch a run: how each is installed, and how each is started on a workload.

Each is used as its own documentation says, with its defaults, and on the workload's file only where it can be told so.
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from overhead_child import Job

# trace-opt without its dependencies: most are for asking models, half a gigabyte; its recorder needs these two alone.
PACKAGES = {
    "viztracer": [["viztracer"]],
    "coverage": [["coverage"]],
    "dynapyt": [["dynapyt"]],
    "monkeytype": [["monkeytype"]],
    "trace-opt": [["graphviz", "numpy"], ["--no-deps", "trace-opt"]],
}

running: list[object] = []  # a tool that is switched on ends when it is forgotten


def imported(path: str) -> ModuleType:
    from overhead_child import imported

    return imported(path)


def viztracer(job: Job, arguments: bool = False) -> ModuleType:
    from viztracer import VizTracer  # type: ignore[import-not-found]

    module = imported(job.path)
    tracer = VizTracer(verbose=0, log_func_args=arguments)
    running.append(tracer)
    tracer.start()
    return module


def coverage(job: Job) -> ModuleType:
    """Lines, by its tracer in C."""
    os.environ["COVERAGE_CORE"] = "ctrace"
    from coverage import Coverage

    tracer = Coverage(data_file=None, include=[job.path], config_file=False)
    running.append(tracer)
    tracer.start()
    return imported(job.path)


def monkeytype(job: Job) -> ModuleType:
    os.environ["MT_DB_PATH"] = str(Path(job.folder, "monkeytype.sqlite3"))
    import monkeytype  # type: ignore[import-not-found]

    module = imported(job.path)
    tracer = monkeytype.trace()
    running.append(tracer)
    tracer.__enter__()
    return module


class EveryValue:
    """An analysis for DynaPyt that keeps what `tracec values` does: results, reads, writes, calls, the way taken."""

    def __init__(self, **_: object) -> None:
        self.values: list[tuple[int, object]] = []

    def operation(self, tree: str, place: int, operator: str, operands: list[object], result: object) -> None:
        self.values.append((place, result))

    def read_attribute(self, tree: str, place: int, base: object, name: str, value: object) -> None:
        self.values.append((place, value))

    def read_subscript(self, tree: str, place: int, base: object, index: object, value: object) -> None:
        self.values.append((place, value))

    def write(self, tree: str, place: int, old: object, new: object) -> None:
        self.values.append((place, new))

    def function_enter(self, tree: str, place: int, arguments: object, name: str, is_lambda: bool = False) -> None:
        self.values.append((place, arguments))

    def function_exit(self, tree: str, place: int, name: str, result: object) -> None:
        self.values.append((place, result))

    def post_call(self, tree: str, place: int, result: object, *call: object) -> None:
        self.values.append((place, result))

    def enter_control_flow(self, tree: str, place: int, condition: object) -> None:
        self.values.append((place, condition))


def dynapyt(job: Job) -> ModuleType:
    """A copy of the workload is rewritten on disk; its runtime reads the name of the analysis from a file."""
    from dynapyt.instrument.instrument import instrument_file  # type: ignore[import-not-found]
    from dynapyt.utils.hooks import get_hooks_from_analysis  # type: ignore[import-not-found]

    analysis, copy = "overhead_peers.EveryValue", Path(job.folder, Path(job.path).name)
    copy.write_bytes(Path(job.path).read_bytes())
    os.environ["DYNAPYT_SESSION_ID"] = "benchmark"
    Path(job.folder, "dynapyt_analyses-benchmark.txt").write_text(analysis)  # the folder is TMPDIR
    if instrument_file(str(copy), get_hooks_from_analysis([analysis])):
        raise SyntaxError("not instrumented")
    return imported(str(copy))


def bundled(job: Job) -> ModuleType:
    """Trace's `bundle` around every function and method of the workload but `main`, which we call ourselves."""
    from opto.trace import bundle  # type: ignore[import-not-found]

    module = imported(job.path)
    owners = [module, *(value for value in vars(module).values() if inspect.isclass(value))]
    for owner in owners:
        if getattr(owner, "__module__", module.__name__) != module.__name__:
            continue
        for name, value in list(vars(owner).items()):
            if type(value) is FunctionType and value.__module__ == module.__name__ and name != "main":
                setattr(owner, name, bundle()(value))
    return module


TOOLS: dict[str, Callable[[Job], ModuleType]] = {
    "viztracer": viztracer,
    "viztracer, arguments": functools.partial(viztracer, arguments=True),
    "coverage": coverage,
    "monkeytype": monkeytype,
    "dynapyt": dynapyt,
    "trace-opt bundle": bundled,
}
PACKAGE_OF = {name: name.partition(",")[0].partition(" ")[0] for name in TOOLS}
SLOW = ("viztracer, arguments", "monkeytype", "dynapyt", "trace-opt bundle")  # run at the smallest scale


def environment(cache: Path) -> tuple[str, dict[str, str]]:
    """Python of a virtual environment with the peers, made once, and the reasons why some are not in it."""
    folder = cache / f"peers-{sys.implementation.cache_tag}"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    missing = {}
    for package, steps in PACKAGES.items():
        for step in steps if package not in versions(str(python)) else []:
            done = pip(str(python), "install", "--quiet", *step)
            if done.returncode:
                missing[package] = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
    return str(python), missing


def versions(python: str) -> dict[str, str]:
    """Installed packages by lower-case name."""
    found = json.loads(pip(python, "list", "--format=json").stdout)
    return {entry["name"].lower(): entry["version"] for entry in found}


def pip(python: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [python, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
