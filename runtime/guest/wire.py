"""Messages go between processes as length-prefixed JSON over a stream socket; the sender never blocks."""

from __future__ import annotations

import json
import socket
import struct
from collections import deque
from collections.abc import Mapping, Sequence

Message = dict[str, object]
_HEAD = struct.Struct("!I")


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

    def queue(self, message: Mapping[str, object]) -> None:
        """Put a message in line for `flush`."""
        body = json.dumps(message).encode()
        self._out += _HEAD.pack(len(body)) + body

    def flush(self) -> None:
        """Send what goes without waiting. OSError where the other end is gone."""
        while self._out:
            try:
                sent = self.sock.send(self._out, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            del self._out[:sent]

    def receive(self) -> list[Message]:
        """Read once (waiting if nothing is there) and return the messages now complete; EOFError at the end."""
        data, fds, _, _ = socket.recv_fds(self.sock, 1 << 16, 4)
        self.fds.extend(fds)
        if not data:
            raise EOFError
        self._in += data
        return self._whole()

    def _whole(self) -> list[Message]:
        messages = []
        while len(self._in) >= _HEAD.size:
            end = _HEAD.size + _HEAD.unpack_from(self._in)[0]
            if len(self._in) < end:
                break
            messages.append(json.loads(self._in[_HEAD.size : end]))
            del self._in[:end]
        return messages

    def close(self) -> None:
        """Close this end."""
        self.sock.close()
