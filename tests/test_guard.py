"""The guard: what a change does beyond the tests, on real guests; and the parts that make and compare inputs."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.command import project, snapshot
from tests.working import working
from tracec.passes.nouns.candidate import Candidate, set_target
from tracec.proofs.differential import Change, compare
from tracec.runtime.differential.canonical import canonical
from tracec.runtime.differential.captured_calls import CallInput, Watch
from tracec.runtime.differential.inputs import shape_of_hint
from tracec.runtime.differential.mutate_values import drawn, near, shape_of, simpler
from tracec.runtime.differential.observe_call import behave
from tracec.work.selection import Guard, Guarded
from tracec.work.work import Work

SUBJECT = """\
import asyncio
import functools
import time

LOG = []


class Stack:
    shared = []

    def __init__(self):
        self.items = []

    def push(self, x):
        self.items.append(x)

    @property
    def top(self):
        return self.items[0]

    def pop(self):
        return self.items.pop(0)


def total(xs, start=0):
    s = start
    for x in xs:
        if x > 0:
            s += x
    return s


def logged(x):
    if x == 3:
        LOG.append(x)
        return x
    return len(LOG)


def shared(x):
    if x > 3:
        return 0
    return len(Stack.shared)


def count(n):
    for i in range(n):
        yield i


async def later(n):
    return n + 1


@functools.lru_cache
def fib(n):
    if n < 2:
        return 1
    return fib(n - 1) + fib(n - 2)


def repeated(s: str, n: int) -> str:
    return s * n


def sorts(xs):
    return sorted(xs)


def says(x):
    print(x)


def guess(x):
    return time.time() + x


def writes(x):
    return x


def outer(x):
    def inner(y):
        return y + x
    return inner(1)


def down(n):
    while n > 0:
        n -= 1
    return n


def opened(file):
    return file.read()


def never(x):
    return x


def ran(n):
    return n + 1


TABLE = ran(1)
"""
TESTS = """\
import asyncio
from subject import *

def test_pop():
    s = Stack()
    s.push(1)
    s.push(2)
    assert s.pop() == 2

def test_top():
    s = Stack()
    s.push(1)
    s.push(2)
    assert s.top == 2

def test_pop_again():
    s = Stack()
    s.push(7)
    s.push(8)
    assert s.pop() == 8

