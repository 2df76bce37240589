"""Trace -> which values were passed on as they are: from a call to what it calls, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tracec.passes.nouns.structure import CALLEE, Function, Site
from tracec.passes.nouns.trace import Trace

TRANSPARENT = frozenset(["classmethod", "staticmethod"])  # decorators behind which a call is one of the function itself
Pass = tuple[int, str, int]  # a node, how it is told, and the node that has the same value


@dataclass(slots=True, eq=False)
class Callees:
    """Tells what calls call: only a function that the call names, without a decorator, certainly takes and gives."""

    trace: Trace
    own: set[str] = field(default_factory=set)  # names that a module binds: those are no built-in functions there
    functions: dict[tuple[str, str, int], Function] = field(default_factory=dict)
    plain: set[tuple[str, str, int]] = field(default_factory=set)  # functions without decorators
    of_class: set[tuple[str, str, int]] = field(default_factory=set)  # class methods: called on an instance too
    params: dict[int, list[int]] = field(default_factory=dict)  # frame -> the nodes of its parameters

    def __post_init__(self) -> None:
        for module in self.trace.modules:
            for site in module.sites:
                self.own.update(name.rpartition(":")[2] for name in (*site.binds, site.attr * (site.kind == "import")))
            for function in module.functions:
                key = module.path, function.qualname, function.line
                self.functions[key] = function
                made = module.sites[function.site] if function.site >= 0 else None
                pairs = zip(made.operands, made.labels) if made is not None else ()
                if all(label != "decorator" or ref in TRANSPARENT for ref, label in pairs) and function.kind == "def":
                    self.plain.add(key)
                if made is not None and "classmethod" in made.operands:
                    self.of_class.add(key)

    def is_own(self, site: Site) -> bool:
        """Tell whether a name that is called may be another one than the built-in function; `*`: nobody knows."""
        return "self" not in site.labels and bool({site.attr, "*"} & self.own)

    def param(self, node: int, frame: int) -> None:
        """Note the node of a parameter."""
        self.params.setdefault(frame, []).append(node)

    def passed_by(self, node: int) -> Iterator[Pass]:
        """Find what a call passed to the function that it names, and what that returned."""
        columns = self.trace.columns
        first, last = columns.first[node], columns.first[node + 1]
        words = [columns.words[code] for code in columns.labels[first:last]]
        if words.count("return") != 1 or set(words) - {"return", CALLEE}:
            return
        result = columns.inputs[first + words.index("return")]
        frame, site, ended = (
            columns.frame[result],
            columns.table[columns.site[node]],
            columns.table[columns.site[result]],
        )
        row = self.trace.frames[frame]
        key = row.path, row.function, row.line
        named = row.function.rpartition(".")[2] == site.attr and row.parent == columns.frame[node]
        if not named or key not in self.plain or not (ended.returns or ended.kind == "return"):
            return
        yield node, "return", result
        for param in self.params.pop(frame, ()):
            yield from self.argument(param, site, self.functions[key], own=key not in self.of_class)

    def argument(self, param: int, call: Site, function: Function, *, own: bool) -> Iterator[Pass]:
        """Find the argument that a parameter is, where it is one; `own` where the object is its first one."""
        columns = self.trace.columns
        first, last = columns.first[param], columns.first[param + 1]
        name = columns.table[columns.site[param]].attr
        label = columns.words[columns.labels[first]] if last - first == 1 else "?"
        place, bound = function.params.index(name), "self" in call.labels
        inside = place < function.shape[0] and {"*", "**"}.isdisjoint(call.labels)
        by_place = label == "" and inside and place - bound < call.labels.count("")
        if by_place or (label == "self" and own and place == 0 and inside) or label == name:
            yield param, "argument", columns.inputs[first]


def is_same(one: Any, other: Any) -> bool | None:
    """Tell whether two rows are of one value that was passed on; None where nobody knows."""
    if type(one) is not tuple or type(other) is not tuple:
        known = (one if type(one) is tuple else other)[0] != "?" if type(one) is tuple or type(other) is tuple else True
        if not known:
            return None
        return type(one) is type(other) and (one == other or repr(one) == repr(other))
    if "?" in (one[0], other[0]) or not (one[2] and other[2]):
        return None
    return bool(one[0] == other[0] and one[2] == other[2])
