"""Places that may change + what coverage.py recorded -> the tests that touch them, and those that nobody knows."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.coverage.contexts import ContextReader, has_no_set_up, is_of_a_test
from tracec.passes.nouns.target import Target

Ranges = Sequence[Sequence[int]]  # (first, last) line, both included


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded: `lines` {real path of a file that may change: {context: ranges of lines}}, `others` {real
    path of another file: contexts that run it}, and `changed`: the files that are no longer what they were then."""

    lines: Mapping[str, Mapping[str, Ranges]]
    others: Mapping[str, Collection[str]]
    changed: frozenset[str] = frozenset()

    def contexts_of(self, path: str) -> Collection[str]:
        """Those that run any line of a file."""
        return self.lines.get(path) or self.others.get(path, ())

    def contexts(self) -> frozenset[str]:
        """All of them."""
        return frozenset[str]().union(*self.lines.values(), *self.others.values())


@dataclass(frozen=True, slots=True)
class Place:
    """What may change: lines `first` to `last` of a file, of which those before `body` run where it is defined.

    `whole`: it matters wherever its file is run.
    """

    path: str
    first: int
    last: int
    body: int
    whole: bool = False


def place_of(target: Target, path: str) -> Place:
    """The place of a target in the file with that real path."""
    span = target.span
    if target.kind != "code":
        return Place(path, span.line, span.end_line, span.line, whole=True)
    return Place(path, span.line, span.end_line, span.line + header_lines(target.value))


def header_lines(definition: str) -> int:
    """The lines of a definition before its first statement: decorators, signature; all of one on a single line."""
    try:
        inner = ast.parse(definition).body[0]
    except (SyntaxError, ValueError, IndexError, RecursionError):
        return definition.count("\n") + 1
    body = getattr(inner, "body", [])
    return max(body[0].lineno - 1, getattr(inner, "lineno", 1)) if body else 1


@dataclass(frozen=True, slots=True)
class Touching:
    """Which of all tests `touch` a place, and which are `unknown`: not recorded, or no longer what was."""

    touch: frozenset[str]
    unknown: frozenset[str]


def touching(places: Iterable[Place], recorded: Recorded, files: Mapping[str, str]) -> Touching:
    """Of the tests in `files` {id: real path of its file}, those that touch a place.

    A test touches a definition where it runs a line of it. Wherever that cannot be told, it is any test that runs a
    line of the file: where the file was changed since, where the definition also runs outside of tests (on import), or
    where the place is a value. Where contexts do not tell what fixtures run, what runs outside of tests may be of all
    tests. Tests that touch another file which was changed may go another way now, and count as touching too. A test
    that was seen to run nothing but tests is unknown: what it runs may be in another process.
    """
    tests = ContextReader(list(files))
    own = frozenset(files.values())
    meant = {context: tests.meant_by(context) for context in recorded.contexts()}
    touched = {c for place in places for c in contexts_touching(place, recorded)}
    touched |= {c for path in recorded.changed - own for c in recorded.contexts_of(path)}
    touch = frozenset[str]().union(*(meant.get(c, tests.ids) for c in touched))
    telling = {p for p in (*recorded.lines, *recorded.others) if p not in own and not p.endswith("conftest.py")}
    known = {test for path in telling for c in recorded.contexts_of(path) for test in meant[c]}
    unknown = {t for t, path in files.items() if t not in known or path in recorded.changed}
    return Touching(touch, frozenset(unknown))


ANY = "\0any"  # the context of whatever test there is


def contexts_touching(place: Place, recorded: Recorded) -> Collection[str]:
    """The contexts that run a place, or may."""
    lines = recorded.lines.get(place.path, {})
    if place.whole or place.path in recorded.changed:
        return lines.keys()
    outside = [c for c in lines if not is_of_a_test(c) and runs(lines[c], place.body, place.last)]
    if outside:
        return (*lines, ANY) if has_no_set_up(c for c in recorded.contexts() if is_of_a_test(c)) else lines.keys()
    return [c for c in lines if is_of_a_test(c) and runs(lines[c], place.first, place.last)]


def runs(ranges: Ranges, first: int, last: int) -> bool:
    """True where one of some ranges of lines has a line of another."""
    return any(begin <= last and end >= first for begin, end in ranges)
