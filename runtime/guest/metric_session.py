"""The user's metric runs in the guest: its cases are what tests are elsewhere, and their outcomes have scores."""

from __future__ import annotations

import contextlib
import gc
import importlib
import math
import numbers
import random
import sys
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracec.runtime.guest.pytest_session import Emit, Fault, Meter, explain, foreign_folders, steps_of
from tracec.runtime.launch import import_hook
from tracec.runtime.outcome import Ended, Status

NO_CASE: tuple[Any, ...] = ()
LONGEST = 2000  # characters of a message; chosen


class Collected:
    """The metric and its cases: each id with the arguments that the metric gets, as a tuple."""

    def __init__(self) -> None:
        self.items: dict[str, tuple[Any, ...]] = {}
        self.faults: list[Fault] = []
        self.exit = 0
        self.function: Callable[..., Any] | None = None
        self.file = ""
        self.reports = None


def collect(config: Mapping[str, Any], then: Callable[[Any, Collected], object]) -> Collected:
    """Import the metric and make its cases, then call `then(None, collected)`.

    `config` has `module`, `function`, and `cases`: a list of [prefix, [case, ...]] or [prefix, "MODULE:NAME"]; without
    any there is one case, `metric`, and the function gets no argument. What goes wrong is among the `faults`.
    """
    import_hook.to_front()
    collected = Collected()
    try:
        collected.function = named(config["module"], config["function"])
        if not callable(collected.function):
            raise TypeError(f"{config['module']}:{config['function']} is no function")
        collected.file = str(getattr(sys.modules[config["module"]], "__file__", "") or "")
        collected.items = dict(cases_of(config["cases"]))
    except Exception as error:
        collected.faults.append(explain(error, config["module"]))
    except SystemExit as error:
        collected.faults.append(explain(RuntimeError(f"sys.exit({error.code!r}) while it was imported"), ""))
    then(None, collected)
    return collected


def named(module: str, name: str) -> Any:
    """`MODULE:NAME`, NAME may have dots. ImportError, AttributeError, and whatever importing raises."""
    thing: Any = importlib.import_module(module)
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


def cases_of(groups: Sequence[Sequence[Any]]) -> list[tuple[str, tuple[Any, ...]]]:
    """(id, arguments) of every case."""
    if not any(prefix == "train" for prefix, _ in groups):
        groups = [["metric", None], *groups]
    found: list[tuple[str, tuple[Any, ...]]] = []
    for prefix, given in groups:
        if given is None:
            found.append((prefix, NO_CASE))
            continue
        cases = given
        if isinstance(given, str):
            module, _, name = given.partition(":")
            cases = named(module, name)
            cases = list(cases() if callable(cases) else cases)
        found += [(f"{prefix}[{number}]", (case,)) for number, case in enumerate(cases)]
    return found


def foreign() -> list[str]:
    """The modules imported so far that are not the user's own: of the standard library, or installed."""
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(foreign_folders()) and name != "__main__":
            found.append(name)
    return found


def preload(modules: Sequence[str]) -> None:
    """Import them, so that a process forked from this one imports only what is the user's own."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def run(collected: Collected, request: Mapping[str, Any], meter: Meter, emit: Emit, seed: int) -> None:
    """Score the request's cases in its order; an id may end in `@N`: the same case with other random numbers.

    Emits what `session.run` emits; `passed` is a case that has a score, `failed` one that raised, `error` one whose
    value is no score.
    """
    ended = Ended.DONE
    for test in request["tests"]:
        name, _, repeat = test.partition("@")
        emit({"begin": test})
        sow(seed + int(repeat or 0), name)
        outcome = {"id": test, "status": Status.ERROR, "message": "no such case"}
        if name in collected.items:
            outcome = run_one(collected, test, collected.items[name], meter, steps_of(request["steps"], test))
        emit({"outcome": outcome})
        if request["stop"] and outcome["status"] != Status.PASSED:
            ended = Ended.STOPPED
            break
    emit({"ended": ended, "detail": ""})


def sow(seed: int, case: str) -> None:
    """The same random numbers for a case whichever others run before it."""
    number = (seed * 1_000_003 + zlib.crc32(case.encode())) % 2**32
    random.seed(number)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(number)


def run_one(collected: Collected, test: str, arguments: tuple[Any, ...], meter: Meter, steps: int) -> dict[str, object]:
    """One case -> its outcome."""
    assert collected.function is not None
    outcome: dict[str, Any] = {"id": test, "status": Status.PASSED, "message": "", "path": "", "line": 0}
    meter.begin(test, steps)
    began = time.perf_counter()
    try:
        value = collected.function(*arguments)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are the candidate's own
        status = Status.MEMORY if isinstance(error, MemoryError) else Status.FAILED
        outcome.update(status=status, **explained(error))
        value = None
    outcome["seconds"] = time.perf_counter() - began
    used, exhausted = meter.end(test)
    outcome["steps"] = used
    if exhausted:
        outcome["status"] = Status.STEPS
    elif outcome["status"] == Status.PASSED:
        outcome.update(scored(value))
    return outcome


def explained(error: BaseException) -> dict[str, object]:
    """An exception -> message, path and line."""
    try:
        fault = explain(error, "")
    except Exception:  # a `__str__` of the user's that raises
        fault = {"message": type(error).__name__, "path": "", "line": 0}
    return {**fault, "message": str(fault["message"])[:LONGEST]}


def scored(value: Any) -> dict[str, object]:
    """What the metric returned -> score and text, or why it is none."""
    text = ""
    if type(value) is tuple and len(value) == 2 and isinstance(value[1], str):
        value, text = value
    if not isinstance(value, numbers.Real):
        return {"status": Status.ERROR, "message": f"the metric returned {type(value).__name__}, not a number"}
    score = float(value)
    if not math.isfinite(score):
        return {"status": Status.ERROR, "message": f"the metric returned {score}, not a finite number"}
    return {"score": score, "message": text[:LONGEST]}
