"""Nodes -> Trace: the graph as all else of tracec reads it, for slices, views and propagators."""

from __future__ import annotations

import os
from typing import Any

from tracec.opto.engine.operations import IDENTITY_OPERATORS, Operation
from tracec.opto.engine.places import Place
from tracec.opto.flow.order import ordered
from tracec.passes.graph.builder import Library, TraceBuilder
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.trace import Site, Trace

LEFT = {"==": "compare", "!=": "compare", "in": "compare", "bool": "test"}  # kinds of what a value left its node by
NOWHERE = Place(compile("", "<unknown>", "exec"), 0)


def trace_of(*outputs: Any, name: str = "opto") -> Trace:
    """All that these nodes were computed from, and how plain values left; in the order in which it was computed."""
    making = Making()
    for output in outputs:
        for node in ordered(output):
            making.add(node)
    return making.builder.trace(name)


class Making:
    """A trace while it is made."""

    def __init__(self) -> None:
        self.builder = TraceBuilder(Library())
        self.numbers: dict[int, int] = {}  # by the identity of a node
        self.frames: dict[str, int] = {}  # by the file and function
        self.sites: dict[tuple[str, str, tuple[int, ...], str], Site] = {}

    def add(self, node: Any) -> int:
        """Record a node whose sources are recorded."""
        found = self.numbers.get(id(node))
        if found is not None:
            return found
        kind: Operation = node._kind
        inputs = [self.numbers[id(source)] for source in node._sources]
        labels = [label if node._more is not None else "" for label in kind.labels][: len(inputs)]
        place = node._place or NOWHERE
        site = self.site(kind_of(node), text_of(node), place)
        number = self.builder.record(site, node._data, inputs, labels, frame=self.frame(place))
        self.numbers[id(node)] = number
        for (how, where), value in ((node._more.exits or {}) if node._more else {}).items():
            left = self.site(LEFT.get(how, "call"), f"{how}({node.py_name})", where or NOWHERE)
            self.builder.record(left, value, [number], frame=self.frame(where or NOWHERE))
        return number

    def frame(self, place: Place) -> int:
        """The frame of a function: one for all its calls, as nothing tells them apart."""
        key = f"{place.path}:{place.function}"
        if key not in self.frames:
            self.frames[key] = self.builder.enter(place.function, shown(place.path), place.code.co_firstlineno)
        return self.frames[key]

    def site(self, kind: str, text: str, place: Place) -> Site:
        """The site of a kind of node at a place."""
        line, last, column, end = place.positions
        key = kind, shown(place.path), (line, last, column, end), text
        if key not in self.sites:
            span = Span(shown(place.path), line, column, last, end)
            self.sites[key] = Site(len(self.sites), kind, text, span, 0)
        return self.sites[key]


def kind_of(node: Any) -> str:
    """The kind of site that a node is of."""
    if not node._sources:
        return "param" if node._is_parameter else "const"
    if any(kind.__name__ == "ExceptionNode" for kind in type(node).__mro__):
        return "exception"
    name = node._kind.name
    if name in IDENTITY_OPERATORS:
        return "bind"
    return {"getitem": "item", "getattr": "attr", "setitem": "store", "cond": "choose"}.get(
        name, "call" if node._more is not None and node._more.info is not None else "op"
    )


def text_of(node: Any) -> str:
    """What is computed, by the names of the nodes."""
    if not node._sources:
        return str(node.py_name)
    return f"{node._kind.name}({', '.join(source.py_name for source in node._sources)})"


def shown(path: str) -> str:
    """A path as the user sees it."""
    near = os.path.relpath(path) if os.path.isabs(path) else path
    return path if near.startswith("..") else near
