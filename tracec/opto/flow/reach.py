"""Reach: the parameters that nodes depend on, of many nodes at once; each node is looked at once."""

from __future__ import annotations

from typing import Any

Found = dict[int, Any]  # parameters by their identity; sets of nodes that are equal share one
NONE: Found = {}


class Reach:
    """What nodes were computed from. With `deep`, what was used within their calls counts too."""

    def __init__(self) -> None:
        self._plain: dict[int, Found] = {}
        self._deep: dict[int, Found] = {}

    def plain(self, node: Any) -> Found:
        """The parameters among all that a node was computed from."""
        return self._of(node, self._plain, deep=False)

    def hidden(self, node: Any) -> Found:
        """The parameters that were used within the call that made a node, and that it does not depend on otherwise."""
        more = node._more
        inner = more.within() if more is not None and more.info is not None else ()
        if not inner:
            return NONE
        found = {key: one for used in inner for key, one in self._of(used, self._deep, deep=True).items()}
        given = (*getattr(more.info, "args", ()), *(getattr(more.info, "kwargs", None) or {}).values())
        own = {id(one) for one in given} | self.plain(node).keys()
        return {key: one for key, one in found.items() if key not in own}

    def _of(self, node: Any, known: dict[int, Found], deep: bool) -> Found:
        stack = [node]
        while stack:
            last = stack[-1]
            if id(last) in known:
                stack.pop()
                continue
            missing = [source for source in last._sources if id(source) not in known]
            if missing:
                stack += missing
                continue
            stack.pop()
            parts = [known[id(source)] for source in last._sources]
            parts += [{id(last): last}] if last._is_parameter else []
            parts += [self.hidden(last)] if deep and last._more is not None else []
            known[id(last)] = united(parts)
        return known[id(node)]


def united(parts: list[Found]) -> Found:
    """All of several; one of them itself where it has all."""
    largest = max(parts, key=len, default=NONE)
    if all(part is largest or part.keys() <= largest.keys() for part in parts):
        return largest
    return {key: one for part in parts for key, one in part.items()}
