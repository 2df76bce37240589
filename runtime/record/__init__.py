"""Recording: which recorder is on, and what instrumented modules are given.

The recorder in C writes bytes and keeps no value alive; where it was not compiled, or `TRACEC_PURE` is set, one in
Python does the same, slower. Where what was recorded goes: `runtime/record/log.py`.
"""

from __future__ import annotations

import builtins
import contextlib
import marshal
import os
import sys
import types
from typing import Any

from tracec.runtime.at_start import open
from tracec.runtime.record.bind_hooks import bind, hole
from tracec.runtime.record.log import START
from tracec.runtime.record.spool import Spool, module_records, opened

try:
    from tracec.runtime.record import _recorder  # type: ignore[attr-defined]

    _native: Any = _recorder
except ImportError:
    _native = None

VERSION = 3  # of the format of artifacts
LARGEST = 4096  # MiB of a log, as `trace-mb` has it
UNRECORDED = (
    "tracec: instrumented code runs, and nothing is recorded: `tracec run` records the original, "
    "which `tracec instrument --undo` restores where it was written over"
)


class _State:
    """What recording is on, process-wide."""

    def __init__(self) -> None:
        self.recorder: Any = None
        self.limit = 0
        self.imports: list[Any] | None = None
        self.modules: list[tuple[str, str]] = []  # key, structure as JSON
        self.tokens: dict[str, tuple[Any, ...]] = {}  # by their builtin name
        self.written: dict[str, int] = {}  # log file -> how many modules are in it
        self.spool: Spool | None = None  # what this process writes, where it is more than its memory
        self.keep = self.bytes = 0  # events; of log at most
        self.stopped = False
        self.told = False  # that hooks are called, and nothing is recorded


_state = _State()


def native() -> bool:
    """True where the recorder in C is there and may be used."""
    return _native is not None and not os.environ.get("TRACEC_PURE")


def start(limit_events: int = 0, *, spool: Spool | None = None, keep: int = 0, megabytes: int = LARGEST) -> None:
    """Switch recording on, before any instrumented module is loaded; beyond `megabytes` of log, 0 for no bound, nothing
    more is recorded.

    `limit_events` is how many are recorded at most until the next `clear`; where `keep` is not 0, only that many of the
    last ones are kept. What does not fit into memory goes to `spool`, where the recorder in C is at work; forked
    children have one of their own then. `finish` writes the rest.
    """
    if _state.recorder is not None:
        return
    _state.limit, _state.keep, _state.bytes = limit_events, keep, megabytes << 20
    if native():
        _state.recorder = _native
        _native.start(limit_events, keep, _state.bytes)
    else:
        from tracec.runtime.record.python_recorder import Recorder  # where the one in C is, nothing of it is needed

        _state.recorder = Recorder(keep, _publish)
    if "greenlet" in sys.modules:
        greenlets()
    if spool is not None:
        _spooling(spool)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_forked)


def greenlets() -> None:
    """Look which greenlet runs from now on, as greenlet is imported or about to be."""
    if _state.recorder is _native:
        _native.greenlets()


def recording() -> bool:
    """Whether recording is on."""
    return _state.recorder is not None and not _state.stopped


def begin(spool: Spool, megabytes: int = LARGEST) -> None:
    """Switch recording on, or on again after `stop`, into a log of its own."""
    if _state.recorder is None:
        start(spool=spool, megabytes=megabytes)
        return
    if _state.recorder is _native:
        _native.start(0, 0, megabytes << 20)
    _state.stopped = False
    _state.recorder.clear()
    _spooling(spool)


def stop() -> None:
    """Write the rest and close the log: until `begin` nothing is recorded. Raises OSError."""
    spool = _state.spool
    try:
        finish()
    finally:
        _spooling(None)
        _state.stopped = True
        if _state.recorder is _native:
            _native.start(1, 0, 0)  # one event at most: what still runs with hooks fills no memory
        if spool is not None:
            spool.leave()


def share(count: str) -> None:
    """Bound what all processes write together: they add it up in this file. Raises OSError."""
    if _state.recorder is _native:
        with open(count, "r+b") as file:
            _native.share(file.fileno())
        _native.spent(0)


def _publish() -> None:
    """The hooks become builtins: every module finds them, and none has them among its own names."""
    for name, hook in hooks().items():
        setattr(builtins, f"__{name}__", hook)


def hooks() -> dict[str, Any]:
    """The hooks by their names without underscores: those that record, or such as do nothing."""
    on = _state.recorder
    if on is None and native():
        on = _native  # which does nothing as long as it was not started, and does it quickly
    if on is None:
        found: dict[str, Any] = dict.fromkeys(("rec", "keep", "put", "begin"), _nothing)
        found |= {"val": _same, "frame": _same, "pause": _second, "resume": _second, "again": _second}
    elif on is _native:
        names = ("rec", "keep", "put", "begin", "val", "frame", "pause", "resume", "again")
        found = {name: getattr(on, name) for name in names}
    else:
        found = on.hooks()
    return {**found, "any": BaseException}  # a module's own BaseException may be another


def _nothing(*values: object) -> None:
    """Stands for a hook while nothing is recorded."""


def _same(value: Any) -> Any:
    return value


def _second(mark: object, value: Any) -> Any:
    return value


