"""Moments: what variables held at a place in failing and passing tests, and what a condition would have said there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.credit import State
from tracec.passes.propose.repair.evidence.evaluate import NoValue, evaluate
from tracec.passes.propose.repair.suspicion import Key, key_of
from tracec.passes.syntax.tree import Tree

MOST = 40  # states of a place that are looked at, of failing and of passing tests each; chosen
# In bits; chosen.
TELLING = 2.5  # less for a condition that holds in failing tests and in no passing one
USUAL = 1.0  # more for one that holds in every passing test too
UNKNOWN = 0.5  # more for one of which nothing is known


@dataclass(frozen=True, slots=True)
class Moments:
    """The states of one definition, by their places; `failing` are the tests that fail."""

    tree: Tree
    states: Mapping[Key, Sequence[State]]
    failing: frozenset[str]
    lines: Mapping[int, str]

    @staticmethod
    def of(tree: Tree, states: Sequence[State], failing: frozenset[str], lines: Mapping[int, str]) -> Moments:
        """Sort states by place."""
        found: dict[Key, list[State]] = {}
        for state in states:
            span = state.span
            found.setdefault((span.line, span.column, span.end_line, span.end_column), []).append(state)
        return Moments(tree, found, failing, lines)

    def price(self, condition: ast.expr, node: ast.AST, subject: ast.AST | None = None) -> float | None:
        """Bits for taking a condition before `node`, more or less than usual; None where no failing test meets it.

        Where nothing is known there of what it is about, `subject`, what that held where it stands itself says it.
        """
        failing, passing = self._truths(condition, self._at(node))
        if not failing and subject in self.tree.places:
            states = self.states.get(key_of(subject, self.lines), ())
            failing, passing = self._truths(condition, iter(states), ast.unparse(subject))
        if failing and not any(failing):
            return None
        if not failing:
            return UNKNOWN
        if passing and not any(passing):
            return -TELLING
        return USUAL if passing and all(passing) else 0.0

    def _truths(self, condition: ast.expr, states: Iterator[State], own: str = "") -> tuple[list[bool], list[bool]]:
        """What it says in the failing and in the passing tests, where it has a value; `own` is what they evaluate."""
        said: tuple[list[bool], list[bool]] = [], []
        counts = [0, 0]
        for state in states:
            side = state.test not in self.failing
            counts[side] += 1
            if counts[side] > MOST:
                continue
            names = dict(state.names) | ({own: state.value[0]} if own and state.value else {})
            try:
                said[side].append(bool(evaluate(condition, names)))
            except NoValue:
                continue
        return said

    def _at(self, node: ast.AST) -> Iterator[State]:
        """The states of the expression that is evaluated first, of those that were seen in `node`."""
        for part in self._first(node):
            found = self.states.get(key_of(part, self.lines)) if hasattr(part, "lineno") else None
            if found:
                yield from found
                return

    def _first(self, node: ast.AST) -> Iterator[ast.AST]:
        """The parts of a node that are evaluated when it is reached, inner ones first."""
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.stmt, ast.excepthandler)):
                yield from self._first(child)
        if isinstance(node, ast.expr):
            yield node
