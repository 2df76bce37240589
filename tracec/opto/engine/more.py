"""More: what is known of some nodes only, so that the others need no room for it."""

from __future__ import annotations

from typing import Any

MOST_EXITS = 20  # places at which a value left its node that are kept; chosen


class More:
    """Feedback, what is known of a call, the node that stands for an object after it changed, how its value left."""

    __slots__ = ("done", "exits", "feedback", "info", "now")

    def __init__(self, info: Any = None, done: bool = False) -> None:
        self.info, self.done = info, done
        self.feedback: Any = None
        self.now: Any = None
        self.exits: dict[tuple[str, Any], Any] | None = None

    def leave(self, how: str, place: Any, value: Any) -> None:
        """The value left its node."""
        if self.exits is None:
            self.exits = {}
        if (how, place) in self.exits or len(self.exits) < MOST_EXITS:
            self.exits[how, place] = value

    def left_as(self) -> dict[str, Any]:
        """How it left, and where -> the value at that moment."""
        return {f"{how} ({place})": value for (how, place), value in (self.exits or {}).items()}

    def within(self) -> list[Any]:
        """Nodes that were used within the call: what it gave, where that is a node, and what it read from outside."""
        info = self.info
        if isinstance(info, dict):
            output, outside = info.get("output"), info.get("external_dependencies") or ()
        else:
            output, outside = getattr(info, "output", None), getattr(info, "outside", ())
        given = [*output] if isinstance(output, (tuple, list)) else [output]
        return [*(one for one in given if hasattr(one, "_sources")), *outside]


DONE = More(done=True)  # of all nodes that feedback went through and of which nothing else is known
