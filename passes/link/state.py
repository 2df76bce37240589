"""LinkState: modules, live frames and the graph so far, while the linker replays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tracec.passes.graph.builder import TraceBuilder
from tracec.passes.link.frame_rows import FrameRows
from tracec.passes.link.plan import UNKNOWN, Module, Run, Step, planned
from tracec.passes.nouns.trace import Function, Ref, Site, Structure

GENERATIONS = 4  # objects with the same address, one after the other, that are told apart; chosen
Cursor = tuple[int, int]  # a segment, and how many of its sites are used up


class Live:
    """A frame while it runs. No dataclass: one is made for each call, and compiled code makes this one itself."""

    def __init__(self, number: int, module: Module, function: Function, run: Run, parent: Live | None) -> None:
        self.id, self.module, self.function, self.run, self.parent = number, module, function, run, parent
        self.outer: Live | None = None  # the frame whose variables it sees
        # Variables of other frames that it sees: whose; None: as `outer` has it.
        self.cells: dict[str, Live | None] | None = None
        self.place = self.opened = 0  # how far the run's sites are used up; its number, if nobody tells its end
        self.origin = run.number  # the run that its last token began
        self.control = -1  # the node that let the run begin
        self.controls: dict[int, int] = {}  # the same of runs that it may go back to
        self.env: dict[Ref, int] = {}  # names and sites -> their last node
        self.comps: dict[int, dict[Ref, int]] = {}
        self.children: list[int] = []  # results of frames entered since this frame's last event
        self.entered = False  # a callee's frame began since this frame's last event
        self.direct = False  # one of these is a frame of the function that the call at hand names
        self.call: Step | None = None  # the caller's site that is under way
        self.maker: Live | None = None  # the frame of that site, where it is not the parent
        self.operands: list[tuple[int, int]] | None = None  # of that site, (node, label), once they are needed
        self.elements: list[int] = []  # of a comprehension
        self.result = self.newest = self.told = -1  # told: the last node of its own that has an event
        self.mark = self.checked = 0  # checked: the node up to which its values fit
        self.paused = self.guessed = False  # guessed: `outer` is one of several frames that it may be
        self.returning = self.failed = False  # only a `finally` may still run; failed: an exception ended it
        self.finishing = False  # it is returning, and in its `finally` already
        self.jumping = False  # a `finally` runs on the way of a jump


@dataclass(frozen=True, slots=True)
class Begun:
    """A call that made a generator or a coroutine: its frame begins later, and takes its arguments from here."""

    caller: Live
    call: Step
    operands: list[tuple[int, int]]  # (node, label)


@dataclass(slots=True, eq=False)
class Strand:
    """One stack of a thread while its stream is replayed: a greenlet has one of its own."""

    thread: int
    stack: list[Live] = field(default_factory=list)
    raising: bool = False  # the next event is the exception that ends a frame
    mark: int = 0  # the event before was this mark


class LinkState:
    """The graph so far, and where each frame stands."""

    def __init__(self, modules: Sequence[Structure | None], graph: TraceBuilder, frames: FrameRows) -> None:
        self.graph, self.values, self.frames, library = graph, graph.values, frames, graph.library
        for structure in modules:
            if structure is not None and structure.key not in library.plans:
                library.stored.update(site.attr for site in structure.sites if site.kind == "store")
        self.modules = [None if s is None else planned(s, library) for s in modules]
        self.by_tail: dict[str, Module] = {}  # "c.py", "b/c.py", ... -> the first module whose path ends so
        for module in filter(None, self.modules):
            parts = module.path.split("/")
            for place in range(len(parts)):
                self.by_tail.setdefault("/".join(parts[place:]), module)
        self.heap: dict[int, dict[Any, int]] = {}  # identity -> attribute, or (key,) -> the node that stored it
        self.touched: dict[int, int] = {}  # identity -> the last node that changed the object, -1 where it is a new one
        # Identity -> (the first node of the next object, the last that changed this one) of objects that had it before.
        self.past: dict[int, list[tuple[int, int]]] = {}
        self.shuffled: dict[int, int] = {}  # identity -> the last node that changed it as a whole, not one item
        self.lost = 0
        self.cut = False
        self.strands: dict[tuple[int, int], Strand] = {}  # by thread, and the number of its stack
        self.running: dict[int, int] = {}  # thread -> the number of the stack that runs
        self.opened: dict[int, int] = {}  # thread -> how many frames began whose end nobody tells
        self.strand = Strand(0)
        self.stack: list[Live] = self.strand.stack
        self.marked: dict[int, Live] = {}
        self.latest_of: dict[tuple[int, int], Live] = {}  # (module, function) -> its last frame
        self.defaults: dict[int, dict[str, int]] = {}  # node of a definition -> its parameters' default nodes
        self.classes: dict[str, list[tuple[dict[Ref, int], list[str]]]] = {}  # name -> what bodies bound, their bases
        self.asleep: dict[str, list[Begun]] = {}  # name of a generator function -> calls whose frames have not begun
        self.imported: dict[int, Module] = {}  # node of an import -> the module
        self.outsides: dict[tuple[int, str], int] = {}  # (site, name) -> the site of what it is from outside
        self.unknown: set[int] = set()  # nodes of names that nobody knows where they come from
        self.raised = -1

    def add(
        self, frame: Live, step: Step, inputs: Sequence[int], labels: Sequence[int], value: object, like: int = -1
    ) -> int:
        """Add a node at a site; return its number. Its value may be that of the node it is `like`."""
        number = self.graph.add(step.number, frame.id, frame.control, inputs, labels, value, like)
        frame.env[step.number] = frame.newest = number
        return number

    def last_change(self, node: int, identity: int) -> int:
        """Find the last node that changed a node's object, -1: none; its address may be another object's by now."""
        past = self.past.get(identity)
        if past and node < past[-1][0]:
            return next(changed for end, changed in past if node < end)
        return self.touched.get(identity, -1)

    def outside(self, frame: Live, name: str, site: Site, owner: Live | None) -> int:
        """Add a node for a name of which nobody knows where its value comes from: a variable of `owner`'s, or the same
        for the whole module.
        """
        key = id(site), name
        if key not in self.outsides:
            shown = Site(site.id, "outside", name, site.span, site.function, silent=True, attr=name)
            self.outsides[key] = self.graph.know([shown])
        number = self.graph.add(self.outsides[key], frame.id, -1, (), (), UNKNOWN)
        (frame.module if owner is None else owner).env[name] = number
        self.unknown.add(number)
        return number

    def leave(self, frame: Live) -> None:
        """End a frame: its result goes to the one below."""
        if frame.mark:
            self.marked.pop(frame.mark, None)
        if self.stack and self.stack[-1] is frame:
            self.stack.pop()
        elif frame in self.stack:
            del self.stack[self.stack.index(frame) :]
        else:
            return
        if self.stack and frame.result >= 0:
            self.stack[-1].children.append(frame.result)
