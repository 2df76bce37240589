"""A process below a recorded one asks the one that records: it instruments, so that nobody else need."""

from __future__ import annotations

import marshal
from typing import Any

SECONDS = 600.0  # that a file may take to be instrumented: one of 100,000 lines takes 50; chosen


def ask(socket_name: str, question: tuple[Any, ...]) -> Any:
    """The answer of the process that records. Raises OSError, EOFError and ValueError where there is none."""
    if not socket_name:
        raise FileNotFoundError("it does not listen")
    import _socket

    channel = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        channel.settimeout(SECONDS)
        channel.connect(socket_name)
        channel.sendall(marshal.dumps(question))
        channel.shutdown(_socket.SHUT_WR)
        return marshal.loads(b"".join(iter(lambda: channel.recv(1 << 16), b"")))
    finally:
        channel.close()
