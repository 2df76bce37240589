"""A frame that begins -> the frames whose variables it sees."""

from __future__ import annotations

from typing import Any

from tracec.passes.link.plan import Module
from tracec.passes.link.state import Live
from tracec.passes.link.values import Values
from tracec.passes.nouns.trace import CALLEE, Function

PLAIN = frozenset(["", CALLEE])  # labels of a call by a name, with positional arguments only
MOST_SEEN = 1_000  # frames of a function whose closures may set their variables, where no cell was seen; chosen


class Closures(Values):
    """Finds them by the cells that frames share; where no cell was seen, by what is called, if that is beyond doubt."""

    def celled(self, event: Any) -> None:
        """Note the cells of the frame that just began: (names, whether each is another frame's, addresses, 0).

        An address is that of the frame which made the cell last. Four zeros: nobody saw them.
        """
        live, self.begun_last = self.begun_last, None
        if live is None:
            return
        if not event[0]:
            self.hidden(live)
            return
        own = bound_by(live) if live.function.kind == "comp" else None
        cells: dict[str, Live | None] = {}
        for name, free, address in zip(event[0], event[1], event[2]):
            if free:
                owner = self.owners.get(address)
                cells[name] = owner[0] if owner is not None else None
            elif address and (own is None or name in own):
                self.owners[address] = live, name
        live.cells = cells

    def hidden(self, live: Live) -> None:
        """Note a frame of whose cells nobody knows: they are those of one frame, or it is one of several."""
        live.cells = None
        key = id(live.module), live.function.id
        self.unseen.setdefault(key, []).append(live)
        del self.unseen[key][:-MOST_SEEN]
        if live.function.kind not in ("comp", "class"):
            live.outer = self.maker(live)
            if live.outer is None:
                live.outer = self.latest_of.get((id(live.module), live.function.parent))
                live.guessed = (id(live.module), live.function.parent) in self.many

    def begins(self, plan: Module, function: Function, live: Live) -> None:
        """Note the last frame of a function."""
        key = id(plan), function.id
        if key in self.latest_of:
            self.many.add(key)
        self.latest_of[key] = live

    def around(self, plan: Module, function: Function) -> Live | None:
        """Find the frame that a comprehension or a class is in: the innermost of those that run, else the last one."""
        for live in reversed(self.stack):
            if live.function.id == function.parent and live.module is plan:
                return live
        return self.latest_of.get((id(plan), function.parent))

    def maker(self, live: Live) -> Live | None:
        """Find the frame that ran the definition of the function being called, by the name it is called by.

        A call with plain arguments calls nothing else while it is under way.
        """
        caller, call = live.maker or live.parent, live.call
        if caller is None or call is None or call.site.kind != "call" or not PLAIN.issuperset(call.site.labels):
            return None
        if not call.site.attr:
            return None
        node = self.variable(caller, call.site.attr, call.site)
        value = self.values[node]
        made = node if node in self.defined_in else self.closures.get(value[2], -1) if type(value) is tuple else -1
        frame = self.defined_in.get(made)
        return frame if frame is not None and frame.function.id == live.function.parent else None


def bound_by(live: Live) -> set[str]:
    """The loop variables of a comprehension: from 3.12 on it runs in the frame around, all of whose cells are told."""
    runs = [run for run in live.module.runs if run.function == live.function.id]
    return {name for run in runs for step in run.steps for name in step.binds}
