"""Roads, or blamed lines -> Findings: a place of the user's files and what is to be said there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tracec.passes.explain.texts import parted, said, text_of

if TYPE_CHECKING:
    from tracec.explaining.explained import Explained
    from tracec.passes.explain.road import Road, Step
    from tracec.passes.nouns.credit import Evidence

Level = Literal["error", "warning", "note"]
NAMED = 20  # other tests of one cause that a finding names; chosen


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a file, by its path from the root of the repository.

    Lines count from 1, columns from 0, in code points; the end column is exclusive.
    """

    path: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said at a place. `rule` is `failing-test`, `cause` or `suspect`; `steps` are places on the way to it.

    `about` tells this finding from others of its rule in the same file, whatever line it stands in by then.
    """

    rule: str
    level: Level
    place: Place
    message: str
    about: str
    title: str = ""
    steps: tuple[tuple[Place, str], ...] = ()


def of_roads(found: Explained, prefix: str, test_files: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield for each cause an error where it was noticed, and a warning where its value came from, in code of no test.

    `prefix` leads from the root of the repository to the folder that paths are seen from.
    """
    tests = frozenset(test_files)
    for road in found.roads:
        if road.head is None:
            place = Place(joined(prefix, road.failure.id.partition("::")[0]), 1)
            yield Finding("failing-test", "error", place, f"{road.failure.id}: {road.note}", road.failure.id, "tracec")
            continue
        told = "\n".join([road.failure.id, *text_of(road), *others(road)])
        steps = tuple((place_of(step, prefix), line(step)) for step in road.steps)
        yield Finding("failing-test", "error", place_of(road.head, prefix), told, road.failure.id, title(road), steps)
        cause = next((step for step in road.steps if step.span.path not in tests), None)
        if cause is not None and road.head.span.path in tests:
            words = f"{line(cause)}\non the way to {road.failure.id}: {road.head.text}"
            yield Finding("cause", "warning", place_of(cause, prefix), words, road.failure.id, title(road))


def of_blame(rows: Iterable[tuple[str, Evidence]], prefix: str) -> Iterator[Finding]:
    """Yield a warning for each suspect place, with the values that it had."""
    from tracec.passes.nouns.credit import weight
    from tracec.passes.nouns.trace import show

    for name, evidence in rows:
        span = evidence.span
        values = ", ".join(show(value, 40) for value in evidence.values[:5])
        words = f"{name} explains failing tests (suspicion {weight(evidence):.2f})"
        place = Place(joined(prefix, span.path), span.line, span.column, span.end_line, span.end_column)
        about = f"{name}:{span.line - 1}"
        yield Finding("suspect", "warning", place, words + (f"; its values: {values}" if values else ""), about, name)


def place_of(step: Step, prefix: str) -> Place:
    """The place of a step."""
    span = step.span
    return Place(joined(prefix, span.path), span.line, span.column, span.end_line, span.end_column)


def joined(prefix: str, path: str) -> str:
    """A path as the repository sees it, with `/`."""
    return os.path.normpath(os.path.join(prefix, path)).replace(os.sep, "/")


def line(step: Step) -> str:
    """A step in one line, with how passing tests went there."""
    return said(step) + (f"; {parted(step.parting)}" if step.parting else "")


def title(road: Road) -> str:
    """A few words: the test, and how many others fail so."""
    more = f" and {len(road.others)} more" if road.others else ""
    return f"{road.failure.id.rpartition('::')[2]}{more}"


def others(road: Road) -> Iterator[str]:
    """The other tests that fail on the same road."""
    if road.others:
        more = f" and {len(road.others) - NAMED} more" if len(road.others) > NAMED else ""
        yield f"  failing on the same lines: {', '.join(road.others[:NAMED])}{more}"
