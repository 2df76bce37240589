"""Evidence -> how suspect each node of a definition is, and which values were seen there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.clues import NO_CLUES, FailureClues
from tracec.passes.nouns.credit import Evidence
from tracec.passes.syntax.ast_diff import head_lines
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.nodes import is_idle, last_name
from tracec.passes.syntax.tree import Tree

# In bits; all chosen.
WORST = 3.0  # between the most and the least suspect of the places that failing tests executed
NEEDLESS = 1.5  # less for a statement that does nothing where it stands: it may be in the place of another
NAMED = 2.0  # less for what failing tests say does not exist or does not fit; half of it for what holds that
RAISED = 1.0  # less at the line where the exception came from that ended a failing test
OFF_SLICE = 0.75  # more for a place on which the failure did not depend
Key = tuple[int, int, int, int]  # line, column, end line and end column, in characters


@dataclass(frozen=True, slots=True)
class Suspect:
    """What is known of one node: a weight in 0..1, and whether the failure depended on it."""

    weight: float
    in_slice: bool


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The evidence of one definition laid over its nodes.

    `heaviest` and `sliced` are taken over all targets, so that costs of different targets compare.
    """

    tree: Tree
    marks: Mapping[ast.AST, Suspect]  # nodes that were executed themselves, or that hold one that was
    values: Mapping[ast.AST, tuple[object, ...]]
    heaviest: float
    sliced: bool
    fine: frozenset[ast.stmt]  # statements within which single expressions were told apart
    coarse: bool  # the evidence is of the definition as a whole
    likely: Mapping[ast.AST, float]  # bits less, for what the syntax or a message gives away
    raised: frozenset[ast.AST] = frozenset()  # at the lines where exceptions came from that ended failing tests

    def cost(self, node: ast.AST) -> float | None:
        """Count the bits to point at `node`; None where no failing test executed it."""
        if self.heaviest <= 0:
            return WORST
        mark = self.marks.get(node) or self._inherited(node)
        if mark is None:
            return None
        penalty = OFF_SLICE if self.sliced and not mark.in_slice else 0.0
        penalty -= self.likely.get(node, 0.0)
        return WORST * (1 - min(1.0, mark.weight / self.heaviest)) + penalty

    def executed(self, node: ast.AST) -> bool:
        """Tell whether a failing test may have run `node`."""
        return self.cost(node) is not None

    def _inherited(self, node: ast.AST) -> Suspect | None:
        """An expression without evidence has that of what holds it, unless it may have been jumped over.

        A statement without evidence did not run, unless no statement of the definition was told from another.
        """
        below = node
        for up in self.tree.above(node):
            if isinstance(below, ast.stmt):
                break
            if up in self.marks:
                skipped = self.tree.statement(node) in self.fine and _may_be_skipped(up, below)
                return None if skipped and not isinstance(below, (ast.Name, ast.Constant)) else self.marks[up]
            below = up
        return self.marks.get(self.tree.root) if self.coarse else None


def suspicion(
    tree: Tree,
    evidence: Sequence[Evidence],
    columns: Mapping[int, str],
    heaviest: float,
    sliced: bool,
    clues: FailureClues = NO_CLUES,
) -> Suspicion:
    """Lay evidence over a tree. `columns` holds the lines that are not ASCII, where ast counts columns in bytes."""
    by_key: dict[Key, list[ast.AST]] = {}
    keys = {node: key_of(node, columns) for node in (tree.root, *tree.places) if hasattr(node, "lineno")}
    for node, key in keys.items():
        by_key.setdefault(key, []).append(node)
    marks: dict[ast.AST, Suspect] = {}
    values: dict[ast.AST, tuple[object, ...]] = {}
    fine: set[ast.stmt] = set()
    for piece in evidence:
        span = piece.span
        key = (span.line, span.column, span.end_line, span.end_column)
        found = by_key.get(key)
        for node in found or _holding(keys, key):
            _raise_mark(marks, node, Suspect(piece.weight, piece.in_slice))
            if found:
                values[node] = (*values.get(node, ()), *piece.values)
            if not isinstance(node, ast.stmt):
                fine.add(tree.statement(node))
    own = frozenset(marks)
    for node in reversed(tree.places):  # children come after their parents
        parent = tree.places[node].parent
        if node in marks and parent not in own:
            _raise_mark(marks, parent, marks[node])
    coarse = not any(isinstance(node, ast.stmt) and node is not tree.root for node in marks)
    for node in tree.places:
        if isinstance(node, ast.Pass) and node not in marks:  # no trace tells of it
            block = tree.block(node)
            beside = [marks[other] for other in block if other in marks]
            holder = tree.places[node].parent
            holder = tree.places[holder].parent if isinstance(holder, ast.ExceptHandler) else holder
            around = marks.get(holder) if len(block) == 1 else None
            if beside or around:
                marks[node] = max([*beside, *filter(None, [around])], key=lambda mark: mark.weight)
    likely = dict.fromkeys(_needless(tree), NEEDLESS)
    path = next((piece.span.path for piece in evidence), "")
    raised = frozenset(_raised(tree, {line for file, line in clues.raised_at if file == path}))
    for node in raised:
        likely[node] = max(RAISED, likely.get(node, 0.0))
    for bits, node in _named(tree, clues):
        likely[node] = max(bits, likely.get(node, 0.0))
    return Suspicion(tree, marks, values, heaviest, sliced, frozenset(fine), coarse, likely, raised)


