"""Runs a plain program under a recorder: `python -m tests.fuzz.watching FILE OUT`.

By `sys.monitoring` where there is one (3.12 on), else by `sys.settrace` with opcodes: 3.12's does not always give them.
"""

from __future__ import annotations

import atexit
import os
import pickle
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

from tests.fuzz.recorder import Recorder
from tracec.project.paths import read

SLEEPING = frozenset({"SEND", "RESUME", "RETURN_GENERATOR"})  # where an await, or a generator not yet begun, stands
GENERATORS = 0x20 | 0x80 | 0x200  # generator, coroutine and asynchronous generator: no StopIteration leaves them


class Tracer:
    """`event` is a trace function for `sys.settrace`."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        # Ids, not frames, which would live on.
        self._beginning: set[int] = set()
        self._begun: set[int] = set()
        self._failing: dict[int, str] = {}  # an exception is on its way, and no opcode has run since

    def start(self) -> None:
        threading.settrace(self.event)
        sys.settrace(self.event)

    def stop(self) -> None:
        sys.settrace(None)

    def event(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        """Called by Python; answers itself to go on watching a frame."""
        if frame.f_code.co_filename != self.recorder.path:
            return None
        try:
            self._see(frame, event, arg)
        except Exception as error:  # Python would switch tracing off without a word
            self.recorder.failures.append(f"{frame.f_code.co_name}:{frame.f_lineno}: {event}: {error!r}")
        return self.event

    def _see(self, frame: types.FrameType, event: str, arg: Any) -> None:
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
            self._enter(frame)
        elif event == "opcode":
            self._opcode(frame)
        elif event == "exception" and id(frame) not in self._beginning:
            if not (frame.f_code.co_flags & GENERATORS and arg[0] is StopIteration):
                self._failing[id(frame)] = arg[0].__name__
        elif event == "return":
            self.recorder.stored(frame)
            self._leave(frame, arg)

    def _enter(self, frame: types.FrameType) -> None:
        """A frame begins, or a generator's goes on; where it does so by an exception no event tells which."""
        code = frame.f_code
        at = self.recorder.step(code, frame.f_lasti)
        anew = at.opname == "RESUME" and code.co_code[frame.f_lasti + 1] & 3 == 0
        if anew or id(frame) not in self._begun:
            self._beginning.add(id(frame))
        elif at.opname != "RESUME":
            self._failing[id(frame)] = "?"

    def _opcode(self, frame: types.FrameType) -> None:
        self._failing.pop(id(frame), None)
        if id(frame) in self._beginning:
            self._beginning.discard(id(frame))
            self._begun.add(id(frame))
            self.recorder.begin(frame)
        self.recorder.before(frame, frame.f_lasti)

    def _leave(self, frame: types.FrameType, value: object) -> None:
        code, failing = frame.f_code, self._failing.pop(id(frame), "")
        if id(frame) in self._beginning:  # closed before its first opcode
            self._beginning.discard(id(frame))
            return
        opname = self.recorder.step(code, frame.f_lasti).opname
        if opname != "YIELD_VALUE" or failing:
            self._begun.discard(id(frame))
        if failing:  # what is thrown into a generator, no event tells for sure
            self.recorder.ended(code, "?" if code.co_flags & GENERATORS else failing)
        elif opname.startswith("RETURN_"):
            self.recorder.left(code, frame.f_lasti, value)
        elif opname == "YIELD_VALUE":
            self.recorder.gave(code, frame.f_lasti, value)
        elif opname not in SLEEPING and value is None:
            self.recorder.ended(code, "?")  # by way of a handler or a `finally`


class Monitor:
    """Callbacks for `sys.monitoring`."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._begun: set[int] = set()

    def start(self) -> None:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined]
        monitoring.use_tool_id(monitoring.DEBUGGER_ID, "recorder")
        events = monitoring.events
        callbacks: dict[int, Callable[..., Any]] = {
            events.PY_START: self._start, events.INSTRUCTION: self._instruction, events.PY_RETURN: self._return,
            events.PY_YIELD: self._yield, events.PY_UNWIND: self._unwind,
        }  # fmt: skip
        for event, callback in callbacks.items():
            monitoring.register_callback(monitoring.DEBUGGER_ID, event, self._of_the_file(callback))
        monitoring.set_events(monitoring.DEBUGGER_ID, sum(callbacks))

    def stop(self) -> None:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined]
        monitoring.set_events(monitoring.DEBUGGER_ID, 0)

    def _of_the_file(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        def called(code: types.CodeType, *arguments: Any) -> None:
            if code.co_filename == self.recorder.path:
                try:
                    callback(sys._getframe(1), *arguments)
                except Exception as error:
                    self.recorder.failures.append(f"{code.co_name}: {callback.__name__}: {error!r}")

        return called

    def _start(self, frame: types.FrameType, offset: int) -> None:
        self._begun.add(id(frame))
        self.recorder.begin(frame)

    def _instruction(self, frame: types.FrameType, offset: int) -> None:
        self.recorder.before(frame, offset)

    def _return(self, frame: types.FrameType, offset: int, value: object) -> None:
        self._begun.discard(id(frame))
        self.recorder.stored(frame)
        self.recorder.left(frame.f_code, offset, value)

    def _yield(self, frame: types.FrameType, offset: int, value: object) -> None:
        self.recorder.stored(frame)
        self.recorder.gave(frame.f_code, offset, value)

    def _unwind(self, frame: types.FrameType, offset: int, error: BaseException) -> None:
        self.recorder.stored(frame)
        if id(frame) in self._begun:
            self._begun.discard(id(frame))
            self.recorder.ended(frame.f_code, type(error).__name__)


def main() -> None:
    """Run a file as `python FILE` would, to its very end, and keep what was seen."""
    path, out = sys.argv[1:]
    with open(path, "rb") as file:
        data = file.read()
    recorder = Recorder(path, read(path).text)
    watcher = Monitor(recorder) if sys.version_info >= (3, 12) else Tracer(recorder)
    code = compile(data, path, "exec", dont_inherit=True)
    sys.argv, sys.path[0] = [path], os.path.dirname(path)
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=__builtins__)
    sys.modules["__main__"] = module
    atexit.register(_keep, recorder, watcher, out, os.getpid())
    watcher.start()
    try:
        exec(code, module.__dict__)
    except Exception as error:
        inner = error.__traceback__ and error.__traceback__.tb_next
        sys.excepthook(type(error), error.with_traceback(inner), inner)
        sys.exit(1)


def _keep(recorder: Recorder, watcher: Monitor | Tracer, out: str, process: int) -> None:
    watcher.stop()
    if os.getpid() == process:
        with open(out, "wb") as file:
            pickle.dump((recorder.failures, recorder.observed.tables()), file)


if __name__ == "__main__":
    main()
