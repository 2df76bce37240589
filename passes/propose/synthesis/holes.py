"""Definitions + traced states -> Holes: suspect places whose right values may be found out, and the states there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tracec.passes.nouns.credit import State
from tracec.passes.propose.repair.definition import CodeTarget, Known, SourcePlace, place_of
from tracec.passes.propose.repair.evidence.evaluate import NoValue, bounded, evaluate
from tracec.passes.syntax.scope import parameters
from tracec.passes.syntax.tree import FUNCTIONS

HoleKind = Literal["condition", "value", "entry"]
WHOLE = ((ast.Return, "value"), (ast.Assign, "value"), (ast.AugAssign, "value"), (ast.Yield, "value"))
PARTS = ((ast.Subscript, "slice"), (ast.Slice, "lower"), (ast.Slice, "upper"), (ast.keyword, "value"))
ELEMENTS = ((ast.ListComp, "elt"), (ast.SetComp, "elt"), (ast.GeneratorExp, "elt"), (ast.DictComp, "value"))
EXPRESSIONS = (*WHOLE, *ELEMENTS, *PARTS)
TESTS = ((ast.If, "test"), (ast.While, "test"), (ast.IfExp, "test"), (ast.comprehension, "ifs"))
LATER = {"value": 0.5, "condition": 0.0, "entry": 0.25}  # bits, where holes are equally suspect


@dataclass(frozen=True, slots=True)
class Moment:
    """The state of a hole at one evaluation; `value` is what the program has there, () for a statement."""

    test: str
    names: Mapping[str, object]
    value: tuple[object, ...]


Moments = dict[str, list[Moment]]


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """A condition, a value, or the entry of a function (a statement before which to return).

    `moments` has those of each test in their order; `cost` are the bits to point at the place.
    """

    definition: CodeTarget
    node: ast.AST
    kind: HoleKind
    cost: float
    moments: Mapping[str, Sequence[Moment]]

    @property
    def place(self) -> SourcePlace:
        """The place where it stands."""
        return place_of(self.definition, self.node)

    @property
    def shared(self) -> frozenset[str]:
        """The variables that are known in every state."""
        known = [frozenset(moment.names) for found in self.moments.values() for moment in found]
        return known[0].intersection(*known) if known else frozenset()


def holes(known: Known, failing: Sequence[str]) -> list[Hole]:
    """Find the holes that one of the tests evaluated, the most suspect first."""
    found = [
        hole for target in known.targets if target.kind == "code" for hole in _of(CodeTarget.of(target, known), known)
    ]
    wanted = set(failing)
    reached = [hole for hole in found if not wanted.isdisjoint(hole.moments)]
    return sorted(reached, key=lambda hole: hole.cost + LATER[hole.kind])


def _of(definition: CodeTarget | None, known: Known) -> Iterator[Hole]:
    if definition is None:
        return
    states: dict[object, list[State]] = {}
    for state in known.credit(definition.target).states:
        span = state.span
        states.setdefault((span.line, span.column, span.end_line, span.end_column), []).append(state)
    for node in definition.tree.places:
        kind = _kind(definition, node)
        cost = definition.suspects.cost(node)
        if kind is not None and cost is not None:
            moments = _entered(definition, node, states) if kind == "entry" else _evaluated(definition, node, states)
            if moments:
                yield Hole(definition, node, kind, cost, moments)


def _kind(definition: CodeTarget, node: ast.AST) -> HoleKind | None:
    place = definition.tree.places[node]
    if place.role == "statement":
        return (
            "entry"
            if isinstance(place.parent, FUNCTIONS) and place.field == "body" and _first(place.parent) is node
            else None
        )
    if place.role != "value":
        return None
    if any(isinstance(place.parent, kind) and place.field == name for kind, name in TESTS):
        return "condition"
    argument = isinstance(place.parent, ast.Call) and place.field == "args"
    if argument or any(isinstance(place.parent, kind) and place.field == name for kind, name in EXPRESSIONS):
        return "value"
    return None


def _first(function: ast.AST) -> ast.stmt:
    """The first statement after the docstring."""
    body: list[ast.stmt] = function.body  # type: ignore[attr-defined]
    return body[1] if len(body) > 1 and ast.get_docstring(function, clean=False) is not None else body[0]  # type: ignore[arg-type]


def _evaluated(
    definition: CodeTarget, node: ast.AST, states: Mapping[object, Sequence[State]]
) -> dict[str, list[Moment]]:
    """The states of the node itself; of a variable or constant, those of what holds it."""
    own = states.get(place_of(definition, node)[1])
    if own is not None:
        return _by_test(Moment(s.test, dict(s.names), s.value) for s in own if s.value)
    for up in definition.tree.above(node):
        around = states.get(place_of(definition, up)[1], ())
        if around or isinstance(up, ast.stmt):
            return _by_test(_computed(node, around))
    return {}


def _computed(node: ast.AST, around: Sequence[State]) -> Iterator[Moment]:
    for state in around:
        names = dict(state.names)
        try:
            yield Moment(state.test, names, (evaluate(node, names),))
        except NoValue:
            continue


def _entered(
    definition: CodeTarget, node: ast.AST, states: Mapping[object, Sequence[State]]
) -> dict[str, list[Moment]]:
    """The arguments, as the first expression of the statement found them."""
    function = definition.tree.function(node)
    if isinstance(node, (ast.While, *FUNCTIONS, ast.ClassDef)) or not isinstance(function, FUNCTIONS):
        return {}
    names = set(parameters(function))
    for part in _in_order(node):
        found = states.get(place_of(definition, part)[1])
        if found:
            kept = ({k: v for k, v in s.names if k.partition(".")[0] in names} for s in found)
            return _by_test(Moment(s.test, known, ()) for s, known in zip(found, kept) if known)
    return {}


def _in_order(node: ast.AST) -> list[ast.expr]:
    header = [node.iter] if isinstance(node, ast.For) else [node.test] if isinstance(node, ast.If) else [node]
    parts = [part for top in header for part in ast.walk(top) if isinstance(part, ast.expr)]
    return sorted(parts, key=lambda part: (part.end_lineno or 0, part.end_col_offset or 0))


def _by_test(moments: Iterable[Moment]) -> Moments:
    found: Moments = {}
    for moment in moments:
        if all(_is_plain(value) for value in moment.value):
            found.setdefault(moment.test, []).append(moment)
    return found


def _is_plain(value: object) -> bool:
    try:
        bounded(value)
    except NoValue:
        return False
    return True
