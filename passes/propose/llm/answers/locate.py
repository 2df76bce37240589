"""Lines to be replaced + a file -> where they stand in it, and the file with others in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracec.passes.nouns.span import Span

NEAR = 25  # lines by which a diff's line numbers may be wrong and still choose between places; chosen


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a text, from one character to another, and what is to stand there."""

    start: int
    end: int
    new: str


def places(text: str, old: str, new: str) -> list[Place]:
    """Where `old` stands: its lines as they are, but for their ends and one indentation; else within a line."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    wanted, fresh = old.strip("\n").split("\n"), new.strip("\n").split("\n") if new.strip() else []
    found = [
        Place(starts[at], starts[at + len(wanted)] - 1, "\n".join(_shifted(fresh, shift)))
        for at in range(len(lines) - len(wanted) + 1)
        if (shift := _shift(lines[at : at + len(wanted)], wanted)) is not None
    ]
    if found or "\n" in old.strip("\n"):
        return found
    return [Place(m.start(), m.end(), new.strip()) for m in re.finditer(re.escape(old.strip()), text) if old.strip()]


def _shift(have: Sequence[str], wanted: Sequence[str]) -> int | None:
    """By how much further the lines of the file are indented than those wanted, None where they are others."""
    if not any(line.strip() for line in wanted):
        return None
    shifts = set()
    for one, other in zip(have, wanted):
        if one.strip() != other.strip():
            return None
        if one.strip():
            shifts.add(_indent(one) - _indent(other))
    return shifts.pop() if len(shifts) == 1 else None


def _indent(line: str) -> int:
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip())


def _shifted(lines: Sequence[str], by: int) -> Iterator[str]:
    for line in lines:
        if by >= 0:
            yield " " * by + line if line.strip() else line
        else:
            yield line[min(-by, _indent(line)) :]


def chosen(found: Sequence[Place], text: str, spans: Sequence[Span], line: int) -> list[Place]:
    """Those within what may change, where there are any; the one nearest to `line`, where that tells them apart."""
    inside = [place for place in found if any(_within(text, place, span) for span in spans)] or list(found)
    if len(inside) > 1 and line:
        order = sorted(inside, key=lambda place: abs(line_of(text, place.start) - line))
        first, second = (abs(line_of(text, place.start) - line) for place in order[:2])
        if first < second and first <= NEAR:
            return order[:1]
    return inside


def _within(text: str, place: Place, span: Span) -> bool:
    return span.line <= line_of(text, place.start) and line_of(text, place.end) <= span.end_line


def line_of(text: str, at: int) -> int:
    """The line of a character, from 1."""
    return text.count("\n", 0, at) + 1


def put(text: str, places: Sequence[Place]) -> str | None:
    """The text with all places changed; None where two of them overlap."""
    ordered = sorted(places)
    if any(one.end > other.start for one, other in pairwise(ordered)):
        return None
    for place in reversed(ordered):
        end = place.end + 1 if not place.new and text[place.end : place.end + 1] == "\n" else place.end
        text = text[: place.start] + place.new + text[end:]
    return text
