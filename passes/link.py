"""Structures + streams -> Trace: replays what is static against what was recorded."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracec.passes.trace import Frame, Function, Node, Picture, Segment, Site, Structure, Trace

MUTATORS = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "popleft",
        "appendleft",
        "clear",
        "sort",
        "reverse",
        "add",
        "discard",
        "update",
        "setdefault",
        "popitem",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "write",
    ]
)
Place = tuple[int, int]  # a segment and how far its sites are used up
MANY_SILENT = 10_000  # no straight run is as long: a guard against a broken log


class _Static:
    """One module's tables, and its variables as the last frame of the module left them."""

    def __init__(self, structure: Structure) -> None:
        self.path, self.grain = structure.path, structure.grain
        self.functions, self.segments, self.sites = structure.functions, structure.segments, structure.sites
        self.env: dict[str, int] = {}


@dataclass(slots=True, eq=False)
class _Live:
    """A frame while it runs."""

    id: int
    module: _Static
    function: Function
    place: Place
    parent: _Live | None
    outer: _Live | None = None  # the frame whose variables it sees
    env: dict[str, int] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)  # site -> its last node
    comps: dict[int, dict[str, int]] = field(default_factory=dict)
    children: list[int] = field(default_factory=list)  # results of frames entered since this frame's last event
    argument_site: Site | None = None  # the caller's call that is under way
    result: int = -1
    newest: int = -1
    mark: int = 0
    paused: bool = False


