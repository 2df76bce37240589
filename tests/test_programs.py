"""Programs behave alike plain and instrumented, at both grains, and the linker places every event.

`programs/*.py` are run; `programs/lib/` holds modules that they import, instrumented too; `programs/refused/` holds
files that no Python takes. A program which needs a newer Python says so on its first line: `# python: 3.12`; one that
starts processes of the same interpreter, which are recorded too, says `# starts processes`.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracec.launch.launcher import command, shared
from tracec.launch.scoping import setting
from tracec.launch.subprocesses import admit, family, noted
from tracec.passes.verify.verification import verify
from tracec.recording.trace_store import load

HERE = Path(__file__).parent / "programs"
PROGRAMS = sorted(HERE.glob("*.py"))
REFUSED = sorted((HERE / "refused").glob("*.py"))
LIBRARY = sorted((HERE / "lib").rglob("*.py"))
PYTHON = re.compile(rb"# python: (\d+)\.(\d+)")
LEAST = {"values": 11, "calls": 2}  # nodes: a parameter or a return is one
CALLS_NOTHING = ("spawned_children",)  # programs with code, none of whose functions is called by the first process
Result = tuple[int, bytes, bytes]


def supported(program: Path) -> bool:
    """Whether this Python is new enough for the program."""
    needs = PYTHON.match(program.read_bytes())
    return needs is None or sys.version_info >= (int(needs[1]), int(needs[2]))


def python(folder: Path, *args: str) -> Result:
    """A run in an empty folder of its own: exit code, stdout and stderr."""
    (folder / "cwd").mkdir()
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *args], capture_output=True, stdin=subprocess.DEVNULL, cwd=folder / "cwd", env=env, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Result]:
    """The plain run of a program, made once for both grains."""
    return functools.cache(lambda program: python(tmp_path_factory.mktemp("plain"), str(program)))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root whose cache all tests share."""
    return tmp_path_factory.mktemp("cache")


def traced(folder: Path, program: Path, grain: str, cache: Path) -> tuple[Result, Path, dict[str, list[str]]]:
    """The run that `tracec run` makes, with the processes below it, its log, and what was not recorded."""
    log = folder / "log.trace"
    run = setting(cache, [str(path) for path in (program, *LIBRARY)], str(program), grain)
    with family(run) as found:
        told: dict[str, Any] = dict(found.files)
        words = command([str(program)], run, log, **told)
        admit(found, shared(run, log, **told))
        return python(folder, *words[1:]), log, noted(found)


def least(program: Path, grain: str) -> int:
    """How many values a trace must hold: a few, except where a file holds no code, or calls nothing of its own."""
    statements = [n for n in ast.parse(program.read_bytes()).body if not isinstance(n, ast.Expr | ast.Import)]
    if not statements or (grain == "calls" and program.stem in CALLS_NOTHING):
        return 0
    return LEAST[grain]


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence")  # in what is parsed here
@pytest.mark.parametrize("grain", ["values", "calls"])
@pytest.mark.parametrize("program", [p for p in PROGRAMS if supported(p)], ids=lambda p: p.stem)
def test_alike(program: Path, grain: str, tmp_path: Path, cache: Path, plain: Callable[[Path], Result]) -> None:
    instrumented, log, missed = traced(tmp_path, program, grain, cache)
    assert instrumented == plain(program)
    assert missed == {}
    traces = list(load(log))
    assert [trace.check() for trace in traces] == [[]] * len(traces)
    wrong = [row for trace in traces for row in verify(trace).wrong]
    assert wrong == []
    wanted = least(program, grain)
    assert len(traces[0]) >= wanted
    assert wanted or not len(traces[0]), "it holds something after all: take it out of CALLS_NOTHING"
    assert len(traces) > 1 or b"# starts processes" not in program.read_bytes()


@pytest.mark.parametrize("program", REFUSED, ids=lambda p: p.stem)
def test_refused_alike(program: Path, tmp_path: Path, cache: Path) -> None:
    """What no Python takes fails as it does plainly."""
    (tmp_path / "plain").mkdir()
    assert traced(tmp_path, program, "values", cache)[0] == python(tmp_path / "plain", str(program))
