"""The nouns of tracing: Site, Segment, Function, Structure (static) and Picture, Node, Frame, Trace (dynamic)."""

from __future__ import annotations

import re
from abc import abstractmethod
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tracec.passes.target import Span
from tracec.runtime.picture import LASTING, WHOLE

T = TypeVar("T")
Ref = int | str  # an operand: the id of an earlier site of the same function, or a variable's name


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the source where a value appears. `id` counts within its module.

    `kind` is one of param, call, op, compare, bool, choose, attr, item, text, display, comp, const, bind, aug, loop,
    with, except, match, store, delete, import, def, class, test, assert, raise, return, out, yield, await, exception. A
    `silent` site leaves no event: its value follows from its operands or its text.
    """

    id: int
    kind: str
    text: str
    span: Span
    function: int
    operands: tuple[Ref, ...] = ()
    # One for each operand: "", "self", "*", "**", a keyword's or parameter's name; "on" for the object that is changed,
    # "of" for what a part of the value comes from, "decorator", "base", "from".
    labels: tuple[str, ...] = ()
    binds: tuple[str, ...] = ()
    silent: bool = False
    attr: str = ""  # the attribute read or stored, the method or function called, the operator of `+=`
    returns: bool = False  # its event is the value that the function returns


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight run of sites that begins with a token in the stream.

    When its sites are used up the stream goes on in `parent` at `resume`, or, where it `waits`, at the next token.
    `kind` is entry, block, handler, exit, raise, pause (an await, or a yield from) or leave (a yield).
    """

    id: int
    kind: str
    function: int
    parent: int = -1
    resume: int = 0
    sites: tuple[int, ...] = ()
    waits: bool = False
    guard: int = -1  # the site that decided that this segment runs
    jumps: str = ""  # "r" return, "x" raise, "b" break, "c" continue; "l": a loop's body, "t": the test of a `while`
    # "e": an element of a comprehension


@dataclass(frozen=True, slots=True)
class Function:
    """What has frames. `kind` is module, class, def, generator, lambda or comp."""

    id: int
    kind: str
    qualname: str
    line: int
    parent: int = -1
    outside: tuple[str, ...] = ()  # names declared global or nonlocal
    lasting: bool = False  # it has a `finally`: only its exit token ends the frame
    params: tuple[str, ...] = ()
    shape: tuple[int, bool, bool] = (0, False, False)  # how many are positional, whether there are *args and **kwargs
    site: int = -1  # of the statement that defines it, among the sites of the frame around


@dataclass(frozen=True, slots=True)
class Structure:
    """All that is static of one instrumented module: what the linker replays against the stream."""

    key: str
    path: str
    grain: str
    functions: tuple[Function, ...]
    segments: tuple[Segment, ...]
    sites: tuple[Site, ...]
    lines: tuple[str, ...] = ()  # of the source, with their ends

    @staticmethod
    def unpack(packed: Mapping[str, Any]) -> Structure:
        """From rows of plain data, in the order of the fields, and the source's text: see `Layout.pack`."""
        path, lines = packed["path"], lines_of(packed["text"])
        sites = []
        for number, (kind, place, function, operands, labels, binds, *rest) in enumerate(packed["sites"]):
            span, refs = Span(path, *place), tuple(operands)
            names = tuple(labels) or ("",) * len(refs)
            sites.append(Site(number, kind, text_at(lines, span), span, function, refs, names, tuple(binds), *rest))
        functions = [Function(n, *map(fixed, row)) for n, row in enumerate(packed["functions"])]
        segments = [Segment(n, *map(fixed, row)) for n, row in enumerate(packed["segments"])]
        return Structure(
            packed["key"], path, packed["grain"], tuple(functions), tuple(segments), tuple(sites), tuple(lines)
        )


def fixed(value: Any) -> Any:
    """A list as a tuple."""
    return tuple(value) if isinstance(value, list) else value


def lines_of(text: str) -> list[str]:
    """Lines as Python counts them, with their ends: a form feed or U+2028 does not end one."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def text_at(lines: Sequence[str], span: Span) -> str:
    """The source text of a span."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column : span.end_column]
    first, last = lines[span.line - 1][span.column :], lines[span.end_line - 1][: span.end_column]
    return "".join([first, *lines[span.line : span.end_line - 1], last])


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

    @property
    def exact(self) -> bool:
        """True where both holds."""
        return self.state == WHOLE | LASTING

    def __str__(self) -> str:
        return self.text if self.exact else "~" + self.text


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


@dataclass(slots=True, eq=False)
class Columns:
    """All nodes, a row each: indices into `table`, `words` and the frames, and inputs laid end to end.

    Values that are not plain are tuples in the order of Picture's fields.
    """

    table: list[Site] = field(default_factory=list)
    words: list[str] = field(default_factory=lambda: [""])
    site: array[int] = field(default_factory=lambda: array("i"))
    frame: array[int] = field(default_factory=lambda: array("i"))
    control: array[int] = field(default_factory=lambda: array("i"))
    first: array[int] = field(default_factory=lambda: array("q", [0]))  # where a node's inputs begin; and the end
    inputs: array[int] = field(default_factory=lambda: array("i"))
    labels: array[int] = field(default_factory=lambda: array("H"))
    values: list[Any] = field(default_factory=list)


class View(Sequence[T]):
    """Rows as objects, each made when it is asked for."""

    @abstractmethod
    def made(self, number: int) -> T:
        """The object of one row."""

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

    @property
    def nodes(self) -> Nodes:
        """All nodes in the order in which they came to be."""
        return Nodes(self.columns)

    def __len__(self) -> int:
        return len(self.columns.site)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, keep: frozenset[int] | None = None) -> Iterator[str]:
        """The one text form, a line a node: id, kind, text, inputs, value, place; `keep` selects node ids."""
        numbers = range(len(self)) if keep is None else sorted(keep)
        return (line_of(self.nodes[number]) for number in numbers)

    def check(self) -> list[str]:
        """What is wrong with the graph: nothing where inputs are earlier nodes and every event was placed."""
        wrong = [f"%{n.id}: input %{i} is not earlier" for n in self.nodes for i in n.inputs if not 0 <= i < n.id]
        return wrong + ([f"{self.lost} events could not be placed"] if self.lost else [])


def show(value: object, width: int = 60) -> str:
    """A value for people, in one line of at most `width` characters."""
    text = str(value) if isinstance(value, Picture) else repr(value)
    text = text.replace("\n", "\\n")
    return text if len(text) <= width else text[: width - 1] + "…"


def line_of(node: Node) -> str:
    """`%26 = op     (1 + rate)   (%24)   # 1.2   price.py:10`."""
    inputs = ", ".join((f"{label}=" if label else "") + f"%{i}" for i, label in zip(node.inputs, node.labels))
    text = " ".join(node.site.text.split())
    text = text if len(text) <= 40 else text[:39] + "…"
    control = f" if %{node.control}" if node.control >= 0 else ""
    place = f"{node.site.span.path}:{node.site.span.line}"
    return f"%{node.id:<4} = {node.site.kind:9} {text:40} ({inputs}){control}  # {show(node.value)}  {place}"
