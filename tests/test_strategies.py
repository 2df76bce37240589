"""An optimizer is a row: one from outside is driven by tests and by a metric, and every policy keeps its contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import scripted_strategy
from tests.command import project
from tests.working import subject
from tracec.api import Session
from tracec.config import Config
from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.optimizers.policies import FirstSolution, Gain, Head, ParetoArchive, Strict
from tracec.optimizers.search.program_archive import ProgramArchive
from tracec.passes.accept.verdict import Verdict
from tracec.passes.archive.pareto import front
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.edits import AddDefinition, ReplaceDefinition
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.outcome import Ended, Outcome, Status
from tracec.strategy import names, strategy_of

SUBJECT = '''\
"""Words."""


def size(words):
    return len(words) + 1


def shout(text):
    return text.lower()
'''
MENDED = '''\
"""Words."""

from itertools import count


def one(word):
    return next(count(1))


def size(words):
    return sum(map(one, words))


def shout(text):
    return text.upper()
'''
TESTS = """\
from subject import shout, size


def test_size():
    assert size(["a"]) == 1, "the length is wrong"


def test_shout():
    assert shout("a") == "A", "the case is wrong"


def test_empty():
    assert shout("") == ""
"""
METRIC = """\
from subject import shout, size


def score(case):
    if case == "size":
        return (1.0, "") if size(["a"]) == 1 else (0.0, "the length is wrong")
    return (1.0, "") if shout("a") == "A" else (0.0, "the case is wrong")


CASES = ["size", "shout"]
"""


@pytest.fixture
def registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which an installed distribution brings a strategy named `scripted`."""
    site = tmp_path / "site"
    info = site / "scripted-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: scripted\nVersion: 1.0\n")
    entries = "scripted = tests.scripted_strategy:SCRIPTED\nbroken = nowhere:X\nother = tests.command:project\n"
    (info / "entry_points.txt").write_text(f"[tracec.strategies]\n{entries}")
    monkeypatch.syspath_prepend(str(site))
    return tmp_path


def session(folder: Path, **settings: object) -> Session:
    """A session that asks for the strategy from outside."""
    given: dict[str, object] = {"with_": "scripted", "budget_seconds": 120.0, "budget_evals": 20, "jobs": 1, **settings}
    return Session(folder, Config(**given))  # type: ignore[arg-type]


def test_it_is_short() -> None:
    text = Path(scripted_strategy.__file__).read_text()
    lines = [line for line in text[text.index("def by_node") :].splitlines() if line.strip()]
    assert len(lines) <= 40


def test_a_strategy_from_outside_is_driven_by_tests(registered: Path) -> None:
    project(registered, subject=SUBJECT, test_subject=TESTS)
    done = session(registered, tests="test_subject.py").optimize(["subject.py"])
    assert (done.status, done.solved, done.result.texts) == ("solved", True, {"subject.py": MENDED})
    assert [change.why for change in done.result.changes] == ["it says length", "it says case"]
    assert done.summary["optimizer"] == "scripted"
    assert done.summary["tests_after"] == {"passed": 3, "failed": 0}
    assert done.ledger.candidates == 2
    done.apply()
    assert (registered / "subject.py").read_text() == MENDED


