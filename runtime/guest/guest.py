"""The guest: a process that imports pytest once and forks for whatever is asked of it.

P0 (started here) imports pytest, forks P1, and serves cold requests: a child that collects anew, with other texts in
the place of files. P1 collects once and serves warm requests: a child that swaps functions. Neither runs a test itself.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import shutil
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from tracec.runtime.differential import compare
from tracec.runtime.guest import (
    line_meter,
    meters,
    metric_session,
    process_tree,
    pytest_session,
    sandbox,
    screening,
    step_counter,
)
from tracec.runtime.guest.live import hot_swap
from tracec.runtime.guest.request_loop import Server, last_line
from tracec.runtime.guest.wire import Wire
from tracec.runtime.launch import import_hook
from tracec.runtime.outcome import Ended, Status
from tracec.runtime.project_paths import ProjectPaths

Emit = Callable[[dict[str, object]], None]
NO_COV = ("no:pytest_cov", "no:cov")  # words with which pytest-cov is left out


def main(fd: int) -> None:
    """P0: the first message on socket `fd` is the configuration; then requests, until the other end closes."""
    wire = Wire(socket.socket(fileno=fd))
    config = _first(wire)
    _as_python_m_pytest()
    if not config["metric"]:
        try:
            import pytest
        except ImportError as error:
            wire.send({"fault": "pytest", "message": str(error)})
            return
        sys.argv = [os.path.join(os.path.dirname(pytest.__file__), "__main__.py"), *config["args"]]
    guest = Guest(config, wire)
    wire.send({"ready": True, "confinement": sandbox.probe(config["network"])})
    guest.server.run()
    shutil.rmtree(config["folder"], ignore_errors=True)
    os._exit(0)


def _first(wire: Wire) -> dict[str, Any]:
    messages: list[dict[str, object]] = []
    while not messages:
        messages = wire.receive()
    return messages[0]


def _as_python_m_pytest() -> None:
    if not sys.flags.safe_path:
        sys.path.insert(0, os.getcwd())


class Guest:
    """P0's state, inherited by every process forked from it."""

    def __init__(self, config: dict[str, Any], wire: Wire) -> None:
        self.config = config
        self.paths = ProjectPaths(config["root"], config["scope"])
        self.scope = [self.paths.real(name) for name in config["scope"]]
        self.args = _args(config["args"], config["folder"])
        if config["mode"] == "record":
            meters.recorder().start(config["limit_events"])
        import_hook.install(meters.compilers(config["mode"], self.scope, self.paths.by_real(config["artifacts"])))
        if config["mode"] == "record":
            self.args.append("--assert=plain")
        self.crowd = sandbox.Crowd()
        self.server = Server(wire, self.paths.hidden(self._cold), config["folder"], self.crowd.look)
        self.server.other = self._told
        gc.collect()
        gc.freeze()

    def _told(self, message: dict[str, Any]) -> None:
        if "preload" in message:
            metric_session.preload(message["preload"])
        else:
            self._start_warm(message)

    def _start_warm(self, message: dict[str, Any]) -> None:
        """Fork P1, which speaks over the descriptor that came with the message."""
        fd = self.server.wire.fds.popleft()
        self.server.drop_kept()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            os.close(fd)
            self.server.kept.add(pid)
            self._warm_up()
            return
        try:
            os.setsid()
            process_tree.die_with_parent(parent)
            self.server.let_go()
            Warm(self, Wire(socket.socket(fileno=fd))).run()
        finally:
            os._exit(0)

    def _warm_up(self) -> None:
        # While P1 collects: the code that no candidate changes, compiled once for all cold children.
        if self.config["mode"] != "fuel":
            return
        for path in self.scope:
            with contextlib.suppress(OSError, SyntaxError, ValueError, RecursionError), open(path, "rb") as file:
                step_counter.code(path, file.read())

    def _cold(self, request: dict[str, Any], emit: Emit, folder: str) -> None:
        """In a child of P0: collect with the overlay in place, then run."""
        if self.config["mode"] == "record":  # an artifact is of the old text
            import_hook.install(dict.fromkeys(request["overlay"], import_hook.plain))
            import_hook.install(meters.compilers("record", (), request["artifacts"]))
        import_hook.install({}, request["overlay"])
        step_counter.refill(0)
        self.confine(request, folder)

        def then(s: Any, collected: Any) -> None:
            # With faults too: pytest's own summary of them imports plugins' plugins and takes seconds.
            if collected.faults:
                refuse_for(collected, request["tests"], emit)
            else:
                self.test(s, collected, request, emit, folder)
            os._exit(0)

        refuse_for(self.collect(then), request["tests"], emit)

    def collect(self, then: Callable[[Any, Any], object]) -> Any:
        """Collect the tests, or the cases of a metric, and call `then`."""
        if self.config["metric"]:
            return metric_session.collect(self.config["metric"], then)
        return pytest_session.collect(self.args, then)

    def confine(self, request: Mapping[str, Any], folder: str) -> None:
        """Limits, from here to the end of this process. RuntimeError where they must be had and cannot."""
        changed = self.config["changed"] or sandbox.is_changed(request)
        if request["free"] and changed:
            raise RuntimeError("a change never runs free of the confinement")
        sandbox.rlimits(request["memory_mb"], request["seconds"], self.crowd.most)
        why = "" if request["free"] else self.shut_in(folder)
        if why and changed and not self.config["unconfined"]:
            raise sandbox.Unconfined(why)

    def shut_in(self, folder: str) -> str:
        """Let this process write to a folder and to what the user named; why it cannot be done, or ""."""
        return sandbox.confine([folder, *map(self.paths.real, self.config["writable"])], self.config["network"])

    def test(self, s: Any, collected: Any, request: Mapping[str, Any], emit: Emit, folder: str) -> None:
        """Run the request's tests, the same random numbers at hand each time; what is recorded goes to `folder`."""
        meter = self.meter(request, os.path.join(folder, meters.LOG) if request["record"] else None)
        if self.config["metric"]:
            metric_session.run(collected, request, meter, emit, self.config["seed"])
            return
        _seed(self.config["seed"])
        pytest_session.run(s, collected, request, meter, emit)

    def screen(
        self, collected: pytest_session.Collected, request: Mapping[str, Any], emit: Emit, put: screening.Put
    ) -> None:
        """Try the request's trials one after another, the same random numbers at hand each time."""

        def seeded(changes: Sequence[Mapping[str, Any]], screened: bool) -> None:
            _seed(self.config["seed"])
            put(changes, screened)

        screening.run(collected.items, collected.reports, request, self.meter(request), emit, seeded)

    def meter(self, request: Mapping[str, Any], log: str | None = None) -> pytest_session.Meter:
        mode = self.config["mode"]
        if mode == "fuel":
            return meters.Fuel(request["noting"])
        if mode == "record":
            return meters.Record(log, self.config["keep_events"])
        return line_meter.Lines(log) if mode == "lines" else meters.Plain()


