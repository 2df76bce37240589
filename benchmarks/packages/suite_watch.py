"""A pytest plugin: how each test ended, warnings, events and instrumented modules, as JSON lines in $SUITE_REPORT.

It watches the plain and the recorded run alike. In a recorded run it forgets the stream after each test, and within
one when the stream gets long, so that a suite of any length fits into memory; not where $SUITE_KEEP is set.
"""

from __future__ import annotations

import _thread
import gc
import json
import os
import re
import sys
import time
import types
import warnings
from collections.abc import Generator, Iterator
from typing import Any

import pytest

HOOK = types.BuiltinFunctionType  # in modules that record, hooks are among the constants
LIMIT = 1_000_000  # events held at once
_sleep = time.sleep  # a suite may put its own in place


class Watch:
    """Writes what it hears at once: a run that dies leaves what came before."""

    def __init__(self, file: str) -> None:
        self.out = open(file, "a", encoding="utf-8")  # noqa: SIM115 (it lives as long as the run)
        record: Any = sys.modules.get("tracec.runtime.record")  # printed modules import it, recording or not
        self.record = record if record is not None and record._state.recorder is not None else None
        self.events = 0
        self.keeps = bool(os.environ.get("SUITE_KEEP"))
        self.testing = 0.0  # CPU seconds, without start-up and collection
        self.process = os.getpid()
        if self.record is not None and not self.keeps:
            _thread.start_new_thread(self._bound, ())  # not by `threading`, which tells the recorder

    def say(self, kind: str, *what: object) -> None:
        if os.getpid() == self.process:  # a test that forks and goes on in the child
            self.out.write(json.dumps([kind, *what]) + "\n")
            self.out.flush()

    def forget(self) -> None:
        """Count what was recorded and drop it."""
        if self.record is not None and not self.keeps:
            self.events += self.record.size()
            self.record.clear()

    def _bound(self) -> None:
        while True:
            _sleep(0.02)
            if self.record.size() > LIMIT:
                self.forget()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = "xfailed" if hasattr(report, "wasxfail") and report.outcome == "skipped" else report.outcome
        message = str(report.longrepr)[-3000:] if report.outcome == "failed" else ""
        self.say("test", stable(report.nodeid), f"{report.when} {outcome}", message)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.outcome != "passed":
            self.say("test", stable(report.nodeid), f"collect {report.outcome}", str(report.longrepr)[-3000:])

    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage, nodeid: str) -> None:
        place = f"{os.path.basename(warning_message.filename)}:{warning_message.lineno}"
        said = stable(str(warning_message.message))
        self.say("warning", stable(nodeid), warning_message.category.__name__, said, place)

    def pytest_runtest_logfinish(self) -> None:
        self.forget()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        began = time.process_time()
        try:
            return (yield)
        finally:
            self.testing = time.process_time() - began

    def pytest_sessionfinish(self) -> None:
        seconds = time.process_time()
        self.forget()
        files = set(json.loads(os.environ["SUITE_FILES"]))
        for file, state in modules(files).items():
            self.say("module", file, state)
        self.say("end", seconds, self.testing, self.events)


def stable(text: str) -> str:
    """Addresses of objects differ from run to run."""
    return re.sub(r"0x[0-9a-fA-F]{6,}", "0x", text)


def modules(files: set[str]) -> dict[str, str]:
    """Loaded file -> `hooks` where a live function of it records, `plain` where none does, `empty` if it has none."""
    loaded = {os.path.realpath(str(file)) for m in list(sys.modules.values()) if (file := vars(m).get("__file__"))}
    found = dict.fromkeys(sorted(loaded & files), "empty")
    places: dict[str, str] = {}
    for one in gc.get_objects():
        if type(one) is not types.FunctionType:
            continue
        name = one.__code__.co_filename
        file = places.setdefault(name, os.path.realpath(name))
        if file in found and found[file] != "hooks":
            found[file] = (
                "hooks" if any(type(c) is HOOK for code in codes(one.__code__) for c in code.co_consts) else "plain"
            )
    return found


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from codes(const)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Watch(os.environ["SUITE_REPORT"]), "suite watch")
