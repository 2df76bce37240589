"""pytest runs inside the guest: it collects once, then runs named tests on request."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from tracec.runtime.guest.report_plugin import Reports, steady
from tracec.runtime.launch import import_hook
from tracec.runtime.outcome import Ended, Status

Fault = dict[str, Any]  # message, path, line
Emit = Callable[[dict[str, object]], None]


class Meter(Protocol):
    """What is counted or recorded while a test runs."""

    def begin(self, test: str, steps: int) -> None:
        """Before the set-up."""

    def end(self, test: str) -> tuple[int, bool]:
        """After the tear-down -> (steps, whether the budget ran out)."""


def collect(args: Sequence[str], then: Callable[[Any, Collected], object]) -> Collected:
    """Run pytest with `args`; once it has collected, call `then(session, collected)`.

    Returns where pytest ended before that (or `then` returned), with what is known of the reason.
    """
    import pytest

    for name in ("pytest_runtestloop", "pytest_load_initial_conftests"):
        pytest.hookimpl(tryfirst=True)(vars(Collected)[name])
    collected = Collected(then)
    collected.exit = int(pytest.main(list(args), plugins=[collected, collected.reports]))
    return collected


class Collected:
    """The plugin: what was collected, what went wrong."""

    def __init__(self, then: Callable[[Any, Collected], object]) -> None:
        self.reports = Reports()
        self.faults: list[Fault] = []
        self.items: dict[str, Any] = {}
        self.exit = 0
        self._then = then
        self._explained: set[str] = set()

    def pytest_load_initial_conftests(self) -> None:
        """pytest has put its own import hook first by now; nothing of the user's is imported yet."""
        import_hook.to_front()
        without_server()

    def pytest_configure(self, config: Any) -> None:
        """Options that would make runs differ are undone."""
        steady(config)

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        """A collection error while the exception itself is still at hand."""
        if getattr(report, "when", None) is None or report.when == "collect":
            self._explained.add(report.nodeid)
            self.faults.append(explain(call.excinfo.value, report.nodeid))

    def pytest_collectreport(self, report: Any) -> None:
        """A collection error that nothing else explained."""
        if report.failed and report.nodeid not in self._explained:
            self.faults.append({"message": str(report.longrepr)[-2000:], "path": report.nodeid, "line": 0})

    def pytest_internalerror(self, excinfo: Any) -> None:
        """`sys.exit()` in a module's body, a broken hook."""
        self.faults.append(explain(excinfo.value, ""))

    def pytest_runtestloop(self, session: Any) -> bool:
        """Instead of pytest's loop."""
        for item in session.items:
            self.items.setdefault(item.nodeid, item)
        if session.config.option.continue_on_collection_errors and self.items:
            self.faults.clear()
        self._then(session, self)
        return True


def without_server() -> None:
    """Keep pytest-rerunfailures from opening a socket, for workers of xdist that no guest has: it is confined."""
    plugin: Any = sys.modules.get("pytest_rerunfailures")
    if plugin is not None:
        plugin.HAS_PYTEST_HANDLECRASHITEM = False


def explain(error: BaseException, where: str) -> Fault:
    """An exception raised while collecting -> its last line, and the user's file and line."""
    cause = error.__cause__ if type(error).__name__ == "CollectError" and error.__cause__ else error
    if isinstance(cause, SyntaxError) and cause.filename:
        return {"message": f"{type(cause).__name__}: {cause.msg}", "path": cause.filename, "line": cause.lineno or 0}
    path, line = _place(cause)
    text = str(cause).strip() or type(cause).__name__
    if type(cause).__module__.startswith("_pytest"):
        return {"message": text, "path": path or where, "line": line}
    return {"message": f"{type(cause).__name__}: {text}", "path": path or where, "line": line}


def _place(error: BaseException) -> tuple[str, int]:
    # The deepest frame in the user's own code: neither the standard library nor an installed package.
    trace, found = error.__traceback__, ("", 0)
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if os.path.isabs(path) and not path.startswith(foreign_folders()):
            found = (path, trace.tb_lineno)
        trace = trace.tb_next
    return found


def foreign_folders() -> tuple[str, ...]:
    """Where modules lie that are not the user's: this package, the standard library, installed ones."""
    import sysconfig

    ours = os.path.dirname(os.path.dirname(__file__))
    folders = {ours, *(sysconfig.get_paths()[k] for k in ("stdlib", "purelib", "platlib"))}
    return tuple(folder + os.sep for folder in folders)


