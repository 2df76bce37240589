"""A definition before + after -> the places where the two differ, and the lines that run there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode


@dataclass(frozen=True, slots=True)
class Edit:
    """Nodes of the old definition that became others in the new one; nothing old where they were put in.

    `old_lines` and `new_lines` are those that run there, from 1 at the first line of each text. In a `header`
    (parameters, defaults, decorators) nothing runs when the function is called.
    """

    old: tuple[ast.AST, ...]
    new: tuple[ast.AST, ...]
    old_lines: frozenset[int] = frozenset()
    new_lines: frozenset[int] = frozenset()
    header: bool = False


def differences(before: str, after: str) -> tuple[Edit, ...]:
    """Find the narrowest edits that make `before` into `after`, in the order of the source.

    Both are whole definitions (or statements). SyntaxError where one is no program.
    """
    old, new = ast.parse(before), ast.parse(after)
    return tuple(_in_block(old.body, new.body))


def size(edits: Iterable[Edit]) -> int:
    """Count the nodes of the syntax tree that went or came."""
    return sum(abs(_count(edit.new) - _count(edit.old)) + max(1, _unlike(edit)) for edit in edits)


def _count(nodes: Iterable[ast.AST]) -> int:
    return sum(1 for root in nodes for node in ast.walk(root) if isinstance(node, (ast.expr, ast.stmt)))


def _unlike(edit: Edit) -> int:
    """Nodes of the shorter side that have no partner in the other."""
    sides = [[_brief(n) for root in side for n in ast.walk(root)] for side in (edit.old, edit.new)]
    blocks = SequenceMatcher(None, sides[0], sides[1], autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    return min(map(len, sides)) - same


def _brief(node: ast.AST) -> str:
    own = getattr(node, "id", "") or (repr(node.value) if isinstance(node, ast.Constant) else "")
    return f"{type(node).__name__} {own}"


def _in_block(old: Sequence[ast.stmt], new: Sequence[ast.stmt]) -> Iterator[Edit]:
    keys = [[ast.dump(s) for s in side] for side in (old, new)]
    for tag, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if b - a == d - c:
            for one, other in zip(old[a:b], new[c:d]):
                yield from _in_statement(one, other)
        else:
            yield Edit(tuple(old[a:b]), tuple(new[c:d]), _lines(old[a:b]), _lines(new[c:d]))


def _in_statement(old: ast.stmt, new: ast.stmt) -> Iterator[Edit]:
    if isinstance(old, FUNCTIONS) and type(old) is type(new):
        assert isinstance(new, FUNCTIONS)
        if _heading(old) != _heading(new):
            yield Edit((old.args, *old.decorator_list), (new.args, *new.decorator_list), header=True)
        yield from _in_block(old.body, new.body)
        return
    found = _within(old, new)
    if found is None:
        yield Edit((old,), (new,), _lines([old]), _lines([new]))
        return
    heads = head_lines(old), head_lines(new)
    for edit in found:
        if edit.old_lines or edit.new_lines or edit.header:  # of a block within
            yield edit
        else:
            yield Edit(edit.old, edit.new, heads[0] | _lines(edit.old), heads[1] | _lines(edit.new))


def _within(old: ast.AST, new: ast.AST) -> list[Edit] | None:
    """The edits within two nodes; None where they differ as wholes."""
    if type(old) is not type(new):
        return None
    found: list[Edit] = []
    for name in old._fields:
        one, other = getattr(old, name, None), getattr(new, name, None)
        pairs = _pairs(one, other)
        if pairs is None:
            assert isinstance(one, list)
            assert isinstance(other, list)
            if not all(isinstance(part, ast.stmt) for part in (*one, *other)):
                return None
            found += _in_block(one, other)
            continue
        for a, b in pairs:
            inner = _of_pair(a, b)
            if inner is None:
                return None
            found += inner
    return found


def _pairs(one: object, other: object) -> list[tuple[object, object]] | None:
    """What is held against what; None for blocks and for lists of different lengths."""
    if not isinstance(one, list) or not isinstance(other, list):
        return [(one, other)]
    if len(one) != len(other) or any(isinstance(part, ast.stmt) for part in (*one, *other)):
        return None
    return list(zip(one, other))


def _of_pair(one: object, other: object) -> list[Edit] | None:
    if not isinstance(one, ast.AST) or not isinstance(other, ast.AST):
        return [] if one == other and type(one) is type(other) else None
    inner = _within(one, other)
    if inner is None and hasattr(one, "lineno") and hasattr(other, "lineno"):
        return [Edit((one,), (other,))]
    return inner


def _heading(node: FunctionNode) -> list[str]:
    return [node.name, ast.dump(node.args), *map(ast.dump, node.decorator_list)]


def head_lines(node: ast.stmt) -> frozenset[int]:
    """Return the lines of a statement that are not those of a block in it."""
    blocks = [part for name in ("body", "handlers", "cases", "orelse") for part in getattr(node, name, None) or ()]
    starts = [getattr(part, "lineno", 0) or part.pattern.lineno for part in blocks]
    end = max(node.lineno + 1, min(starts)) if starts else (node.end_lineno or node.lineno) + 1
    return frozenset(range(node.lineno, end))


def _lines(nodes: Iterable[ast.AST]) -> frozenset[int]:
    places = [(getattr(n, "lineno", 0), getattr(n, "end_lineno", 0) or 0) for n in nodes]
    return frozenset(line for first, last in places if first for line in range(first, last + 1))
