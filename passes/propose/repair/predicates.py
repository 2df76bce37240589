"""Pool -> a ranked stream of conditions that can be made from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tracec.passes.propose.repair.pools import ARITHMETIC, MOST_PAIRED, Pool, Term
from tracec.passes.propose.repair.ranked import cheapest, merge, pairs
from tracec.passes.syntax.nodes import binary, call, compare, literal, method, name, negated
from tracec.passes.syntax.shapes import NUMBERS, PLAIN, SIZED

ORDERS: tuple[type[ast.cmpop], ...] = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


Condition = tuple[float, ast.expr]


def predicates(pool: Pool) -> Iterator[Condition]:
    """Rank truths, `None` checks, comparisons, membership and questions to texts, cheapest first."""
    numbers = pool.of(ARITHMETIC)
    computed = ((cost, term) for cost, term in pool.terms if term.shape.fits(NUMBERS) is not False)
    return merge(
        _truths(pool.atoms),
        _nones(pool.atoms),
        _questions(pool.atoms),
        _orders(numbers),
        _equalities([(cost, atom) for cost, atom in pool.atoms if not atom.shape.fits(NUMBERS)]),
        _memberships(pool.atoms),
        _against(computed, [(cost, atom) for cost, atom in numbers if cost < 6]),
    )


def _truths(atoms: Sequence[Term]) -> Iterator[Condition]:
    for cost, atom in atoms:
        if not atom.fixed:
            yield cost + 1.0, atom.node
            yield cost + 1.0, negated(atom.node)


def _nones(atoms: Sequence[Term]) -> Iterator[Condition]:
    for cost, atom in atoms:
        if not atom.fixed and not (atom.shape.types and atom.shape.types <= PLAIN - {"NoneType"}):
            yield cost + 2.0, compare(atom.node, ast.Is(), literal(None))
            yield cost + 2.0, compare(atom.node, ast.IsNot(), literal(None))


def _questions(atoms: Sequence[Term]) -> Iterator[Condition]:
    """`a.isdigit()`, `a % 2 == 1`, `isinstance(a, str)` ..."""
    for cost, atom in atoms:
        if atom.fixed:
            continue
        if "str" in atom.shape.types:
            for question in ("isalpha", "isdigit", "isupper", "islower", "isspace"):
                yield cost + 4.5, method(atom.node, question)
        if "int" in atom.shape.types:
            for rest in (0, 1):
                yield cost + 4.5, compare(binary(atom.node, ast.Mod(), literal(2)), ast.Eq(), literal(rest))
        if len(atom.shape.types) > 1:
            for kind in sorted(atom.shape.types & PLAIN - {"NoneType"}):
                yield cost + 4.5, call("isinstance", atom.node, name(kind))


def _orders(numbers: Sequence[Term]) -> Iterator[Condition]:
    order = {id(atom): index for index, (_, atom) in enumerate(numbers)}
    for cost, (left, right) in pairs(numbers, numbers):
        if left.fixed or (not right.fixed and order[id(left)] >= order[id(right)]):
            continue
        for operator in ORDERS:
            yield cost + 2.0, compare(left.node, operator(), right.node)


def _equalities(atoms: Sequence[Term]) -> Iterator[Condition]:
    order = {id(atom): index for index, (_, atom) in enumerate(atoms)}
    lefts = [(cost, atom) for cost, atom in atoms if not atom.fixed][:MOST_PAIRED]
    for cost, (left, right) in pairs(lefts, atoms[: 2 * MOST_PAIRED]):
        if "NoneType" in right.shape.types or not left.shape.like(right.shape):
            continue
        if right.fixed or order[id(left)] < order[id(right)]:
            yield cost + 2.0, compare(left.node, ast.Eq(), right.node)
            yield cost + 2.0, compare(left.node, ast.NotEq(), right.node)


def _memberships(atoms: Sequence[Term]) -> Iterator[Condition]:
    holders = [(cost, atom) for cost, atom in atoms if atom.shape.types & SIZED and not atom.fixed][:MOST_PAIRED]
    members = [(cost, atom) for cost, atom in atoms if not atom.fixed][:MOST_PAIRED]
    for cost, (member, holder) in pairs(members, holders):
        if member is not holder and member.shape.types & (holder.shape.elements | holder.shape.keys):
            yield cost + 2.5, compare(member.node, ast.In(), holder.node)
            yield cost + 2.5, compare(member.node, ast.NotIn(), holder.node)


def _against(terms: Iterator[Term], atoms: Sequence[Term]) -> Iterator[Condition]:
    """`a op b < c`; each term waits until its comparisons are due."""
    if not atoms:
        return
    waiting: list[Condition] = []
    for cost, term in terms:
        floor = cost + atoms[0][0] + 2.0
        ready = [pair for pair in waiting if pair[0] <= floor]
        waiting = [pair for pair in waiting if pair[0] > floor]
        yield from cheapest(ready)
        waiting += [
            (cost + extra + 2.0, compare(term.node, operator(), atom.node))
            for extra, atom in atoms
            for operator in ORDERS
            if not (isinstance(term.node, ast.BinOp) and atom.node in (term.node.left, term.node.right))
        ]
    yield from cheapest(waiting)