def test_total(): assert total([1, 2, -3]) == 0
def test_total_start(): assert total([1, 2], 1) == 4
def test_logged(): assert logged(1) == 0 and logged(3) == 3
def test_shared(): assert shared(3) == 0 == shared(4)
def test_count(): assert list(count(3)) == [1, 2, 3]
def test_later(): assert asyncio.run(later(3)) == 5
def test_fib(): assert fib(6) == 8
def test_sorts(): assert sorts([3, 1, 2]) == [3, 2, 1]
def test_says(): says(3)
def test_guess(): assert guess(1) == 0
def test_writes(): assert writes('x') == 'y'
def test_outer(): assert outer(1) == 3
def test_ran(): assert ran(2) == 3
def test_down(): assert down(5) == 0
def test_opened(): assert opened(open(__file__)) == ''
"""


class Guarding:
    """A suite that has run its tests once, and a program to change."""

    def __init__(self, work: Work) -> None:
        self.work, self.program = work, work.root.program

    def change(self, name: str, *pairs: tuple[str, str]) -> Candidate:
        target = next(t for t in self.program.targets if t.qualname == name)
        value = target.value
        for old, new in pairs:
            assert old in value
            value = value.replace(old, new)
        return Candidate((set_target(target, value),))

    def all(self, *candidates: Candidate) -> Guard:
        return compare(self.work, [Change(self.program, candidate) for candidate in candidates])

    def one(self, name: str, *pairs: tuple[str, str]) -> Guarded:
        return self.all(self.change(name, *pairs)).each[0]


@pytest.fixture(scope="module")
def guarding(tmp_path_factory: Any) -> Iterator[Guarding]:
    root = project(tmp_path_factory.mktemp("guarded"), subject=SUBJECT, test_subject=TESTS)
    with working(root) as work:
        files = snapshot(root)
        yield Guarding(work)
        assert snapshot(root) == files


def test_what_changes_has_a_small_example(guarding: Guarding) -> None:
    seen = guarding.one("total", ("x > 0", "x != 0"))
    assert seen.inputs > 50
    assert 0 < seen.changed < seen.inputs
    assert seen.outside == 0
    example = seen.examples[0]
    assert (example["call"], example["before"], example["after"]) == ("total([-1])", "0", "-1")


def test_a_change_that_changes_nothing(guarding: Guarding) -> None:
    seen = guarding.one("total", ("x > 0", "0 < x"))
    assert (seen.changed, seen.failures, seen.why_not) == (0, 0, "")
    assert seen.inputs > 50


def test_receivers_come_from_recorded_calls(guarding: Guarding) -> None:
    seen = guarding.one("Stack.pop", ("pop(0)", "pop()"))
    assert seen.changed == seen.inputs >= 2
    assert seen.examples[0]["call"] == "Stack.pop(<Stack items=[1, 2]>)"
    assert (seen.examples[0]["before"], seen.examples[0]["after"]) == ("1", "2")


def test_properties(guarding: Guarding) -> None:
    seen = guarding.one("Stack.top", ("[0]", "[-1]"))
    assert seen.examples[0]["call"] == "Stack.top(<Stack items=[1, 2]>)"


def test_what_becomes_of_arguments_counts(guarding: Guarding) -> None:
    apart = guarding.all(
        guarding.change("Stack.pop", ("self.items.pop(0)", "self.items[-1]")),
        guarding.change("Stack.pop", ("pop(0)", "pop()")),
    ).tells(0, 1)
    assert apart is not None
    assert apart[1] == ("2, and leaves self=<Stack items=[1, 2]>", "2, and leaves self=<Stack items=[1]>")


def test_what_is_printed_counts(guarding: Guarding) -> None:
    seen = guarding.one("says", ("print(x)", "print(x, x)"))
    assert seen.changed == seen.inputs > 0
    assert seen.examples[0]["what"] == ["output"]


def test_a_new_failure_comes_first(guarding: Guarding) -> None:
    seen = guarding.one("total", ("s += x", "s += 6 // (x - 2)"))
    assert 0 < seen.failures < seen.changed
    assert seen.examples[0]["failure"]
    assert seen.examples[0]["call"] == "total([2])"
    assert "ZeroDivisionError" in seen.examples[0]["after"]


def test_a_hang_is_a_failure_and_costs_little(guarding: Guarding) -> None:
    seen = guarding.one("down", ("n -= 1", "n -= n != 3"))
    assert seen.failures > 0
    assert "does not end" in seen.examples[0]["after"]
    assert not seen.why_not


def test_one_that_only_takes_longer_is_no_failure(guarding: Guarding) -> None:
    seen = guarding.one("down", ("return n", "for _ in range(90_000):\n        pass\n    return n"))
    assert (seen.changed, seen.failures) == (0, 0)
    assert seen.inputs > 0


def test_generators_coroutines_and_caches(guarding: Guarding) -> None:
    count = guarding.one("count", ("yield i", "yield i + 1"))
    assert (count.examples[0]["call"], count.examples[0]["after"]) == ("count(1)", "[1]")
    later = guarding.one("later", ("n + 1", "n + 2"))
    assert later.changed == later.inputs > 0
    assert guarding.one("fib", ("n < 2", "n < 3")).examples[0]["call"] == "fib(2)"


def test_type_hints_where_no_test_calls_it(guarding: Guarding) -> None:
    seen = guarding.one("repeated", ("s * n", "s * max(n, 1)"))
    assert 0 < seen.changed < seen.inputs
    assert seen.examples[0]["source"] == "drawn"


def test_a_changed_default_is_seen(guarding: Guarding) -> None:
    seen = guarding.one("total", ("start=0", "start=1"))
    assert seen.changed > 0
    assert (seen.examples[0]["call"], seen.examples[0]["after"], seen.outside) == ("total([])", "1", 0)


def test_calls_leave_nothing_behind_for_the_next(guarding: Guarding) -> None:
    seen = guarding.one("logged", ("return x", "return x + 1"))
    assert seen.outside == 0
    assert {example["call"] for example in seen.examples} == {"logged(3)"}


def test_what_is_left_behind_elsewhere_shows_as_a_change_outside(guarding: Guarding) -> None:
    # No call puts back what a class holds: the changed branch shows in later calls that do not run it.
    seen = guarding.one("shared", ("return 0", "Stack.shared.append(x)\n        return 0"))
    assert 0 < seen.outside <= seen.changed < seen.inputs
    assert seen.examples[0]["outside"]
    assert seen.examples[0]["before"] == "0" != seen.examples[0]["after"]
    assert guarding.one("shared", ("return 0", "return 1")).outside == 0


def test_what_does_another_thing_each_time_is_left_out(guarding: Guarding) -> None:
    assert guarding.one("guess", ("+ x", "- x")).inputs == 0


def test_a_guest_may_do_no_harm(guarding: Guarding) -> None:
    assert guarding.one("writes", ("return x", "open('subject.py', 'w').write(x)\n    return x")).failures > 0


def test_what_cannot_be_guarded_says_why(guarding: Guarding) -> None:
    assert "cannot be copied" in guarding.one("opened", ("read()", "read(1)")).why_not
    assert "no test" in guarding.one("never", ("return x", "return -x")).why_not


def test_inner_functions_and_code_that_ran_on_import(guarding: Guarding) -> None:
    assert guarding.one("outer", ("y + x", "y - x")).changed > 0
    seen = guarding.one("ran", ("n + 1", "n - 1"))
    assert seen.changed == seen.inputs > 0


def test_several_changes_are_told_apart(guarding: Guarding) -> None:
    found = guarding.all(
        guarding.change("sorts", ("sorted(xs)", "sorted(xs)[::-1]")),
        guarding.change("sorts", ("sorted(xs)", "sorted(xs, reverse=True)")),
        guarding.change("sorts", ("sorted(xs)", "xs[::2] + xs[1:2]")),
    )
    assert found.tells(0, 1) is None
    assert found.compared(0, 1)
    apart, back = found.tells(0, 2), found.tells(2, 0)
    assert apart is not None
    assert back == (apart[0], apart[1][::-1])


def test_the_same_seed_the_same_inputs(guarding: Guarding) -> None:
    changes = [guarding.change("total", ("x > 0", "x > 1")), guarding.change("repeated", ("s * n", "n * s + s"))]
    assert guarding.all(*changes) == guarding.all(*changes)


# --- parts -----------------------------------------------------------------------------------------------------------

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.sets(st.integers(), max_size=4)
    ),
    max_leaves=10,
)


@given(PLAIN, PLAIN)
def test_canonical_texts_are_equal_for_equal_values_of_equal_types(one: object, other: object) -> None:
    assert canonical(one) == canonical(eval(repr(one), {"inf": float("inf")}))
    if canonical(one) == canonical(other):
        assert one == other


def test_canonical_texts_know_no_addresses() -> None:
    class Box:
        def __init__(self, inside: object) -> None:
            self.inside = inside

    ring: list[object] = []
    ring.append(ring)
    makers: tuple[Callable[[], object], ...] = (
        lambda: Box([1, {2}]),
        lambda: Box(object()),
        lambda: Box(ring),
        lambda: Box(len),
    )
    for make in makers:
        assert canonical(make()) == canonical(make())
    assert canonical(Box(1)) != canonical(Box(2))
    assert canonical([0] * 10**6) == "<list too large>"


@given(PLAIN, st.integers(0, 9))
def test_near_values_leave_the_given_one_alone(value: Any, seed: int) -> None:
    before = canonical(value)
    near(value, random.Random(seed))
    assert canonical(value) == before


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), [1e308, float("inf")]])
def test_values_near_what_is_not_finite(value: Any) -> None:
    assert {type(near(value, random.Random(seed))) for seed in range(50)} == {type(value)}


@given(PLAIN)
def test_simpler_values_come_to_an_end(value: Any) -> None:
    for _ in range(3000):
        value = next(iter(simpler(value)), None)
        if value is None:
            return
    raise AssertionError("no end")


@given(st.lists(PLAIN, min_size=1, max_size=4), st.integers(0, 9))
def test_drawn_values_have_the_shape_of_those_seen(values: list[Any], seed: int) -> None:
    made = drawn(shape_of(values), random.Random(seed))
    assert type(made) in {type(value) for value in values}


@pytest.mark.parametrize(
    ("hint", "kind"),
    [(int, int), (list[int], list), (dict[str, float], dict), (tuple[int, str], tuple), (set[bool], set)],
)
def test_hints_have_shapes(hint: Any, kind: type) -> None:
    shape = shape_of_hint(hint)
    assert shape is not None
    assert all(type(drawn(shape, random.Random(seed))) is kind for seed in range(20))
    assert shape_of_hint(Path) is None


def test_calls_are_noted_with_what_was_given() -> None:
    def f(a: int, /, b: int = 2, *rest: int, c: int = 3, **more: int) -> None:
        a, b, c = b, c, a  # what it does with them is not noted

    def g(n: int) -> Iterator[int]:
        yield from range(n)

    watch = Watch({f.__code__: cast(FunctionType, f), g.__code__: cast(FunctionType, g)})
    watch.during(lambda: (f(1), f(1, 2000), f(1, 2, 3, c=4, d=5), list(g(3))))  # type: ignore[func-returns-value]
    texts = [found.text().rpartition(".")[2] for found in watch.found.values()]
    assert texts == ["f(1)", "f(1, 2000)", "f(1, 2, 3, c=4, d=5)", "g(3)"]
    assert sys.getprofile() is None


def test_a_call_is_made_on_copies() -> None:
    def push(xs: list[int]) -> None:
        xs.append(1)

    call = CallInput(cast(FunctionType, push), {"xs": []}, "recorded")
    first, second = behave(call, 1000, 0), behave(call, 1000, 0)
    assert first is not None
    assert first == second
    assert first.left == "xs=[1]"
    assert call.values == {"xs": []}
