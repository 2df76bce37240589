"""Guarded, Guard, Alternative and Chosen: what is known of the changes that pass all tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracec.passes.accept.doubts import Doubt
from tracec.passes.accept.verdict import Verdict

Example = Mapping[str, Any]  # call, before, after, what, source, outside, failure
Apart = tuple[str, tuple[str, ...]]  # a call, and what each of two programs makes of it


@dataclass(frozen=True, slots=True)
class Guarded:
    """One candidate on `inputs` inputs: on how many its behaviour `changed`.

    `failures` are those on which only the changed program raises or does not end, `outside` those on which it differs
    although nothing that was changed ran, `passing` those that a test made which passes. `examples`: the worst first,
    each made as small as could be. `why_not` says why nothing could be tried. `emptied` is what a call that a test made
    gives now, where that is empty and was not.
    """

    inputs: int = 0
    changed: int = 0
    failures: int = 0
    outside: int = 0
    passing: int = 0
    examples: tuple[Example, ...] = ()
    why_not: str = ""
    emptied: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """What came of several candidates. `apart` tells two of them apart, by their places; None: alike on all inputs."""

    each: tuple[Guarded, ...]
    apart: Mapping[tuple[int, int], Apart | None] = field(default_factory=dict)

    def tells(self, one: int, other: int) -> Apart | None:
        """An input on which two differ, and what each makes of it."""
        found = self.apart.get((min(one, other), max(one, other)))
        return (found[0], found[1] if one < other else found[1][::-1]) if found else None

    def compared(self, one: int, other: int) -> bool:
        """True where two were held against each other on some input."""
        pair = min(one, other), max(one, other)
        return pair in self.apart and self.each[one].inputs > 0 and self.each[other].inputs > 0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another change that passes all tests: the new text of each file, and how it differs from the one chosen."""

    texts: Mapping[str, str]
    why: tuple[str, ...]
    cost: float
    differs: Apart | None  # (call, (of the one chosen, of this one))
    guarded: Guarded


@dataclass(slots=True)
class Chosen:
    """How the change was chosen among those that pass."""

    guarded: Guarded = field(default_factory=Guarded)
    doubts: tuple[Doubt, ...] = ()  # what speaks against it
    cost: float = 0.0  # bits of the change, with what speaks against it
    alternatives: tuple[Alternative, ...] = ()
    alike: int = 0  # others that no input told from one of those kept
    memorising: int = 0  # refused, as they only memorise a test
    unasked: int = 0  # tests that had no say about the other changes, as they were left out at first
    held_out: frozenset[str] = frozenset()  # tests that did not choose among candidates
    refused: int = 0  # candidates that passed all other tests and failed one of these

    def count(self, verdict: Verdict) -> None:
        """Note what became of a candidate."""
        self.memorising += verdict == Verdict.MEMORISES
        self.refused += verdict == Verdict.REFUSED