def run(session: Any, collected: Collected, request: Mapping[str, Any], meter: Meter, emit: Emit) -> None:
    """Run the request's tests in its order.

    Emits {"begin": id} and {"outcome": {...}} for each, and {"ended": "done" | "stopped", "detail": ""} at last. Of a
    request that is `noting`, {"functions": [[path, first line], ...]} numbers those that ran on from the last ones, and
    an outcome has the numbers of those that ran.
    """
    ended = Ended.DONE
    functions: dict[tuple[str, int], int] = {}
    for test, item, following in _plan(collected.items, request["tests"]):
        emit({"begin": test})
        if item is None:
            outcome: dict[str, Any] = {"id": test, "status": Status.ERROR, "message": "not collected"}
        else:
            outcome = run_one(item, following, collected.reports, meter, steps_of(request["steps"], test))
            if request["noting"] and outcome["status"] != Status.STEPS and not shares(item):
                codes = getattr(meter, "codes", ())
                begun = list(dict.fromkeys((code.co_filename, code.co_firstlineno) for code in codes))
                emit({"functions": [place for place in begun if place not in functions]})
                outcome["ran"] = [functions.setdefault(place, len(functions)) for place in begun]
        emit({"outcome": outcome})
        if request["stop"] and outcome["status"] not in request["expect"].get(test, [Status.PASSED]):
            ended = Ended.STOPPED
            break
    _tear_down(session, None)
    emit({"ended": ended, "detail": ""})


def shares(item: Any) -> bool:
    """True for a test with a fixture of the user's that other tests have in common: it may run for another test."""
    fixtures = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", None)
    wide = [each for found in (fixtures or {}).values() for each in found if each.scope != "function"]
    return fixtures is None or any(
        "setup" in each.argname.lower() or not each.func.__code__.co_filename.startswith(foreign_folders())
        for each in wide
    )


def _plan(items: Mapping[str, Any], tests: Sequence[str]) -> Iterator[tuple[str, Any, Any]]:
    # Each test with its item and the item after it, which tells pytest which fixtures may stay.
    known = [items[test] for test in tests if test in items]
    following = iter([*known[1:], None])
    for test in tests:
        item = items.get(test)
        yield test, item, next(following) if item is not None else None


def steps_of(steps: int | Mapping[str, int], test: str) -> int:
    """The budget of one test."""
    return steps if isinstance(steps, int) else steps.get(test, 0)


def run_one(item: Any, following: Any, reports: Reports, meter: Meter, steps: int) -> dict[str, Any]:
    """One test by pytest's own protocol -> its outcome."""
    meter.begin(item.nodeid, steps)
    stray: BaseException | None = None
    try:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    except BaseException as error:  # KeyboardInterrupt and pytest.exit() leave the protocol
        stray = error
        _tear_down(item.session, following)
    used, exhausted = meter.end(item.nodeid)
    outcome = reports.take(item.nodeid)
    if stray is not None and outcome["status"] in (Status.PASSED, Status.ERROR):
        outcome.update(status=Status.FAILED, message=f"{type(stray).__name__}: {stray}")
    if exhausted:
        outcome["status"] = Status.STEPS
    outcome["steps"] = used
    return outcome


def _tear_down(session: Any, following: Any) -> None:
    # Fixtures of wider scope are still set up after an early stop or an exception that left the protocol.
    try:
        session._setupstate.teardown_exact(following)
    except BaseException as error:
        print(f"tear-down: {error!r}", file=sys.stderr)


def preload() -> None:
    """Import what pytest imports when the first test runs or fails: once, rather than in every child."""
    import difflib
    import pprint

    del difflib, pprint


def freshen(config: Any, folder: str) -> None:
    """In a forked child: give pytest files and a folder of its own."""
    _fresh_capture(config)
    _fresh_basetemp(config, folder)


def _fresh_capture(config: Any) -> None:
    # The files pytest captures into are shared with P1 and every other child: a child needs its own.
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.stop_global_capturing()
        capture.start_global_capturing()
        capture.suspend_global_capture()


def _fresh_basetemp(config: Any, folder: str) -> None:
    # `--basetemp` names one folder for all; pytest empties it at each start.
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is not None and getattr(factory, "_given_basetemp", None) is not None:
        factory._given_basetemp = type(factory._given_basetemp)(folder, "basetemp")
        factory._basetemp = None
