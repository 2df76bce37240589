"""Tokens and marks of a stream -> which frame runs, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracec.passes.link.plan import FAST, UNKNOWN, Module, Run, Step
from tracec.passes.link.state import Cursor, Live, Strand
from tracec.passes.link.thread_order import Feed, Turns
from tracec.passes.link.values import Values
from tracec.passes.nouns.trace import Function

RESUMING = frozenset(["send", "throw", "asend", "athrow"])  # methods that give a generator a value


class Linker(Values):
    """Builds one graph. Nodes are appended in the order of the stream, one turn of a thread after another."""

    def link(self, streams: Sequence[tuple[int, range]]) -> None:
        """Replay streams that belong together: (thread, numbers of its chunks)."""
        self.strands = {}
        source = self.values.source
        turns = Turns([Feed(thread, source.stream(numbers)) for thread, numbers in streams])
        while (place := turns.next()) >= 0:
            feed = turns.feeds[place]
            while feed.more():
                feed.place = self.play(feed.thread, feed.events, feed.place, feed.number)
                if feed.place < len(feed.events):
                    turns.wait(feed.turn(), place)
                    break
        self.graph.settle(always=True)

    def play(self, thread: int, events: list[Any], place: int, number: int) -> int:
        """Replay what one thread did up to the end, or to where another one goes on; return that place.

        `number` is that of the first event.
        """
        self.strand = strand = self.strands.setdefault(thread, Strand(thread))
        self.stack = stack = strand.stack
        values, end = self.values, len(events)
        while place < end:
            event = events[place]
            if type(event) is tuple and len(event) != 5:
                if len(event) == 3:
                    break
                self.follow(event, strand)
                place += 1
                continue
            values.at, values.event = number + place, event
            if strand.raising or strand.mark:
                self.told_of(event, strand)
                place += 1
            else:
                top = stack[-1] if stack else None
                waiting = top is not None and not (top.paused or top.children) and top.place < len(top.run.steps)
                if top is not None and waiting and top.run.steps[top.place].treatment == FAST:
                    gone = self.straight(events, place)
                    if gone > place:
                        place = gone
                        continue
                self.value(event)
                place += 1
            self.graph.settle()
        return place

    def follow(self, event: Any, strand: Strand) -> None:
        """Follow a token or a mark."""
        if len(event) == 2:
            strand.raising = self.token(event[0], event[1], strand.mark)
            strand.mark = 0
        else:
            strand.mark = event[0]
            self.resume(event[0])

    def told_of(self, value: Any, strand: Strand) -> None:
        """Place the value after a mark or a `raise` token."""
        if strand.mark and strand.mark not in self.marked:
            self.lost += not self.cut  # of a frame that is not known
        elif strand.raising:
            self.raise_(value)
            strand.raising = False
        else:
            self.value(value)
        strand.mark = 0

    def token(self, module: int, number: int, mark: int) -> bool:
        """Begin a segment; True where the next event is the exception that ends a frame."""
        plan = self.modules[module]
        if plan is None:
            self.lost += 1
            return False
        run = plan.runs[number]
        if run.kind == "entry":
            self.enter(plan, run, 0 if mark in self.marked else mark)
            return False
        frame = self.find(plan, run.function, run.kind) or self.begun(plan, run, mark)
        if frame is None:
            self.lost += run.kind in ("block", "handler")
        elif run.kind in ("block", "handler"):
            goal = run.parent, run.resume
            self.silent(frame, goal, failing=run.kind == "handler")
            if run.kind == "handler":
                self.caught(frame)
            else:
                self.interrupted(frame, goal)
            self.block(frame, run)
        elif run.kind == "exit":
            self.silent(frame)
            if frame.function.kind == "class":
                frame.module.classes[frame.function.id] = frame.env
            self.leave(frame)
        elif run.kind == "raise":
            return True
        else:
            self.suspend(frame, run.kind)
        return False

    def block(self, frame: Live, run: Run) -> None:
        """Go on with a frame in a block; its guard, the exception that it handles or the run around it let it begin."""
        control = frame.controls.get(run.parent, -1)
        if run.guard >= 0:
            control = frame.env.get(run.guard, control)
        elif run.kind == "handler":
            control = self.raised
        elif run.is_while_test:
            control = self.again(frame, run, control)
        frame.run, frame.place = run, 0
        frame.control = frame.controls[run.number] = control

    def again(self, frame: Live, run: Run, first: int) -> int:
        """Find what lets the test of a `while` run: the test before it, unless it is the `first`."""
        runs, inner = frame.module.runs, frame.run
        while inner.parent >= 0 and inner.parent != run.parent:
            inner = runs[inner.parent]
        body = inner.parent == run.parent and inner.is_loop_body
        asked = any(step.number == inner.guard for step in run.steps)
        return frame.env.get(inner.guard, first) if body and asked else first

    def begun(self, plan: Module, run: Run, mark: int) -> Live | None:
        """Enter a frame whose beginning was not kept. All frames seen so far ran above it, so they have ended."""
        if not self.cut or run.kind == "exit":
            return None
        if not mark:
            self.stack.clear()
        live = self.enter(plan, run, mark)
        live.place = len(run.steps)
        return live

    def interrupted(self, frame: Live, goal: Cursor) -> None:
        """Note a jump away from a site under way, an exception: what it had read led to what comes next."""
        step = self.pending(frame)
        if step is not None and (frame.run.number, frame.place) != goal:
            frame.children += self.operands(frame, step)[0]

    def enter(self, plan: Module, run: Run, mark: int) -> Live:
        """Enter a frame at its first run; `mark` is that of a generator or coroutine, or 0."""
        function = plan.functions[run.function]
        if function.kind == "comp":
            return self.enter_comp(plan, run, function)
        parent = self.stack[-1] if self.stack else None
        live = self.new_frame(plan, run, function, parent)
        live.mark = mark
        if parent is not None:
            made = function.qualname.rpartition(".")[2] if function.kind == "class" else ""
            loaded = plan if function.kind == "module" else None
            self.silent(parent, unasked=is_unasked(function), made=made, loaded=loaded)
            live.call = call = self.pending(parent)
            parent.entered = True
            live.control = parent.control
            if call is not None and call.site.kind == "call" and function.kind == "def" and not live.mark:
                parent.direct = parent.direct or call.site.attr == function.qualname.rpartition(".")[2]
        if function.kind == "generator":
            self.woken(live, function)
        live.outer = self.enclosing(plan, function, live)
        live.controls[run.number] = live.control
        if function.kind == "module":
            live.env = plan.env
        self.latest_of[id(plan), function.id] = live
        if mark:
            self.marked[mark] = live
        self.stack.append(live)
        return live

    def woken(self, live: Live, function: Function) -> None:
        """Begin the frame of a generator: its arguments were given when it was made, the first one first."""
        waiting = self.asleep.get(function.qualname.rpartition(".")[2])
        if waiting:
            made = waiting.pop(0)
            live.call, live.operands, live.maker = made.call, made.operands, made.caller

    def enter_comp(self, plan: Module, run: Run, function: Function) -> Live:
        """Enter a stage of a comprehension: in the frame on top, where that is the comprehension's already."""
        if self.stack and self.stack[-1].function is function:
            live = self.stack[-1]
            control = live.controls[-1]
            live.run, live.place = run, 0
            if run.guard >= 0:
                control = live.env.get(run.guard, control)
            live.control = live.controls[run.number] = control
            return live
        parent = self.stack[-1] if self.stack else None
        live = self.new_frame(plan, run, function, parent)
        live.outer = outer = self.latest_of.get((id(plan), function.parent))
        if outer is not None:
            live.env = outer.comps.setdefault(function.id, {})
        self.latest_of[id(plan), function.id] = live
        if parent is not None:
            # What its iterator just ran gave the loop's variables.
            live.children, parent.children = parent.children, []
            self.silent(parent)
            live.call, live.control = self.pending(parent), parent.control
        live.controls[-1] = live.controls[run.number] = live.control
        self.stack.append(live)
        return live

    def new_frame(self, plan: Module, run: Run, function: Function, parent: Live | None) -> Live:
        """Make a frame and count it."""
        live = Live(len(self.frames), plan, function, run, parent)
        self.frames.append(function, plan, -1 if parent is None else parent.id, self.strand.thread)
        return live

    def enclosing(self, plan: Module, function: Function, live: Live) -> Live | None:
        """Find the frame whose variables a function sees: the one that made it, where known, else the last one."""
        latest = self.latest_of.get((id(plan), function.parent))
        caller = live.maker or live.parent
        if latest is None or latest.function.kind in ("module", "class") or caller is None or live.call is None:
            return latest
        return self.maker(caller, live.call, function) or latest

    def maker(self, caller: Live, call: Step, function: Function) -> Live | None:
        """Find the frame that ran the definition of the function being called, by the name it is called by."""
        nodes = (
            [self.variable(caller, call.site.attr, call.site)]
            if call.site.attr and "self" not in call.site.labels
            else []
        )
        nodes += self.operands(caller, call)[0]
        for node in nodes:
            value = self.values[node]
            made = node if node in self.defined_in else self.closures.get(value[2], -1) if type(value) is tuple else -1
            frame = self.defined_in.get(made)
            if frame is not None and frame.function.id == function.parent:
                return frame
        return None

    def resume(self, mark: int) -> None:
        """Go on with the frame of a generator or coroutine: it is the one on top now."""
        live = self.marked.get(mark)
        if live is None:
            return
        live.paused = False
        for strand in self.strands.values():
            if live in strand.stack:
                del strand.stack[strand.stack.index(live) + (strand is self.strand) :]
        if live not in self.stack:
            if self.stack:
                self.sent(self.stack[-1], live)
            self.stack.append(live)

    def sent(self, caller: Live, live: Live) -> None:
        """Note that what `send` gives a generator comes from its argument."""
        step = self.pending(caller)
        if step is not None and step.site.kind == "call" and step.site.attr in RESUMING:
            nodes, labels = self.operands(caller, step)
            words = self.graph.columns.words
            live.children += [node for node, label in zip(nodes, labels) if words[label] == ""]

    def find(self, plan: Module, function: int, kind: str) -> Live | None:
        """Find the innermost frame of a function; what lies above it ended without a word, or sleeps."""
        wanted = plan.functions[function]
        stack = self.stack
        if stack and stack[-1].function is wanted:
            return stack[-1]
        for depth in range(len(stack) - 2, -1, -1):
            if stack[depth].function is wanted:
                while len(stack) > depth + 1:
                    above = stack.pop()
                    if above.function.kind == "comp" and kind in ("raise", "handler"):
                        self.broken_off(above, stack[-1])
                return stack[depth]
        return None

    def broken_off(self, comp: Live, below: Live) -> None:
        """Note that an exception came out of a comprehension, unless it stands between two elements."""
        if comp.children or comp.place < len(comp.run.steps):
            self.failed(comp, "exception", UNKNOWN, comp.children[-1] if comp.children else -1)
            below.children.append(comp.newest)

    def suspend(self, frame: Live, kind: str) -> None:
        """Take a frame that yields or awaits off the stack."""
        if kind == "leave":
            self.silent(frame)
            self.stack.remove(frame)
            if self.stack and frame.newest >= 0:
                self.stack[-1].children.append(frame.newest)
        else:
            frame.paused = True


def is_unasked(function: Function) -> bool:
    """Tell whether something else than a call may run a special method: a test, a comparison, a store."""
    name = function.qualname
    return name.endswith("__") and name.rpartition(".")[2] not in ("__init__", "__new__", "__post_init__", "__call__")
