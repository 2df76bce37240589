"""Values of failing and of passing runs -> what is odd about a place: features, each 0 or 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tracec.passes.propagate.observe import Observation
from tracec.passes.target import Span
from tracec.passes.trace import Picture

FEATURES = ("type", "none", "constant", "sign", "length", "origin")


def anomalies(failing: Sequence[Observation], passing: Sequence[Observation]) -> dict[Span, frozenset[str]]:
    """The odd features of each place that failing tests have values at, of FEATURES; places without any are left out.

    `type`: one that passing tests never had there; `none`: None, which passing tests never had there; `constant`: one
    value in failing tests where passing ones had several, or the other way round; `sign`: negative, which it never was
    in passing ones; `length`: one more than the longest, or one less than the shortest, of passing ones; `origin`: an
    exception came to be there.
    """
    bad, good = _together(failing), _together(passing)
    raised = {span for o in failing for span in o.raised}
    found = {span: _odd(values, good[span]) if span in good else set[str]() for span, values in bad.items()}
    for span in raised:
        found.setdefault(span, set()).add("origin")
    return {span: frozenset(features) for span, features in found.items() if features}


def _together(observations: Iterable[Observation]) -> dict[Span, list[object]]:
    found: dict[Span, dict[str, object]] = {}
    for o in observations:
        for span, seen in o.values.items():
            found.setdefault(span, {}).update(seen.values)
    return {span: list(values.values()) for span, values in found.items()}


def _odd(bad: Sequence[object], good: Sequence[object]) -> set[str]:
    odd: set[str] = set()
    types = {_type(v) for v in bad} - {_type(v) for v in good}
    if types - {"NoneType"}:
        odd.add("type")
    if "NoneType" in types:
        odd.add("none")
    if (len(bad) == 1) != (len(good) == 1):
        odd.add("constant")
    if min(_numbers(bad), default=0) < 0 <= min(_numbers(good), default=-1):
        odd.add("sign")
    ours, theirs = _lengths(bad), _lengths(good)
    if ours and theirs and (max(ours) == max(theirs) + 1 or min(ours) == min(theirs) - 1):
        odd.add("length")
    return odd


def _type(value: object) -> str:
    return value.type if isinstance(value, Picture) else type(value).__name__


def _numbers(values: Iterable[object]) -> list[float]:
    return [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]


def _lengths(values: Iterable[Any]) -> list[int]:
    sizes = [v.size if isinstance(v, Picture) else len(v) if isinstance(v, (str, bytes)) else -1 for v in values]
    return [size for size in sizes if size >= 0]
