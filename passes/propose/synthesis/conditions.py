"""Bank + wanted truths -> conditions that have them: comparisons, and pairs of conditions joined by `and` or `or`.

The truth of a condition over all states is one number, a bit for each state, so that joining two is one operation.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from tracec.passes.propose.repair.evidence.evaluate import ERROR, OPERATORS, applied
from tracec.passes.propose.repair.ranked import cheapest, merge, pairs
from tracec.passes.propose.synthesis.bank import NUMBER, Bank, Built, Entry
from tracec.passes.syntax.nodes import binary, both, compare, either, literal, method, negated

ORDERS: tuple[type[ast.cmpop], ...] = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
# All chosen.
JOINED = 1.5  # bits for `and`, `or`
MOST_COMPARED = 90  # expressions of which all pairs are compared
MOST_LARGE = 1500  # larger expressions that are compared with the cheapest leaves
CHEAPEST_LEAVES = 24  # leaves that these are compared with
MOST_PAIRS = 4000  # pairs of conditions that are joined
MOST_BOUNDS = 16  # values of one number between which bounds are looked for
BOUND = 6.0  # bits of such a bound


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition; bit n of `holds` says that it holds in state n, of `fails` that it has no value there."""

    node: ast.expr
    holds: int
    fails: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The truths to have: bit n of `holds` counts where bit n of `cared` is set."""

    holds: int
    cared: int

    def met(self, truth: Truth) -> bool:
        """Tell whether a condition has all of them."""
        return not ((truth.holds ^ self.holds) | truth.fails) & self.cared


def truths(bank: Bank, most: int) -> list[tuple[float, Truth]]:
    """Keep the cheapest condition of each truth vector, of the first `most` that can be made."""
    kept: dict[tuple[int, int], tuple[float, Truth]] = {}
    for cost, one in islice(_conditions(bank), most):
        if one is not None:
            kept.setdefault((one.holds, one.fails), (cost, one))
    return sorted(kept.values(), key=lambda pair: pair[0])


def conditions(
    known: Sequence[tuple[float, Truth]], wanted: Wanted, old: Truth | None
) -> Iterator[tuple[float, ast.expr]]:
    """Yield conditions with the wanted truths, cheapest first; `old` is the one there, free to be joined to another."""
    single = ((cost, one.node) for cost, one in known if wanted.met(one))
    streams = [single, _joined(known, known, wanted, JOINED)]
    if old is not None:
        streams += [_widened(known, wanted, old), _joined(known, [(0.0, old)], wanted, 0.0)]
    return merge(*streams)


def _widened(known: Sequence[tuple[float, Truth]], wanted: Wanted, old: Truth) -> Iterator[tuple[float, ast.expr]]:
    """`old or c` where c holds in the states that are missing, `old and c` where it leaves out those too many."""
    holds, cared = wanted.holds & wanted.cared, wanted.cared
    if old.fails & cared:
        return
    if not old.holds & cared & ~holds:
        rest = Wanted(wanted.holds, cared & ~old.holds)
        yield from ((cost, either(old.node, node)) for cost, node in conditions(known, rest, None))
    elif not holds & ~old.holds:
        rest = Wanted(wanted.holds, cared & old.holds)
        yield from ((cost, both(old.node, node)) for cost, node in conditions(known, rest, None))


def _joined(
    lefts: Sequence[tuple[float, Truth]], rights: Sequence[tuple[float, Truth]], wanted: Wanted, extra: float
) -> Iterator[tuple[float, ast.expr]]:
    """`a and b`, `a or b`: the second need have no value where the first decides."""
    cared, holds = wanted.cared, wanted.holds & wanted.cared
    over = [[(c, t) for c, t in side if not holds & ~t.holds] for side in (lefts, rights)]
    under = [[(c, t) for c, t in side if not t.holds & cared & ~holds] for side in (lefts, rights)]
    sure = [[(c, t) for c, t in side if not t.fails & cared] for side in (over[0], under[0])]
    streams = [
        (
            (cost + extra, both(a.node, b.node))
            for cost, (a, b) in islice(pairs(sure[0], over[1]), MOST_PAIRS)
            if a is not b and not ((a.holds & b.holds) ^ holds) & cared and not a.holds & b.fails & cared
        ),
        (
            (cost + extra, either(a.node, b.node))
            for cost, (a, b) in islice(pairs(sure[1], under[1]), MOST_PAIRS)
            if a is not b and not ((a.holds | b.holds) ^ holds) & cared and not ~a.holds & b.fails & cared
        ),
    ]
    return merge(*streams)


def _conditions(bank: Bank) -> Iterator[tuple[float, Truth | None]]:
    few = list(islice(bank.leaves, CHEAPEST_LEAVES))
    every = list(islice(bank, MOST_COMPARED))
    large = bank.made[:MOST_LARGE]
    return merge(
        _plain(every), _thresholds(few), _compared(every, every), _compared(large, few), _members(every, every)
    )


def _plain(entries: Sequence[Built]) -> Iterator[tuple[float, Truth | None]]:
    """`a`, `not a`, `a is None`, `a % 2 == 0`, `a.isdigit()`."""
    return cheapest(pair for built in entries for pair in _questions(*built))


def _questions(cost: float, one: Entry) -> Iterator[tuple[float, Truth | None]]:
    if isinstance(one.node, ast.Constant):
        return
    yield cost + 1.0, _truth(one.node, one.values)
    yield cost + 1.0, _truth(negated(one.node), [v if v is ERROR else not v for v in one.values])
    if any(value is None for value in one.values):
        yield cost + 2.0, _truth(compare(one.node, ast.Is(), literal(None)), _asked(one, lambda v: v is None))
        yield cost + 2.0, _truth(compare(one.node, ast.IsNot(), literal(None)), _asked(one, lambda v: v is not None))
    if one.kind is int:
        for rest in (0, 1):
            halved = compare(binary(one.node, ast.Mod(), literal(2)), ast.Eq(), literal(rest))
            yield cost + 4.5, _truth(halved, _asked(one, lambda v, rest=rest: v % 2 == rest))
    if one.kind is str:
        for name in ("isalpha", "isdigit", "isupper", "islower", "isspace", "isalnum"):
            yield cost + 4.5, _truth(method(one.node, name), _asked(one, getattr(str, name)))


def _asked(one: Entry, question: Callable[..., object]) -> list[object]:
    return applied(question, one.values)


def _compared(lefts: Sequence[Built], rights: Sequence[Built]) -> Iterator[tuple[float, Truth | None]]:
    """`a < b` and the like, of what can be compared."""
    rank = {id(one): at for at, (_, one) in enumerate(rights)}
    for cost, (left, right) in pairs(lefts, rights):
        turned = rank.get(id(left), -1) >= rank[id(right)]  # the same the other way round
        if isinstance(left.node, ast.Constant) or (turned and not isinstance(right.node, ast.Constant)):
            continue
        numbers = left.kind in NUMBER and right.kind in NUMBER
        if not numbers and left.kind is not right.kind:
            continue
        for kind in ORDERS if numbers or left.kind is str else ORDERS[:2]:
            function = OPERATORS[kind]
            values = applied(function, left.values, right.values)
            yield cost + 2.0, _truth(compare(left.node, kind(), right.node), values)


def _thresholds(leaves: Sequence[Built]) -> Iterator[tuple[float, Truth | None]]:
    """`a < 65`, `a >= 65`: a bound between two neighbouring values that a number had."""
    return cheapest(pair for built in leaves for pair in _bounds(*built))


def _bounds(cost: float, one: Entry) -> Iterator[tuple[float, Truth | None]]:
    values: list[float] = sorted({v for v in one.values if isinstance(v, NUMBER) and not isinstance(v, bool)})
    if isinstance(one.node, ast.Constant) or len(values) > MOST_BOUNDS or one.kind not in NUMBER:
        return
    for low, high in pairwise(values):
        bound = round_between(low, high)
        for kind in (ast.Lt, ast.GtE):
            truth = applied(OPERATORS[kind], one.values, [bound] * len(one.values))
            yield cost + BOUND + 2.0, _truth(compare(one.node, kind(), literal(bound)), truth)


def round_between(low: float, high: float) -> float:
    """Choose the roundest number above `low` and up to `high`: 65 of 63 and 66; `high` where one is no integer."""
    if not (isinstance(low, int) and isinstance(high, int)):
        return high
    steps = (step for step in (1000, 100, 50, 10, 5, 1) if (high // step) * step > low)
    step = next(steps)
    return (low // step + 1) * step


def _members(lefts: Sequence[Built], rights: Sequence[Built]) -> Iterator[tuple[float, Truth | None]]:
    """`a in b`."""
    holders = [(cost, one) for cost, one in rights if one.kind in (str, list, tuple, dict, set)]
    for cost, (member, holder) in pairs(lefts, holders):
        if member is holder or (holder.kind is str and member.kind is not str):
            continue
        for kind in (ast.In, ast.NotIn):
            values = applied(OPERATORS[kind], member.values, holder.values)
            yield cost + 2.5, _truth(compare(member.node, kind(), holder.node), values)


def _truth(node: ast.expr, values: Sequence[object]) -> Truth | None:
    """None where it has no value in any state."""
    holds, fails, bit = 0, 0, 1
    for value in values:
        if value is ERROR:
            fails |= bit
        elif value:
            holds |= bit
        bit <<= 1
    return None if fails == bit - 1 else Truth(node, holds, fails)
