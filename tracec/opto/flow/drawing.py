"""Nodes -> a drawing: graphviz's Digraph where that package is installed, else its text in the language DOT."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tracec.opto.engine.operations import IDENTITY_OPERATORS
from tracec.passes.nouns.errors import TracecError


class Dot:
    """The text of a drawing: `source`, which `save` writes. To render it, graphviz has to be installed."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def node(self, name: str, **attributes: str) -> None:
        """Add a node."""
        words = ", ".join(f"{key}={json.dumps(value)}" for key, value in attributes.items() if value)
        self.lines.append(f"  {json.dumps(name)} [{words}]")

    def edge(self, first: str, last: str) -> None:
        """Add an edge."""
        self.lines.append(f"  {json.dumps(first)} -> {json.dumps(last)}")

    @property
    def source(self) -> str:
        """The text."""
        return "\n".join(["digraph {", *self.lines, "}"])

    def save(self, filename: str) -> str:
        """Write the text."""
        Path(filename).write_text(self.source)
        return filename

    def render(self, *args: Any, **options: Any) -> str:
        """It takes graphviz."""
        raise TracecError("a picture takes the package graphviz", "pip install graphviz, or .save(FILE) the text")

    view = render

    def __str__(self) -> str:
        return self.source


def drawing() -> Any:
    """An empty one."""
    return importlib.import_module("graphviz").Digraph() if importlib.util.find_spec("graphviz") else Dot()


def drawn(nodes: Iterable[Any], reverse: bool = False, most: int = 100, simple: bool = True) -> Any:
    """Draw nodes and the edges among them; copies are left out where it is to be `simple`."""
    made = drawing()
    shown = {id(node): node for node in nodes}
    for node in shown.values():
        if simple and node._kind.name in IDENTITY_OPERATORS and node._sources:
            continue
        made.node(node.py_name, **attributes(node, most))
        for parent in {id(one): one for one in (beneath(one, simple) for one in node._sources)}.values():
            if id(parent) in shown:
                ends = (node.py_name, parent.py_name) if reverse else (parent.py_name, node.py_name)
                made.edge(*ends)
    return made


def beneath(node: Any, simple: bool) -> Any:
    """What a copy is a copy of."""
    while simple and node._kind.name in IDENTITY_OPERATORS and node._sources:
        node = node._sources[0]
    return node


class NodeVizStyleGuide:
    """How nodes look: subclass it to change that."""

    def __init__(self, style: str = "default", print_limit: int = 100) -> None:
        self.style, self.print_limit = style, print_limit

    def get_attrs(self, x: Any) -> dict[str, str]:
        """The attributes of a node in DOT."""
        return attributes(x, self.print_limit)


class NodeVizStyleGuideColorful(NodeVizStyleGuide):
    """The same: all drawings have colours."""


def attributes(node: Any, most: int) -> dict[str, str]:
    """What a node looks like: parameters are boxes, exceptions red."""
    about, content = node.description or "", str(node._data)
    about, content = (text if len(text) <= most else text[:most] + "..." for text in (about, content))
    failed = any(kind.__name__ == "ExceptionNode" for kind in type(node).__mro__)
    colour = "#F4A6A0" if failed else "#FCE8C8" if node._is_parameter else "#E4EEF8"
    return {
        "label": f"{node.py_name}\n{about}\n{content}",
        "shape": "box" if node._is_parameter else "ellipse",
        "fillcolor": colour,
        "style": "filled",
    }
