"""Work on syntax trees that nest too deeply is done in a thread with a larger stack."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
DEPTH = 50_000  # a plain Python compiles 3,000 levels; each becomes up to five when it is recorded
STACK = 256 << 20  # bytes, of address space only: 5 kB for each level


def with_room(work: Callable[[], T]) -> T:
    """What `work` gives; where that takes more than Python's recursion limit, it is done anew with a higher one.

    Raises what `work` raises, RecursionError among that. Before 3.12 the compiler's own recursion, which lives on the
    stack of its thread, follows the same limit, so that thread gets a large one.
    """
    try:
        return work()
    except RecursionError:
        return _in_a_large_thread(work)


def _in_a_large_thread(work: Callable[[], T]) -> T:
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    try:
        sys.setrecursionlimit(max(limit, DEPTH))
        thread = threading.Thread(target=run, daemon=True)  # Ctrl-C need not wait for it
        thread.start()
        thread.join()
    except RuntimeError:
        raise RecursionError("no memory for a larger stack") from None
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failed:
        raise failed[0]
    return done[0]