class Linker:
    """Builds one Trace. Nodes are appended in the order of the stream, one thread after another."""

    def __init__(self, modules: Sequence[Structure | None]) -> None:
        self.modules = [None if s is None else _Static(s) for s in modules]
        self.nodes: list[Node] = []
        self.frames: list[Frame] = []
        self.heap: dict[tuple[int, str], int] = {}  # (identity, attribute) -> the node that stored it
        self.touched: dict[int, int] = {}  # identity -> the last node that changed the object
        self.lost = 0
        self.thread = 0
        self.stack: list[_Live] = []
        self.marked: dict[int, _Live] = {}
        self.latest_of: dict[tuple[int, int], _Live] = {}  # (module, function) -> its last frame
        self.raised = -1

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

    # --- tokens ---

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

    def interrupted(self, frame: _Live, goal: Place) -> None:
        """A jump away from a site under way was an exception: what it had read led to what comes next."""
        site = self.pending(frame)
        if site is not None and frame.place != goal:
            frame.children += [node for node, _ in self.operands(frame, site)]

    def enter(self, static: _Static, segment: Segment, mark: int) -> None:
        function = static.functions[segment.function]
        comp = function.kind == "comp"
        while comp and self.stack and self.stack[-1].function is function:
            self.stack.pop()
        parent = self.stack[-1] if self.stack else None
        outer = self.latest_of.get((id(static), function.parent))
        live = _Live(len(self.frames), static, function, (segment.id, 0), parent, outer, mark=mark)
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

    def find(self, static: _Static, function: int) -> _Live | None:
        """The innermost frame of a function; what lies above it ended without a word, or sleeps."""
        wanted = static.functions[function]
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].function is wanted:
                del self.stack[depth + 1 :]
                return self.stack[depth]
        return None

    def suspend(self, frame: _Live, kind: str) -> None:
        if kind == "leave":
            self.silent(frame)
            self.stack.remove(frame)
            if self.stack and frame.newest >= 0:
                self.stack[-1].children.append(frame.newest)
        else:
            frame.paused = True

    def leave(self, frame: _Live) -> None:
        if frame not in self.stack:
            return
        del self.stack[self.stack.index(frame) :]
        if self.stack and frame.result >= 0:
            self.stack[-1].children.append(frame.result)

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

    def under_way(self, frame: _Live) -> Site | None:
        """The site at which a frame stands: the one that raised."""
        segment, used = frame.place
        sites = frame.module.segments[segment].sites
        return frame.module.sites[sites[min(used, len(sites) - 1)]] if sites else None

    # --- values ---

    def value(self, value: object) -> None:
        """A value arrives: it belongs to the innermost frame that waits for one."""
        while self.stack:
            frame = self.stack[-1]
            if not frame.paused:
                self.silent(frame)
                site = self.pending(frame)
                if site is not None and not site.silent:
                    self.consume(frame, site, value)
                    return
            self.stack.pop()
            if frame.function.kind == "comp" and self.stack and frame.newest >= 0:
                self.stack[-1].children.append(frame.newest)
        self.lost += 1

    def pending(self, frame: _Live) -> Site | None:
        segment, used = frame.place
        sites = frame.module.segments[segment].sites
        return frame.module.sites[sites[used]] if used < len(sites) else None

    def consume(self, frame: _Live, site: Site, value: object) -> None:
        if not (site.returns and frame.function.lasting and frame.module.grain == "calls"):
            frame.place = (frame.place[0], frame.place[1] + 1)  # a `finally` may return once more
        if site.kind == "param":
            inputs, labels = self.argument(frame, site)
        else:
            refs = self.operands(frame, site)
            inputs, labels = [i for i, _ in refs], [label for _, label in refs]
            for child in frame.children:
                if child not in inputs:
                    inputs, labels = [*inputs, child], [*labels, "return"]
        frame.children = []
        node = self.add(frame, site, inputs, labels, value)
        self.effects(frame, site, node)
        if site.returns:
            frame.result = node
            if not frame.function.lasting:
                self.leave(frame)

    def silent(self, frame: _Live, goal: Place | None = None, *, failing: bool = False) -> None:
        """Pass the silent sites between where a frame stands and its next event, or `goal`.

        A `raise` is never passed, an `assert` not when an exception ended the frame there.
        """
        module = frame.module
        for _ in range(MANY_SILENT):
            segment, used = frame.place
            if frame.place == goal:
                return
            run = module.segments[segment]
            if used >= len(run.sites):
                if run.waits or run.parent < 0:
                    return
                frame.place = (run.parent, run.resume)
                continue
            site = module.sites[run.sites[used]]
            if not site.silent or site.kind == "raise" or (failing and site.kind == "assert"):
                return
            frame.place = (segment, used + 1)
            self.quiet(frame, site)

    def quiet(self, frame: _Live, site: Site) -> None:
        """A node for a site without an event: its value follows from its text or its only operand."""
        refs = self.operands(frame, site)
        inputs, labels = [i for i, _ in refs], [label for _, label in refs]
        if site.kind == "const":
            value = literal(site.text)
        elif site.kind == "return" and not refs:
            value = None if site.text == "return" else literal(site.text)
        else:
            value = self.nodes[inputs[-1]].value if inputs else None
        node = self.add(frame, site, inputs, labels, value)
        self.effects(frame, site, node)
        if site.kind == "return":
            frame.result = node

    def add(self, frame: _Live, site: Site, inputs: Sequence[int], labels: Sequence[str], value: object) -> int:
        number = len(self.nodes)
        guard = frame.module.segments[frame.place[0]].guard
        control = frame.latest.get(guard, -1) if guard >= 0 else -1
        self.nodes.append(Node(number, site, frame.id, tuple(inputs), tuple(labels), value, control))
        frame.latest[site.id] = frame.newest = number
        return number

    # --- edges ---

    def operands(self, frame: _Live, site: Site) -> list[tuple[int, str]]:
        """(node, label) of each operand that has a value, and of the writes to the objects they hold."""
        found: list[tuple[int, str]] = []
        for ref, label in zip(site.operands, site.labels):
            node = frame.latest.get(ref, -1) if isinstance(ref, int) else self.variable(frame, ref)
            if node >= 0:
                found.append((node, label))
                if isinstance(ref, str):
                    self.writes(node, found)
        if site.kind in ("attr", "item") and found:
            value = self.nodes[found[0][0]].value
            stored = self.heap.get((value.identity, site.attr), -1) if isinstance(value, Picture) else -1
            if stored >= 0:
                found.append((stored, "stored"))
        return list(dict.fromkeys(found))

    def writes(self, node: int, found: list[tuple[int, str]]) -> None:
        value = self.nodes[node].value
        touched = self.touched.get(value.identity, -1) if isinstance(value, Picture) else -1
        if touched > node:
            found.append((touched, "changed"))

    def variable(self, frame: _Live, name: str) -> int:
        """The node that a name stands for: this frame's, an enclosing one's, the module's."""
        live: _Live | None = frame
        while live is not None:
            if name in live.env:
                return live.env[name]
            live = live.outer
        return frame.module.env.get(name, -1)

    def effects(self, frame: _Live, site: Site, node: int) -> None:
        """What a node binds, stores or changes."""
        for name in site.binds:
            env = frame.module.env if name in frame.function.outside else frame.env
            env[name] = node
        if site.kind == "store":
            self.stored(site, node)
        elif site.kind == "call" and site.attr in MUTATORS and "self" in site.labels:
            inputs = self.nodes[node].inputs
            value = self.nodes[inputs[0]].value if inputs else None
            if isinstance(value, Picture):
                self.touched[value.identity] = node

    def stored(self, site: Site, node: int) -> None:
        inputs = self.nodes[node].inputs
        value = self.nodes[inputs[0]].value if inputs else None
        if isinstance(value, Picture):
            self.heap[value.identity, site.attr] = node
            self.touched[value.identity] = node

    def argument(self, frame: _Live, site: Site) -> tuple[list[int], list[str]]:
        """A parameter comes from the caller's argument of the same place or name; else from all of them."""
        caller, call = frame.parent, frame.argument_site
        if caller is None or call is None:
            return [], []
        pairs = [(ref, label) for ref, label in self.operands(caller, call) if label not in ("stored",)]
        chosen = one_argument(frame.function, site.attr, call, pairs)
        return [node for node, _ in chosen], [label for _, label in chosen]


