"""Hole + wanted values -> Candidates: the expressions that have these values in the traced states, cheapest first."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tracec.passes.nouns.candidate import Candidate, set_target
from tracec.passes.propose.repair.evidence.evaluate import ERROR, LARGEST_NUMBER, OPERATORS, applied, key_of
from tracec.passes.propose.repair.operators.operator import Splice
from tracec.passes.propose.repair.ranked import cheapest, merge, pairs
from tracec.passes.propose.synthesis.bank import NUMBER, Bank, Built
from tracec.passes.propose.synthesis.conditions import Truth, Wanted, conditions, truths
from tracec.passes.propose.synthesis.forced import Forced
from tracec.passes.propose.synthesis.holes import Hole, Moment
from tracec.passes.syntax.nodes import binary

# Sizes of the search in one hole; all chosen.
MOST_STATES = 28  # states that an expression is asked to agree with
MOST_LEAVES = 90
MOST_EVALUATED = 9_000  # expressions
MOST_COMPARED = 10_000  # conditions
MOST_FILLED = 60  # candidates
MOST_INVERTED = 1_200  # expressions whose missing operand is looked up
MOST_SUMS = 12  # expressions made with such an operand
MOST_EXITS = 30  # conditions, and results, of which early returns are made
# Bits; all chosen. The first five are those of the change, besides what is put in.
CONDITION = 5.5  # another condition
JOINED = 4.5  # the condition joined to another one
VALUE = 6.0  # another value
GUARDED = 7.0  # an early return before a statement
EARLY = 6.5  # an early return at the entry of a function
REUSED = 1.5  # more for what is written elsewhere in the function
AGREES = 4.0  # less for what agrees with ENOUGH_STATES states or more; with fewer, less in proportion
ENOUGH_STATES = 5.0


@dataclass(frozen=True, slots=True)
class Example:
    """One state, and the value to have there: () where any will do. `forced` if it is not the value the program had."""

    names: Mapping[str, object]
    value: tuple[object, ...]
    forced: bool = False


def examples(hole: Hole, passing: Sequence[str], solved: Sequence[Forced], tests: Sequence[str]) -> list[Example]:
    """Collect what the hole should be: as in passing tests, and in each of `tests` as the first that solved it has it.

    `solved` are those that made a test pass, `tests` the test of each. Of what contradicts a passing test nothing is
    taken.
    """
    found: dict[str, Example] = {}
    for test in passing:
        for moment in hole.moments.get(test, ()):
            found.setdefault(_state_key(moment), Example(moment.names, moment.value))
    done: set[str] = set()
    for one, test in zip(solved, tests):
        pairs_ = one.assigned.get(test, ())
        known = [found.get(_state_key(moment)) for moment, _ in pairs_]
        clash = any(example is not None and not _alike(example, value) for example, (_, value) in zip(known, pairs_))
        if test in done or clash or not pairs_:
            continue
        done.add(test)
        _take(found, hole.moments[test], pairs_)
    order = sorted(found.values(), key=lambda example: not example.forced)
    return order[:MOST_STATES] if any(example.forced for example in order) else []


def _take(found: dict[str, Example], moments: Sequence[Moment], forced: Sequence[tuple[Moment, object]]) -> None:
    """The states of a test: up to the first that was forced as they were, after it nothing is known but the forced."""
    for moment in moments:
        if moment is forced[0][0]:
            break
        found.setdefault(_state_key(moment), Example(moment.names, moment.value))
    for moment, value in forced:
        found[_state_key(moment)] = Example(moment.names, (value,), True)


def _state_key(moment: Moment) -> str:
    return repr(sorted((name, key_of(value)) for name, value in moment.names.items()))


def _alike(example: Example, value: object) -> bool:
    return example.forced and same(example.value[0], value)


def same(one: object, other: object) -> bool:
    """Tell whether a test takes values for equal; `1` is `1.0`, but `True` is not."""
    return match_key(one) == match_key(other)


def match_key(value: object) -> object:
    """Compare numbers by twelve significant digits, all else exactly: equal keys match."""
    if value is ERROR:
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER:
        return float, f"{float(value):.12g}"
    return key_of(value)


def fill(hole: Hole, wanted: Sequence[Example]) -> Iterator[Candidate]:
    """Yield candidates in order of cost."""
    context, edits, node = hole.definition.context, hole.definition.edits, hole.node
    bank = Bank(_leaves(hole), [example.names for example in wanted], MOST_EVALUATED)
    made = {"condition": _condition, "value": _value, "entry": _early}[hole.kind](hole, wanted, bank)
    returned = hole.kind == "value" and context.is_returned(node)
    if returned:
        made = merge(made, _early(hole, wanted, bank))
    less = AGREES * min(1.0, len(wanted) / ENOUGH_STATES)
    done: set[str] = set()
    for cost, change in islice(made, 4 * MOST_FILLED):
        place = context.tree.statement(node) if isinstance(change, Splice) else node
        text = edits.written(place, change)
        if text is not None and text not in done and len(done) < MOST_FILLED:
            done.add(text)
            whole = max(0.0, cost + hole.cost - less)
            yield Candidate((set_target(hole.definition.target, text),), "synthesis", edits.why(place, change), whole)


def _leaves(hole: Hole) -> list[tuple[float, ast.expr]]:
    context, node = hole.definition.context, hole.node
    atoms = [(cost, atom.node) for cost, atom in context.atoms(node)]
    reused = [(cost + REUSED, part) for cost, part in context.ingredients(node) if context.defined(node, part)]
    return list(cheapest([*atoms, *reused]))[:MOST_LEAVES]


def _condition(hole: Hole, wanted: Sequence[Example], bank: Bank) -> Iterator[tuple[float, ast.expr | Splice]]:
    known = truths(bank, MOST_COMPARED)
    goal = Wanted(_bits(bool(e.value and e.value[0]) for e in wanted), _bits(bool(e.value) for e in wanted))
    found = bank.entry(hole.node) if isinstance(hole.node, ast.expr) else None
    old = None
    if found is not None:
        holds = _bits(value is not ERROR and bool(value) for value in found.values)
        old = Truth(found.node, holds, _bits(value is ERROR for value in found.values))
    alone = ((cost + CONDITION, node) for cost, node in conditions(known, goal, None))
    joined = ((cost + JOINED, node) for cost, node in conditions(known, goal, old)) if old is not None else iter(())
    return merge(alone, joined)


def _value(hole: Hole, wanted: Sequence[Example], bank: Bank) -> Iterator[tuple[float, ast.expr | Splice]]:
    return ((cost + VALUE, node) for cost, node in _fitting(wanted, bank))


def _early(hole: Hole, wanted: Sequence[Example], bank: Bank) -> Iterator[tuple[float, ast.expr | Splice]]:
    """`if p: return r` before the statement: r fits where a value was forced, and there alone p holds."""
    goal = Wanted(_bits(example.forced for example in wanted), (1 << len(wanted)) - 1)
    known = truths(bank, MOST_COMPARED)
    tests = list(islice(conditions(known, goal, None), MOST_EXITS))
    only = [example if example.forced else Example(example.names, ()) for example in wanted]
    results = list(islice(_fitting(only, bank), MOST_EXITS))
    statement = hole.definition.tree.statement(hole.node)
    prior = EARLY if hole.kind == "entry" else GUARDED
    for cost, (test, result) in pairs(tests, results):
        yield cost + prior, Splice((ast.If(test, [ast.Return(result)], []), statement))


def _fitting(wanted: Sequence[Example], bank: Bank) -> Iterator[tuple[float, ast.expr]]:
    """Expressions with the wanted values, and sums, differences, products and joins of two that have them together."""
    cared = [at for at, example in enumerate(wanted) if example.value]
    goal = [wanted[at].value[0] for at in cared]
    key = tuple(map(match_key, goal))
    every = list(bank)
    by_key: dict[object, Built] = {}
    fits: list[tuple[float, ast.expr]] = []
    for cost, one in every:
        if any(one.values[at] is ERROR for at in cared):
            continue
        own = tuple(match_key(one.values[at]) for at in cared)
        by_key.setdefault(own, (cost, one))
        if own == key:
            fits.append((cost, one.node))
    return merge(cheapest(fits), islice(cheapest(_inverted(goal, cared, every[:MOST_INVERTED], by_key)), MOST_SUMS))


def _inverted(
    goal: Sequence[object], cared: Sequence[int], every: Sequence[Built], by_key: Mapping[object, Built]
) -> Iterator[tuple[float, ast.expr]]:
    """`a + b` where b is what is missing to the goal, and the like."""
    if not goal:
        return
    for cost, one in every:
        values = [one.values[at] for at in cared]
        for extra, kind, missing in _missing(goal, values):
            found = by_key.get(tuple(map(match_key, missing)))
            if found is None or (isinstance(one.node, ast.Constant) and isinstance(found[1].node, ast.Constant)):
                continue
            right = [found[1].values[at] for at in cared]
            if all(map(same, applied(OPERATORS[type(kind)], values, right), goal)):
                yield cost + found[0] + extra, binary(one.node, kind, found[1].node)


def _missing(goal: Sequence[object], values: Sequence[object]) -> Iterator[tuple[float, ast.operator, list[object]]]:
    """What the right operand would have to be."""
    if all(type(v) in NUMBER and type(g) in NUMBER for v, g in zip(values, goal)):
        numbers: list[tuple[float, float]] = list(zip(goal, values))  # type: ignore[arg-type]
        yield 1.5, ast.Add(), [g - v for g, v in numbers]
        yield 1.5, ast.Sub(), [v - g for g, v in numbers]
        if all(v for v in values):
            yield 2.7, ast.Mult(), [g / v for g, v in numbers]
        if all(g for g in goal) and all(values):
            yield 3.8, ast.Div(), [v / g for g, v in numbers]
    elif all(type(v) is type(g) and isinstance(v, (str, list, tuple)) for v, g in zip(values, goal)):
        sequences: list[tuple[str, str]] = list(zip(goal, values))  # type: ignore[arg-type]
        if all(g[: len(v)] == v for g, v in sequences) and any(v for v in values):
            yield 1.5, ast.Add(), [g[len(v) :] for g, v in sequences]


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << at for at, flag in enumerate(flags) if flag)