class Warm:
    """P1: pytest has collected; every request is a fork of this state."""

    def __init__(self, guest: Guest, wire: Wire) -> None:
        self._guest, self._wire = guest, wire

    def run(self) -> None:
        """Collect and serve; where there is nothing to serve, say why.

        Where the program is a changed one already, to import it is to run the change: that is confined as well.
        """
        config = self._guest.config
        why = self._guest.shut_in(config["folder"]) if config["changed"] else ""
        if why and not config["unconfined"]:
            self._wire.send({"fault": "unconfined", "message": why})
            return
        if self._guest.config["mode"] == "fuel":
            step_counter.watch()
        self._refuse(self._guest.collect(self._serve))

    def _refuse(self, collected: pytest_session.Collected) -> None:
        faults = [{**fault, "path": self._guest.paths.name(fault["path"])} for fault in collected.faults]
        self._wire.send({"fault": "collect", "faults": faults, "exit": collected.exit})

    def _serve(self, s: Any, collected: pytest_session.Collected) -> None:
        if collected.faults:  # at once: pytest's own summary of them takes seconds
            self._refuse(collected)
            os._exit(0)
        if not collected.items:
            return
        step_counter.refill(0)
        hot_swap.index().read(self._guest.scope)
        folder = self._guest.config["folder"]
        work = self._guest.paths.hidden(partial(self._run, s, collected))
        server = Server(self._wire, work, folder, self._guest.crowd.look)
        pytest_session.preload()
        gc.collect()
        gc.freeze()
        said = [[name, self._guest.paths.name(_file(item))] for name, item in collected.items.items()]
        self._wire.send({"collected": said, "modules": metric_session.foreign() if s is None else []})
        server.run()
        os._exit(0)

    def _run(
        self, s: Any, collected: pytest_session.Collected, request: dict[str, Any], emit: Emit, folder: str
    ) -> None:
        """In a child of P1: swap, then run."""
        if s is not None:
            pytest_session.freshen(s.config, folder)
        self._guest.confine(request, folder)
        if request["differential"]:
            _seed(self._guest.config["seed"])
            compare.run(collected.items, collected.reports, request, self._guest.meter(request), emit)
            return
        if request["trials"]:
            self._guest.screen(collected, request, emit, self._put)
            return
        try:
            self._swap(request)
        except hot_swap.NeedsCold as reason:
            emit({"ended": Ended.COLD, "detail": str(reason)})
        except SyntaxError as error:
            refuse(request["tests"], last_line(error), emit)
        else:
            self._guest.test(s, collected, request, emit, folder)

    def _swap(self, request: Mapping[str, Any]) -> None:
        late = {path: text for path, text in request["overlay"].items() if not hot_swap.index().knows(path)}
        self._put([change for change in request["swaps"] if change["path"] not in late])
        # A file that nothing has imported yet: its new text is there when a test imports it.
        import_hook.install({}, late)

    def _put(self, changes: Sequence[Mapping[str, Any]], screened: bool = False) -> None:
        for change in changes:
            hot_swap.put(change, fuel=self._guest.config["mode"] == "fuel", screened=screened)


