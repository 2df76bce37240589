"""Leaves + states -> expressions made of them bottom-up, one for each vector of values: observational equivalence.

A. Udupa et al., "TRANSIT: specifying protocols with concolic snippets", PLDI 2013; A. Albarghouthi, S. Gulwani,
Z. Kincaid, "Recursive program synthesis", CAV 2013.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.propose.repair.evidence.evaluate import (
    ERROR,
    FUNCTIONS,
    OPERATORS,
    NoValue,
    applied,
    evaluate,
    key_of,
)
from tracec.passes.propose.repair.ranked import merge, pairs
from tracec.passes.syntax.nodes import binary, call, cut, item, literal, method

NUMBER = (int, float)
SEQUENCE = (str, list, tuple)
MOST_LEAVES = 60  # leaves of which pairs are made; chosen
MOST_DEEP = 160  # larger expressions of which pairs are made; chosen
# Operators with their bits; chosen.
BINARY: tuple[tuple[float, type[ast.operator]], ...] = (
    (1.5, ast.Add),
    (1.5, ast.Sub),
    (2.7, ast.Mult),
    (2.7, ast.Mod),
    (3.8, ast.FloorDiv),
    (3.8, ast.Div),
    (3.8, ast.Pow),
)
Vector = tuple[object, ...]  # a value for each state
Built = tuple[float, "Entry"]  # bits, and an expression


@dataclass(frozen=True, slots=True)
class Entry:
    """An expression and its value in each state, ERROR where it has none; `kind` is the type of the first value."""

    node: ast.expr
    values: Vector
    kind: type


class Bank:
    """The expressions at hand, the cheapest of each vector, in the order in which they were made: by size, then cost.

    `most` bounds how many are evaluated. `made` has those that are not leaves.
    """

    def __init__(
        self, leaves: Iterable[tuple[float, ast.expr]], states: Sequence[Mapping[str, object]], most: int
    ) -> None:
        self._states, self._left = states, most
        self.known: dict[tuple[object, ...], Built] = {}
        self.leaves = list(self._new((cost, self.entry(node)) for cost, node in leaves))
        first = self.leaves[:MOST_LEAVES]
        self.made = list(self._new(_grown(first, first)))
        deep = sorted(self.made, key=lambda built: built[0])[:MOST_DEEP]
        again = merge(_grown(deep, first), _grown(first, deep)) if most else iter(())
        self.made += list(self._new(again))
        self.made.sort(key=lambda built: built[0])

    def __iter__(self) -> Iterator[Built]:
        return merge(self.leaves, self.made)

    def entry(self, node: ast.expr) -> Entry | None:
        """Evaluate an expression; None where it has no value in any state."""
        values: list[object] = []
        for state in self._states:
            try:
                values.append(evaluate(node, state))
            except NoValue:
                values.append(ERROR)
        return entry(node, values)

    def _new(self, stream: Iterable[tuple[float, Entry | None]]) -> Iterator[Built]:
        """Those with a vector of values that was not there yet."""
        for cost, one in stream:
            if self._left <= 0:
                return
            self._left -= 1
            if one is None:
                continue
            key = tuple([value if value is ERROR else key_of(value) for value in one.values])
            if key not in self.known:
                self.known[key] = (cost, one)
                yield cost, one


def entry(node: ast.expr, values: Sequence[object]) -> Entry | None:
    """Make an Entry, or None where there is no value at all."""
    known = next((value for value in values if value is not ERROR and value is not None), None)
    if known is None and values.count(ERROR) == len(values):
        return None
    return Entry(node, tuple(values), type(known))


def _grown(lefts: Sequence[Built], rights: Sequence[Built]) -> Iterator[tuple[float, Entry | None]]:
    """Everything made of two, or of one of `lefts`, ranked."""
    return merge(_arithmetic(lefts, rights), _unary(lefts), _parts(lefts, rights), _extremes(lefts, rights))


def _arithmetic(lefts: Sequence[Built], rights: Sequence[Built]) -> Iterator[tuple[float, Entry | None]]:
    streams = [_operated(lefts, rights, extra, kind) for extra, kind in BINARY]
    return merge(*streams)


def _operated(
    lefts: Sequence[Built], rights: Sequence[Built], extra: float, kind: type[ast.operator]
) -> Iterator[tuple[float, Entry | None]]:
    function = OPERATORS[kind]
    for cost, (left, right) in pairs(lefts, rights):
        numbers = left.kind in NUMBER and right.kind in NUMBER
        joined = kind is ast.Add and left.kind in SEQUENCE and left.kind is right.kind
        repeated = kind is ast.Mult and left.kind in SEQUENCE and right.kind is int
        if (numbers or joined or repeated) and not _fixed(left.node, right.node):
            yield cost + extra, _both(binary(left.node, kind(), right.node), function, left, right)


def _unary(entries: Sequence[Built]) -> Iterator[tuple[float, Entry | None]]:
    """Functions and methods of one value."""
    for cost, one in entries:
        if isinstance(one.node, ast.Constant):
            continue
        for name in NAMED.get(one.kind, ()):
            yield cost + 3.0, _of(call(name, one.node), FUNCTIONS[name], one)
        for name in ASKED.get(one.kind, ()):
            yield cost + 3.0, _of(method(one.node, name), getattr(one.kind, name), one)
        if one.kind in SEQUENCE:
            yield cost + 3.0, _of(cut(one.node, None, None, literal(-1)), lambda many: many[::-1], one)


NAMED: dict[type, tuple[str, ...]] = {
    int: ("abs", "str"),
    float: ("abs", "int", "round"),
    str: ("len", "int", "list", "sorted"),
    list: ("len", "sum", "max", "min", "sorted", "tuple"),
    tuple: ("len", "sum", "max", "min", "list", "sorted"),
    set: ("len", "sorted", "list"),
    dict: ("len", "sorted", "list"),
}
ASKED: dict[type, tuple[str, ...]] = {str: ("lower", "upper", "strip", "split", "title", "capitalize")}


def _parts(lefts: Sequence[Built], rights: Sequence[Built]) -> Iterator[tuple[float, Entry | None]]:
    """`a[b]`, `a[b:]`, `a[:b]`."""
    for cost, (whole, index) in pairs(lefts, rights):
        if whole.kind in SEQUENCE and index.kind is int:
            yield cost + 1.5, _both(item(whole.node, index.node), lambda many, at: many[at], whole, index)
            yield cost + 3.0, _both(cut(whole.node, index.node), lambda many, at: many[at:], whole, index)
            yield cost + 3.0, _both(cut(whole.node, None, index.node), lambda many, at: many[:at], whole, index)
        elif whole.kind is dict and index.kind in (str, int, tuple):
            yield cost + 1.5, _both(item(whole.node, index.node), lambda many, at: many[at], whole, index)


def _extremes(lefts: Sequence[Built], rights: Sequence[Built]) -> Iterator[tuple[float, Entry | None]]:
    for cost, (left, right) in pairs(lefts, rights):
        if left.kind in NUMBER and right.kind in NUMBER and not _fixed(left.node, right.node):
            yield cost + 3.0, _both(call("max", left.node, right.node), max, left, right)
            yield cost + 3.0, _both(call("min", left.node, right.node), min, left, right)


def _both(node: ast.expr, function: Callable[..., object], left: Entry, right: Entry) -> Entry | None:
    return entry(node, applied(function, left.values, right.values))


def _of(node: ast.expr, function: Callable[..., object], one: Entry) -> Entry | None:
    return entry(node, applied(function, one.values))


def _fixed(*nodes: ast.expr) -> bool:
    return all(isinstance(part, (ast.Constant, ast.UnaryOp)) for part in nodes)
