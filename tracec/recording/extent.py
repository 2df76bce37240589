"""Extent: how much is recorded of one case."""

from __future__ import annotations

from typing import NamedTuple

MOST_EVENTS = 1_000_000  # a case that records more is stopped: some tenths of a second; chosen
KEPT_EVENTS = 40_000  # linking them takes a few tenths of a second; chosen


class Extent(NamedTuple):
    """A case of more than `most` events is stopped; about the last `kept` of them are kept, 0 for all.

    A test fails at its end; of what ran before, the functions are known.
    """

    most: int = MOST_EVENTS
    kept: int = KEPT_EVENTS


ENOUGH = Extent()
