"""Trace + a node -> a why-tree: under each value what it came from, with what only passes a value on in one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tracec.passes.nouns.trace import CALLEE, PASSING, Site, Trace

DEEPEST = 6  # levels, where none were asked for; chosen
LINES = 30  # of a tree whose depth was not asked for; chosen
MOST = 8  # values under one; chosen
TURNS = 2  # earlier values of a variable that are told one under another, before the first one is; chosen
WALKED = 10_000  # earlier values of a variable that are counted; chosen
FOLDED = frozenset(["const", "import", "def", "class", "outside", "delete"])  # kinds that explain nothing
OPERATORS = frozenset(["op", "compare", "bool", "text", "display", "choose"])  # told with the expression they are in
UNTOLD = frozenset([CALLEE, "on", "decorator", "base", "from"])  # labels of what a value does not come from
MAIN = ('__name__ == "__main__"', "__name__ == '__main__'")
BECAUSE, CHANGED = "because", "changed"


@dataclass(frozen=True, slots=True)
class Why:
    """A value in a tree. `role` is "", `because` of a test that let its parent run, `changed` of what changed it.

    `way` are the nodes behind it that only pass the value on, up to where it came to be. `parts` are what it came from;
    `hidden` so many more that are not told, and `above` is the node whose parts are told already, -1 for none. `turns`
    is how many earlier values of its parent's variable lie between.
    """

    node: int
    role: str = ""
    way: tuple[int, ...] = ()
    parts: tuple[Why, ...] = ()
    hidden: int = 0
    above: int = -1
    turns: int = 0

    def __iter__(self) -> Iterator[Why]:
        """Go through the tree in the order in which it is told."""
        yield self
        for part in self.parts:
            yield from part


def why(trace: Trace, node: int, depth: int | None = None, *, control: bool = True) -> Why:
    """Grow the tree of a node: `depth` levels, or as many as make no more than some LINES; tests where `control`."""
    if depth is not None:
        return Tree(trace, control).grow(node, depth)
    found = Tree(trace, control).grow(node, 1)
    for deeper in range(2, DEEPEST + 1):
        tree = Tree(trace, control).grow(node, deeper)
        if sum(1 for _ in tree) > LINES:
            break
        found = tree
    return found


@dataclass(slots=True)
class Tree:
    """One tree as it grows: what was told, and at which places something is looped over."""

    trace: Trace
    control: bool
    told: set[int] = field(default_factory=set)
    tests: set[int] = field(default_factory=set)  # those of what was told, which are not told again below it

    def grow(self, node: int, depth: int, role: str = "", streak: int = 0, turns: int = 0) -> Why:
        """Grow what lies below a node."""
        way = tuple(self.way(node))
        origin = way[-1] if way else node
        below = self.below(node, way)
        if origin in self.told and below:
            return Why(node, role, way, above=origin, turns=turns)
        if not depth:
            return Why(node, role, way, hidden=len(below), turns=turns)
        self.told.update((node, *way))
        self.tests.update(source for source, word in below if word == BECAUSE)
        parts = [self.part(origin, role, source, word, depth - 1, streak) for source, word in below[:MOST]]
        return Why(node, role, way, tuple(parts), len(below) - len(parts), turns=turns)

    def part(self, parent: int, above: str, node: int, role: str, depth: int, streak: int) -> Why:
        """Grow one part; of many earlier values of one variable, or changes of one object, the first after a few."""
        if not (above == CHANGED if role == CHANGED else self.repeats(parent, node, role)):
            return self.grow(node, depth, role)
        if streak < TURNS:
            return self.grow(node, depth, role, streak + 1)
        first, turns = self.first(node, role)
        return self.grow(first, depth, role, 0, turns)

    def first(self, node: int, role: str) -> tuple[int, int]:
        """Find the first of the values that a variable had before, or of such changes, and how many lie between."""
        for turns in range(WALKED):
            given = self.data(node).items()
            earlier = [s for s, word in given if word == role and (role == CHANGED or self.repeats(node, s, role))]
            if not earlier:
                return node, turns
            node = earlier[0]
        return node, WALKED

    def repeats(self, one: int, other: int, role: str) -> bool:
        """Tell whether two nodes are values of one variable of one frame."""
        columns = self.trace.columns
        here, there = self.site(one).binds, self.site(other).binds
        return not role and here != () and here == there and columns.frame[one] == columns.frame[other]

    def site(self, node: int) -> Site:
        """Return the place of a node."""
        number: int = self.trace.columns.site[node]
        return self.trace.columns.table[number]

    def below(self, node: int, way: tuple[int, ...]) -> list[tuple[int, str]]:
        """List what a value came from, and the tests that let it and what passed it on run."""
        found = self.data(way[-1] if way else node)
        for passing in (node, *way) if self.control else ():
            test = test_of(self.trace, passing)
            if test >= 0 and test not in self.tests:
                found.setdefault(test, BECAUSE)
        return list(found.items())

    def way(self, node: int) -> Iterator[int]:
        """Follow a value to where it came to be, as long as one node passes it on to the next."""
        values = self.trace.columns.values
        while self.site(node).kind in PASSING:
            given = [source for source, _ in self.given(node)]
            if len(given) != 1 or not same(values[node], values[given[0]]):
                return
            node = given[0]
            if self.site(node).kind in FOLDED - {"const"}:
                return
            yield node

    def given(self, node: int) -> list[tuple[int, str]]:
        """List the inputs that a node's value comes from: a call's result, what was stored, else all operands."""
        made = self.trace.nodes[node]
        pairs = [(source, word) for source, word in zip(made.inputs, made.labels) if word not in UNTOLD]
        words = {word for _, word in pairs}
        if made.site.kind == "call" and "return" in words:
            return [pair for pair in pairs if pair[1] == "return"]
        if made.site.kind in ("attr", "item") and "stored" in words:
            return [pair for pair in pairs if pair[1] in ("stored", CHANGED)]
        return [pair for pair in pairs if pair[1] != CHANGED] if made.site.kind == "store" else pairs

    def data(self, node: int) -> dict[int, str]:
        """Map the nodes that a value came from to their roles: operators of its own expression are looked through."""
        found: dict[int, str] = {}
        todo = self.given(node)[::-1]
        while todo:
            source, word = todo.pop()
            kind = self.site(source).kind
            if kind in OPERATORS and self.is_within(source, node):
                todo += self.given(source)[::-1]
            elif kind not in FOLDED:
                found.setdefault(source, CHANGED if word == CHANGED else "")
        return found

    def is_within(self, inner: int, outer: int) -> bool:
        """Tell whether a node belongs to the expression of another one."""
        columns = self.trace.columns
        same_frame = columns.frame[inner] == columns.frame[outer]
        return same_frame and not self.site(inner).binds and self.site(outer).span.holds(self.site(inner).span)


def test_of(trace: Trace, node: int) -> int:
    """Find the test that let a node run, -1 where there is none: loops and the test for a main program are none."""
    columns = trace.columns
    test: int = columns.control[node]
    while test >= 0:
        site = columns.table[columns.site[test]]
        if site.text in MAIN:
            return -1
        if site.kind == "loop":
            looped = columns.control[test]
            if looped < 0 or not begins_at(trace, test, looped):
                return -1
            test = looped
        elif site.operands:  # else it is a constant, as of `while True`
            return test
        test = columns.control[test]
    return -1


def begins_at(trace: Trace, loop: int, node: int) -> bool:
    """Tell whether a node was computed where a loop begins, so that what let it run let the loop run."""
    columns = trace.columns
    lines = [columns.table[columns.site[number]].span.line for number in (loop, node)]
    return lines[0] == lines[1] and bool(columns.frame[loop] == columns.frame[node])


def same(one: object, other: object) -> bool:
    """Tell whether two values are one: an equal plain value, or a picture of the same object."""
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one[:3] == other[:3]
    return one == other or (one != one and other != other)
