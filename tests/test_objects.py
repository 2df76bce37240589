"""Pictures of ordinary objects, functions and errors: what they hold, read without running code of their classes."""

from __future__ import annotations

import functools
import gc
import os
import types
from collections.abc import Callable
from typing import Any

import pytest

from tests.test_recorder import needs_c, written
from tests.test_values import text_of
from tracec.runtime import record
from tracec.runtime.record.inside import FEW
from tracec.runtime.record.picture import picture
from tracec.runtime.record.picture_texts import LASTING, WHOLE

HERE = os.path.relpath(__file__)


class Account:
    """What most programs are made of."""

    def __init__(self, owner: Any, balance: Any) -> None:
        self.owner = owner
        self.balance = balance

    def deposit(self, amount: float) -> None:
        self.balance += amount

    def withdraw(self, amount: float) -> None:
        self.balance -= amount


class Slotted:
    __slots__ = ("__secret", "a", "b")


class Half(Slotted):
    """Slots, and a dict."""


class Watched:
    """All of its code refuses to run."""

    def refuse(self, *args: Any) -> Any:
        raise RuntimeError("code of a guest ran")

    __repr__ = __str__ = __eq__ = __hash__ = __getattr__ = __getattribute__ = __len__ = refuse
    hidden = property(refuse)


class Cached:
    @functools.cached_property
    def total(self) -> int:
        return 7


def made(kind: type, **fields: Any) -> Any:
    """An object with these fields, set one after the other."""
    value: Any = object.__new__(kind)
    for name, held in fields.items():
        object.__setattr__(value, name, held)
    return value


def with_dict(value: Any) -> Any:
    """The object, of which somebody asked for its dict."""
    assert value.__dict__ is not None
    return value


def cached() -> Cached:
    value = Cached()
    assert value.total == 7
    return value


def without(value: Any, name: str) -> Any:
    delattr(value, name)
    return value


SHOWN: list[tuple[str, Callable[[], Any], str]] = [
    ("plain", lambda: Account("a", 3), "Account(owner='a', balance=3)"),
    ("in a list", lambda: [Account("a", 3)], "[Account(owner='a', balance=3)]"),
    ("its dict was asked for", lambda: with_dict(Account("a", 3)), "Account(owner='a', balance=3)"),
    ("in the order they were set", lambda: made(Account, balance=1, owner="b"), "Account(balance=1, owner='b')"),
    ("one is gone", lambda: without(Account("a", 3), "owner"), "Account(balance=3)"),
    ("nothing is there", lambda: made(Account), "<Account>"),
    ("slots, of which one is not set", lambda: made(Slotted, b=2), "Slotted(b=2)"),
    ("slots and a dict", lambda: made(Half, c=3, a=1), "Half(a=1, c=3)"),
    ("names that Python mangles", lambda: made(Half, _Half__x=3), "Half(_Half__x=3)"),
    ("names of Python's own", lambda: made(Account, __note__=1, x=2), "Account(x=2)"),
    ("it refuses", lambda: made(Watched, x=1), "Watched(x=1)"),
    ("what it computed once", cached, "Cached(total=7)"),
    ("many", lambda: made(Account, **{f"f{n}": n for n in range(7)}), "Account(f0=0, f1=1, f2=2, f3=3, f4=4, f5=5, …)"),
    (
        "very many",
        lambda: made(Account, **{f"f{n}": n for n in range(99)}),
        "Account(f0=0, f1=1, f2=2, f3=3, f4=4, f5=5, …)",
    ),
    ("one within another", lambda: Account("a", Account("b", 1)), "Account(owner='a', balance=<Account>)"),
    ("long strings", lambda: Account("x" * 50, b"y" * 50), f"Account(owner='{'x' * 40}…, balance=b'{'y' * 40}…)"),
    ("strings that just fit", lambda: Account("x" * 40, 1), f"Account(owner='{'x' * 40}', balance=1)"),
    (
        "lists within",
        lambda: Account("a", [*range(20)]),
        f"Account(owner='a', balance={[*range(12)]})".replace("11]", "11, …]"),
    ),
    (
        "only so many items",
        lambda: made(Account, a=[0] * 12, b=[0] * 12, c=[0]),
        f"Account(a={[0] * 12}, b={[0] * 12}, c=[…])",
    ),
    ("a namespace", lambda: types.SimpleNamespace(a=1), "SimpleNamespace(a=1)"),
    (
        "a partial",
        lambda: functools.partial(len, [1]),
        "partial(func=<builtin_function_or_method len>, args=([1],), keywords={})",
    ),
    ("an error in a list", lambda: [ValueError("no", 3)], "[ValueError('no', 3)]"),
    ("a function", lambda: made, f"<function made at {HERE}:{made.__code__.co_firstlineno}>"),
    (
        "a method",
        lambda: Account("a", 1).deposit,
        f"<method deposit at {HERE}:{Account.deposit.__code__.co_firstlineno}>",
    ),
    ("a range", lambda: range(3), "range(0, 3)"),
    ("a range with steps", lambda: range(9, 1, -2), "range(9, 1, -2)"),
    ("a slice", lambda: slice(None, 3), "slice(None, 3, None)"),
    ("nothing to tell", lambda: object(), "<object>"),
    ("a generator", lambda: (n for n in "ab"), "<generator>"),
]


