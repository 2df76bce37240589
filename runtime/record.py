"""The one hook: streams of plain values and tokens, and both ends of the log format.

Instrumented code calls `list.append` of its thread's stream; nothing here runs while a program records, except where a
generator is resumed, a comprehension is recorded, or a second thread lives.
"""

from __future__ import annotations

import builtins
import itertools
import marshal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from tracec.runtime.picture import FLAT, LONG, PLAIN, picture

VERSION = 1
Events = list[object]


class Token:
    """Says which segment of which module the stream goes on in."""

    __slots__ = ("module", "segment")

    def __init__(self, module: int, segment: int) -> None:
        self.module, self.segment = module, segment


class Mark:
    """Names one frame of a generator or coroutine."""

    __slots__ = ("number",)
    _numbers = itertools.count(1)

    def __init__(self) -> None:
        self.number = next(self._numbers)


class _Local(threading.local):
    """A stream for each thread, made when the thread first records."""

    def __init__(self) -> None:
        events: Events = []
        self.append = events.append
        _state.streams.append((len(_state.streams), events))  # not the thread's id, which the next one may get


class _State:
    """What recording is on, process-wide."""

    def __init__(self) -> None:
        self.on = False
        self.limit = 0
        self.streams: list[tuple[int, Events]] = []
        self.imports: list[tuple[int, Events]] | None = None
        self.modules: list[tuple[str, str]] = []  # key, structure as JSON
        self.local: _Local | None = None


_state = _State()


def _nothing(value: object) -> None:
    """Stands for append while nothing is recorded."""


def _val(value: Any) -> Any:
    """Record and return: where a walrus is not allowed."""
    _append(value)
    return value


def _frame(token: Token) -> Mark:
    """A generator or coroutine begins: gives it a mark of its own."""
    mark = Mark()
    _append(mark)
    _append(token)
    return mark


def _pause(token: Token, value: Any) -> Any:
    """A generator or coroutine is about to sleep, once what it gives away is known."""
    _append(token)
    return value


def _resume(mark: Mark, value: Any) -> Any:
    """A generator or coroutine goes on, with what was sent."""
    _append(mark)
    _append(value)
    return value


def _again(mark: Mark, value: Any) -> Any:
    """The same where only calls are recorded: what was sent is not."""
    _append(mark)
    return value


_append: Callable[[object], None] = _nothing


def start(limit_events: int = 0) -> None:
    """Switch recording on, before any instrumented module is loaded. `limit_events` is what `limit()` answers."""
    global _append
    if _state.on:
        return
    events: Events = []
    _state.on, _state.limit = True, limit_events
    _state.streams.append((0, events))
    _append = events.append
    _publish()
    for name in ("_start_new_thread", "_start_joinable_thread"):
        if hasattr(threading, name):
            setattr(threading, name, _watched(getattr(threading, name)))


def _watched(launch: Callable[..., Any]) -> Callable[..., Any]:
    def start_thread(*args: Any, **kwargs: Any) -> Any:
        _split()
        return launch(*args, **kwargs)

    return start_thread


def _split() -> None:
    """A second thread is about to start: from now on each thread finds its own stream."""
    global _append
    if _state.local is not None:
        return
    first = _state.streams[0]
    _state.local = local = _Local()
    _state.streams[:] = [first]
    local.append = first[1].append

    def append(value: object) -> None:
        local.append(value)

    _append = append
    _publish()


def _publish() -> None:
    """The hooks become builtins: every instrumented module finds them, and none has them among its own names."""
    hooks = {"val": _val, "frame": _frame, "pause": _pause, "resume": _resume, "again": _again}
    off = {"val": _identity, "frame": _identity, "pause": _second, "resume": _second, "again": _second}
    for name, hook in (hooks if _state.on else off).items():
        setattr(builtins, f"__{name}__", hook)
    builtins.__rec__ = builtins.__keep__ = _append  # type: ignore[attr-defined]
    builtins.__any__ = BaseException  # type: ignore[attr-defined]  # the module's own may be another


