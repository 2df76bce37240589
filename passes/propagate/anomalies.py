"""Values of failing and of passing runs -> how many things are odd about a place.

Measured as tie-breakers on small programs: what is constant on one side alone and lengths off by one bring faulty
lines to the top; unknown types, None, signs and where an exception came to be do not, and are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tracec.passes.nouns.span import Span
from tracec.passes.nouns.trace import Picture
from tracec.passes.propagate.observe import Observation


def anomalies(failing: Sequence[Observation], passing: Sequence[Observation]) -> dict[Span, int]:
    """Count how many of two things hold of the values at a place, where one does.

    Failing tests have one value there and passing ones several, or the other way round; one more than the longest of
    passing tests, or one less than the shortest. Values that a place was not seen to have are not counted.
    """
    bad, good = _together(failing), _together(passing)
    odd = {
        span: _constant(values, good[span]) + _longer(values, good[span])
        for span, values in bad.items()
        if span in good
    }
    return {span: count for span, count in odd.items() if count}


def _together(observations: Iterable[Observation]) -> dict[Span, list[object]]:
    found: dict[Span, dict[str, object]] = {}
    for o in observations:
        for span, seen in o.values.items():
            found.setdefault(span, {}).update(seen.values)
    return {span: list(values.values()) for span, values in found.items()}


def _constant(bad: Sequence[object], good: Sequence[object]) -> bool:
    return (len(bad) == 1) != (len(good) == 1)


def _longer(bad: Sequence[object], good: Sequence[object]) -> bool:
    ours, theirs = _lengths(bad), _lengths(good)
    return bool(ours and theirs) and (max(ours) == max(theirs) + 1 or min(ours) == min(theirs) - 1)


def _lengths(values: Iterable[Any]) -> list[int]:
    sizes = [v.size if isinstance(v, Picture) else len(v) if isinstance(v, (str, bytes)) else -1 for v in values]
    return [size for size in sizes if size >= 0]
