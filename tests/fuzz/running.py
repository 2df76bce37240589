"""One program, run plain or instrumented in a process of its own: what it printed, how it ended, what it left."""

from __future__ import annotations

import contextlib
import gc
import io
import linecache
import marshal
import os
import re
import select
import signal
import sys
import time
import traceback
import types
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GRAINS = ("calls", "values")
# What the process at large writes into a module: `__warningregistry__` counts the changes of the warnings' filters.
OURS = ("__builtins__", "__warningregistry__")
LATE = "took more than"
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen of a run. `fault` says what went wrong with us, not with the program."""

    out: str = ""
    err: str = ""
    error: str = ""  # the whole traceback, as text
    places: tuple[str, ...] = ()  # function, line and columns of each of its frames, chained ones too
    names: tuple[str, ...] = ()  # the module's variables in the end, with a picture of each
    fault: str = ""
    statements: int = 0  # lines that ran, where they were counted
    nodes: int = 0  # of the trace
    agree: int = 0  # of its nodes, those that are the same when they are computed again
    unjudged: int = 0  # and those that cannot be


@dataclass(frozen=True, slots=True)
class Difference:
    """A program that did not behave alike."""

    grain: str
    what: str  # the field of Seen
    plain: str
    instrumented: str


def differences(
    path: Path, grains: tuple[str, ...] = GRAINS, seconds: float = 20, judged: Counter[str] | None = None
) -> list[Difference]:
    """Run a file plain and at each grain: what differs, what the linker could not place, what it places wrongly.

    `judged` counts the nodes that agree when they are computed again, and those that cannot be.
    """
    plain = apart(lambda: observe(path), seconds)
    if plain.fault:
        return [Difference("plain", "fault", plain.fault, "")]
    found = []
    for grain in grains:
        seen = apart(lambda grain=grain: observe(path, grain), seconds)  # type: ignore[misc]
        found += compared(plain, seen, grain)
        if judged is not None:
            judged.update(agree=seen.agree, unjudged=seen.unjudged)
    return found


def compared(plain: Seen, seen: Seen, grain: str) -> list[Difference]:
    """The fields that differ; a fault of ours alone where there is one."""
    if seen.fault:
        return [Difference(grain, "fault", "", seen.fault)]
    fields = ("out", "err", "error", "places", "names")
    pairs = [(name, getattr(plain, name), getattr(seen, name)) for name in fields]
    return [Difference(grain, name, str(before), str(after)) for name, before, after in pairs if before != after]


def apart(action: Callable[[], Seen], seconds: float) -> Seen:
    """The answer of an action in a forked child; one that crashes, or is late twice, is a fault."""
    seen = _forked(action, seconds)
    return _forked(action, 3 * seconds) if seen.fault.startswith(LATE) else seen


def _forked(action: Callable[[], Seen], seconds: float) -> Seen:
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(action, writing)
    os.close(writing)
    data = _drain(reading, child, time.monotonic() + seconds)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if data is None:
        return Seen(fault=f"{LATE} {seconds:g} seconds")
    if status or not data:
        return Seen(fault=f"the process ended with status {status}")
    return Seen(*marshal.loads(data))


def _child(action: Callable[[], Seen], writing: int) -> None:
    try:
        seen = action()
        packed = marshal.dumps(tuple(getattr(seen, name) for name in Seen.__slots__))
        with os.fdopen(writing, "wb") as file:
            file.write(packed)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _drain(reading: int, child: int, until: float) -> bytes | None:
    """All that a child writes; None where it is late, and then it is ended."""
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            return None
        part = os.read(reading, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


def observe(path: Path, grain: str = "", *, count: bool = False) -> Seen:
    """Run a file here and now, as `__main__`. With a grain it is instrumented, recorded, and the record linked."""
    data = path.read_bytes()
    if not grain:
        return execute(compile(data, str(path), "exec", dont_inherit=True), path, count=count)
    from tracec.recording.artifacts import build
    from tracec.runtime import record

    built = build(path.parent, [str(path)], grain)
    if built.warnings:
        return Seen(fault=f"not instrumented: {' '.join(built.warnings)}")
    record.start()
    if b"import greenlet" in data:  # no import hook is at work here
        record.greenlets()
    seen = execute(record.code(built.artifacts[os.path.realpath(path)], str(path)), path)
    log = path.with_suffix(f".{grain}.trace")
    log.unlink(missing_ok=True)
    record.save(str(log), "fuzz")
    return linked(seen, log)


def linked(seen: Seen, log: Path) -> Seen:
    """The same, with what the linker says of the record."""
    from dataclasses import replace

    from tracec.passes.verify.verification import verify
    from tracec.recording.trace_store import load

    traces = list(load(log))
    wrong = [fault for trace in traces for fault in trace.check()]
    if len(traces) != 1 or wrong:
        return replace(seen, fault=f"linker: {'; '.join(wrong[:3]) or f'{len(traces)} traces'}")
    found = verify(traces[0])
    if found.wrong:
        first = found.wrong[0]
        what = f"{first.kind} `{first.text}` at line {first.line} was {first.recorded}, and is {first.computed}"
        return replace(seen, fault=f"verify: {what}")
    agree, unjudged = sum(found.agree.values()), sum(found.unjudged.values())
    return replace(seen, nodes=len(traces[0]), agree=agree, unjudged=unjudged)


def execute(code: types.CodeType, path: Path, *, count: bool = False) -> Seen:
    """Run code in a fresh `__main__`, and look at it."""
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=str(path), __builtins__=__builtins__)
    sys.modules["__main__"] = module
    linecache.checkcache(str(path))
    out, err, problem = io.StringIO(), io.StringIO(), None
    lines = Lines(code.co_filename)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        if count:
            sys.settrace(lines.event)
        try:
            exec(code, module.__dict__)
        except BaseException as error:
            problem = error
        sys.settrace(None)
        text, places = told(problem)
        names = pictures(module.__dict__)
        gc.collect()
    return Seen(out.getvalue(), ADDRESS.sub("0x", err.getvalue()), text, places, names, statements=lines.count)


class Lines:
    """Counts the lines that run in one file."""

    def __init__(self, path: str) -> None:
        self.path, self.count = path, 0

    def event(self, frame: types.FrameType, event: str, value: object) -> Any:
        if frame.f_code.co_filename != self.path:
            return None
        self.count += event == "line"
        return self.event


def told(problem: BaseException | None) -> tuple[str, tuple[str, ...]]:
    """A traceback as text, and its places; our own frame is left out."""
    if problem is None:
        return "", ()
    problem = problem.with_traceback(problem.__traceback__ and problem.__traceback__.tb_next)
    whole = traceback.TracebackException.from_exception(problem)
    return ADDRESS.sub("0x", "".join(whole.format())), tuple(places_of(whole))


def places_of(whole: traceback.TracebackException | None) -> list[str]:
    """Function, line and columns of each frame, of an exception and those it is chained to or made of."""
    if whole is None:
        return []
    own = [f"{f.name}:{f.lineno}:{f.colno}-{f.end_lineno}:{f.end_colno}" for f in whole.stack]
    inner = [place for part in getattr(whole, "exceptions", None) or [] for place in places_of(part)]
    return own + places_of(whole.__cause__) + places_of(whole.__context__) + inner


def pictures(names: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{name} = {picture(value)}" for name, value in sorted(names.items()) if name not in OURS)


def picture(value: Any, depth: int = 0) -> str:
    """A value as text, without running the program's own code."""
    kind = type(value)
    if kind in (int, float, bool, str, bytes, complex, type(None)):
        return repr(value)
    if kind in (list, tuple, set, frozenset) and depth < 4:
        return f"{kind.__name__}({', '.join(picture(item, depth + 1) for item in value)})"
    if kind is dict and depth < 4:
        pairs = [f"{picture(k, depth + 1)}: {picture(v, depth + 1)}" for k, v in value.items()]
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, (types.FunctionType, type)):
        return f"<{kind.__name__} {value.__qualname__}>"
    fields = getattr(value, "__dict__", None) if kind.__module__ == "__main__" else None
    return f"<{kind.__name__}>{picture(fields, depth + 1) if type(fields) is dict and depth < 4 else ''}"
