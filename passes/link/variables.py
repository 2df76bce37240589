"""A name in a frame -> the node that it stands for: this frame's, that of the frame whose cell it is, the module's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracec.passes.graph.builder import TraceBuilder
from tracec.passes.link.frame_rows import FrameRows
from tracec.passes.link.plan import DEFINED, LONGEST_TEXT, NAME, UNKNOWN, Step
from tracec.passes.link.state import LinkState, Live
from tracec.passes.nouns.trace import Site, Structure
from tracec.runtime.record.picture_texts import LONG

MOST_BINDINGS = 16  # values of a variable of a module that are looked through when it has an earlier one again; chosen


class Variables(LinkState):
    """Knows which variables frames share, and what variables were set to by something else than was recorded."""

    def __init__(self, modules: Sequence[Structure | None], graph: TraceBuilder, frames: FrameRows) -> None:
        super().__init__(modules, graph, frames)
        self.defined_in: dict[int, Live] = {}  # node of a definition within a function -> the frame that ran it
        self.closures: dict[int, int] = {}  # identity of a function -> the node of its definition
        self.owners: dict[int, tuple[Live, str]] = {}  # address of a cell -> whose variable it is
        self.many: set[tuple[int, int]] = set()  # (module, function) that had several frames
        self.begun_last: Live | None = None  # the frame that began at the event before
        self.unseen: dict[tuple[int, int], list[Live]] = {}  # (module, function) -> frames of which no cells were seen
        self.bindings: dict[tuple[int, str], list[int]] = {}  # (module, name) -> nodes that it stood for before
        self.names: dict[str, int] = {}  # of modules that are not recorded -> numbers below 0, in place of addresses
        self.noted: dict[int, Any] = {}  # node whose value is not known for sure -> what was first read of it

    def variable(self, frame: Live, name: str, site: Site) -> int:
        """Find the node that a name stands for."""
        live: Live | None = frame
        while live is not None:
            node = live.env.get(name, -1)
            if node >= 0 and (live is frame or live.function.kind != "class"):
                return node
            cells = live.cells
            if cells is None:
                if live.guessed and self.is_around(live.outer, name):
                    return self.outside(frame, name, site, frame)
            elif name in cells:
                return self.shared(frame, cells[name], name, site)
            elif live.function.kind != "comp":
                break
            live = live.outer
        found = frame.module.env.get(name, -1)
        return found if found >= 0 else self.outside(frame, name, site, None)

    def shared(self, frame: Live, owner: Live | None, name: str, site: Site) -> int:
        """Find the node of a variable of another frame; one that nobody knows where that frame is not known."""
        node = owner.env.get(name, -1) if owner is not None else -1
        return node if node >= 0 else self.outside(frame, name, site, owner or frame)

    def is_around(self, live: Live | None, name: str) -> bool:
        """Tell whether a function around has a variable of the name."""
        while live is not None and live.function.kind != "module":
            if name in live.env and live.function.kind != "class":
                return True
            live = live.outer
        return False

    def bind_outside(self, frame: Live, name: str, node: int, site: Site) -> None:
        """Bind a name declared global or nonlocal, or one of the frame around a comprehension."""
        if frame.function.kind == "comp":
            around = frame.outer
            while around is not None and around.function.kind == "comp":
                around = around.outer
            if around is not None and name in around.function.outside:
                self.bind_outside(around, name, node, site)
            elif around is not None:
                around.env[name] = node
            return
        if frame.cells is not None:
            if name not in frame.cells:
                frame.module.env[name] = node
                return
            owner = frame.cells[name] or frame
            owner.env[name] = node
            return
        live = frame.outer
        while live is not None:
            if name in live.env and live.function.kind not in ("class", "module"):
                self.bind_shared(frame, live, name, node, site)
                return
            live = live.outer
        frame.module.env[name] = node

    def bind_shared(self, frame: Live, live: Live, name: str, node: int, site: Site) -> None:
        """Bind a variable of another frame, where no cell tells of which: each that it may be is not known then."""
        live.env[name] = node
        if frame.guessed:
            for other in self.unseen.get((id(live.module), live.function.id), ()):
                if name in other.env:
                    self.outside(frame, name, site, other)

    # --- what was read ---

    def name_read(self, frame: Live, step: Step, value: Any) -> int:
        """Find the node of a module's variable that was read: what is bound to it now, or what it was set to unseen."""
        env, name = frame.module.env, step.site.attr
        node = env.get(name, -1)
        if node >= 0 and self.agrees(node, value):
            return node if self.values[node] is not UNKNOWN else self.first_read(frame, step, node, value)
        past = self.bindings.setdefault((id(frame.module), name), [])
        again = [one for one in past if is_same(self.values[one], value)]
        if node >= 0 and node not in past:
            past.append(node)
            del past[:-MOST_BINDINGS]
        env[name] = node = again[-1] if again else self.set_unseen(frame, step, value)
        return node

    def known(self, frame: Live, step: Step, value: Any) -> int:
        """Find the node of a module's variable that was read, -1 where it is not surely what is bound to it."""
        node = frame.module.env.get(step.site.attr, -1) if step.treatment == NAME else -1
        if node < 0:
            return -1
        bound = self.values[node]
        if type(value) is not tuple:
            return node if type(bound) is type(value) and bound == value else -1
        return node if len(value) == 5 and is_same(bound, value) else -1

    def first_read(self, frame: Live, step: Step, node: int, value: Any) -> int:
        """Add a node for the first read of what a decorator made: its value is known by it."""
        if self.graph.columns.table[self.graph.site_of(node)].kind not in DEFINED:
            return node
        number = self.graph.library.exception_at(step.site, "name")
        made = self.graph.add(number, frame.id, -1, (node,), (0,), value)
        frame.module.env[step.site.attr] = made
        return made

    def set_unseen(self, frame: Live, step: Step, value: Any) -> int:
        """Add a node for what something that was not recorded has set a variable to."""
        number = self.graph.library.exception_at(step.site, "outside")
        return self.graph.add(number, frame.id, -1, (), (), value)

    def agrees(self, node: int, value: Any) -> bool:
        """Tell whether what was read may be what a node is; from the first time on that is known by its identity."""
        if not self.could_be(node, value):
            return False
        stored = self.values[node]
        if type(stored) is tuple and not stored[2] and node not in self.noted:
            self.noted[node] = value
        return True

    def could_be(self, node: int, value: Any) -> bool:
        """Tell whether a value may be that of a node, which is passed on as it is."""
        stored = self.noted.get(node, self.values[node])
        if type(stored) is not tuple or stored[2] or (type(value) is tuple and not value[2]):
            return may_be(stored, value) or is_long(stored, value)
        return self.is_kind(stored, value)

    def is_kind(self, stored: Any, value: Any) -> bool:
        """Tell whether a value may be one of which only the text or the definition is known."""
        if stored[0] == "?":
            return type(value) is not tuple or not value[0].endswith("Mock")
        if type(value) is not tuple:
            return False
        if stored[1].startswith("<"):  # of a definition
            return defined_name(value[1]) == defined_name(stored[1])
        cut = len(stored[1]) >= LONGEST_TEXT or "…" in value[1]
        return bool(stored[0] == value[0] and (cut or stored[1] == value[1]))

    def held_by_class(self, node: int, value: Any) -> bool:
        """Tell whether an attribute that was read may be what a class's body bound: a function is a method then."""
        stored, site = self.values[node], self.graph.columns.table[self.graph.site_of(node)]
        if site.kind != "def":
            return may_be(stored, value)
        return type(value) is tuple and value[0] in CALLED and defined_name(value[1]) == site.attr

    def makes(self, node: int, value: Any) -> bool:
        """Tell whether an attribute may be made of what a class's body bound, and was not merely set anew."""
        return type(self.values[node]) is tuple or type(value) is tuple


CALLED = frozenset(["function", "method", "builtin_function_or_method"])


def defined_name(text: str) -> str:
    """The name in the text of a function, class or module; its place depends on the folder of the process."""
    return text.partition(" ")[2].removesuffix(">").partition(" at ")[0]


def is_same(one: Any, other: Any) -> bool:
    """Return True for pictures of one object."""
    return type(one) is tuple and type(other) is tuple and one[2] == other[2] != 0 and one[0] == other[0]


def may_be(stored: Any, value: Any) -> bool:
    """Return False where a value is certainly another than the one that was stored."""
    if type(stored) is tuple or type(value) is tuple:
        unknown = (type(stored) is tuple and not stored[2]) or (type(value) is tuple and not value[2])
        return unknown or is_same(stored, value)
    return type(stored) is type(value) and (stored == value or stored != stored)


def is_long(stored: Any, value: Any) -> bool:
    """Return True for a whole text, as the source has it, and the picture of the same one, which is cut."""
    if type(value) is not tuple or not isinstance(stored, (str, bytes)) or len(stored) != value[4]:
        return False
    return bool(value[0] == type(stored).__name__ and value[1] == repr(stored[:LONG])[:-1] + "…")
