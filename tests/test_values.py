"""Pictures of values: safe, bounded, the same from both recorders, and exact where they say so."""

from __future__ import annotations

import ast
import collections
import enum
import gc
import math
import os
import sys
import threading
import types
import unittest.mock
import weakref
from dataclasses import dataclass, make_dataclass
from typing import Any, ClassVar, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_recorder import needs_c, pictured, written
from tracec.runtime import record
from tracec.runtime.record import python_recorder
from tracec.runtime.record.picture import picture
from tracec.runtime.record.picture_texts import LASTING, WHOLE


def text_of(value: Any) -> str:
    """The picture's text; both recorders must agree on all of it."""
    made = picture(value)
    if record._native is not None:
        (event,) = written([value])
        assert event == made
    return made[1]


HERE = os.path.relpath(__file__)


@dataclass
class Point:
    x: int
    y: Any = 2
    kind: ClassVar[str] = "point"


@dataclass(frozen=True, slots=True)
class Fixed:
    a: int
    b: tuple[int, ...] = ()


@dataclass
class Sly:
    """A dataclass whose own code must not run."""

    x: int = 1
    y: int = 2

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __repr__(self) -> str:
        raise RuntimeError("repr")


class Computed:
    """A descriptor: it runs code."""

    def __get__(self, instance: object, owner: object) -> Any:
        if instance is not None:
            raise RuntimeError("get")
        return 0

    def __set__(self, instance: object, value: object) -> None:
        pass


@dataclass
class Lazy:
    a: int
    b: Any = Computed()


class Pair(NamedTuple):
    left: Any
    right: Any = None


