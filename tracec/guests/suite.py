"""The user's tests in a guest process: Request -> Reply, one forked child for each."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tracec.guests.boot import boot
from tracec.guests.environment import environment, mark
from tracec.guests.plain_pytest import confirm
from tracec.guests.protocol import Reply, Request, Swap, as_reply
from tracec.guests.startup_errors import explain, must_confine, unconfined, withheld
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.guest import process_tree
from tracec.runtime.guest.wire import Wire
from tracec.runtime.outcome import Ended
from tracec.runtime.project_paths import ProjectPaths

__all__ = ["Reply", "Request", "Suite", "Swap", "confirm"]

Mode = Literal["plain", "fuel", "record", "lines"]
_GRACE = 10.0  # seconds past its own deadline after which a guest that does not answer is killed; chosen


@dataclass(slots=True)
class _Pending:
    request: Request
    wire: Wire
    deadline: float


class Suite:
    """A guest that has collected the user's tests, as a context manager. Not for several threads at once.

    `root` is the working directory; `args` are the user's pytest arguments; `scope` are the files that may change,
    whose steps are counted in mode fuel; `artifacts` {file: instrumented form} is for mode record. Tests see the usual
    `variables` and those of these names and patterns. They may write below `writable` and nowhere else but in their own
    temporary folder, where the kernel can hold them to it: `confinement` is what `sandbox.probe` said. Where it cannot,
    no change runs unless `unconfined`, and nothing where `artifacts` are of texts that were `changed`. In mode record a
    test of more than `limit_events` is stopped; where `keep_events` is not 0, about that many of the last of each test
    are kept. With a `metric`
    (`metric_session.py`) its cases are the tests. After the start, `ids` are the tests in pytest's order, with `files`:
    their names as seen from the root, as in all messages (`ProjectPaths`).

    Starting raises TracecError where pytest is missing, nothing is collected, or collecting fails or does not end.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        args: Sequence[str],
        *,
        python: str = sys.executable,
        mode: Mode = "plain",
        scope: Sequence[str] = (),
        artifacts: Mapping[str, str] | None = None,
        memory_mb: int = 2048,
        writable: Sequence[str] = (),
        network: bool = False,
        unconfined: bool = False,
        variables: Sequence[str] = (),
        changed: bool = False,
        collect_seconds: float = 120.0,
        seed: int = 0,
        limit_events: int = 20_000_000,
        keep_events: int = 0,
        metric: Mapping[str, Any] | None = None,
    ) -> None:
        self.ids: tuple[str, ...] = ()
        self.files: dict[str, str] = {}
        self.paths, self.confinement = ProjectPaths(root), ""
        self.unconfined, self._variables = unconfined, tuple(variables)
        self._python, self._memory_mb, self._collect_seconds = python, memory_mb, collect_seconds
        self._config: dict[str, Any] = {
            "root": self.paths.root,
            "args": list(args),
            "mode": mode,
            "scope": list(scope),
            "artifacts": {self.paths.name(path): artifact for path, artifact in (artifacts or {}).items()},
            "writable": list(writable),
            "network": network,
            "unconfined": unconfined,
            "changed": changed,
            "seed": seed,
            "limit_events": limit_events,
            "keep_events": keep_events,
            "metric": dict(metric) if metric else None,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._control: Wire | None = None
        self._warm: Wire | None = None
        self._folder = ""
        self._next = 1
        self._pending: dict[int, _Pending] = {}
        self._done: deque[tuple[int, Reply]] = deque()

    def __enter__(self) -> Suite:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the guest and collect; done already where it lives."""
        try:
            if self._control is None:
                self._start_control()
            if self._warm is None:
                self._start_warm()
        except BaseException:
            self.close()
            raise

    def submit(self, request: Request) -> int:
        """Send a request and return its number at once; `wait` brings the reply. Several may be under way.

        TracecError where it has a change that cannot be confined.
        """
        self.start()
        if request.changed:
            must_confine(self.confinement, unconfined_too=self.unconfined)
        number = self._next
        self._next += 1
        wire = self._control if request.overlay and not request.swaps else self._warm
        assert wire is not None
        self._send(number, request, wire)
        return number

    def wait(self, timeout: float | None = None) -> tuple[int, Reply]:
        """The next reply, of whichever request ends first. TimeoutError; LookupError where nothing is under way."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._done:
            if not self._pending:
                raise LookupError("no request is under way")
            if end is not None and time.monotonic() >= end:
                raise TimeoutError
            self._turn(end)
        return self._done.popleft()

    def run(self, request: Request) -> Reply:
        """Submit one request and wait for it; replies to others stay for `wait`."""
        number = self.submit(request)
        others: list[tuple[int, Reply]] = []
        while True:
            found, reply = self.wait()
            if found == number:
                self._done.extendleft(reversed(others))
                return reply
            others.append((found, reply))

    def close(self) -> None:
        """Kill the guest and everything that descends from it, and remove its folder. A later `submit` starts anew."""
        if self._process is not None:
            # One that was reaped has no number any more; those that it left are known by their mark.
            killed = set() if self._process.returncode is not None else process_tree.kill_tree(self._process.pid)
            self._process.wait()
            process_tree.await_end(killed | process_tree.kill_marked(mark(self._folder)))
        for wire in (self._control, self._warm):
            if wire is not None:
                wire.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process, self._control, self._warm, self._folder = None, None, None, ""

    def _start_control(self) -> None:
        self._folder = os.path.realpath(tempfile.mkdtemp(prefix="tracec-"))
        ours, theirs = socket.socketpair()
        self._control = Wire(ours)
        env = environment(self._folder, self._config["seed"], self._variables)
        command = boot(self._python, theirs.fileno())
        with theirs, open(os.path.join(self._folder, "output"), "wb") as output:
            try:
                self._process = subprocess.Popen(
                    command, cwd=self._config["root"], env=env, stdin=subprocess.DEVNULL, stdout=output,
                    stderr=subprocess.STDOUT, pass_fds=[theirs.fileno()], start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                raise TracecError(
                    f"cannot start {self._python} ({error.strerror})", "name a Python that runs"
                ) from None
        with contextlib.suppress(OSError):
            self._control.send({**self._config, "folder": self._folder})
        self.confinement = str(self._hear(self._control, "ready")["confinement"])

    def _start_warm(self) -> None:
        assert self._control is not None
        ours, theirs = socket.socketpair()
        self._warm = Wire(ours)
        with theirs:
            self._control.send({"warm": True}, fds=[theirs.fileno()])
        said: Any = self._hear(self._warm, "collected")
        pairs = said["collected"]
        if said["modules"]:
            self._control.send({"preload": said["modules"]})
        self.files = dict(pairs)
        self.ids = tuple(self.files)

    def _hear(self, wire: Wire, key: str) -> dict[str, object]:
        # The first message on a new wire; anything but the one expected is a reason not to start.
        if not select.select([wire], [], [], self._collect_seconds)[0]:
            raise TracecError(
                f"collecting the tests took more than {self._collect_seconds:g} s",
                "look for a module that waits or loops when it is imported",
            )
        try:
            while not (messages := wire.receive()):
                pass
            message: dict[str, Any] = messages[0]
        except (EOFError, OSError):
            message = {"fault": "died"}
        if key in message:
            return message
        output = Path(self._folder, "output").read_text("utf-8", "replace")
        raise withheld(explain(message, output, self._python, self._config), self._variables)

    def _send(self, number: int, request: Request, wire: Wire) -> None:
        message = {**asdict(request), "id": number, "memory_mb": self._memory_mb}
        deadline = time.monotonic() + request.seconds + _GRACE if request.seconds else float("inf")
        self._pending[number] = _Pending(request, wire, deadline)
        wire.queue(message)
        self._flush(wire)

    def _flush(self, wire: Wire) -> None:
        try:
            wire.flush()
        except OSError:
            self._lost(wire)

    def _turn(self, end: float | None) -> None:
        ends = [pending.deadline for pending in self._pending.values()] + ([] if end is None else [end])
        wires = [wire for wire in (self._control, self._warm) if wire is not None]
        left = max(0.0, min(ends) - time.monotonic())
        ready, writable, _ = select.select(wires, [w for w in wires if w.waiting], [], min(left, 3600.0))
        for wire in writable:
            self._flush(wire)
        for wire in ready:
            if wire.fileno() >= 0:
                self._receive(wire)
        if any(time.monotonic() >= pending.deadline for pending in self._pending.values()):
            self._give_up(Ended.TIMEOUT, "the guest does not answer")

    def _receive(self, wire: Wire) -> None:
        try:
            messages: list[dict[str, Any]] = wire.receive()
        except (EOFError, OSError, ValueError):
            self._lost(wire)
            return
        for message in messages:
            if pending := self._pending.pop(message.get("id", 0), None):
                self._answered(message, pending)

    def _answered(self, message: dict[str, Any], pending: _Pending) -> None:
        if message["ended"] == Ended.COLD and pending.request.overlay and self._control is not None:
            self._send(message["id"], pending.request, self._control)
            return
        if message["ended"] == Ended.UNCONFINED:
            raise unconfined(message["detail"])
        self._done.append((message["id"], as_reply(message, pending.request)))

    def _lost(self, wire: Wire) -> None:
        # P1 is started again at the next request; where P0 went, everything is.
        if wire is self._warm and self._process is not None and self._process.poll() is None:
            wire.close()
            self._warm = None
            self._fail(Ended.DIED, "the process that held the collected tests has ended", wire)
        else:
            self._give_up(Ended.DIED, "the guest has ended")

    def _give_up(self, ended: Ended, detail: str) -> None:
        self.close()
        self._fail(ended, detail, None)

    def _fail(self, ended: Ended, detail: str, wire: Wire | None) -> None:
        for number, pending in list(self._pending.items()):
            if wire is None or pending.wire is wire:
                del self._pending[number]
                self._done.append((number, Reply((), ended, detail)))
