"""Verdicts, ranks, blame and budgets: nouns in, nouns out."""

from __future__ import annotations

import pytest

from tracec.passes.accept.strict import verdict
from tracec.passes.archive.ranked import best
from tracec.passes.nouns.candidate import Attempt, Candidate, counts
from tracec.passes.nouns.edits import SetLiteral
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propagate import none, sbfl
from tracec.passes.propagate.anomalies import anomalies
from tracec.passes.propagate.observe import Observation, Seen
from tracec.run.budget import Budget
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Outcome, Status


def outcomes(text: str) -> list[Outcome]:
    """`a+ b- c~` -> a passed, b failed, c skipped."""
    words = {"+": Status.PASSED, "-": Status.FAILED, "~": Status.SKIPPED, "?": Status.XFAILED}
    return [Outcome(word[:-1], words[word[-1]]) for word in text.split()]


@pytest.mark.parametrize(
    ("before", "after", "want"),
    [
        ("a- b+", "a+ b+", "solved"),
        ("a- b- c+", "a+ b- c+", "improved"),
        ("a- b+", "a- b+", "worse"),
        ("a- b+", "a+ b-", "worse"),
        ("a- b+", "a+", "worse"),
        ("a- b+", "a+ b+ c+", "worse"),
        ("a- b+", "a+ b~", "worse"),
        ("a- b-", "a+ b~", "worse"),
        ("a- b~ c?", "a+ b~ c?", "solved"),
        ("a- c?", "a+ c+", "worse"),
        ("a+", "a+", "worse"),
    ],
)
def test_verdict(before: str, after: str, want: str) -> None:
    assert verdict(outcomes(before), outcomes(after)) == want


def test_counts() -> None:
    assert counts(outcomes("a+ b- c~ d?")) == {"passed": 1, "failed": 1}


def test_best_passes_most_goals_then_is_likelier() -> None:
    def attempt(name: str, cost: float, said: str) -> Attempt:
        return Attempt(Candidate((SetLiteral(name, ""),), prior=cost), tuple(outcomes(said)))

    one, two, cheap, useless = (
        attempt("one", 1, "a+ b-"),
        attempt("two", 9, "a+ b+"),
        attempt("cheap", 0.5, "a+ b-"),
        attempt("useless", 0, "a- z+"),
    )
    assert best([one, two, cheap, useless], ["a", "b"], 5) == [two, cheap, one]
    assert best([one, two, cheap], ["a", "b"], 1) == [two]
    assert best([useless], ["a", "b"], 1) == []


def at(line: int) -> Span:
    return Span("m.py", line, 0, line, 5)


def seen(test: str, lines: list[int], sliced: list[int], **values: int) -> Observation:
    names = {(at(1), name): Seen({str(value): value}) for name, value in values.items()}
    return Observation(
        test,
        frozenset(map(at, lines)),
        frozenset(map(at, sliced)),
        dict.fromkeys(map(at, sliced), 4),
        {at(lines[-1]): Seen({"7": 7})},
        names,
    )


def run(observation: Observation, status: str) -> TracedRun:
    """A traced run of which all is known that is read off its trace."""
    views: dict[object, object] = {frozenset(["m.py"]): observation}
    return TracedRun(observation.test, Outcome(observation.test, status), None, status == "failed", views)  # type: ignore[arg-type]


def test_blame_prefers_what_only_failures_run_and_depend_on() -> None:
    target = Target("m.py:f", "code", "f", Span("m.py", 1, 0, 9, 0), "")
    failing, passing = seen("bad", [1, 2, 3], [2], x=1), seen("good", [1, 3], [], x=2)
    runs = [run(failing, "failed"), run(passing, "passed")]
    credit = sbfl.propagate([target], runs)[target.id]
    weights = {e.span.line: round(e.weight, 3) for e in credit.evidence}
    assert weights == {2: 1.0, 1: 0.707, 3: 0.707}
    assert [(e.in_slice, e.near) for e in credit.evidence] == [(True, 4), (False, -1), (False, -1)]
    assert dict(credit.names) == {"x": (1, 2)}
    assert credit.evidence[-1].values == (7,)
    assert none.propagate([target], runs)[target.id].evidence == ()


def values_at(test: str, line: int, *values: object) -> Observation:
    kept = Seen()
    for value in values:
        kept.add(value)
    return Observation(test, frozenset([at(line)]), frozenset(), {}, {at(line): kept}, {})


def test_odd_values_break_ties() -> None:
    same = [values_at("bad", 1, 4), values_at("good", 1, 4)]
    constant = [values_at("bad", 2, 0), values_at("good", 2, 1, 2)]
    longer = [values_at("bad", 3, "abcd", "x"), values_at("good", 3, "abc", "x")]
    unseen = [values_at("bad", 4, 9)]
    pairs = [same, constant, longer]
    bad, good = [pair[0] for pair in pairs] + unseen, [pair[1] for pair in pairs]
    odd = anomalies(bad, good)
    assert odd == {at(2): 1, at(3): 1}
    weights = sbfl.joined({at(1): 1.0, at(2): 1.0, at(3): 0.5}, odd)
    assert weights[at(2)] == 1.0 > weights[at(1)] > weights[at(3)] > 0.5 / 1.04


def test_a_ledger_never_gives_more_than_its_budget() -> None:
    ledger = Ledger(Budget(evals=2))
    assert [ledger.reserve() for _ in range(4)] == [True, True, False, False]
    assert not Ledger(Budget(seconds=0)).reserve()
    held = Ledger(Budget(seconds=100))
    held.hold = 101
    assert not held.reserve()