def _needless(tree: Tree) -> Iterator[ast.AST]:
    """`pass` beside other statements, `a == b` alone, `return None` at the end where nothing else is returned."""
    for node in tree.places:
        if is_idle(node) or (isinstance(node, ast.Pass) and len(tree.block(node)) > 1):
            yield node
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and node.value.value is None:
            function = tree.function(node)
            inside = [*ast.walk(function)] if function and function.body[-1] is node else []
            others = [part for part in inside if isinstance(part, ast.Return) and part.value and part is not node]
            if inside and not others and not any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in inside):
                yield from (node, node.value)


def _raised(tree: Tree, lines: set[int]) -> Iterator[ast.AST]:
    """The statements at some lines, of one that holds others its header, with what is in them."""
    return (node for node in tree.places if lines and not lines.isdisjoint(head_lines(tree.statement(node))))


def _named(tree: Tree, clues: FailureClues) -> Iterator[tuple[float, ast.AST]]:
    """Names that nothing has, with their calls, and calls that do not fit; then what holds them in their statement."""
    rejected = {name.removesuffix(".__init__").rpartition(".")[2] for name in clues.rejected_calls}
    for node in tree.places:
        parent = tree.parent(node)
        read = isinstance(getattr(node, "ctx", None), ast.Load) or isinstance(parent, ast.AugAssign)
        text = last_name(node) if read else ""
        called = parent if isinstance(parent, ast.Call) and parent.func is node else None
        if text and (text in clues.missing_names or (called and text in rejected)):
            whole = called or node
            yield from ((NAMED, each) for each in (node, whole))
            for up in tree.above(whole):
                yield (NAMED if isinstance(up, ast.Expr) else NAMED / 2), up
                if isinstance(up, ast.stmt):
                    break


def key_of(node: ast.AST, columns: Mapping[int, str]) -> Key:
    """Return line, column, end line and end column of a node, in characters."""
    line, end_line = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
    column, end_column = node.col_offset, node.end_col_offset or 0  # type: ignore[attr-defined]
    begin, end = characters(columns.get(line, ""), column), characters(columns.get(end_line, ""), end_column)
    return line, begin, end_line, end


def _holding(keys: Mapping[ast.AST, Key], key: Key) -> list[ast.AST]:
    """The innermost node that holds a span which is no node's own (a header, a line); none outside the definition."""
    holders = [node for node, (a, b, c, d) in keys.items() if (a, b) <= key[:2] and key[2:] <= (c, d)]
    return holders[-1:]


def _raise_mark(marks: dict[ast.AST, Suspect], node: ast.AST, new: Suspect) -> None:
    old = marks.get(node, new)
    marks[node] = Suspect(max(old.weight, new.weight), old.in_slice or new.in_slice)


def _may_be_skipped(parent: ast.AST, child: ast.AST) -> bool:
    """True for parts that run only sometimes: later operands of `and`, branches, what a comprehension repeats."""
    if isinstance(parent, ast.BoolOp):
        return child is not parent.values[0]
    if isinstance(parent, ast.IfExp):
        return child is not parent.test
    if isinstance(parent, ast.Lambda):
        return True
    if isinstance(parent, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        return child is not parent.generators[0]
    return isinstance(parent, ast.comprehension) and child is not parent.iter
