"""A node -> all that it was computed from, each behind its sources."""

from __future__ import annotations

from typing import Any


def ordered(node: Any) -> list[Any]:
    """All that a node was computed from, and it itself: each behind its sources."""
    done: dict[int, Any] = {}
    stack = [node]
    while stack:
        last = stack[-1]
        if id(last) in done:
            stack.pop()
            continue
        missing = [source for source in last._sources if id(source) not in done]
        if missing:
            stack += missing
        else:
            done[id(last)] = stack.pop()
    return [*done.values()]
