"""Gathered -> Explained: the roads of its failures, those of one cause told once."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracec.explaining.failing_runs import FailingRuns, Ran
from tracec.passes.explain.causes import alike, together
from tracec.passes.explain.explain import road
from tracec.passes.explain.parting import Passing
from tracec.passes.explain.road import Failure, Road
from tracec.passes.nouns.errors import TracecError

if TYPE_CHECKING:
    from tracec.config import Config
    from tracec.explaining.gathered import Gathered
    from tracec.run.job import Tell

SECONDS = 60.0  # where no budget is set; chosen
ALONE = 8  # failing tests that have a process of their own, in which all fixtures are set up anew; chosen
BATCH = 20  # tests of one process, of those after them; chosen
LONGEST = 300  # characters of why nothing could be run again; chosen
MOST = 240  # failing tests that are traced; chosen


@dataclass(frozen=True, slots=True)
class Explained:
    """The roads to tell, the failing tests there was no time for, and the user's files that the others ran."""

    roads: tuple[Road, ...]
    failing: int
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0
    files: frozenset[str] = frozenset()


def explained(gathered: Gathered, config: Config, tell: Tell, seconds: float | None = None) -> Explained:
    """Run the failing tests once more, with every value recorded, and tell where the wrong values came from."""
    began = time.monotonic()
    end = began + (SECONDS if seconds is None else seconds)
    failures = gathered.failures()
    groups = alike(failures, gathered.test_files())
    first = {failure.id: failure for failure in failures if failure.id in groups}
    chosen = [*first][:MOST]
    ran: set[str] = set()
    tell(f"running {len(chosen)} of {len(failures)} failing tests again, with every value recorded")
    try:
        with FailingRuns(gathered, config, end - time.monotonic(), chosen) as runs:
            found = Explaining(runs, gathered, end, first, ran)
            roads = found.roads(chosen)
    except TracecError as error:
        return not_again(failures, error.what, time.monotonic() - began)
    roads = [replace(one, others=tuple(groups[one.failure.id])) for one in roads]
    told = {one.failure.id for one in roads}
    left_out = tuple(test for leader in groups if leader not in told for test in (leader, *groups[leader]))
    merged = together(roads, gathered.test_files())
    return Explained(tuple(merged), len(failures), left_out, time.monotonic() - began, frozenset(ran))


def not_again(failures: Sequence[Failure], why: str, seconds: float) -> Explained:
    """What is told where no test could be run again."""
    note = f"it could not be run again: {why if len(why) <= LONGEST else why[:LONGEST] + '…'}"
    others = tuple(failure.id for failure in failures[1:])
    return Explained((Road(failures[0], None, note=note, others=others),), len(failures), (), seconds)


@dataclass(frozen=True, slots=True)
class Explaining:
    """Makes roads of failing tests, one run after another, until the time is over."""

    runs: FailingRuns
    gathered: Gathered
    end: float
    failures: dict[str, Failure]
    files: set[str]  # what the failing tests ran: it is filled here

    def roads(self, chosen: Sequence[str]) -> list[Road]:
        """The roads of failing tests, as far as the time goes."""
        took = {failed.id: failed.seconds for failed in self.gathered.failed}
        passing = Passing([ran.trace for ran in self.run(self.runs.passing(), {}) if ran.trace and ran.outcome.passed])
        files = self.gathered.test_files()
        return [self.road(ran, passing, files) for batch in batches(chosen) for ran in self.run(batch, took)]

    def run(self, tests: Sequence[str], took: dict[str, float]) -> Iterator[Ran]:
        """Run tests in the time that is left."""
        return self.runs.run(tests, self.end - time.monotonic(), took)

    def road(self, ran: Ran, passing: Passing, test_files: Collection[str]) -> Road:
        """The road of one test; where it ended in another way than before, that is all that is told."""
        failure = self.failures[ran.outcome.id]
        if ran.trace is not None:
            self.files.update(frame.path for frame in ran.trace.frames)
        note = otherwise(ran, failure)
        if note or ran.trace is None:
            return Road(failure, None, note=note or "nothing of yours was recorded while it ran")
        return road(ran.trace, failure, passing, test_files)


def batches(tests: Sequence[str]) -> Iterator[Sequence[str]]:
    """The first tests alone, the others together."""
    yield from ([test] for test in tests[:ALONE])
    yield from (tests[at : at + BATCH] for at in range(ALONE, len(tests), BATCH))


def otherwise(ran: Ran, failure: Failure) -> str:
    """Say how a test ended that did not fail again as it did; "" where it did."""
    outcome = ran.outcome
    if not outcome.failed:
        return "it did not fail when it was run again: it may depend on order, on time or on chance"
    if outcome.endless:
        return f"it came to no end when it was run again with every value recorded ({outcome.message})"
    if not outcome.raised:
        return f"its process ended when it was run again ({outcome.message or outcome.status})"
    name = failure.type.rpartition(".")[2]
    said = outcome.message.partition(":")[0].rpartition(".")[2].strip()
    if name and said and said.isidentifier() and said != name:
        return f"it failed otherwise when it was run again: {outcome.message.partition(chr(10))[0]}"
    return ""
