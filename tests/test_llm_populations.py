"""gepa, opro, reflexion, evolve and tree: what each asks, keeps and goes on from, with scripted models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.loops import Judge, Run
from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.populations.evolve import EVOLVE, ISLANDS, MIGRATES, Islands, plain
from tracec.optimizers.llm.populations.gepa import BATCH, GEPA, Front, merger
from tracec.optimizers.llm.populations.opro import OPRO
from tracec.optimizers.llm.populations.reflexion import REFLEXION, Latest
from tracec.optimizers.llm.populations.tree import TREE, Tree
from tracec.optimizers.llm.strategy import REWRITE
from tracec.passes.accept.verdict import Verdict
from tracec.passes.archive.batches import batch
from tracec.passes.archive.cells import cell
from tracec.passes.archive.merging import merged
from tracec.passes.archive.uct import Grown, chosen
from tracec.passes.nouns.candidate import Attempt, Candidate, set_target
from tracec.runtime.outcome import Ended, Outcome, Status
from tracec.strategy import Strategy

ALL = {"gepa": GEPA, "opro": OPRO, "reflexion": REFLEXION, "evolve": EVOLVE, "tree": TREE}
Patch = pytest.MonkeyPatch
TWO = """\
def first(x):
    return x - 1


def second(x):
    return x - 2
"""


def both(names: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """One case that needs both functions, and one that always passes."""
    found = names["first"](1) * 10 + names["second"](1)
    return {"both": (float(found == 23), f"{found} is not 23"), "runs": (1.0, "")}


def mends_one(prompt: str) -> str:
    """Mends the first function where it is shown broken, else the second."""
    if re.search(r"^    return x - 1$", prompt, re.MULTILINE):
        return "```python\ndef first(x):\n    return x + 1\n```"
    return "```python\ndef second(x):\n    return x + 2\n```"


def solved(loop: Any) -> bool:
    return bool(loop.solutions)


@pytest.mark.parametrize("name", ["evolve", "tree", "reflexion"])
def test_what_is_no_better_is_gone_on_from(tmp_path: Path, monkeypatch: Patch, name: str) -> None:
    run = Run(tmp_path, TWO, both, mends_one)
    assert solved(run.go(ALL[name], monkeypatch))
    assert len(run.prompts) <= 6


def test_rewriting_cannot_do_that(tmp_path: Path, monkeypatch: Patch) -> None:
    run = Run(tmp_path, TWO, both, mends_one)
    assert not solved(run.go(REWRITE, monkeypatch))


@pytest.mark.parametrize("metric", [False, True])
@pytest.mark.parametrize("name", ALL)
def test_a_budget_of_calls_is_kept(tmp_path: Path, monkeypatch: Patch, name: str, metric: bool) -> None:
    numbers = iter(range(1000))

    def new(prompt: str) -> str:
        return f"```python\ndef first(x):\n    return x - {next(numbers) + 5}\n```"

    run = Run(tmp_path, TWO, both, new, calls=7, metric=metric)
    assert not solved(run.go(ALL[name], monkeypatch))
    assert len(run.prompts) == 7
    assert run.ledger.purse.spent.calls == 7


@pytest.mark.parametrize("name", ALL)
def test_a_model_that_says_nothing_new_is_left(tmp_path: Path, monkeypatch: Patch, name: str) -> None:
    run = Run(tmp_path, TWO, both, lambda _: "```python\ndef first(x):\n    return x - 7\n```", calls=200)
    assert not solved(run.go(ALL[name], monkeypatch))
    assert len(run.prompts) < 40
    assert "Your last reply could not be used" in run.prompts[2] + run.prompts[3]


@pytest.mark.parametrize("name", ALL)
def test_a_run_that_is_cut_off_asks_nothing_twice(tmp_path: Path, monkeypatch: Patch, name: str) -> None:
    def answer(prompt: str) -> str:
        size = len(prompt) % 7 + prompt.count("x - ")
        return f"Lesson: it was {size}\n```python\ndef first(x):\n    return x - {size * 10 + len(prompt) % 10}\n```"

    def until(limit: int) -> Judge:
        left = iter(range(limit))

        def judge(names: Mapping[str, Any]) -> Mapping[str, tuple[float, str]]:
            if next(left, None) is None:
                raise SystemExit
            return both(names)

        return judge

    whole = Run(folder(tmp_path, "whole"), TWO, until(99), answer, calls=8, history=True)
    whole.go(ALL[name], monkeypatch)
    place = folder(tmp_path, "cut")
    cut = Run(place, TWO, until(4), answer, calls=8, history=True)
    with pytest.raises(SystemExit):
        cut.go(ALL[name], monkeypatch)
    assert cut.ledger.history is not None
    cut.ledger.history.close()
    again = Run(place, TWO, until(99), answer, calls=8, history=True)
    again.go(ALL[name], monkeypatch)
    assert 0 < len(cut.prompts) < 8
    assert cut.prompts + again.prompts == whole.prompts
    assert again.ledger.purse.spent.calls == 8


def folder(path: Path, name: str) -> Path:
    (path / name).mkdir()
    return path / name


# --- gepa -------------------------------------------------------------------------------------------------------------

TEXTS = """\
from tracec import param

