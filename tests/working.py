"""A project in a folder -> the work on it, in this process: what a strategy's policies are given."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.command import project
from tracec.config import Config
from tracec.evaluate.evaluator import Question
from tracec.evaluate.screening import Screened
from tracec.passes.nouns.candidate import Attempt, Candidate, set_target
from tracec.run.budget import Budget
from tracec.run.job import Job, Silence
from tracec.run.ledger import Ledger
from tracec.work.opening import opened
from tracec.work.work import Work


@contextmanager
def working(
    root: Path, *, names: Sequence[str] = (), screened: bool = True, complete: bool = False, **settings: Any
) -> Iterator[Work]:
    """The work on `subject.py` by `test_subject.py` in a folder."""
    config = Config(**{"budget_seconds": 600.0, "test_seconds": 5.0, "jobs": 2, **settings})
    job = Job(root, ("subject.py",), ("test_subject.py",), tuple(names), config, Silence())
    ledger = Ledger(Budget(config.budget_seconds, config.budget_evals))
    with opened(job, ledger, screened=screened, complete=complete) as work:
        yield work


@contextmanager
def subject(folder: Path, text: str, tests: str, **more: Any) -> Iterator[Work]:
    """The work on a new project."""
    with working(project(folder, subject=text, test_subject=tests), **more) as work:
        yield work


def change(work: Work, name: str, text: str) -> Candidate:
    """A new definition of a target, as a repair operator would propose it."""
    target = next(t for t in work.root.program.targets if t.qualname == name)
    return Candidate((set_target(target, text),), prior=1.0)


def bodies(work: Work, head: str, *texts: str) -> list[Candidate]:
    """New bodies of a function, by its `def` line."""
    name = head.removeprefix("def ").partition("(")[0]
    return [change(work, name, f"{head}\n" + textwrap.indent(text, "    ")) for text in texts]


def attempts(work: Work, candidates: Sequence[Candidate]) -> list[Attempt]:
    """What came of candidates, in the order in which they are read."""
    found: list[Attempt] = []
    rest, last = list(candidates), False
    while not last:
        room = max(0, work.evaluator.room(work.root))
        for candidate in rest[:room]:
            assert work.ledger.reserve()
            work.evaluator.submit(work.root, Question(candidate))
        rest = rest[room:]
        some = work.evaluator.results(work.root, last=not rest)
        found += some
        last = not rest and not some
    return found


def screen(work: Work) -> Any:
    """The screening of the user's program."""
    assert isinstance(work.evaluator, Screened)
    return work.evaluator.screen(work.root)


def text_of(candidate: Candidate) -> str:
    """The new text of the one target that a candidate changes."""
    (text,) = candidate.values.values()
    return text
