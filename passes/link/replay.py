"""Tokens and marks of a stream -> which frame runs, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracec.passes.link.plan import QUICK, UNKNOWN, Module, Run
from tracec.passes.link.stacks import Stacks
from tracec.passes.link.state import Cursor, Live, Strand
from tracec.passes.link.thread_order import Feed, Turns
from tracec.passes.nouns.trace import Function
from tracec.runtime.record.decode import OPENED, SWITCH

RESUMING = frozenset(["send", "throw", "asend", "athrow"])  # methods that give a generator a value


class Linker(Stacks):
    """Builds one graph. Nodes are appended in the order of the stream, one turn of a thread after another."""

    def link(self, streams: Sequence[tuple[int, range]]) -> None:
        """Replay streams that belong together: (thread, numbers of its chunks)."""
        self.strands, self.running = {}, {}
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
        strand = self.switched(thread, self.running.get(thread, 0))
        values, end = self.values, len(events)
        while place < end:
            event = events[place]
            if type(event) is tuple and len(event) != 5:
                if len(event) == 3:
                    break
                strand = self.follow(thread, event, strand)
                place += 1
                continue
            values.at, values.event = number + place, event
            if strand.raising or strand.mark:
                self.told_of(event, strand)
                place += 1
            else:
                top = strand.stack[-1] if strand.stack else None
                waiting = top is not None and not (top.paused or top.children) and top.place < len(top.run.steps)
                if top is not None and waiting and top.run.steps[top.place].treatment in QUICK:
                    gone = self.straight(events, place)
                    if gone > place:
                        place = gone
                        continue
                self.value(event)
                place += 1
            self.graph.settle()
        return place

    def follow(self, thread: int, event: Any, strand: Strand) -> Strand:
        """Follow a token, a mark, or what is rare; return the strand that goes on."""
        if len(event) == 2:
            strand.raising = self.token(event[0], event[1], strand.mark)
            strand.mark = 0
            return strand
        return self.rare(thread, event, strand)

    def rare(self, thread: int, event: Any, strand: Strand) -> Strand:
        """A frame goes on, has cells, begins where nobody tells its end, or has ended; a thread has another stack."""
        if len(event) < 6:
            if len(event) == 4:
                self.celled(event)
            else:
                strand.mark = event[0]
                self.resume(event[0])
            return strand
        kind, number, segment, *_ = event
        if kind == SWITCH:
            return self.switched(thread, number)
        opened = self.opened.get(thread, 0)
        if kind == OPENED:
            self.token(number, segment, 0)
            self.opened[thread] = opened + 1
            if self.modules[number] is not None and self.stack:
                self.stack[-1].opened = opened + 1
        else:
            self.gone(opened - number)
        return self.strand

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
        plan, self.begun_last = self.modules[module], None
        if plan is None:
            self.lost += 1
            return False
        run = plan.runs[number]
        if run.kind == "entry":
            self.begun_last = self.enter(plan, run, 0 if mark in self.marked else mark)
            return False
        frame = self.find(plan, run.function, run.kind) or self.begun(plan, run, mark)
        if frame is None:
            self.lost += run.kind in ("block", "handler")
        elif run.kind in ("block", "handler"):
            goal = run.parent, run.resume
            self.silent(frame, goal, failing=run.kind == "handler")
            if run.kind == "handler":
                self.caught(frame, (frame.run.number, frame.place) == goal)
            else:
                self.arrived(frame, run, goal)
                self.interrupted(frame, goal)
            self.block(frame, run)
        elif run.kind == "exit":
            self.exit(frame)
        elif run.kind == "raise":
            return True
        else:
            self.suspend(frame, run.kind)
        return False

    def exit(self, frame: Live) -> None:
        """End a frame whose code came to its end."""
        self.silent(frame)
        self.ended(frame)
        if frame.function.kind == "class":
            frame.module.classes[frame.function.id] = frame.env
        self.leave(frame)

    def block(self, frame: Live, run: Run) -> None:
        """Go on with a frame in a block; its guard, the exception that it handles or the run around it let it begin."""
        control = frame.controls.get(run.parent, -1)
        if run.guard >= 0:
            control = frame.env.get(run.guard, control)
        elif run.kind == "handler":
            control = self.raised
        elif run.is_while_test:
            control = self.again(frame, run, control)
        frame.run, frame.place, frame.origin = run, 0, run.number
        frame.finishing = frame.returning
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
        self.hidden(live)
        live.guessed = True
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
        live.mark, live.cells = mark, {}
        if parent is not None:
            made = function.qualname.rpartition(".")[2] if function.kind == "class" else ""
            loaded = plan if function.kind == "module" else None
            self.silent(parent, unasked=is_unasked(function), made=made, loaded=loaded)
            live.call = call = self.pending(parent)
            parent.entered = True
            live.control = parent.control
            if call is not None and call.site.kind == "call" and function.kind == "def" and not live.mark:
                parent.direct = parent.direct or call.site.attr == function.qualname.rpartition(".")[2]
        self.prepared(live, plan, function)
        live.controls[run.number] = live.control
        self.begins(plan, function, live)
        if mark:
            self.marked[mark] = live
        self.stack.append(live)
        return live

    def prepared(self, live: Live, plan: Module, function: Function) -> None:
        """Give a frame what its kind needs."""
        if function.kind == "generator":
            self.woken(live, function)
        elif function.kind == "class":
            live.outer = self.around(plan, function)
        elif function.kind == "module":
            live.env = plan.env

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
        live.outer = outer = self.around(plan, function)
        if outer is not None:
            live.env = outer.comps.setdefault(function.id, {})
        self.begins(plan, function, live)
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
        live.checked = len(self.values)
        self.frames.append(function, plan, -1 if parent is None else parent.id, self.strand.thread)
        return live

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
                    self.dropped(above)
                    if above.function.kind == "comp" and kind in ("raise", "handler"):
                        self.broken_off(above, stack[-1])
                return stack[depth]
        return None

    def broken_off(self, comp: Live, below: Live) -> None:
        """Note that an exception came out of a comprehension, unless it stands between two elements."""
        if comp.children or comp.place < len(comp.run.steps):
            self.failed(comp, "exception", UNKNOWN, like=comp.children[-1] if comp.children else -1)
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
