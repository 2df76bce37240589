"""What an optimizer that asks a model can be measured without; what it has not, it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import project, tracec
from tests.test_asking import asked, optimized

SUBJECT = "def double(x):\n    return x + 1\n"
TESTS = "from subject import double\n\n\ndef test_double():\n    assert [double(2), double(5)] == [4, 10]\n"
WRONG = "```python\ndef double(x):\n    return x + 7\n```"
HOLED = "```python\ndef double(x):\n    return x + HOLE\n```"
RIGHT = "```python\ndef double(x):\n    return 2 * x\n```"


def test_without_memory_nothing_is_told_of_what_was_tried(tmp_path: Path) -> None:
    for name, told in (("with", True), ("without", False)):
        folder = tmp_path / name
        folder.mkdir()
        project(folder, subject=SUBJECT, test_subject=TESTS)
        said = optimized(folder, "rewrite", [WRONG, RIGHT], *(() if told else ("--without", "memory")))
        assert (said.json["status"], said.json["llm_calls"]) == ("solved", 2)
        assert ("x + 7" in asked(folder)[1]) == told


def test_without_holes_none_is_offered_and_none_is_filled(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    said = optimized(tmp_path, "rewrite", [HOLED, RIGHT], "--without", "holes")
    assert (said.json["status"], said.json["llm_calls"]) == ("solved", 2)
    assert "HOLE" not in asked(tmp_path)[0]


@pytest.mark.parametrize(("optimizer", "part"), [("search", "holes"), ("rewrite", "slice")])
def test_a_part_that_an_optimizer_has_not_is_told(tmp_path: Path, optimizer: str, part: str) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    if optimizer == "search":
        words = "optimize", "subject.py", "--tests", "test_subject.py"
        said = tracec(tmp_path, *words, "--with", "search", "--without", part)
    else:
        said = optimized(tmp_path, optimizer, [RIGHT], "--without", part)
    assert said.code == 2
    assert f"without: there is no {part} in this optimizer" in said.err + said.out
