"""Tasks: programs that begin badly, what an arm may see of them, and what judges the result.

A task is a folder of `tasks/`. `start/` is what an arm gets, a copy of its own; `reference/` is a solution and
`held.jsonl` are the cases that judge, which no arm gets. task.toml says the kind (tests or metric), the file and the
names in it that may change, whether the program `asks` a model itself, and which files of this folder are put `beside`
it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "tasks"
SECONDS = 1_800  # of judging one program; chosen


@dataclass(frozen=True)
class Task:
    """`tests` or `metric` is empty, by the kind."""

    name: str
    file: str
    targets: tuple[str, ...]
    goal: str
    tests: str = ""
    metric: str = ""
    asks: bool = False
    beside: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    def put(self, folder: Path, *, reference: bool = False) -> None:
        """Copy the program as it begins, or as the reference has it."""
        shutil.copytree(self.folder / "start", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for name in self.beside:
            shutil.copy(HERE / name, folder)
        if reference:
            shutil.copy(self.folder / "reference" / self.file, folder)


@dataclass(frozen=True)
class Score:
    """The score of each held-out case; one that is missing is 0."""

    cases: tuple[float, ...]

    @property
    def mean(self) -> float:
        return sum(self.cases) / len(self.cases)


def tasks(names: Sequence[str] = ()) -> list[Task]:
    """Those of these names, or all, in the order of their names."""
    known = sorted(path.parent.name for path in FOLDER.glob("*/task.toml"))
    if unknown := set(names) - {*known}:
        raise SystemExit(f"no such task: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return [task(name) for name in known if not names or name in names]


def task(name: str) -> Task:
    """The task of a name."""
    told = tomllib.loads((FOLDER / name / "task.toml").read_text())
    kind = told.pop("kind")
    assert bool(told.get("tests")) == (kind == "tests"), f"{name}: tests and metric"
    lists = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    return Task(name, **{**told, **lists})


def judged(task: Task, source: str, env: Mapping[str, str]) -> Score:
    """What a program comes to on the held-out cases. Of what an arm left only the file that may change is taken."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        task.put(folder)
        (folder / task.file).write_text(source)
        kind = ("calls", Path(task.file).stem) if task.tests else ("metric", task.metric)
        return counted(child([str(task.folder / "held.jsonl"), *kind], folder, env), held(task))


def held(task: Task) -> int:
    """How many cases judge."""
    return len((task.folder / "held.jsonl").read_text().splitlines())


def counted(lines: Sequence[str], many: int) -> Score:
    """The scores of so many cases from the lines that judge.py wrote."""
    found = {row["case"]: row["score"] for row in map(json.loads, lines)}
    return Score(tuple(float(found.get(case, 0.0)) for case in range(many)))


def child(words: Sequence[str], folder: Path, env: Mapping[str, str]) -> list[str]:
    """The whole lines that judge.py writes in a folder."""
    command = [sys.executable, "-B", str(HERE / "judge.py"), *words]
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **env},
            stdout=out,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            ended(process)
        out.seek(0)
        return out.read().decode().rpartition("\n")[0].splitlines()


def ended(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process and of all that it started."""
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        pass
    process.wait()
