"""A proxy before a service of models: each account has its own address, its calls are counted, and cut at its budget.

An account's address is `BASE/ACCOUNT/optimizer/v1`, for the optimizer's calls, or `BASE/ACCOUNT/program/v1`, for those
that the program under optimisation makes itself. The latter are counted apart and have no budget; as they are made at
temperature 0, the same request gets the same answer without being asked twice.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from serving import JSON, listening, send

FAULTS = 6  # failed requests for each call of the budget, before the account is closed; chosen
OVER = {"error": {"message": "the budget of calls is used up", "type": "invalid_request_error", "code": "budget"}}
UNKNOWN = {"error": {"message": "there is no such account or address", "type": "invalid_request_error", "code": "path"}}
Answer = tuple[int, bytes]


@dataclass
class Account:
    """What an arm may ask, and what it asked. Seconds are those in which its requests waited for the service."""

    budget: int
    calls: int = 0  # answered by the service
    busy: int = 0  # under way
    failed: int = 0  # turned down by the service, or lost
    refused: int = 0  # not forwarded: over the budget
    read: int = 0  # tokens of prompts
    written: int = 0  # tokens of answers
    seconds: float = 0.0
    program_calls: int = 0
    program_fresh: int = 0  # of these, those that were not answered before
    program_failed: int = 0
    program_read: int = 0
    program_written: int = 0
    program_seconds: float = 0.0

    @property
    def open(self) -> bool:
        """Whether one more call may be made."""
        return self.calls + self.busy < self.budget and self.failed < FAULTS * max(1, self.budget)

    def told(self) -> dict[str, Any]:
        """All numbers, for a file."""
        return asdict(self)


class Proxy(ThreadingHTTPServer):
    """Stands between `base`, a service that speaks OpenAI's protocol, and everybody that is compared."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, base: str, key: str, call_seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.base, self.key, self.call_seconds = base.rstrip("/"), key, call_seconds
        self.accounts: dict[str, Account] = {}
        self.known: dict[bytes, Answer] = {}  # what programs were answered
        self.lock = threading.Lock()

    def opened(self, name: str, budget: int) -> Account:
        """A new account."""
        account = self.accounts[name] = Account(budget)
        return account

    def address(self, name: str, role: str) -> str:
        """What is given as the base of the service; `role` is optimizer or program."""
        return f"http://127.0.0.1:{self.server_port}/{name}/{role}/v1"

    def optimizer(self, account: Account, body: bytes) -> Answer:
        """A call of an optimizer, if there is one left."""
        with self.lock:
            if not account.open:
                account.refused += 1
                return 401, json.dumps(OVER).encode()
            account.busy += 1
        status, answer, seconds = self.forwarded(body)
        with self.lock:
            account.busy -= 1
            account.seconds += seconds
            if status == 200:
                account.calls += 1
                read, written = usage(answer)
                account.read += read
                account.written += written
            else:
                account.failed += 1
        return status, answer

    def program(self, account: Account, body: bytes) -> Answer:
        """A call of the program."""
        with self.lock:
            account.program_calls += 1
            known = self.known.get(body)
        if known:
            return known
        status, answer, seconds = self.forwarded(body)
        with self.lock:
            account.program_fresh += 1
            account.program_seconds += seconds
            account.program_failed += status != 200
            if status == 200:
                self.known[body] = status, answer
                read, written = usage(answer)
                account.program_read += read
                account.program_written += written
        return status, answer

    def forwarded(self, body: bytes) -> tuple[int, bytes, float]:
        """What the service answers, and the seconds it took."""
        headers = {"Content-Type": JSON, "Authorization": f"Bearer {self.key}"}
        request = urllib.request.Request(f"{self.base}/chat/completions", body, headers)
        start = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=self.call_seconds) as response:
                status, answer = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, answer = error.code, error.read()
        except OSError as error:
            said = {"error": {"message": f"the service does not answer: {error}", "type": "server_error", "code": None}}
            status, answer = 502, json.dumps(said).encode()
        return status, answer, time.monotonic() - start

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Those that go away while they wait are no news."""


def usage(answer: bytes) -> tuple[int, int]:
    """Tokens read and written, as the service counted them; 0 where it did not."""
    try:
        found: Mapping[str, Any] = json.loads(answer).get("usage") or {}
    except (ValueError, AttributeError):
        return 0, 0
    return int(found.get("prompt_tokens") or 0), int(found.get("completion_tokens") or 0)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Proxy
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: Any) -> None:
        """Nothing is logged."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name, _, rest = self.path.strip("/").partition("/")
        role, _, what = rest.partition("/")
        account = self.server.accounts.get(name)
        roles = {"optimizer": self.server.optimizer, "program": self.server.program}
        if account is None or role not in roles or not what.endswith("chat/completions"):
            status, answer = 404, json.dumps(UNKNOWN).encode()
        else:
            status, answer = roles[role](account, body)
        send(self, status, answer)


@contextmanager
def counting(base: str, key: str = "", call_seconds: float = 600.0) -> Iterator[Proxy]:
    """A proxy that listens as long as the block lasts; `call_seconds`: the wall time of one call at most."""
    proxy = Proxy(base, key, call_seconds)
    with listening(proxy):
        yield proxy
