"""What is shown is right, or is said not to be known: values of a frame that did not go where it was thought to go."""

from __future__ import annotations

from typing import Any

from tracec.passes.link.closures import Closures
from tracec.passes.link.plan import DEFINED, Run
from tracec.passes.link.state import Cursor, Live

UNFIT: Any = ("?", "? (events do not fit here)", 0, 0, -1)  # the picture of a value that may be another site's
CERTAIN = frozenset({"const", "import", *DEFINED})  # kinds of sites whose values follow from their text
TOLD = frozenset({"def", "generator"})  # kinds of functions whose frames tell that they end


class Doubts(Closures):
    """Holds what was given to a frame against where its next token says that it stands."""

    def arrived(self, frame: Live, run: Run, goal: Cursor) -> None:
        """Check that a frame had come to where a block begins; not where it may have jumped there from anywhere."""
        exactly = (frame.run.number, frame.place) == goal
        if not exactly and (run.anyway or frame.jumping or not self.at_end(frame)):
            exactly = self.ahead(frame, goal)
        if run.anyway:
            frame.jumping = not exactly and not run.follows
        elif exactly or frame.jumping:
            frame.jumping = frame.jumping and not exactly
        elif not self.at_end(frame):
            self.doubt(frame)
        frame.checked = len(self.values)

    def at_end(self, frame: Live) -> bool:
        """Tell whether a frame is behind all of a run that goes on elsewhere, as after a loop's turn, or a `break`."""
        return frame.run.waits and frame.place >= len(frame.run.steps)

    def ahead(self, frame: Live, goal: Cursor) -> bool:
        """Tell whether only sites without an event lie between the last value and the goal: some are passed early."""
        run, place = self.last_told(frame)
        while (run.number, place) != goal:
            if place < len(run.steps):
                if not run.steps[place].site.silent or run.steps[place].stops:
                    return False
                place += 1
            elif run.waits or run.parent < 0:
                return False
            else:
                run, place = frame.module.runs[run.parent], run.resume
        return True

    def last_told(self, frame: Live) -> tuple[Run, int]:
        """Find how far a frame's values had come."""
        runs = frame.module.runs
        if frame.told >= frame.checked:
            number = self.graph.site_of(frame.told)
            for run in runs:
                for place, step in enumerate(run.steps, 1):
                    if step.number == number:
                        return run, place
        return runs[frame.origin], 0

    def ended(self, frame: Live) -> None:
        """Check that a frame had come to its end."""
        step = self.pending(frame) if frame.module.grain == "values" else None  # else it may return nothing
        if step is not None and not (frame.returning or frame.jumping or frame.failed):
            self.doubt(frame)

    def dropped(self, frame: Live) -> None:
        """Check a frame that is taken for gone: one of a function tells that it ends, or sleeps."""
        told = frame.function.kind in TOLD and frame.module.grain == "values"
        if told and not (frame.paused or frame.returning or frame.failed):
            self.doubt(frame)

    def doubt(self, frame: Live) -> None:
        """What a frame was given since its last check may belong elsewhere: nobody knows these values."""
        if self.cut:
            return
        self.lost += 1
        table, last, untold = self.graph.columns.table, frame.id, True
        for node, site, owner in self.graph.rows(frame.checked):
            if owner != last:
                last = owner
                untold = owner == frame.id or (owner > frame.id and self.frames.function_of(owner).kind not in TOLD)
            if untold and table[site].kind not in CERTAIN:
                self.values.replace(node, UNFIT)
        frame.checked = len(self.values)
