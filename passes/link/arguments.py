"""A parameter + the call that made its frame -> the argument or default that it comes from."""

from __future__ import annotations

from typing import Any

from tracec.passes.link.imports import Inputs
from tracec.passes.link.operands import Operands
from tracec.passes.link.plan import Step
from tracec.passes.link.state import Live
from tracec.passes.link.variables import is_same, may_be
from tracec.passes.nouns.trace import CALLEE, Site


class Arguments(Operands):
    """Lays a call's operands out among the parameters of what it calls."""

    def called(self, frame: Live, step: Step) -> Inputs:
        """Find what a call calls, where that is a variable; its arguments went to the parameters."""
        code = self.graph.word(CALLEE)
        nodes = [self.node_of(frame, step, ref) for ref, label in step.pairs if label == code]
        return nodes, [code] * len(nodes)

    def argument(self, frame: Live, step: Step, value: object) -> Inputs:
        """Find what a parameter comes from: the caller's argument of the same place or name, or its default."""
        caller, call = frame.maker or frame.parent, frame.call
        if caller is None or call is None or call.stops:
            return [], []
        by_place = self.by_place(frame, caller, call, value) if call.simple and frame.maker is None else -1
        if by_place >= 0:
            return [by_place], [call.pairs[frame.place - 1][1]]
        if frame.operands is None:
            frame.operands = list(zip(*self.operands(caller, call)))
        chosen = self.chosen(frame, step.site.attr, call.site, frame.operands, value)
        if not chosen and caller.function.params:  # `super().method()` says nothing of the object
            own = caller.env.get(caller.function.params[0], -1)
            chosen = [(own, self.graph.word("self"))] if own >= 0 and is_same(self.values[own], value) else []
        return [node for node, _ in chosen], [label for _, label in chosen]

    def by_place(self, frame: Live, caller: Live, call: Step, value: object) -> int:
        """Find the argument of a call without any but positional ones; -1 where another may be meant.

        A frame's parameters are its first sites, in their order.
        """
        place = frame.place - 1
        if call.simple != frame.module.binding[frame.function.id] or place >= frame.function.shape[0]:
            return -1
        if place >= len(call.pairs):
            return -1
        if call.simple == "method" and place:  # `Class.method(obj, x)`?
            first = self.node_of(caller, call, call.pairs[0][0])
            held = self.values[first] if first >= 0 else None
            if type(held) is not tuple or held[0] == "type":
                return -1
        node = self.node_of(caller, call, call.pairs[place][0])
        return node if node >= 0 and self.could_be(node, value) else -1

    def chosen(
        self, frame: Live, name: str, call: Site, operands: list[tuple[int, int]], value: object
    ) -> list[tuple[int, int]]:
        """Choose the operands of a call, (node, label), that a parameter comes from; all where that is not known."""
        words, function = self.graph.columns.words, frame.function
        if call.kind != "call" or name not in function.params:
            return self.alike(operands, value)
        pairs = [(node, label, words[label]) for node, label in operands if words[label] not in ("changed", CALLEE)]
        place, (positional, star, double) = function.params.index(name), function.shape
        plain = [(node, label) for node, label, word in pairs if word == ""]
        selves = [(node, label) for node, label, word in pairs if word == "self"]
        spread = [(node, label) for node, label, word in pairs if word == "*"]
        bound = frame.module.binding[function.id]
        if bound in ("method", "made", "classmethod"):
            made = bound == "made"
            held = self.values[selves[0][0]] if selves else None
            if bound != "method" or not (type(held) is tuple and held[0] == "type"):
                if place == 0 and made:
                    return []
                if place == 0 and (bound == "classmethod" or not selves or may_be(held, value)):
                    return selves
                place -= 1
                positional -= 1
        if name == function.params[-1] and double:
            return [(n, label) for n, label, w in pairs if w == "**" or self.is_keyword(w, function.params)]
        if star and place == positional:
            return plain[positional:] + spread
        found = [(node, label) for node, label, word in pairs if word == name]
        if not found and place < min(positional, len(plain)):
            found = plain[place : place + 1]
        if found and self.could_be(found[0][0], value):
            return found
        if not found and (spread or any(word == "**" for _, _, word in pairs)):
            return [(node, label) for node, label, word in pairs if word in ("*", "**")]
        same = [(node, label) for node, label, _ in pairs if type(value) is tuple and is_same(self.values[node], value)]
        if same:
            return same[:1]
        default = self.default(frame, name, value) if not found and self.is_direct(call, function) else None
        return default if default is not None else self.possible(operands, value)

    def alike(self, operands: list[tuple[int, int]], value: object) -> list[tuple[int, int]]:
        """Choose what an operator, or the read of an attribute, gives a special method: `a + b` gives `a` and `b`."""
        same = [pair for pair in operands if is_same(self.values[pair[0]], value)]
        if type(value) is not tuple:
            plain = [pair for pair in operands if type(self.values[pair[0]]) is not tuple]
            same = [pair for pair in plain if self.could_be(pair[0], value)]
        return same or self.possible(operands, value) * (type(value) is tuple)

    def possible(self, operands: list[tuple[int, int]], value: object) -> list[tuple[int, int]]:
        """Leave out what cannot give a parameter its value: a number or a text is no part of another one.

        What is another object may hold it, as one that keeps the bound method of a third: the parameter is of it.
        """
        values, part = self.values, self.graph.word("of")
        kept = self.graph.word("changed"), self.graph.word(CALLEE)
        judged = [(node, label, label in kept or self.could_be(node, value)) for node, label in operands]
        return [(n, label if same else part) for n, label, same in judged if same or type(values[n]) is tuple]

    def is_keyword(self, word: str, params: tuple[str, ...]) -> bool:
        """Tell whether an argument goes to the `**kwargs` of a function by its name."""
        return word.isidentifier() and word != "self" and word not in params

    def is_direct(self, call: Site, function: Any) -> bool:
        """Return True where a call names the function, or its class."""
        parts = function.qualname.split(".")
        return call.attr in (parts[-1], parts[-2] if parts[-1] in ("__init__", "__new__") else parts[-1])

    def default(self, frame: Live, name: str, value: object) -> list[tuple[int, int]] | None:
        """Return the node of a parameter's default; None where its definition was not seen, [] where that ran again."""
        made = frame.module.made.get(frame.function.id, -1)
        if made < 0:
            return None
        code = self.graph.word("default")
        held = self.defaults.get(made, {}).get(name)
        if held is not None and not self.could_be(held, value):
            return []
        return [(made, code)] if held is None else [(held, code)]
