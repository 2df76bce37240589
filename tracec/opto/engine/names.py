"""GRAPH: which names were given. A node is called `base:number`, and the numbers of a base begin with 0."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any

from tracec.opto.engine.switches import TRACING
from tracec.passes.nouns.errors import TracecError

NAME_SCOPES: list[str] = []  # the last one stands before new names
NO_REGISTRY = "GRAPH keeps no nodes, so that what a program drops is freed"


class Graph:
    """The names in use, and switches. It holds no node."""

    LEGACY_GRAPH_BEHAVIOR = False
    ALLOW_NESTED_GRAPHS = False

    def __init__(self) -> None:
        self._counts: dict[str, Iterator[int]] = {}

    @property
    def TRACE(self) -> bool:
        """Whether this context is traced."""
        return TRACING.get()

    @TRACE.setter
    def TRACE(self, on: bool) -> None:
        TRACING.set(on)

    def clear(self) -> None:
        """Let numbers begin with 0 again."""
        self._counts = {}

    def number(self, base: str) -> int:
        """The next number of a base. Threads never get the same one."""
        found = self._counts.get(base)
        if found is None:
            found = self._counts.setdefault(base, itertools.count())
        return next(found)

    def register(self, node: Any) -> None:
        """Give a node a new number."""
        node._number = self.number(node._kind.name)

    def get(self, name: str) -> Any:
        """Nodes cannot be had by name: TracecError says what to do instead."""
        raise TracecError(f"{NO_REGISTRY}, {name} too", "keep the node in a variable of your own")

    @property
    def roots(self) -> list[Any]:
        """The same."""
        raise TracecError(f"{NO_REGISTRY}, and knows no roots", "walk from a node along `parents`")

    def __len__(self) -> int:
        return sum(next(copy.copy(count)) for count in self._counts.values())

    def __str__(self) -> str:
        return f"Graph({', '.join(sorted(self._counts))})"


GRAPH = Graph()
