"""TracedRun -> where feedback enters it, in words, and the numbers of which it is known what they should be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tracec.passes.graph.feedback_sources import feedback
from tracec.passes.graph.gradient import constant, elements, is_number
from tracec.passes.graph.query import last_failure
from tracec.passes.graph.why_text import named
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.trace import Trace
from tracec.passes.propagate.backward.edges import data
from tracec.passes.syntax.parsing import expression_of

MESSAGE = 400  # characters of what a case said; chosen
HOPS = 3  # nodes between a failure and the comparison that made it; chosen


@dataclass(frozen=True, slots=True)
class Wrong:
    """A number that should be another one; `wanted` is None where it should be as high as can be."""

    node: int
    name: str
    value: float
    wanted: float | None


def said_of(run: TracedRun) -> dict[int, list[str]]:
    """Node -> what was said of it: of the failure or the score what the case said, of others what the program did."""
    trace = run.trace
    found: dict[int, list[str]] = {}
    failed = last_failure(trace)
    for mark in feedback(trace):
        if mark.node != failed:
            found.setdefault(mark.node, []).append(str(mark).partition(": ")[2])
    message = " ".join(run.outcome.message.split())[:MESSAGE]
    if run.outcome.score is not None and not run.outcome.failed:
        message = f"score {run.outcome.score:g}" + (f": {message}" if message else "")
    if len(trace) and (message or not found):
        found.setdefault(failed if failed >= 0 else len(trace) - 1, []).append(message or "this case fails")
    return found


def wrong_numbers(run: TracedRun) -> list[Wrong]:
    """The numbers that a failing comparison compares, or the score."""
    trace, last = run.trace, len(run.trace) - 1
    score = run.outcome.score
    if last < 0:
        return []
    if score is None or run.outcome.failed:
        failed = last_failure(trace)
        return list(compared(trace, failed if failed >= 0 else last))
    near = [last, *data(trace, last), *(elements(trace, last) or ())]
    nodes = [n for n in near if is_number(trace.columns.values[n]) and trace.columns.values[n] == score]
    return [Wrong(node, "score", score, None) for node in nodes[:1]]


def compared(trace: Trace, failed: int) -> Iterator[Wrong]:
    """The sides of the equation that a failure comes from, each with what the other side was."""
    now = [failed]
    for _ in range(HOPS):
        for node in now:
            if trace.nodes[node].site.kind == "compare":
                yield from sides(trace, node)
                return
        now = [source for node in now for source in data(trace, node)]


def sides(trace: Trace, node: int) -> Iterator[Wrong]:
    """`a == b`, `a == 3`, `a == approx(3)`: what was a, and b."""
    tree = expression_of(f"({trace.nodes[node].site.text})")
    if not (isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq)):
        return
    written = [constant(bare(side)) for side in (tree.left, tree.comparators[0])]
    read = trace.columns.values
    numbers = [source for source in data(trace, node) if is_number(read[source])]
    if len(numbers) != written.count(None):
        return
    nodes = [-1 if number is not None else numbers.pop(0) for number in written]
    values = [float(read[at]) if number is None else number for at, number in zip(nodes, written)]
    for own, mine, other in zip(nodes, values, reversed(values)):
        if own >= 0 and mine != other:
            yield Wrong(own, named(trace.nodes[own]), mine, other)


def bare(side: ast.expr) -> ast.expr:
    """What `approx(...)` is given; else the expression itself."""
    is_approx = isinstance(side, ast.Call) and side.args and ast.unparse(side.func).endswith("approx")
    return side.args[0] if is_approx and isinstance(side, ast.Call) else side
