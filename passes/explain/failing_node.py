"""Trace + Failure -> the node at which the exception came to be, or why it is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracec.passes.explain.road import Failure
from tracec.passes.nouns.trace import Node, Picture, Trace

MESSAGE = 40  # characters of a message that must be shown in an exception's value; chosen


@dataclass(frozen=True, slots=True)
class Found:
    """The node of the exception where it was raised, -1 where the trace does not have it; then `note` says so."""

    node: int
    note: str = ""


def failing_node(trace: Trace, failure: Failure) -> Found:
    """Find the exception that ended the case: the last one of its type at a place that the failure passed.

    Where there is none, as `with` raised it at another line, it is the last exception, if that says the same.
    """
    places = set(failure.places)
    last = -1
    for node in exceptions(trace):
        span = node.site.span
        at = any((span.path, line) in places for line in range(span.line, span.end_line + 1))
        if (at or not places) and is_of(node, failure.type):
            return Found(deepest(trace, node))
        last = node.id if last < 0 else last
    if last >= 0 and failure.type and is_of(trace.nodes[last], failure.type) and says(trace.nodes[last], failure):
        return Found(deepest(trace, trace.nodes[last]))
    return Found(-1, missing(trace, failure))


def exceptions(trace: Trace) -> Iterator[Node]:
    """The exceptions that ended a frame, the last first."""
    columns = trace.columns
    for number in range(len(trace) - 1, trace.imported - 1, -1):
        if columns.table[columns.site[number]].kind == "exception":
            yield trace.nodes[number]


def says(node: Node, failure: Failure) -> bool:
    """Tell whether an exception's value shows the message of a failure."""
    said = failure.message.strip().splitlines()[0] if failure.message.strip() else ""
    said = said.removeprefix(f"{failure.type}: ")[:MESSAGE]
    return isinstance(node.value, Picture) and bool(said) and said in node.value.text.replace("\\", "")


def missing(trace: Trace, failure: Failure) -> str:
    """Say why the exception is not among what was recorded."""
    if not len(trace) > trace.imported:
        return "nothing of yours was recorded while it ran"
    name = failure.type or "exception"
    return f"the recorded run does not show where the {name} came from: something may have caught it"


def last_returned(trace: Trace, failure: Failure) -> int:
    """Find what the program returned last to a doctest that failed, which is what it got; -1 for other failures."""
    columns = trace.columns
    if failure.type.rpartition(".")[2] != "DocTestFailure":
        return -1
    for node in range(len(trace) - 1, trace.imported - 1, -1):
        site = columns.table[columns.site[node]]
        if (site.returns or site.kind == "return") and trace.frames[columns.frame[node]].parent < 0:
            return node
    return -1


def is_of(node: Node, name: str) -> bool:
    """Tell whether the value of an exception's node is of a type, by the last part of its name."""
    found = node.value.type if isinstance(node.value, Picture) else ""
    return not name or not found or found.rpartition(".")[2] == name.rpartition(".")[2]


def deepest(trace: Trace, node: Node) -> int:
    """Go down from the caller's exception to where it was raised, as far as that was recorded."""
    while True:
        below = [
            source
            for source, word in zip(node.inputs, node.labels)
            if word == "return" and trace.nodes[source].site.kind == "exception"
        ]
        if not below or not same_exception(trace.nodes[below[-1]], node):
            return node.id
        node = trace.nodes[below[-1]]


def same_exception(one: Node, other: Node) -> bool:
    """Tell whether two nodes show one exception."""
    if isinstance(one.value, Picture) and isinstance(other.value, Picture):
        return one.value.type == other.value.type
    return type(one.value) is type(other.value)
