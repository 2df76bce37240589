"""Tests in the current folder -> one JSON line for each: whether it passed, its text, and what pytest says.

python visible.py TESTS.py
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Generator
from typing import Any

import pytest
from judge import CALL_SECONDS, limited

LONGEST = 1_200  # characters of a message


class Told:
    """A plugin that keeps what came of each test."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.sources: dict[str, str] = {}

    def pytest_itemcollected(self, item: Any) -> None:
        self.sources[item.nodeid] = inspect.getsource(item.function)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        with limited(CALL_SECONDS):
            return (yield)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" or report.failed:
            said = [line for line in report.longreprtext.splitlines() if line.startswith("E ")]
            text = "\n".join(line[1:].strip() for line in said) or report.longreprtext[-LONGEST:]
            source = self.sources.get(report.nodeid, "")
            row = {"case": report.nodeid, "score": float(report.passed), "text": text[:LONGEST], "source": source}
            self.rows.append(row)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            text = report.longreprtext[-LONGEST:]
            self.rows.append({"case": report.nodeid, "score": 0.0, "text": text, "source": ""})


def main() -> None:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # plain asserts need none
    told = Told()
    sys.path.insert(0, os.getcwd())
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    pytest.main(["-q", "-p", "no:cacheprovider", sys.argv[1]], plugins=[told])
    for row in told.rows:
        print(json.dumps(row), file=out, flush=True)


if __name__ == "__main__":
    main()
