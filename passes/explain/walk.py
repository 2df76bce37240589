"""Trace + a node -> the values, tests and changes that it came from, the nearest first: the way back, stop by stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from tracec.passes.explain.contents import PARTS, changes_within
from tracec.passes.explain.road import CHANGE, TEST, UNDONE, VALUE
from tracec.passes.explain.undone import Undone
from tracec.passes.graph.select import target_of
from tracec.passes.graph.why import CHANGED, FOLDED, Tree, test_of
from tracec.passes.nouns.trace import Trace

MOST = 400  # stops that are looked at; chosen
PLAIN = frozenset(["const", "display", "text"])  # kinds that begin a road, where their parts are of these as well
LEAF = FOLDED | {"param"}
WHOLE = frozenset(["compare", "call", "return", "text", "op"])  # kinds that may look at all that an object holds
NEWEST = 2  # changes of what an object holds that are told; chosen
LOOP = 1  # the same for the value of a loop's variable, which is told where it is read; chosen
UNSURE = 2  # how much farther away what was left undone counts than what was done; chosen


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the way back: the node, what it is there as, and how far it is from the failure.

    `reader` is the node that the walk came from: it has the value where the node's own says nothing. `store` is the
    statement that stored the value right there, -1 for none.
    """

    node: int
    role: str
    distance: int
    reader: int = -1
    store: int = -1


