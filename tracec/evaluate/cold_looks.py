"""ColdLooks: candidates that no live process can take wait for their share; what a look at one costs is measured."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator

from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.run.ledger import Ledger

COLD_SHARE = 0.5  # the share of the work for candidates that need a process which collects anew; chosen
COLD_WORK = 300_000  # steps that such a process is worth, until some were measured; on toy suites, 2026-11-22
COLLECTING = 10_000  # and each test of the suite adds so many; chosen
MEASURED = 3  # such processes after which it is known what one takes here; chosen
LEAST_LIVE = 0.001  # seconds of a candidate in a live process, at least; chosen


class ColdLooks:
    """Those of one parent, the cheapest first. `tests` is how many the suite has, `base` the parent's content."""

    def __init__(self, ledger: Ledger, tests: int, base: str) -> None:
        self._ledger, self._base = ledger, base
        self._waiting: list[tuple[float, int, Candidate]] = []
        self._count = self._looks = self._spent = 0
        self._seconds, self._began = 0.0, ledger.seconds()
        self._price = COLD_WORK + COLLECTING * tests  # steps that a look is worth

    def put(self, candidate: Candidate) -> None:
        """Let one wait."""
        self._count += 1
        heapq.heappush(self._waiting, (candidate.bits, self._count, candidate))

    def turn(self, look: Callable[[Candidate], Attempt], most: float, tried: int, work: int) -> Iterator[Attempt]:
        """Look at those that wait, as long as all looks took less than `most` steps.

        So far `tried` candidates were tried, which took `work` steps.
        """
        while self._waiting and self._spent < most and not self._ledger.late():
            self._spent += self._price
            began = self._ledger.seconds()
            attempt = look(heapq.heappop(self._waiting)[2])
            self._looks, self._seconds = self._looks + 1, self._seconds + self._ledger.seconds() - began
            if self._looks == MEASURED and tried:
                self._measure(tried, work / tried)
            yield attempt

    def _measure(self, tried: int, usual: float) -> None:
        """See what a look takes beside the candidates in live processes; what was seen is kept."""
        live = max(LEAST_LIVE, (self._ledger.seconds() - self._began - self._seconds) / tried)
        times = self._ledger.event("pace", self._base, lambda: round(self._seconds / self._looks / live, 1))
        self._price = max(self._price, int(times * usual))
        self._spent = self._looks * self._price
