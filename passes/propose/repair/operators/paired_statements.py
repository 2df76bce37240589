"""The operator that completes pairs: where `a` and `i` are treated as `b` and `j` are, but for one statement."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.operators.insertions import Insertion, insertion
from tracec.passes.propose.repair.operators.operator import STATEMENT, Operator
from tracec.passes.propose.repair.operators.repeat_change import copied
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.nodes import changed

MOST_NAMES = 3  # names that are exchanged together; chosen
MOST_PAIRS = 6  # such exchanges that are tried; chosen
NAME = re.compile(r"Name\(id='\w+'")


def missing_pair(node: ast.stmt, context: Context, after: bool) -> Iterator[Insertion]:
    """Repeat a statement with all names of one side exchanged for those of the other."""
    statements = context.statements(node)
    known = {ast.dump(statement) for statement in statements}
    made: list[Insertion] = []
    for place, names in enumerate(_pairs(statements)):
        for statement in statements:
            new = _with_names(statement, names)
            if ast.dump(new) not in known and context.defined(node, new, after):
                made.append((0.5 * bits(place + 1), new))
    yield from cheapest(made)


def _pairs(statements: Sequence[ast.stmt]) -> list[dict[str, str]]:
    """Names -> the others, both ways, for statements that differ in their names alone; the most frequent first."""
    found: Counter[tuple[tuple[str, str], ...]] = Counter()
    shaped = [(NAME.sub("_", ast.dump(statement)), statement) for statement in statements]
    for (shape, one), (another, other) in combinations(shaped, 2):
        if shape == another:
            exchange = dict.fromkeys(pair for pair in zip(_names(one), _names(other)) if pair[0] != pair[1])
            apart = len({a for a, _ in exchange}) == len({b for _, b in exchange}) == len(exchange)
            if 0 < len(exchange) <= MOST_NAMES and apart:
                found[tuple(sorted(exchange))] += 1
                found[tuple(sorted((b, a) for a, b in exchange))] += 1
    likely = sorted(found, key=lambda pairs: (-found[pairs], -len(pairs)))
    return [dict(pairs) for pairs in likely[:MOST_PAIRS]]


def _names(statement: ast.stmt) -> list[str]:
    return [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]


def _with_names(statement: ast.stmt, names: Mapping[str, str]) -> ast.stmt:
    def other(old: ast.AST, new: ast.AST) -> ast.AST:
        return changed(new, id=names[new.id]) if isinstance(new, ast.Name) and new.id in names else new

    made = copied(statement, other)
    assert isinstance(made, ast.stmt)
    return made


ROWS = (
    Operator("missing twin", (ast.stmt,), 7.5, insertion(missing_pair), STATEMENT),  # c += a[i] -> c += a[i]; c += b[j]
)
