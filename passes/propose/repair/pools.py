"""Scope + facts -> ranked streams of small expressions: atoms, terms (a op b) and predicates."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracec.passes.propose.repair.facts import Facts
from tracec.passes.propose.repair.ranked import Replay, bits, cheapest, dearer, merge, pairs
from tracec.passes.propose.repair.signatures import matched
from tracec.passes.syntax.nodes import LOAD, binary, call, cut, item, literal, name
from tracec.passes.syntax.scope import UNUSED, Visible
from tracec.passes.syntax.shapes import MAPPINGS, PLAIN, SEQUENCES, SIZED, Shape, inferred, shape, shape_of

# All chosen.
IDLE = 0.5  # bits for an attribute of the object that nothing reads
OTHER_CLASS = 2.5  # bits for an attribute that only other classes of the file have
MATCHED = 4.0  # bits for a call whose parameters are all at hand, by name
UNSURE = 1.5  # bits more for a use that would need a type of which nothing is known
MOST_ATOMS = 250  # atoms kept in a long function: the rest is too unlikely to be worth its time
MOST_INDEXES = 10  # indexes, and functions, that are tried on a variable
MOST_PAIRED = 50  # atoms of which all pairs are looked at
ARITHMETIC = frozenset(("int", "float"))
Term = tuple[float, "Snippet"]  # bits, and an expression


@dataclass(frozen=True, slots=True)
class Snippet:
    """A small expression and what is known of its value; `fixed` for one that reads no variable."""

    node: ast.expr
    shape: Shape
    fixed: bool = False

    def fit(self, types: frozenset[str]) -> float | None:
        """Count the bits to use it for one of `types`: 0 if known, `UNSURE` if not, None if it is none of them."""
        known = self.shape.fits(types)
        return UNSURE if known is None else 0.0 if known else None


class Pool:
    """The expressions that can be made from the names visible at one place; each stream is made on demand."""

    def __init__(
        self, facts: Facts, visible: Sequence[Visible], used: Sequence[str], around: ast.AST, unused: frozenset[str]
    ) -> None:
        self._facts, self._around, self._unused = facts, around, unused
        self.variables = _rank_names([v for v in visible if v.kind != "function"], used, facts)
        self.functions = [v for v in visible if v.kind == "function"]
        self._of: dict[frozenset[str], list[Term]] = {}
        self.terms = Replay(self._terms())

    @cached_property
    def atoms(self) -> list[Term]:
        """Variables, their attributes and parts, and constants: the cheapest of them."""
        every = [*self.variables, *self._attributes(), *self._fixed(), *self._parts(), *self._matched()]
        return list(cheapest(every))[:MOST_ATOMS]

    def of(self, types: frozenset[str]) -> list[Term]:
        """Rank the atoms that may be of one of `types`, dearer where nothing is known of theirs."""
        if types not in self._of:
            self._of[types] = _fitting(self.atoms, types)
        return self._of[types]

    def _attributes(self) -> Iterator[Term]:
        for cost, atom in self.variables:
            attributes = self._facts.attributes(_id(atom))
            if atom.shape.types and atom.shape.types <= PLAIN - {"NoneType"}:
                continue
            own = self._facts.owner.attributes if _id(atom) == "self" else attributes
            idle = self._facts.idle if _id(atom) == "self" else ()
            for attribute in attributes:
                extra = 1.5 + 0.3 * bits(len(own)) if attribute in own else OTHER_CLASS + 0.3 * bits(len(attributes))
                extra = IDLE + 0.5 * bits(len(idle)) if attribute in idle else extra
                yield cost + extra, Snippet(ast.Attribute(atom.node, attribute, LOAD), Shape())

    def _fixed(self) -> Iterator[Term]:
        costs: dict[object, float] = {0: 2.5, 1: 2.5, 2: 4.0, -1: 4.0, "": 4.0}
        for value in self._facts.constants:
            costs.setdefault(value, 4.0 + 0.5 * bits(len(self._facts.constants)))
        for value in self._facts.file_constants:
            costs.setdefault(value, 6.0 + 0.5 * bits(len(self._facts.file_constants)))
        for value in (3, 10, 0.5, 100, " ", 4, 5):
            costs.setdefault(value, 7.5)
        yield from ((cost, Snippet(literal(value), shape_of((value,)), True)) for value, cost in costs.items())
        yield 4.0, Snippet(literal(None), shape("NoneType"), True)
        yield 3.5, Snippet(literal(True), shape("bool"), True)
        yield 3.5, Snippet(literal(False), shape("bool"), True)
        yield 4.0, Snippet(ast.List([], LOAD), shape("list"), True)
        yield 5.0, Snippet(ast.Dict([], []), shape("dict"), True)

    def _parts(self) -> Iterator[Term]:
        """`len(x)`, `x[0]`, `x[i]`, `x[1:]`, `f(x)` ... of each variable."""
        indexes = _fitting(self.variables, frozenset(("int",)))[:MOST_INDEXES]
        for cost, atom in self.variables:
            if (extra := atom.fit(SIZED)) is not None:
                yield cost + extra + 1.5, Snippet(call("len", atom.node), shape("int"))
            if (extra := atom.fit(SEQUENCES)) is not None:
                yield from dearer(_pieces(atom, indexes), cost + extra)
            if atom.shape.fits(MAPPINGS):
                keys = self._facts.keys(_id(atom))
                element = Shape(atom.shape.elements)
                yield from (
                    (cost + 2.0 + 0.5 * bits(len(keys)), Snippet(item(atom.node, literal(k)), element)) for k in keys
                )
                yield from dearer(_looked_up(atom, self.variables), cost)
            for function in self.functions[:MOST_INDEXES]:
                if function.arity == 1:
                    yield cost + 2.0 + function.extra + bits(len(self.functions)), self._applied(function, atom)

    @cached_property
    def matched(self) -> list[tuple[float, ast.Call]]:
        """Calls of what the file defines, with variables of the names that its parameters have."""
        variables = {atom.node.id: atom.node for _, atom in self.variables if isinstance(atom.node, ast.Name)}
        return matched(self._facts, self._around, variables)

    def _matched(self) -> Iterator[Term]:
        for cost, call_ in self.matched:
            if len(call_.args) + len(call_.keywords) >= 2:
                missed = sum(isinstance(a, ast.Name) and a.id in self._unused for a in call_.args)
                yield max(0.5, MATCHED + cost - UNUSED * missed), Snippet(call_, Shape())

    def _applied(self, function: Visible, atom: Snippet) -> Snippet:
        definition = function.definition
        return Snippet(call(function.name, atom.node), self._facts.returned(definition) if definition else Shape())

    def _terms(self) -> Iterator[Term]:
        """`a op b` over numbers, `a + b` over sequences of one type."""
        numbers = self.of(ARITHMETIC)
        families: Sequence[tuple[float, Sequence[type[ast.operator]]]] = (
            (1.5, (ast.Add, ast.Sub)),
            (2.7, (ast.Mult, ast.Mod)),
            (3.8, (ast.FloorDiv, ast.Div, ast.Pow)),
        )
        streams = [_operations(numbers, extra, operators) for extra, operators in families]
        sequences = [(cost, atom) for cost, atom in self.of(SEQUENCES) if not atom.fixed][:MOST_PAIRED]
        joined = ((cost, both) for cost, both in pairs(sequences, sequences) if both[0].shape.like(both[1].shape))
        extremes = _extremes(numbers)
        together = ((c + 1.5, Snippet(binary(a.node, ast.Add(), b.node), a.shape | b.shape)) for c, (a, b) in joined)
        yield from merge(*streams, extremes, together)


def _fitting(atoms: Sequence[Term], types: frozenset[str]) -> list[Term]:
    kept = [(cost, atom, atom.fit(types)) for cost, atom in atoms]
    return list(cheapest((cost + extra, atom) for cost, atom, extra in kept if extra is not None))


def _id(atom: Snippet) -> str:
    return atom.node.id if isinstance(atom.node, ast.Name) else ""


def _rank_names(visible: Sequence[Visible], used: Sequence[str], facts: Facts) -> list[Term]:
    """Variables, those used nearby first: half of the bits is paid by all alike, half by the place in this order."""
    place = {text: index for index, text in enumerate(used)}
    order = sorted(visible, key=lambda v: (v.extra, place.get(v.name, len(place))))
    flat = 1.0 + 0.6 * bits(len(order))
    return list(
        cheapest(
            (max(1.0, flat + 0.4 * bits(rank + 1) + seen.extra), Snippet(name(seen.name), facts.named(seen.name)))
            for rank, seen in enumerate(order)
        )
    )


def _pieces(atom: Snippet, indexes: Sequence[Term]) -> Iterator[Term]:
    element = Shape(atom.shape.elements)
    yield 2.5, Snippet(item(atom.node, literal(0)), element)
    yield 2.5, Snippet(item(atom.node, literal(-1)), element)
    yield 3.5, Snippet(cut(atom.node, literal(1)), atom.shape)
    yield 4.0, Snippet(item(atom.node, literal(1)), element)
    yield 4.0, Snippet(cut(atom.node, None, literal(-1)), atom.shape)
    yield 4.5, Snippet(cut(atom.node, None, None, literal(-1)), atom.shape)
    for cost, index in indexes:
        if _id(index) != _id(atom):
            yield 0.5 + cost, Snippet(item(atom.node, index.node), element)


def _looked_up(atom: Snippet, keys: Sequence[Term]) -> Iterator[Term]:
    for cost, key in keys:
        if key.shape.types & atom.shape.keys:
            yield 0.5 + cost, Snippet(item(atom.node, key.node), Shape(atom.shape.elements))


def _operations(atoms: Sequence[Term], extra: float, operators: Iterable[type[ast.operator]]) -> Iterator[Term]:
    order = {id(atom): index for index, (_, atom) in enumerate(atoms)}
    for cost, (left, right) in pairs(atoms, atoms):
        for operator in operators:
            if not _pointless(left, operator, right, order):
                node = binary(left.node, operator(), right.node)
                known = inferred(node, _looker(left, right))
                yield cost + extra, Snippet(node, known if known.types else shape("int", "float"))


def _extremes(atoms: Sequence[Term]) -> Iterator[Term]:
    """`max(a, b)`, `min(a, b)`."""
    order = {id(atom): index for index, (_, atom) in enumerate(atoms)}
    for cost, (left, right) in pairs(atoms, atoms):
        if order[id(left)] < order[id(right)] and not (left.fixed and right.fixed):
            yield cost + 3.0, Snippet(call("max", left.node, right.node), left.shape | right.shape)
            yield cost + 3.0, Snippet(call("min", left.node, right.node), left.shape | right.shape)


def _looker(left: Snippet, right: Snippet) -> Callable[[ast.AST], Shape]:
    return lambda part: left.shape if part is left.node else right.shape


def _pointless(left: Snippet, operator: type[ast.operator], right: Snippet, order: dict[int, int]) -> bool:
    if left.fixed and right.fixed:
        return True
    if operator in (ast.Add, ast.Mult) and order[id(left)] > order[id(right)]:
        return True  # the same as the other way round
    if left is right:
        return operator is not ast.Mult
    idle: tuple[object, ...] = (0,) if operator in (ast.Add, ast.Sub) else (0, 1)
    second = right.node.value if isinstance(right.node, ast.Constant) else None
    first = left.node.value if isinstance(left.node, ast.Constant) else None
    return second in idle or (operator in (ast.Add, ast.Mult) and first in idle)
