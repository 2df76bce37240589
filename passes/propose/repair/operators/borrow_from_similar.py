"""Operators that borrow statements and results from similar functions: see `similar_code`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from operator import itemgetter
from typing import TypeVar

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.insertions import Insertion, insertion, substitute
from tracec.passes.propose.repair.operators.operator import STATEMENT, Changes, Operator, Splice
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.propose.repair.similar_code import UNRELATED, SimilarExpression, SimilarStatement, neighbours
from tracec.passes.syntax.nodes import changed, names_in, size, words

Part = TypeVar("Part", ast.stmt, ast.expr)
# Bits; all chosen, see docs/decisions/2026-11-22-kin.md.
SAME_BEFORE = 1.5  # less for a statement that stands behind the same one there as here
SAME_AFTER = 1.0  # less for a statement that stands before the same one there as here
VARIED = 1.0  # more for one with another attribute, or another variable for one that is not known here
LIKE = 0.5  # more for another attribute that shares a word with the function, or that nothing reads
ONE_ELEMENT = 1.0  # more for one element of a tuple
MOST_BORROWED = 40  # statements or results that are borrowed
MOST_VARIED = 6  # variables that take the place of an unknown one


def borrowed(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Put in a statement of another function that this one does not have."""
    function = context.tree.function(node)
    if function is None:
        return
    parts = context.missing_statements(function)
    around = _around(node, context, after) if parts else ("", "")
    known = context.scope.defined(node, after) if parts else frozenset()
    beside = [
        (distance - _likeness(part, around), distance, part)
        for distance, part in parts
        if distance < UNRELATED or part.names <= known
    ]
    beside.sort(key=itemgetter(0))
    for rank, (cost, distance, part) in enumerate(beside[:MOST_BORROWED]):
        extra = cost + SAME_BEFORE + SAME_AFTER + 0.5 * bits(rank + 1)
        if distance == UNRELATED:
            yield extra, part.node
            continue
        for more, new in _fitted(part.node, part.names - known, node, context, after):
            yield extra + more, new


def borrowed_result(node: ast.Return, context: Context) -> Changes:
    """Return what another function returns, where this one returns nothing much."""
    function = context.tree.function(node)
    if function is None or (node.value is not None and size(node.value) > 1):
        return
    found: dict[str, tuple[float, SimilarExpression]] = {}
    for distance, other in context.similar_functions(function):
        for piece in other.results if distance < UNRELATED else ():
            found.setdefault(ast.dump(piece.node), (distance, piece))
    known = context.scope.defined(node)
    made = [
        (distance + 0.5 * bits(rank + 1) + more, new)
        for rank, (distance, piece) in enumerate([*found.values()][:MOST_BORROWED])
        for more, new in _fitted(piece.node, piece.names - known, node, context, False)
    ]
    yield from ((cost, Splice((ast.Return(value),))) for cost, value in cheapest(made))


def _around(node: ast.stmt, context: Context, after: bool) -> tuple[str, str]:
    """The texts of what stands before and after a place."""
    block, above = context.tree.block(node), context.tree.parent(node)
    at = block.index(node) + after
    return neighbours(block, at, at + isinstance(node, ast.Pass), above)


def _likeness(part: SimilarStatement, around: tuple[str, str]) -> float:
    """Bits for standing between the same statements."""
    return SAME_BEFORE * (part.before == around[0]) + SAME_AFTER * (part.after == around[1])


def _fitted(
    part: Part, strange: frozenset[str], node: ast.AST, context: Context, after: bool
) -> Iterator[tuple[float, Part]]:
    """A part as it is, or with one attribute of something exchanged.

    Arguments that read what is `strange` here are left out; or a variable takes the place of the only strange one.
    """
    called = _called(node, context)
    if not strange:
        yield 0.0, part
        yield from _with_other_attributes(part, context, called)
        yield from _with_one_of_several(part)
        return
    shorter = _without_arguments(part, strange)
    if strange.isdisjoint(names_in(shorter)):
        yield VARIED, shorter
        yield from ((VARIED + cost, new) for cost, new in _with_other_attributes(shorter, context, called))
    if len(strange) == 1:
        variables = [atom.node for _, atom in context.variables(node, after) if isinstance(atom.node, ast.Name)]
        for rank, variable in enumerate(variables[:MOST_VARIED]):
            yield VARIED + bits(rank + 1), _renamed(part, next(iter(strange)), variable.id)


def _called(node: ast.AST, context: Context) -> frozenset[str]:
    """The function's name and its words; those of the class too where the function is called `__init__` or the like."""
    text = getattr(context.around(node), "name", "")
    owner = context.facts.owner.node
    return words(text) | {text} | (words(owner.name) if owner and text.startswith("__") else frozenset())


def _with_other_attributes(part: Part, context: Context, called: frozenset[str]) -> Iterator[tuple[float, Part]]:
    """Dearer but for one that is `called` as the function is: `SPACES` in `is_spaces`.

    Only such a one takes the place of a method, or of an attribute of something else than a variable. What a class of
    the file has and nothing reads is likely too.
    """
    unread = context.facts.file.unread
    functions = {node.func for node in ast.walk(part) if isinstance(node, ast.Call)}
    for read in [node for node in ast.walk(part) if isinstance(node, ast.Attribute)]:
        plain = isinstance(read.value, ast.Name) and read not in functions
        uses = context.facts.attributes(read.value.id) if plain else sorted(called)  # type: ignore[attr-defined]
        others = [attribute for attribute in uses if attribute != read.attr]
        for other in others:
            alike = bool(words(other) & called) or other in unread
            price = 0.0 if words(other) <= called else LIKE if alike else VARIED + 0.5 * bits(len(others))
            yield price, substitute(part, read, changed(read, attr=other))


def _with_one_of_several(part: Part) -> Iterator[tuple[float, Part]]:
    """An element in the place of a tuple: `(a, b) for a in c` gives `a for a in c` and `b for a in c`."""
    for whole in [node for node in ast.walk(part) if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load)]:
        if whole is not part:
            yield from ((ONE_ELEMENT + 0.5 * bits(len(whole.elts)), substitute(part, whole, one)) for one in whole.elts)


def _without_arguments(part: Part, strange: frozenset[str]) -> Part:
    """Calls without the arguments that read what is not known."""
    for call in [node for node in ast.walk(part) if isinstance(node, ast.Call)]:
        shorter = changed(
            call,
            args=[argument for argument in call.args if strange.isdisjoint(names_in(argument))],
            keywords=[keyword for keyword in call.keywords if strange.isdisjoint(names_in(keyword.value))],
        )
        if len(shorter.args) + len(shorter.keywords) < len(call.args) + len(call.keywords):
            return _without_arguments(substitute(part, call, shorter), strange)
    return part


def _renamed(part: Part, old: str, new: str) -> Part:
    for read in [n for n in ast.walk(part) if isinstance(n, ast.Name) and n.id == old]:
        part = substitute(part, read, ast.Name(new, read.ctx))
    return part


ROWS = (
    Operator("as elsewhere", (ast.stmt,), 6.0, insertion(borrowed), STATEMENT),  # + a statement of another function
    Operator("as elsewhere", (ast.Return,), 5.0, borrowed_result, STATEMENT),  # return a -> return b, as elsewhere
)
