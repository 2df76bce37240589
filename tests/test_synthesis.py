"""States of a trace, expressions that agree with them, values forced into a program, and the road from end to end."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.command import project, tracec
from tests.full import slow
from tests.test_search import PATH, target
from tests.test_trace import traced
from tests.working import text_of
from tracec.optimizers.search.angelic import Found, guided
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.credit import Credit, Evidence, State
from tracec.passes.nouns.edits import SetLiteral
from tracec.passes.nouns.span import Span
from tracec.passes.propagate.states import states
from tracec.passes.propose.repair.definition import Known, SourcePlace
from tracec.passes.propose.repair.evidence.evaluate import NoValue, evaluate
from tracec.passes.propose.synthesis.bank import Bank
from tracec.passes.propose.synthesis.conditions import Truth, Wanted, conditions, round_between, truths
from tracec.passes.propose.synthesis.fill import examples, fill
from tracec.passes.propose.synthesis.forced import Forced, forced
from tracec.passes.propose.synthesis.holes import Hole, holes


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


# States


LOOP = """\
class Box:
    def __init__(self):
        self.size = 2
    def fits(self, n):
        return n < self.size
def f(xs, least):
    out = []
    for x in xs:
        if x > least:
            out.append(x * 2)
    xs.sort()
    big = [y for y in xs if y > 1]
    return len(xs) + least
