"""Tokens and marks: which frame runs, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.passes.link.state import Live, Place, Static, Strand
from tracec.passes.link.values import Values
from tracec.passes.trace import Frame, Picture, Segment, Site


class Linker(Values):
    """Builds one Trace. Nodes are appended in the order of the stream, one thread after another."""

    def link(self, streams: Sequence[tuple[int, Sequence[object]]]) -> None:
        """Replay streams that belong together."""
        self.strands = {}
        for thread, events in turns(streams):
            self.run(thread, events)

    def run(self, thread: int, events: Sequence[object]) -> None:
        """Replay what one thread did without another in between."""
        self.strand = strand = self.strands.setdefault(thread, Strand(thread))
        self.stack = strand.stack
        for event in events:
            if type(event) is not tuple:
                value = event
            elif len(event) == 2:
                strand.raising = self.token(event[0], event[1], strand.mark)
                strand.mark = 0
                continue
            elif len(event) == 1:
                strand.mark = event[0]
                self.resume(event[0])
                continue
            else:
                value = Picture(*event)
            if strand.mark and strand.mark not in self.marked:
                self.lost += not self.cut  # of a frame that is not known
            elif strand.raising:
                self.raise_(value)
                strand.raising = False
            else:
                self.value(value)
            strand.mark = 0

    def token(self, module: int, number: int, mark: int) -> bool:
        """A segment begins; True where the next event is the exception that ends a frame."""
        static = self.modules[module]
        if static is None:
            self.lost += 1
            return False
        segment = static.segments[number]
        if segment.kind == "entry":
            self.enter(static, segment, 0 if mark in self.marked else mark)
            return False
        frame = self.find(static, segment.function) or self.begun(static, segment, mark)
        if frame is None:
            self.lost += segment.kind == "block"
        elif segment.kind == "block":
            self.silent(frame, (segment.parent, segment.resume))
            self.interrupted(frame, (segment.parent, segment.resume))
            frame.place = (number, 0)
        elif segment.kind == "exit":
            self.silent(frame)
            self.leave(frame)
        elif segment.kind == "raise":
            return True
        else:
            self.suspend(frame, segment.kind)
        return False

    def begun(self, static: Static, segment: Segment, mark: int) -> Live | None:
        """A frame whose beginning was not kept. All frames seen so far ran above it, so they have ended."""
        if not self.cut or segment.kind == "exit":
            return None
        if not mark:
            self.stack.clear()
        live = self.enter(static, segment, mark)
        live.place = (segment.id, len(segment.sites))
        return live

    def interrupted(self, frame: Live, goal: Place) -> None:
        """A jump away from a site under way was an exception: what it had read led to what comes next."""
        site = self.pending(frame)
        if site is not None and frame.place != goal:
            frame.children += [node for node, _ in self.operands(frame, site)]

    def enter(self, static: Static, segment: Segment, mark: int) -> Live:
        function = static.functions[segment.function]
        comp = function.kind == "comp"
        while comp and self.stack and self.stack[-1].function is function:
            self.stack.pop()
        parent = self.stack[-1] if self.stack else None
        outer = self.latest_of.get((id(static), function.parent))
        live = Live(len(self.frames), static, function, (segment.id, 0), parent, outer, mark=mark)
        self.frames.append(
            Frame(live.id, function.qualname, static.path, -1 if parent is None else parent.id, self.strand.thread)
        )
        if comp and outer is not None:
            live.env = outer.comps.setdefault(function.id, {})
        elif function.kind == "module":
            live.env = static.env
        if not comp:
            self.latest_of[id(static), function.id] = live
        if mark:
            self.marked[mark] = live
        if parent is not None and comp:
            live.children, parent.children = parent.children, []  # what its iterator just ran gave the loop's variables
        if parent is not None:
            made = function.qualname.rpartition(".")[2] if function.kind == "class" else ""
            self.silent(parent, unasked=function.qualname.endswith("__"), made=made)
            live.argument_site = self.pending(parent)
        self.stack.append(live)
        return live

    def resume(self, mark: int) -> None:
        """A generator's or coroutine's frame goes on: it is the one on top now."""
        live = self.marked.get(mark)
        if live is None:
            return
        live.paused = False
        for strand in self.strands.values():
            if live in strand.stack:
                del strand.stack[strand.stack.index(live) + (strand is self.strand) :]
        if live not in self.stack:
            self.stack.append(live)

    def find(self, static: Static, function: int) -> Live | None:
        """The innermost frame of a function; what lies above it ended without a word, or sleeps."""
        wanted = static.functions[function]
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].function is wanted:
                del self.stack[depth + 1 :]
                return self.stack[depth]
        return None

    def suspend(self, frame: Live, kind: str) -> None:
        if kind == "leave":
            self.silent(frame)
            self.stack.remove(frame)
            if self.stack and frame.newest >= 0:
                self.stack[-1].children.append(frame.newest)
        else:
            frame.paused = True

    def raise_(self, value: object) -> None:
        """A frame ends by an exception: a node over what was under way."""
        frame = self.stack[-1] if self.stack else None
        if frame is None:
            self.lost += not self.cut
            return
        self.silent(frame, failing=True)
        site = self.under_way(frame)
        refs = self.operands(frame, site) if site is not None else []
        inputs = list(dict.fromkeys([i for i, _ in refs] + frame.children))
        where = site or (self.nodes[frame.newest].site if frame.newest >= 0 else frame.module.first_of(frame.function))
        if where is None:
            self.leave(frame)
            return
        shown = Site(where.id, "exception", where.text, where.span, where.function, silent=True)
        self.raised = self.add(frame, shown, inputs, [""] * len(inputs), value)
        frame.children = []
        frame.result = self.raised
        if not frame.function.lasting:
            self.leave(frame)


def turns(streams: Sequence[tuple[int, Sequence[object]]]) -> list[tuple[int, Sequence[object]]]:
    """Streams -> (thread, events) in the order in which they happened.

    Where a thread goes on after another one, its stream has an event (number,) * 3: numbers grow over all threads.
    """
    found: list[tuple[int, int, Sequence[object]]] = []
    for thread, events in streams:
        places = [n for n, event in enumerate(events) if type(event) is tuple and len(event) == 3]
        numbers = [0, *(events[n][0] for n in places)]  # type: ignore[index]
        pieces = zip([-1, *places], [*places, len(events)])
        found += [(number, thread, events[a + 1 : b]) for number, (a, b) in zip(numbers, pieces)]
    return [(thread, events) for _, thread, events in sorted(found, key=lambda turn: turn[0])]
