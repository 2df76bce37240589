"""Runs CPython's own tests of one module, in a process: `unit.py plain|off|on FOLDER TEST REPORT`.

FOLDER holds modules that come before those of the standard library; with `on` they record. The report is JSON:
how each test ended, how many events were recorded, and whether the module came from its printed text.
"""

import sys

MODE, FOLDER, TEST, REPORT = sys.argv[1:]
EVENTS = 1_000_000  # recorded at most: what is compared is how tests end

from tracec.runtime import record  # noqa: E402 (what is printed needs it)

LOADED = frozenset(sys.modules)  # cannot be printed for this process: it is too late for them
if MODE == "on":
    record.start(EVENTS)
sys.path.insert(0, FOLDER)

import builtins  # noqa: E402
import json  # noqa: E402
import re  # noqa: E402
import unittest  # noqa: E402
import warnings  # noqa: E402


class Result(unittest.TestResult):
    """Test -> how it ended, its subtests' ends among it."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[str, list[str]] = {}

    def end(self, test: unittest.TestCase, how: str) -> None:
        name = re.sub("0x[0-9a-f]{6,}", "0x", test.id())  # addresses and temporary folders differ from run to run
        self.ends.setdefault(re.sub(r"/tmp\w{8}(?!\w)", "/tmp", name), []).append(how)

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.end(test, "passed")

    def addError(self, test: unittest.TestCase, err: tuple[object, ...]) -> None:  # type: ignore[override]
        self.end(test, f"error {err[0].__name__}")  # type: ignore[attr-defined]

    def addFailure(self, test: unittest.TestCase, err: tuple[object, ...]) -> None:  # type: ignore[override]
        self.end(test, "failed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.end(test, "skipped")

    def addExpectedFailure(self, test: unittest.TestCase, err: tuple[object, ...]) -> None:  # type: ignore[override]
        self.end(test, "expected to fail")

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: object) -> None:  # type: ignore[override]
        self.end(subtest, "passed" if err is None else "failed")


def main() -> None:
    from test import support

    support.use_resources = ["network"]  # of this machine: sockets
    support.verbose = False
    warnings.simplefilter("ignore")
    found = Result()
    unittest.defaultTestLoader.loadTestsFromName(f"test.{TEST}").run(found)
    size = record.size() if MODE == "on" else 0
    ours = MODE == "plain" or any(name.startswith("__at_") for name in vars(builtins))  # its tokens
    with open(REPORT, "w", encoding="utf-8") as file:
        json.dump({"ends": found.ends, "events": size, "printed": ours}, file)


if __name__ == "__main__":
    main()
