"""The lines that each test runs are recorded by the user's own coverage.py."""

from __future__ import annotations

import importlib
import os
from typing import Any


class Lines:
    """Records into a data file of coverage.py, with the id of each test as a context; all that a test ran is in the
    file once it has ended; None: in none. ImportError where there is no coverage.py."""

    def __init__(self, file: str | None) -> None:
        _choose_core()
        import coverage

        ours = {os.path.dirname(os.path.dirname(path)) for path in (__file__, os.path.realpath(__file__))}
        omit = [os.path.join(folder, "*") for folder in ours]
        self._coverage: Any = coverage.Coverage(data_file=file, config_file=False, omit=omit)
        self._coverage.start()

    def begin(self, test: str, steps: int) -> None:
        """Its context, from the set-up on."""
        self._coverage.switch_context(test)

    def end(self, test: str) -> tuple[int, bool]:
        """Leaving the context writes what was recorded in it."""
        self._coverage.switch_context("")
        return 0, False


def _choose_core() -> None:
    # A tracer that knows contexts: with sys.monitoring, a line that ran once is never seen again.
    os.environ["COVERAGE_CORE"] = "ctrace"
    try:
        importlib.import_module("coverage.tracer")
    except ImportError:
        os.environ["COVERAGE_CORE"] = "pytrace"
