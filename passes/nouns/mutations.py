"""Columns -> for each node, when the object that is its value was next changed."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tracec.passes.nouns.structure import Columns, Site
from tracec.runtime.record.picture import LASTING, WHOLE

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


def next_changes(columns: Columns, making: Sequence[int]) -> array[int]:
    """Find for each node the next one that changed its value's object, or where the object is first seen to be another.

    It is -1 where the object stays as it is, and -2 - n where node n gave it to code that is not traced, and nothing
    tells what that did. `making` is 1 for each frame that makes an object. One pass from the newest node down: linear.
    """
    table, values, inputs, first = columns.table, columns.values, columns.inputs, columns.first
    traced = {site.attr for site in table if site.kind in ("def", "class")}
    effects = [effect(site, traced) for site in table]  # by site
    later: dict[int, Later] = {}
    changed = array("i", bytes(4 * len(values)))
    for node in range(len(values) - 1, -1, -1):
        value, number = values[node], columns.site[node]
        changed[node] = -1
        if type(value) is tuple and value[2] and not value[3] & LASTING:
            known = later.setdefault(value[2], Later())
            known.seen(node, value)
            changed[node] = known.real if known.real >= 0 or known.maybe < 0 else -2 - known.maybe
            if is_new(columns, node, value[0], making):
                del later[value[2]]
        if effects[number] != NONE:
            given = inputs[first[node] : first[node + 1]]
            words = [columns.words[code] for code in columns.labels[first[node] : first[node + 1]]]
            if effects[number] == FIRST:
                place = first_changed(table[number], words)
                given = given[place : place + 1]
            change(later, node, effects[number], values, given, words)
    return changed


def effect(site: Site, traced: set[str]) -> int:
    """Tell what a site may change: NONE, STORE, AUG, FIRST or ANY."""
    if site.kind in ("store", "delete"):
        return STORE
    if site.kind == "aug":
        return AUG
    if may_change(site):
        return FIRST
    return ANY if site.kind == "call" and site.attr not in HARMLESS and site.attr not in traced else NONE


def is_new(columns: Columns, node: int, kind: str, making: Sequence[int]) -> bool:
    """Return True where a value is an object that was just made: what was known of its address is of an earlier one."""
    site, frame = columns.table[columns.site[node]], columns.frame[node]
    entered = node > 0 and columns.frame[node - 1] != frame
    if site.kind == "param":
        return entered and making[frame] == 1
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
