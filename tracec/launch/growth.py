"""While a program runs it is said how large its trace grows, and what makes it smaller."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

Say = Callable[[str], object]
OFTEN = 0.5  # seconds between two looks; chosen
PART = 16  # of the bound, from which on it is said: 256 MiB of the 4 GiB that are the default; chosen
UNBOUNDED = 256  # MiB from which on it is said where there is no bound; chosen
ADVICE = "`--grain calls`, `--scope PATH` or `--keep N` (the last N events) make it smaller"


def sizes(megabytes: int) -> Iterator[int]:
    """The sizes in bytes at which it is said: each is twice the one before."""
    size = max((megabytes << 20) // PART, 1 << 20) if megabytes else UNBOUNDED << 20
    while True:
        yield size
        size *= 2


@contextlib.contextmanager
def watched(count: str, megabytes: int, say: Say | None) -> Iterator[None]:
    """While this lasts, what is counted in a file is said as it grows; nothing where nobody listens."""
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(count, megabytes, say, ended), daemon=True)
    if say is not None:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if say is not None:
            thread.join()


def _watch(count: str, megabytes: int, say: Say, ended: threading.Event) -> None:
    start, steps = time.monotonic(), sizes(megabytes)
    wanted, bound = next(steps), f" and ends at {megabytes} MiB" if megabytes else ""
    while not ended.wait(OFTEN):
        with contextlib.suppress(OSError):
            size = int.from_bytes(Path(count).read_bytes(), "little", signed=True)
            if size >= wanted and not (megabytes and size >= megabytes << 20):
                seconds = time.monotonic() - start
                say(f"tracec: the trace has {size >> 20} MiB after {seconds:.0f} s{bound}: {ADVICE}")
                while wanted <= size:
                    wanted = next(steps)
