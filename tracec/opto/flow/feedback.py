"""TraceGraph: what came back to a parameter, the subgraph between it and an output and the user's words on that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tracec.opto.flow.drawing import drawn
from tracec.opto.flow.order import ordered
from tracec.opto.flow.reach import Reach


class Pass:
    """One pass of feedback from an output: all nodes before it, each behind its sources, and their levels."""

    __slots__ = ("levels", "order", "reach", "said")

    def __init__(self, order: list[Any], said: Any) -> None:
        self.order, self.said = order, said
        self.levels: dict[int, int] = {}
        self.reach = Reach()

    def level(self, node: Any) -> int:
        """The longest way to a node, in edges; of all at once, when the first is asked for."""
        if not self.levels:
            for one in self.order:
                above = [self.levels[id(source)] for source in one._sources if id(source) in self.levels]
                self.levels[id(one)] = max(above) + 1 if above else 0
        found = self.levels.get(id(node))
        return node.level if found is None else found

    def between(self, ends: dict[int, Any]) -> list[tuple[int, Any]]:
        """The nodes on the ways from these ends to the output, and what goes into them."""
        on: dict[int, Any] = {}
        for node in self.order:
            if id(node) in ends or any(id(source) in on for source in node._sources):
                on[id(node)] = node
        beside = {id(source): source for node in on.values() for source in node._sources}
        hidden = {id(one): one for node in on.values() for one in self.reach.hidden(node).values()}
        return sorted(((self.level(node), node) for node in (beside | hidden | on).values()), key=lambda pair: pair[0])


class TraceGraph:
    """`graph` are (level, node) in the order of their levels, `user_feedback` is what was said of the output.

    What a pass gives is computed when it is asked for: so a pass costs no more than its graph.
    """

    def __init__(self, graph: list[tuple[int, Any]] | None = None, user_feedback: Any = None) -> None:
        self._given = graph
        self._said = user_feedback
        self._ends: dict[int, tuple[Pass, dict[int, Any]]] = {}  # by the identity of the pass
        self._graph: list[tuple[int, Any]] | None = None

    @classmethod
    def at(cls, one: Pass, end: Any) -> TraceGraph:
        """What comes back through the child `end` of a parameter."""
        made = cls()
        made._ends[id(one)] = one, {id(end): end}
        return made

    @classmethod
    def total(cls, graphs: Iterable[TraceGraph]) -> TraceGraph:
        """All of them as one."""
        made, said = cls(), []
        for graph in graphs:
            if graph._given:
                made._given = [*(made._given or []), *graph._given]
            said += [graph._said] if graph._said is not None else []
            for key, (one, ends) in graph._ends.items():
                made._ends.setdefault(key, (one, {}))[1].update(ends)
        made._said = together(said)
        return made

    @property
    def graph(self) -> list[tuple[int, Any]]:
        """(level, node) of the subgraph."""
        if self._graph is None:
            found = {id(node): (level, node) for level, node in self._given or ()}
            for one, ends in self._ends.values():
                found |= {id(node): (level, node) for level, node in one.between(ends)}
            self._graph = sorted(found.values(), key=lambda pair: pair[0])
        return self._graph

    @property
    def user_feedback(self) -> Any:
        """What was said; where different things were said of different outputs, each with its output's name."""
        passes = [one for one, _ in self._ends.values()]
        said = [one.said for one in passes]
        if len(passes) > 1 and any(words != said[0] for words in said[1:]):
            return "\n".join(f"{one.order[-1].py_name}: {one.said}" for one in passes)
        return together([*said, *([self._said] if self._said is not None else [])])

    def empty(self) -> bool:
        """True where nothing came back."""
        return not self._given and not self._ends and self._said is None

    def __add__(self, other: TraceGraph) -> TraceGraph:
        return TraceGraph.total([self, other])

    def __radd__(self, other: Any) -> TraceGraph:
        return self if other == 0 else self.__add__(other)

    def __len__(self) -> int:
        return len(self.graph)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        return iter(self.graph)

    def __repr__(self) -> str:
        return f"TraceGraph({len(self.graph)} nodes, user_feedback={self.user_feedback!r})"

    @classmethod
    def expand(cls, node: Any) -> TraceGraph:
        """The graph within a call with `traceable_code=True`; an empty one where it left none."""
        inner = node.info["output"] if isinstance(node.info, dict) else None
        if not hasattr(inner, "_sources"):
            return cls([], None)
        one = Pass(ordered(inner), "")
        return cls([(one.level(row), row) for row in one.order], "")

    def visualize(self, simple_visualization: bool = True, reverse_plot: bool = False, print_limit: int = 100) -> Any:
        """A drawing."""
        return drawn([node for _, node in self.graph], reverse_plot, print_limit, simple_visualization)


def together(said: list[Any]) -> Any:
    """Several words on one output: each once."""
    kept: list[Any] = []
    for words in said:
        if not any(words is other or bool(words == other) for other in kept):
            kept.append(words)
    return None if not kept else kept[0] if len(kept) == 1 else "\n".join(map(str, kept))
