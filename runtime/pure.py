"""The recorder in Python: streams are lists of values and tokens, one for each thread.

Two ways. Where nothing can see how long a value lives, instrumented code calls `list.append`, and a stream keeps the
values until it is encoded. Else (`careful`) every value that is not plain is pictured at once, and nothing is kept.
"""

from __future__ import annotations

import itertools
import threading
from builtins import len, tuple, type  # as they were at the start: a program may put others there
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from tracec.runtime.picture import FLAT, LONG, PLAIN, picture

Events = Any  # a list, or a deque where only the last events are kept


class Token:
    """Says which segment of which module the stream goes on in."""

    __slots__ = ("module", "segment")

    def __init__(self, module: int, segment: int) -> None:
        self.module, self.segment = module, segment


class Mark:
    """Names one frame of a generator or coroutine."""

    __slots__ = ("number",)
    _numbers = itertools.count(1)

    def __init__(self) -> None:
        self.number = next(self._numbers)


class Turn(Mark):
    """Says that a thread goes on after another one."""

    __slots__ = ()
    _numbers = itertools.count(1)


class Taken(tuple[Any, ...]):
    """A picture that was taken at once."""

    __slots__ = ()


class _Local(threading.local):
    """A stream for each thread, made when the thread first records."""

    def __init__(self, recorder: Recorder) -> None:
        events = recorder.stream()
        self.append = events.append
        recorder.streams.append((len(recorder.streams), events))  # not the thread's id, which the next one may get


class Recorder:
    """The streams, and the hooks that write to them."""

    careful = False

    def __init__(self, keep: int, changed: Callable[[], None]) -> None:
        self.keep, self.changed = keep, changed
        self.streams: list[tuple[int, Events]] = []
        self.local: _Local | None = None
        events = self.stream()
        self.streams.append((0, events))
        self.append: Callable[[Any], None] = events.append
        for name in ("_start_new_thread", "_start_joinable_thread"):
            if hasattr(threading, name):
                setattr(threading, name, self.watched(getattr(threading, name)))

    def stream(self) -> Events:
        return deque(maxlen=self.keep) if self.keep else []

    def hooks(self) -> dict[str, Any]:
        """The hooks by name; others from `changed` on."""
        rec = self.append_later if self.careful else self.append
        keep = self.put_one if self.careful else rec
        return {"rec": rec, "keep": keep, "put": self.put, "val": self.val, "frame": self.frame, "pause": self.pause,
                "resume": self.resume, "again": self.again}  # fmt: skip

    def append_later(self, value: Any) -> None:
        """`append`, whichever it is by then: a careful module's hooks are bound once."""
        self.append(value)

    def token(self, module: int, segment: int) -> Token:
        return Token(module, segment)

    def put_one(self, value: Any) -> None:
        """Record what is not plain as a picture."""
        kind = type(value)
        self.append(value if kind in PLAIN or kind in FLAT or kind is Token or kind is Mark else Taken(picture(value)))

    def put(self, *values: Any) -> None:
        """Record several."""
        for value in values:
            self.put_one(value) if self.careful else self.append(value)

    def val(self, value: Any) -> Any:
        """Record and return: where a walrus is not allowed, or would keep a value alive."""
        self.put_one(value) if self.careful else self.append(value)
        return value

    def frame(self, token: Token) -> Mark:
        """A generator or coroutine begins: gives it a mark of its own."""
        mark = Mark()
        self.append(mark)
        self.append(token)
        return mark

    def pause(self, token: Token, value: Any) -> Any:
        """A generator or coroutine is about to sleep, once what it gives away is known."""
        self.append(token)
        return value

    def resume(self, mark: Mark, value: Any) -> Any:
        """A generator or coroutine goes on, with what was sent."""
        self.append(mark)
        return self.val(value)

    def again(self, mark: Mark, value: Any) -> Any:
        """The same where only calls are recorded: what was sent is not."""
        self.append(mark)
        return value

    def watched(self, launch: Callable[..., Any]) -> Callable[..., Any]:
        def start_thread(*args: Any, **kwargs: Any) -> Any:
            self.split()
            return launch(*args, **kwargs)

        return start_thread

    def split(self) -> None:
        """A second thread is about to start: from now on each thread finds its own stream."""
        if self.local is not None:
            return
        first = self.streams[0]
        self.local = local = _Local(self)
        self.streams[:] = [first]
        local.append = first[1].append

        last = local.append

        def append(value: object) -> None:
            nonlocal last
            mine = local.append
            if mine is not last:
                last = mine
                mine(Turn())
            mine(value)

        self.append = append
        self.changed()

    def size(self) -> int:
        """Events since the last `clear`, in all threads."""
        return sum(len(events) for _, events in self.streams)

    def clear(self) -> None:
        for _, events in self.streams:
            events.clear()

    def taken(self, limit: int) -> list[tuple[int, bool, list[Any]]]:
        """(thread, whether its first events were dropped, events) of each stream, as `marshal` can write them."""
        rows = []
        for thread, events in self.streams:
            if events:
                kept = itertools.islice(events, limit or len(events))  # a thread may go on adding
                rows.append((thread, len(events) == self.keep, encoded(kept)))
        return rows


def encoded(events: Iterable[object]) -> list[Any]:
    """Events -> plain values as they are; (module, segment); (mark,); and pictures of the rest."""
    plain, out = PLAIN, []
    for event in events:
        kind = type(event)
        if kind in plain or (kind in FLAT and len(event) <= LONG):  # type: ignore[arg-type]
            out.append(event)
        elif kind is Token:
            out.append((event.module, event.segment))  # type: ignore[attr-defined]
        elif kind is Mark:
            out.append((event.number,))  # type: ignore[attr-defined]
        elif kind is Turn:
            out.append((event.number,) * 3)  # type: ignore[attr-defined]
        else:
            out.append(tuple(event) if kind is Taken else picture(event))  # type: ignore[arg-type]
    return out
