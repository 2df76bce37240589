"""A service of models on this machine that misbehaves on purpose: the prompt's last word says how."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DRIPS = 200  # bytes of an answer that drips, one each tenth of a second


def answer(text: str | None, ended: str = "stop", **more: Any) -> dict[str, Any]:
    """What a service sends that works."""
    message = {"role": "assistant", "content": text, **more}
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}
    choices = [{"index": 0, "finish_reason": ended, "message": message}]
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "tiny-1", "choices": choices, "usage": usage}


def fault(message: str, code: str = "") -> dict[str, Any]:
    return {"error": {"message": message, "type": "some_error", "code": code}}


LONG = "This model's maximum context length is 8192 tokens, yours resulted in 9000."
ODD = (
    b'{"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": '
    b'"\\ud83d\\ude00 \\ud800 \\u0000 \xc3\xa9"}}], "model": "tiny-1", "object": "chat.completion"}'
)
# word: (status, body, headers)
ANSWERS: dict[str, tuple[int, Any, dict[str, str]]] = {
    "429": (429, fault("slow down"), {}),
    "429-soon": (429, fault("slow down"), {"Retry-After": "1"}),
    "429-ms": (429, fault("slow down"), {"retry-after-ms": "30"}),
    "429-tomorrow": (429, fault("slow down"), {"Retry-After": "86400"}),
    "quota": (429, fault("You exceeded your current quota, please check your plan", "insufficient_quota"), {}),
    "500": (500, fault("it broke"), {}),
    "502": (502, b"<html>bad gateway</html>", {}),
    "503": (503, fault("overloaded"), {}),
    "401": (401, fault("Incorrect API key provided: sk-test-0123456789"), {}),
    "404": (404, fault("The model tiny-1 does not exist", "model_not_found"), {}),
    "400": (400, fault("messages: wrong role"), {}),
    "overflow": (400, fault(LONG, "context_length_exceeded"), {}),
    "overflow-local": (400, fault("the request exceeds the available context size"), {}),
    "json": (200, b"{not json", {}),
    "shape": (200, {"hello": 1}, {}),
    "no-choices": (200, {**answer("x"), "choices": []}, {}),
    "other": (200, {**answer("fine"), "model": "another-model-9"}, {}),
    "refusal": (200, answer(None, refusal="I cannot help with that"), {}),
    "filter": (200, answer("", "content_filter"), {}),
    "empty": (200, answer(None), {}),
    "cut": (200, answer("half of", "length"), {}),
    "no-usage": (200, {k: v for k, v in answer("fine").items() if k != "usage"}, {}),
    "megabyte": (200, answer("é" * 500_000), {}),
    "unicode": (200, ODD, {}),
    "key": (200, answer("your key is sk-test-0123456789, is it not"), {}),
}  # fmt: skip


class Service(ThreadingHTTPServer):
    """Counts what is asked. `script` are words that come before what the prompt says, one a request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.answered: list[str] = []  # the prompts that got a whole answer
        self.script: list[str] = []
        self.slow = 0.0  # seconds that each answer takes
        self.dropped = threading.Event()  # the other side went away while it dripped
        self.busy = self.most = 0  # requests at once, now and at most
        self.lock = threading.Lock()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Those that go away are no news."""


class Handler(BaseHTTPRequestHandler):
    server: Service
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: Any) -> None:
        """Nothing is logged."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append(body)
            self.server.busy += 1
            self.server.most = max(self.server.most, self.server.busy)
            prompt = body["messages"][-1]["content"]
            word = self.server.script.pop(0) if self.server.script else prompt.rpartition(" ")[2]
        try:
            time.sleep(self.server.slow)
            WAYS.get(word, Handler.plain)(self, word)
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def plain(self, word: str) -> None:
        if word == "date":
            status, body, headers = 429, fault("slow down"), {"Retry-After": formatdate(time.time() + 2, usegmt=True)}
        elif word.startswith("strict") and "temperature" in self.server.asked[-1]:
            status, body, headers = 400, fault("Unsupported parameter: 'max_tokens', use 'max_completion_tokens'"), {}
        else:
            status, body, headers = ANSWERS.get(word, (200, answer(f"you said {word}"), {}))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        if status == 200:
            self.server.answered.append(self.server.asked[-1]["messages"][-1]["content"])

    def reset(self, word: str) -> None:
        """The connection breaks in the middle of an answer."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"id')
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def drip(self, word: str) -> None:
        """No pause is long enough for a timeout between two bytes."""
        self.send_response(200)
        self.send_header("Content-Length", str(DRIPS))
        self.end_headers()
        try:
            for _ in range(DRIPS):
                self.wfile.write(b" ")
                time.sleep(0.1)
        except OSError:
            self.server.dropped.set()

    def hang(self, word: str) -> None:
        time.sleep(20)


WAYS: dict[str, Callable[[Handler, str], None]] = {"reset": Handler.reset, "drip": Handler.drip, "hang": Handler.hang}


@contextmanager
def serving() -> Iterator[Service]:
    """A service that listens as long as the block lasts."""
    service = Service()
    threading.Thread(target=service.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