class Color(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    HIGH = 3


class Perm(enum.Flag):
    R = 1
    W = 2


class MyList(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise RuntimeError("iter")

    __len__ = __repr__ = __iter__


class MyStr(str):
    __slots__ = ()


SHOWN: list[tuple[Any, str]] = [
    (Point(1), "Point(x=1, y=2)"),
    (Point(1, [Point(2, {})]), "Point(x=1, y=[Point(…)])"),
    (Point(1, Point(2, Point(3))), "Point(x=1, y=Point(x=2, y=Point(…)))"),
    (Fixed(1, (2,)), "Fixed(a=1, b=(2,))"),
    (object.__new__(Fixed), "Fixed()"),
    (Sly(), "Sly(x=1, y=2)"),
    (Lazy(1), "Lazy(a=1)"),
    (
        make_dataclass("Many", [(f"f{n}", int) for n in range(20)])(*range(20)),
        f"Many({', '.join(f'f{n}={n}' for n in range(12))}, …)",
    ),
    (Pair(1, "a"), "Pair(left=1, right='a')"),
    (tuple.__new__(Pair, (1, 2, 3)), "Pair((1, 2, 3))"),
    (Color.RED, "Color.RED"),
    ([Color.RED, Level.HIGH], "[Color.RED, Level.HIGH]"),
    (Perm.R, "Perm.R"),
    (MyList([1, 2]), "MyList([1, 2])"),
    (MyStr("ab"), "MyStr('ab')"),
    (MyStr("ab" * 200), f"MyStr('{'ab' * 100}…)"),
    (collections.Counter("aab"), "Counter({'a': 2, 'b': 1})"),
    (collections.OrderedDict(a=1), "OrderedDict({'a': 1})"),
    (collections.defaultdict(list, {1: [2]}), "defaultdict({1: [2]})"),
    (type("MyInt", (int,), {})(5), "MyInt(5)"),
    (type("MyFloat", (float,), {})("-0.0"), "MyFloat(-0.0)"),
    (type("MyComplex", (complex,), {})(1j), "MyComplex(1j)"),
    (type("MyBytes", (bytes,), {})(b"x"), "MyBytes(b'x')"),
    (type("MySet", (set,), {"__iter__": None})([1]), "MySet({1})"),
    (types.SimpleNamespace(a=1), "SimpleNamespace(a=1)"),
    (Point, "<type Point>"),
    (type("N" * 1000, (), {})(), f"<{'N' * 200}>"),
    (types.MethodType(Point, 1), "<method >"),
    (types.MethodType(text_of, 1), f"<method text_of at {HERE}:{text_of.__code__.co_firstlineno}>"),
    (types.ModuleType("mod"), "<module mod>"),
    (ValueError(1, [2]), "ValueError(1, [2])"),
    ([ValueError(1)], "[ValueError(1)]"),
    (set(), "set()"),
    (frozenset(), "frozenset()"),
    (frozenset([1]), "frozenset({1})"),
]


@pytest.mark.parametrize(("value", "text"), SHOWN, ids=[text[:40] for _, text in SHOWN])
def test_what_is_shown(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ([1, (2.5, {"a": None})], WHOLE),
        ((1, frozenset([2])), WHOLE | LASTING),
        ((1, [2]), WHOLE),
        (list(range(13)), 0),
        (tuple(range(13)), LASTING),
        ("x" * 201, LASTING),
        ([[[[[[1]]]]]], 0),
        (Point(1), 0),
        (Fixed(1, ()), LASTING),
        (Fixed(1, [2]), 0),  # type: ignore[arg-type]
        (Pair(1, 2), LASTING),
        (Pair(1, []), 0),
        (Color.RED, LASTING),
        (MyStr("a"), LASTING),
        (len, LASTING),
        ([complex(-0.0, 1)], 0),
        ([math.nan], WHOLE),
    ],
)
def test_whole_and_lasting(value: Any, state: int) -> None:
    text_of(value)
    assert picture(value)[3] == state


def test_a_picture_that_was_taken_late_is_not_whole() -> None:
    (event,) = python_recorder.encoded([[1]])
    assert event[3] == 0
    (event,) = python_recorder.encoded([(1,)])
    assert event[3] == WHOLE | LASTING


@needs_c
def test_a_dataclass_is_looked_at_each_time() -> None:
    native = record._native
    point, classes = Point(1), [make_dataclass("P", [name]) for name in "ab"]
    native.start(0, 0, 0)
    native.clear()
    for n in range(3):
        point.x = n
        native.rec(point)
    for made in classes * 2:
        native.rec(made(7))
    ((_, _, before, last),) = native.peek()
    native.clear()
    from tracec.runtime.record.decode import decode

    texts = [event[1] for event in decode(before) + decode(last)]
    assert texts == [*(f"Point(x={n}, y=2)" for n in range(3)), "P(a=7)", "P(b=7)", "P(a=7)", "P(b=7)"]


@needs_c
def test_a_class_that_changes_is_described_anew() -> None:
    class Thing:
        x: int

    thing = Thing()
    assert written([thing])[0][1] == "<Thing>"
    thing.x, thing.y = 1, 2  # type: ignore[attr-defined]
    assert written([thing])[0][1] == "Thing(x=1, y=2)"
    dataclass(Thing)
    assert written([thing])[0][1] == "Thing(x=1)"


# --- hostile ----------------------------------------------------------------------------------------------------------


class Ran(Exception):
    """Guest code ran."""


def refuse(*args: Any, **kwargs: Any) -> Any:
    LOG.append(sys._getframe(1).f_code.co_name)
    raise Ran


LOG: list[str] = []
SPECIAL = (
    "repr", "str", "len", "iter", "hash", "eq", "ne", "lt", "bool", "getattr", "getattribute", "index", "int", "float",
    "contains", "getitem", "format", "bytes", "dir", "instancecheck", "reduce_ex",
)  # fmt: skip
METHODS = [*(f"__{name}__" for name in SPECIAL), "keys", "items", "values"]
SPACE = dict.fromkeys(METHODS, refuse) | {"__class__": property(refuse), "__dict__": property(refuse)}
BARE = dict.fromkeys(METHODS, refuse) | {"__class__": property(refuse)}


class Meta(type):
    """A metaclass with a will of its own."""

    __instancecheck__ = __subclasscheck__ = __hash__ = __eq__ = __repr__ = __len__ = refuse
    __name__ = property(refuse)

    def __getattribute__(cls, name: str) -> Any:
        return refuse()

    def mro(cls) -> Any:
        return [cls, object]


def hostile() -> list[Any]:
    made: list[Any] = [type("Bad", (), SPACE)(), type("Slots", (), {**BARE, "__slots__": ("a",)})()]
    for base in (list, dict, set, frozenset, tuple, str, bytes, int, float, complex):
        made.append(type(f"Bad{base.__name__}", (base,), BARE)())
    bad: Any = dataclass(type("BadData", (), {"__annotations__": {"x": int}, "x": 3}), repr=False, eq=False)
    for name in METHODS:
        setattr(bad, name, refuse)
    made.append(object.__new__(bad))
    lying = type(
        "Lying", (), {"__dataclass_fields__": {"x": made[0]}, "__dataclass_params__": made[0], "_fields": "xy"}
    )
    made += [lying(), types.new_class("WithMeta", (), {"metaclass": Meta})]
    instance = object.__new__(made[-1])
    made += [instance, type("E", (), {"_member_map_": {}, "_name_": property(refuse)})()]
    return made


@pytest.mark.parametrize("place", range(len(hostile())))
def test_no_code_of_a_guest_runs(place: int) -> None:
    value = hostile()[place]
    LOG.clear()
    for held in (value, [value], (value,), Point(1, value), Pair(value)):
        assert text_of(held)
        assert python_recorder.encoded([held])
    assert LOG == []


def test_a_mock_has_no_children_afterwards() -> None:
    mock = unittest.mock.MagicMock()
    assert text_of(mock).startswith("MagicMock(_mock_return_value=")
    assert text_of([mock]).startswith("[MagicMock(_mock_return_value=")
    assert mock._mock_children == {}
    assert mock.mock_calls == []


def test_proxies_and_what_is_gone() -> None:
    thing = Point(1)
    proxy = weakref.proxy(thing)
    assert text_of(proxy).startswith("<")
    del thing
    assert text_of(proxy).startswith("<")


def test_an_object_that_is_being_built() -> None:
    class Building:
        __slots__ = ("a", "b")
        seen: ClassVar[list[str]] = []

        def __init__(self) -> None:
            self.seen.append(text_of(self))
            self.a = 1
            self.seen.append(text_of(self))

    Building.__dataclass_fields__ = Fixed.__dataclass_fields__  # type: ignore[attr-defined]
    Building()
    assert Building.seen == ["Building()", "Building(a=1)"]


def test_nothing_is_kept_alive() -> None:
    things = [Point(1), type("Gone", (), {}), make_dataclass("Gone", ["x"])]
    while things:
        text_of(things[-1])
        seen = weakref.ref(things.pop())
        gc.collect()
        assert seen() is None


# --- deep, cyclic, huge -----------------------------------------------------------------------------------------------


def nested(kind: str, depth: int = 100_000) -> Any:
    value: Any = [] if kind == "list" else {} if kind == "dict" else ()
    for _ in range(depth):
        value = (
            [value]
            if kind == "list"
            else {1: value}
            if kind == "dict"
            else (value,)
            if kind == "tuple"
            else Point(1, value)
        )
    return value


@pytest.mark.parametrize("kind", ["list", "dict", "tuple", "point"])
def test_deep(kind: str) -> None:
    value = nested(kind)
    assert len(text_of(value)) < 100
    while value:  # piece by piece, as some versions free what is nested recursively
        value = (
            value.y
            if kind == "point" and isinstance(value, Point)
            else next(iter(value.values() if kind == "dict" else value), ())
        )


def test_cyclic() -> None:
    xs: list[Any] = [1]
    xs.append(xs)
    d: dict[str, Any] = {}
    d["d"] = d
    p = Point(1)
    p.y = p
    t = ([],)  # type: ignore[var-annotated]
    t[0].append(t)
    assert [text_of(v) for v in (xs, d, p, t)] == [
        "[1, [1, [1, [1, […]]]]]",
        "{'d': {'d': {'d': {'d': {…}}}}}",
        "Point(x=1, y=Point(x=1, y=Point(…)))",
        "([([(…)],)],)",
    ]
    assert not any(picture(v)[3] & WHOLE for v in (xs, d, p, t))


WIDE = [[["x" * 1000] * 20] * 20] * 20


@pytest.mark.parametrize(
    "value",
    ["x" * 10**7, b"x" * 10**7, "\U0001f600" * 10**6, 1 << 10**6, -(1 << 10**6), WIDE, [WIDE] * 5,
     dict.fromkeys(range(50), WIDE), [Point(7, ["x" * 10**6, WIDE])] * 100, MyStr("y" * 10**7), Pair(*WIDE[:2]),
     "\ud800" * 300],
    ids=range(12),
)  # fmt: skip
def test_huge(value: Any) -> None:
    assert len(text_of(value)) <= 200 * 202 * 6
    (event,) = python_recorder.encoded([value])
    assert len(repr(event)) <= 200 * 202 * 12


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, -0.0, 0.0, b"\x00\xff", "\ud800", 2**63, -(2**63), True]
)
def test_plain_values_come_back(value: Any) -> None:
    (event,) = pictured([value])
    assert repr(event) == repr(value)
    if record._native is not None:
        (event,) = written([value])
        assert (type(event), repr(event)) == (type(value), repr(value))
    assert text_of([value]) == f"[{value!r}]"


