"""A program -> the road of the exception that ended it: it runs once, with every value recorded."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tracec.explaining.explained import Explained
from tracec.launch.recorded_run import record_program
from tracec.launch.run_settings import RunSettings
from tracec.passes.explain.explain import road
from tracec.passes.explain.parting import Passing
from tracec.passes.explain.road import Failure, Road
from tracec.passes.nouns.trace import Trace
from tracec.recording.trace_store import load
from tracec.runtime.project_paths import ProjectPaths

if TYPE_CHECKING:
    import subprocess

    from tracec.config import Config

KEPT_EVENTS = 2_000_000  # the last ones of the program: they are linked in some seconds; chosen
TAIL = 1 << 16  # bytes of what it wrote to stderr, in which its traceback is; chosen
PIECE = 1 << 12  # bytes that are passed on at once; chosen
PLACE = re.compile(r'^  File "(?P<path>[^"]+)", line (?P<line>\d+)', re.MULTILINE)
LAST = re.compile(r"^(?P<type>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$", re.MULTILINE)
BEGIN = "Traceback (most recent call last):\n"


def explained_script(
    root: str, words: Sequence[str], config: Config, wait: Callable[[subprocess.Popen[bytes]], int]
) -> Explained:
    """Run a script with its arguments, and tell where the exception came from that ended it.

    The program has the terminal for itself while it runs, but for what it writes to stderr, which passes by here.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tracec-why-") as folder:
        log = os.path.join(folder, "why.trace")
        settings = RunSettings(config.grain, config.scope, config.trace_mb, config.traces_mb)
        with Overheard() as heard:
            code, _, notes = record_program(Path(root), settings, words, record=log, keep=KEPT_EVENTS, wait=wait)
        if code == 0:
            return Explained((), 0, seconds=time.monotonic() - began)
        failure = failure_in(heard.text(), " ".join(words), root)
        traces = load(log, quiet=True) if os.path.getsize(log) else iter(())
        found = explained_by(next(iter(traces), None), failure, code, notes)
        return Explained((found,), 1, seconds=time.monotonic() - began)


def explained_by(trace: Trace | None, failure: Failure, code: int, notes: Sequence[str]) -> Road:
    """The road of what a program ended with."""
    if not failure.type:
        return Road(failure, None, note=f"it ended with exit code {code}, and with no exception that says why")
    if trace is None:
        why = notes[0].removeprefix("tracec: ") if notes else "nothing was recorded"
        return Road(failure, None, note=f"{failure.type}: {failure.message} ({why})")
    return road(trace, failure, Passing([]))


class Overheard:
    """While it lasts, what processes write to our stderr goes on to where it went, and the end of it is kept."""

    def __enter__(self) -> Overheard:
        sys.stderr.flush()
        self.kept = b""
        read, write = os.pipe()
        self.saved = os.dup(2)
        os.dup2(write, 2)
        os.close(write)
        self.thread = threading.Thread(target=self.pass_on, args=(read,), daemon=True)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        sys.stderr.flush()
        os.dup2(self.saved, 2)
        self.thread.join(1.0)  # a process that goes on may hold the other end open
        os.close(self.saved)

    def pass_on(self, read: int) -> None:
        """Read until all writers are gone."""
        while piece := os.read(read, PIECE):
            os.write(self.saved, piece)
            self.kept = (self.kept + piece)[-TAIL:]
        os.close(read)

    def text(self) -> str:
        """What was kept."""
        return self.kept.decode("utf-8", "replace")


def failure_in(text: str, name: str, root: str) -> Failure:
    """The last traceback in a text as a failure; its type is "" where there is none."""
    block = text.rpartition(BEGIN)[2] if BEGIN in text else ""
    named = ProjectPaths(root).name
    places = tuple((named(found["path"]), int(found["line"])) for found in PLACE.finditer(block))
    last = LAST.search(block)
    return Failure(name, last["type"], last["message"] or "", places) if last else Failure(name)
