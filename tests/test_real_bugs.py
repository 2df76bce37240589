"""The mutator behind benchmarks/real_bugs."""

from __future__ import annotations

import ast
from pathlib import Path

from benchmarks.real_bugs.faults import STATEMENTS, drawn

TEXT = (Path(__file__).parent.parent / "examples" / "pricing" / "cart.py").read_text()


def test_each_fault_is_one_change_of_the_program() -> None:
    everything = set(range(1, len(TEXT.splitlines()) + 1))
    for seed in range(30):
        found = drawn(TEXT, str(seed), everything, statements=True)
        assert found
        assert len({fault.function for fault in found}) == len(found)
        for fault in found:
            text = fault.applied(TEXT)
            assert ast.dump(ast.parse(text)) != ast.dump(ast.parse(TEXT))
            assert text.splitlines()[: fault.line - 1] == TEXT.splitlines()[: fault.line - 1]
            assert text.splitlines()[fault.line + fault.new.count("\n") :] == TEXT.splitlines()[fault.end_line :]


def test_faults_are_drawn_by_seed_from_what_ran() -> None:
    assert drawn(TEXT, "1", {22}, statements=True) == drawn(TEXT, "1", {22}, statements=True)
    assert {fault.function for fault in drawn(TEXT, "1", {22}, statements=True)} == {"Line.total"}
    assert drawn(TEXT, "1", set(), statements=True) == []
    for seed in range(30):
        everything = set(range(1, len(TEXT.splitlines()) + 1))
        assert not {fault.kind for fault in drawn(TEXT, str(seed), everything, statements=False)} & STATEMENTS
