"""Trace -> States: what every variable in scope held, each time an expression of some files was evaluated."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from tracec.passes.nouns.credit import State
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.trace import Picture, Trace

MOST_KEPT = 10  # distinct states kept of one place in one test; chosen
MOST_EXECUTIONS = 40  # executions of one place that are looked at in one test; chosen
LONGEST_VALUE = 400  # characters of a value's text; chosen
EXACT = (bool, int, float, str, bytes, type(None))
SIMULATED = ("append", "add")
KEEPING = frozenset({
    "copy", "count", "index", "get", "keys", "values", "items", "find", "join", "split", "strip", "lower", "upper",
    "startswith", "endswith", "replace", "format", "isdigit", "isalpha", "isalnum", "isupper", "islower", "isspace",
    "union", "intersection", "difference", "issubset", "issuperset",
})  # fmt: skip
Value = tuple[object] | None  # a value in a tuple of its own; None where it is not known

# Kinds of nodes that are no value of an expression.
NO_VALUE = frozenset({
    "store", "delete", "def", "class", "test", "assert", "raise", "exception", "caught", "param", "loop", "with",
    "match",
})  # fmt: skip


def states(trace: Trace, paths: Collection[str]) -> list[State]:
    """Collect the first distinct states of each place; values are plain data that nobody may change."""
    return list(_Walk(trace, paths).states())


class _Walk:
    """One pass over the nodes. Objects are followed by their identity: a picture, and what changed it since."""

    def __init__(self, trace: Trace, paths: Collection[str]) -> None:
        self._trace = trace
        self._objects: dict[int, tuple[Value, int]] = {}  # identity -> its value, the node of the picture or -1
        self._scopes: dict[int, dict[str, object]] = {}  # frame -> name -> _Known or _Object
        inside = {f.id for f in trace.frames if f.path in paths}
        kinds = {(m.path, f.qualname, f.line): f.kind for m in trace.modules for f in m.functions}
        found = {f.id: kinds.get((f.path, f.function, f.line), "") for f in trace.frames if f.id in inside}
        self._own = frozenset(frame for frame, kind in found.items() if kind not in ("module", "class", ""))
        self._comps = frozenset(frame for frame, kind in found.items() if kind == "comp")

    def states(self) -> Iterator[State]:
        columns, trace = self._trace.columns, self._trace
        kept: dict[Span, set[str]] = {}
        looked: dict[Span, int] = {}
        for number in range(trace.imported, len(trace)):
            site, frame = columns.table[columns.site[number]], columns.frame[number]
            value = self._seen(number, columns.values[number])
            if frame not in self._own:
                continue
            if site.kind not in NO_VALUE or site.kind == "test":
                count = looked[site.span] = looked.get(site.span, 0) + 1
                state = self._state(number, site.span, frame, value) if count <= MOST_EXECUTIONS else None
                before = kept.setdefault(site.span, set())
                if (
                    state is not None
                    and len(before) < MOST_KEPT
                    and (key := repr((state.names, state.value))) not in before
                ):
                    before.add(key)
                    yield state
            self._bind(number, frame, site.binds if site.kind not in ("def", "class") else (), value)
            self._change(number, site.kind, site.attr, frame)
            if site.kind == "attr" and site.text.isprintable() and site.text.count(".") == 1:
                self._scopes.setdefault(frame, {})[site.text] = value if value is not None else _held(columns, number)

    def _state(self, number: int, span: Span, frame: int, value: Value) -> State | None:
        names = [(name, known[0]) for name, held in self._visible(frame) if (known := self._now(held, number))]
        return State(span, self._trace.name, tuple(sorted(names)), value or (), number) if names else None

    def _visible(self, frame: int) -> list[tuple[str, object]]:
        found: dict[str, object] = {}
        chain = [frame]
        while chain[-1] in self._comps:
            chain.append(self._trace.frames[chain[-1]].parent)
        for one in reversed(chain):
            found.update(self._scopes.get(one, {}))
        return list(found.items())

    def _now(self, held: object, number: int) -> Value:
        """What a variable holds at a node."""
        if isinstance(held, tuple) or held is None:
            return held
        assert isinstance(held, int)
        value, since = self._objects.get(held, (None, -1))
        changed = self._trace.changed_since(since) if since >= 0 else -1
        return None if 0 <= changed <= number else value

    def _seen(self, number: int, value: Any) -> Value:
        """A node's value; a picture of an object that may change is what it is from now on."""
        if type(value) is not tuple:
            return (value,) if isinstance(value, EXACT) else None
        picture = Picture(*value)
        read = _read(picture.text) if picture.whole and len(picture.text) <= LONGEST_VALUE else None
        if picture.identity and not picture.lasting:
            self._objects[picture.identity] = (read, number)
        return read

    def _bind(self, number: int, frame: int, names: Collection[str], value: Value) -> None:
        columns = self._trace.columns
        scope = self._scopes.setdefault(frame, {})
        for name in names:
            scope[name] = (_held(columns, number) or value) if len(names) == 1 or value is None else value
            for text in [text for text in scope if text.startswith(f"{name}.")]:
                del scope[text]

    def _change(self, number: int, kind: str, attr: str, frame: int) -> None:
        """What a call or a store does to objects at hand."""
        columns = self._trace.columns
        first, last = columns.first[number], columns.first[number + 1]
        inputs = [(columns.words[columns.labels[at]], columns.inputs[at]) for at in range(first, last)]
        if kind == "call":
            receiver = next((node for label, node in inputs if label == "self"), -1)
            given = [node for label, node in inputs if label == ""]
            self._called(number, attr, _held(columns, receiver) if receiver >= 0 else 0, given)
        elif kind in ("store", "delete"):
            for label, node in inputs:
                if label == "on" and (identity := _held(columns, node)) in self._objects:
                    self._objects[identity] = (None, -1)
            scope = self._scopes.get(frame, {})
            for text in [text for text in scope if attr and text.endswith(f".{attr}")]:
                del scope[text]

    def _called(self, number: int, attr: str, receiver: int, given: list[int]) -> None:
        if receiver not in self._objects or attr in KEEPING:
            return
        value, since = self._objects[receiver]
        known = self._now(receiver, number - 1) if since >= 0 else value
        more = self._value_of(given[0], number) if len(given) == 1 else None
        whole = _grown(known[0], attr, more[0]) if known and more and attr in SIMULATED else None
        self._objects[receiver] = (whole, -1)

    def _value_of(self, node: int, number: int) -> Value:
        value: Any = self._trace.columns.values[node]
        if type(value) is tuple:
            identity = _held(self._trace.columns, node)
            return self._now(identity, number) if identity else _read(Picture(*value).text)
        return (value,) if isinstance(value, EXACT) else None


def _held(columns: Any, node: int) -> int:
    """The identity of the object that may change which is a node's value; 0 where it is none."""
    value = columns.values[node]
    picture = Picture(*value) if type(value) is tuple else None
    return picture.identity if picture is not None and not picture.lasting else 0


def _grown(whole: object, attr: str, part: object) -> Value:
    if isinstance(whole, list) and attr == "append":
        return ([*whole, part],)
    if isinstance(whole, set) and attr == "add":
        try:
            return ({*whole, part},)
        except TypeError:
            return None
    return None


@lru_cache(maxsize=4096)
def _read(text: str) -> Value:
    """The plain data that a picture shows; None where it is none."""
    try:
        return (ast.literal_eval(text),)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return (set(),) if text == "set()" else None