f([3, 1], 2)
Box().fits(1)
"""


def states_at(tmp_path: Path, text: str) -> list[tuple[dict[str, object], tuple[object, ...]]]:
    trace = traced(tmp_path, LOOP)
    paths = {frame.path for frame in trace.frames}
    sites = {site.span: site.text for found in trace.sites.values() for site in found}
    return [(dict(state.names), state.value) for state in states(trace, paths) if sites[state.span] == text]


def test_a_state_has_every_variable_as_it_was_then(tmp_path: Path) -> None:
    assert states_at(tmp_path, "x > least") == [
        ({"xs": [3, 1], "least": 2, "out": [], "x": 3}, (True,)),
        ({"xs": [3, 1], "least": 2, "out": [6], "x": 1}, (False,)),
    ]


def test_what_was_changed_in_a_way_that_is_not_followed_is_not_known(tmp_path: Path) -> None:
    names, value = states_at(tmp_path, "len(xs) + least")[0]
    assert value == (4,)
    assert "xs" not in names
    assert names["out"] == [6]
    assert names["big"] == [3]


def test_a_comprehension_sees_the_variables_around_it(tmp_path: Path) -> None:
    assert [(names["y"], names["least"], value) for names, value in states_at(tmp_path, "y > 1")] == [
        (1, 2, (False,)),
        (3, 2, (True,)),
    ]


def test_an_attribute_that_was_read_is_a_variable(tmp_path: Path) -> None:
    names, value = states_at(tmp_path, "n < self.size")[0]
    assert (names, value) == ({"n": 1, "self.size": 2}, (True,))


# Evaluation


@given(
    st.recursive(
        st.sampled_from(["a", "b", "s", "xs", "0", "1", "2", "'ab'", "[]", "None", "True"]),
        lambda parts: st.one_of(
            st.tuples(
                parts, st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "<=", "==", "and", "or", "in", "is"]), parts
            ).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            parts.map(lambda p: f"len({p})"),
            parts.map(lambda p: f"(not {p})"),
            st.tuples(parts, parts).map(lambda p: f"({p[0]})[{p[1]}]"),
            st.tuples(parts, parts).map(lambda p: f"({p[0]})[{p[1]}:]"),
            st.tuples(parts, parts, parts).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
            parts.map(lambda p: f"({p}).upper()"),
            st.tuples(parts, parts).map(lambda p: f"max({p[0]}, {p[1]})"),
        ),
        max_leaves=8,
    )
)
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_a_value_is_that_of_python(text: str) -> None:
    state = {"a": 3, "b": -2, "s": "xyz", "xs": [1, 2, 3]}
    try:
        found = evaluate(expression(text), state)
    except NoValue:
        return
    wanted = eval(text, {}, dict(state))
    assert (type(found), found) == (type(wanted), wanted)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "x.y",
        "2 ** 9999",
        "'a' * 10 ** 9",
        "[0] * 9999",
        "open('f')",
        "__import__('os')",
        "().__class__",
        "s.format(1)",
    ],
)
def test_what_is_unknown_large_or_not_plain_has_no_value(text: str) -> None:
    with pytest.raises(NoValue):
        evaluate(expression(text), {"x": 1, "s": "{0}"})


# Expressions


@pytest.mark.parametrize(("low", "high", "bound"), [(63, 66, 65), (0, 1, 1), (17, 18, 18), (-3, 4, 0), (9, 1200, 1000)])
def test_bounds_are_round(low: int, high: int, bound: int) -> None:
    assert round_between(low, high) == bound


def bank(leaves: Sequence[str], known: Sequence[Mapping[str, object]]) -> Bank:
    return Bank([(2.0 + at / 4, expression(text)) for at, text in enumerate(leaves)], known, 6_000)


def test_of_expressions_with_the_same_values_the_cheapest_is_kept() -> None:
    made = bank(["a", "b", "1"], [{"a": 1, "b": 5}, {"a": 2, "b": 7}])
    texts = [ast.unparse(one.node) for _, one in made]
    assert "a + 1" in texts
    assert "1 + a" not in texts
    assert "a * 1" not in texts
    vectors = [repr(one.values) for _, one in made]
    assert len(set(vectors)) == len(vectors)


def test_a_bank_is_the_same_every_time() -> None:
    known = [{"a": 1, "b": "x"}, {"a": 4, "b": "yz"}]
    first, second = ([(cost, ast.unparse(e.node)) for cost, e in bank(["a", "b", "2"], known)] for _ in range(2))
    assert first == second


def conditions_for(known: Sequence[Mapping[str, object]], truth: Sequence[bool], *leaves: str) -> list[str]:
    goal = Wanted(sum(1 << at for at, one in enumerate(truth) if one), (1 << len(truth)) - 1)
    found = conditions(truths(bank(leaves, known), 6_000), goal, None)
    return [ast.unparse(node) for _, node in itertools.islice(found, 25)]


def test_conditions_have_the_wanted_truths() -> None:
    known = [{"n": n, "m": m} for n, m in ((1, 5), (9, 5), (5, 5), (-1, -7), (-9, 0))]
    found = conditions_for(known, [n["n"] <= n["m"] for n in known], "n", "m", "0")
    assert found[0] == "n <= m"
    for text in found:
        assert [bool(eval(text, {}, dict(names))) for names in known] == [n["n"] <= n["m"] for n in known]


def test_a_second_condition_may_need_the_first() -> None:
    known: list[dict[str, object]] = [{"xs": []}, {"xs": [4]}, {"xs": [7]}, {"xs": [8, 4]}]
    found = conditions_for(known, [False, True, False, False], "xs", "xs[0]", "4")
    assert "xs and xs[0] == 4" in found
    assert "xs[0] == 4 and xs" not in found


def test_the_condition_there_is_widened_by_what_is_missing() -> None:
    known = [{"n": n, "m": m} for n, m in ((1, False), (70, True), (70, False), (20, True), (11, True))]
    truth = [n["n"] < 12 or (n["n"] >= 65 and bool(n["m"])) for n in known]
    made = bank(["n", "m", "12"], known)
    goal = Wanted(sum(1 << at for at, one in enumerate(truth) if one), 31)
    old = Truth(expression("n < 12"), 0b10001, 0)
    found = [ast.unparse(node) for _, node in conditions(truths(made, 6_000), goal, old)]
    wide = [text for text in found if text.startswith("n < 12 or ")]
    assert wide
    for text in wide:
        assert [bool(eval(text, {}, dict(names))) for names in known] == truth


# Holes, forced values, and what fits


SIGN = "def sign(n):\n    if n > 1:\n        return 'plus'\n    return 'rest'\n"


def sign_hole(kind: str) -> tuple[Hole, list[Forced]]:
    """`n > 1` ought to be `n > 0`: 1 fails, -3, 0 and 4 pass."""
    one = target(SIGN, "sign")
    spans = {"n > 1": Span(PATH, 2, 7, 2, 12), "'plus'": Span(PATH, 3, 15, 3, 21), "'rest'": Span(PATH, 4, 11, 4, 17)}
    seen = {"t1": 1, "t2": -3, "t3": 4, "t4": 0}
    found = [State(spans["n > 1"], test, (("n", n),), (n > 1,)) for test, n in seen.items()]
    found += [
        State(spans["'plus'" if n > 1 else "'rest'"], t, (("n", n),), ("plus" if n > 1 else "rest",))
        for t, n in seen.items()
    ]
    evidence = tuple(Evidence(span, 1.0, (), True) for text, span in spans.items() if text != "'plus'")
    known = Known.of([one], {one.id: Credit(one.id, 1.0, evidence, (), tuple(found))}, {PATH: SIGN})
    hole = next(hole for hole in holes(known, ["t1"]) if hole.kind == kind)
    return hole, list(forced(hole, ["t1"], {"t1": ("rest", "plus")}))


def helped(tried: Sequence[Forced]) -> list[Forced]:
    """Those with which sign(1) is 'plus'."""
    return [one for one in tried if result(one.candidate, 1) == "plus"]


def result(candidate: Candidate, n: int) -> object:
    names: dict[str, object] = {}
    exec(text_of(candidate), names)
    return names["sign"](n)  # type: ignore[operator]


def test_a_condition_is_forced_always_and_in_one_state() -> None:
    hole, tried = sign_hole("condition")
    assert ast.unparse(hole.node) == "n > 1"
    assert len(helped(tried)) == 2
    alone = [one for one in helped(tried) if result(one.candidate, -3) == "rest"]
    assert len(alone) == 1
    assert "True if n == 1 else n > 1" in text_of(alone[0].candidate)


@pytest.mark.parametrize("kind", ["condition", "value", "entry"])
def test_what_agrees_with_all_states_repairs_the_program(kind: str) -> None:
    hole, tried = sign_hole(kind)
    solved = helped(tried)
    wanted = examples(hole, ["t2", "t3", "t4"], solved, ["t1"] * len(solved))
    found = list(itertools.islice(fill(hole, wanted), 30))
    assert found
    for candidate in found:
        assert [result(candidate, n) for n in (1, -3, 4, 0)] == ["plus", "rest", "plus", "rest"]
    assert [c.bits for c in found] == sorted(c.bits for c in found)
    assert all(c.operator == "synthesis" for c in found)


def test_what_contradicts_a_passing_test_is_not_wanted() -> None:
    hole, tried = sign_hole("condition")
    solved = helped(tried)
    twin = dict(hole.moments) | {"t9": [type(m)("t9", m.names, m.value) for m in hole.moments["t1"]]}
    same = Hole(hole.definition, hole.node, hole.kind, hole.cost, twin)
    assert examples(same, ["t9"], solved, ["t1"] * len(solved)) == []


# The stream


def test_each_candidate_comes_once_and_what_is_found_comes_by_its_cost() -> None:
    def make(*, favours: Mapping[SourcePlace, float]) -> Iterator[Candidate]:
        return (Candidate((SetLiteral("t", str(n)),), prior=float(n)) for n in range(9))

    asked: list[int] = []

    def explore(most: int) -> Found:
        asked.append(most)
        return Found(
            {}, [Candidate((SetLiteral("t", "new"),), prior=9.5), Candidate((SetLiteral("t", "7"),), prior=11.5)]
        )

    # what is found comes 4 bits sooner from the second round on
    found = [text_of(c) for c in guided(make, explore, ((3, 10), (7, 20)))]
    assert found == ["0", "1", "2", "3", "4", "5", "6", "new", "7", "8"]
    assert asked == [10, 20]


# The whole road


FARE = '''\
def fare(age, zone, member):
    """A price."""
    price = 3 + zone * 2
    if age < 12:
        return price // 2
    return price
'''
FARE_TESTS = """\
import pytest
from subject import fare


