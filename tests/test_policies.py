"""The contracts of the policies of a search, each by itself: what holds of their answers whatever they are given.

Verdicts and archives are drawn by Hypothesis; test_judging.py has the cases by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracec.evaluate.case_cost import A_SECOND, spread, work
from tracec.evaluate.panel import WAITING, Panel
from tracec.passes.accept.strict import FAILING, broken_by, harms, verdict
from tracec.passes.archive.ranked import best
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit, Evidence
from tracec.passes.nouns.edits import SetLiteral
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propagate import none
from tracec.passes.propagate.ablation import ablated
from tracec.recording.trace_cases import MOST_ENDLESS, MOST_FAILING, MOST_PASSING, sample
from tracec.runtime.outcome import Outcome, Status

STATUSES = tuple(status for status in Status if status != Status.NONE)
NAMES = st.sampled_from(["a", "b", "c", "d"])
RUNS = st.dictionaries(NAMES, st.sampled_from(STATUSES), max_size=4)


def outcomes(statuses: Mapping[str, Status]) -> list[Outcome]:
    return [Outcome(name, status) for name, status in statuses.items()]


# --- acceptance: passes/accept/strict ---------------------------------------------------------------------------------


@given(RUNS, RUNS)
def test_what_a_verdict_promises(before: dict[str, Status], after: dict[str, Status]) -> None:
    said = verdict(outcomes(before), outcomes(after))
    failing = {name for name, status in before.items() if status in FAILING}
    others = {name: status for name, status in before.items() if name not in failing}
    gained = {name for name in failing if after.get(name) == "passed"}
    kept = before.keys() == after.keys() and all(after[name] == status for name, status in others.items())
    silent = any(after.get(name) not in ("passed", *FAILING) for name in failing)
    if said == "solved":
        assert kept
        assert gained == failing != set()
    elif said == "improved":
        assert kept
        assert not silent
        assert gained
        assert gained != failing
    else:
        assert said == "worse"
        assert not kept or silent or not gained


@given(RUNS)
def test_nothing_is_gained_by_no_change(run: dict[str, Status]) -> None:
    assert verdict(outcomes(run), outcomes(run)) == "worse"
    assert not harms(outcomes(run), outcomes(run))
    assert broken_by(outcomes(run), outcomes(run)) == 0


@given(RUNS, RUNS)
def test_the_order_of_tests_says_nothing(before: dict[str, Status], after: dict[str, Status]) -> None:
    turned = list(reversed(outcomes(after)))
    assert verdict(outcomes(before), turned) == verdict(outcomes(before), outcomes(after))
    assert broken_by(outcomes(before), turned) == broken_by(outcomes(before), outcomes(after))


@given(RUNS, RUNS)
def test_what_harms_is_never_accepted(before: dict[str, Status], after: dict[str, Status]) -> None:
    broken = broken_by(outcomes(before), outcomes(after))
    assert harms(outcomes(before), outcomes(after)) == (broken is None or broken > 0)
    if harms(outcomes(before), outcomes(after)):
        assert verdict(outcomes(before), outcomes(after)) == "worse"


def test_a_test_that_ran_twice_is_not_one_that_ran_once() -> None:
    once, twice = [Outcome("a", Status.FAILED)], [Outcome("a", Status.PASSED)] * 2
    assert verdict(once, twice) == "worse"


def test_what_fails_is_said_once() -> None:
    assert {status for status in STATUSES if Outcome("a", status).failed} == set(FAILING)


# --- archive: passes/archive/ranked -----------------------------------------------------------------------------------

ATTEMPTS = st.lists(st.tuples(st.floats(0, 9), st.sets(NAMES)), max_size=6)


@given(ATTEMPTS, st.sets(NAMES), st.integers(0, 4))
def test_the_best_are_kept(drawn: list[tuple[float, set[str]]], goals: set[str], count: int) -> None:
    attempts = [
        Attempt(
            Candidate((SetLiteral(str(n), ""),), prior=cost), tuple(Outcome(name, Status.PASSED) for name in passed)
        )
        for n, (cost, passed) in enumerate(drawn)
    ]
    kept = best(attempts, goals, count)
    value = [(-len(attempt.passed() & goals), attempt.candidate.bits) for attempt in kept]
    assert value == sorted(value)
    assert all(attempt.passed() & goals for attempt in kept)
    useful = [attempt for attempt in attempts if attempt.passed() & goals]
    assert len(kept) == min(count, len(useful))
    for other in useful:
        if other not in kept and kept:
            assert value[-1] <= (-len(other.passed() & goals), other.candidate.bits)


# --- propagation: what an ablation leaves out, and the baseline -------------------------------------------------------


def span(line: int) -> Span:
    return Span("m.py", line, 4, line, 9)


PIECES = (Evidence(span(2), 0.9, (1, "x"), True, 3), Evidence(span(3), 0.2, (), False, -1))
CREDITS = {"t": Credit("t", 1.0, PIECES, (("n", (1, 2)),))}


def test_without_blame_all_places_weigh_the_same() -> None:
    left = ablated(CREDITS, ["blame"])["t"]
    assert [piece.weight for piece in left.evidence] == [1.0, 1.0]
    assert [replace(piece, weight=0.0) for piece in left.evidence] == [replace(piece, weight=0.0) for piece in PIECES]
    assert left.names == CREDITS["t"].names


def test_without_the_slice_nothing_is_known_of_dependence() -> None:
    left = ablated(CREDITS, ["slice"])["t"].evidence
    assert [(piece.in_slice, piece.near) for piece in left] == [(False, -1)] * 2
    assert [(piece.span, piece.weight, piece.values) for piece in left] == [
        (piece.span, piece.weight, piece.values) for piece in PIECES
    ]


@pytest.mark.parametrize("parts", [(), ("synthesis",), ("ranking",)])
def test_what_is_no_part_of_a_credit_leaves_it_as_it_is(parts: tuple[str, ...]) -> None:
    assert ablated(CREDITS, parts) == CREDITS


def test_ablations_add_up_in_any_order_and_only_once() -> None:
    both = ablated(CREDITS, ["blame", "slice"])
    assert ablated(ablated(CREDITS, ["slice"]), ["blame"]) == ablated(both, ["blame", "slice"]) == both != CREDITS
    assert CREDITS["t"].evidence is PIECES


def test_the_baseline_knows_of_no_difference() -> None:
    targets = [Target(f"m.py:{name}:1", "code", name, span(1), "") for name in "fg"]
    found = none.propagate(targets, ())
    assert found.keys() == {target.id for target in targets}
    assert {(credit.weight, credit.evidence, credit.names, credit.states) for credit in found.values()} == {
        (1.0, (), (), ())
    }


# --- sampling: which tests are traced ---------------------------------------------------------------------------------


def many(status: str, count: int, file: str, **more: int) -> tuple[list[Outcome], dict[str, str]]:
    found = [Outcome(f"{file}::{status}{number}", status, **more) for number in range(count)]  # type: ignore[arg-type]
    return found, {outcome.id: file for outcome in found}


def test_failing_tests_are_traced_first_the_shortest_first_and_few_that_never_end() -> None:
    slow, fast = Outcome("slow", Status.FAILED, steps=900), Outcome("fast", Status.FAILED, steps=9)
    elsewhere = Outcome("elsewhere", Status.FAILED, steps=0)
    endless, files = many("steps", 9, "test_a.py", steps=5)
    chosen = sample(Panel((slow, elsewhere, *endless, fast), files), 0)
    assert chosen[:3] == ["fast", "slow", "elsewhere"]
    assert len(chosen) == 3 + MOST_ENDLESS
    failing, files = many("failed", 3 * MOST_FAILING, "test_a.py", steps=1)
    assert len(sample(Panel(tuple(failing), files), 0)) == MOST_FAILING


def test_passing_tests_of_the_same_file_come_before_others_and_some_of_the_others_are_there() -> None:
    bad, files = many("failed", 1, "test_a.py")
    near, near_files = many("passed", 99, "test_a.py")
    far, far_files = many("passed", 99, "test_b.py")
    chosen = sample(Panel((*bad, *near, *far), {**files, **near_files, **far_files}), 3)
    assert chosen[0] == bad[0].id
    picked = [name.partition("::")[0] for name in chosen[1:]]
    assert len(picked) == MOST_PASSING
    assert picked.count("test_a.py") == MOST_PASSING * 3 // 4
    assert sample(Panel((*bad, *near, *far), {**files, **near_files, **far_files}), 3) == chosen
    assert sample(Panel((*bad, *near, *far), {**files, **near_files, **far_files}), 4) != chosen


def test_what_says_nothing_is_not_traced() -> None:
    silent = [Outcome("s", Status.SKIPPED), Outcome("x", Status.XFAILED), Outcome("p", Status.XPASSED)]
    assert sample(Panel(tuple(silent), {}), 0) == []


# --- which failing test is asked first --------------------------------------------------------------------------------


def test_failing_tests_of_other_places_come_first_and_those_that_wait_last() -> None:
    failing = [
        Outcome("a1", Status.FAILED, path="m.py", line=1),
        Outcome("a2", Status.FAILED, path="m.py", line=1),
        Outcome("b1", Status.FAILED, path="m.py", line=2),
        Outcome("w", Status.FAILED, path="m.py", line=3, seconds=WAITING * 2),
    ]
    assert spread(failing, ["w", "a1", "a2", "b1"]) == ("a1", "b1", "a2", "w")


def test_what_the_clock_ended_costs_its_time() -> None:
    assert work(Outcome("a", Status.TIMEOUT, seconds=2.0, steps=5)) == 2 * A_SECOND
    assert work(Outcome("a", Status.FAILED, seconds=2.0, steps=5)) == 5