def test_a_strategy_from_outside_is_driven_by_a_metric(registered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(registered, subject=SUBJECT, quality=METRIC)
    done = session(registered, metric="quality:score", train="quality:CASES").optimize(["subject.py"])
    assert (done.status, done.solved, done.result.texts) == ("improved", True, {"subject.py": MENDED})
    assert (done.summary["score_before"], done.summary["score_after"]) == (0.0, 1.0)


def test_strategies_from_outside_are_named_and_refused(registered: Path) -> None:
    assert {"search", "random", "tune", "scripted", "broken"} <= set(names())
    with pytest.raises(TracecError, match=r"'nothing'; use one of .*scripted"):
        strategy_of("nothing")
    with pytest.raises(TracecError, match=r"'broken' \(nowhere:X\) cannot be loaded: ModuleNotFoundError"):
        strategy_of("broken")
    with pytest.raises(TracecError, match=r"'other' is no tracec\.strategy\.Strategy"):
        strategy_of("other")


def attempt(parent: Parent, name: str, text: str, statuses: str, ended: Ended = Ended.DONE) -> Attempt:
    """An attempt at `size` or `shout` with a status for each test: + passed, - failed."""
    words = {"+": Status.PASSED, "-": Status.FAILED}
    tests = [o.id for o in parent.panel.before]
    outcomes = tuple(Outcome(test, words[sign]) for test, sign in zip(tests, statuses))
    return Attempt(Candidate((ReplaceDefinition(f"subject.py:{name}", text),), prior=1.0), outcomes, ended)


BETTER = "def size(words):\n    return len(words)\n"
RIGHT = "def shout(text):\n    return text.upper()\n"


def test_acceptance(tmp_path: Path) -> None:
    with subject(tmp_path, SUBJECT, TESTS) as work:
        root = work.root
        for accept in (Strict(work), Gain(work)):
            assert accept(root, attempt(root, "size", BETTER, "+++")) == Verdict.SOLVED
            assert accept(root, attempt(root, "size", BETTER, "+-+")) == Verdict.BETTER
            assert accept(root, attempt(root, "size", BETTER, "---")) == Verdict.WORSE
            assert accept(root, attempt(root, "size", "x", "", Ended.INVALID)) == Verdict.WORSE
        assert Gain(work)(root, attempt(root, "size", BETTER, "--+")) == Verdict.SAME
        memorises = "def shout(text):\n    if text == 'a':\n        return 'A'\n    return text.lower()\n"
        assert Strict(work)(root, attempt(root, "shout", memorises, "+++")) in (Verdict.SOLVED, Verdict.MEMORISES)


@pytest.mark.parametrize("archive", [Head, ParetoArchive, ProgramArchive])
def test_an_archive_begins_with_the_users_program_and_drops_what_is_done(tmp_path: Path, archive: type) -> None:
    with subject(tmp_path, SUBJECT, TESTS) as work:
        held = archive(work)
        assert held.select() is work.root
        assert held.best() is None
        held.drop(work.root)
        assert held.select() is None


@pytest.mark.parametrize("archive", [Head, ParetoArchive])
def test_an_archive_goes_on_from_what_is_better(tmp_path: Path, archive: type) -> None:
    with subject(tmp_path, SUBJECT, TESTS) as work:
        held = archive(work)
        held.add(work.root, attempt(work.root, "size", BETTER, "+-+"), Verdict.BETTER)
        held.add(work.root, attempt(work.root, "size", BETTER, "--+"), Verdict.SAME)
        best = held.best()
        assert best is not None
        assert (best.origin, [o.status for o in best.panel.before]) == (work.root, ["passed", "failed", "passed"])
        assert held.select() is best
        assert held.progress() == (2, 3)


def test_a_pareto_archive_keeps_what_is_best_somewhere(tmp_path: Path) -> None:
    with subject(tmp_path, SUBJECT, TESTS) as work:
        held = ParetoArchive(work)
        held.add(work.root, attempt(work.root, "size", BETTER, "+-+"), Verdict.BETTER)
        held.add(work.root, attempt(work.root, "shout", RIGHT, "-++"), Verdict.BETTER)
        chosen = [held.select(), held.select()]
        assert {tuple(o.status for o in parent.panel.before) for parent in chosen if parent} == {
            ("passed", "failed", "passed"),
            ("failed", "passed", "passed"),
        }


def test_the_first_solution_ends_a_search(tmp_path: Path) -> None:
    with subject(tmp_path, SUBJECT, TESTS) as work:
        stop = FirstSolution(work)
        assert not stop([])
        assert stop([(work.root, attempt(work.root, "size", BETTER, "+++"))])


def test_a_front_has_no_needless_programs() -> None:
    rows: list[Mapping[str, float | None]] = [
        {"a": 1.0, "b": 0.0},
        {"a": 0.0, "b": 1.0},
        {"a": 1.0, "b": 1.0},
        {"a": 1.0, "b": None},
    ]
    assert front(rows, ["a", "b"]) == {2: 2}
    assert front(rows[:2], ["a", "b"]) == {0: 1, 1: 1}
    assert front([{"a": 0.5}, {"a": 0.5}], ["a"]) == {0: 1}
    assert front([{}], ["a"]) == {0: 1}


def test_what_cannot_be_placed_is_an_attempt(tmp_path: Path) -> None:
    with subject(tmp_path, SUBJECT, TESTS, screened=False) as work:
        for text in ("def size(", "def other(): pass\n", "x = 1\ny = 2\n"):
            wrong = Candidate((ReplaceDefinition("subject.py:size", text),))
            found = work.evaluator.evaluate(work.root, Question(wrong))
            assert (found.ended, found.outcomes, bool(found.detail)) == (Ended.INVALID, (), True)
        helper = AddDefinition("subject.py", "def one(word):\n    return 1\n")
        uses = ReplaceDefinition("subject.py:size", "def size(words):\n    return sum(map(one, words))\n")
        work.evaluator.submit(work.root, Question(Candidate((helper, uses))))
        work.evaluator.submit(work.root, Question(Candidate((AddDefinition("subject.py", "def size(): pass\n"),))))
        first, second = [*work.evaluator.results(work.root), *work.evaluator.results(work.root)]
        assert (first.ended, second.ended) == (Ended.STOPPED, Ended.INVALID)
        assert first.outcomes[0].status == "passed"


def test_what_neither_lives_nor_can_be_placed_is_an_attempt(tmp_path: Path) -> None:
    """A live process does not take it, and when it is collected anew its text has no place."""
    with subject(tmp_path, SUBJECT, TESTS, screened=False) as work:
        wrong = Candidate((ReplaceDefinition("subject.py:size", "def other(words):\n    return 1\n"),), prior=1.0)
        assert work.evaluator.evaluate(work.root, Question(wrong)).ended == Ended.INVALID
        work.evaluator.submit(work.root, Question(wrong))
        assert [attempt.ended for attempt in work.evaluator.results(work.root)] == [Ended.INVALID]