def test_a_dict_that_another_thread_changes() -> None:
    shared: dict[int, Any] = {n: [n] for n in range(8)}
    stop = threading.Event()

    def change() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            shared[n % 50] = (n,)
            shared.pop((n * 7) % 50, None)

    thread = threading.Thread(target=change)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        for _ in range(3000):
            assert picture(shared)[1].startswith("{")
            if record._native is not None:
                record._native.rec(shared)
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(before)
        if record._native is not None:
            record._native.clear()


# --- exact ------------------------------------------------------------------------------------------------------------

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(max_size=300),
    st.binary(max_size=300), st.integers(min_value=-(2**70), max_value=2**70),
)  # fmt: skip
FLAT = st.one_of(st.integers(), st.text(max_size=5), st.none(), st.floats(allow_nan=False))
PLAIN_DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=14), st.tuples(inner), st.tuples(inner, inner),
        st.dictionaries(FLAT, inner, max_size=14), st.sets(FLAT, max_size=14), st.frozensets(FLAT, max_size=5),
        st.builds(tuple, st.lists(inner, max_size=4)),
    ),
    max_leaves=20,
)  # fmt: skip
NAMES = {"inf": math.inf, "nan": math.nan, "set": set, "frozenset": frozenset}


def alike(one: Any, other: Any) -> bool:
    """Equal, of the same types all through; nan is nan, and -0.0 is not 0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return alike(list(one.items()), list(other.items()))
    if isinstance(one, (set, frozenset)):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return repr(one) == repr(other)


@settings(max_examples=500, deadline=None)
@given(PLAIN_DATA)
def test_what_is_whole_can_be_read_back(value: Any) -> None:
    text_of([value])
    _, text, _, state, _ = picture((value,))
    if state & WHOLE:
        assert alike(eval(text, dict(NAMES)), (value,))
        if not any(name in text for name in NAMES):
            assert alike(ast.literal_eval(text), (value,))


@given(st.lists(st.lists(st.integers(), max_size=5), max_size=5))
def test_small_data_is_whole(value: Any) -> None:
    assert picture(value)[3] == WHOLE