def one_argument(
    function: Function, name: str, call: Site, pairs: Sequence[tuple[int, str]]
) -> Sequence[tuple[int, str]]:
    """The operands of a call that can have become one parameter."""
    direct = call.kind == "call" and call.attr in (function.qualname.rsplit(".", 1)[-1], "") and name in function.params
    if not direct or any(label in ("*", "**", "changed") for _, label in pairs):
        return pairs
    named = [pair for pair in pairs if pair[1] == name]
    plain = [pair for pair in pairs if pair[1] in ("", "self")]
    if named or len(plain) != sum(label in ("", "self") for label in call.labels):
        return named or pairs
    place = function.params.index(name)
    return plain[place : place + 1]


def literal(text: str) -> object:
    """The value of a literal's text; a Picture where it is none."""
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return Picture("?", " ".join(text.split())[:60])
    plain = value is None or isinstance(value, (bool, int, float, complex, str, bytes))
    return value if plain else Picture(type(value).__name__, repr(value)[:60])


def link(
    name: str,
    modules: Sequence[Structure | None],
    streams: Sequence[tuple[int, Sequence[object]]],
    imports: Sequence[tuple[int, Sequence[object]]] = (),
) -> Trace:
    """A chapter of a log -> its Trace. `imports` is what was recorded before it: it gives module variables their nodes.

    Streams are (thread, events) in the format of `runtime.record`.
    """
    linker = Linker(modules)
    for thread, events in [*imports, *streams]:
        linker.run(thread, events)
    sites: Mapping[str, tuple[Site, ...]] = {s.path: s.sites for s in modules if s is not None}
    return Trace(name, tuple(linker.nodes), tuple(linker.frames), linker.lost, sites)
