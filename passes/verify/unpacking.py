"""The source of a module -> which part of a value each name of an unpacking takes: `a, (b, *c) = v`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracec.passes.nouns.structure import Site
from tracec.passes.nouns.trace import Trace
from tracec.passes.syntax.columns import characters
from tracec.passes.verify.exact_values import INEXACT

Step = tuple[int, int, int]  # place of a target, how many there are, place of the starred one or -1
Place = tuple[int, int]  # line and column


@dataclass(slots=True, eq=False)
class Unpacked:
    """Finds the way from a value to the part that a name takes; each module is parsed when it is first asked for."""

    trace: Trace
    known: dict[str, dict[Place, tuple[Step, ...]]] = field(default_factory=dict)

    def way(self, site: Site) -> tuple[Step, ...]:
        """Return the steps to the part; empty where the name takes no part of one value."""
        path = site.span.path
        if path not in self.known:
            self.known[path] = dict(ways_in(self.trace.source_lines(path)))
        return self.known[path].get((site.span.line, site.span.column), ())


def ways_in(lines: Sequence[str]) -> Iterator[tuple[Place, tuple[Step, ...]]]:
    """Find every name that an assignment unpacks a value into."""
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in ast.walk(tree):
        for target in statement.targets if isinstance(statement, ast.Assign) else ():
            for name, steps in names_of(target, ()):
                yield (name.lineno, characters(lines[name.lineno - 1], name.col_offset)), steps


def names_of(target: ast.expr, steps: tuple[Step, ...]) -> Iterator[tuple[ast.Name, tuple[Step, ...]]]:
    """Find the names within a target, and the way to each."""
    if isinstance(target, ast.Name) and steps:
        yield target, steps
    elif isinstance(target, ast.Starred):
        yield from names_of(target.value, steps)
    elif isinstance(target, (ast.Tuple, ast.List)):
        star = next((place for place, part in enumerate(target.elts) if isinstance(part, ast.Starred)), -1)
        for place, part in enumerate(target.elts):
            yield from names_of(part, (*steps, (place, len(target.elts), star)))


def part_of(value: Any, steps: Sequence[Step]) -> Any:
    """Take the part of a value that the steps lead to; ValueError where it has too few or too many.

    INEXACT where the order of its elements is not known.
    """
    for place, count, star in steps:
        if isinstance(value, (set, frozenset)):
            return INEXACT
        items = list(value)
        if len(items) != count if star < 0 else len(items) < count - 1:
            raise ValueError(f"{len(items)} values to unpack into {count}")
        if place == star:
            value = items[star : len(items) - (count - star - 1)]
        else:
            value = items[place if star < 0 or place < star else place - count]
    return value