def attach(key: str, name: str, segments: int, structure: str = "") -> None:
    """What comes before an instrumented module runs: its tokens become the builtin `name`."""
    if not hasattr(builtins, "__rec__"):
        _publish()
    if not _state.on:
        setattr(builtins, name, (None,) * segments)
    elif not hasattr(builtins, name):
        module = len(_state.modules)
        _state.modules.append((key, structure))
        setattr(builtins, name, tuple(Token(module, n) for n in range(segments)))


def _identity(value: Any) -> Any:
    return value


def _second(mark: object, value: Any) -> Any:
    return value


def limit() -> int:
    """The event limit given to `start`; 0 where there is none."""
    return _state.limit


def size() -> int:
    """Events recorded since the last `clear`, in all threads."""
    return sum(len(events) for _, events in _state.streams)


def clear() -> None:
    """Forget what was recorded so far; what came before the first call is kept as the run's imports."""
    if _state.imports is None:
        _state.imports = [(thread, list(events)) for thread, events in _state.streams]
    for _, events in _state.streams:
        events.clear()


# --- the log: marshal records, one after another ----------------------------------------------------------------------


def code(artifact: str, path: str) -> types.CodeType:
    """The code object of an instrumented module from its artifact, ready to run; its structure goes into the log.

    Raises ValueError or EOFError where the artifact was made by another Python or is broken.
    """
    with open(artifact, "rb") as file:
        head, key, name, segments, structure, compiled = marshal.load(file)
    if head != [VERSION, sys.version]:
        raise ValueError(f"{artifact} was made by another version")
    found: types.CodeType = marshal.loads(compiled)
    attach(key, name, segments, structure)
    return found


def artifact(key: str, name: str, segments: int, structure: str, compiled: types.CodeType) -> bytes:
    """The bytes that `code` reads: `name` is that of the tokens, `structure` the module's as JSON."""
    return marshal.dumps(([VERSION, sys.version], key, name, segments, structure, marshal.dumps(compiled)))


def save(file: str, chapter: str) -> None:
    """Append what was recorded to a log file as one chapter, and forget it. Creates the file with its modules first."""
    try:
        with open(file, "ab") as log:
            if log.tell() == 0:
                marshal.dump(("tracec", VERSION, sys.version), log)
                _write(log, "", _state.imports or [])
            _write(log, chapter, _state.streams)
    finally:
        for _, events in _state.streams:
            events.clear()


def _write(log: BinaryIO, chapter: str, streams: list[tuple[int, Events]]) -> None:
    limit = _state.limit or sys.maxsize
    marshal.dump(("modules", list(_state.modules)), log)
    marshal.dump(("chapter", chapter, [(thread, encode(events[:limit])) for thread, events in streams if events]), log)


def read(file: str) -> Iterator[tuple[str, Any]]:
    """A log file -> its records: ("modules", [(key, structure)]) and ("chapter", (name, [(thread, events)])).

    Stops at the last whole record. Raises ValueError where the file is no log of this version and this Python.
    """
    with open(file, "rb") as log:
        try:
            head = marshal.load(log)
        except (EOFError, ValueError, TypeError):
            head = None
        if not (isinstance(head, tuple) and head[:2] == ("tracec", VERSION)):
            raise ValueError("not a trace of this version of tracec")
        while True:
            try:
                record = marshal.load(log)
            except (EOFError, ValueError, TypeError):
                return
            if not isinstance(record, tuple) or record[:1] not in (("modules",), ("chapter",)):
                return  # torn
            yield record[0], (record[1] if record[0] == "modules" else tuple(record[1:]))


def encode(events: Events) -> list[object]:
    """Events -> what marshal can write: plain values as they are; (module, segment); (mark,); and pictures of the rest,
    (type, text, identity, exact, size).
    """
    plain, out = PLAIN, []
    for event in events:
        kind = type(event)
        if kind in plain or (kind in FLAT and len(event) <= LONG):  # type: ignore[arg-type]
            out.append(event)
        elif kind is Token:
            out.append((event.module, event.segment))  # type: ignore[attr-defined]
        elif kind is Mark:
            out.append((event.number,))  # type: ignore[attr-defined]
        else:
            out.append(picture(event))
    return out