@pytest.mark.parametrize("age, zone, member, want", [
    (30, 1, False, 5), (11, 1, False, 2), (30, 3, False, 9), (70, 3, True, 4), (80, 5, True, 6), (64, 5, True, 13),
    (70, 5, False, 13), (66, 1, True, 2), (8, 3, True, 4),
])
def test_fare(age, zone, member, want):
    assert fare(age, zone, member) == want
"""


@slow
def test_a_condition_out_of_reach_of_single_edits_is_found(tmp_path: Path) -> None:
    root = project(tmp_path, subject=FARE, test_subject=FARE_TESTS)
    done = tracec(root, "optimize", "subject.py", "--tests", "test_subject.py", "--budget-evals", "6000", "--json")
    said = done.json
    assert said["status"] == "solved", said


@slow
def test_without_synthesis_it_is_not_found(tmp_path: Path) -> None:
    root = project(tmp_path, subject=FARE, test_subject=FARE_TESTS)
    without = ("--without", "synthesis", "--budget-evals", "4000")
    less = tracec(root, "optimize", "subject.py", "--tests", "test_subject.py", *without, "--json")
    assert less.json["status"] != "solved"


SIGN_TESTS = """\
from subject import sign


def test_one():
    assert sign(1) == 'plus'


def test_zero():
    assert sign(0) == 'rest'
"""


@slow
@pytest.mark.parametrize("part", ["blame", "slice", "synthesis", "ranking"])
def test_each_part_can_be_left_out(tmp_path: Path, part: str) -> None:
    root = project(tmp_path, subject=SIGN, test_subject=SIGN_TESTS)
    options = ("--without", part, "--budget-evals", "900", "--json")
    done = tracec(root, "optimize", "subject.py", "--tests", "test_subject.py", *options)
    assert done.json["candidates"] > 0, done.err


def test_a_part_that_is_none_is_told(tmp_path: Path) -> None:
    done = tracec(project(tmp_path, subject=SIGN), "optimize", "subject.py", "--without", "luck")
    assert done.code == 2
    assert "'luck' is none of blame, slice, synthesis, ranking, holes, memory" in done.err