def refuse(tests: Sequence[str], message: str, emit: Emit, path: str = "", line: int = 0) -> None:
    """No test could be run: each is an error with the same message."""
    for test in tests:
        emit({"outcome": {"id": test, "status": Status.ERROR, "message": message, "path": path, "line": line}})
    emit({"ended": Ended.ERROR, "detail": f"{path}:{line}: {message}" if path else message})


def refuse_for(collected: pytest_session.Collected, tests: Sequence[str], emit: Emit) -> None:
    """`refuse`, with the first of what went wrong in collecting."""
    fault = (collected.faults or [{"message": f"pytest ended with exit code {collected.exit}"}])[0]
    refuse(tests, fault["message"], emit, fault.get("path", ""), fault.get("line", 0))


def _args(args: Sequence[str], folder: str) -> list[str]:
    """The user's pytest arguments and what keeps a run quiet, whole and within `folder`."""
    ours = ["--color=no", "--tb=line"]
    if not any(word.endswith("no:cacheprovider") for word in args):  # else the option is not known
        ours += ["-o", f"cache_dir={os.path.join(folder, 'cache')}"]
    off = "PYTEST_DISABLE_PLUGIN_AUTOLOAD" in os.environ or any(word.endswith(NO_COV) for word in args)
    if _installed("pytest_cov") and not off:
        ours.append("--no-cov")
    at = args.index("--") if "--" in args else len(args)
    return [*args[:at], *ours, *args[at:]]


def _installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def _seed(seed: int) -> None:
    random.seed(seed)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(seed)


def _file(item: Any) -> str:
    if isinstance(item, tuple):  # a case of a metric
        return ""
    return str(getattr(item, "path", None) or item.fspath)
