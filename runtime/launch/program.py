"""`tracec run` starts this: it does all that comes before the program's own first statement.

A script is handed to the interpreter itself as compiled code, so that no frame of ours lies below it; its first
statement calls `begin`. What `-m` runs is found by runpy, as it always is: see `start`. Either way the program then
finds everything as `python` alone would have left it.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import marshal
import os
import sys
from collections.abc import Callable, Mapping
from importlib.machinery import SourceFileLoader
from types import CodeType, TracebackType
from typing import Any

from tracec.runtime import record
from tracec.runtime.launch.recorded_code import RecordedCode
from tracec.runtime.launch.roads import Roads
from tracec.runtime.record.bind_hooks import fill
from tracec.runtime.record.spool import Spool

OURS = (
    "program",
    "roads",
    "recorded_code",
    "artifact_file",
    "import_hook",
    "scope",
    "asking",
    "live_code",
    "plain_code",
    "python_argv",
    "_executed",
)  # modules of this room that have done their work


def begin() -> None:
    """A script's first statement: `python CODE CONFIG ARGS...` becomes what `python SCRIPT ARGS...` is."""
    frame, config = sys._getframe(1), taken()
    file: str = config["file"]
    mend_paths(frame.f_globals["__file__"], file)
    sys.argv[0] = config["argv0"]
    frame.f_globals["__file__"] = file
    frame.f_globals["__loader__"] = SourceFileLoader("__main__", file)
    recorded = recording(config, child=config["child"])
    if config["warns"]:
        warn(file)
    if config["artifact"]:
        fill(frame.f_code, record.code(config["artifact"], file).co_consts)
        recorded.plain.add(frame.f_code)
    vanish()


def mend_paths(code: str, file: str) -> None:
    """`sys.path`, and what importlib remembers of it, as they are where the interpreter is given the script itself."""
    folder, known = sys.path.pop(), sys.path_importer_cache
    if folder not in sys.path:
        known.pop(folder, None)
    known[file] = known.pop(code, None)
    if not sys.flags.safe_path:
        known.pop(sys.path[0], None)
        sys.path[0] = os.path.dirname(os.path.realpath(file))


def taken() -> dict[str, Any]:
    """What the file says which our own argument names; neither is there any more."""
    name = sys.argv.pop(1)
    with open(name, "rb") as file:
        config: dict[str, Any] = marshal.load(file)
    os.unlink(name)
    sys.orig_argv[1:] = config["command"]
    return config


def recording(config: Mapping[str, Any], *, child: str = "") -> RecordedCode:
    """Switch recording on, and see to it that the log is written however the program ends.

    `child` is what the process is called where it is not the first one.
    """
    spool = None
    try:
        spool = Spool(config["log"], child or " ".join(config["program"]), "" if child else config["log"])
    except OSError as error:
        print(f"tracec: the trace cannot be written: {error}", file=sys.stderr)
    record.start(0 if spool else 1, spool=spool, keep=config["keep"], megabytes=config["megabytes"])
    if config["count"]:
        with contextlib.suppress(OSError):
            record.share(config["count"])
    roads = Roads(RecordedCode(config))
    roads.open(config.get("file", ""), config.get("missed", ()))
    save = functools.partial(finish, roads)
    atexit.register(save)
    for leaving in ("_exit", "execv", "execve"):
        setattr(os, leaving, saving(save, getattr(os, leaving)))
    return roads.recorded


def finish(roads: Roads) -> None:
    """Write the rest; what cannot be written is told."""
    roads.close()
    try:
        record.finish()
    except OSError as error:
        print(f"tracec: the trace cannot be written: {error}", file=sys.stderr)


def saving(save: Callable[[], None], leave: Callable[..., Any]) -> Callable[..., Any]:
    """One of the ways out of a process that run no exit handlers, after the log is written."""

    def left(*args: Any, **kwargs: Any) -> Any:
        program = next(iter(args), None)  # os.execvp tries one folder after the other
        if not isinstance(program, (str, bytes)) or os.access(program, os.X_OK):
            save()
        return leave(*args, **kwargs)

    left.__name__ = left.__qualname__ = leave.__name__
    left.__doc__ = leave.__doc__
    return left


def vanish(*names: str) -> None:
    """Take modules that have done their work out of sight."""
    for name in (*OURS, *names):
        if sys.modules.pop(f"tracec.runtime.launch.{name}", None) is not None:
            delattr(sys.modules["tracec.runtime.launch"], name)


def warn(file: str) -> None:
    """What the compiler warns about when it compiles a script; a filter may make an error of it."""
    with open(file, "rb") as opened:
        data = opened.read()
    try:
        compile(data, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        sys.excepthook(type(error), error.with_traceback(None), None)
        sys.exit(1)


# --- python -m --------------------------------------------------------------------------------------------------------


def begin_module(name: str, wanted: str) -> None:
    """`name`, a module of ours, is being imported by runpy, which wants `wanted` next and will get the user's."""
    config = taken()
    recording(config)
    sys.meta_path.insert(0, Instead(name, wanted, config["program"][0]))


class Instead:
    """Finds the user's module under a name of ours, once."""

    def __init__(self, parent: str, name: str, module: str) -> None:
        import runpy

        details: Any = runpy
        self.parent, self.name = parent.rpartition(".")[2], name
        self.hook, self.shown = sys.excepthook, self.show
        self.trace: TracebackType | None = None
        sys.excepthook = self.shown
        try:
            _, self.spec, self.code = details._get_module_details(module, details._Error)
        except BaseException as error:  # importing us takes frames of importlib out, which runpy alone would leave
            self.trace = copied(error.__traceback__.tb_next if error.__traceback__ else None)
            raise
        self.loader = self.spec.loader

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        """The user's; its loader is asked for code that is there already."""
        if name != self.name:
            return None
        if sys.excepthook == self.shown:
            sys.excepthook = self.hook
        sys.meta_path.remove(self)
        vanish(self.parent)
        self.spec.loader = self
        return self.spec

    def get_code(self, name: str) -> CodeType:
        """The module's code."""
        self.spec.loader = self.loader
        found: CodeType = self.code
        return found

    def show(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error in the package that the module lies in, as it is shown where none of our frames lies between."""
        if self.trace is not None and trace is not None:
            trace = TracebackType(self.trace, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
            error.__traceback__ = trace
        self.hook(kind, error, trace)


def copied(trace: TracebackType | None) -> TracebackType | None:
    """The same traceback, out of reach of what shortens the other."""
    entries = []
    while trace is not None:
        entries.append((trace.tb_frame, trace.tb_lasti, trace.tb_lineno))
        trace = trace.tb_next
    made: TracebackType | None = None
    for entry in reversed(entries):
        made = TracebackType(made, *entry)
    return made
