"""A service on this machine: it listens as long as a block lasts, and answers a request with JSON."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

JSON = "application/json"


@contextmanager
def listening(server: HTTPServer) -> Iterator[None]:
    """Let a server answer in a thread of its own; at the end it is closed."""
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, data: bytes) -> None:
    """Answer a request."""
    handler.send_response(status)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)
