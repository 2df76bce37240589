"""Screening: many changes are tried one after another in one process, which can only refuse them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tracec.runtime.guest import pytest_session
from tracec.runtime.guest.live import hot_swap
from tracec.runtime.guest.pytest_session import Emit, Meter
from tracec.runtime.outcome import Ended, Status, without_addresses

Put = Callable[[Sequence[Mapping[str, Any]], bool], None]  # the changes, and whether tests look at them
_LONGEST = 600  # characters of a message; chosen
EARLY = 4  # tests after which a change that none of them sees is left: the others will hardly see it; chosen


def run(items: Mapping[str, Any], reports: Any, request: Mapping[str, Any], meter: Meter, emit: Emit, put: Put) -> None:
    """Try each of the request's trials on its tests, in order; `put` makes the changes of one.

    Emits {"trial": n} and {"tried": [[status, message, steps], ...]} for each: as many as ran (with `stop`, up to the
    first that ran out of steps), one with the status "none" where no test was asked for, nothing where the change needs
    a process of its own. At last {"ended": "done"}.
    """
    for number, (changes, picked) in enumerate(zip(request["trials"], request["picks"], strict=True)):
        tests = [request["tests"][place] for place in picked]
        emit({"trial": number})
        emit({"tried": list(_tried({test: items.get(test) for test in tests}, changes, request, reports, meter, put))})
    emit({"ended": Ended.DONE, "detail": ""})


def _tried(
    tests: Mapping[str, Any], changes: Any, request: Mapping[str, Any], reports: Any, meter: Meter, put: Put
) -> Iterator[tuple[Status, str, int]]:
    failed, same, known = False, 0, request["known"]
    try:
        put(changes, bool(tests))
        if not tests:
            yield Status.NONE, "", 0
        for test, item in tests.items():
            if item is None or (failed and test in request["expect"]):
                return
            steps = pytest_session.steps_of(request["steps"], test)
            how = _bare(item, meter, steps) if _is_bare(item) else _whole(item, reports, meter, steps)
            status, message, used = how[0], without_addresses(how[1][:_LONGEST]), how[2]
            yield status, message, used
            failed = failed or status != Status.PASSED
            same += [status, message] == known.get(test)
            if request["stop"] and (status == Status.STEPS or same == EARLY):
                return
    except hot_swap.NeedsCold:
        return
    except SyntaxError as error:
        yield Status.ERROR, f"SyntaxError: {error}", 0
    finally:
        hot_swap.restore()


def _is_bare(item: Any) -> bool:
    """True for a test function that needs nothing of pytest: no fixture, no set-up, no mark."""
    fixtures = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", None)
    plain = type(item).__name__ == "Function" and fixtures == {} and not item.cls and not any(item.iter_markers())
    return plain and not inspect.iscoroutinefunction(item.obj)


def _bare(item: Any, meter: Meter, steps: int) -> tuple[Status, str, int]:
    status, message = Status.PASSED, ""
    meter.begin(item.nodeid, steps)
    try:
        item.obj()
    except BaseException as error:
        status, message = Status.FAILED, f"{type(error).__name__}: {_text(error)}"
    used, exhausted = meter.end(item.nodeid)
    return (Status.STEPS if exhausted else status), message, used


def _whole(item: Any, reports: Any, meter: Meter, steps: int) -> tuple[Status, str, int]:
    outcome = pytest_session.run_one(item, None, reports, meter, steps)
    return outcome["status"], outcome["message"], outcome["steps"]


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""
