"""The project's tests that the user did not name: a change that breaks one of them is none to be called right.

They are run in a guest of their own, as the program is and as it would be, as far as the time allows. They choose
nothing: they only refuse.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tracec.evaluate.baseline import patience
from tracec.guests.protocol import Request
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.suites import Guests
from tracec.passes.accept.doubts import UNJUDGED, Doubt
from tracec.passes.nouns.candidate import NO_CHANGE
from tracec.passes.nouns.errors import TracecError
from tracec.project.program import Program
from tracec.runtime.outcome import Ended, Outcome, Status
from tracec.work.work import Work

SHARE = 0.5  # of the time left that one run of them may take; chosen
TEST_SECONDS = 3.0  # wall seconds of one of them; what takes longer is left out; chosen
PROCESSES = 5  # one after another, as a test that hangs or dies ends its own; chosen
LEAST_SECONDS = 4.0  # of such a share, below which they are not run; chosen
FOLDERS = ("tests", "test", "testing")
CHOOSING = ("-k", "-m")  # pytest's options that choose tests
VALUED = frozenset(
    (*CHOOSING, "-p", "-c", "-o", "-W", "-n", "--deselect", "--ignore", "--ignore-glob", "--rootdir", "--import-mode")
)


@dataclass(slots=True)
class OtherTests:
    """Those in the folder of tests that the named ones are in. A context manager; nothing is started until asked."""

    work: Work
    suite: ReplayingSuite | None = None
    before: dict[str, Outcome] = field(default_factory=dict)
    asked: bool = False
    shares: int = 0  # so often it was asked how much time there is
    judged: bool = False  # they came to an end, the last time
    refused: bool = False  # a change was refused
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __enter__(self) -> OtherTests:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stack.close()

    def broken(self, program: Program) -> str:
        """The first of those that passed which fails with a changed program; "" where none does, or none was run."""
        if self.work.metric is not None or self.work.result.interrupted:
            return ""
        if not self.asked:
            self.asked = True
            self._begin()
        while self.before and (failed := self._failed([*self.before], program)):
            if self._failed([failed], self.work.root.program) or not self._failed([failed], program):
                del self.before[failed]  # it fails by itself now and then
            else:
                self.refused = True
                return failed
        return ""

    def doubts(self) -> tuple[Doubt, ...]:
        """What speaks against a change that stands, as they had no time to judge it after they refused another one."""
        why = "the tests that were not named, which refused another change, had no time to judge it"
        return (Doubt(UNJUDGED, why),) if self.refused and not self.judged else ()

    def _failed(self, names: Sequence[str], program: Program) -> str:
        """The first of some tests that fails; "" where none does, or the time is over."""
        most = self._seconds()
        self.judged = self.suite is not None and most >= LEAST_SECONDS
        if self.suite is None or not self.judged:
            return ""
        swaps = program.swaps(NO_CHANGE)
        asked = Request(
            tuple(names),
            swaps or (),
            program.texts(NO_CHANGE) if swaps is None else {},
            expect=dict.fromkeys(names, (Status.PASSED,)),
            stop=True,
            seconds=most,
            test_seconds=patience(self.work.job.config.test_seconds, [*self.before.values()]),
        )
        reply = self.suite.run(asked)
        self.judged = reply.ended in (Ended.DONE, Ended.STOPPED)
        return next((o.id for o in reply.outcomes if o.raised), "")

    def _begin(self) -> None:
        """See how they end as the program is."""
        args = widened(self.work.job.root, self.work.job.tests, list(self.work.suite.files.values()))
        if not args or self._seconds() < LEAST_SECONDS:
            return
        job = self.work.job
        try:
            guests = Guests(replace(job, tests=args), self.work.ledger)
            suite = self.stack.enter_context(guests.confirming("other tests"))
        except TracecError:  # they may need what is not installed: then they say nothing
            return
        others = {name: file for name, file in suite.files.items() if name not in self.work.suite.files}
        rest = in_turn(others, {*map(os.path.dirname, self.work.suite.files.values())})
        if rest:
            job.tell(f"running the {len(rest):,} other tests of the project, to see whether the change breaks one")
        done: list[Outcome] = []
        for _ in range(PROCESSES):
            most = self._seconds()
            if not rest or most < LEAST_SECONDS:
                break
            said = suite.run(Request(rest, seconds=most, test_seconds=TEST_SECONDS)).outcomes
            done += said or [Outcome(rest[0], Status.DIED)]
            over = {o.id for o in done}
            rest = tuple(name for name in rest if name not in over)
        self.suite, self.before = suite, {o.id: o for o in sorted(done, key=lambda o: o.seconds) if o.passed}

    def _seconds(self) -> float:
        self.shares += 1
        return self.work.ledger.share(f"other tests {self.shares}", SHARE)


def in_turn(files: Mapping[str, str], near: Collection[str]) -> tuple[str, ...]:
    """Tests reordered, as there may not be time for all: those of some folders come first, and of each file a test."""
    count: Counter[str] = Counter()
    turns: dict[str, tuple[bool, int]] = {}
    for name, file in files.items():
        turns[name] = os.path.dirname(file) not in near, count[file]
        count[file] += 1
    return tuple(sorted(files, key=turns.__getitem__))


def widened(root: Path, tests: Sequence[str], files: Sequence[str]) -> tuple[str, ...]:
    """pytest's arguments with whole folders of tests in the place of what was named; () where that names no more."""
    homes: dict[str, None] = {}
    for file in dict.fromkeys(files):
        folders = [f for f in Path(file).parents if f.name in FOLDERS and root.resolve() in f.parents]
        if not folders:
            return ()
        homes[str(folders[-1])] = None
    kept, named, chosen = _options(tests)
    if not homes or (not chosen and homes.keys() <= {str((root / name).resolve()) for name in named}):
        return ()
    return (*homes, *kept, "--continue-on-collection-errors")


def _options(tests: Sequence[str]) -> tuple[list[str], list[str], bool]:
    """The options without those that choose tests, what else is named, and whether there was such an option."""
    kept: list[str] = []
    named: list[str] = []
    chosen = False
    words = iter(tests)
    for word in words:
        value = [next(words, "")] if word in VALUED else []
        if word[:2] in CHOOSING:
            chosen = True
        elif word.startswith("-"):
            kept += [word, *value]
        else:
            named.append(word)
    return kept, named, chosen
