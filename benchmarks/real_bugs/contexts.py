"""A plugin for pytest: how each test ended and, under coverage.py, which lines it ran, as one JSON file.

`REAL_BUGS_REPORT` names the file: {"tests": {id: passed}, "lines": {path: {line: [ids]}}}.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

_ended: dict[str, bool] = {}


def _coverage() -> Any:
    try:
        import coverage
    except ImportError:
        return None
    return coverage.Coverage.current()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: Any) -> Any:
    """Lines that run from here on are this test's."""
    measured = _coverage()
    if measured is not None:
        measured.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        if measured is not None:
            measured.switch_context("")


def pytest_runtest_logreport(report: Any) -> None:
    """Skipped tests count as passed."""
    _ended[report.nodeid] = _ended.get(report.nodeid, True) and not report.failed


def pytest_sessionfinish() -> None:
    """Write the report."""
    lines: dict[str, dict[int, list[str]]] = {}
    measured = _coverage()
    if measured is not None:
        data = measured.get_data()
        for path in data.measured_files():
            lines[path] = {n: [c for c in who if c] for n, who in data.contexts_by_lineno(path).items() if any(who)}
    with open(os.environ["REAL_BUGS_REPORT"], "w", encoding="utf-8") as file:
        json.dump({"tests": _ended, "lines": lines}, file)
