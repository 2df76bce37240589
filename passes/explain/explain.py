"""Trace + Failure -> Road: what was wrong and where it came from, the newest first, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from tracec.passes.explain.failing_node import failing_node, last_returned
from tracec.passes.explain.head import head_of, start_of
from tracec.passes.explain.module_level import module_head, names_read
from tracec.passes.explain.parting import Passing, truth
from tracec.passes.explain.road import TEST, UNDONE, VALUE, Failure, Road, Step
from tracec.passes.explain.tell import step_of
from tracec.passes.explain.walk import Stop, Walk
from tracec.passes.nouns.trace import Trace

MOST = 9  # steps of a road; chosen
LOOKED_AT = 120  # stops among which they are chosen; chosen
PARTED = 3  # by how much nearer a test counts at which all passing ones went another way; chosen
FAILING_ONLY = 2  # the same for one that no passing test ran; chosen
IN_TEST = 2  # by how much farther away counts what stands in a test's own file; chosen


def road(trace: Trace, failure: Failure, passing: Passing, test_files: Collection[str] = ()) -> Road:
    """Explain one failing case by its trace and those of passing ones; `test_files` are told after the program's."""
    found = failing_node(trace, failure)
    walk = Walk.through(trace, lambda node: nearer(trace, passing, node))
    if found.node >= 0:
        head = head_of(trace, walk.tree, found.node, failure)
        stops = walk.back(start_of(trace, found.node).node)
    elif (last := last_returned(trace, failure)) >= 0:
        head = step_of(trace, walk.tree, Stop(last, VALUE, 0))
        stops = walk.back(last)
    elif names := names_read(trace, failure):
        head = module_head(trace, failure, names)
        stops = walk.back(-1, [*names.values()])
    else:
        return Road(failure, None, note=found.note)
    first = [stop for _, stop in zip(range(LOOKED_AT), stops)]
    steps = distinct(trace, [(stop, step_of(trace, walk.tree, stop)) for stop in first], head)
    steps = [(stop, compared(step, trace, passing)) for stop, step in steps]
    told = sorted(chosen(steps, test_files), key=lambda step: -step.node)
    every = [(stop.node, step.span) for stop, step in steps] + [(found.node, head.span)]
    raised = {(span.path, span.line) for node, span in every if node >= 0 and first_raised(trace, node)}
    passed = frozenset((span.path, span.line) for _, span in every)
    return Road(
        failure, head, tuple(counted(trace, told)), len(steps) - len(told), passed=passed, raised_at=frozenset(raised)
    )


def first_raised(trace: Trace, node: int) -> bool:
    """Tell whether a node is an exception that came from no other one."""
    made = trace.nodes[node]
    return made.site.kind == "exception" and not any(trace.nodes[s].site.kind == "exception" for s in made.inputs)


def nearer(trace: Trace, passing: Passing, node: int) -> int:
    """By how much nearer a test counts: the more of the passing tests that come to it go the other way, the more."""
    site = trace.columns.table[trace.columns.site[node]]
    apart, came, _ = passing.apart(site.span, trace.nodes[node].value)
    return max(1, round(PARTED * len(apart) / came)) if apart else 0


def distinct(trace: Trace, pairs: Sequence[tuple[Stop, Step]], head: Step) -> list[tuple[Stop, Step]]:
    """Leave out what was told: a place of which another turn is nearer, of tests one with the same outcome."""
    seen: set[object] = {(head.span, VALUE)}
    kept = []
    for stop, step in pairs:
        decided = step.role in (TEST, UNDONE)
        key = step.span, truth(trace.nodes[step.node].value) if decided else VALUE
        if key not in seen:
            seen.add(key)
            kept.append((stop, step))
    return kept


def compared(step: Step, trace: Trace, passing: Passing) -> Step:
    """A step with what passing tests did there."""
    alone = bool(passing.traces) and (step.span.path, step.span.line) not in passing.lines
    parting = passing.parting(step.span, trace.nodes[step.node].value) if step.role in (TEST, UNDONE) else None
    return replace(step, parting=parting, alone=alone)


def chosen(steps: Sequence[tuple[Stop, Step]], test_files: Collection[str]) -> list[Step]:
    """The steps to tell: near ones, and those that tell the failing test from passing ones."""

    def far(pair: tuple[Stop, Step]) -> tuple[int, int]:
        stop, step = pair
        distance = stop.distance + IN_TEST * (step.span.path in test_files)
        return distance - FAILING_ONLY * step.alone, -step.node

    return [step for _, step in sorted(steps, key=far)[:MOST]]


def counted(trace: Trace, steps: Sequence[Step]) -> list[Step]:
    """Steps with how often their places ran before, within the same call."""
    columns = trace.columns
    wanted = {(columns.site[step.node], columns.frame[step.node]): step.node for step in steps}
    times: Counter[int] = Counter()
    for node in range(trace.imported, len(trace)):
        latest = wanted.get((columns.site[node], columns.frame[node]), -1)
        if node < latest:
            times[latest] += 1
    return [replace(step, times=times[step.node]) for step in steps]
