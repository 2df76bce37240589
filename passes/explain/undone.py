"""Trace -> the tests that kept something from being done, which would have changed what a node sees."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from tracec.passes.graph.relevant_slice import Relevance
from tracec.passes.nouns.trace import Picture, Trace

MOST = 2  # outcomes of one test that are told, the newest; chosen
LOOPS = frozenset(["loop", "caught", "except", "exception"])  # guards that are no tests


class Undone:
    """Asks one trace. A test that let the value come to be is none of these."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.relevance = Relevance(trace)
        segments = [(module.sites, segment) for module in trace.modules for segment in module.segments]
        guards = [(sites[s.guard], sites, s) for sites, s in segments if s.guard >= 0 and s.over is None]
        self.guards = {id(site) for site, _, _ in guards if site.kind not in LOOPS}
        # What a loop goes over: it says something where the loop had no turn.
        self.looped = {id(site) for site, sites, s in guards if any(sites[n].kind == "loop" for n in s.sites)}

    def before(self, node: int) -> list[int]:
        """List the tests that left undone what would have bound a variable, or changed an object, that a node reads."""
        found = [*self.unbound(node), *self.unchanged(node), *self.unstored(node)]
        return self.newest(test for test in found if test not in set(self.ancestors(node)))

    def returns(self, node: int) -> list[int]:
        """List the tests that could have left the function before a node ended it."""
        columns = self.trace.columns
        tests = self.tests(columns.frame[node], -1, node)
        leaving = [test for test in tests if self.relevance.reach[columns.site[test]].leaves]
        return self.newest(test for test in leaving if test not in set(self.ancestors(node)))

    def unbound(self, node: int) -> Iterator[int]:
        """Yield the tests between the write of a variable and its read that could have written it."""
        columns = self.trace.columns
        sources = columns.inputs[columns.first[node] : columns.first[node + 1]]
        for ref in columns.table[columns.site[node]].operands:
            makers = [s for s in sources if isinstance(ref, str) and ref in columns.table[columns.site[s]].binds]
            for made in makers[-1:]:
                if columns.frame[made] == columns.frame[node]:
                    tests = self.tests(columns.frame[node], made, node)
                    yield from (test for test in tests if ref in self.relevance.reach[columns.site[test]].names)

    def unchanged(self, node: int) -> Iterator[int]:
        """Yield the tests that could have changed an object between where it was made and where it is read whole."""
        made = self.trace.nodes[node]
        if not isinstance(made.value, Picture) or made.site.kind not in ("return", "call", "compare", "op", "loop"):
            return
        changes = {source for source, word in zip(made.inputs, made.labels) if word == "changed"}
        ran = {test for change in self.chain(changes) for test in self.ancestors(change)}
        for source, word in zip(made.inputs, made.labels):
            frame = self.trace.columns.frame[source]
            if word in ("", "self") and self.trace.nodes[source].site.kind in ("display", "comp", "call"):
                for test in self.tests(frame, source, node):
                    if self.relevance.reach[self.trace.columns.site[test]].heap and test not in ran:
                        yield test

    def unstored(self, node: int) -> Iterator[int]:
        """Yield the tests that let an earlier call of the function set what is read of an object, and now did not."""
        made, columns = self.trace.nodes[node], self.trace.columns
        stores = [source for source, word in zip(made.inputs, made.labels) if word == "stored"]
        if made.site.kind in ("item", "attr") and any(columns.frame[store] != made.frame for store in stores):
            let = [test for store in stores for test in self.ancestors(store) if self.is_beside(test, store)]
            sites = {columns.site[test] for test in let}
            yield from (test for test in self.tests(made.frame, -1, node) if columns.site[test] in sites)

    def is_beside(self, one: int, other: int) -> bool:
        """Tell whether two nodes are of the same call."""
        frames = self.trace.columns.frame
        return bool(frames[one] == frames[other])

    def chain(self, changes: set[int]) -> Iterator[int]:
        """Yield changes of an object, and those before them."""
        todo, seen = [*changes], set(changes)
        while todo:
            node = todo.pop()
            yield node
            made = self.trace.nodes[node]
            for source, word in zip(made.inputs, made.labels):
                if word == "changed" and source not in seen:
                    seen.add(source)
                    todo.append(source)

    def tests(self, frame: int, after: int, before: int) -> Sequence[int]:
        """Return the tests of a frame that ran between two nodes, and decide by a value that was recorded."""
        tests = self.relevance.tests.get(frame, [])
        between = tests[bisect_left(tests, after + 1) : bisect_left(tests, before)]
        return [test for test in between if self.decides(test)]

    def decides(self, test: int) -> bool:
        """Tell whether a node is a test that a person would call so; of what is looped over, only where it is empty."""
        site = self.trace.columns.table[self.trace.columns.site[test]]
        value = self.trace.columns.values[test]
        if id(site) in self.looped:
            return isinstance(value, tuple) and value[4] == 0
        return id(site) in self.guards

    def ancestors(self, node: int) -> Iterator[int]:
        """Yield the tests that let a node run."""
        control = self.trace.columns.control
        test = control[node]
        while test >= 0:
            yield test
            test = control[test]

    def newest(self, tests: Iterable[int]) -> list[int]:
        """Keep the last few outcomes of each test."""
        columns = self.trace.columns
        kept: dict[int, list[int]] = {}
        for test in sorted(set(tests), reverse=True):
            rows = kept.setdefault(columns.site[test], [])
            if len(rows) < MOST:
                rows.append(test)
        return [test for rows in kept.values() for test in rows]
