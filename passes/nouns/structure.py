"""The static nouns of tracing: Site, Segment, Function, Structure; and Columns, the rows that a linker makes."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from tracec.passes.nouns.span import Span

CALLEE = "()"  # the label of what a call calls, where that is a variable
# Kinds of nodes that have the value of an input as it is, or may have it.
PASSING = frozenset(["param", "bind", "return", "attr", "store", "out", "loop", "choose", "call", "name", "read"])
Numbers = Any  # an array, or what is read as one: it may lie on disk
Ref = int | str  # an operand: the id of an earlier site of the same function, or a variable's name


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the source where a value appears. `id` counts within its module.

    `kind` is one of param, call, op, compare, bool, choose, attr, item, text, display, comp, const, bind, aug, loop,
    with, except, match, store, delete, import, def, class, test, assert, raise, return, out, yield, await, name (the
    read of a variable of the module; it has a node only where that tells more than the variable's own), read (the same
    where it may be left out; or of any variable that is set anew before what reads it is done), outside (a variable
    that something else has set), exception (which ended a frame), caught (which its frame handles). A `silent` site
    leaves no event: its value follows from its operands or its text.
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


# Bits of `Segment.jumps`: how it may leave its place, or what it is of a loop.
RETURNS: Final = 1
RAISES: Final = 2
BREAKS: Final = 4
CONTINUES: Final = 8
LOOP_BODY: Final = 16
WHILE_TEST: Final = 32
ELEMENT: Final = 64  # it makes an element of a comprehension
FINALLY: Final = 128  # control comes to it from anywhere in its `try`, and may go on to anywhere
FOLLOWS: Final = 256  # it follows a `with`, which may have caught an exception
JUMPS = {  # by the letters with which a packed structure writes them
    "r": RETURNS, "x": RAISES, "b": BREAKS, "c": CONTINUES, "l": LOOP_BODY, "t": WHILE_TEST, "e": ELEMENT,
    "f": FINALLY, "w": FOLLOWS,
}  # fmt: skip


class TryBody(NamedTuple):
    """The sites of a `try`, by their ids: a handler guards those from `first` to `end`; up to `rest` is the `else`."""

    first: int
    end: int
    rest: int


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
    jumps: int = 0  # the bits of RETURNS and the like that hold of it
    over: TryBody | None = None  # of a handler: what it guards


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
        """Read rows of plain data, in the order of the fields, and the source's text: see `Layout.pack`."""
        path, lines = packed["path"], lines_of(packed["text"])
        sites = []
        for number, (kind, place, function, operands, labels, binds, *rest) in enumerate(packed["sites"]):
            span, refs = Span(path, *place), tuple(operands)
            names = tuple(labels) or ("",) * len(refs)
            sites.append(Site(number, kind, text_at(lines, span), span, function, refs, names, tuple(binds), *rest))
        functions = [Function(n, *map(fixed, row)) for n, row in enumerate(packed["functions"])]
        segments = [segment_of(n, row) for n, row in enumerate(packed["segments"])]
        return Structure(
            packed["key"], path, packed["grain"], tuple(functions), tuple(segments), tuple(sites), tuple(lines)
        )

    def fault(self) -> str:
        """What is wrong with numbers that lead from one row to another; "" where each leads to one that is there."""
        sites, functions = len(self.sites), len(self.functions)
        for f in self.functions:
            if not (-1 <= f.parent < f.id and -1 <= f.site < sites):
                return f"function {f.id}"
        for s in self.segments:
            inside = all(0 <= number < sites for number in s.sites)
            if not (-1 <= s.parent < s.id and 0 <= s.function < functions and -1 <= s.guard < sites and inside):
                return f"segment {s.id}"
        return next((f"site {site.id}" for site in self.sites if not 0 <= site.function < functions), "")


def segment_of(number: int, row: Sequence[Any]) -> Segment:
    """Read the row of a segment, in the order of the fields."""
    *plain, letters, over = map(fixed, row)
    fields = [*plain, sum({JUMPS[letter] for letter in letters}), TryBody(*over) if over else None]
    return Segment(number, *fields)


def fixed(value: Any) -> Any:
    """Make a list a tuple; give anything else back."""
    return tuple(value) if isinstance(value, list) else value


def lines_of(text: str) -> list[str]:
    """Split a text into lines as Python counts them, with their ends: a form feed or U+2028 does not end one."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def text_at(lines: Sequence[str], span: Span) -> str:
    """Return the source text of a span."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column : span.end_column]
    first, last = lines[span.line - 1][span.column :], lines[span.end_line - 1][: span.end_column]
    return "".join([first, *lines[span.line : span.end_line - 1], last])


@dataclass(slots=True, eq=False)
class Columns:
    """All nodes, a row each: indices into `table`, `words` and the frames, and inputs laid end to end.

    Values that are not plain are tuples in the order of Picture's fields.
    """

    table: list[Site] = field(default_factory=list)
    words: list[str] = field(default_factory=lambda: [""])
    site: Numbers = field(default_factory=lambda: array("i"))
    frame: Numbers = field(default_factory=lambda: array("i"))
    control: Numbers = field(default_factory=lambda: array("i"))
    first: Numbers = field(default_factory=lambda: array("q", [0]))  # where a node's inputs begin; and the end
    inputs: Numbers = field(default_factory=lambda: array("i"))
    labels: Numbers = field(default_factory=lambda: array("H"))
    values: Any = field(default_factory=list)  # a list, or what is read as one, such as `NodeValues`
    changed: Any = None  # a `NextChanges` of passes/nouns/mutations.py, once it is asked for
    contents: Any = None  # a `Contents` of passes/explain/contents.py, once it is asked for
