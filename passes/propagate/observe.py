"""Trace -> Observation: what one test executed, what its failure depends on, and which values were seen where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from tracec.passes.graph.query import last_failure
from tracec.passes.graph.relevant_slice import Relevance
from tracec.passes.graph.slice import backward
from tracec.passes.messages.failure_clues import rejected_calls
from tracec.passes.nouns.credit import State
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import Node, Trace
from tracec.passes.propagate.states import NO_VALUE, states

MOST_VALUES = 24  # distinct values kept for one place; chosen


@dataclass(slots=True)
class Seen:
    """Distinct values in the order of their first appearance, at most MOST_VALUES of them."""

    values: dict[str, object] = field(default_factory=dict)

    def add(self, value: object) -> None:
        """Keep a value that was not there yet: `1`, `1.0` and `True` differ."""
        if len(self.values) < MOST_VALUES:
            self.values.setdefault(f"{type(value).__name__}:{value!r}"[:200], value)


@dataclass(frozen=True, slots=True)
class Observation:
    """One test's run over the files of interest; of a failing one, what its failure depends on.

    `sliced` is the plain slice of the failure, `near` the relevant one: how many edges its nearest node is away.
    """

    test: str
    covered: frozenset[Span]
    sliced: frozenset[Span]
    near: dict[Span, int]
    values: dict[Span, Seen]
    names: dict[tuple[Span, str], Seen]  # by the span that binds the name
    states: tuple[State, ...] = ()


def observed(run: TracedRun, targets: Sequence[Target]) -> Observation:
    """What a run says of the files of some targets; read off its trace once.

    The functions that a failing test called with arguments that they do not take count as run: nothing of them was.
    """
    paths = frozenset(target.span.path for target in targets)
    if paths not in run.views:
        seen = count_functions_as_run(observe(run.trace, paths, failed=run.failing), run.ran, targets)
        functions = rejected_calls(run.outcome.message) if run.failing else ()
        run.views[paths] = count_rejected_calls_as_run(seen, functions, targets)
    found = run.views[paths]
    assert isinstance(found, Observation)
    return found


def observe(trace: Trace, paths: Collection[str], *, failed: bool) -> Observation:
    """Take from a trace what a propagator needs, for the sites of some files only."""
    run = backward(trace, range(trace.imported, len(trace)))  # of what ran while importing, only what the test has used
    sites = {number for number in set(trace.columns.site) if trace.columns.table[number].span.path in paths}
    inside = [trace.nodes[number] for number in run if trace.columns.site[number] in sites]
    values: dict[Span, Seen] = {}
    names: dict[tuple[Span, str], Seen] = {}
    for node in inside:
        if node.site.kind not in NO_VALUE:
            values.setdefault(node.site.span, Seen()).add(node.value)
        for name, value in bound(node):
            names.setdefault((node.site.span, name), Seen()).add(value)
    covered = frozenset(node.site.span for node in inside)
    sliced, near = depended_on(trace, inside) if failed else (frozenset[Span](), {})
    return Observation(trace.name, covered, sliced, near, values, names, tuple(states(trace, paths)))


def count_functions_as_run(
    observation: Observation, ran: Collection[tuple[str, int]], targets: Sequence[Target]
) -> Observation:
    """Count functions that ran before the trace begins as run, each as a whole: their places are not known.

    `ran` are (path, first line) of all functions that the test ran.
    """
    spans = {t.span for t in targets if t.kind == "code" and (t.span.path, t.span.line) in ran}
    unseen = {span for span in spans if not any(map(span.holds, observation.covered))}
    return replace(observation, covered=observation.covered | unseen)


def count_rejected_calls_as_run(
    observation: Observation, functions: Collection[str], targets: Sequence[Target]
) -> Observation:
    """Count functions that a failing test called with arguments they do not take as run, though no line of them was.

    `functions` are their qualified names.
    """
    spans = frozenset(target.span for target in targets if target.kind == "code" and target.qualname in functions)
    return replace(observation, covered=observation.covered | spans, sliced=observation.sliced | spans)


def depended_on(trace: Trace, inside: Sequence[Node]) -> tuple[frozenset[Span], dict[Span, int]]:
    """Find the places of the plain slice of a failure, and those of the relevant one with their distance in edges."""
    failed, relevance = start(trace), Relevance(trace)
    keep, related = backward(trace, failed), relevance.slice(failed)
    near: dict[Span, int] = {}
    for node in inside:
        if node.id in related:
            near[node.site.span] = min(near.get(node.site.span, len(trace)), relevance.near[node.id])
    return frozenset(node.site.span for node in inside if node.id in keep), near


def start(trace: Trace) -> list[int]:
    """Find where feedback enters: the last exception that ended a frame; else the last node."""
    failed = last_failure(trace)
    return [failed if failed >= 0 else len(trace) - 1] if len(trace) else []


def bound(node: Node) -> list[tuple[str, object]]:
    """Return the names that a node binds with their values; of one unpacked into several, they are not known."""
    known = len(node.site.binds) == 1 and node.site.kind not in ("def", "class")
    return [(node.site.binds[0], node.value)] if known else []