ASK = param("Ask.", goal="asks")
TELL = param("Tell.", goal="tells")
"""


def three(names: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """Each text helps one case and harms another, unless the other text goes with it."""
    kind, short = "kind" in names["ASK"], "short" in names["TELL"]
    return {"a": (float(kind), "be kind"), "b": (float(short), "be short"), "c": (float(kind == short), "alike")}


def one_text(prompt: str) -> str:
    """Changes the first text that is shown and that is not mended."""
    if "ASK\n" in prompt and "kind" not in prompt.partition("ASK\n")[2].partition("```\n")[0]:
        return '<edit target="ASK">\nAsk, be kind.\n</edit>'
    return '<edit target="TELL">\nTell, be short.\n</edit>'


def test_a_front_keeps_what_is_best_on_some_case(tmp_path: Path, monkeypatch: Patch) -> None:
    run = Run(tmp_path, TEXTS, three, one_text, metric=True, calls=6)
    best = run.go(GEPA, monkeypatch).archive.best()
    assert best is not None
    assert [o.score for o in best.panel.before] == [1.0, 1.0, 1.0]
    assert "facts, rules and traps" in run.prompts[0]


def test_rewriting_the_best_does_not(tmp_path: Path, monkeypatch: Patch) -> None:
    run = Run(tmp_path, TEXTS, three, one_text, metric=True, calls=6)
    assert run.go(REWRITE, monkeypatch).archive.best() is None


def test_two_of_the_front_are_merged_without_a_call(tmp_path: Path, monkeypatch: Patch) -> None:
    replies = iter(['<edit target="ASK">\nbe kind\n</edit>', '<edit target="TELL">\nbe short\n</edit>'])
    run = Run(tmp_path, TEXTS, three, lambda _: next(replies), metric=True, calls=2)
    front = Front(run.work)
    made = [child(run, front, name, text, scores) for name, text, scores in (
        ("ASK", "'be kind'", (1.0, 0.0, 0.0)), ("TELL", "'be short'", (0.0, 1.0, 0.0)))]  # fmt: skip
    chosen_one = front.select()
    assert chosen_one is not None
    assert {chosen_one, *chosen_one.beside} == set(made)
    found = merger(chosen_one, chosen_one.beside[0])
    assert found is not None
    assert {t.value for t in chosen_one.program.advanced(found).targets} == {'"be kind"', '"be short"'}
    assert front.select().beside == ()  # type: ignore[union-attr]
    assert run.prompts == []


def child(
    run: Run, archive: Any, name: str, text: str, scores: tuple[float, ...], parent: Parent | None = None
) -> Parent:
    """A program in an archive, with scores of its own."""
    origin = parent or run.work.root
    target = next(t for t in origin.program.targets if t.qualname == name)
    cases = [o.id for o in origin.panel.before]
    scored = run.work.metric is not None
    outcomes = tuple(
        Outcome(case, Status.PASSED, score=score)
        if scored
        else Outcome(case, Status.PASSED if score else Status.FAILED)
        for case, score in zip(cases, scores)
    )
    archive.add(origin, Attempt(Candidate((set_target(target, text),)), outcomes), Verdict.BETTER)
    found = archive._pool[-1]
    assert isinstance(found, Parent)
    return found


MANY = 9


def many(names: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    return {f"c{n}": (float(str(n) in names["ASK"]), f"no {n}") for n in range(MANY)}


def test_a_few_cases_are_shown_and_what_does_not_help_there_is_not_run_on_the_rest(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    texts = iter(["nothing", "0 1 2 3 4 5 6 7 8"])
    run = Run(
        tmp_path, TEXTS, many, lambda _: f'<edit target="ASK">\n{next(texts)}\n</edit>', metric=True, calls=2,
        names=["ASK"],
    )  # fmt: skip
    best = run.go(GEPA, monkeypatch).archive.best()
    shown = [set(re.findall(r"^- (c\d)", prompt, re.MULTILINE)) for prompt in run.prompts]
    assert [len(cases) for cases in shown] == [BATCH, BATCH]
    assert not shown[0] & shown[1]
    assert [len(cases) for cases in run.evaluator.runs] == [BATCH, BATCH, MANY - BATCH]
    assert best is not None
    assert sum(o.worth for o in best.panel.before) == MANY


def test_every_case_comes_once_a_round() -> None:
    cases = [f"c{n}" for n in range(7)]
    rounds = [batch(cases, 3, turn, 1) for turn in range(6)]
    assert {*rounds[0], *rounds[1], *rounds[2]} == {*cases} == {*rounds[3], *rounds[4], *rounds[5]}
    assert rounds[:3] != rounds[3:]
    assert rounds[0] == batch(cases, 3, 0, 1) != batch(cases, 3, 0, 2)
    assert batch(cases[:2], 3, 5, 1) == cases[:2]


def test_a_merge_takes_what_only_one_side_changed() -> None:
    origin = {"a": "0", "b": "0", "c": "0"}
    assert merged(origin, {**origin, "a": "1"}, {**origin, "b": "2"}) == {"b": "2"}
    assert merged(origin, {**origin, "a": "1", "c": "1"}, {"a": "2", "b": "2", "c": "0"}) == {"b": "2"}
    assert merged(origin, origin, {**origin, "b": "2"}) == {}
    assert merged(origin, {**origin, "a": "1"}, {**origin, "a": "2"}) == {}


# --- opro -------------------------------------------------------------------------------------------------------------

LONG = 'from tracec import param\n\nASK = param("a", goal="long")\n'


def length(names: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    return {"length": (-float((len(names["ASK"]) - 9) ** 2), "")}


def by_trend(prompt: str) -> str:
    """The two best of the list say which way to go."""
    told = prompt.partition("the best last\n")[2].partition("See how")[0]
    sizes = [len(text) for text in re.findall(r"```text\n(a+)\n```", told)]
    size = 2 * sizes[-1] - sizes[-2] if len(sizes) > 1 else 2
    return f'<edit target="ASK">\n{"a" * size}\n</edit>'


def test_a_list_of_what_was_tried_tells_where_to_go(tmp_path: Path, monkeypatch: Patch) -> None:
    run = Run(tmp_path, LONG, length, by_trend, calls=40, metric=True)
    best = run.go(OPRO, monkeypatch).archive.best()
    assert best is not None
    assert best.panel.before[0].score == 0
    scores = [float(s) for s in re.findall(r"^### score (\S+)", run.prompts[12], re.MULTILINE)]
    assert scores == sorted(scores)
    assert scores[:2] == [-64.0, -49.0]
    rewriting = Run(tmp_path, LONG, length, by_trend, calls=40, metric=True)
    found = rewriting.go(REWRITE, monkeypatch).archive.best()
    assert found is not None
    assert found.panel.before[0].score == -49


# --- reflexion --------------------------------------------------------------------------------------------------------


def by_lessons(prompt: str) -> str:
    """Each attempt is as good as the lessons before it are many."""
    told = prompt.partition("the latest last\n")[2].partition("\n\n")[0].split("\n- ")
    known = len([line for line in told if "lesson" in line])
    lesson = f"Lesson: this is lesson number {known + 1}\n" if "Begin your answer" in prompt else ""
    return f"{lesson}```python\ndef first(x):\n    return x + {known - 2 + bool(lesson)}\n```"


def third(names: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    return {"third": (float(names["first"](0) == 1), f"{names['first'](0)} is not 1")}


def test_lessons_are_kept_over_attempts(tmp_path: Path, monkeypatch: Patch) -> None:
    run = Run(tmp_path, TWO, third, by_lessons)
    assert solved(run.go(REFLEXION, monkeypatch))
    assert len(run.prompts) == 4
    assert "Lesson" not in run.prompts[0]
    assert "- this is lesson number 1 (then: 0 of 1 failing tests pass" in run.prompts[2]
    rewriting = Run(tmp_path, TWO, third, by_lessons)
    assert not solved(rewriting.go(REWRITE, monkeypatch))


def test_a_change_for_the_worse_is_taken_back(tmp_path: Path) -> None:
    run = Run(tmp_path, TWO, both, str)
    latest = Latest(run.work)
    target = run.work.root.program.targets[0]
    attempts = [
        Attempt(Candidate((set_target(target, f"def first(x):\n    return {n}\n"),)), statuses(signs))
        for n, signs in enumerate(["+-", "-+", "--"])
    ]
    for attempt, verdict in zip(attempts, (Verdict.SAME, Verdict.SAME, Verdict.WORSE)):
        latest.add(run.work.root, attempt, verdict)
    now = latest.select()
    assert now is not None
    assert now.made_by is attempts[1]
    assert latest.best() is None


def statuses(signs: str) -> tuple[Outcome, ...]:
    words = {"+": Status.PASSED, "-": Status.FAILED}
    return tuple(Outcome(name, words[sign]) for name, sign in zip(("both", "runs"), signs))


# --- evolve -----------------------------------------------------------------------------------------------------------


def test_ways_and_inspirations_reach_the_prompts(tmp_path: Path, monkeypatch: Patch) -> None:
    numbers = iter(range(1000))

    def new(prompt: str) -> str:
        number = next(numbers)
        lines = "".join(f"    x += {n}\n" for n in range(number % 12))
        text = f"def first(x):\n{lines}    return x - {number + 50}\n"
        if "<<<<<<< SEARCH" in prompt:
            old = re.findall(r"^    return x - .*$", prompt, re.MULTILINE)[0]
            return f"<<<<<<< SEARCH\n{old}\n=======\n    return x - {number + 50}\n>>>>>>> REPLACE"
        return f"```python\n{text}```"

    run = Run(tmp_path, TWO, both, new, calls=30)
    loop = run.go(EVOLVE, monkeypatch)
    assert "small change" not in run.prompts[0]
    ways = ["small change", "Write what is shown above anew", "joins the strong sides"]
    counts = [sum(way in prompt for prompt in run.prompts) for way in ways]
    assert sum(counts) == 29
    assert counts[0] > counts[1] > 0
    assert counts[2] > 0
    others = [prompt for prompt in run.prompts if "## Other versions" in prompt]
    assert others
    assert all("### 1 of 2 tests pass\nfirst:\n```python" in prompt for prompt in others)
    assert all(len(prompt) < 6_000 for prompt in run.prompts)
    islands = loop.archive._islands  # type: ignore[attr-defined]
    assert len({id(one) for island in islands for one in island.values()}) > ISLANDS


def test_an_island_hands_on_its_best(tmp_path: Path) -> None:
    run = Run(tmp_path, TEXTS, three, str, metric=True)
    islands = Islands(run.work)
    islands._at = 0
    made = [child(run, islands, "ASK", repr("x" * 2**n), (n + 1.0, 0.0, 1.0)) for n in range(MIGRATES)]
    assert made[-1] in islands._islands[1].values()
    assert made[-1] not in islands._islands[2].values()


def test_a_cell_keeps_the_better(tmp_path: Path) -> None:
    run = Run(tmp_path, TEXTS, three, str, metric=True)
    islands = Islands(run.work)
    first = child(run, islands, "ASK", "'be bold'", (0.2, 0.0, 0.0))
    worse = child(run, islands, "ASK", "'be cold'", (0.1, 0.0, 0.0))
    better = child(run, islands, "ASK", "'be kind'", (0.3, 0.0, 0.0))
    kept = [*islands._islands[0].values()]
    assert better in kept
    assert first not in kept
    assert worse not in kept


def test_cells() -> None:
    assert cell("a\nb", "a\nb") == (0, 0)
    assert cell("a\nb\nc\nd\ne\nf\ng", "a\nb")[0] == 4
    assert cell("x\ny", "a\nb") == (0, 4)


def test_what_looks_different_is_the_same() -> None:
    one = 'def f(x):\n    """Doc."""\n    return x+1  # one\n'
    assert plain(one) == plain("def f(x):\n    return (x + 1)\n") != plain("def f(x):\n    return x + 2\n")
    assert plain("no python at all") == "no python at all"


# --- tree -------------------------------------------------------------------------------------------------------------


def test_uct_goes_down_where_rewards_are() -> None:
    nodes = [Grown(-1, 0.5), Grown(0, 0.0), Grown(0, 1.0)]
    assert chosen(nodes[:1], [0], 2, 0.7) == 0
    assert chosen(nodes[:2], [1, 0], 2, 0.7) == 0
    assert chosen(nodes, [2, 0, 0], 2, 0.7) == 2
    assert chosen([*nodes[:2], Grown(0, 1.0, open=False)], [2, 0, 0], 2, 0.7) == 1
    assert chosen([Grown(-1, 0.5, open=False)], [2], 2, 0.7) is None


def test_uct_comes_back_from_where_nothing_comes_of_it() -> None:
    nodes = [Grown(-1, 0.5), Grown(0, 0.4), Grown(0, 0.6)]
    assert chosen(nodes, [2, 0, 9], 2, 0.7) == 1


def test_siblings_are_told(tmp_path: Path, monkeypatch: Patch) -> None:
    numbers = iter(range(1000))
    run = Run(
        tmp_path, TWO, both, lambda _: f"```python\ndef first(x):\n    return x - {next(numbers) + 50}\n```", calls=4
    )
    loop = run.go(TREE, monkeypatch)
    assert "others follow up" not in run.prompts[0]
    assert "+    return x - 50" in run.prompts[1]
    assert "Take another way" in run.prompts[1]
    assert "What was tried elsewhere" in run.prompts[2]
    assert isinstance(loop.archive, Tree)
    assert [node.origin is run.work.root for node in loop.archive._pool[1:3]] == [True, True]


def test_rows_are_there() -> None:
    from tracec.strategy import ROWS, strategy_of

    for name, row in ALL.items():
        assert name in ROWS
        found = strategy_of(name)
        assert found is row
        assert isinstance(found.on_metric, Strategy)
        assert found.needs_model
        assert found.on_metric.needs_model


def test_what_was_invalid_is_no_program(tmp_path: Path) -> None:
    run = Run(tmp_path, TWO, both, str)
    for archive in (Islands(run.work), Tree(run.work), Latest(run.work), Front(run.work)):
        archive.add(run.work.root, Attempt(Candidate(()), (), Ended.INVALID, "no"), Verdict.WORSE)
        assert archive.best() is None
        assert archive.select() is run.work.root