def attach(key: str, name: str, segments: int | bytes, structure: str = "") -> None:
    """What comes before a module runs whose hooks are names: they become builtins, and its tokens do as `name`.

    Where nothing is recorded, the functions of the module that calls this lose their hooks.
    """
    setattr(builtins, name, _tokens(key, name, segments, structure))
    if not hasattr(builtins, "__rec__"):
        _publish()
    if _state.recorder is None:
        from tracec.runtime.record.unhook import unhook

        if not _state.told and sys.stderr is not None:
            _state.told = True
            print(UNRECORDED, file=sys.stderr)
        unhook(sys._getframe(1).f_code)


def _tokens(key: str, name: str, segments: int | bytes, structure: str) -> tuple[Any, ...]:
    """A token for each segment; `segments` says their kinds, or only how many there are."""
    recorder, module = _state.recorder, len(_state.modules)
    kinds = bytes(segments)
    if recorder is None:
        return (None,) * len(kinds)
    if name not in _state.tokens:
        _state.modules.append((key, structure))
        _state.tokens[name] = tuple(recorder.token(module, n, kind) for n, kind in enumerate(kinds))
        if _state.spool is not None:
            _state.spool.add(_state.modules)
    return _state.tokens[name]


def limit() -> int:
    """The event limit given to `start`; 0 where there is none."""
    return _state.limit


def size() -> int:
    """Events since the last `clear`, in all threads; those beyond the limit count as well where recording is in C."""
    return int(_state.recorder.size())


def clear(keep: int = 0) -> None:
    """Forget what was recorded, but for the run's imports; then keep about the last `keep` events, all for 0."""
    if _state.imports is None:
        _state.imports = _taken()
        if keep:
            _state.recorder.start(_state.limit, keep, _state.bytes)
    _state.recorder.clear()


def _taken() -> list[tuple[int, bool, list[Any]]]:
    """What is in memory: (thread, whether its first events were dropped, chunks) of each stream."""
    if _state.recorder is not _native:
        return [(thread, cut, [events]) for thread, cut, events in _state.recorder.taken(_state.limit)]
    return [
        (thread, bool(cut), [c for c in (before, last) if c]) for thread, cut, before, last in sorted(_native.peek())
    ]


# --- artifacts --------------------------------------------------------------------------------------------------------


def code(artifact: str, path: str) -> types.CodeType:
    """The code object of an instrumented module from its artifact, ready to run; its structure goes into the log.

    Where recording is not on, that of the file itself. Raises ValueError or EOFError where the artifact was made by
    another Python or is broken.
    """
    if _state.recorder is None:
        with open(path, "rb") as file:
            return compile(file.read(), path, "exec", dont_inherit=True)
    with open(artifact, "rb") as file:
        head, careful, key, name, segments, structure, compiled = marshal.load(file)
    if head != [VERSION, sys.version]:
        raise ValueError(f"{artifact} was made by another version")
    found: types.CodeType = marshal.loads(compiled)
    if not careful:
        attach(key, name, segments, structure)
        return found
    if _state.recorder is not _native:
        _state.recorder.careful = True
    filled = {hole(number): token for number, token in enumerate(_tokens(key, name, segments, structure))}
    return bind(found, filled | {hole(f"__{name}__"): hook for name, hook in hooks().items()})


def artifact(
    key: str, name: str, segments: int | bytes, structure: str, compiled: types.CodeType, *, careful: bool = False
) -> bytes:
    """The bytes that `code` reads: `name` is that of the tokens, `structure` the module's as JSON; `segments` are their
    kinds, a byte each (0 to 4, as in `_recorder.c`), or how many there are.

    A `careful` module's hooks are holes in its constants.
    """
    head = [VERSION, sys.version]
    return marshal.dumps((head, careful, key, name, segments, structure, marshal.dumps(compiled)))


# --- the log ----------------------------------------------------------------------------------------------------------


def save(file: str, chapter: str) -> None:
    """Append what was recorded to a log file as one chapter, and forget it. Creates the file where it is not there."""
    try:
        with opened(file) as log:
            if log.tell() == len(START):
                _state.written.pop(file, None)
            if file not in _state.written and _state.imports is not None:
                log.write(_new_modules(file))
                log.write(marshal.dumps(("chapter", "", _state.imports)))
            log.write(_new_modules(file))
            log.write(marshal.dumps(("chapter", chapter, _taken())))
    finally:
        _state.recorder.clear()


def _new_modules(file: str) -> bytes:
    """The records of the modules that are not in a log yet."""
    first = _state.written.get(file, 0)
    _state.written[file] = len(_state.modules)
    return module_records(_state.modules[first:])


def finish() -> None:
    """Write what this process recorded and did not write yet; raises OSError, and all stays as it is then."""
    if _state.spool is None:
        return
    size = _state.spool.finish(_state.modules, _taken())
    _state.recorder.clear()
    if _state.recorder is _native:
        _native.spent(size)


def _forked() -> None:
    """A child of the process goes on in a spool of its own, without what its parent has not written yet."""
    parent = _state.spool
    if parent is None:
        return
    _spooling(None)
    _state.recorder.clear()
    parent.leave()
    with contextlib.suppress(OSError):
        _spooling(parent.child(len(_state.modules)))


def _spooling(spool: Spool | None) -> None:
    """Where full buffers go from now on; those of before are forgotten."""
    _state.spool = spool
    if _state.recorder is not _native:
        return
    if spool is None or _state.keep:
        _native.spool_to(-1, -1)
        return
    buffers = spool.buffers()
    _native.spool_to(spool.file.number, buffers)
    _native.spent(0)  # others may have written enough
