"""The project's tests that the user did not name: a change that breaks one of them is none to be called right.

They are run in a guest of their own, as the program is and as it would be, as far as the time allows. They choose
nothing: they only refuse.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tracec.evaluate.baseline import LONGEST_REQUEST, patience
from tracec.guests.protocol import Request
from tracec.guests.replaying import ReplayingSuite
from tracec.guests.suites import Guests
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.outcome import Outcome, Status
from tracec.work.work import Work

SHARE = 0.4  # of the time left that one run of them may take; chosen
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
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __enter__(self) -> OtherTests:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stack.close()

    def broken(self, texts: Mapping[str, str]) -> str:
        """The first of those that passed which fails with these texts of files; "" where none does, or none was run."""
        if self.work.metric is not None or self.work.result.interrupted:
            return ""
        if not self.asked:
            self.asked = True
            self._begin()
        while self.before and (failed := self._failed([*self.before], texts)):
            if self._failed([failed], self._texts) or not self._failed([failed], texts):
                del self.before[failed]  # it fails by itself now and then
            else:
                return failed
        return ""

    def _failed(self, names: Sequence[str], texts: Mapping[str, str]) -> str:
        """The first of some tests that fails; "" where none does, or the time is over."""
        most = self._seconds()
        if self.suite is None or most < LEAST_SECONDS:
            return ""
        expect = dict.fromkeys(names, (Status.PASSED,))
        longest = patience(self.work.job.config.test_seconds, [*self.before.values()])
        asked = Request(tuple(names), overlay=texts, expect=expect, stop=True, seconds=most, test_seconds=longest)
        return next((o.id for o in self.suite.run(asked).outcomes if o.raised), "")

    def _begin(self) -> None:
        """See how they end as the program is."""
        args = widened(self.work.job.root, self.work.job.tests, list(self.work.suite.files.values()))
        if not args or self._seconds() < LEAST_SECONDS:
            return
        job = self.work.job
        began = time.monotonic()
        try:
            guests = Guests(replace(job, tests=args), self.work.ledger)
            suite = self.stack.enter_context(guests.confirming("other tests"))
        except TracecError:  # they may need what is not installed: then they say nothing
            return
        names = tuple(name for name in suite.ids if name not in self.work.suite.files)
        most = min(self._seconds() - (time.monotonic() - began), LONGEST_REQUEST)
        if not names or most < 0:
            return
        job.tell(f"running the {len(names):,} other tests of the project, to see whether the change breaks one")
        said = suite.run(
            Request(names, overlay=self._texts, seconds=most, test_seconds=job.config.test_seconds)
        ).outcomes
        self.suite, self.before = suite, {o.id: o for o in said if o.passed}

    @property
    def _texts(self) -> dict[str, str]:
        """The program as it is, for a process that collects anew, as it does for a change."""
        return {path: source.text for path, source in self.work.root.program.on_disk.items()}

    def _seconds(self) -> float:
        return SHARE * self.work.ledger.to_the_end()


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