@pytest.mark.parametrize(("make", "text"), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_what_is_shown(make: Callable[[], Any], text: str) -> None:
    assert text_of(make()) == text


def test_only_so_many_objects_of_a_list_are_looked_into() -> None:
    text = text_of([Account("a", n) for n in range(12)])
    assert text.count("Account(owner='a'") == 10
    assert text.endswith("<Account>, <Account>]")


@pytest.mark.parametrize("value", [Account("a", 1), [Account("a", 1)], made(Slotted, a=1), functools.partial(len)])
def test_an_object_is_never_whole(value: Any) -> None:
    text_of(value)
    assert picture(value)[3] & WHOLE == 0


@pytest.mark.parametrize("value", [range(2, 9, 3), range(0), slice(1, None), [range(3)], {"a": slice(2)}])
def test_ranges_and_slices_come_back(value: Any) -> None:
    assert eval(text_of(value)) == value
    assert picture(value)[3] & WHOLE
    assert bool(picture(value)[3] & LASTING) == isinstance(value, (range, slice))


def test_huge_ranges_are_not_whole() -> None:
    assert text_of(range(1 << 3000)) == "range(0, <int>)"
    assert picture(range(1 << 3000))[3] == LASTING


@needs_c
def test_an_object_is_told_anew_when_it_changed() -> None:
    account, other = Account("a", 0), Account("b", 9)
    native = record._native
    native.start(0, 0, 0)
    native.clear()
    wanted = []
    for n in range(40):
        if n % 3 == 0:
            account.balance = n
        if n % 7 == 0:
            account.owner = "x" * n
        if n == 20:
            del account.owner
            account.name = "x" * 14  # type: ignore[attr-defined]
        native.rec(account)
        wanted.append(picture(account)[1])
        native.rec([other, account])
        wanted.append(picture([other, account])[1])
    ((_, _, before, last),) = native.peek()
    native.clear()
    assert [event[1] for event in record_events(before, last)] == wanted


@needs_c
def test_what_is_told_again_is_short() -> None:
    native, account = record._native, Account("a", 3)
    native.start(0, 0, 0)
    native.clear()
    native.rec(account)
    first = len(native.peek()[0][3])
    for _ in range(100):
        native.rec(account)
    assert len(native.peek()[0][3]) <= first + 300
    native.clear()


def record_events(*chunks: bytes) -> list[Any]:
    from tracec.runtime.record.decode import decode

    return [event for chunk in chunks for event in decode(chunk)]


@needs_c
def test_functions_at_one_address_are_told_apart() -> None:
    """A bound method is made anew each time, mostly where the one before it was."""
    account = Account("a", 1)
    native = record._native
    native.start(0, 0, 0)
    native.clear()
    for _ in range(5):
        native.rec(account.deposit)
        native.rec(account.withdraw)
        native.rec(eval("lambda: 1"))
        native.rec(eval("lambda: 2"))
    chunk = native.peek()[0][3]
    native.clear()
    names = [event[1].split(" ")[1] for event in record_events(chunk)]
    assert names == ["deposit", "withdraw", "<lambda>", "<lambda>"] * 5


@needs_c
def test_no_object_gets_a_dict_by_being_looked_at() -> None:
    account = Account("a", 3)
    assert written([account])[0][1] == "Account(owner='a', balance=3)"
    assert not any(type(held) is dict for held in gc.get_referents(account))


@needs_c
def test_what_looking_costs_is_bounded() -> None:
    """Each value within objects costs 128 events, but for the first 131,072."""
    native, accounts = record._native, [Account(str(n), n) for n in range(50)]
    native.start(0, 0, 0)
    native.clear()
    for _ in range(2000):
        for account in accounts:
            native.rec(account)
    chunks = native.peek()[0][2:]
    native.clear()
    told = sum(event[1].startswith("Account(") for event in record_events(*chunks))
    values = (1 << 24) // 128 + 2000 * 50 // 128
    assert told == pytest.approx(values / 2, abs=2)
    native.rec(accounts[0])
    assert record_events(native.peek()[0][3])[0][1].startswith("Account(")  # `clear` begins anew
    native.clear()


def test_as_many_fields_as_are_shown_need_no_ellipsis() -> None:
    value = made(Account, **{f"f{n}": n for n in range(FEW)})
    assert text_of(value) == f"Account({', '.join(f'f{n}={n}' for n in range(FEW))})"
