"""Syntax tree -> the same with ticks in loops and calls, and the counter of steps behind them."""

from __future__ import annotations

import ast
import builtins
import functools
import sys
from collections.abc import Callable
from itertools import chain, repeat
from types import CodeType, FrameType
from typing import Any, NoReturn, TypeVar

_ENDLESS = 1 << 62  # steps that nothing uses up: no limit


class OutOfSteps(BaseException):
    """The step budget is spent. Not an Exception, so that `except Exception` does not stop it."""


Node = TypeVar("Node", bound=ast.AST)
_budget = _ENDLESS
_left = repeat(None, 0)
_over = False
_ran: set[CodeType] = set()
_Tick = Callable[[], object]


def _spent(_: None) -> NoReturn:
    global _over
    _over = True
    raise OutOfSteps(f"more than {_budget} steps")


def refill(steps: int) -> None:
    """Begin anew with a budget of `steps` (0: no bound).

    The counter runs at C speed (23 ns a tick) and, once empty, raises at EVERY tick, so that a loop with a bare
    `except:` cannot go on. It is a builtin: no module's namespace, `dir()` or star import ever shows it, and a function
    moved to other globals still finds it.
    """
    global _budget, _left, _over
    _budget, _over = steps or _ENDLESS, False
    _left = repeat(None, _budget)
    tick = chain(_left, map(_spent, repeat(None))).__next__
    _set(tick, tick)


def spent() -> int:
    """Steps used since the last `refill`, at most its budget."""
    return _budget - _left.__length_hint__()


def exhausted() -> bool:
    """True where a step was refused since the last `refill`."""
    return _over


def watch() -> None:
    """Until the next `refill`, note which functions run: what ran while modules load may have left values behind."""

    def note() -> None:
        frame: FrameType = sys._getframe(1)
        _ran.add(frame.f_code)

    _set(note, note)


def note_into(codes: set[CodeType]) -> None:
    """Until the next `refill`, add the code of every function that begins; steps are counted as before."""
    tick = builtins.__tick__  # type: ignore[attr-defined]

    def note() -> None:
        codes.add(sys._getframe(1).f_code)
        tick()

    _set(tick, note)


def ran(code: CodeType) -> bool:
    """True where a function with this code ran under `watch`."""
    return code in _ran


def _set(turn: _Tick, entry: _Tick) -> None:
    """What is called at each turn of a loop, and where a function begins."""
    builtins.__tick__ = turn  # type: ignore[attr-defined]
    builtins.__tock__ = entry  # type: ignore[attr-defined]


@functools.lru_cache(maxsize=256)
def code(path: str, data: bytes) -> CodeType:
    """A module's bytes -> its code, with a tick at the start of every function and every turn of a loop."""
    return compile(ticked(ast.parse(data, path)), path, "exec", dont_inherit=True)


def ticked(tree: Node) -> Node:
    """Put the ticks into a tree, in place; positions are kept: a tick has the place of what it stands before.

    def f(): body              -> def f(): __tock__(); body
    for x in y: body           -> for x in y: __tick__(); body         (`while`, `async for` alike)
    [e for x in y if c]        -> [e for x in y if not __tick__() if c]
    """
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            _insert(node.body, "__tock__", after_docstring=True)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            _insert(node.body, "__tick__")
        elif isinstance(node, ast.comprehension):
            refusal = ast.UnaryOp(ast.Not(), _call("__tick__"))
            node.ifs.insert(0, _place(refusal, node.iter))
    return tree


def _insert(body: list[ast.stmt], name: str, after_docstring: bool = False) -> None:
    at = int(after_docstring and _is_text(body[0]))
    body.insert(at, _place(ast.Expr(_call(name)), body[min(at, len(body) - 1)]))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _call(name: str) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), [], [])


def _place(new: Any, old: ast.AST) -> Any:
    for node in ast.walk(new):
        ast.copy_location(node, old)
    return new


refill(0)
