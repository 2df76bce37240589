"""A file's text + new texts for literals -> the new text, and where the literals stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tracec.passes.nouns.span import Span


def spliced(text: str, spans: Sequence[Span], values: Mapping[int, str]) -> tuple[str, list[Span]]:
    """Put `values`, by their number in `spans`, in the place of literals; no two spans overlap.

    Brackets keep the meaning of what stands around: `x-LIMIT` with -1 is `x-(-1)`. They are no part of the new span.
    """
    starts = line_starts(text)
    places = [(starts[s.line - 1] + s.column, starts[s.end_line - 1] + s.end_column) for s in spans]
    pieces: list[str] = []
    found: dict[int, tuple[int, int]] = {}
    at = length = 0
    for number in sorted(range(len(spans)), key=places.__getitem__):
        start, end = places[number]
        value = values.get(number, text[start:end])
        guard = "(" if number in values else ""
        pieces += [text[at:start], guard, value, ")" if guard else ""]
        length += start - at + len(guard)
        found[number] = length, length + len(value)
        length += len(value) + len(guard)
        at = end
    made = "".join([*pieces, text[at:]])
    starts = line_starts(made)
    return made, [span_of(spans[n].path, starts, *found[n]) for n in range(len(spans))]


def line_starts(text: str) -> list[int]:
    """Find where each line begins, as Python counts lines."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]


def span_of(path: str, starts: Sequence[int], first: int, last: int) -> Span:
    """Make a span of the places of a piece's first character and of the one behind it."""
    lines = [max(n for n, start in enumerate(starts) if start <= place) for place in (first, last)]
    return Span(path, lines[0] + 1, first - starts[lines[0]], lines[1] + 1, last - starts[lines[1]])
