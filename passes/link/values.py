"""Values of a stream -> nodes at the sites that wait for them; and nodes of sites without an event."""

from __future__ import annotations

from typing import Any

from tracec.passes.link.arguments import Arguments
from tracec.passes.link.imports import Inputs
from tracec.passes.link.plan import FAST, LOOP, NAME, PARAMETER, READS, RETURN, UNKNOWN, Module, Step
from tracec.passes.link.state import Begun, Cursor, Live
from tracec.passes.link.variables import may_be

MANY_SILENT = 10_000  # sites: no straight run is as long, which guards against a broken log; chosen
SLEEPERS = frozenset(["generator", "coroutine", "async_generator"])  # types whose frames begin later
# Kinds of sites that may call what is written nowhere, as `__bool__`.
IMPLICIT = frozenset(["test", "assert", "bool", "compare", "store", "delete"])


class Values(Arguments):
    """Gives each value to the frame and the site that waits for it."""

    def straight(self, events: list[Any], place: int) -> int:
        """Take values while they belong to the frame on top; return the place of the event that needs another way.

        This is the loop that a whole trace goes through: all that it needs is in variables of its own.
        """
        graph, values, frame, past = self.graph, self.values, self.stack[-1], self.past
        sites, frames, controls, counts = graph.sites, graph.frames, graph.controls, graph.counts
        inputs, labels, children, oldest = graph.inputs, graph.labels, frame.children, values.first
        recent, numbers, at, before = values.recent, values.numbers, values.at - place, len(values.recent)
        env, steps, used, control, number = frame.env, frame.run.steps, frame.place, frame.control, frame.id
        touched, changed_word, end, many = self.touched, graph.word("changed"), len(events), len(frame.run.steps)
        while place < end and used < many and not children:
            event = events[place]
            step = steps[used]
            if step.treatment != FAST or (
                type(event) is tuple and (len(event) != 5 or event[0] in SLEEPERS or event[2] in touched)
            ):
                node = self.known(frame, step, event)
                if node < 0:
                    break
                env[step.number] = node
                used, place = used + 1, place + 1
                continue
            count = 0
            for ref, label in step.pairs:
                node = env.get(ref, -1)
                if node < 0:
                    if type(ref) is int:
                        continue
                    node = self.variable(frame, ref, step.site)  # type: ignore[arg-type]
                inputs.append(node)
                labels.append(label)
                count += 1
                value = recent[node - oldest] if node >= oldest else values.older(node)
                if type(value) is tuple and (changed := touched.get(value[2], node)) != node:
                    if value[2] in past:
                        changed = self.last_change(node, value[2])
                    if changed < 0 or changed == node:
                        continue
                    inputs.append(changed)
                    labels.append(changed_word)
                    count += 1
            made = oldest + len(recent)
            sites.append(step.number)
            frames.append(number)
            controls.append(control)
            counts.append(count)
            recent.append(event)
            numbers.append(at + place)
            env[step.number] = made
            for name in step.binds:
                env[name] = made
            used, place = used + 1, place + 1
        if used != frame.place:
            frame.place = used
            if len(recent) > before:
                frame.newest = frame.told = oldest + len(recent) - 1
            if frame.run.is_element and used == many:
                frame.elements.append(frame.newest)
        return place

    def returned(self, frame: Live, inputs: list[int], labels: list[int], word: str = "return") -> None:
        """Make the results of frames that were entered on the way inputs, once each."""
        if not frame.children:
            return
        new = [child for child in dict.fromkeys(frame.children) if child not in inputs]
        inputs += new
        labels += [self.graph.word(word)] * len(new)
        frame.children.clear()

    def value(self, value: object) -> None:
        """Give a value to the innermost frame that waits for one."""
        while self.stack:
            frame = self.stack[-1]
            if not frame.paused:
                self.silent(frame)
                step = self.pending(frame)
                if step is None and frame.returning:  # a `finally` went on with something else
                    frame.returning = False
                    continue
                if step is not None and not step.site.silent:
                    self.consume(frame, step, value)
                    return
                self.dropped(frame)
            self.stack.pop()
            if frame.function.kind == "comp" and self.stack:
                self.stack[-1].children += frame.elements
        self.lost += not self.cut

    def dropped(self, frame: Live) -> None:
        """Implemented where doubts are."""

    def pending(self, frame: Live) -> Step | None:
        """Return the site at which a frame stands, None at the end of a run."""
        steps = frame.run.steps
        return steps[frame.place] if frame.place < len(steps) else None

    def consume(self, frame: Live, step: Step, value: object) -> None:
        """Make a node of a value at the site that waits for it."""
        if not (step.site.returns and frame.function.lasting and frame.module.grain == "calls"):
            frame.place += 1  # a `finally` may return once more
        if step.treatment == NAME:
            frame.env[step.number] = self.name_read(frame, step, value)
            return
        word = "return"
        if frame.direct and step.site.kind == "call" and not self.may_return(frame, value):
            word, frame.direct = "of", False  # something that is not recorded stands between
        inputs, labels = self.inputs_of(frame, step, value)
        if type(value) is tuple and value[0] in SLEEPERS and step.site.kind == "call":
            self.asleep.setdefault(step.site.attr, []).append(Begun(frame, step, list(zip(inputs, labels))))
        if type(value) is tuple and value[2] in self.touched and self.is_new(frame, step, value):
            self.forget(value[2])
        if step.treatment == PARAMETER:
            frame.children.clear()
        else:
            self.returned(frame, inputs, labels, word)
        frame.direct = frame.entered = False
        frame.told = node = self.add(frame, step, inputs, labels, value)
        self.effects(frame, step, node, inputs, labels)
        if frame.run.is_element and frame.place == len(frame.run.steps):
            frame.elements.append(node)
        if step.treatment == LOOP:
            frame.control = frame.controls[frame.run.number] = node
        elif step.treatment == RETURN:
            self.told(inputs, value)
            frame.result, frame.returning, frame.finishing = node, True, False
            if not frame.function.lasting:
                self.leave(frame)

    def inputs_of(self, frame: Live, step: Step, value: object) -> Inputs:
        """Find what the value at a site comes from, but for the results of frames that were entered on the way."""
        kind = step.site.kind
        if step.treatment == PARAMETER:
            return self.argument(frame, step, value)
        if kind == "import":
            inputs, labels = self.imports(frame, step)
            return (inputs, labels) if inputs and self.could_be(inputs[0], value) else ([], [])
        if step.same or kind == "read":
            return self.copied(frame, step, value)
        if kind in READS:
            return self.read(frame, step, value)
        if frame.direct and kind == "call":
            return self.called(frame, step)
        if kind == "except" and self.raised >= 0:
            self.values.replace(self.raised, value)
            return [self.raised], [0]
        inputs, labels = self.operands(frame, step)
        if step.kept:
            self.kept_in(step, inputs, labels)
        if step.looks:
            self.seen(frame, inputs, labels)
        return inputs, labels

    def may_return(self, frame: Live, value: object) -> bool:
        """Tell whether a call may give what one of the frames gave that were entered for it."""
        return not frame.children or any(may_be(self.values[child], value) for child in frame.children)

    def copied(self, frame: Live, step: Step, value: object) -> Inputs:
        """Find the input of what has the value of a module's variable."""
        name = step.site.attr
        own = self.node_of(frame, step, name)
        if own != frame.module.env.get(name, -1):
            return [own], [0]
        return [self.name_read(frame, step, value)], [0]

    def told(self, inputs: list[int], value: Any) -> None:
        """Note that a function is passed on: its identity leads to the frame in which it was made."""
        if type(value) is tuple and value[0] == "function":
            for node in inputs:
                if node in self.defined_in:
                    self.closures[value[2]] = node

    def silent(
        self,
        frame: Live,
        goal: Cursor | None = None,
        *,
        failing: bool = False,
        unasked: bool = False,
        made: str = "",
        loaded: Module | None = None,
    ) -> None:
        """Pass the silent sites between where a frame stands and its next event, or `goal`.

        A `raise` is never passed, an `assert` not when an exception ended the frame there, and what asks an object
        for its truth, or stores into it, not when that `unasked` for call has just begun; nor the class `made` by a
        body that has just begun, nor the import of the module that is being `loaded`.
        """
        for _ in range(MANY_SILENT):
            run = frame.run
            if goal is not None and (run.number, frame.place) == goal:
                return
            if frame.place >= len(run.steps):
                if run.waits or run.parent < 0 or (frame.returning and (run.anyway or not frame.finishing)):
                    return
                self.go(frame, run.parent, run.resume)
                continue
            step = run.steps[frame.place]
            site = step.site
            if not site.silent or step.stops or (failing and site.kind == "assert"):
                return
            if (unasked and site.kind in IMPLICIT) or (made and site.kind == "class" and site.attr == made):
                return
            if loaded is not None and self.loads(frame.module, site, loaded):
                return
            frame.place += 1
            self.quiet(frame, step)
            if site.kind == "return":
                return

    def go(self, frame: Live, run: int, place: int) -> None:
        """Go on with a frame in a run that it was in before."""
        frame.run, frame.place = frame.module.runs[run], place
        frame.control = frame.controls.get(run, frame.control)

    def quiet(self, frame: Live, step: Step) -> None:
        """Make a node of a site without an event: its value follows from its text or its only operand."""
        kind = step.site.kind
        inputs, labels = self.imports(frame, step) if kind == "import" else self.operands(frame, step)
        if kind in IMPLICIT:  # what was entered since the last event is what it called
            self.returned(frame, inputs, labels)
            frame.direct = frame.entered = False
        value, like = step.value, -1
        if step.value_operand >= 0:
            nodes = [self.node_of(frame, step, ref) for ref, _ in step.pairs[: step.value_operand + 1]]
            like = next((node for node in reversed(nodes) if node >= 0), -1)
            value = UNKNOWN
        elif step.chain:
            like = self.stopped(frame, step)
            value = UNKNOWN
        elif kind == "import" and inputs:
            like = inputs[0]
        made = self.add(frame, step, inputs, labels, value if like < 0 else self.values[like], like)
        self.effects(frame, step, made, inputs, labels)
        if kind == "return":
            frame.result, frame.returning, frame.finishing = made, True, False

    def stopped(self, frame: Live, step: Step) -> int:
        """Find the node whose value `a and b` has: the first operand which decides, else the last; -1: who knows."""
        node = -1
        for left, (ref, _) in zip(range(len(step.pairs) - 1, -1, -1), step.pairs):
            node = self.node_of(frame, step, ref)
            value = self.values[node] if node >= 0 else UNKNOWN
            if left and type(value) is tuple:
                return -1
            if left and bool(value) is (step.chain == "or"):
                break
        return node

    # --- exceptions ---

    def raise_(self, value: Any) -> None:
        """End a frame by an exception."""
        frame = self.stack[-1] if self.stack else None
        if frame is None:
            self.lost += not self.cut
            return
        self.silent(frame, failing=True)
        self.failed(frame, "exception", value)
        frame.result, frame.failed = frame.newest, True
        if not frame.function.lasting:
            self.leave(frame)

    def caught(self, frame: Live, passed: bool) -> None:
        """Note that a frame handles an exception itself; its value is known where it came out of another frame.

        What raised was `passed` already where nothing but silent sites were left.
        """
        known = self.raised in frame.children
        self.failed(frame, "caught", UNKNOWN, passed, self.raised if known else -1)

    def failed(self, frame: Live, kind: str, value: Any, passed: bool = False, like: int = -1) -> None:
        """Make a node of an exception, over what was under way; its value is that of the node it is `like`, if any."""
        value = value if like < 0 else self.values[like]
        step = self.under_way(frame, passed)
        if self.pending(frame) is None and frame.newest >= 0:  # as the exit of a `with` raises once its body is done
            inputs, labels = [frame.newest], [0]
        else:
            inputs, labels = self.operands(frame, step) if step is not None else ([], [])
        self.returned(frame, inputs, labels)
        where = step.site if step is not None else frame.module.first_of(frame.function)
        if where is not None:
            number = self.graph.library.exception_at(where, kind)
            self.raised = frame.newest = self.graph.add(number, frame.id, frame.control, inputs, labels, value, like)

    def under_way(self, frame: Live, passed: bool) -> Step | None:
        """Return the site at which a frame stands: the one that raised; else the last one that had a node."""
        steps = frame.run.steps
        if steps:
            return steps[min(max(frame.place - passed, 0), len(steps) - 1)]
        return None
