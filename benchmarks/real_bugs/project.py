"""A package with its tests, and what running them says: plainly, under coverage.py, and of a fault."""

from __future__ import annotations

import ast
import json
import random
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from faults import Fault, drawn  # noqa: E402
from packages import Package, Unmeasured, alone, environment, must, scope, source, started  # noqa: E402

CHECKOUT = HERE.parent.parent


@dataclass(slots=True)
class Suite:
    """How the tests ended, and which lines each of them ran where that was measured."""

    tests: dict[str, bool] = field(default_factory=dict)
    lines: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # path -> line -> tests
    seconds: float = 0

    def failing(self) -> list[str]:
        return [name for name, passed in self.tests.items() if not passed]


@dataclass(frozen=True, slots=True)
class Bug:
    """A fault in a file of a package, and the tests that see it."""

    package: str
    path: str
    fault: Fault
    failing: tuple[str, ...]


class Project:
    """A package laid out and installed, as it was published; tests that fail so are left out."""

    def __init__(self, package: Package, folder: Path) -> None:
        self.package = package
        self.place = source(package, folder, "")
        clean = folder / "clean" / self.place.name
        if not clean.exists():
            shutil.copytree(self.place, clean)
        for file in scope(package, self.place):  # whatever an interrupted run left there
            shutil.copyfile(clean / file.relative_to(self.place), file)
        self.python = environment(package, folder, self.place)
        if not (clean.parent / f"{clean.name}.coverage").exists():
            must([str(self.python), "-m", "pip", "install", "coverage"], folder)
            (clean.parent / f"{clean.name}.coverage").touch()
        self.files = {str(f.relative_to(self.place)): f.read_text("utf-8") for f in scope(package, self.place)}
        self.paths = alone(folder, CHECKOUT)
        self.report = folder / f"{self.place.name}.report.json"
        self.left_out: list[str] = []
        self.before = self.suite(coverage=True)
        self.left_out = self.before.failing()
        if not any(self.before.tests.values()):
            raise Unmeasured("no test passes")

    def arguments(self) -> list[str]:
        """pytest's arguments: the tests, without those that fail in the package as it was published."""
        skipped = [part for name in self.left_out for part in ("--deselect", name)]
        return [*self.package.tests.split(), *skipped]

    def suite(self, *, coverage: bool = False, seconds: float = 300) -> Suite:
        """Run all tests; nothing is in the answer where they do not come to their end."""
        self.report.unlink(missing_ok=True)
        folders = ",".join(str(self.place / one) for one in self.package.scope.split() if (self.place / one).is_dir())
        files = ["--source", folders] if folders else ["--include", str(self.place / self.package.scope)]
        measured = ["-m", "coverage", "run", "--data-file", str(self.report.with_suffix(".cov")), *files]
        pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "contexts", "--color=no", *self.arguments()]
        more = {"PYTHONPATH": str(HERE), "REAL_BUGS_REPORT": str(self.report)}
        began = time.monotonic()
        try:
            started([str(self.python), *(measured if coverage else []), *pytest], self.place, seconds, **more)
        except subprocess.TimeoutExpired:
            return Suite()
        took = time.monotonic() - began
        return Suite(**json.loads(self.report.read_text("utf-8")), seconds=took) if self.report.exists() else Suite()

    def tracec(self, words: list[str], seconds: float) -> tuple[int, Any, float]:
        """A command of tracec with `--json` -> (exit code, what it said, seconds); -1 where it did not end in time."""
        tests = ["--tests", shlex.join(self.arguments())]
        began = time.monotonic()
        try:
            command = [str(self.python), "-m", "tracec", *words, *tests, "--json"]
            done = started(command, self.place, seconds, PYTHONPATH=str(self.paths))
        except subprocess.TimeoutExpired:
            return -1, None, time.monotonic() - began
        try:
            return done.returncode, json.loads(done.stdout), time.monotonic() - began
        except ValueError:
            return done.returncode, (done.stdout + done.stderr)[-2000:], time.monotonic() - began

    @contextmanager
    def broken(self, bug: Bug) -> Iterator[None]:
        """While the fault is in."""
        file = self.place / bug.path
        try:
            file.write_text(bug.fault.applied(self.files[bug.path]), "utf-8")
            yield
        finally:
            file.write_text(self.files[bug.path], "utf-8")

    def bugs(self, seed: int, count: int, *, statements: bool) -> list[Bug]:
        """Faults of functions drawn at random that some tests see and others do not; kept for the next time."""
        kept = self.place.parent / f"{self.place.name}.{'both' if statements else 'expressions'}.{seed}.json"
        known = json.loads(kept.read_text("utf-8")) if kept.exists() else {"tried": 0, "bugs": []}
        candidates = [
            (path, fault) for path, text in self.files.items() for fault in self.drawn(path, text, seed, statements)
        ]
        random.Random(seed).shuffle(candidates)
        for path, fault in candidates[known["tried"] :]:
            if len(known["bugs"]) >= count:
                break
            known["tried"] += 1
            bug = Bug(self.package.name, path, fault, ())
            with self.broken(bug):
                after = self.suite(seconds=10 + 5 * self.before.seconds)
            if self.seen(after):
                known["bugs"].append({"path": path, "fault": asdict(fault), "failing": after.failing()})
            kept.write_text(json.dumps(known, indent=1), "utf-8")
        return [
            Bug(self.package.name, row["path"], Fault(**row["fault"]), tuple(row["failing"]))
            for row in known["bugs"][:count]
        ]

    def drawn(self, path: str, text: str, seed: int, statements: bool) -> list[Fault]:
        """Faults in lines that tests run."""
        lines = self.before.lines.get(str(self.place / path), {})
        ran = {int(line) for line, who in lines.items() if who}
        return drawn(text, f"{seed} {self.package.name} {path}", ran, statements=statements)

    def same(self, after: Suite) -> bool:
        """True where the same tests ran."""
        return after.tests.keys() == self.before.tests.keys() - set(self.left_out)

    def seen(self, after: Suite) -> bool:
        """True where the same tests ran, some of them failed, and some did not."""
        return self.same(after) and 0 < len(after.failing()) < len(after.tests)


def statements(text: str) -> dict[int, int]:
    """Line -> the first line of the smallest statement (of a compound one, its head) that it belongs to."""
    found: dict[int, int] = {}
    for node in ast.walk(ast.parse(text)):  # outer ones come first
        if isinstance(node, ast.stmt):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line] = node.lineno
    return found
