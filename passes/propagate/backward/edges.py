"""Step -> the steps that it came from, each with the nodes between, and the exact derivative where there is one."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tracec.passes.graph.gradient import is_number, partials
from tracec.passes.nouns.trace import CALLEE, Trace
from tracec.passes.propagate.backward.steps import Step

MOST = 8  # steps that one comes from, the nearest; chosen
ALIKE = 2  # of them such as are at one place of the program; chosen
WALKED = 20_000  # nodes looked at for one step; chosen


@dataclass(frozen=True, slots=True)
class Edge:
    """From a later step to an `earlier` one; `way` are the nodes of plain code between, the latest first."""

    earlier: int
    way: tuple[int, ...]


def edges_of(trace: Trace, step: Step, steps: Mapping[int, Step]) -> list[Edge]:
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


def ends(trace: Trace, start: int) -> list[int]:
    """The numbers at which the flow of derivatives stops, as plain code made them: the nearest, at most MOST."""
    todo, seen, found = [start], {start}, list[int]()
    for node in todo:
        known = [source for source, factor in partials(trace, node) if factor != 0]
        new = [source for source in known if is_number(trace.columns.values[source]) and source not in seen]
        if not known and node != start and data(trace, node):
            found.append(node)
        if len(found) == MOST or len(todo) > WALKED:
            break
        seen.update(new)
        todo += new
    return found


def factors(trace: Trace, start: int, stops: Collection[int]) -> dict[int, float]:
    """d(start)/d(node) for the numbers at `stops` that arithmetic leads to, with no other of them between.

    Left out is what is 0 or not known: nothing is to be learnt from it.
    """
    values = trace.columns.values
    if not is_number(values[start]):
        return {}
    flows, found = {start: 1.0}, dict[int, float]()
    while flows:
        node = max(flows)
        flow = flows.pop(node)
        if node in stops and node != start:
            found[node] = flow
            continue
        for source, factor in partials(trace, node):
            if is_number(values[source]) and factor != 0:
                flows[source] = flows.get(source, 0.0) + flow * factor
    return {node: flow for node, flow in found.items() if flow != 0 and math.isfinite(flow)}
