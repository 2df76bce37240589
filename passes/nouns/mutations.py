"""Columns -> for a node, when the object that is its value was next changed."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tracec.passes.nouns.structure import Columns, Site
from tracec.runtime.record.picture_texts import LASTING, WHOLE

# Methods of built-in types that change what they are called on, and functions that change their first argument.
# fmt: off
MUTATORS = frozenset({
    "append", "extend", "insert", "remove", "pop", "popleft", "appendleft", "clear", "sort", "reverse", "add",
    "discard", "update", "setdefault", "popitem", "difference_update", "intersection_update", "rotate", "extendleft",
    "symmetric_difference_update", "write", "writelines", "writerow", "move_to_end", "subtract", "seek", "put",
    "read", "readline", "get_nowait", "put_nowait", "send", "__setitem__", "__delitem__", "__setattr__", "__next__",
})
CHANGERS = frozenset({
    "heappush", "heappop", "heapify", "heapreplace", "heappushpop", "shuffle", "insort", "insort_left", "insort_right",
    "setattr", "delattr", "next", "setitem", "delitem",
})
INITIAL = ("__init__", "__new__", "__post_init__")  # methods that an object begins with
MAKERS = frozenset({
    "list", "dict", "set", "tuple", "frozenset", "sorted", "bytearray", "copy", "deepcopy", "split", "iter", "map",
    "filter", "zip", "enumerate", "reversed", "range", "open", "defaultdict", "Counter", "deque",
})
# Functions and methods that leave their arguments and their object as they are.
HARMLESS = MAKERS - {"open"} | {
    "abs", "all", "any", "ascii", "bin", "bool", "bytes", "callable", "chr", "complex", "divmod", "float", "format",
    "getattr", "hasattr", "hash", "hex", "id", "int", "isinstance", "issubclass", "len", "max", "min", "oct", "ord",
    "pow", "print", "repr", "round", "slice", "str", "sum", "super", "type", "vars", "property", "staticmethod",
    "classmethod", "count", "difference", "endswith", "fromkeys", "fsum", "get", "index", "intersection", "isdisjoint",
    "issubset", "issuperset", "items", "join", "keys", "most_common", "prod", "startswith", "symmetric_difference",
    "union", "values", "dumps", "reduce", "chain", "product", "combinations", "permutations", "islice", "accumulate",
    "bisect", "bisect_left", "bisect_right", "nlargest", "nsmallest", "mean", "median",
    "choice", "choices", "sample", "param",
}
# What a site may change.
NONE: Final = 0
STORE: Final = 1  # the operand `on` which it stores
AUG: Final = 2  # its first operand, where that is its own value: `+=`
FIRST: Final = 3  # the first argument, or the object of the method
ANY: Final = 4  # any operand: code that is not known is called
NO_ARGUMENT = frozenset({"return", "changed", "stored"})
STRIDE = 1 << 15  # nodes that are looked through at once; chosen
# fmt: on


def may_change(site: Site) -> bool:
    """Tell whether a site changes an object: `xs.append(x)`, `heappush(xs, x)`."""
    known = site.attr in CHANGERS or (site.attr in MUTATORS and "self" in site.labels)
    return site.kind == "call" and known


def first_changed(site: Site, words: Sequence[str]) -> int:
    """Return the place of what such a call changes: of `heapq.heappush(xs, x)` its first argument, not the module."""
    if site.attr in CHANGERS and "" in words:
        return words.index("")
    return 0


@dataclass(slots=True, eq=False)
class Later:
    """What is known of one object from some node on: numbers are node ids, -1: none."""

    real: int = -1  # the next that changed it
    maybe: int = -1  # the next that may have
    node: int = -1  # the next at which it is seen; how it looks there, and what may have changed it after
    look: tuple[str, str, int] = ("", "", -1)
    after: int = -1

    def seen(self, node: int, value: Any) -> None:
        """Note that an earlier node has the same object for its value."""
        look = value[0], value[1], value[4]
        if self.node >= 0 and look[0] != self.look[0]:  # the address is another object's by then
            self.real = self.maybe = -1
        elif self.node >= 0 and look != self.look:
            if not -1 < self.real < self.node:
                self.real = self.node
        elif self.node >= 0 and value[3] & WHOLE:
            self.maybe = self.after
        self.node, self.look, self.after = node, look, self.maybe


class NextChanges:
    """Finds for a node the next one that changed its value's object, or where the object is first seen to be another.

    It is -1 where the object stays as it is, and -2 - n where node n gave it to code that is not traced, and nothing
    tells what that did. `making` tells of a frame whether it makes an object. One pass from the newest node down, as
    far as it was asked for: linear.
    """

    def __init__(self, columns: Columns, making: Callable[[int], bool]) -> None:
        self.columns, self.making = columns, making
        traced = {site.attr for site in columns.table if site.kind in ("def", "class")}
        self.effects = [effect(site, traced) for site in columns.table]  # by site
        self.later: dict[int, Later] = {}
        self.size = len(columns.site)
        self.changed = array("i")  # of the last nodes, the last one first

    def __getitem__(self, node: int) -> int:
        while len(self.changed) < self.size - node:
            self.go_on(max(node, self.size - len(self.changed) - STRIDE))
        return self.changed[self.size - 1 - node]

    def go_on(self, end: int) -> None:
        """Go on with the pass, down to a node."""
        columns, later, effects, changed = self.columns, self.later, self.effects, self.changed
        low, high = end, self.size - len(changed)
        values, sites = columns.values, columns.site[low:high]
        for node in range(high - 1, low - 1, -1):
            value, effect = values[node], effects[sites[node - low]]
            found = -1
            if type(value) is tuple and value[2] and not value[3] & LASTING:
                known = later.setdefault(value[2], Later())
                known.seen(node, value)
                found = known.real if known.real >= 0 or known.maybe < 0 else -2 - known.maybe
                if is_new(columns, node, value[0], self.making):
                    del later[value[2]]
            changed.append(found)
            if effect != NONE:
                self.effect(node, effect)

    def effect(self, node: int, effect: int) -> None:
        """Note what a node changes."""
        columns = self.columns
        begin, end = columns.first[node], columns.first[node + 1]
        given = columns.inputs[begin:end]
        words = [columns.words[code] for code in columns.labels[begin:end]]
        if effect == FIRST:
            place = first_changed(columns.table[columns.site[node]], words)
            given = given[place : place + 1]
        change(self.later, node, effect, columns.values, given, words)


def effect(site: Site, traced: set[str]) -> int:
    """Tell what a site may change: NONE, STORE, AUG, FIRST or ANY."""
    if site.kind in ("store", "delete"):
        return STORE
    if site.kind == "aug":
        return AUG
    if may_change(site):
        return FIRST
    return ANY if site.kind == "call" and site.attr not in HARMLESS and site.attr not in traced else NONE


def is_new(columns: Columns, node: int, kind: str, making: Callable[[int], bool]) -> bool:
    """Return True where a value is an object that was just made: what was known of its address is of an earlier one."""
    site, frame = columns.table[columns.site[node]], columns.frame[node]
    entered = node > 0 and columns.frame[node - 1] != frame
    if site.kind == "param":
        return entered and making(frame)
    return makes(site, kind) and not (entered and site.kind == "call")


def makes(site: Site, kind: str) -> bool:
    """Return True where a place makes a new object of a type each time, as long as a call of it enters no frame."""
    if site.kind == "call":
        return site.attr in MAKERS or site.attr == kind
    return site.kind in ("display", "comp", "op", "text") or (site.kind == "item" and ":" in site.text)


def change(
    later: dict[int, Later], node: int, what: int, values: Sequence[Any], given: Sequence[int], words: Sequence[str]
) -> None:
    """Note what a node changed, or may have."""
    if what == STORE:
        given = [source for source, word in zip(given, words) if word == "on"][:1]
    elif what == ANY:
        given = [source for source, word in zip(given, words) if word not in NO_ARGUMENT]
    else:
        given = given[:1]
    for source in given:
        value = values[source]
        if type(value) is not tuple or not value[2] or value[3] & LASTING:
            continue
        if what == AUG and not (type(values[node]) is tuple and values[node][2] == value[2]):
            continue
        known = later.setdefault(value[2], Later())
        if what == ANY:
            known.maybe = node
        else:
            known.real, known.maybe = node, -1
