"""Edits with holes + traced values -> candidates with the holes filled, the cheapest first: no model is asked again."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.clues import NO_CLUES, FailureClues
from tracec.passes.nouns.credit import Credit, State
from tracec.passes.nouns.edits import Edit, ReplaceDefinition
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.answer import Tune
from tracec.passes.propose.llm.holes.kinds import Kinds, kinds_at
from tracec.passes.propose.llm.holes.moved_states import MOST_MOVED, MOVES, moved
from tracec.passes.propose.llm.holes.numbers import values_for
from tracec.passes.propose.llm.holes.spots import HOLE, Spot, holes, tuned
from tracec.passes.propose.repair.definition import CodeTarget, Known
from tracec.passes.propose.repair.ranked import cheapest, merge, pairs
from tracec.passes.propose.synthesis.bank import Bank
from tracec.passes.propose.synthesis.conditions import Truth, truths
from tracec.passes.syntax.parsing import module_of

OPERATOR = "model"  # the name of what a model changed
# All chosen.
MOST = 300  # candidates of one reply
MOST_LEAVES = 60  # expressions that others are made of
MOST_EVALUATED = 4_000  # expressions of one hole
MOST_COMPARED = 2_000  # conditions of one hole
MOST_STATES = 16  # states that tell expressions apart
MOST_OPTIONS = 400  # ways to fill one hole that are ranked
COMPUTED = 2.0  # bits more for a condition, where the hole is one
Option = tuple[float, str]  # bits, and the text of what is put in


@dataclass(frozen=True, slots=True)
class Program:
    """The program with the edits made, holes and all: its targets, texts by path, and the credit carried over to it."""

    targets: Sequence[Target]
    sources: Mapping[str, str]
    credits: Mapping[str, Credit] = field(default_factory=dict)
    clues: FailureClues = NO_CLUES


def filled(
    edits: Sequence[Edit], tunes: Sequence[Tune], program: Program, most: int = MOST, why: str = ""
) -> Iterator[Candidate]:
    """Candidates in order of cost, at most `most`; where nothing is to be filled, the edits as they are.

    Expressions are told apart by their values in the traced states near a hole: of those that agree everywhere the
    cheapest stands for all. The numbers come after the holes, one at a time, then two.
    """
    spots = holes(edits)
    streams: list[tuple[Spot, Iterable[Option]]] = [(spot, options_at(edits, spot, program)) for spot in spots]
    numbers = tuned(edits, tunes)
    traced = list(program.credits.values())
    choices = {spot: values_for(tune, _text(edits, spot), traced) for tune, spot in numbers.items()}
    done: set[tuple[Edit, ...]] = set()
    for cost, texts in islice(_ways(streams, choices), 4 * most):
        made = put(edits, texts)
        if made not in done and len(done) < most and all(_is_program(edit) for edit in made):
            done.add(made)
            told = ", ".join(f"{spot.name} = {text}" for spot, text in texts.items())
            yield Candidate(made, OPERATOR, "; ".join(filter(None, (why, told))), cost)


def _ways(
    streams: Sequence[tuple[Spot, Iterable[Option]]], choices: Mapping[Spot, Sequence[str]]
) -> Iterator[tuple[float, dict[Spot, str]]]:
    """All holes filled, with the numbers as they are; then with others."""
    whole: Iterator[tuple[float, dict[Spot, str]]] = iter([(0.0, {})])
    for spot, options in streams:
        own = list(islice(((cost, {spot: text}) for cost, text in options), MOST_OPTIONS))
        before = list(islice(whole, MOST_OPTIONS))
        whole = ((cost, {**one, **other}) for cost, (one, other) in pairs(before, own))
    ways = list(islice(whole, MOST_OPTIONS))
    single = [(1.0 + at, {spot: text}) for spot, texts in choices.items() for at, text in enumerate(texts)]
    both = [
        (1.0 + cost + more, {**one, **other})
        for at, (cost, one) in enumerate(single)
        for more, other in single[at + 1 :]
        if one.keys() != other.keys()
    ]
    changed = list(cheapest([*single, *both]))
    return merge(ways, ((cost, {**one, **other}) for cost, (one, other) in pairs(ways, changed)))


def options_at(edits: Sequence[Edit], spot: Spot, program: Program) -> Iterator[Option]:
    """The expressions that may stand in a hole, as texts, the cheapest first."""
    edit = edits[spot.edit]
    target = next((t for t in program.targets if isinstance(edit, ReplaceDefinition) and t.id == edit.target), None)
    known = Known.of(program.targets, program.credits, program.sources, program.clues)
    definition = CodeTarget.of(target, known) if target is not None else None
    if definition is None:
        return
    names = [node for node in ast.walk(definition.tree.root) if isinstance(node, ast.Name) and HOLE.fullmatch(node.id)]
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    at = sum(other.edit == spot.edit and other.start < spot.start for other in holes(edits))
    if at < len(names):
        credit = program.credits.get(definition.target.id)
        states = near(credit, names[at].lineno, definition.context.scope.defined(names[at]))
        kinds = kinds_at(definition, names[at], credit, states)
        yield from _written(_expressions(definition, names[at], states, kinds))


def near(credit: Credit | None, line: int, visible: Collection[str]) -> list[State]:
    """The states of the line that knows most of the visible variables; of several the nearest, those before first."""
    by_line: dict[int, list[State]] = {}
    for state in credit.states if credit is not None else ():
        by_line.setdefault(state.span.line, []).append(state)
    known = {
        at: len({name for s in states for name, _ in s.names if name in visible}) for at, states in by_line.items()
    }
    order = sorted(by_line, key=lambda at: (-known[at], at > line, abs(at - line)))
    return by_line[order[0]][:MOST_STATES] if order else []


def _expressions(
    definition: CodeTarget, node: ast.Name, states: Sequence[State], kinds: Kinds | None
) -> Iterator[tuple[float, ast.expr]]:
    """All that can be made there; of the types that fit, where these are known."""
    context = definition.context
    atoms = [(cost, atom.node) for cost, atom in context.atoms(node)]
    reused = [(cost + 1.5, part) for cost, part in context.ingredients(node) if context.defined(node, part)]
    later = _bound_later(definition, node)
    ranked = cheapest([*atoms, *reused])
    leaves = [(cost, part) for cost, part in ranked if not _reads(part, later)][:MOST_LEAVES]
    if not states:
        yield from leaves
        return
    known = [dict(state.names) for state in states]
    bank = Bank(leaves, [*known, *moved(known)], MOST_EVALUATED)
    unknown = [(cost + COMPUTED, part) for cost, part in leaves if bank.entry(part) is None]
    values = ((cost, one.node) for cost, one in bank if kinds is None or one.kind in kinds)
    if context.is_condition(node):
        conditions = ((cost, truth.node) for cost, truth in truths(bank, MOST_COMPARED) if _varies(truth, len(known)))
        yield from merge(conditions, ((cost + COMPUTED, part) for cost, part in unknown))
    else:
        yield from merge(values, unknown if kinds is None else ())


def _varies(truth: Truth, states: int) -> bool:
    """True where a condition is not the same in all states, traced or moved: a constant is none."""
    count = states + min(states, MOST_MOVED) * len(MOVES)
    return 0 < (truth.holds & ~truth.fails).bit_count() < count - truth.fails.bit_count()


def _bound_later(definition: CodeTarget, node: ast.Name) -> frozenset[str]:
    """The variables that get their first value in a later line; in a loop they may have one, but seldom to be used."""
    first: dict[str, int] = {}
    for part in ast.walk(definition.tree.root):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            first[part.id] = min(part.lineno, first.get(part.id, part.lineno))
    return frozenset(name for name, line in first.items() if line > node.lineno)


def _reads(node: ast.AST, names: Collection[str]) -> bool:
    """True where an expression reads one of some names, or has a hole itself."""
    read = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return any(name in names or HOLE.fullmatch(name) for name in read)


def _written(options: Iterable[tuple[float, ast.expr]]) -> Iterator[Option]:
    plain = (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Dict, ast.Set)
    for cost, node in options:
        text = ast.unparse(node)
        yield cost, text if isinstance(node, plain) else f"({text})"


def _text(edits: Sequence[Edit], spot: Spot) -> str:
    edit = edits[spot.edit]
    return edit.source[spot.start : spot.end] if isinstance(edit, ReplaceDefinition) else ""


def put(edits: Sequence[Edit], texts: Mapping[Spot, str]) -> tuple[Edit, ...]:
    """The edits with other texts at some places."""
    made = list(edits)
    for spot, text in sorted(texts.items(), key=lambda pair: -pair[0].start):
        edit = made[spot.edit]
        if isinstance(edit, ReplaceDefinition):
            made[spot.edit] = replace(edit, source=edit.source[: spot.start] + text + edit.source[spot.end :])
    return tuple(made)


def _is_program(edit: Edit) -> bool:
    return not isinstance(edit, ReplaceDefinition) or module_of(edit.source) is not None
