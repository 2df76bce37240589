"""What the arms of peers share: the program, its visible cases, and the best version so far. Standard library only.

    PEERS_PYTHON peer_textgrad.py GIVEN.json

An arm runs in the interpreter that has its library, the program in that of the benchmark. A peer is told what tracec is
told: the source, the goal, the failing tests' texts and messages, or the cases of a metric with what it says of them.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOM = 6_000  # characters of a report: as many as tracec's prompts have at most
CASES_SECONDS = 900  # of one look at all visible cases; chosen
FENCED = re.compile(r"\A\s*```\w*\n(.*?)\n?```\s*\Z", re.DOTALL)


@dataclass(frozen=True)
class Case:
    """A visible case: `score` from 0 to 1; `source` is a test's text."""

    id: str
    score: float
    text: str
    source: str = ""


@dataclass(frozen=True)
class Report:
    """What a program came to on the visible cases."""

    cases: list[Case]

    @property
    def mean(self) -> float:
        return sum(case.score for case in self.cases) / len(self.cases)

    @property
    def failing(self) -> list[Case]:
        """Those that are not perfect, the worst first."""
        return sorted((case for case in self.cases if case.score < 1), key=lambda case: case.score)

    def text(self, metric: str) -> str:
        """In words, in so much room."""
        head = f"{len(self.cases) - len(self.failing)} of {len(self.cases)} tests pass."
        if metric:
            head = f"The mean score ({metric}) is {self.mean:.4f}; the best is 1."
        told = [f"{case.id}: score {case.score:.4f}: {case.text}" if metric else of_test(case) for case in self.failing]
        return "\n\n".join([head, *told])[:ROOM]


def of_test(case: Case) -> str:
    """A failing test in words."""
    source = f"\n{case.source.strip()}" if case.source else ""
    return f"{case.id} fails:{source}\n{case.text}"


@dataclass
class Given:
    """An arm's task, as the benchmark wrote it, and the best program so far, which is in its file already."""

    folder: str
    file: str
    targets: list[str]
    goal: str
    tests: str
    metric: str
    model: str
    calls: int
    seconds: float
    seed: int
    python: str
    source: str = ""
    ids: list[str] = field(default_factory=list)
    best: float = -1.0
    known: dict[str, Report] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source = self.path.read_text()
        self.ids = ids_of(self)

    @property
    def path(self) -> Path:
        return Path(self.folder, self.file)

    @property
    def prompt(self) -> bool:
        """Whether what may change is a text, rather than functions."""
        return not any(isinstance(defined(self.source, name), ast.FunctionDef) for name in self.targets)

    def artifact(self) -> str:
        """What may change as one text: the prompt, or the whole file."""
        return value_of(self.source, self.targets[0]) if self.prompt else self.source

    def program(self, artifact: str) -> str:
        """The file with another artifact; fences around it are taken off."""
        found = FENCED.match(artifact)
        text = found[1] if found else artifact
        return placed(self.source, self.targets[0], text) if self.prompt else text.strip("\n") + "\n"

    def report(self, source: str) -> Report:
        """Run the visible cases on a program. The best one is written into the file."""
        if source not in self.known:
            self.known[source] = looked(self, source)
        report = self.known[source]
        if report.mean > self.best:
            self.best = report.mean
            self.path.write_text(source)
        return report


def looked(given: Given, source: str) -> Report:
    """What a child process says of a program's visible cases; a case that is missing failed."""
    with tempfile.TemporaryDirectory() as name:
        for path in Path(given.folder).iterdir():
            if path.is_file():
                Path(name, path.name).write_bytes(path.read_bytes())
        Path(name, given.file).write_text(source)
        words = ["judge.py", "train.jsonl", "metric", given.metric] if given.metric else ["visible.py", given.tests]
        command = [given.python, "-B", str(HERE / words[0]), *words[1:]]
        try:
            said = subprocess.run(command, cwd=name, capture_output=True, timeout=CASES_SECONDS, check=False).stdout
        except subprocess.TimeoutExpired as error:
            said = error.stdout or b""
    lines = [json.loads(line) for line in said.rpartition(b"\n")[0].splitlines()]
    rows = {f"case {row['case']}" if given.metric else row["case"]: row for row in lines}
    told = " ".join(row["text"] for key, row in rows.items() if key not in given.ids)  # the file cannot be imported
    lost = {"score": 0.0, "text": told or "it did not come to an end"}
    found = ((key, rows.get(key, lost)) for key in given.ids)
    return Report([Case(key, row["score"], row["text"], row.get("source", "")) for key, row in found])


def ids_of(given: Given) -> list[str]:
    """The visible cases, as they are called in reports."""
    if given.metric:
        return [f"case {number}" for number in range(len(Path(given.folder, "train.jsonl").read_text().splitlines()))]
    body = ast.parse(Path(given.folder, given.tests).read_text()).body
    names = (getattr(node, "name", "") for node in body)
    return [f"{given.tests}::{name}" for name in names if name.startswith("test")]


def defined(source: str, name: str) -> ast.stmt | None:
    """The statement of a file that defines a function or constant; None where it does not parse, or has none."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return None
    for node in body:
        if getattr(node, "name", None) == name:
            return node
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return node
    return None


def value_of(source: str, name: str) -> str:
    """The text of a function, or the value of a constant."""
    node = defined(source, name)
    assert node is not None, name
    if isinstance(node, ast.Assign):
        return str(ast.literal_eval(node.value))
    return str(ast.get_source_segment(source, node))


def placed(source: str, name: str, text: str) -> str:
    """A file with another function, or another value of a constant."""
    node = defined(source, name)
    assert node is not None, name
    assert node.end_lineno is not None
    lines = source.split("\n")
    new = f"{name} = {text!r}" if isinstance(node, ast.Assign) else text.strip("\n")
    return "\n".join([*lines[: node.lineno - 1], new, *lines[node.end_lineno :]])


def arm(run: Callable[[Given], None]) -> None:
    """Run an arm; it is over where it ends, where its service is over, and when its time is. The best is kept."""
    given = Given(**json.loads(Path(sys.argv[1]).read_text()))
    sys.path.insert(0, given.folder)
    try:
        run(given)
    except Exception:
        traceback.print_exc()
    print(f"score {given.best:.3f} on the visible cases", flush=True)
    os._exit(0)  # threads that libraries left do not keep it
