"""Nodes one by one -> Trace: the graph while it grows, a row for each node.

The linker builds with it from a log, and so may a front end that has no instrumented code.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tracec.passes.graph.node_values import FAR, NodeValues, packed
from tracec.passes.nouns.trace import Columns, Frame, Picture, Site, Structure, Trace
from tracec.runtime.record.chunks import Source
from tracec.runtime.record.picture import FLAT_IDS, PLAIN_IDS, picture

BLOCK = 1 << 15  # rows after which they go from lists, which are quick, into arrays, which are small; chosen


class Library:
    """What all traces of one log have in common: the table of sites, and the words for labels."""

    def __init__(self) -> None:
        self.table: list[Site] = []
        self.words = [""]
        self.plans: dict[str, Any] = {}  # by the structure's key
        self.stored: set[str] = set()  # attributes that some module stores
        self._codes = {"": 0}
        self._exceptions: dict[tuple[str, int], int] = {}

    def know(self, sites: Sequence[Site]) -> int:
        """Add sites to the table; return the number of the first."""
        first = len(self.table)
        self.table += sites
        return first

    def word(self, label: str) -> int:
        """Return the code of a label."""
        code = self._codes.setdefault(label, len(self._codes))
        if code == len(self.words):
            self.words.append(label)
        return code

    def exception_at(self, site: Site, kind: str) -> int:
        """Return the site of exceptions that end a frame at another site, or that it handles ("caught")."""
        number = self._exceptions.get((kind, id(site)))
        if number is None:
            shown = Site(site.id, kind, site.text, site.span, site.function, site.operands, site.labels, silent=True)
            number = self._exceptions[kind, id(site)] = self.know([shown])
        return number


class TraceBuilder:
    """Rows are appended to lists, of which the linker's loop knows each; `settle` empties them into the columns.

    A column is what `made` makes of a type code: an array, or what is on disk and is extended as one is.

    A front end of its own calls `enter` for each activation of a function, `record` for each value, and `trace` in the
    end. Edges go to earlier nodes only, so the order of the calls is a topological order.
    """

    def __init__(self, library: Library, source: Source | None = None, made: Callable[[str], Any] = array) -> None:
        self.library = library
        site, frame, control, first, inputs, labels = map(made, "iiiqiH")
        first.extend(array("q", [0]))
        self.columns = Columns(library.table, library.words, site, frame, control, first, inputs, labels)
        self.word, self.know = library.word, library.know
        self.values = NodeValues(source or Source(), made("q"))
        self.end = 0  # of the inputs that are in the column
        self.far: dict[int, int] = {}  # sites of older nodes that were asked for
        self.sites: list[int] = []
        self.frames: list[int] = []
        self.controls: list[int] = []
        self.counts: list[int] = []
        self.inputs: list[int] = []
        self.labels: list[int] = []
        self.entered: list[Frame] = []
        self.places: dict[int, int] = {}  # id of a site -> its number in the table

    def enter(self, function: str, path: str, line: int = 1, parent: int = -1, thread: int = 0) -> int:
        """Begin a frame; return its number. `parent` is the frame that was running, -1 for none."""
        number = len(self.entered)
        self.entered.append(Frame(number, function, path, parent, thread, line))
        return number

    def record(
        self,
        site: Site,
        value: object,
        inputs: Sequence[int] = (),
        labels: Sequence[str] = (),
        *,
        control: int = -1,
        frame: int = 0,
    ) -> int:
        """Add what a site gave in a frame; return the node's number.

        `inputs` are earlier nodes, with a label each where they are not plain operands; `control` is the test that let
        the node run. The value is kept as it is where it cannot change, else a picture of it. ValueError for an input
        that is not earlier, or a frame that was not entered.
        """
        number = len(self.values)
        wrong = [node for node in inputs if not 0 <= node < number]
        wrong += [control] if not -1 <= control < number else []
        if wrong or not 0 <= frame < len(self.entered):
            raise ValueError(f"node {number} depends on {wrong}, in frame {frame} of {len(self.entered)}")
        at = self.places.get(id(site))
        if at is None:
            at = self.places[id(site)] = self.know([site])
        words = [self.word(label) for label in (*labels, *[""] * len(inputs))][: len(inputs)]
        return self.add(at, frame, control, inputs, words, kept(value))

    def trace(
        self,
        name: str,
        frames: Sequence[Frame] | None = None,
        *,
        lost: int = 0,
        imported: int = 0,
        modules: Sequence[Structure] = (),
    ) -> Trace:
        """The graph so far. `frames` are those of a front end that keeps its own."""
        self.settle(always=True)
        for column in ("site", "frame", "control", "first", "inputs", "labels"):
            setattr(self.columns, column, closed(getattr(self.columns, column)))
        self.values.column = closed(self.values.column)
        self.columns.values = self.values.settled()
        return Trace(name, self.columns, self.entered if frames is None else frames, lost, imported, tuple(modules))

    def add(
        self,
        site: int,
        frame: int,
        control: int,
        inputs: Sequence[int],
        labels: Sequence[int],
        value: object,
        like: int = -1,
    ) -> int:
        """Add a node; return its number. Its value may be that of the event at hand, or of a node that it is `like`."""
        number = self.values.add(value, like)
        self.sites.append(site)
        self.frames.append(frame)
        self.controls.append(control)
        self.counts.append(len(inputs))
        self.inputs += inputs
        self.labels += labels
        return number

    def site_of(self, node: int) -> int:
        """Return the number of a node's site."""
        place = node - self.values.laid
        if place >= 0:
            return self.sites[place]
        found = self.far.get(node, -1)
        if found < 0:
            if len(self.far) >= FAR:
                self.far.clear()
            found = self.far[node] = self.columns.site[node]
        return found

    def rows(self, begin: int) -> Iterator[tuple[int, int, int]]:
        """(node, site, frame) of the nodes from one on."""
        laid, columns = self.values.laid, self.columns
        for low in range(begin, laid, BLOCK):
            high = min(low + BLOCK, laid)
            yield from zip(range(low, high), columns.site[low:high], columns.frame[low:high])
        last = max(begin, laid)
        yield from zip(range(last, len(self.values)), self.sites[last - laid :], self.frames[last - laid :])

    def settle(self, always: bool = False) -> None:
        """Empty the lists into the columns if they are long."""
        if len(self.sites) < BLOCK and not always:
            return
        columns = self.columns
        for column, rows in (
            (columns.site, self.sites), (columns.frame, self.frames), (columns.control, self.controls),
            (columns.inputs, self.inputs), (columns.labels, self.labels),
        ):  # fmt: skip
            column.extend(packed(column.typecode, rows))
            rows.clear()
        ends: list[int] = []
        for count in self.counts:
            self.end += count
            ends.append(self.end)
        columns.first.extend(packed("q", ends))
        self.counts.clear()
        self.values.settle()


def closed(column: Any) -> Any:
    """A column that grows no more."""
    return column if isinstance(column, array) else column.closed()


def kept(value: object) -> object:
    """A value as a row has it: itself where it is plain, else the fields of its picture."""
    kind = id(type(value))
    if isinstance(value, Picture):
        return value.type, value.text, value.identity, value.state, value.size
    return value if kind in PLAIN_IDS or kind in FLAT_IDS else picture(value)
