"""Targets + Credit -> Candidates: repair operators over suspect places, in order of their cost in bits."""

from __future__ import annotations

import ast
import heapq
import random
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.propose.context import Context
from tracec.passes.propose.edits import Edits
from tracec.passes.propose.facts import Facts
from tracec.passes.propose.operators import OPERATORS, Operator, Splice
from tracec.passes.propose.scope import Scope
from tracec.passes.propose.suspicion import WORST, suspicion
from tracec.passes.propose.tree import FUNCTIONS, Tree
from tracec.passes.propose.values import other_values
from tracec.passes.target import Candidate, Credit, Target

Change = ast.expr | Splice | str
Costed = Iterator[tuple[float, Change]]


@dataclass(frozen=True, slots=True)
class _Site:
    """One operator at one place of a code target, or the other values of a target of another kind."""

    target: Target
    floor: float  # bits of its cheapest change, at least
    name: str
    operator: Operator | None = None
    node: ast.AST | None = None
    context: Context | None = None
    edits: Edits | None = None

    def changes(self, credit: Credit) -> Costed:
        """Its changes, with their whole cost."""
        if self.operator is None or self.context is None:
            return ((self.floor + extra, text) for extra, text in other_values(self.target, credit))
        return ((self.floor + extra, change) for extra, change in self.operator.make(self.node, self.context))

    def candidate(self, cost: float, change: Change) -> Candidate | None:
        """The changed target, or None where that is not a program, or the program as it is."""
        if isinstance(change, str) or self.edits is None or self.node is None:
            why = f"{self.target.value} -> {change}"
            return Candidate(((self.target.id, str(change)),), self.name, why, cost)
        text = self.edits.written(self.node, change)
        if text is None:
            return None
        return Candidate(((self.target.id, text),), self.name, self.edits.why(self.node, change), cost)


def propose(
    targets: Sequence[Target],
    credits: Mapping[str, Credit],
    sources: Mapping[str, str],
    *,
    shown: Sequence[str] = (),
    seed: int = 0,
    max_cost: float = 26.0,
) -> Iterator[Candidate]:
    """Candidates in non-decreasing cost, each another program, the cheapest of all targets first.

    `credits` is by target id, `sources` holds the text of each file by path. The cost in bits is the operator's prior,
    plus up to 3 bits for a place less suspect than the most suspect one, plus the bits of the ingredients. Places that
    no failing test executed are left alone; where no target has any evidence, all places are alike. `shown` are texts
    that failing tests show, which may take the place of a text. `seed` orders candidates of equal cost (0: as in the
    source). Work is done only as far as candidates are drawn.
    """
    evident = [t for t in targets if t.id in credits and credits[t.id].evidence]
    pieces = [piece for target in evident for piece in credits[target.id].evidence]
    heaviest = max((piece.weight for piece in pieces), default=0.0)
    sliced = any(piece.in_slice for piece in pieces)
    modules = {path: _module(text) for path, text in sources.items()}
    sites: list[_Site] = []
    for target in evident or targets:
        credit = credits.get(target.id, Credit(target.id, 0.0))
        source, module = sources.get(target.span.path, ""), modules.get(target.span.path)
        sites += _sites(target, credit, source, module, heaviest, sliced, shown)
    order = list(range(len(sites)))
    if seed:
        random.Random(seed).shuffle(order)
    yield from _drawn([site for site in sites if site.floor <= max_cost], order, credits, max_cost)


def _drawn(sites: list[_Site], order: list[int], credits: Mapping[str, Credit], max_cost: float) -> Iterator[Candidate]:
    """Merge the changes of all sites by cost. A site is opened when its floor is reached, not before."""
    heap: list[tuple[float, int, int]] = [(site.floor, order[i], i) for i, site in enumerate(sites)]
    heapq.heapify(heap)
    opened: dict[int, Costed] = {}
    waiting: dict[int, Change] = {}
    done: set[tuple[str, str]] = set()
    while heap:
        cost, rank, index = heapq.heappop(heap)
        site = sites[index]
        change = waiting.pop(index, None)
        candidate = None if change is None else site.candidate(cost, change)
        if candidate is not None and candidate.changes[0] not in done:
            done.add(candidate.changes[0])
            yield candidate
        if index not in opened:
            opened[index] = site.changes(credits.get(site.target.id, Credit(site.target.id, 0.0)))
        following = next(opened[index], None)
        if following is not None and following[0] <= max_cost:
            waiting[index] = following[1]
            heapq.heappush(heap, (max(cost, following[0]), rank, index))


def _sites(
    target: Target,
    credit: Credit,
    source: str,
    module: ast.Module | None,
    heaviest: float,
    sliced: bool,
    shown: Sequence[str],
) -> Iterator[_Site]:
    if target.kind != "code":
        weight = max((piece.weight for piece in credit.evidence), default=heaviest)
        yield _Site(target, WORST * (1 - weight / heaviest) if heaviest else WORST, target.kind)
        return
    root = _definition(target, module)
    if root is None:
        return
    tree = Tree.of(root)
    lines = {number: line for number, line in enumerate(source.split("\n"), 1) if not line.isascii()}
    suspects = suspicion(tree, credit.evidence, lines, heaviest, sliced)
    context = Context(tree, Scope(tree, module), Facts(tree, module, suspects, credit.names, shown), suspects)
    edits = Edits(tree)
    for node in (root, *tree.places):
        role, cost = tree.role(node), suspects.cost(node)
        for operator in OPERATORS if role is not None and cost is not None else ():
            if role in operator.roles and isinstance(node, operator.nodes):
                yield _Site(target, operator.cost + (cost or 0.0), operator.name, operator, node, context, edits)


def _module(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _definition(target: Target, module: ast.Module | None) -> ast.stmt | None:
    """The target's node in its file, or its own text parsed where the file does not have it."""
    name = target.qualname.rpartition(".")[2]
    for node in ast.walk(module) if module else ():
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)) or node.name != name:
            continue
        if target.span.line in (node.lineno, *(decorator.lineno for decorator in node.decorator_list)):
            return node
    own = _module(textwrap.dedent(target.value))
    if own is None or len(own.body) != 1:
        return None
    for node in ast.walk(own):
        if hasattr(node, "lineno"):
            _shift(node, target.span.line - 1, target.span.column)
    return own.body[0]


def _shift(node: ast.AST, lines: int, columns: int) -> None:
    """Move a node of the dedented text to where it stands in the file."""
    for line, column in (("lineno", "col_offset"), ("end_lineno", "end_col_offset")):
        setattr(node, line, getattr(node, line) + lines)
        setattr(node, column, getattr(node, column) + columns)
