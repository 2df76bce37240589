"""One call of a function -> what it did: the value, the exception, what became of its arguments, what it printed."""

from __future__ import annotations

import contextlib
import inspect
import io
import random
import signal
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from types import CodeType, FrameType
from typing import Any

from tracec.runtime.differential.canonical import canonical, shown
from tracec.runtime.differential.captured_calls import CallInput
from tracec.runtime.guest import step_counter

YIELDED = 100  # values of a generator that are compared; chosen
SECONDS = 1.0  # wall seconds of one call that uses no steps, such as one that sleeps; chosen


class CallEnd(StrEnum):
    """How one call ended: STEPS ran out, or the clock did."""

    RETURNED = "returned"
    RAISED = "raised"
    STEPS = "steps"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a call ended and what came of it. Not compared are `text` and `left` (the arguments afterwards), which are
    for people, and `steps`.
    """

    ended: CallEnd
    value: str
    arguments: str
    output: str
    text: str = ""
    left: str = ""
    steps: int = 0

    def differs(self, other: Behaviour) -> tuple[str, ...]:
        """In what two differ: `end`, `value`, `exception`, `arguments`, `output`."""
        if self.ended != other.ended:
            return ("end",)
        found = [name for name in ("value", "arguments", "output") if getattr(self, name) != getattr(other, name)]
        if self.ended == CallEnd.RAISED:
            return tuple("exception" if name == "value" else name for name in found if name != "arguments")
        return tuple(found) if self.ended == CallEnd.RETURNED else ()


class OutOfTime(BaseException):
    """A call took too long without using steps."""


def behave(call: CallInput, steps: int, seed: int) -> Behaviour | None:
    """Make a call on values of its own, the same random numbers at hand each time; None where they cannot be copied."""
    try:
        own = call.copied()
    except Exception:
        return None
    random.seed(seed)
    output = io.StringIO()
    ended, value, text = CallEnd.RETURNED, "", ""
    step_counter.refill(steps)
    _clock(SECONDS)
    try:
        with contextlib.redirect_stdout(output):
            result = finished(own.run())
        used = step_counter.spent()
        step_counter.refill(0)
        value, text = canonical(result), shown(result)
    except BaseException as error:
        used = step_counter.spent()
        out, late = step_counter.exhausted(), isinstance(error, OutOfTime)
        step_counter.refill(0)
        ended = CallEnd.STEPS if out else CallEnd.TIMEOUT if late else CallEnd.RAISED
        value, text = type(error).__qualname__, _told(ended, error, used)
    finally:
        _clock(0)
    left = ", ".join(f"{name}={shown(part)}" for name, part in own.values.items())
    return Behaviour(ended, value, canonical(dict(own.values)), output.getvalue(), text, left, used)


def _told(ended: CallEnd, error: BaseException, steps: int) -> str:
    if ended == CallEnd.RAISED:
        return f"raises {shown(error)}"
    return f"does not end within {steps} steps" if ended == CallEnd.STEPS else f"does not end within {SECONDS:g} s"


def _clock(seconds: float) -> None:
    if seconds:
        signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds / 10)  # again and again: a bare `except:` may swallow it


def _late(number: int, frame: FrameType | None) -> None:
    raise OutOfTime


def finished(result: Any) -> Any:
    """What a generator yields, as far as it is looked at; what a coroutine returns; else the result itself."""
    if inspect.isgenerator(result):
        return list(islice(result, YIELDED))
    if inspect.iscoroutine(result):
        return _awaited(result)
    return _awaited(_all_of(result)) if inspect.isasyncgen(result) else result


async def _all_of(generator: Any) -> list[Any]:
    found: list[Any] = []
    async for value in generator:
        found.append(value)
        if len(found) >= YIELDED:
            break
    return found


def _awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    import asyncio

    return asyncio.run(coroutine)


def ran_any(call: CallInput, lines: Mapping[CodeType, frozenset[int]], steps: int, seed: int) -> bool:
    """True where a call runs one of these lines of these codes."""
    hit = False

    def within(frame: FrameType, event: str, _: object) -> Any:
        nonlocal hit
        hit = hit or (event == "line" and frame.f_lineno in lines[frame.f_code])
        return within

    def entered(frame: FrameType, event: str, _: object) -> Any:
        return within if frame.f_code in lines else None

    sys.settrace(entered)
    try:
        behave(call, steps, seed)
    finally:
        sys.settrace(None)
    return hit
