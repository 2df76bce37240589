"""What is known of a run beyond its own values, and what is made of it: regions, cells, profiles, policies."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_trace import traced
from tracec.passes.find import find, functions
from tracec.passes.find.literals import literals
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propose.tune import cells
from tracec.passes.propose.tune.choice import Policy
from tracec.passes.propose.tune.expression import Operation, Parameter, linear, size_of, value_of
from tracec.passes.propose.tune.flow import Flow, flow
from tracec.passes.propose.tune.pattern import pattern
from tracec.passes.propose.tune.profile import plateau, profile
from tracec.passes.propose.tune.region import COMPARE, Link, Region, region_of
from tracec.passes.propose.tune.space import Dimension, space
from tracec.passes.propose.tune.splice import spliced
from tracec.project.paths import read

NUMBERS = st.integers(-6, 6)


def source(text: str) -> Source:
    return Source.decode("m.py", text.encode())


def went(tmp_path: Path, text: str) -> tuple[Flow, tuple[object, ...]]:
    """A program with marked numbers is run; what became of them."""
    text = "from tracec import param\n" + text
    trace = traced(tmp_path, text)
    targets = find(Source.decode(trace.modules[0].path, text.encode()))
    at = tuple(float(t.value) if "." in t.value else int(t.value) for t in targets)
    return flow(trace, {t.span: n for n, t in enumerate(targets)}, at), at


def test_a_threshold_goes_into_comparisons_only(tmp_path: Path) -> None:
    found, at = went(
        tmp_path,
        "LIMIT = param(5)\n"
        "def f(x):\n    rest = x - LIMIT\n    return 'a' if rest * 2 > 1 else 'b' if 3 <= x < LIMIT else 'c'\n"
        "f(4)\nf(7)\n",
    )
    assert not found.escaped
    region = region_of(at, 1.0, frozenset(), found.links)
    assert region.breaks == {0: (3.5, 4, 6.5)}
    assert [n for n in range(9) if region.holds((n,))] == [5, 6]


@pytest.mark.parametrize(
    "use",
    ["print(LIMIT)", "[1, 2, 3][LIMIT]", "str(LIMIT)", "sorted([3, 1], key=lambda x: x * LIMIT)", "{LIMIT: 1}"],
)
def test_what_goes_elsewhere_is_told(tmp_path: Path, use: str) -> None:
    found, _ = went(tmp_path, f"LIMIT = param(2)\nx = 3 > LIMIT\ny = {use}\n")
    assert found.escaped == {0}


def test_a_value_that_is_carried_along_ends(tmp_path: Path) -> None:
    found, _ = went(tmp_path, "x = param(1.5)\nfor _ in range(400):\n    x = x + x * 0.001\nprint(x > 3)\n")
    assert found.escaped == {0}


def test_truth_is_a_comparison_with_zero(tmp_path: Path) -> None:
    found, at = went(tmp_path, "N = param(3)\nif N:\n    y = 1\n")
    region = region_of(at, 1.0, frozenset(found.escaped), found.links)
    assert not region.holds((0,))


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(sorted(COMPARE)), st.booleans(), st.lists(NUMBERS, max_size=4))
def test_a_region_never_claims_what_is_not_so(
    at: int, other: int, factor: int, name: str, swapped: bool, more: list[int]
) -> None:
    def link(name: str, number: int) -> Link:
        left = Operation("Mult", (Parameter(0), factor)) if factor else Parameter(0)
        sides = (number, left) if swapped else (left, number)
        return Link(sides[0], name, sides[1], bool(COMPARE[name](value_of(sides[0], (at,)), value_of(sides[1], (at,)))))

    links = [link(name, other), *(link("Lt", number) for number in more)]
    region = region_of((at,), 1.0, frozenset(), links)
    for value in [n / 2 for n in range(-80, 80)]:
        if region.holds((value,)) and type(value) is type(at):
            assert all(each.holds((value,)) for each in links)
    interval = region.along(0, (at,))
    assert interval is not None
    assert interval[0] <= (at, 0) <= interval[1]
    for value in [n / 2 for n in range(-80, 80)]:
        if interval[0] <= (value, 0) <= interval[1] and 0 not in region.fixed:
            assert all(each.holds((value,)) for each in links)


def test_a_comparison_of_two_parameters_is_a_bound_for_each() -> None:
    link = Link(Parameter(0), "Lt", Parameter(1), True)
    region = region_of((1.0, 4.0), 1.0, frozenset(), [link])
    assert region.turns(0, (1.0, 4.0)) == [4.0]
    assert region.holds((3.0, 3.5))
    assert not region.holds((4.0, 3.5))
    interval = region.along(0, (1.0, 9.0))
    assert interval is not None
    assert interval[1][0] == pytest.approx(9.0)


def test_linear_forms_and_sizes() -> None:
    tree = Operation("Sub", (Operation("Mult", (Parameter(0), 3)), Operation("Div", (Parameter(1), 2))))
    form = linear(tree)
    assert form is not None
    assert (form.constant, dict(form.factors)) == (0.0, {0: 3.0, 1: -0.5})
    assert linear(Operation("Mult", (Parameter(0), Parameter(1)))) is None
    assert size_of(tree, 100) == 3
    for _ in range(60):
        tree = Operation("Add", (tree, tree))
    assert size_of(tree, 100) == 100


@given(st.floats(-1e6, 1e6), st.floats(1e-9, 1e6))
def test_a_nice_number_is_well_inside(low: float, width: float) -> None:
    value = cells.nice(low, low + width)
    if low < low + width / 4:
        assert low <= value <= low + width


@pytest.mark.parametrize(("low", "high", "value"), [(0.351, 0.372, 0.36), (2.0, 9.0, 6.0), (-0.41, -0.39, -0.4)])
def test_a_nice_number_has_few_digits(low: float, high: float, value: float) -> None:
    assert cells.nice(low, high) == value


def dimension(start: object, low: float = -math.inf, high: float = math.inf) -> Dimension:
    target = Target("m.py:X:1", "number", "X", Span("m.py", 1, 0, 1, 1), repr(start))
    return Dimension(target, "int" if isinstance(start, int) else "float", start, low, high)


def test_a_value_for_each_cell_and_each_end() -> None:
    assert cells.values(dimension(0.5, 0.0, 1.0), [0.2, 0.6]) == [0.1, 0.4, 0.8]
    assert cells.values(dimension(5), [3, 4, 8]) == [1, 3, 4, 6, 8, 10]
    assert cells.values(dimension(5, 3, 8), [3, 8]) == [3, 6, 8]
    assert cells.values(dimension(5), []) == []


def test_the_next_value_is_unknown_to_most_cases() -> None:
    known = {"a": [(((0.0, 0), (5.0, 0)), 1.0)], "b": [(((0.0, 0), (2.0, 0)), 0.0)]}
    seen = profile([1, 3, 6, 8], known)
    assert [seen.missing(at) for at in range(4)] == [0, 1, 2, 2]
    assert seen.values[seen.next() or 0] == 8
    assert seen.rows() == {0: [1.0, 0.0]}
    assert plateau([0, 3, 4, 5, 9, 10]) == (3, 5)


def test_bounds_and_options() -> None:
    text = "from tracec import param, choice\nA = param(3, low=1, high=9)\nB = choice('x', options=['x', \"y\"])\n"
    number, choice = space(find(source(text)))
    assert (number.kind, number.low, number.high, number.inside(99.7), number.inside(2.4)) == ("int", 1, 9, 9, 2)
    assert choice.options == ("'x'", "'y'")
    with pytest.raises(TracecError, match=r"m\.py:2: A: low=9 is above high=1; exchange them"):
        space(find(source(text.replace("low=1, high=9", "low=9, high=1"))))


def test_numbers_of_a_function_are_targets() -> None:
    text = "X = 3\n\n\nclass C:\n    def f(self, x=1):\n        'é'; y = -2 if x > 0.5 else f'{7}'\n"
    text += "        return y[1:2]\n"
    made = literals(source(text), functions(source(text)))
    assert [(t.qualname, t.value, t.span.line, t.span.column) for t in made] == [
        ("C.f.1", "-2", 6, 17),
        ("C.f.2", "0.5", 6, 27),
    ]


@given(st.lists(st.sampled_from(["-1", "'é'", "10**2", "7"]), min_size=3, max_size=3))
def test_spliced_texts_say_where_the_literals_are(values: list[str]) -> None:
    text = "a = 'é' + f(12, 3)\r\nb = x-45\r\n"
    spans = [Span("m.py", 1, 12, 1, 14), Span("m.py", 1, 16, 1, 17), Span("m.py", 2, 6, 2, 8)]
    made, places = spliced(text, spans, dict(enumerate(values)))
    lines = made.split("\r\n")
    assert [lines[s.line - 1][s.column : s.end_column] for s in places] == values
    assert made == text.replace("12", f"({values[0]})", 1).replace(" 3)", f" ({values[1]}))").replace(
        "45", f"({values[2]})"
    )


def test_pattern_search_comes_to_the_top() -> None:
    dimensions = [dimension(0.0, -10.0, 10.0), dimension(50, 0, 100)]

    def height(point: tuple[object, ...]) -> float:
        x, y = point
        return -((float(str(x)) - 3.21) ** 2) - abs(int(str(y)) - 17)

    best: tuple[object, ...] = (0.0, 50)
    walk = pattern(dimensions, [0, 1], best)
    point, count = next(walk), 1
    while True:
        better = height(point) > height(best)
        best = point if better else best
        try:
            point, count = walk.send(better), count + 1
        except StopIteration:
            break
    assert best[1] == 17
    assert abs(float(str(best[0])) - 3.21) < 0.01
    assert count < 120


def test_a_policy_learns_what_scores() -> None:
    policy = Policy([4, 3], [0, 0], seed=1)
    for _ in range(150):
        drawn = policy.draw()
        policy.learn(drawn, (drawn[0] == 2) + 0.5 * (drawn[1] == 1))
    assert policy.probabilities(0)[2] > 0.8
    assert policy.probabilities(1)[1] > 0.6


def test_regions_keep_apart_what_is_fixed() -> None:
    region = Region((1, "'a'"), 1.0, frozenset([1]))
    assert region.holds((5, "'a'"))
    assert not region.holds((5, "'b'"))
    assert region.along(1, (1, "'a'")) is None


def test_the_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"from tracec import param\r\nX = param(-1.5)\r\n")
    (target,) = find(read(str(path)))
    made, (place,) = spliced(read(str(path)).text, [target.span], {0: "2.0"})
    assert "param((2.0))" in made
    assert place.column == target.span.column + 1
