"""Events that are values, and sites without an event."""

from __future__ import annotations

import ast

from tracec.passes.link.edges import Edges
from tracec.passes.link.state import Live, Place
from tracec.passes.trace import Picture, Site

UNKNOWN = Picture("?", "?")  # of a test that jumps: the program makes no value of it
DEFINED = {"def": "function", "class": "type"}
MANY_SILENT = 10_000  # no straight run is as long: a guard against a broken log


class Values(Edges):
    """Gives each value to the frame and the site that waits for it."""

    def value(self, value: object) -> None:
        """A value arrives: it belongs to the innermost frame that waits for one."""
        while self.stack:
            frame = self.stack[-1]
            if not frame.paused:
                self.silent(frame)
                site = self.pending(frame)
                if site is None and frame.returning:  # a `finally` went on with something else
                    frame.returning = False
                    continue
                if site is not None and not site.silent:
                    self.consume(frame, site, value)
                    return
            self.stack.pop()
            if frame.function.kind == "comp" and self.stack and frame.newest >= 0:
                self.stack[-1].children.append(frame.newest)
        self.lost += not self.cut

    def consume(self, frame: Live, site: Site, value: object) -> None:
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
            frame.result, frame.returning = node, True
            if not frame.function.lasting:
                self.leave(frame)

    def silent(
        self, frame: Live, goal: Place | None = None, *, failing: bool = False, unasked: bool = False, made: str = ""
    ) -> None:
        """Pass the silent sites between where a frame stands and its next event, or `goal`.

        A `raise` is never passed, an `assert` not when an exception ended the frame there, and what asks an object
        for its truth, or stores into it, not when that `unasked` for call has just begun; nor the class `made` by a
        body that has just begun.
        """
        module = frame.module
        for _ in range(MANY_SILENT):
            segment, used = frame.place
            if frame.place == goal:
                return
            run = module.segments[segment]
            if used >= len(run.sites):
                if run.waits or run.parent < 0 or frame.returning:
                    return
                frame.place = (run.parent, run.resume)
                continue
            site = module.sites[run.sites[used]]
            if not site.silent or site.kind == "raise" or (failing and site.kind == "assert"):
                return
            if unasked and site.kind in ("test", "bool", "compare", "store", "delete"):
                return
            if made and site.kind == "class" and site.attr == made:
                return
            frame.place = (segment, used + 1)
            self.quiet(frame, site)
            if site.kind == "return":
                return

    def quiet(self, frame: Live, site: Site) -> None:
        """A node for a site without an event: its value follows from its text or its only operand."""
        refs = self.operands(frame, site)
        inputs, labels = [i for i, _ in refs], [label for _, label in refs]
        if site.kind == "const":
            value = literal(site.text)
        elif site.kind == "return" and not refs:
            value = None if site.text == "return" else literal(site.text)
        elif site.kind in ("compare", "op"):
            value = UNKNOWN
        elif site.kind in ("def", "class"):  # a decorator may have made something else of it
            value = (
                UNKNOWN if "decorator" in labels else Picture(DEFINED[site.kind], f"<{DEFINED[site.kind]} {site.attr}>")
            )
        else:
            given = [i for i, label in refs if label == ""]
            value = self.nodes[given[-1]].value if given else UNKNOWN if site.operands else None
        node = self.add(frame, site, inputs, labels, value)
        self.effects(frame, site, node)
        if site.kind == "return":
            frame.result, frame.returning = node, True


def literal(text: str) -> object:
    """The value of a literal's text; a Picture where it is none."""
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return Picture("?", " ".join(text.split())[:60])
    plain = value is None or isinstance(value, (bool, int, float, complex, str, bytes))
    return value if plain else Picture(type(value).__name__, repr(value)[:60])
