"""Small functions that programs use beside nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tracec.opto.flow.feedback import TraceGraph
from tracec.opto.trace.step_shown import render_opt_step

__all__ = [
    "contain", "dedent", "for_all_methods", "parse_eqs_to_dict", "render_opt_step", "sum_feedback",
]  # fmt: skip


def sum_feedback(nodes: Iterable[Any]) -> Any:
    """All that came back to some nodes, as one; 0 where nothing did."""
    found = [one for node in nodes for given in node.feedback.values() for one in given]
    if found and all(isinstance(one, TraceGraph) for one in found):
        return TraceGraph.total(found)
    return sum(found)


def contain(container_of_nodes: Iterable[Any], node: Any) -> bool:
    """Whether it is one of them, whatever the values are."""
    return any(node is one for one in container_of_nodes)


def for_all_methods(decorator: Callable[[Any], Any]) -> Callable[[type], type]:
    """A decorator of classes that decorates every method but those with two underscores."""

    def decorate(cls: type) -> type:
        for name, value in [*vars(cls).items()]:
            if callable(value) and not name.startswith("__"):
                setattr(cls, name, decorator(value))
        return cls

    return decorate


def dedent(text: str) -> str:
    """A text whose lines begin and end without blanks."""
    return "\n".join(line.strip() for line in text.split("\n"))


def parse_eqs_to_dict(text: str) -> dict[str, str]:
    """Lines `name = value` -> a dictionary; a line without `=` goes on with the value before."""
    found: dict[str, str] = {}
    last = ""
    for line in filter(None, text.split("\n")):
        name, equals, value = line.partition("=")
        if equals:
            last = name.strip()
            found[last] = value.replace("`", "")
        elif last:
            found[last] += "\n" + line.replace("`", "")
    return found
