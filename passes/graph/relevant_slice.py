"""The relevant slice: the plain one, and what would have mattered had a test gone the other way.

A node that reads a variable, an attribute or an item depends potentially on each test that ran between the write it
sees and itself, if another outcome of that test could have written there. A node depends potentially on each earlier
test that could have left the loop or the function. What may raise within a `try` counts as a test: had it raised, the
rest of the body had not run, and a handler had. All are read from the structure alone, so they are too many rather than
too few. After Gyimóthy, Beszédes and Forgács, "An efficient relevant slicing method for debugging", 1999.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tracec.passes.graph.slice import Slice, marked
from tracec.passes.nouns.structure import BREAKS, CONTINUES, LOOP_BODY, RAISES, RETURNS, WHILE_TEST, TryBody
from tracec.passes.nouns.trace import Segment, Structure, Trace

RAISING = frozenset(["call", "item", "attr", "op", "compare", "loop", "await", "with", "aug", "import"])
WRITING = frozenset(["store", "delete", "call", "aug", "yield", "await"])
READING = WRITING | {"attr", "item", "loop", "op", "compare", "text", "display", "comp", "choose", "bool", "with"}


@dataclass(slots=True)
class Reach:
    """What another outcome of one test could do."""

    names: set[str] = field(default_factory=set)  # variables it could bind
    heap: bool = False  # it could change an object, or a variable of another frame
    leaves: bool = False  # it could end the function
    loops: set[int] = field(default_factory=set)  # the loops, by their guards, that it could leave, or a turn of which


def relevant(trace: Trace, start: Iterable[int]) -> Slice:
    """Find all nodes that may have mattered to some start node. Each potential edge is looked at once."""
    return Relevance(trace).slice(start)


class Relevance:
    """The tests of a trace, to be asked for several slices."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.reach: dict[int, Reach] = {}  # by the number of the test's site
        self.loops_of: dict[int, frozenset[int]] = {}  # site -> the bodies of the loops around it
        self.marks, self.near = bytearray(), array("i")  # of the slice at hand
        self.marked: dict[tuple[int, str], int] = {}  # frame and variable -> from which test on all are marked
        self.binders: dict[tuple[int, str], list[int]] = {}
        ran = {id(trace.columns.table[number]): number for number in set(trace.columns.site)}
        for module in trace.modules:
            base = next((ran[id(site)] - site.id for site in module.sites if id(site) in ran), -1)
            if base >= 0:
                self.survey(module, base, ran)
        self.tests: dict[int, list[int]] = defaultdict(list)  # frame -> its tests' nodes
        self.heap: list[int] = []  # nodes of tests that could change an object
        for node, site in enumerate(trace.columns.site):
            reach = self.reach.get(site)
            if reach is not None:
                self.tests[trace.columns.frame[node]].append(node)
                if reach.heap:
                    self.heap.append(node)

    # --- what is static ---

    def survey(self, module: Structure, base: int, ran: Container[int]) -> None:
        """Note what each test of a module that `ran` could do, and which loops its sites are in."""
        below: dict[int, list[Segment]] = defaultdict(list)
        guarded: dict[int, list[Segment]] = defaultdict(list)
        for segment in module.segments:
            if segment.parent >= 0:
                below[segment.parent].append(segment)
            if segment.guard >= 0:
                guarded[segment.guard].append(segment)
        around = {segment.id: frozenset(self.bodies(module, segment)) for segment in module.segments}
        for segment in module.segments:
            for site in segment.sites:
                self.loops_of[site + base] = around[segment.id]
        for test, segments in guarded.items():
            if id(module.sites[test]) not in ran:
                continue
            inside = [s for segment in segments for s in self.all_below(segment, below)]
            function = module.functions[module.sites[test].function]
            self.reach[test + base] = reach = self.reach_of(module, function.id, inside, around)
            reach.heap = reach.heap or function.kind == "comp"  # it could put an element in

        for handler in module.segments:
            if handler.over is not None:
                self.guarded(module, base, ran, handler, handler.over, [*self.all_below(handler, below)], around)

    def guarded(
        self,
        module: Structure,
        base: int,
        ran: Container[int],
        handler: Segment,
        over: TryBody,
        inside: list[Segment],
        around: dict[int, frozenset[int]],
    ) -> None:
        """Note what each site of a `try` that may raise could do: run a handler, and leave the rest of the body."""
        own = [n for n in range(over.first, over.rest) if module.sites[n].function == handler.function]
        body = frozenset({-1 - over.first})  # as if it were a loop
        for number in own:
            self.loops_of[number + base] = self.loops_of.get(number + base, frozenset()) | body
        for number in own:
            site = module.sites[number]
            if number >= over.end or site.kind not in RAISING or id(site) not in ran:
                continue
            could = self.reach_of(module, handler.function, inside, around)
            left = [module.sites[n] for n in own if n > number]
            could.names.update(name for site in left for name in site.binds)
            could.heap = could.heap or any(site.kind in WRITING for site in left)
            could.loops |= body
            known = self.reach.setdefault(number + base, could)
            known.names |= could.names
            known.heap, known.leaves = known.heap or could.heap, known.leaves or could.leaves
            known.loops |= could.loops

    def bodies(self, module: Structure, segment: Segment) -> Iterator[int]:
        """Yield the loops around a segment, by the guard of their bodies: a body goes on in segments of its own."""
        while True:
            if segment.jumps & LOOP_BODY or segment.jumps == WHILE_TEST:
                yield segment.guard if segment.jumps & LOOP_BODY else self.guard_of(module, segment)
            if segment.parent < 0:
                return
            segment = module.segments[segment.parent]

    def guard_of(self, module: Structure, test: Segment) -> int:
        """Return the guard of the loop whose test stands in a segment."""
        return next((s.guard for s in module.segments if s.jumps & LOOP_BODY and s.guard in test.sites), -1)

    def all_below(self, segment: Segment, below: dict[int, list[Segment]]) -> Iterator[Segment]:
        """Yield a segment and all segments below it."""
        todo = [segment]
        while todo:
            found = todo.pop()
            yield found
            todo += below[found.id]

    def reach_of(
        self, module: Structure, function: int, inside: list[Segment], around: dict[int, frozenset[int]]
    ) -> Reach:
        """Work out what a test could do that guards the segments `inside`."""
        own = frozenset(s.guard for s in inside if s.jumps & LOOP_BODY)
        reach = Reach(leaves=any(s.jumps & (RETURNS | RAISES) for s in inside))
        left = {loop for s in inside if s.jumps & (BREAKS | CONTINUES) for loop in around[s.id]}
        reach.loops = left - own
        covered = list(inside)
        if reach.leaves:
            covered = [s for s in module.segments if s.function == function]
        elif reach.loops:
            covered += [s for s in module.segments if s.function == function and around[s.id] & reach.loops]
        for segment in covered:
            for number in segment.sites:
                site = module.sites[number]
                reach.names.update(site.binds)
                reach.heap = reach.heap or site.kind in WRITING
        return reach

    # --- what ran ---

    def slice(self, start: Iterable[int]) -> Slice:
        """Make the relevant slice from some nodes; `near` tells afterwards how many edges each node of it is away."""
        columns = self.trace.columns
        self.marks = marks = marked(start, len(self.trace))
        self.near = near = array("i", [len(self.trace)]) * len(self.trace)
        self.marked.clear()
        seen: set[tuple[int, frozenset[int] | None]] = set()
        changed = len(self.trace)  # tests from here on that could change an object are looked at
        node = marks.rfind(1)
        for first in Slice(marks):
            near[first] = 0
        while node >= 0:
            sources = columns.inputs[columns.first[node] : columns.first[node + 1]]
            self.mark(sources, near[node])
            if columns.control[node] >= 0:
                self.mark([columns.control[node]], near[node])
            site = columns.table[columns.site[node]]
            for ref in site.operands:
                if isinstance(ref, str):
                    self.unwritten(node, ref)
            if site.kind in READING:
                oldest = min(sources, default=0)
                low, high = bisect_left(self.heap, oldest), bisect_left(self.heap, min(node, changed))
                self.mark(self.heap[low:high], near[node])
                changed = min(changed, oldest) if low < high else changed
            self.jumps(columns.frame[node], node, seen)
            node = marks.rfind(1, 0, node)
        return Slice(marks)

    def mark(self, nodes: Iterable[int], steps: int) -> None:
        """Mark nodes on which a node depends that is `steps` edges away."""
        marks, near = self.marks, self.near
        for node in nodes:
            marks[node] = 1
            if near[node] > steps + 1:
                near[node] = steps + 1

    def unwritten(self, node: int, name: str) -> None:
        """Mark the tests that could have bound a variable between the write that a node sees and the node.

        Nodes come from the newest on, so a test that was marked for a later one is not looked at again.
        """
        columns, table = self.trace.columns, self.trace.columns.table
        sources = columns.inputs[columns.first[node] : columns.first[node + 1]]
        made = max((s for s in sources if name in table[columns.site[s]].binds), default=-1)
        frame = columns.frame[node]
        if made >= 0 and columns.frame[made] != frame:  # others may bind it too
            self.between((-1, ""), self.heap, made, node)
        while frame >= 0:
            self.between((frame, name), self.binding(frame, name), made, node)
            if not self.trace.frames[frame].function.startswith("<"):
                break
            frame = self.trace.frames[frame].parent

    def binding(self, frame: int, name: str) -> Sequence[int]:
        """Return the tests of a frame that could bind a variable."""
        if (frame, name) not in self.binders:
            site, tests = self.trace.columns.site, self.tests.get(frame, ())
            self.binders[frame, name] = [test for test in tests if name in self.reach[site[test]].names]
        return self.binders[frame, name]

    def between(self, key: tuple[int, str], tests: Sequence[int], made: int, node: int) -> None:
        """Mark the tests from `made` to `node` that are not marked yet."""
        low, high = bisect_left(tests, made), min(bisect_left(tests, node), self.marked.get(key, len(tests)))
        if low < high:
            self.mark(tests[low:high], self.near[node])
            self.marked[key] = low

    def jumps(self, frame: int, node: int, seen: set[tuple[int, frozenset[int] | None]]) -> None:
        """Mark the tests that could have left the loop or function before a node ran, in its frame and below."""
        columns = self.trace.columns
        loops: frozenset[int] | None = self.loops_of.get(columns.site[node], frozenset())
        steps = self.near[node]
        while frame >= 0 and (frame, loops) not in seen:
            seen.add((frame, loops))
            tests = self.tests.get(frame, [])
            for test in tests[: bisect_left(tests, node)]:
                reach = self.reach[columns.site[test]]
                if reach.leaves or (reach.loops if loops is None else reach.loops & loops):
                    self.mark([test], steps)
            frame, loops = self.trace.frames[frame].parent, None
