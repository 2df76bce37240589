"""Trace -> where a target was used, where the run failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import Trace


@dataclass(frozen=True, slots=True)
class Use:
    """One call of a target function, or one moment at which a target value was read. Numbers are node ids, -1: none.

    `arguments` are the nodes of the parameters, in their order; `result` is what was returned or raised, or the value;
    `call` is the caller's node of it.
    """

    frame: int
    arguments: tuple[int, ...]
    result: int
    call: int


def last_failure(trace: Trace) -> int:
    """Find the node of the last exception that ended a frame, -1 where there is none."""
    columns = trace.columns
    for node in range(len(trace) - 1, -1, -1):
        if columns.table[columns.site[node]].kind == "exception":
            return node
    return -1


def used(trace: Trace, target: Target) -> list[Use]:
    """List every call of a target function, or every moment at which another target's value came to be, in order."""
    return list(calls(trace, target) if target.kind == "code" else moments(trace, target))


def calls(trace: Trace, target: Target) -> Iterator[Use]:
    """Find the calls of a target function."""
    inside = [
        frame.function == target.qualname and frame.path == target.span.path
        and target.span.line <= frame.line <= target.span.end_line
        for frame in trace.frames
    ]  # fmt: skip
    return calls_in(trace, inside)


def calls_in(trace: Trace, inside: Sequence[bool]) -> Iterator[Use]:
    """Find the calls that had the frames that are `inside`: one for each frame of the trace."""
    columns = trace.columns
    given: dict[int, list[int]] = {number: [] for number, own in enumerate(inside) if own}
    results: dict[int, int] = {}
    for node in range(len(trace)):
        frame = columns.frame[node]
        if inside[frame]:
            site = columns.table[columns.site[node]]
            if site.kind == "param":
                given[frame].append(node)
            if site.kind in ("return", "exception") or site.returns:
                results[frame] = node
    made_by = {result: frame for frame, result in results.items()}
    called: dict[int, int] = {}
    for node in range(len(trace)):
        for source in columns.inputs[columns.first[node] : columns.first[node + 1]]:
            frame = made_by.get(source, -1)
            if frame >= 0 and columns.frame[node] == trace.frames[frame].parent and follows(trace, source, node):
                called.setdefault(frame, node)
    for frame, arguments in given.items():
        yield Use(frame, tuple(arguments), results.get(frame, -1), called.get(frame, -1))


def follows(trace: Trace, result: int, node: int) -> bool:
    """Tell whether a node can be that of the call with this result: an exception leaves none but an exception."""
    table, site = trace.columns.table, trace.columns.site
    return bool(table[site[result]].kind != "exception" or table[site[node]].kind == "exception")


def moments(trace: Trace, target: Target) -> Iterator[Use]:
    """Find the moments at which the value of a target came to be."""
    columns = trace.columns
    wanted = {number for number in set(columns.site) if target.span.holds(columns.table[number].span)}
    for node, site in enumerate(columns.site):
        if site in wanted:
            yield Use(columns.frame[node], (), node, -1)


def with_callers(trace: Trace, frames: Iterable[int]) -> set[int]:
    """Add to frames all that were running below them."""
    found: set[int] = set()
    for frame in frames:
        while frame >= 0 and frame not in found:
            found.add(frame)
            frame = trace.frames[frame].parent
    return found
