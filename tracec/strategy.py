"""Strategy: six policies that make an optimizer out of the one loop. Another optimizer is another row of the table.

A row from outside is an entry point of the group `tracec.strategies`: its name, and a `Strategy` as its object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

from tracec.evaluate.panel import Panel, Parent
from tracec.passes.accept.doubts import STANDS
from tracec.passes.accept.verdict import Verdict
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import VALUES, Target
from tracec.recording.extent import ENOUGH, Extent

if TYPE_CHECKING:
    from tracec.run.job import Job
    from tracec.work.work import Work

GROUP = "tracec.strategies"  # of entry points
ABLATIONS = "tracec.optimizers.search.strategy"  # the module that leaves parts out, for measurements
ENDLESS = 1_000_000  # lookahead of a proposer that needs no results; chosen


class Sampler(Protocol):
    """Chooses the cases that are traced for one program; none where nothing is to be traced. Seeded, so repeatable."""

    def __call__(self, panel: Panel, seed: int) -> Sequence[str]: ...


class Propagator(Protocol):
    """Lets the feedback of traced runs flow back: target id -> Credit, for every target."""

    def __call__(self, targets: Sequence[Target], runs: Sequence[TracedRun]) -> Mapping[str, Credit]: ...


class Proposer(Protocol):
    """Makes candidates. `lookahead` is how many may be drawn before the results of the first are known.

    Where that is a bound, those of one turn belong together: all their results are in before the next turn.
    """

    lookahead: int

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> Sequence[Candidate] | None:
        """At most `most` further candidates for a program, the most promising first; none: there are no more.

        None where none is worth a run just now, but another time there may be.
        """

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """Take in what came of candidates, in the order in which they were proposed."""


class Acceptance(Protocol):
    """Says what an attempt is worth beside its parent, both on the parent's panel."""

    def __call__(self, parent: Parent, attempt: Attempt) -> Verdict: ...


class Archive(Protocol):
    """Holds the programs to go on from. It begins with the user's program."""

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """Take in an attempt; what it makes of it is its own affair."""

    def select(self) -> Parent | None:
        """The program to change next; None where there is none."""

    def drop(self, parent: Parent) -> None:
        """Nothing more is to be had from a program."""

    def best(self) -> Parent | None:
        """The best program that is better than the user's, where none reached the goal; None for none."""

    def progress(self) -> tuple[int, int]:
        """How much of the goal the best program reaches, and all of it, for the progress line."""


class Stop(Protocol):
    """Says, before each turn of the loop, whether the search is over for another reason than the budget."""

    def __call__(self, solutions: Sequence[tuple[Parent, Attempt]]) -> bool: ...


@dataclass(frozen=True, slots=True)
class Strategy:
    """One policy for each step; those that keep a state are made anew for each run, of its `Work`.

    `on_metric` is the row that takes its place where a metric decides; without one the row itself must fit, as one does
    that accepts by score. `screened`: candidates come by the hundred, so screening refuses most of them cheaply.
    `complete`: every candidate runs all cases, whatever comes of each. `holdout`: some tests do not choose among
    candidates. `then` goes on where this one reaches no goal, or more than `sure` bits of doubt speak against all that
    reach it; it is given the partial repairs of those before it. `values`: nothing but values may change, of code the
    numbers in it. `events` says how much is recorded of one case. These two, and `needs_model`, are the first one's for
    the run as a whole.
    """

    sampler: Sampler
    propagator: Propagator
    proposer: Callable[[Work], Proposer]
    acceptance: Callable[[Work], Acceptance]
    archive: Callable[[Work], Archive]
    stop: Callable[[Work], Stop]
    on_metric: Strategy | None = None
    needs_model: bool = False
    screened: bool = False
    complete: bool = False
    holdout: bool = True
    values: bool = False
    events: Extent = ENOUGH
    then: Strategy | None = None
    sure: float = STANDS
    name: str = ""  # for people; "": the row's own


ROWS = {
    "auto": "tracec.optimizers.llm.auto:AUTO",
    "evolve": "tracec.optimizers.llm.populations.evolve:EVOLVE",
    "gepa": "tracec.optimizers.llm.populations.gepa:GEPA",
    "opro": "tracec.optimizers.llm.populations.opro:OPRO",
    "opto": "tracec.optimizers.llm.backward.opto:OPTO",
    "reflexion": "tracec.optimizers.llm.populations.reflexion:REFLEXION",
    "tree": "tracec.optimizers.llm.populations.tree:TREE",
    "rewrite": "tracec.optimizers.llm.strategy:REWRITE",
    "sample": "tracec.optimizers.llm.strategy:SAMPLE",
    "semantic": "tracec.optimizers.llm.backward.semantic:SEMANTIC",
    "textgrad": "tracec.optimizers.llm.backward.textgrad:TEXTGRAD",
    "search": "tracec.optimizers.search.strategy:SEARCH",
    "random": "tracec.optimizers.search.strategy:RANDOM",
    "tune": "tracec.optimizers.tune.strategy:TUNE",
}


def names() -> list[str]:
    """The names of all strategies, those from outside included."""
    return sorted({*ROWS, *(point.name for point in entry_points(group=GROUP))})


def strategy_of(name: str) -> Strategy:
    """The strategy of a name; TracecError where there is none, or it cannot be loaded."""
    if name in ROWS:
        module, _, row = ROWS[name].partition(":")
        found: object = getattr(import_module(module), row)
    else:
        point = next(iter(entry_points(group=GROUP, name=name)), None)
        if point is None:
            raise TracecError(f"no optimizer {name!r}", f"use one of {', '.join(names())}")
        try:
            found = point.load()
        except Exception as error:
            what = f"the optimizer {name!r} ({point.value}) cannot be loaded: {type(error).__name__}: {error}"
            raise TracecError(what, "mend or remove the package that it comes from") from None
    if not isinstance(found, Strategy):
        raise TracecError(f"the optimizer {name!r} is no tracec.strategy.Strategy", "mend its entry point")
    return found


def strategy_for(job: Job) -> tuple[str, Strategy]:
    """The strategy that a job asks for, and its name.

    `auto` without a model is `tune` where only values may change, `search` where code may. What is left out for
    measurements is left out here, and where a metric decides, the strategy's row for metrics takes its place.
    """
    from tracec.project.program import Program

    name = job.config.with_
    if name == "auto" and not job.config.model:
        targets = Program.read(job.paths, job.names, job.root).targets
        name = "tune" if all(target.kind in VALUES for target in targets) else "search"
    strategy = strategy_of(name)
    if job.config.metric:
        strategy = strategy.on_metric or strategy
    if job.config.without:
        strategy = import_module(ABLATIONS).ablated(strategy, job.config.without)
    return name, strategy
