"""Ticks: a budget of steps that no loop escapes, in code that otherwise behaves as before."""

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from tracec.runtime.guest import step_counter


def load(source: str, **names: object) -> dict[str, Any]:
    space = {"__name__": "m", **names}
    exec(step_counter.code("/nowhere/m.py", textwrap.dedent(source).encode()), space)
    return space


def steps(function: Callable[..., object], *args: object, budget: int = 1000) -> tuple[object, int]:
    step_counter.refill(budget)
    try:
        return function(*args), step_counter.spent()
    finally:
        step_counter.refill(0)


def refused(function: Callable[..., object], *args: object) -> tuple[bool, int]:
    step_counter.refill(1000)
    try:
        with pytest.raises(step_counter.OutOfSteps):
            function(*args)
        return step_counter.exhausted(), step_counter.spent()
    finally:
        step_counter.refill(0)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(): return 1", 1),
        ("def f():\n    for x in range(5): pass", 6),
        ("def f():\n    n = 4\n    while n: n -= 1", 5),
        ("def f(): return [x for x in range(7) if x % 2]", 8),
        ("def f(): return sum(x for x in range(7))", 8),
        ("def f(): return {x: y for x in range(2) for y in range(3)}", 9),
        ("def g(): return 1\ndef f(): return g() + g()", 3),
        ("f = lambda: 1", 0),
        ("class A:\n    def m(self): 'doc'\ndef f(): A().m()", 2),
    ],
)
def test_steps_are_calls_and_turns_of_loops(source: str, expected: int) -> None:
    assert steps(load(source)["f"])[1] == expected


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    while True: pass",
        "def f():\n    while True:\n        try: pass\n        except: pass",
        "def f():\n    while True:\n        try:\n            for x in [1]: pass\n        except: continue",
        "def f():\n    while True:\n        try:\n            g()\n        finally: continue\ndef g(): pass",
        "def f():\n    try: f()\n    except RecursionError: f()",
        "from itertools import count\ndef f(): return sum(x for x in count() if x < 0)",
        "def g():\n    while True: yield\ndef f():\n    for x in g(): pass",
        "def g():\n    while True: pass\ndef f():\n    while True:\n        try: g()\n        except: pass",
    ],
)
def test_no_endless_loop_outlives_its_budget(source: str) -> None:
    assert refused(load(source)["f"]) == (True, 1000)


def test_the_last_step_of_a_budget_is_still_granted() -> None:
    f = load("def f():\n    for x in range(999): pass\n    return 'whole'")["f"]
    step_counter.refill(1000)
    assert (f(), step_counter.spent(), step_counter.exhausted()) == ("whole", 1000, False)
    step_counter.refill(0)


def test_an_async_loop_ends() -> None:
    import asyncio

    f = load("import asyncio\nasync def f():\n    while True: await asyncio.sleep(0)")["f"]
    assert refused(lambda: asyncio.run(f())) == (True, 1000)


def test_docstrings_futures_and_lines_stay() -> None:
    space = load(
        '''
        """Module."""
        from __future__ import annotations

        def f(x: Nope):
            """Doc."""
            raise ValueError(x)
        '''
    )
    assert (space["__doc__"], space["f"].__doc__, space["f"].__annotations__) == ("Module.", "Doc.", {"x": "Nope"})
    with pytest.raises(ValueError) as caught:
        space["f"](1)
    assert caught.traceback[-1].lineno == 6


def test_nothing_of_ours_is_in_the_module() -> None:
    plain: dict[str, Any] = {"__name__": "m"}
    source = "x = [y for y in range(3)]\ndef f(): return dir(), locals()"
    exec(source, plain)
    ticked = load(source)
    assert sorted(ticked) == sorted(plain)
    assert ticked["f"]() == ([], {})
    assert inspect.getclosurevars(ticked["f"]).globals == {}


def test_ticks_stand_where_the_statement_stands() -> None:
    (function,) = step_counter.ticked(ast.parse("def f():\n    'doc'\n\n    return 1\n")).body
    assert isinstance(function, ast.FunctionDef)
    assert [node.lineno for node in function.body] == [2, 4, 4]


def test_what_ran_while_watched_is_known() -> None:
    step_counter.watch()
    space = load("def f(): return 1\ndef g(): return 2\nx = f()")
    step_counter.refill(0)
    assert (step_counter.ran(space["f"].__code__), step_counter.ran(space["g"].__code__)) == (True, False)
    assert vars(builtins)["__tick__"]() is None
