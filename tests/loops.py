"""The one loop with a scripted model and cases that run in this process: no guest, no trace, a real desk and ledger."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from tracec import pipeline
from tracec.config import Config
from tracec.evaluate.evaluator import Question, invalid
from tracec.evaluate.metric import Metric
from tracec.evaluate.panel import Panel, Parent
from tracec.models.desk import Desk
from tracec.models.patience import Terms
from tracec.models.reply import Outcome as Said
from tracec.models.reply import Reply, judged
from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.errors import Unplaceable
from tracec.passes.propagate import none
from tracec.project.program import Program
from tracec.run.budget import Budget
from tracec.run.history import begin, opened, past
from tracec.run.job import Job, Silence
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Outcome, Status
from tracec.strategy import Strategy
from tracec.work.honesty import Honesty
from tracec.work.result import Result
from tracec.work.work import Work

Judge = Callable[
    [Mapping[str, Any]], Mapping[str, tuple[float, str]]
]  # a module's names -> case: (score, what is said)
FILE = "subject.py"


class Scripted:
    """A model that is a function of its prompt. Keeps what it was asked."""

    name = "python:scripted:model"

    def __init__(self, answer: Callable[[str], str]) -> None:
        self._answer, self._lock = answer, threading.Lock()
        self.prompts: list[str] = []

    def ready(self) -> None: ...
    def price(self) -> None: ...
    def close(self) -> None: ...

    def most(self, wanted: int | None) -> int:
        return 1000

    def ask(self, messages: Sequence[Mapping[str, str]], temperature: float | None, most: int, seconds: float) -> Said:
        with self._lock:
            self.prompts.append(messages[1]["content"])
        return judged(Reply(self._answer(messages[1]["content"]), self.name))


@dataclass
class InProcess:
    """Runs a program's file here, and judges its names."""

    judge: Judge
    ledger: Ledger
    scored: bool
    width: int = 1
    runs: list[tuple[str, ...]] = field(default_factory=list)  # the cases of each evaluation
    waiting: deque[Attempt] = field(default_factory=deque)

    def room(self, parent: Parent) -> int:
        return 100

    def submit(self, parent: Parent, question: Question) -> None:
        self.waiting.append(self.evaluate(parent, question))

    def results(self, parent: Parent, *, last: bool = False) -> list[Attempt]:
        if not self.waiting:
            return []
        self.ledger.note(self.waiting[0], parent.program.content(self.waiting[0].candidate))
        return [self.waiting.popleft()]

    def evaluate(self, parent: Parent, question: Question) -> Attempt:
        candidate, known = question.candidate, question.candidate.known
        cases = question.cases or parent.panel.unknown(candidate)
        try:
            texts = parent.program.texts(candidate)
        except Unplaceable as error:
            return invalid(candidate, error)
        text = texts.get(FILE, parent.program.sources[FILE].text)
        made = self.ledger.event("run", f"{text} {cases}", lambda: self._ran(text, cases))
        said = tuple(msgspec.convert(row, Outcome) for row in made)
        return Attempt(candidate, (*(() if question.cases else known), *said))

    def _ran(self, text: str, cases: Sequence[str]) -> list[object]:
        self.runs.append(tuple(cases))
        names: dict[str, Any] = {}
        try:
            exec(compile(text, FILE, "exec"), names)
            said = self.judge(names)
        except Exception as error:
            return [msgspec.to_builtins(Outcome(case, Status.FAILED, repr(error))) for case in cases]
        return [msgspec.to_builtins(self._outcome(case, *said[case])) for case in cases]

    def _outcome(self, case: str, score: float, text: str) -> Outcome:
        if self.scored:
            return Outcome(case, Status.PASSED, text, score=score)
        return Outcome(case, Status.PASSED if score == 1 else Status.FAILED, text)


class Run:
    """A strategy at work on a file. `calls` is the budget for models; a `folder` with a past run is gone on with."""

    def __init__(
        self, folder: Path, text: str, judge: Judge, answer: Callable[[str], str], *, metric: bool = False,
        calls: int = 10, seed: int = 0, history: bool = False, names: Sequence[str] = (),
    ) -> None:  # fmt: skip
        (folder / FILE).write_text(text)
        settings: dict[str, Any] = {"model": Scripted.name, "seed": seed, "metric": "score" if metric else ""}
        job = Job(folder, (FILE,), (), tuple(names), Config(**settings), Silence())
        runs = folder / "runs"
        runs.mkdir(exist_ok=True)
        kept = (past(runs) and opened(past(runs)[-1])) or begin(runs, {}) if history else None
        self.ledger = Ledger(Budget(calls=calls), kept)
        self.model = Scripted(answer)
        self.evaluator = InProcess(judge, self.ledger, metric)
        program = Program.read((FILE,), names, str(folder))
        names_: dict[str, Any] = {}
        exec(compile(text, FILE, "exec"), names_)
        before = tuple(self.evaluator._outcome(case, *said) for case, said in judge(names_).items())
        panel = Panel(before, {}, complete=True, scored=metric)
        panel.hold_to(o.id for o in before if o.failed)
        result = Result("unchanged", program, before, before)
        self.desk = Desk({"": self.model}, self.ledger, result.warn, Silence(), Terms(1, 10.0))
        self.work = Work(
            job, self.ledger, cast(Any, None), self.evaluator, Parent(panel, program), result, Honesty(before, {}),
            metric=Metric("quality", "score") if metric else None, desk=self.desk,
        )  # fmt: skip

    def go(self, strategy: Strategy, monkeypatch: pytest.MonkeyPatch) -> pipeline.Loop:
        """Run the loop to its end."""
        if self.work.metric is not None:
            strategy = strategy.on_metric or strategy
        monkeypatch.setattr(pipeline, "credit_of", lambda work, parent, _: none.propagate(parent.program.targets, ()))
        loop = pipeline.Loop.of(self.work, strategy)
        with self.desk:
            loop.search()
        if self.ledger.history:
            self.ledger.history.close()
        return loop

    @property
    def prompts(self) -> list[str]:
        """What the model was asked."""
        return self.model.prompts
