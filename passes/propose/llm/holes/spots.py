"""Edits -> the holes in them: `HOLE` in an expression, numbers named by `tune:`; or why they cannot be filled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.edits import AddDefinition, Edit, ReplaceDefinition, SetLiteral
from tracec.passes.propose.llm.answers.answer import Refusal, Tune, Why
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.parsing import module_of

HOLE = re.compile(r"HOLE(_?\w+)?")
MOST_HOLES = 3  # holes of one reply: with more of them, the ways to fill them are too many to be tried; chosen


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the source of an edit, from one character to another; `edit` is the number of the edit."""

    edit: int
    name: str
    start: int
    end: int


def holes(edits: Sequence[Edit]) -> tuple[Spot, ...]:
    """The holes of definitions that take the place of others, in the order of the text."""
    found = []
    for at, edit in enumerate(edits):
        if isinstance(edit, ReplaceDefinition):
            nodes = [node for node in _nodes(edit.source) if isinstance(node, ast.Name) and HOLE.fullmatch(node.id)]
            found += [Spot(at, str(getattr(node, "id", "")), *_place(edit.source, node)) for node in nodes]
    return tuple(sorted(found, key=lambda spot: (spot.edit, spot.start)))


def tuned(edits: Sequence[Edit], tunes: Sequence[Tune]) -> dict[Tune, Spot]:
    """The literal of each number that is to be tuned: the first value given to the name, by any kind of `name = 1`."""
    found: dict[Tune, Spot] = {}
    for tune in tunes:
        for at, edit in enumerate(edits):
            if isinstance(edit, ReplaceDefinition) and tune not in found:
                values = [value for name, value in _given(edit.source) if name == tune.name and _is_number(value)]
                if values:
                    found[tune] = Spot(at, tune.name, *min(_place(edit.source, value) for value in values))
    return found


def unfillable(edits: Sequence[Edit]) -> Refusal | None:
    """Why the holes of a reply cannot be filled, None where they can, or it has none."""
    count = len(holes(edits))
    if count > MOST_HOLES:
        return Refusal(Why.HOLES, f"the reply leaves {count} holes; leave at most {MOST_HOLES}")
    if any(isinstance(edit, SetLiteral) and _has_hole(edit.value) for edit in edits):
        return Refusal(Why.HOLES, "a value outside of functions has a hole; leave holes in functions only")
    if any(isinstance(edit, AddDefinition) and _has_hole(edit.source) for edit in edits):
        return Refusal(Why.HOLES, "a new helper has a hole; leave holes in the functions shown only")
    return None


def _has_hole(source: str) -> bool:
    return any(isinstance(node, ast.Name) and HOLE.fullmatch(node.id) for node in _nodes(source))


def _nodes(source: str) -> Iterator[ast.AST]:
    tree = module_of(source)
    return ast.walk(tree) if tree else iter(())


def _place(source: str, node: ast.AST) -> tuple[int, int]:
    """Where an expression begins and ends, in characters from the beginning."""
    lines = source.split("\n")
    ends = ((getattr(node, "lineno", 1), getattr(node, "col_offset", 0)),
            (getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0)))  # fmt: skip
    first, last = (sum(len(row) + 1 for row in lines[: n - 1]) + characters(lines[n - 1], c) for n, c in ends)
    return first, last


def _given(source: str) -> Iterator[tuple[str, ast.expr]]:
    """What names are given by assignments, defaults and keywords."""
    for node in _nodes(source):
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg, node.value
        elif isinstance(node, ast.arguments):
            every = [*node.posonlyargs, *node.args]
            yield from zip((a.arg for a in every[len(every) - len(node.defaults) :]), node.defaults)
            yield from ((a.arg, value) for a, value in zip(node.kwonlyargs, node.kw_defaults) if value)


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)) else node
    return isinstance(inner, ast.Constant) and type(inner.value) in (int, float)
