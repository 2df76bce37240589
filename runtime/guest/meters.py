"""Meters count or record while a test runs: nothing, steps, or values."""

from __future__ import annotations

import functools
import importlib
import os
import signal
from collections.abc import Iterable, Mapping
from types import CodeType, FrameType
from typing import Any

from tracec.runtime.guest import step_counter
from tracec.runtime.launch.import_hook import Compiler, plain

LOG = "log"  # the file in a child's own folder into which it records
_PATIENCE = 100  # times of 20 ms; chosen


class Plain:
    """Counts nothing."""

    def begin(self, test: str, steps: int) -> None:
        """Nothing."""

    def end(self, test: str) -> tuple[int, bool]:
        """Nothing was counted."""
        return 0, False


class Fuel:
    """Counts steps against a budget; where `noting`, notes which functions begin while a test runs."""

    def __init__(self, noting: bool = False) -> None:
        self.noting = noting
        self.codes: set[CodeType] = set()

    def begin(self, test: str, steps: int) -> None:
        """A full tank for each test."""
        step_counter.refill(steps)
        self.codes.clear()
        if self.noting:
            step_counter.note_into(self.codes)

    def end(self, test: str) -> tuple[int, bool]:
        """Steps used; from here on ticks are free again."""
        used = step_counter.spent(), step_counter.exhausted()
        step_counter.refill(0)
        return used


class Record:
    """Saves the last events of each test as a chapter of a file; a test of more than can be is stopped.

    The recorder has no budget of its own in its hot path: a timer of CPU time looks at the log's size instead.
    """

    def __init__(self, file: str | None, keep: int) -> None:
        self._file, self._keep = file, keep
        self._record = recorder()
        self._over = False
        self._times = 0

    def begin(self, test: str, steps: int) -> None:
        """An empty log."""
        self._record.clear(self._keep)
        self._over, self._times = False, 0
        signal.signal(signal.SIGVTALRM, self._look)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.02, 0.02)

    def _look(self, number: int, frame: FrameType | None) -> None:
        ours = frame is not None and frame.f_globals.get("__name__") in (
            __name__,
            "tracec.runtime.guest.guest.pytest_session",
        )
        limit = self._record.limit()
        if limit and not ours and self._record.size() > limit:
            self._over = True
            self._times += 1
            if self._times > _PATIENCE:  # a bare `except:` swallows it again and again
                signal.raise_signal(signal.SIGXCPU)
            raise step_counter.OutOfSteps(f"more than {limit} events")

    def end(self, test: str) -> tuple[int, bool]:
        """The log is saved."""
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if self._file:
            self._record.save(self._file, test)
        return 0, self._over


def recorded(folder: str, most: int) -> bytes:
    """The first bytes, at most `most`, of the log that a child recorded into its folder.

    The child may have put there what it likes: of a link, a pipe or a device there are none.
    """
    from tracec.runtime.record.log import opened

    try:
        with opened(os.path.join(folder, LOG), os.O_NOFOLLOW) as file:
            return file.read(min(most, os.fstat(file.fileno()).st_size))
    except (OSError, ValueError):
        return b""


def recorder() -> Any:
    """The recording module, imported in record mode only."""
    return importlib.import_module("tracec.runtime.record")


def compilers(mode: str, scope: Iterable[str], artifacts: Mapping[str, str]) -> dict[str, Compiler]:
    """Mode -> {real path: its compiler}. `artifacts` holds, for record mode, the instrumented form of each file."""
    if mode == "fuel":
        return dict.fromkeys(scope, step_counter.code)
    if mode != "record":
        return {}

    def recorded(artifact: str, path: str, data: bytes) -> Any:
        try:
            return recorder().code(artifact, path)
        except (OSError, ValueError, EOFError, TypeError):  # gone or of another Python: untraced rather than not at all
            return plain(path, data)

    return {path: functools.partial(recorded, artifact) for path, artifact in artifacts.items()}
