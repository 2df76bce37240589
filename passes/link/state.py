"""What the linker knows while it replays: modules, live frames, and the graph so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracec.passes.trace import Frame, Function, Node, Site, Structure

Place = tuple[int, int]  # a segment and how far its sites are used up


class Static:
    """One module's tables, and its variables as the last frame of the module left them."""

    def __init__(self, structure: Structure) -> None:
        self.path, self.grain = structure.path, structure.grain
        self.functions, self.segments, self.sites = structure.functions, structure.segments, structure.sites
        self.env: dict[str, int] = {}

    def first_of(self, function: Function) -> Site | None:
        """The first site of a function, or of the module where it has none."""
        own = (site for site in self.sites if site.function == function.id)
        return next(own, self.sites[0] if self.sites else None)


@dataclass(slots=True, eq=False)
class Live:
    """A frame while it runs."""

    id: int
    module: Static
    function: Function
    place: Place
    parent: Live | None
    outer: Live | None = None  # the frame whose variables it sees
    env: dict[str, int] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)  # site -> its last node
    comps: dict[int, dict[str, int]] = field(default_factory=dict)
    children: list[int] = field(default_factory=list)  # results of frames entered since this frame's last event
    argument_site: Site | None = None  # the caller's call that is under way
    result: int = -1
    newest: int = -1
    mark: int = 0
    paused: bool = False
    returning: bool = False  # only a `finally` may still run


@dataclass(slots=True, eq=False)
class Strand:
    """One thread while its stream is replayed."""

    thread: int
    stack: list[Live] = field(default_factory=list)
    raising: bool = False  # the next event is the exception that ends a frame
    mark: int = 0  # the event before was this mark


class State:
    """The graph so far, and where each frame stands."""

    def __init__(self, modules: Sequence[Structure | None]) -> None:
        self.modules = [None if s is None else Static(s) for s in modules]
        self.nodes: list[Node] = []
        self.frames: list[Frame] = []
        self.heap: dict[tuple[int, str], int] = {}  # (identity, attribute) -> the node that stored it
        self.touched: dict[int, int] = {}  # identity -> the last node that changed the object
        self.lost = 0
        self.cut = False
        self.strands: dict[int, Strand] = {}
        self.strand = Strand(0)
        self.stack: list[Live] = self.strand.stack
        self.marked: dict[int, Live] = {}
        self.latest_of: dict[tuple[int, int], Live] = {}  # (module, function) -> its last frame
        self.raised = -1

    def pending(self, frame: Live) -> Site | None:
        segment, used = frame.place
        sites = frame.module.segments[segment].sites
        return frame.module.sites[sites[used]] if used < len(sites) else None

    def under_way(self, frame: Live) -> Site | None:
        """The site at which a frame stands: the one that raised."""
        segment, used = frame.place
        sites = frame.module.segments[segment].sites
        return frame.module.sites[sites[min(used, len(sites) - 1)]] if sites else None

    def add(self, frame: Live, site: Site, inputs: Sequence[int], labels: Sequence[str], value: object) -> int:
        number = len(self.nodes)
        guard = frame.module.segments[frame.place[0]].guard
        control = frame.latest.get(guard, -1) if guard >= 0 else -1
        self.nodes.append(Node(number, site, frame.id, tuple(inputs), tuple(labels), value, control))
        frame.latest[site.id] = frame.newest = number
        return number

    def leave(self, frame: Live) -> None:
        """A frame ends: its result goes to the one below."""
        if frame not in self.stack:
            return
        del self.stack[self.stack.index(frame) :]
        if self.stack and frame.result >= 0:
            self.stack[-1].children.append(frame.result)
