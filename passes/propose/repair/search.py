"""Targets + Credit -> Candidates: repair operators over suspect places, in order of their cost in bits."""

from __future__ import annotations

import ast
import heapq
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.candidate import Candidate, set_target
from tracec.passes.nouns.clues import NO_CLUES, FailureClues
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.edits import Edit
from tracec.passes.nouns.target import VALUES, Target
from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.definition import CodeTarget, Known, SourcePlace, place_of, value_of
from tracec.passes.propose.repair.number_values import other_values
from tracec.passes.propose.repair.operators import OPERATORS, Operator, Splice
from tracec.passes.propose.repair.rewrite import Edits
from tracec.passes.propose.repair.suspicion import WORST
from tracec.passes.syntax.needless_arithmetic import simplified

Change = ast.expr | Splice | str
Costed = Iterator[tuple[float, Change]]
OUTSIDE = 1.5  # bits more for what stands outside functions: 4 of 59 real fixes change that; chosen
FRUITLESS = 100  # changes in a row that make no program, after which `late` is asked; chosen


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
            return Candidate((set_target(self.target, str(change)),), self.name, why, cost)
        if isinstance(change, ast.expr):
            change = simplified(change)
        text = self.edits.written(self.node, change)
        if text is not None and self.target.kind == "expression":
            text = value_of(text)
        if text is None:
            return None
        return Candidate((set_target(self.target, text),), self.name, self.edits.why(self.node, change), cost)


def propose(
    targets: Sequence[Target],
    credits: Mapping[str, Credit],
    sources: Mapping[str, str],
    *,
    clues: FailureClues = NO_CLUES,
    seed: int = 0,
    max_cost: float = 26.0,
    favours: Mapping[SourcePlace, float] | None = None,
    late: Callable[[], bool] = lambda: False,
) -> Iterator[Candidate]:
    """Yield candidates in non-decreasing cost, each another program, the cheapest of all targets first.

    `credits` is by target id, `sources` holds the text of each file by path. The cost in bits is the operator's prior,
    plus up to 3 bits for a place less suspect than the most suspect one, plus the bits of the ingredients. Places that
    no failing test executed are left alone; where no target has any evidence, all places are alike. `clues` is what
    failing tests say. `seed` orders candidates of equal cost (0: as in the source). `favours` are bits by which places
    are cheaper. Work is done only as far as candidates are drawn; where none comes for long, `late` is asked whether to
    end.
    """
    known = Known.of(targets, credits, sources, clues)
    sites = [site for target in known.targets for site in _sites(target, known, favours or {})]
    order = list(range(len(sites)))
    if seed:
        random.Random(seed).shuffle(order)
    yield from _drawn([site for site in sites if site.floor <= max_cost], order, credits, max_cost, late)


def _drawn(
    sites: list[_Site], order: list[int], credits: Mapping[str, Credit], max_cost: float, late: Callable[[], bool]
) -> Iterator[Candidate]:
    """Merge the changes of all sites by cost. A site is opened when its floor is reached, not before."""
    heap: list[tuple[float, int, int]] = [(site.floor, order[i], i) for i, site in enumerate(sites)]
    heapq.heapify(heap)
    opened: dict[int, Costed] = {}
    waiting: dict[int, Change] = {}
    done: set[Edit] = set()
    fruitless = 0
    while heap and not (fruitless and fruitless % FRUITLESS == 0 and late()):
        fruitless += 1
        cost, rank, index = heapq.heappop(heap)
        site = sites[index]
        change = waiting.pop(index, None)
        candidate = None if change is None else site.candidate(cost, change)
        if candidate is not None and candidate.edits[0] not in done:
            done.add(candidate.edits[0])
            fruitless = 0
            yield candidate
        if index not in opened:
            opened[index] = site.changes(credits.get(site.target.id, Credit(site.target.id, 0.0)))
        following = next(opened[index], None)
        if following is not None and following[0] <= max_cost:
            waiting[index] = following[1]
            heapq.heappush(heap, (max(cost, following[0]), rank, index))


def _sites(target: Target, known: Known, favours: Mapping[SourcePlace, float]) -> Iterator[_Site]:
    if target.kind in VALUES:
        heaviest = known.heaviest
        weight = max((piece.weight for piece in known.credit(target).evidence), default=heaviest)
        yield _Site(target, WORST * (1 - weight / heaviest) if heaviest else WORST, target.kind)
        return
    found = CodeTarget.of(target, known)
    if found is None:
        return
    tree, liked = found.tree, favoured(found, favours)
    outside = OUTSIDE if target.kind == "expression" else 0.0
    for node in (tree.root, *tree.places):
        role, cost = tree.role(node), found.suspects.cost(node)
        for operator in OPERATORS if role is not None and cost is not None else ():
            if role in operator.roles and isinstance(node, operator.nodes):
                floor = max(0.0, operator.cost + (cost or 0.0) + outside - liked.get(node, 0.0))
                yield _Site(target, floor, operator.name, operator, node, found.context, found.edits)


def favoured(definition: CodeTarget, favours: Mapping[SourcePlace, float]) -> dict[ast.AST, float]:
    """Map nodes to the bits by which they are cheaper: a place and all within it."""
    tree = definition.tree
    own = {node: bits for node in tree.places if (bits := favours.get(place_of(definition, node), 0.0))}
    found = dict(own)
    for node in tree.places if own else ():
        above = next((own[up] for up in tree.above(node) if up in own and not isinstance(node, ast.stmt)), 0.0)
        if above:
            found[node] = max(above, found.get(node, 0.0))
    return found
