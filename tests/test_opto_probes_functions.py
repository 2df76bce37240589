"""Bundled functions behave as the functions that they are: exceptions, variables, classes, threads, tasks."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import math
import pickle
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tracec.opto.trace import ExecutionError, Node, bundle, model, node, stop_tracing
from tracec.opto.trace import bundle as wrapped
from tracec.opto.trace.bundle import FunModule, TraceMissingInputsError
from tracec.opto.trace.nodes import MessageNode
from tracec.passes.nouns.errors import TracecError

COUNT = 0
STEP = 1


@bundle()
def doubled(x: int) -> int:
    """Twice the number."""
    return 2 * x


@wrapped(
    description="[h] a bracket ) within",
    trainable=True,  # ) and here
)
def of_another_name(x: int) -> int:
    """doc"""
    return x + 1  # kept


@bundle(trainable=True)
def counting() -> int:
    global COUNT
    COUNT += STEP
    return COUNT


def factorial(n: int) -> Any:
    return 1 if n < 2 else n * factorial(n - 1)


def test_b1_b2_b3_functions_without_source() -> None:
    space: dict[str, Any] = {}
    exec("def f(x): return x + 1", space)
    for made, value in ((bundle()(lambda x: x + 1), 3), (bundle()(math.sqrt), math.sqrt(2)), (bundle()(space["f"]), 3)):
        x = node(2)
        result = made(x)
        assert result.data == value
        assert result.parents == [x]
    for function in (lambda x: x, math.sqrt, space["f"]):
        with pytest.raises(TracecError, match="write it as a def in a file"):
            bundle(trainable=True)(function)


def test_b4_b5_decorators_are_found_by_syntax() -> None:
    own = of_another_name.parameter.data
    assert own == 'def of_another_name(x: int) -> int:\n    """doc"""\n    return x + 1  # kept'
    assert of_another_name(1).data == 2


def test_b6_exceptions_keep_their_class() -> None:
    class Own(KeyError):
        def __init__(self, key: str, hint: str) -> None:
            super().__init__(key)
            self.hint = hint

    @bundle()
    def fail(x: int) -> int:
        if x:
            raise Own("k", "look there")
        raise ValueError("too small")

    with pytest.raises(ValueError, match="too small") as caught:
        fail(0)
    assert isinstance(caught.value, ExecutionError)
    assert isinstance(caught.value.__cause__, ValueError)
    assert caught.value.args == ("too small",)
    assert "line " in str(caught.value)
    assert "bundle.py" not in str(caught.value)
    with pytest.raises(Own) as own:
        fail(1)
    assert own.value.hint == "look there"
    assert own.value.args == ("k",)


@pytest.mark.parametrize("kind", [OSError, UnicodeDecodeError, StopIteration, SyntaxError, ImportError, RecursionError])
def test_b6_of_every_class(kind: type[Exception]) -> None:
    args: dict[type, tuple[Any, ...]] = {
        OSError: (5, "broken", "f"), UnicodeDecodeError: ("utf8", b"\xff", 0, 1, "bad"),
    }  # fmt: skip

    @bundle()
    def fail() -> None:
        raise kind(*args.get(kind, ("x",)))

    with pytest.raises(kind) as caught:
        fail()
    assert isinstance(caught.value, ExecutionError)
    assert kind.__name__ in caught.value.exception_node.data


def test_b7_b8_errors_without_words() -> None:
    @bundle()
    def fail(x: int) -> None:
        if x:
            raise ValueError
        assert x > 5

    with pytest.raises(ValueError):
        fail(1)
    with pytest.raises(AssertionError):
        fail(0)


def test_full_feedback_marks_the_line() -> None:
    def inner(x: int) -> float:
        return 1 / x

    @bundle()
    def outer(x: int) -> float:
        y = x - 1
        return inner(y)

    with pytest.raises(ZeroDivisionError) as caught:
        outer(1)
    told = caught.value.exception_node.create_feedback("full")  # type: ignore[attr-defined]
    assert "return 1 / x  <--- (ZeroDivisionError) division by zero" in told
    assert "return inner(y)  <--- the error came from this call, see below" in told


def test_b9_b10_variables_are_the_module_s_and_the_function_s_own() -> None:
    global STEP
    counting()
    changed = counting.parameter.data.replace("COUNT += STEP", "COUNT += 10 * STEP")
    counting.parameter._data = changed
    STEP = 2
    counting()
    assert COUNT == 21
    step = 1

    @bundle(trainable=True)
    def add(x: int) -> int:
        return x + step

    step = 10
    assert add(1).data == 11
    add.parameter._data = "def add(x):\n    return x - step"
    step = 100
    assert add(1).data == -99


def test_b11_nonlocal() -> None:
    seen = 0

    @bundle(trainable=True)
    def note() -> int:
        nonlocal seen
        seen += 1
        return seen

    note()
    note.parameter._data = note.parameter.data.replace("+= 1", "+= 5")
    note()
    assert seen == 6


def test_b12_b13_super_and_private_names() -> None:
    class Base:
        def value(self) -> int:
            return 1

    class Own(Base):
        def __init__(self) -> None:
            self.__v = 10

        @bundle(trainable=True)
        def value(self) -> int:
            return super().value() + self.__v

        @bundle(trainable=True)
        def plain(self) -> int:
            return 0

    own: Any = Own()
    assert own.value().data == 11
    own.value.parameter._data = "def value(self):\n    return 100 * super().value() + self.__v"
    assert own.value().data == 110
    own.plain.parameter._data = "def plain(self):\n    return super().value() + self.__v"
    assert own.plain().data == 11


def test_b14_c4_generators_give_nodes() -> None:
    @bundle()
    def numbers(n: int) -> Iterator[int]:
        yield from range(n)

    @bundle()
    async def later(n: int) -> AsyncIterator[int]:
        for one in range(n):
            yield one

    made = numbers(3)
    found = [*made]
    assert [one.data for one in found] == [0, 1, 2]
    assert all(one.parents == [made] for one in found)

    async def collected() -> list[Any]:
        stream: Any = later(2)
        return [one async for one in stream]

    assert [one.data for one in asyncio.run(collected())] == [0, 1]


def test_b15_b16_static_methods_class_methods_and_properties() -> None:
    class Own:
        size = 5

        @bundle()
        @staticmethod
        def under(x: int) -> int:
            return x + 1

        @staticmethod
        @bundle()
        def over(x: int) -> int:
            return x + 1

        @bundle()
        @classmethod
        def of_class(cls, x: int) -> int:
            return x + cls.size

        @property
        @bundle()
        def double(self) -> int:
            return 2 * self.size

    own: Any = Own()
    assert (own.under(1).data, own.over(1).data, Own.under(1).data) == (2, 2, 2)
    assert (own.of_class(1).data, Own.of_class(1).data) == (6, 6)
    assert own.double.data == 10


def test_b16_a_class_method_over_a_bundled_function() -> None:
    class Own:
        size = 5

        @classmethod
        @bundle()
        def grown(cls, x: int) -> int:
            return x + cls.size

    own: Any = Own
    assert own.grown(1).data == 6


def test_b17_names_and_signatures_are_kept() -> None:
    assert doubled.__name__ == "doubled"
    assert doubled.__doc__ == "Twice the number."
    assert str(inspect.signature(doubled)) == "(x: 'int') -> 'int'"


def test_b18_bundled_functions_and_models_are_pickled() -> None:
    assert pickle.loads(pickle.dumps(doubled)) is doubled
    of_another = pickle.loads(pickle.dumps(Counter(3)))
    assert of_another.add(1).data == 4
    local = bundle()(lambda x: x)
    with pytest.raises(pickle.PicklingError, match="define it at the top of a module"):
        pickle.dumps(local)


@model
class Counter:
    def __init__(self, start: int) -> None:
        self.start = node(start, trainable=True)

    @bundle()
    def add(self, x: int) -> int:
        return int(self.start._data) + x


def test_b19_b20_each_call_has_its_own_record() -> None:
    @bundle()
    def inverse(x: int) -> float:
        return 1 / x

    first = inverse(1)
    with pytest.raises(ZeroDivisionError):
        inverse(0)
    good = inverse(100)
    assert first.info["inputs"]["args"] == [1]
    assert good.info["inputs"]["args"] == [100]
    assert good.info["error_comment"] is None


def test_b21_b22_recursion_needs_no_tracer_and_leaves_globals_alone() -> None:
    global factorial
    before = factorial
    made = bundle(overwrite_python_recursion=True)(factorial)
    factorial = made
    try:
        result = factorial(5)
        assert result.data == 120
        assert len(result.parents) == 1
        assert sys.gettrace() is None or "tracec" not in repr(sys.gettrace())
        assert factorial is made
    finally:
        factorial = before


def test_b23_a_change_of_an_argument_is_seen_by_what_reads_it() -> None:
    @bundle()
    def put(table: dict[str, int]) -> None:
        table["a"] = 1

    table = node({})
    put(table)
    assert "a" in table


def test_b24_a_node_from_around_says_what_to_write() -> None:
    hidden = node(5, trainable=True)

    @bundle()
    def add(x: int) -> int:
        return x + int(hidden.data)

    with pytest.raises(TraceMissingInputsError, match="pass it as an argument, or say bundle"):
        add(1)
    allowed = bundle(allow_external_dependencies=True)(add._fun)
    made = allowed(1)
    assert [one.data for one in made.info["external_dependencies"]] == [5]
    made.backward("more")
    assert hidden.feedback


def test_b25_what_a_function_prints_is_printed() -> None:
    @bundle()
    def say(x: int) -> int:
        print("said", x)
        return x

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        say(3)
    assert out.getvalue() == "said 3\n"


def test_c1_names_are_unique_under_threads() -> None:
    with ThreadPoolExecutor(6) as pool:
        names = [
            name for some in pool.map(lambda _: [(node(1) + 1).name for _ in range(300)], range(6)) for name in some
        ]
    assert len(set(names)) == len(names)


def test_c2_tracing_is_switched_off_in_one_thread_alone() -> None:
    found: list[int] = []
    with stop_tracing():
        thread = threading.Thread(target=lambda: found.append(len((node(1) + node(2)).parents)))
        thread.start()
        thread.join()
    assert found == [2]


def test_c3_c5_tasks_and_threads_have_their_own_records() -> None:
    @bundle()
    async def later(x: int, y: int) -> int:
        await asyncio.sleep(0)
        return x + y

    async def several() -> list[Any]:
        return await asyncio.gather(*(later(node(n), node(n)) for n in range(5)))

    made = asyncio.run(several())
    assert [len(one.parents) for one in made] == [2] * 5
    with ThreadPoolExecutor(6) as pool:
        calls = [*pool.map(lambda n: (n, doubled(n)), range(300))]
    assert all(one.info["inputs"]["args"] == [n] and one.info["output"] == 2 * n for n, one in calls)


def test_a_learned_text_is_run_once() -> None:
    @bundle(trainable=True)
    def f(x: int) -> int:
        return x

    f.parameter._data = "RUNS = []\ndef f(x):\n    RUNS.append(x)\n    return len(RUNS)"
    assert [f(0).data for _ in range(3)] == [1, 2, 3]
    assert f.fun is f.fun


def test_code_that_defines_nothing_is_an_error_in_the_graph() -> None:
    @bundle(trainable=True)
    def f(x: int) -> int:
        return x

    f.parameter._data = "def f(x):\n    return x +\n"
    with pytest.raises(SyntaxError) as caught:
        f(1)
    made: Any = caught.value
    assert "return x +  <--- (SyntaxError)" in made.exception_node.create_feedback("full")
    assert f.parameter in made.exception_node.parents


def test_what_is_bundled_is_a_module() -> None:
    assert isinstance(doubled, FunModule)
    assert of_another_name.parameters() == [of_another_name.parameter]
    made: Any = doubled(Node(4))
    assert isinstance(made, MessageNode)
    assert list(made.inputs) == ["x"]
