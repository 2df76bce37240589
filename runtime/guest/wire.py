"""Messages go between processes as length-prefixed JSON over a stream socket; the sender never blocks.

A reply may have bytes besides, the log of what was recorded: they follow the JSON as they are.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections import deque
from collections.abc import Mapping, Sequence

Message = dict[str, object]
LARGEST = 1 << 28  # bytes of a message, and of a log: requests hold texts of files, replies what tests said
_HEAD = struct.Struct("!II")  # bytes of JSON, bytes of the log


# What a child says to the process that forked it.
_FRAMES: dict[str, type] = {
    "begin": str,
    "outcome": dict,
    "trial": int,
    "functions": list,
    "tried": list,
    "probe": dict,
    "ended": str,
    "detail": str,
}


def check_frame(frame: Mapping[str, object]) -> None:
    """ValueError unless these are the words of a child in their types. The parent looks at what is in them."""
    if not frame or any(type(value) is not _FRAMES.get(name) for name, value in frame.items()):
        raise ValueError("no frame")
    if ("ended" in frame) != ("detail" in frame):
        raise ValueError("no end")


class Wire:
    """One end of a socket pair. `fds` holds file descriptors that came along, oldest first."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.fds: deque[int] = deque()
        self._in = bytearray()
        self._out = bytearray()

    def fileno(self) -> int:
        """For poll and select."""
        return self.sock.fileno()

    @property
    def waiting(self) -> bool:
        """True while something queued has not left yet."""
        return bool(self._out)

    def send(self, message: Mapping[str, object], fds: Sequence[int] = ()) -> None:
        """Send all of a message, waiting as long as it takes. OSError where the other end is gone."""
        self.queue(message)
        if fds:
            sent = socket.send_fds(self.sock, [bytes(self._out)], list(fds))
            del self._out[:sent]
        self.sock.sendall(self._out)
        self._out.clear()

    def queue(self, message: Mapping[str, object], log: bytes = b"") -> None:
        """Put a message in line for `flush`. The other end finds the log in it, as `log`."""
        body = json.dumps(message).encode()
        self._out += _HEAD.pack(len(body), len(log)) + body
        self._out += log

    def flush(self) -> None:
        """Send what goes without waiting. OSError where the other end is gone."""
        while self._out:
            try:
                sent = self.sock.send(self._out, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            del self._out[:sent]

    def receive(self) -> list[Message]:
        """Read once (waiting if nothing is there) and return the messages now complete.

        EOFError at the end, ValueError where the other end sends something else.
        """
        data, fds, _, _ = socket.recv_fds(self.sock, 1 << 16, 4)
        self.fds.extend(fds)
        if not data:
            raise EOFError
        self._in += data
        return self._whole()

    def _whole(self) -> list[Message]:
        messages = []
        while len(self._in) >= _HEAD.size:
            lengths = _HEAD.unpack_from(self._in)
            if max(lengths) > LARGEST:
                raise ValueError(f"a message of {sum(lengths)} bytes")
            text = _HEAD.size + lengths[0]
            end = text + lengths[1]
            if len(self._in) < end:
                break
            log: Message = {"log": bytes(self._in[text:end])} if lengths[1] else {}
            messages.append(_decoded(bytes(self._in[_HEAD.size : text])) | log)
            del self._in[:end]
        return messages

    def close(self) -> None:
        """Close this end, and the descriptors that came and that nobody took."""
        self.sock.close()
        while self.fds:
            os.close(self.fds.popleft())


def _decoded(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except RecursionError:
        raise ValueError("a message of too many levels") from None
    if type(message) is not dict:
        raise ValueError("a message that is no object")
    return message
