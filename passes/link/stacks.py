"""Stacks of a thread that are switched, and frames on them whose end nobody tells."""

from __future__ import annotations

from tracec.passes.link.doubts import Doubts
from tracec.passes.link.plan import UNKNOWN
from tracec.passes.link.state import Strand


class Stacks(Doubts):
    """Goes on with the stack that the recorder names, and takes away frames that it saw the end of."""

    def switched(self, thread: int, number: int) -> Strand:
        """Go on with a stack of a thread: 0 is its first one."""
        self.running[thread] = number
        self.strand = strand = self.strands.setdefault((thread, number), Strand(thread))
        self.stack = strand.stack
        return strand

    def gone(self, number: int) -> None:
        """Note that a lambda or a generator expression has ended: its value came, or an exception.

        What lies above it was called later by somebody else, but for comprehensions of its own.
        """
        place = next((place for place, live in enumerate(self.stack) if live.opened == number), -1)
        if place < 0:
            return
        live = self.stack[place]
        self.silent(live)
        if live.place < len(live.run.steps):
            self.failed(live, "exception", UNKNOWN, like=live.children[-1] if live.children else -1)
            live.elements.append(live.newest)
        ended = [live]
        for above in self.stack[place + 1 :]:
            if above.function.kind == "comp" and above.parent in ended:
                ended.append(above)
        self.stack[:] = [live for live in self.stack if live not in ended]
        if place and len(self.stack) >= place:
            self.stack[place - 1].children += live.elements
