"""What is known of a run beyond its own values, and what is made of it: regions, cells, profiles, policies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.test_trace import traced
from tracec.optimizers.tune.cma_es import generations
from tracec.passes.find import find, functions
from tracec.passes.find.literals import literals
from tracec.passes.nouns.candidate import NO_CHANGE, Candidate, followed
from tracec.passes.nouns.edits import ReplaceDefinition, SetLiteral
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.score import Score
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propose.tune import cells
from tracec.passes.propose.tune.choice import Policy
from tracec.passes.propose.tune.expression import Operation, Parameter, linear, size_of, value_of
from tracec.passes.propose.tune.flow import Flow, flow
from tracec.passes.propose.tune.knowledge import Knowledge
from tracec.passes.propose.tune.pattern import pattern
from tracec.passes.propose.tune.profile import plateau, profile
from tracec.passes.propose.tune.region import COMPARE, Link, Point, Region, region_of
from tracec.passes.propose.tune.search import Search, Widely
from tracec.passes.propose.tune.space import Dimension, space
from tracec.project.program import Program
from tracec.runtime.outcome import Outcome, Status

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


def test_numbers_that_make_the_code_what_it_is_are_no_targets() -> None:
    body = (
        "    n = 0; total = 100\n"
        "    for i in range(1, len(a)):\n"
        "        n += 1; total -= 5\n"
        "        if a[i - 1] * 0.3 > a[0] // 2 or i % 3 == 7: total = total + 4\n"
        "    return n / 2, a[-1]\n"
    )
    text = "def f(a):\n" + body
    assert [t.value for t in literals(source(text), functions(source(text)))] == ["100", "5", "1", "0.3", "7", "4", "2"]


TWO = """\
from tracec import param

LIMIT = param(5)


class Rules:
    def grade(self, x):
        'é' ; cut = param(0.5, low=0.0)
        return x-2 if x > cut else 'a' * 3
