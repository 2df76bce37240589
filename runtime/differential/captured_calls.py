"""Calls of some functions while tests run -> their inputs, copied, so that the calls can be made again."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import CodeType, FrameType, FunctionType
from typing import Any

from tracec.runtime.differential.canonical import canonical, shown
from tracec.runtime.differential.copies import copied

MOST = 40  # distinct calls kept of one function; chosen
MOST_SEEN = 2_000  # calls of one function that are looked at; chosen
_RESUMABLE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


@dataclass(frozen=True, slots=True)
class CallInput:
    """One input of a function: values by parameter; those not in it are left to their defaults.

    `source` says where it comes from: `recorded`, `varied` or `drawn`. `passing` where a test that passes made it.
    """

    function: FunctionType
    values: Mapping[str, Any]
    source: str
    passing: bool = False

    def copied(self) -> CallInput:
        """The same with values of its own; whatever copying raises comes through."""
        return CallInput(self.function, copied(self.values), self.source, self.passing)

    def run(self) -> Any:
        """Call the function, which may change the values."""
        args, kwargs = arranged(self.function, self.values)
        return self.function(*args, **kwargs)

    def key(self) -> str:
        """Equal for inputs that are alike."""
        return f"{self.function.__qualname__} {canonical(dict(self.values))}"

    def text(self) -> str:
        """`f(3, y=4)`."""
        args, kwargs = arranged(self.function, self.values)
        parts = [*map(shown, args), *(f"{name}={shown(value)}" for name, value in kwargs.items())]
        return f"{self.function.__qualname__}({', '.join(parts)})"


def names_of(function: FunctionType) -> tuple[list[str], str, list[str], str]:
    """A function's parameters: those by position, `*rest`, those by name only, `**more` ("" where there is none)."""
    code = function.__code__
    names, count, only = list(code.co_varnames), code.co_argcount, code.co_kwonlyargcount
    after = count + only
    star = names[after] if code.co_flags & inspect.CO_VARARGS else ""
    double = names[after + bool(star)] if code.co_flags & inspect.CO_VARKEYWORDS else ""
    return names[:count], star, names[count:after], double


def arranged(function: FunctionType, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """(args, kwargs) that give the parameters these values; what comes after one that is left out goes by its name."""
    positional, star, only, double = names_of(function)
    args: list[Any] = []
    kwargs = {name: values[name] for name in only if name in values}
    for name in positional:
        if name in values and len(args) == positional.index(name):
            args.append(values[name])
        elif name in values:
            kwargs[name] = values[name]
    if star and len(args) == len(positional):
        args += values.get(star, ())
    return args, {**kwargs, **(values.get(double) or {})}


class Watch:
    """Notes calls of some functions, by their code, while it is on."""

    def __init__(self, functions: Mapping[CodeType, FunctionType]) -> None:
        self.functions = functions
        self.found: dict[str, CallInput] = {}
        self.faults: dict[FunctionType, str] = {}  # why calls could not be copied
        self._passing = False
        self._seen: dict[CodeType, int] = dict.fromkeys(functions, 0)
        self._kept: dict[CodeType, int] = dict.fromkeys(functions, 0)

    def during(self, work: Callable[[], object], *, passing: bool = False) -> None:
        """Note the calls that some work makes, a test that passes where it is `passing`."""
        self._passing = passing
        sys.setprofile(self._note)
        try:
            work()
        finally:
            sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or code not in self.functions or _goes_on(frame):
            return
        self._seen[code] += 1
        if self._kept[code] >= MOST or self._seen[code] > MOST_SEEN:
            return
        function = self.functions[code]
        try:
            call = CallInput(function, _values(function, frame), "recorded", self._passing).copied()
            key = call.key()
        except Exception as error:
            self.faults.setdefault(function, f"its arguments cannot be copied ({type(error).__name__}: {error})"[:200])
            return
        if key not in self.found:
            self.found[key] = call
            self._kept[code] += 1


def _goes_on(frame: FrameType) -> bool:
    """True where a generator or coroutine goes on: RESUME says so in its argument."""
    code = frame.f_code
    return bool(code.co_flags & _RESUMABLE and frame.f_lasti >= 0 and code.co_code[frame.f_lasti + 1] & 3)


def _values(function: FunctionType, frame: FrameType) -> dict[str, Any]:
    """What the parameters were given, but for what is a default's very object."""
    positional, star, only, double = names_of(function)
    held = frame.f_locals
    plain = function.__defaults__ or ()
    defaults = dict(zip(positional[len(positional) - len(plain) :], plain)) | (function.__kwdefaults__ or {})
    names = [*positional, *([star] if star else []), *only, *([double] if double else [])]
    if held.get(star):  # more than there are names for: all are given
        defaults = {name: value for name, value in defaults.items() if name not in positional}
    return {n: held[n] for n in names if n in held and not (n in defaults and held[n] is defaults[n])}
