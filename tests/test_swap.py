"""New code in live functions, and the changes that a live process refuses."""

import asyncio
import importlib.util
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tracec.runtime.guest import step_counter
from tracec.runtime.guest.live import hot_swap

MODULE = '''
import functools

def plain(x):
    return x + 1

class Base:
    def hello(self):
        return "base"

class Child(Base):
    __secret = 3

    def hello(self):
        return super().hello()

    def secret(self):
        return self.__secret

    @property
    def size(self):
        return 1

    @staticmethod
    def fixed(x):
        return x

    @classmethod
    def named(cls):
        return cls.__name__

    class Inner:
        def deep(self):
            return 1

def noisy(function):
    @functools.wraps(function)
    def wrapper(*args):
        return "noisy", function(*args)
    return wrapper

@noisy
def decorated(x):
    return x

@functools.lru_cache
def cached(x):
    return x

def adder(n):
    def add(x):
        return x + n
    return add

add_two = adder(2)

def numbers():
    yield 1

async def later():
    return 1

def fails(x, y=[]):
    """Doc."""
    return x

if True:
    def nested():
        return 1
'''


def imported(name: str, path: str | Path) -> ModuleType:
    """The file as a new module of this name."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """MODULE as a live module; the index is made anew for it."""
    path = tmp_path / "swapped_module.py"
    path.write_text(MODULE)
    found = imported("swapped_module", path)
    monkeypatch.setitem(sys.modules, "swapped_module", found)
    monkeypatch.setattr(hot_swap, "_index", None)
    return found


def line_of(text: str) -> int:
    """The line of the LAST such line: what Child has in common with Base comes later."""
    return max(number for number, line in enumerate(MODULE.splitlines(), 1) if line == text)


def put(module: ModuleType, qualname: str, first: str, source: str, **more: bool) -> None:
    hot_swap.swap(str(module.__file__), qualname, line_of(first), textwrap.dedent(source), **more)


def test_a_function(module: ModuleType) -> None:
    put(module, "plain", "def plain(x):", "def plain(x):\n    return x * 10")
    assert module.plain(4) == 40


def test_super_mangling_and_class_cells(module: ModuleType) -> None:
    child = module.Child()
    put(module, "Child.hello", "    def hello(self):", "def hello(self):\n    return 'new ' + super().hello()")
    put(module, "Child.secret", "    def secret(self):", "def secret(self):\n    return self.__secret + 1")
    assert (child.hello(), child.secret()) == ("new base", 4)


@pytest.mark.parametrize(
    ("qualname", "first", "source", "call", "expected"),
    [
        ("Child.size", "    @property", "@property\ndef size(self):\n    return 2", lambda m: m.Child().size, 2),
        (
            "Child.fixed",
            "    @staticmethod",
            "@staticmethod\ndef fixed(x):\n    return -x",
            lambda m: m.Child.fixed(1),
            -1,
        ),
        (
            "Child.named",
            "    @classmethod",
            "@classmethod\ndef named(cls):\n    return 'x'",
            lambda m: m.Child.named(),
            "x",
        ),
        (
            "Child.Inner.deep",
            "        def deep(self):",
            "def deep(self):\n    return 2",
            lambda m: m.Child.Inner().deep(),
            2,
        ),
        ("decorated", "@noisy", "@noisy\ndef decorated(x):\n    return -x", lambda m: m.decorated(1), ("noisy", -1)),
        (
            "cached",
            "@functools.lru_cache",
            "@functools.lru_cache\ndef cached(x):\n    return -x",
            lambda m: m.cached(1),
            -1,
        ),
        ("numbers", "def numbers():", "def numbers():\n    yield 2\n    yield 3", lambda m: list(m.numbers()), [2, 3]),
        ("later", "async def later():", "async def later():\n    return 2", lambda m: asyncio.run(m.later()), 2),
        ("nested", "    def nested():", "def nested():\n    return 2", lambda m: m.nested(), 2),
        (
            "adder",
            "def adder(n):",
            "def adder(n):\n    def add(x):\n        return x - n\n    return add",
            lambda m: (m.add_two(5), m.adder(1)(5)),
            (3, 4),
        ),
        (
            "noisy",
            "def noisy(function):",
            """
            def noisy(function):
                @functools.wraps(function)
                def wrapper(*args):
                    return "loud", function(*args)
                return wrapper
            """,
            lambda m: m.decorated(1),
            ("loud", 1),
        ),
    ],
)
@pytest.mark.parametrize("ticked", [False, True])
def test_live_things_take_new_code(
    module: ModuleType,
    qualname: str,
    first: str,
    source: str,
    call: Callable[[ModuleType], object],
    expected: object,
    ticked: bool,
) -> None:
    put(module, qualname, first, source, fuel=ticked)
    assert call(module) == expected


@pytest.mark.parametrize(
    ("qualname", "first", "source", "reason"),
    [
        ("plain", "def plain(x):", "def plain(x, y=0):\n    return x", "signature"),
        ("plain", "def plain(x):", "def plain(x: int):\n    return x", "signature"),
        ("plain", "def plain(x):", "@print\ndef plain(x):\n    return x", "signature"),
        ("plain", "def plain(x):", "async def plain(x):\n    return x", "signature"),
        ("plain", "def plain(x):", "def simple(x):\n    return x", "name"),
        ("plain", "def plain(x):", "plain = 3", "not one function"),
        ("fails", "def fails(x, y=[]):", "def fails(x, y=[0]):\n    'Doc.'\n    return x", "signature"),
        ("fails", "def fails(x, y=[]):", "def fails(x, y=[]):\n    return x", "docstring"),
        ("Child.secret", "    def secret(self):", "def secret(self):\n    return super().hello()", "closes over"),
        ("adder", "def adder(n):", "def adder(n):\n    return lambda x: x", "no successor"),
        ("adder.<locals>.add", "    def add(x):", "def add(x):\n    return x", "inside a function"),
        ("gone", "def plain(x):", "def gone(x):\n    return x", "no live function"),
    ],
)
def test_what_a_live_process_cannot_take(
    module: ModuleType, qualname: str, first: str, source: str, reason: str
) -> None:
    with pytest.raises(hot_swap.NeedsCold, match=reason):
        put(module, qualname, first, source)


def test_screening_takes_other_constant_defaults(module: ModuleType) -> None:
    before = module.fails.__defaults__
    source = "def fails(x, y=[7]):\n    'Doc.'\n    return x, y"
    hot_swap.swap(str(module.__file__), "fails", line_of("def fails(x, y=[]):"), source, screened=True)
    assert module.fails(1) == (1, [7])
    hot_swap.restore()
    assert module.fails.__defaults__ is before
    changed = source.replace("[7]", "print")
    with pytest.raises(hot_swap.NeedsCold, match="signature"):
        hot_swap.swap(str(module.__file__), "fails", line_of("def fails(x, y=[]):"), changed, screened=True)


def test_a_syntax_error_is_one(module: ModuleType) -> None:
    with pytest.raises(SyntaxError):
        put(module, "plain", "def plain(x):", "def plain(x:\n    return x")


def test_tracebacks_show_the_original_place(module: ModuleType) -> None:
    put(module, "Child.fixed", "    @staticmethod", "@staticmethod\ndef fixed(x):\n\n    return 1 / 0")
    with pytest.raises(ZeroDivisionError) as caught:
        module.Child.fixed(1)
    place = caught.traceback[-1]
    assert (str(place.path), place.lineno + 1) == (module.__file__, line_of("    @staticmethod") + 3)
    assert module.Child.fixed.__code__.co_firstlineno == line_of("    @staticmethod")


def test_the_line_of_def_serves_as_well_as_the_decorators(module: ModuleType) -> None:
    source = "@noisy\ndef decorated(x):\n    return -x"
    hot_swap.swap(str(module.__file__), "decorated", line_of("def decorated(x):"), source)
    assert module.decorated(1) == ("noisy", -1)


def test_what_ran_at_import_needs_a_new_import(module: ModuleType) -> None:
    step_counter.watch()
    space = {"__name__": "again"}
    exec(step_counter.code(module.__file__, MODULE.encode()), space)
    step_counter.refill(0)
    hot_swap._index = None
    with pytest.raises(hot_swap.NeedsCold, match="imported"):
        put(module, "adder", "def adder(n):", "def adder(n):\n    def add(x):\n        return x - n\n    return add")


def test_every_copy_of_a_module_takes_the_code(module: ModuleType) -> None:
    second = imported("second_copy", str(module.__file__))
    put(module, "plain", "def plain(x):", "def plain(x):\n    return 0")
    assert (module.plain(1), second.plain(1)) == (0, 0)


def test_future_annotations_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "swapped_future.py"
    path.write_text("from __future__ import annotations\ndef f(x: Nope):\n    return 1\n")
    found = imported("swapped_future", path)
    monkeypatch.setattr(hot_swap, "_index", None)
    source = "def f(x: Nope):\n    def g(y: Nope): return 2\n    return g(x)"
    hot_swap.swap(str(path), "f", 2, source)
    assert found.f(1) == 2
