"""Step -> the steps that it came from, each with the nodes between, and those that arithmetic alone leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracec.passes.graph.gradient import is_number, partials
from tracec.passes.nouns.trace import CALLEE, Trace
from tracec.passes.propagate.backward.steps import Step, Steps

MOST = 8  # steps that one comes from, the nearest; chosen
ALIKE = 2  # of them such as are at one place of the program; chosen
WALKED = 20_000  # nodes looked at for one step; chosen


@dataclass(frozen=True, slots=True)
class Edge:
    """From a later step to an `earlier` one; `way` are the nodes of plain code between, the latest first."""

    earlier: int
    way: tuple[int, ...]


def edges_of(trace: Trace, step: Step, steps: Steps) -> list[Edge]:
    """Find the nearest steps that a step depends on, by data and control, with nothing but plain code between."""
    came = dict.fromkeys(step.starts, -1)
    todo, found = [*came], list[Edge]()
    alike: dict[object, int] = {}
    for node in todo:
        if node in steps and node != step.node:
            other = steps[node]
            key = other.target.id if other.target and other.kind == "value" else trace.columns.site[node]
            most = 1 if other.kind == "value" else ALIKE
            alike[key] = alike.get(key, 0) + 1
            if alike[key] <= most:
                found.append(Edge(node, way(came, node)))
            if len(found) == MOST:
                break
        elif len(todo) < WALKED:
            for source in (*data(trace, node), *control(trace, node)):
                if source not in came:
                    came[source] = node
                    todo.append(source)
    return found


def way(came: Mapping[int, int], node: int) -> tuple[int, ...]:
    """The nodes between a step and where the search began, the latest first."""
    between = []
    while (node := came[node]) >= 0:
        between.append(node)
    return tuple(reversed(between))


def data(trace: Trace, node: int) -> list[int]:
    """The inputs of a node, less what it calls."""
    columns = trace.columns
    first, last = columns.first[node], columns.first[node + 1]
    pairs = zip(columns.inputs[first:last], columns.labels[first:last])
    return [source for source, label in pairs if columns.words[label] != CALLEE]


def control(trace: Trace, node: int) -> list[int]:
    """The test that let a node run, where there is one."""
    number = trace.columns.control[node]
    return [number] if number >= 0 else []


def exactly(trace: Trace, start: int, stops: Steps) -> set[int]:
    """The `stops` that nothing but arithmetic leads to, with no other of them between: derivatives tell all of them."""
    values, todo, seen, found = trace.columns.values, [start], {start}, set[int]()
    while todo and len(seen) < WALKED:
        node = todo.pop()
        if node in stops and node != start:
            found.add(node)
            continue
        for source, factor in partials(trace, node):
            if is_number(values[source]) and factor != 0 and source not in seen:
                seen.add(source)
                todo.append(source)
    return found
