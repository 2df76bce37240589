"""Data edges: operands, variables, the heap, arguments."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.passes.link.state import Live, State
from tracec.passes.trace import Function, Picture, Site

# Methods of the built-in containers that change what they are called on.
# fmt: off
MUTATORS = frozenset({
    "append", "extend", "insert", "remove", "pop", "popleft", "appendleft", "clear", "sort", "reverse", "add",
    "discard", "update", "setdefault", "popitem", "difference_update", "intersection_update",
    "symmetric_difference_update", "write",
})
# fmt: on


class Edges(State):
    """Finds what a node depends on, and notes what it binds, stores or changes."""

    def operands(self, frame: Live, site: Site) -> list[tuple[int, str]]:
        """(node, label) of each operand that has a value, and of the writes to the objects they hold."""
        found: list[tuple[int, str]] = []
        for ref, label in zip(site.operands, site.labels):
            node = frame.latest.get(ref, -1) if isinstance(ref, int) else self.variable(frame, ref)
            if node >= 0:
                found.append((node, label))
                if isinstance(ref, str):
                    self.writes(node, found)
        if site.kind in ("attr", "item") and found:
            value = self.nodes[found[0][0]].value
            stored = self.heap.get((value.identity, site.attr), -1) if isinstance(value, Picture) else -1
            if stored >= 0:
                found.append((stored, "stored"))
        return list(dict.fromkeys(found))

    def writes(self, node: int, found: list[tuple[int, str]]) -> None:
        value = self.nodes[node].value
        touched = self.touched.get(value.identity, -1) if isinstance(value, Picture) else -1
        if touched > node:
            found.append((touched, "changed"))

    def variable(self, frame: Live, name: str) -> int:
        """The node that a name stands for: this frame's, an enclosing one's, the module's."""
        live: Live | None = frame
        while live is not None:
            if name in live.env and (live is frame or live.function.kind != "class"):
                return live.env[name]
            live = live.outer
        return frame.module.env.get(name, -1)

    def effects(self, frame: Live, site: Site, node: int) -> None:
        """What a node binds, stores or changes."""
        for name in site.binds:
            env = frame.module.env if name in frame.function.outside else frame.env
            env[name] = node
        if site.kind in ("store", "delete"):
            self.stored(site, node)
        elif site.kind == "call" and site.attr in MUTATORS and "self" in site.labels:
            inputs = self.nodes[node].inputs
            value = self.nodes[inputs[0]].value if inputs else None
            if isinstance(value, Picture):
                self.touched[value.identity] = node

    def stored(self, site: Site, node: int) -> None:
        inputs = self.nodes[node].inputs
        value = self.nodes[inputs[0]].value if inputs else None
        if isinstance(value, Picture):
            self.heap[value.identity, site.attr] = node
            self.touched[value.identity] = node

    def argument(self, frame: Live, site: Site) -> tuple[list[int], list[str]]:
        """A parameter comes from the caller's argument of the same place or name; else from all of them."""
        caller, call = frame.parent, frame.argument_site
        if caller is None or call is None:
            return [], []
        pairs = [(ref, label) for ref, label in self.operands(caller, call) if label not in ("stored",)]
        chosen = one_argument(frame.function, site.attr, call, pairs)
        return [node for node, _ in chosen], [label for _, label in chosen]


def one_argument(
    function: Function, name: str, call: Site, pairs: Sequence[tuple[int, str]]
) -> Sequence[tuple[int, str]]:
    """The operands of a call that can have become one parameter."""
    direct = call.kind == "call" and call.attr in (function.qualname.rsplit(".", 1)[-1], "") and name in function.params
    if not direct or any(label in ("*", "**", "changed") for _, label in pairs):
        return pairs
    named = [pair for pair in pairs if pair[1] == name]
    plain = [pair for pair in pairs if pair[1] in ("", "self")]
    if named or len(plain) != sum(label in ("", "self") for label in call.labels):
        return named or pairs
    place = function.params.index(name)
    return plain[place : place + 1]
