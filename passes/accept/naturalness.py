"""A change that passes all tests -> bits against it: the fewer there are, the likelier it is what the author meant."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from tracec.passes.syntax.ast_diff import Edit, differences, size
from tracec.passes.syntax.nodes import asks_none, last_name, literal_value
from tracec.passes.syntax.parsing import NO_PROGRAM
from tracec.passes.syntax.tree import FUNCTIONS, JUMPS

# In bits, on top of a candidate's cost in the search (how common such a change is, and how suspect its place). All are
# chosen, and small beside that cost: they decide between changes that the search holds for nearly as likely.
LARGE = 0.1  # for each node of the syntax tree beyond the first few
FREE_NODES = 3  # nodes of the syntax tree that cost nothing
LITERAL = 1.0  # for a new literal that tests give or expect: it may fit these tests only
UNREAD = 2.0  # for a parameter, or a variable that is still set, that was read and no longer is
EMPTY = 1.5  # for a condition that is a constant or compares a thing with itself
CHANGES = frozenset(("add", "append", "clear", "discard", "extend", "insert", "remove", "reverse", "sort", "update"))
DEAD = 1.5  # for a block with statements that nothing reaches any more


def unnaturalness(before: str, after: str, test_literals: Collection[str]) -> float:
    """Count the bits against a change of one definition; 0 where a text is no program.

    `test_literals` are the literals of the tests, as `repr` writes them.
    """
    try:
        edits = differences(before, after)
        old, new = ast.parse(before), ast.parse(after)
    except NO_PROGRAM:
        return 0.0
    bits = LARGE * max(0, size(edits) - FREE_NODES)
    bits += LITERAL * len({value for value in _literals(edits) if value in test_literals})
    bits += UNREAD * len((_read(old) - _read(new)) & _set(new))
    bits += EMPTY * max(0, sum(map(_is_empty, _tests(new))) - sum(map(_is_empty, _tests(old))))
    return bits + DEAD * max(0, dead_blocks(new) - dead_blocks(old))


def _literals(edits: Sequence[Edit]) -> Iterator[str]:
    """New literals that are no part of a base case."""
    old = {key for edit in edits for root in edit.old for key in _keys(root)}
    yield from (key for edit in edits for root in edit.new for key in _keys(root) if key not in old)


def _keys(root: ast.AST) -> Iterator[str]:
    for node in ast.walk(root):
        for value in literal_value(node) if isinstance(node, ast.Constant) else ():
            if value not in (None, True, False, 0, 1, 2, "", ...):
                yield repr(value)


def _read(tree: ast.Module) -> set[str]:
    """The parameters and variables that a definition reads."""
    names = [n for f in tree.body if isinstance(f, FUNCTIONS) for n in ast.walk(f) if isinstance(n, ast.Name)]
    return {name.id for name in names if isinstance(name.ctx, ast.Load)} & _set(tree)


def _set(tree: ast.Module) -> set[str]:
    """The parameters and variables that it is given or gives a value."""
    nodes = [node for f in tree.body if isinstance(f, FUNCTIONS) for node in ast.walk(f)]
    given = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return given | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _tests(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.IfExp, ast.While)):
            yield node.test
        elif isinstance(node, ast.BoolOp):
            yield from node.values


def _is_empty(test: ast.expr) -> bool:
    if isinstance(test, ast.Constant):
        return True
    return isinstance(test, ast.Compare) and ast.dump(test.left) == ast.dump(test.comparators[0])


def dead_blocks(tree: ast.AST) -> int:
    """Count blocks with statements behind one that never goes on, and branches to which an earlier test leaves nothing.

    That is one that says the same before it, or around it.
    """
    blocks = [b for node in ast.walk(tree) for name in ("body", "orelse", "finalbody") if (b := getattr(node, name, 0))]
    lists = [block for block in blocks if isinstance(block, list)]
    behind = sum(any(isinstance(s, JUMPS) for s in block[:-1]) for block in lists)
    settled = sum(_is_settled(later, before) for block in lists for before, later in _in_turn(block))
    return behind + settled + sum(_asks_again(node) for node in ast.walk(tree) if isinstance(node, ast.If))


def _asks_again(outer: ast.If) -> bool:
    """True where an `if` begins with one that asks the same, and something is left to do where that does not hold."""
    inner = outer.body[0]
    if not isinstance(inner, ast.If) or ast.dump(inner.test) != ast.dump(outer.test):
        return False
    return bool(inner.orelse) or (_leaves(inner.body) and len(outer.body) > 1)


def _in_turn(block: Sequence[ast.stmt]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(test, test that is only asked where that did not hold) of neighbouring `if`s, `elif`s included."""
    for at, statement in enumerate(block):
        if not isinstance(statement, ast.If):
            continue
        following = statement.orelse if statement.orelse else block[at + 1 :] if _leaves(statement.body) else []
        if following and isinstance(following[0], ast.If):
            yield statement.test, following[0].test


def _leaves(block: Sequence[ast.stmt]) -> bool:
    return isinstance(block[-1], JUMPS)


def _is_settled(later: ast.expr, before: ast.expr) -> bool:
    """True where `later` can only hold where `before` did: the same, or of None what holds of None."""
    if ast.dump(later) == ast.dump(before):
        return True
    if not asks_none(later, ast.Is) or not isinstance(before, ast.UnaryOp) or not isinstance(before.op, ast.Not):
        return False
    asked = before.operand
    if isinstance(asked, ast.Call) and last_name(asked.func) == "isinstance" and asked.args:
        asked = asked.args[0]
    return ast.dump(asked) == ast.dump(later.left)


def lost_changes(tree: ast.AST) -> int:
    """How many statements change what a function has just returned, which nothing keeps: `sorted(xs).append(x)`."""
    calls = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    changed = [call.func.value for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in CHANGES]
    return sum(isinstance(one, ast.Call) and isinstance(one.func, ast.Name) for one in changed)
