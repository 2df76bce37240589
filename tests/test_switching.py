"""Frames that sleep, wake, end without a word, or stand on another stack: each value is at its own site."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.full import FULL
from tests.fuzz.checking import clean
from tests.fuzz.running import differences
from tests.fuzz.switching import SMALL, switching
from tests.test_trace import traced
from tracec.passes.nouns.trace import Picture, Trace
from tracec.passes.verify.verification import verify

SLEEPING = """\
class Later:
    def __init__(self, value): self.value = value
    def __await__(self):
        yield self.value
        return self.value + 1
class Manager:
    def __init__(self, n): self.n = n
    async def __aenter__(self): return await Later(self.n) + 1
    async def __aexit__(self, *args): await Later(self.n + 2)
async def count(n):
    for i in range(n):
        await Later(i)
        yield i + 1
def drive(coro):
    said = []
    while True:
        try: said.append(coro.send(None) + 0)
        except StopIteration as end: return sum(said), end.value
"""
# What runs in a coroutine that is driven by recorded code.
ASLEEP = {
    "an async with of two items": (
        "async with Manager(1) as v, Manager(v + 5) as w:\n        b = v + w\n    r = b + 1\n"
    ),
    "an async with that is left by a return": ("async with Manager(1) as v: return v + 1\n"),
    "an async with in a loop that breaks": (
        "r = 0\n"
        "    for i in (1, 2):\n"
        "        async with Manager(i) as v:\n"
        "            r = r + v\n"
        "            if i: break\n"
        "    r = r + 1\n"
    ),
    "an async with that an exception leaves": (
        "try:\n        async with Manager(1) as v: v // 0\n    except ZeroDivisionError: r = v + 1\n"
    ),
    "an async for": ("r = 0\n    async for x in count(3): r = r + x\n    else: r = r + 1\n    r = r + 1\n"),
    "an async for whose turns are cut short": (
        "r = 0\n"
        "    async for x in count(4):\n"
        "        try:\n"
        "            if x % 2: continue\n"
        "        finally: y = x + 1\n"
        "        r = r + x + y\n"
        "    r = r + 1\n"
    ),
    "comprehensions": (
        "r = sum([x + 1 async for x in count(3)]) + sum([await Later(x) for x in (1, 2)])\n    r = r + 1\n"
    ),
    "what a comprehension goes through": ("r = sum([x + 1 for x in [await Later(1), 2]]) + 1\n"),
    "f-strings": ("r = len(f'{await Later(1)}{await Later(2)=}') + 1\n"),
    "arguments, subscripts, comparisons": (
        "d = {2: 3}\n"
        "    r = max(await Later(1), d[await Later(1)], *[await Later(4)]) + (1 < await Later(1) < "
        "await Later(2))\n"
    ),
    "choices and chains": (
        "r = (await Later(1) if await Later(0) else 0) + (await Later(1) and await Later(2)) + (not await Later(1))\n"
    ),
    "targets": ("d = {}\n    d[await Later(1)] = await Later(2)\n    d[await Later(1)] += 1\n    r = d[2] + 1\n"),
    "a guard of match": ("match 4:\n        case n if await Later(n) > 9: r = 0\n        case n: r = n + 1\n"),
    "an annotation's target": ("d = {2: 1}\n    d[await Later(1)]: int\n    r = d[2] + 1\n"),
    "a default of a lambda": ("f = lambda x, y=(await Later(1)): x + y\n    r = f(1) + 1\n"),
}


def right(trace: Trace) -> None:
    found = verify(trace)
    assert (found.wrong, found.lost) == ((), 0)
    assert sum(found.agree.values()) > 5


def bound(trace: Trace, name: str) -> list[object]:
    """The values that a name was bound to."""
    values = [node.value for node in trace.nodes if name in node.site.binds]
    return [value.text if isinstance(value, Picture) else value for value in values]


@pytest.mark.parametrize("pure", ["", "1"], ids=["c", "python"])
@pytest.mark.parametrize("body", ASLEEP.values(), ids=ASLEEP)
def test_a_frame_that_sleeps(body: str, pure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if pure:
        monkeypatch.setenv("TRACEC_PURE", pure)
    program = f"{SLEEPING}async def work():\n    {body}    return r\nsaid, end = drive(work())\nlast = said * 0 + end\n"
    trace = traced(tmp_path, program)
    right(trace)
    plain: dict[str, object] = {}
    exec(program, plain)
    assert bound(trace, "last") == [plain["last"]]


UNTOLD = {  # frames whose end nobody tells, in code that is not traced
    "a lambda that raises": (
        "import unittest\ncase = unittest.TestCase()\ncase.assertRaises(ZeroDivisionError, lambda: f(2) // 0)\n"
    ),
    "a property that raises": (
        "P = type('P', (), {'x': property(lambda self: self.y + f(1))})\nno = hasattr(P(), 'x')\n"
    ),
    "an iterator that ends by a lambda": ("it = iter((1, 2))\ntotal = sum(iter(lambda: next(it), 7))\n"),
    "a generator expression that raises": (
        "import unittest\nunittest.TestCase().assertRaises(ZeroDivisionError, list, (f(x) // 0 for x in (1, 2)))\n"
    ),
    "generator expressions by turns": (
        "g, h = ((f(x) for x in (1, 2, 3)) for _ in (0, 1))\nb = next(g) + next(h) + next(g)\n"
    ),
    "a lambda within a lambda": (
        "import unittest\n"
        "t = unittest.TestCase()\n"
        "t.assertRaises(KeyError, lambda: t.assertRaises(KeyError, lambda: {}[f(1)]) or {}[2])\n"
    ),
    "a method that raises": (
        "class A:\n"
        "    __getattr__ = lambda self, name: {}[name] if name != 'y' else self.none(name)\n"
        "    def none(self, name): raise AttributeError(name)\n"
        "b = getattr(A(), 'y', 4) + 1\n"
    ),
}


@pytest.mark.parametrize("body", UNTOLD.values(), ids=UNTOLD)
def test_a_frame_whose_end_nobody_tells(body: str, tmp_path: Path) -> None:
    inside = body.strip().replace("\n", "\n    ")
    program = (
        f"def f(x): return x + 1\ndef test():\n    a = f(1) + 1\n    {inside}\n    c = f(3) + a\n    return c + 1\n"
        "last = test() + 1\n"
    )
    trace = traced(tmp_path, program)
    right(trace)
    assert bound(trace, "last") == [9]
    assert bound(trace, "c") == [7]


@pytest.mark.skipif(importlib.util.find_spec("greenlet") is None, reason="greenlet is not installed")
def test_stacks_that_are_switched(tmp_path: Path) -> None:
    program = (
        "import greenlet\ndef worker(name):\n    got = home.switch('from-' + name)\n    return got + '!'\n"
        "home = greenlet.getcurrent()\na, b = greenlet.greenlet(worker), greenlet.greenlet(worker)\n"
        "x = a.switch('a')\ny = b.switch('b')\nz = a.switch('to-a')\nw = b.switch('to-b')\n"
    )
    trace = traced(tmp_path, program)
    assert (verify(trace).wrong, trace.lost) == ((), 0)
    found = {name: bound(trace, name) for name in ("x", "y", "z", "w", "got")}
    assert found == {"x": ["from-a"], "y": ["from-b"], "z": ["to-a!"], "w": ["to-b!"], "got": ["to-a", "to-b"]}


def test_a_token_of_ours_is_a_value_like_others(tmp_path: Path) -> None:
    program = (
        "def f(x): return x + 1\nfound = [const for const in f.__code__.co_consts if const is not None]\na = f(1) + 1\n"
    )
    right(traced(tmp_path, program * 2))


@pytest.mark.parametrize("seed", [3, 11] if FULL else [3])
def test_random_programs(seed: int, tmp_path: Path) -> None:
    program = tmp_path / "p.py"
    program.write_text(switching(seed, SMALL))
    assert differences(program) == []
    clean(program)
