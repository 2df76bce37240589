"""A pytest plugin that turns reports into outcomes. Alone (`-p`) it writes them to the file named in TRACEC_REPORT.

It imports nothing of tracec, so that it can be laid beside any interpreter's pytest as a single file.
"""

from __future__ import annotations

import json
import os
from typing import Any

_LONGEST = 4000  # characters of a message; chosen
_PRINTED = 600  # characters of what was printed, of its end; chosen
_RANK = ("passed", "xpassed", "xfailed", "skipped", "error", "failed", "memory")


def steady(config: Any) -> None:
    """Undo the options that would make a run's tests differ from one run to the next, or stop before the last."""
    wanted: dict[str, object] = {
        "maxfail": 0,
        "stepwise": False,
        "stepwise_skip": False,
        "stepwise_reset": False,
        "usepdb": False,
        "trace": False,
        "collectonly": False,
        "numprocesses": 0,  # pytest-xdist
        "dist": "no",
        "tx": [],
        "randomly_reorganize": False,  # pytest-randomly
        "random_order_bucket": "none",  # pytest-random-order
        "reruns": 0,  # pytest-rerunfailures: a test that passes now and then does not pass
    }
    for name, value in wanted.items():
        if hasattr(config.option, name):
            setattr(config.option, name, value)


class Reports:
    """Gathers the reports of each test until they are taken as one outcome, in the form of `Outcome`, as JSON."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[str, Any]] = {}
        self._out_of_memory: set[str] = set()

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        """Only here is the exception itself at hand."""
        if call.excinfo is not None and isinstance(call.excinfo.value, MemoryError):
            self._out_of_memory.add(item.nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Set-up, call and tear-down: the worst of them is the test's status."""
        if report.outcome == "rerun":
            self._parts.pop(report.nodeid, None)
            return
        part = self._parts.setdefault(report.nodeid, {"status": "", "seconds": 0.0})
        part["seconds"] += getattr(report, "duration", 0.0)
        status = self._status(report)
        if status and (not part["status"] or _RANK.index(status) > _RANK.index(part["status"])):
            part.update(status=status, **_crash(report), besides=_besides(report) if report.failed else "")

    def _status(self, report: Any) -> str:
        if report.nodeid in self._out_of_memory and report.failed:
            return "memory"
        if report.failed:
            return "failed" if report.when == "call" else "error"
        if type(report).__name__.lower() == "subtestreport":
            return ""  # a part that went well says nothing about the whole
        if hasattr(report, "wasxfail"):
            return "xfailed" if report.skipped else "xpassed"
        return "skipped" if report.skipped else "passed" if report.when == "call" else ""

    def take(self, nodeid: str) -> dict[str, Any]:
        """The outcome of a test that has ended."""
        self._out_of_memory.discard(nodeid)
        part = self._parts.pop(nodeid, {})
        whole = {"id": nodeid, "status": "error", "message": "", "path": "", "line": 0, "seconds": 0.0, "steps": 0}
        whole.update({key: value for key, value in part.items() if value})
        return whole


def _crash(report: Any) -> dict[str, Any]:
    """Message and place: of the line that raised for a failure, the reason for a skip or an expected failure."""
    long = report.longrepr
    crash = getattr(long, "reprcrash", None)
    if report.skipped:
        reason = getattr(report, "wasxfail", "") or (long[2] if isinstance(long, tuple) else "")
        return {"message": str(reason)[:_LONGEST], "path": "", "line": 0}
    if crash is not None:
        return {"message": str(crash.message)[:_LONGEST], "path": str(crash.path), "line": int(crash.lineno)}
    places = [place for place, _ in getattr(long, "reprlocation_lines", ())]  # a doctest
    path, line = (str(places[0].path), int(places[0].lineno)) if places else ("", 0)
    return {"message": str(long or "")[-_LONGEST:], "path": path, "line": line}


def _besides(report: Any) -> str:
    """What a person sees beside the message of a failure: the exceptions that led to it, and what was printed."""
    chain = getattr(report.longrepr, "chain", ())[:-1]
    told = [(crash.message, os.path.basename(crash.path), crash.lineno) for _, crash, _ in chain if crash is not None]
    causes = [f"first, at {name}:{line}: {message}" for message, name, line in told]
    printed = [f"{name}:\n{text[-_PRINTED:]}" for name, text in report.sections if text.strip()]
    return "\n".join((*causes, *printed))[:_LONGEST]


class ToFile:
    """Writes each test's beginning and outcome as a line of JSON: a run cut short still says how far it came."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._reports = Reports()
        self.pytest_runtest_makereport = self._reports.pytest_runtest_makereport
        self.pytest_runtest_logreport = self._reports.pytest_runtest_logreport

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self._write({"begin": nodeid})

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test has ended."""
        self._write({"outcome": self._reports.take(nodeid)})

    def pytest_collectreport(self, report: Any) -> None:
        """A file that could not be collected."""
        if report.failed:
            self._write({"fault": {"id": report.nodeid, **_crash(report)}})

    def _write(self, data: dict[str, Any]) -> None:
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(data) + "\n")


def pytest_configure(config: Any) -> None:
    """Set up, in the process that gathers the reports: workers of pytest-xdist only send them."""
    steady(config)
    path = os.environ.get("TRACEC_REPORT")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ToFile(path), "tracec-to-file")