"""


def program(tmp_path: Path, text: str, *names: str, newline: str = "\n") -> Program:
    (tmp_path / "m.py").write_bytes(text.replace("\n", newline).encode())
    return Program.read(["m.py"], names, tmp_path).with_values()


def setting(**values: str) -> Candidate:
    return Candidate(tuple(SetLiteral(f"m.py:{name.replace('__', '.')}", value) for name, value in values.items()))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@given(values=st.lists(st.sampled_from(["-1", "7", "0.25", "1e-05"]), min_size=4, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
def test_values_are_found_again_in_the_changed_program(tmp_path: Path, newline: str, values: list[str]) -> None:
    before = program(tmp_path, TWO, "LIMIT", "Rules.grade.cut", "grade", newline=newline)
    names = ["m.py:LIMIT", "m.py:Rules.grade.cut", "m.py:Rules.grade.1", "m.py:Rules.grade.2"]
    assert [target.id for target in before.targets] == names
    new = before.advanced(Candidate(tuple(map(SetLiteral, names, values))))
    assert [target.id for target in new.targets] == names
    assert [target.value for target in new.targets] == values
    lines = new.sources["m.py"].text.split(newline)
    assert [lines[t.span.line - 1][t.span.column : t.span.end_column] for t in new.targets] == values


def test_a_literal_in_a_function_is_a_swap_of_that_function(tmp_path: Path) -> None:
    before = program(tmp_path, TWO, "LIMIT", "Rules.grade.cut", "grade")
    (swap,) = before.swaps(setting(Rules__grade__cut="0.75", Rules__grade__1="4")) or ()
    assert (swap.qualname, swap.line, swap.path) == ("Rules.grade", 7, "m.py")
    source = "def grade(self, x):\n    'é' ; cut = param(0.75, low=0.0)\n    return x-4 if x > cut else 'a' * 3"
    assert swap.source.rstrip() == source
    after = before.advanced(setting(Rules__grade__cut="0.75"))
    assert after.swaps(setting(Rules__grade__1="4")) == (swap,)
    assert before.origin_of(swap).value == functions(before.on_disk["m.py"])[0].value


def test_a_literal_outside_functions_is_no_swap(tmp_path: Path) -> None:
    before = program(tmp_path, TWO, "LIMIT", "grade")
    assert before.swaps(setting(LIMIT="6")) is None
    assert before.swaps(setting(LIMIT="6", Rules__grade__1="4")) is None
    assert before.swaps(NO_CHANGE) == ()


def test_code_without_values_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TracecError, match=r"m\.py:1: has no value that may change; mark one with tracec\.param"):
        program(tmp_path, "def f(x):\n    return x\n")


def test_a_change_of_literals_takes_the_place_of_one_that_it_sets_again() -> None:
    first, code = setting(A="1", B="2"), Candidate((ReplaceDefinition("m.py:f", "def f(): pass"),))
    wider, other = setting(A="3", B="4", C="5"), setting(A="6")
    assert followed((first,), wider) == (wider,)
    assert followed((first,), other) == (first, other)
    assert followed((code,), wider) == (code, wider)


def test_what_a_trace_claims_is_no_more_than_what_was_seen() -> None:
    know = Knowledge(("a", "b"))
    seen = Outcome("a", Status.PASSED, steps=7, score=2.0)
    know.learn((1,), [seen])
    know.regions["a"] = [Region((1,), 2.0, frozenset(), {0: ((0, 0), (5, 0))}, outcome=seen)]
    assert know.outcomes((4,)) == [seen]
    assert not know.whole((4,))
    assert know.score((4,)) == Score(1, 2.0)
    know.learn((4,), [Outcome("b", Status.PASSED, score=1.0)], claimed=[seen])
    assert know.score((4,)) == Score(0, 1.5)
    know.distrust()
    assert [o.id for o in know.outcomes((4,))] == ["b"]
    assert know.outcome((1,), "b") == Outcome("b", Status.DIED)


def searched(dimensions: Sequence[Dimension], height: Callable[[Point], float], widely: Widely, most: int) -> Search:
    """A search whose points are scored by a function, at once."""
    know = Knowledge(("metric",), tracing=False)
    start = tuple(d.start for d in dimensions)
    know.learn(start, [Outcome("metric", Status.PASSED, score=height(start))])
    search = Search(know, dimensions, start, 1, lambda: False, widely)
    for wanted in islice(search.run(), most):
        for point in wanted.points:
            know.learn(point, [Outcome("metric", Status.PASSED, score=height(point))])
        search.best = max((search.best, *wanted.points), key=know.score)
    return search


@pytest.mark.parametrize("steep", [2, 3, 5, 20])
def test_generations_climb_a_ridge(steep: int) -> None:
    """Along neither number alone is there a way up."""
    dimensions = [dimension(0.0, -10.0, 10.0), dimension(0.0, -10.0, 10.0)]
    found = searched(dimensions, lambda p: -abs(p[0] - p[1]) * steep - abs(p[0] + p[1] - 9), generations, 200)
    assert found.score(found.best).mean > -0.5


@pytest.mark.parametrize("widely", [generations, lambda *_: None])
def test_a_wide_search_leaves_a_hill_for_a_higher_one(widely: Widely) -> None:
    dimensions = [dimension(0.0, -10.0, 10.0), dimension(0.0, -10.0, 10.0)]
    far = (5.0, 4.0)
    found = searched(dimensions, lambda p: max(-abs(p[0]) - abs(p[1]), 2 - math.dist(p, far) / 2.5), widely, 200)
    assert found.score(found.best).mean > 1.9


def test_generations_come_to_the_top_of_a_hill() -> None:
    """By the package `cmaes` alone."""
    dimensions = [dimension(0.0, -10.0, 10.0), dimension(0.0, -10.0, 10.0)]
    walk = generations(dimensions, [0, 1], (0.0, 0.0), 3)
    assert walk is not None
    points, best = next(walk), math.inf
    for _ in range(40):
        losses = [(x - 3.2) ** 2 + (y + x - 1) ** 2 for x, y in points]
        best = min(best, *losses)
        points = walk.send(losses)
    assert best < 1e-2
    assert generations(dimensions, [0], (0.0, 0.0), 3) is None


def test_points_that_are_independent_are_wanted_together() -> None:
    target = Target("m.py:X", "choice", "X", Span("m.py", 1, 0, 1, 1), "1", constraints=("options=[1, 2, 3]",))
    dimensions, wanted = space([target]), []
    for alone in (False, True):
        know = Knowledge(("metric",), tracing=False)
        know.learn(("1",), [Outcome("metric", Status.PASSED, score=1.0)])
        search = Search(know, dimensions, ("1",), 1, lambda: False, generations, alone)
        for one in search.run():
            wanted.append([point[0] for point in one.points])
            for point in one.points:
                know.learn(point, [Outcome("metric", Status.PASSED, score=0.0)])
    assert wanted == [["2", "3"], ["2"], ["3"]]


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