@dataclass(slots=True)
class Walk:
    """One way back through a trace. What was visited is not visited again."""

    trace: Trace
    tree: Tree
    undone: Undone
    nearer: Callable[[int], int]  # by how much nearer a test counts, as it tells failing runs from passing ones
    todo: list[tuple[int, int, str, int]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    @staticmethod
    def through(trace: Trace, nearer: Callable[[int], int] = lambda node: 0) -> Walk:
        """Make a walk through a trace."""
        return Walk(trace, Tree(trace, True), Undone(trace), nearer)

    def back(self, node: int, read: Iterable[int] = ()) -> Iterator[Stop]:
        """Go back from a node, which is no stop itself, or from what was `read`; the nearest stops first."""
        if node >= 0:
            self.seen.add(node)
            self.ahead(node, (), 0)
        for source in read:
            self.note(source, VALUE, 1, -1)
        for _ in range(MOST):
            if not self.todo:
                return
            distance, negative, role, reader = heappop(self.todo)
            stop = self.stop(-negative, role, distance, reader)
            if stop is not None:
                yield stop

    def stop(self, node: int, role: str, distance: int, reader: int) -> Stop | None:
        """Visit one node: None where it is no stop of its own, as it only begins or hands on a value."""
        way = tuple(self.tree.way(node)) if role == VALUE else ()
        origin = way[-1] if way else node
        if origin in self.seen or (role == TEST and self.is_no_test(origin, reader)):
            return None
        self.seen.update((node, *way))
        distance -= self.nearer(node) if role in (TEST, UNDONE) else 0
        within = role == VALUE and not way and reader >= 0 and self.is_part(origin, reader)
        if self.tree.site(origin).kind == "comp" or within:  # it is told with what it is a part of
            self.ahead(origin, (node, *way), distance - 1)
            return None
        self.ahead(origin, (node, *way), distance)
        if role == VALUE and self.only_begins(origin):
            returns = [n for n in (node, *way) if self.tree.site(n).kind == "return"]
            return Stop(returns[-1], role, distance, reader) if returns else None
        passed = (reader, node, *way)[-2] if way else reader
        return Stop(origin, role, distance, passed, self.store(origin, (node, *way)))

    def store(self, origin: int, way: tuple[int, ...]) -> int:
        """Find the store among what handed a value on, in whose statement it came to be; -1 for none."""
        columns = self.trace.columns
        for node in way:
            here = self.tree.site(node)
            if here.kind == "store" and columns.frame[node] == columns.frame[origin]:
                return node if here.span.line == self.tree.site(origin).span.line else -1
        return -1

    def is_part(self, node: int, reader: int) -> bool:
        """Tell whether a value is told with the one that was read from it: a part of its expression, or unpacked."""
        columns = self.trace.columns
        if self.tree.is_within(node, reader):
            return True
        unpacked = self.tree.site(reader).kind in ("bind", "loop") and not self.tree.site(node).binds
        lines = [self.tree.site(n).span.line for n in (node, reader)]
        return unpacked and columns.frame[node] == columns.frame[reader] and lines[0] == lines[1]

    def only_begins(self, node: int) -> bool:
        """Tell whether a value is written there, or comes from what was not recorded."""
        kind = self.tree.site(node).kind
        parts = [source for source, word in self.tree.given(node) if word != CHANGED]
        plain = kind in PLAIN and all(self.tree.site(part).kind in PLAIN and self.only_begins(part) for part in parts)
        return kind in LEAF or plain

    def is_no_test(self, node: int, reader: int) -> bool:
        """Tell whether a test is a loop's, which had turns, or only let a part of its own expression be computed."""
        site = self.tree.site(node)
        return (id(site) in self.undone.looped and not self.undone.decides(node)) or (
            reader >= 0
            and self.trace.columns.frame[node] == self.trace.columns.frame[reader]
            and site.span.line == self.tree.site(reader).span.line
        )

    def ahead(self, origin: int, way: tuple[int, ...], distance: int) -> None:
        """Note what a node came from, for later."""
        raised = self.tree.site(origin).kind == "exception"  # what was noted in it since says nothing
        for source, word in self.tree.data(origin).items():
            if self.is_of_class(origin, source) or (raised and word == CHANGED):
                continue
            loop = LOOP if self.tree.site(source).kind == "loop" else 0
            self.note(source, CHANGE if word == CHANGED else VALUE, distance + 1 + loop, origin)
        for change in self.within(origin):  # nearer than the parts of a large value, which may be many
            self.note(change, CHANGE, distance, origin)
        for before in self.earlier_store(origin):
            self.note(before, CHANGE, distance + 1, -1)
        for passing in way or (origin,):
            test = test_of(self.trace, passing)
            if test >= 0:
                self.note(test, TEST, distance + 1, passing)
            for test in self.undone.before(passing):
                self.note(test, UNDONE, distance + 1, passing)
            if self.tree.site(passing).kind == "return" or self.tree.site(passing).returns:
                for test in self.undone.returns(passing):
                    self.note(test, UNDONE, distance + 1 + UNSURE, passing)

    def within(self, node: int) -> Iterator[int]:
        """Yield the newest changes of what an object holds that a node reads whole, and of what it reads of another."""
        made = self.trace.nodes[node]
        for source, word in zip(made.inputs, made.labels):
            if (word in ("", "self") and made.site.kind in WHOLE) or (word == "stored" and made.site.kind in PARTS):
                yield from changes_within(self.trace, source, node, itself=word == "stored")[:NEWEST]

    def is_of_class(self, node: int, source: int) -> bool:
        """Tell whether an attribute's source is what its class has by that name, behind the object's own."""
        made = self.trace.nodes[node]
        words = {word for number, word in zip(made.inputs, made.labels) if number == source}
        return made.site.kind == "attr" and words == {"of"} and len(made.inputs) > 1

    def note(self, node: int, role: str, distance: int, reader: int) -> None:
        """Put a node on the list."""
        if node not in self.seen:
            heappush(self.todo, (distance, -node, role, reader))

    def earlier_store(self, node: int) -> Iterator[int]:
        """Yield, for `self.total += n`, the store to the same attribute of the same object before it."""
        site = self.tree.site(node)
        if site.kind != "store" or not site.attr or "=" not in site.text or " = " in site.text:
            return
        wanted = name_of_store(target_of(site))
        made, passed = self.trace.nodes[node], set[int]()
        while made.id not in passed:
            passed.add(made.id)
            changes = [s for s, word in zip(made.inputs, made.labels) if word == CHANGED]
            if not changes:
                return
            made = self.trace.nodes[changes[-1]]
            if made.site.kind == "store" and name_of_store(target_of(made.site)) == wanted:
                yield made.id
                return


def name_of_store(text: str) -> str:
    """`self.total += n` -> `total`; `self.total` -> `total`."""
    return text.split("=")[0].rstrip("+-*/%@&|^<> ").rpartition(".")[2]
