"""What a change added may be changed by the next one, as the rest of the program."""

from __future__ import annotations

from pathlib import Path

from tests.command import project
from tests.test_asking import asked, optimized
from tracec.passes.nouns.candidate import Candidate, set_target
from tracec.passes.nouns.edits import AddDefinition
from tracec.project.program import Program

SUBJECT = "def area(kind, x):\n    return 0\n"
TESTS = """\
from subject import area
def test_square(): assert area("square", 3) == 9
def test_cube(): assert area("cube", 2) == 8
"""
FIRST = """\
```python
POWERS = {"square": 2, "cube": 2}


def power(kind):
    return POWERS[kind]


def area(kind, x):
    return x ** power(kind)
```"""
SECOND = '```python\nPOWERS = {"square": 2, "cube": 3}\n```'


def test_additions_are_targets_of_the_next_program(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT)
    root = Program.read(("subject.py",), ("area",), tmp_path)
    added = (AddDefinition("subject.py", "def power(x):\n    return 2\n"), AddDefinition("subject.py", "LEAST = 1"))
    program = root.advanced(Candidate((*added, set_target(root.targets[0], "def area(kind, x):\n    return 1\n"))))
    assert {target.qualname for target in program.targets} == {"area", "power", "LEAST"}
    power = next(target for target in program.targets if target.qualname == "power")
    change = Candidate((set_target(power, "def power(x):\n    return 3\n"),))
    assert "return 3" in program.texts(change)["subject.py"]
    assert program.swaps(change) is None
    assert program.content(change) != program.content(Candidate(()))
    assert "return 3" in program.advanced(change).sources["subject.py"].text


def test_a_model_mends_what_it_added(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    said = optimized(tmp_path, "rewrite", [FIRST, SECOND])
    assert (said.json["status"], said.json["llm_calls"]) == ("solved", 2)
    assert "POWERS" in asked(tmp_path)[1]
    assert '"cube": 3' in said.json["diff"]


def test_what_was_added_may_become_of_another_kind(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    pairs = FIRST.replace('{"square": 2, "cube": 2}', '(("square", 2), ("cube", 2))')
    pairs = pairs.replace("POWERS[", "dict(POWERS)[")
    said = optimized(tmp_path, "rewrite", [pairs, SECOND])
    assert (said.json["status"], said.json["llm_calls"]) == ("solved", 2)
