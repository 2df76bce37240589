"""Random programs behave alike plain and instrumented; any valid source can be instrumented. The short form."""

from __future__ import annotations

import ast
import gc
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.full import FULL, slow
from tests.fuzz.checking import by_command_line, check, clean, ready
from tests.fuzz.corpus import faults, faults_of_file, from_hypothesmith, library_files, source_of
from tests.fuzz.program import SMALL, program
from tests.fuzz.reducing import reduced
from tests.fuzz.running import GRAINS, apart, compared, observe

# Another seed each time would make a failure of one run a riddle in the next: benchmarks/fuzz.py is for that.
SEED = int(os.environ.get("TRACEC_FUZZ_SEED", "1"))
BATCHES, BATCH = 20 if FULL else 3, 10


@pytest.fixture(scope="module", autouse=True)
def loaded() -> Iterator[None]:
    """What forked children need is there before they are forked."""
    ready()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_programs_are_alike(batch: int, tmp_path: Path) -> None:
    first = SEED + batch * BATCH
    found = [check(seed, tmp_path, size=SMALL, commands=False) for seed in range(first, first + BATCH)]
    assert [(checked.seed, checked.found) for checked in found if checked.found] == []
    assert sum(checked.unfit for checked in found) <= 1


def test_the_command_line_agrees(tmp_path: Path) -> None:
    path = tmp_path / "p.py"
    path.write_text(program(SEED), encoding="utf-8")
    assert [difference for grain in GRAINS for difference in by_command_line(path, grain)] == []


def test_the_programs_are_worth_running(tmp_path: Path) -> None:
    """Most run far, few die before their last statement, and a seed is a program."""
    texts = [program(seed) for seed in range(SEED, SEED + 20)]
    assert texts[0] == program(SEED)
    seen = []
    for number, text in enumerate(texts):
        path = tmp_path / f"p{number}.py"
        path.write_text(text, encoding="utf-8")
        seen.append(apart(lambda path=path: observe(path, count=True), 20))  # type: ignore[misc]
    assert [run.fault for run in seen if run.fault] == []
    assert sum(run.statements > 50 for run in seen) >= 19
    assert sum(len(run.names) > 40 for run in seen) >= 15  # names are made on the way: those that die early have few


def test_a_difference_is_seen(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("x = 1\nprint(x)\ndef f(): return [][1]\nf()\n")
    other.write_text("x = 1\nprint(x + 0)\ndef f():  return [][1]\nf()\n")
    differing = compared(apart(lambda: observe(one), 9), apart(lambda: observe(other), 9), "values")
    assert {difference.what for difference in differing} == {"error", "places", "names"}
    clean(one)


def test_reducing_keeps_the_fault_and_little_else() -> None:
    text = "import os\ndef f(a):\n    b = a + 1\n    return b * 2\nfor i in range(3):\n    if i: print(f(i), 7 // 2)\n"

    def shows(candidate: str) -> bool:
        return any(isinstance(node, ast.FloorDiv) for node in ast.walk(ast.parse(candidate)))

    assert len(reduced(text, shows, 20)) <= len("0 // 0\n")


@slow
def test_library_files_instrument() -> None:
    found = {str(path): faults_of_file(path) for path in library_files(SEED, 15, 40_000)}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_any_valid_source_instruments() -> None:
    pytest.importorskip("hypothesmith")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert from_hypothesmith(SEED, 25) == []


def test_a_fault_of_the_instrumenter_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    assert faults(source_of("x = 1\n")) == []
    assert faults(source_of("x = \n")) == []  # no Python: nothing to say
    monkeypatch.setattr("tests.fuzz.corpus.instrument", broken)
    assert len(faults(source_of("x = 1\n"))) == 2
