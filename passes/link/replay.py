"""Tokens and marks: which frame runs, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.passes.link.state import Live, Place, Static
from tracec.passes.link.values import Values
from tracec.passes.trace import Frame, Picture, Segment, Site


class Linker(Values):
    """Builds one Trace. Nodes are appended in the order of the stream, one thread after another."""

    def run(self, thread: int, events: Sequence[object]) -> None:
        """Replay the stream of one thread."""
        self.thread, self.stack, raising, mark = thread, [], False, 0
        for event in events:
            if type(event) is not tuple:
                value = event
            elif len(event) == 2:
                raising = self.token(event[0], event[1], mark)
                mark = 0
                continue
            elif len(event) == 1:
                mark = event[0]
                self.resume(mark)
                continue
            else:
                value = Picture(*event)
            if raising:
                self.raise_(value)
                raising = False
            else:
                self.value(value)
            mark = 0

    def token(self, module: int, number: int, mark: int) -> bool:
        """A segment begins; True where the next event is the exception that ends a frame."""
        static = self.modules[module]
        if static is None:
            self.lost += 1
            return False
        segment = static.segments[number]
        if segment.kind == "entry":
            self.enter(static, segment, mark)
            return False
        frame = self.find(static, segment.function)
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

    def interrupted(self, frame: Live, goal: Place) -> None:
        """A jump away from a site under way was an exception: what it had read led to what comes next."""
        site = self.pending(frame)
        if site is not None and frame.place != goal:
            frame.children += [node for node, _ in self.operands(frame, site)]

    def enter(self, static: Static, segment: Segment, mark: int) -> None:
        function = static.functions[segment.function]
        comp = function.kind == "comp"
        while comp and self.stack and self.stack[-1].function is function:
            self.stack.pop()
        parent = self.stack[-1] if self.stack else None
        outer = self.latest_of.get((id(static), function.parent))
        live = Live(len(self.frames), static, function, (segment.id, 0), parent, outer, mark=mark)
        self.frames.append(
            Frame(live.id, function.qualname, static.path, -1 if parent is None else parent.id, self.thread)
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
            self.silent(parent)
            live.argument_site = self.pending(parent)
        self.stack.append(live)

    def resume(self, mark: int) -> None:
        """A generator's or coroutine's frame goes on: it is the one on top now."""
        live = self.marked.get(mark)
        if live is None:
            return
        live.paused = False
        if live in self.stack:
            del self.stack[self.stack.index(live) + 1 :]
        else:
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
            self.lost += 1
            return
        self.silent(frame, failing=True)
        site = self.under_way(frame)
        refs = self.operands(frame, site) if site is not None else []
        inputs = list(dict.fromkeys([i for i, _ in refs] + frame.children))
        where = site or frame.module.sites[0] if frame.module.sites else None
        if where is None:
            self.leave(frame)
            return
        shown = Site(where.id, "exception", where.text, where.span, where.function, silent=True)
        self.raised = self.add(frame, shown, inputs, [""] * len(inputs), value)
        frame.children = []
        frame.result = self.raised
        if not frame.function.lasting:
            self.leave(frame)
