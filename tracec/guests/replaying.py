"""ReplayingSuite: a suite whose replies are written into the ledger, and come from there while a run is resumed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from tracec.guests.protocol import Reply, Request, as_reply
from tracec.guests.startup_errors import must_confine
from tracec.guests.suite import Suite
from tracec.run.ledger import Ledger
from tracec.runtime.guest.sandbox import is_confined
from tracec.runtime.outcome import without_addresses

KNOWN = 256  # replies at hand; chosen
NAMES = ("id", "path", "functions")  # in replies


class ReplayingSuite:
    """As a Suite, with `jobs` requests under way at once and the others waiting.

    A reply is written when it is asked for, not when it comes: that order is the same in every run. A request that
    was made before has the same reply, unless this one `repeats`. A guest is started only when something is asked
    that no earlier run knows. Addresses in messages are blotted out, as they differ from run to run.
    """

    def __init__(self, suite: Suite, ledger: Ledger, name: str, jobs: int = 1, *, repeats: bool = False) -> None:
        self._suite, self._ledger, self._name, self._jobs, self._repeats = suite, ledger, name, jobs, repeats
        self.ids: tuple[str, ...] = ()
        self.files: dict[str, str] = {}
        self.confinement = ""
        self._asked: dict[int, Request] = {}
        self._queue: deque[int] = deque()  # requests that were not sent yet
        self._sent: dict[int, int] = {}  # our number -> the suite's
        self._came: dict[int, Reply] = {}  # by the suite's number
        self._known: dict[str, Reply] = {}  # by what was asked
        self._next = 0

    def __enter__(self) -> ReplayingSuite:
        said = self._ledger.event("collected", self._name, self._collected)
        self.files = {test: file and self._suite.paths.real(file) for test, file in said["files"]}
        self.ids, self.confinement = tuple(self.files), said["confinement"]
        return self

    def __exit__(self, *exc: object) -> None:
        self._suite.close()

    @property
    def may_change(self) -> bool:
        """True where changes to the program may run: they are confined, or need not be."""
        return self._suite.unconfined or is_confined(self.confinement)

    def must_confine(self) -> None:
        """TracecError where changes would run without the confinement, and nobody said that they may."""
        must_confine(self.confinement, unconfined_too=self._suite.unconfined)

    def submit(self, request: Request, *, first: bool = False) -> int:
        """Take a request; `wait_for` brings the reply. `first`: before all that were not sent yet."""
        number = self._next
        self._next += 1
        self._asked[number] = request
        self._queue.insert(0 if first else len(self._queue), number)
        self._pump()
        return number

    def wait_for(self, number: int) -> Reply:
        """The reply to a request."""
        request = self._asked.pop(number)
        reply = self._answer(request, lambda: self._awaited(number, request))
        if number in self._queue:
            self._queue.remove(number)
        return reply

    def run(self, request: Request) -> Reply:
        """One request and its reply, before those that wait."""
        return self._answer(request, lambda: self._arrived(self._suite.submit(request)))

    def _collected(self) -> dict[str, Any]:
        self._suite.start()
        return {"files": list(self._suite.files.items()), "confinement": self._suite.confinement}

    def _answer(self, request: Request, make: Callable[[], Reply]) -> Reply:
        key = identity(request)
        if key not in self._known:
            self._known[key] = as_reply(self._ledger.event("reply", f"{self._name} {key}", lambda: as_json(make())))
            if len(self._known) > KNOWN:
                del self._known[next(iter(self._known))]
        return self._known.pop(key) if self._repeats else self._known[key]

    def _pump(self) -> None:
        """Keep as many requests under way as there are jobs."""
        while self._queue and len(self._sent.values() - self._came.keys()) < self._jobs and not self._ledger.replaying:
            number = self._queue.popleft()
            self._sent[number] = self._suite.submit(self._asked[number])

    def _awaited(self, number: int, request: Request) -> Reply:
        if number in self._queue:
            self._queue.remove(number)
            self._sent[number] = self._suite.submit(request)
        return self._arrived(self._sent.pop(number))

    def _arrived(self, sent: int) -> Reply:
        while sent not in self._came:
            number, reply = self._suite.wait()
            self._came[number] = reply
            self._pump()
        return self._came.pop(sent)


def identity(request: Request) -> str:
    """What is asked, whatever the limits of time, and wherever the project is."""
    asked = dataclasses.asdict(dataclasses.replace(request, seconds=0.0, test_seconds=0.0, record=0, artifacts={}))
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:24]


def as_json(reply: Reply) -> Any:
    """A reply in the types of JSON, without addresses and without the log, which is no such type."""
    return {name: part for name, part in steady(dataclasses.asdict(reply)).items() if name != "log"}


def steady(value: Any) -> Any:
    """The same with lists for tuples and no address in any text but names of tests (`test[0x1f]`) and files."""
    if isinstance(value, str):
        return without_addresses(value)
    if isinstance(value, (list, tuple)):
        return [steady(part) for part in value]
    if isinstance(value, dict):
        return {key: part if key in NAMES else steady(part) for key, part in value.items()}
    return value
