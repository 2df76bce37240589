"""Modules of the standard library do as they do plain when they are instrumented; the long form is a benchmark."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FORM = Path(__file__).parent.parent / "benchmarks" / "stdlib.py"
# A few of each kind: already imported when a program starts, metaclasses, generators, threads, parsers, async, frames.
ALONE = [
    *("abc", "argparse", "ast", "bisect", "calendar", "configparser", "contextlib", "copy", "csv", "dataclasses"),
    *("difflib", "enum", "fractions", "functools", "heapq", "json.decoder", "operator", "os", "pprint", "queue"),
    *("random", "re._parser", "statistics", "string", "textwrap", "threading", "typing"),
]
DEEP = ["dataclasses", "json", "tomllib", "traceback", "warnings"]


@pytest.fixture(scope="module")
def form() -> ModuleType:
    spec = importlib.util.spec_from_file_location("stdlib_benchmark", FORM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("mode", "names"), [("alone", ALONE), ("deep", DEEP)], ids=["alone", "deep"])
def test_alike(form: ModuleType, mode: str, names: list[str], tmp_path: Path) -> None:
    (work := tmp_path / "work").mkdir()
    results = form.compared(form.calls(names), mode, work)
    assert [result.name for result in results] == names
    assert [(result.name, result.plain, result.recorded) for result in results if result.outcome != "same"] == []
    assert {problem for result in results for problem in result.problems} == set()


def test_a_difference_is_seen(form: ModuleType, tmp_path: Path) -> None:
    (work := tmp_path / "work").mkdir()
    call = form.Call("heapq", "any(type(c) is type(len) for c in m.nsmallest.__code__.co_consts)")
    (result,) = form.compared([call], "alone", work)
    assert (result.outcome, result.plain, result.recorded) == ("differs", "False\n", "True\n")
