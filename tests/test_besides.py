"""What a failure shows beside its message, the exceptions that led to it and what was printed, reaches the prompt."""

from __future__ import annotations

from pathlib import Path

from tests.command import project
from tests.test_asking import asked, optimized

SUBJECT = """\
def parse(text):
    print("parsing", text, object())
    try:
        return int(text)
    except ValueError as error:
        raise KeyError("no number") from error
"""
TESTS = """\
from subject import parse


def test_parse():
    assert parse("x") == 0


def test_two():
    assert parse("2") == 2
"""


def test_causes_and_what_was_printed_are_told(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    optimized(tmp_path, "rewrite", ["no", "no"], "--budget-calls", "1")
    (text,) = asked(tmp_path)
    assert "KeyError: 'no number'\nfirst, at subject.py:4: ValueError: invalid literal for int() with base 10" in text
    assert "Captured stdout call:\nparsing x <object object at 0x..>\n" in text


def test_without_evidence_they_are_not(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    optimized(tmp_path, "rewrite", ["no", "no"], "--budget-calls", "1", "--evidence", "none")
    (text,) = asked(tmp_path)
    assert "Captured" not in text
