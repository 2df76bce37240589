"""The dynamic nouns of tracing: Picture, Node, Frame, Trace. The static ones are in `structure`, and named here too."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tracec.passes.nouns.mutations import INITIAL, NextChanges
from tracec.passes.nouns.structure import (
    CALLEE,
    PASSING,
    Columns,
    Function,
    Ref,
    Segment,
    Site,
    Structure,
    fixed,
    lines_of,
    text_at,
)
from tracec.runtime.record.picture_texts import LASTING, WHOLE

__all__ = [
    "CALLEE", "PASSING", "Columns", "Frame", "Function", "Node", "Nodes", "Picture", "Ref", "Segment", "Site",
    "Structure", "Trace", "View", "fixed", "line_of", "lines_of", "show", "text_at",
]  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a value that is not plain, as it was at that moment."""

    type: str
    text: str
    identity: int = 0
    state: int = 0  # WHOLE | LASTING
    size: int = -1

    @property
    def whole(self) -> bool:
        """True where `text` says all of it: Python reads an equal value from it, with `inf`, `nan` and numpy known."""
        return bool(self.state & WHOLE)

    @property
    def lasting(self) -> bool:
        """True where what `text` says cannot change later."""
        return bool(self.state & LASTING)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Frame:
    """One activation of a function. `parent` is the id of the frame that was running when it was entered, or -1."""

    id: int
    function: str
    path: str
    parent: int
    thread: int = 0
    line: int = 1


@dataclass(frozen=True, slots=True)
class Node:
    """One value at one moment. Inputs are ids of EARLIER nodes, so creation order is a topological order."""

    id: int
    site: Site
    frame: int
    inputs: tuple[int, ...]
    labels: tuple[str, ...]
    value: object
    control: int = -1  # the test node that let this one run


class View(Sequence[T]):
    """Rows as objects, each made when it is asked for."""

    @abstractmethod
    def made(self, number: int) -> T:
        """Make the object of one row."""

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self.made(number) for number in range(*place.indices(len(self)))]
        return self.made(range(len(self))[place])


class Nodes(View[Node]):
    """The nodes of a trace."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns.site)

    def made(self, number: int) -> Node:
        """Make the node of one row."""
        columns = self._columns
        first, last = columns.first[number], columns.first[number + 1]
        labels = tuple([columns.words[code] for code in columns.labels[first:last]])
        value = columns.values[number]
        return Node(
            number,
            columns.table[columns.site[number]],
            columns.frame[number],
            tuple(columns.inputs[first:last]),
            labels,
            Picture(*value) if type(value) is tuple else value,
            columns.control[number],
        )


@dataclass(frozen=True, slots=True)
class Trace:
    """A run as a graph. `lost` counts events that could not be placed: 0 where the linker understood everything."""

    name: str
    columns: Columns
    frames: Sequence[Frame]
    lost: int = 0
    imported: int = 0  # so many of the first nodes are of what ran before the chapter, while modules were imported
    modules: tuple[Structure, ...] = ()

    @property
    def sites(self) -> Mapping[str, tuple[Site, ...]]:
        """All places at which something could be recorded, by file."""
        return {module.path: module.sites for module in self.modules}

    def source_lines(self, path: str) -> tuple[str, ...]:
        """The lines of a file, with their ends; none of one that is not recorded."""
        return next((module.lines for module in self.modules if module.path == path), ())

    @property
    def nodes(self) -> Nodes:
        """All nodes in the order in which they came to be."""
        return Nodes(self.columns)

    def __len__(self) -> int:
        return len(self.columns.site)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, keep: frozenset[int] | None = None) -> Iterator[str]:
        """Write the one text form, a line a node: id, kind, text, inputs, value, place; `keep` selects node ids."""
        numbers = range(len(self)) if keep is None else sorted(keep)
        return (line_of(self.nodes[number], self.may_have_changed(number)) for number in numbers)

    def changed_since(self, node: int) -> int:
        """Find the next node at which the object of a node's value was changed, or is seen changed; -1: none."""
        return max(-1, self._changed(node))

    def may_have_changed(self, node: int) -> bool:
        """Tell whether it was changed, or given to code that is not traced and not known to leave it as it is."""
        return self._changed(node) != -1

    def _changed(self, node: int) -> int:
        """Look it up in a column that is made from the last node down, as far as it is asked for."""
        columns = self.columns
        if columns.changed is None:
            columns.changed = NextChanges(columns, lambda frame: self.frames[frame].function.endswith(INITIAL))
        found: int = columns.changed[node]
        return found

    def check(self) -> list[str]:
        """List what is wrong with the graph: nothing where inputs are earlier nodes and every event was placed."""
        wrong = [f"%{n.id}: input %{i} is not earlier" for n in self.nodes for i in n.inputs if not 0 <= i < n.id]
        return wrong + ([f"{self.lost} events could not be placed"] if self.lost else [])


def show(value: object, width: int = 60, *, changed: bool = False) -> str:
    """Show a value in one line of at most `width` characters; `~` says that it may have `changed` since."""
    text = "~" * changed + (str(value) if isinstance(value, Picture) else repr(value))
    text = text.replace("\n", "\\n")
    return text if len(text) <= width else text[: width - 1] + "…"


def line_of(node: Node, changed: bool = False) -> str:
    """Write a node as a line: `%26 = op     (1 + rate)   (%24)   # 1.2   price.py:10`."""
    inputs = ", ".join((f"{label}=" if label else "") + f"%{i}" for i, label in zip(node.inputs, node.labels))
    text = " ".join(node.site.text.split())
    text = text if len(text) <= 40 else text[:39] + "…"
    control = f" if %{node.control}" if node.control >= 0 else ""
    place = f"{node.site.span.path}:{node.site.span.line}"
    value = show(node.value, changed=changed)
    return f"%{node.id:<4} = {node.site.kind:9} {text:40} ({inputs}){control}  # {value}  {place}"
