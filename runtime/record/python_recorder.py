"""The recorder in Python keeps streams as lists of values and tokens, one for each thread.

Two ways. Where nothing can see how long a value lives, instrumented code calls `list.append`, and a stream keeps the
values until it is encoded. Else (`careful`) every value that is not plain is pictured at once, and nothing is kept.
"""

from __future__ import annotations

import itertools
import threading
from builtins import id, len, tuple, type  # as they were at the start: a program may put others there
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from tracec.runtime.record.picture import FLAT_IDS, PLAIN_IDS, Picture, picture
from tracec.runtime.record.picture_texts import HUGE, LASTING, LONG

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


class Hidden:
    """Says that the frame which just began may have variables in cells, and that nobody saw which."""

    __slots__ = ()


HIDDEN = Hidden()


class Turn(Mark):
    """Says that a thread goes on after another one."""

    __slots__ = ()
    _numbers = itertools.count(1)


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
        found: dict[str, Any] = {
            "rec": self.append,
            "keep": self.append,
            "put": self.put,
            "begin": self.begin,
            "val": self.val,
            "frame": self.frame,
        }
        found |= {"pause": self.pause, "resume": self.resume, "again": self.pause}
        return found | self.careful_hooks() if self.careful else found

    def careful_hooks(self) -> dict[str, Any]:
        """Those that keep nothing. They are bound once, so they ask each time for the `append` of the moment."""
        plain = PLAIN_IDS | FLAT_IDS  # a token of ours that a program comes by is a value like others

        def rec(value: Any) -> None:
            self.append(value)

        def keep(value: Any) -> None:
            self.append(value if id(type(value)) in plain else picture(value))

        def val(value: Any) -> Any:
            self.append(value if id(type(value)) in plain else picture(value))
            return value

        def resume(mark: Mark, value: Any) -> Any:
            self.append(mark)
            return val(value)

        return {"rec": rec, "keep": keep, "val": val, "resume": resume, **self.several(keep)}

    def several(self, keep: Callable[[Any], None]) -> dict[str, Any]:
        """Those that record several events: tokens and marks first."""

        def put(*events: Any) -> None:
            told = next((place for place, event in enumerate(events, 1) if type(event) is Token), 0)
            for event in events[:told]:
                self.append(event)
            for value in events[told:]:
                keep(value)

        def begin(token: Token, *values: Any) -> None:
            self.append(token)
            self.append(HIDDEN)
            for value in values:
                keep(value)

        return {"put": put, "begin": begin}

    def token(self, module: int, segment: int, kind: int = 0) -> Token:
        return Token(module, segment)

    def put(self, *values: Any) -> None:
        """Record several."""
        for value in values:
            self.append(value)

    def begin(self, token: Token, *values: Any) -> None:
        """A frame begins that may share variables with others: its cells are out of sight here."""
        self.put(token, HIDDEN, *values)

    def val(self, value: Any) -> Any:
        """Record and return: where a walrus is not allowed."""
        self.append(value)
        return value

    def frame(self, token: Token) -> Mark:
        """A generator or coroutine begins: gives it a mark of its own."""
        mark = Mark()
        self.append(mark)
        self.append(token)
        self.append(HIDDEN)
        return mark

    def pause(self, token: Token | Mark, value: Any) -> Any:
        """A generator or coroutine is about to sleep, once what it gives away is known.

        Or it goes on, with a mark, where only calls are recorded: what was sent is not.
        """
        self.append(token)
        return value

    def resume(self, mark: Mark, value: Any) -> Any:
        """A generator or coroutine goes on, with what was sent."""
        self.append(mark)
        self.append(value)
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

    def start(self, limit: int, keep: int, most: int) -> None:
        """From now on only the last `keep` events are taken; streams that there are already hold more in memory."""
        self.keep = keep

    def clear(self) -> None:
        for _, events in self.streams:
            events.clear()

    def taken(self, limit: int) -> list[tuple[int, bool, list[Any]]]:
        """(thread, whether its first events were dropped, events) of each stream, as `marshal` can write them."""
        rows = []
        for thread, events in self.streams:
            if events:
                count = len(events)  # a thread may go on adding
                first = max(0, count - self.keep) if self.keep else 0
                kept = itertools.islice(events, first, first + limit if limit else count)
                rows.append((thread, bool(self.keep) and count >= self.keep, encoded(kept, taken=self.careful)))
        return rows


def encoded(events: Iterable[object], *, taken: bool = False) -> list[Any]:
    """Events -> plain values as they are; (module, segment); (mark,); four zeros; and pictures of the rest.

    `taken`: tuples are pictures, made at once. (Plain tuples, as the garbage collector soon leaves those alone.)
    """
    plain, flat, out = PLAIN_IDS, FLAT_IDS, []
    for event in events:
        kind = type(event)
        if id(kind) in plain:
            out.append(event if kind is not int or event.bit_length() < HUGE else picture(event))  # type: ignore[attr-defined]
        elif id(kind) in flat and len(event) <= LONG:  # type: ignore[arg-type]
            out.append(event)
        elif kind is Token:
            out.append((event.module, event.segment))  # type: ignore[attr-defined]
        elif kind is Mark:
            out.append((event.number,))  # type: ignore[attr-defined]
        elif kind is Hidden:
            out.append(tuple([0, 0, 0, 0]))  # a tuple of its own: rows do not repeat
        elif kind is Turn:
            out.append((event.number,) * 3)  # type: ignore[attr-defined]
        else:
            out.append(event if taken and kind is tuple else late(picture(event)))
    return out


def late(picture: Picture) -> Picture:
    """A picture that was not taken when the value was given: what can change may have been another then."""
    return picture if picture[3] & LASTING else (*picture[:3], 0, picture[4])
