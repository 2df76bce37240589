"""Two traces -> where two runs differ: in a value, or in the path that was taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tracec.passes.nouns.trace import Trace

WINDOW = 2000  # steps within which two paths are looked at for where they meet again; chosen
AGREE = 3  # steps that must agree there; chosen
ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")
PLACE = re.compile(r"(<(?:function|method) [^ >]*) at [^>]*:\d+>")  # lines move when a program is changed
SETS = frozenset(["set", "frozenset"])
# Functions whose results no two runs share: clocks, identities, random names.
# fmt: off
APART = frozenset({
    "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time",
    "process_time_ns", "thread_time", "now", "utcnow", "today", "id", "hash", "getpid", "getppid", "get_ident",
    "get_native_id", "uuid1", "uuid4", "urandom", "token_hex", "token_bytes", "token_urlsafe", "mkdtemp", "mkstemp",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Difference:
    """A pair of nodes that differ by their `value`, or at which the `path` is another, or one run `ends`; -1: the end.

    `follows`: a value that comes from others which differ already.
    """

    kind: Literal["value", "path", "ends"]
    one: int
    other: int
    follows: bool = False


def differences(one: Trace, other: Trace) -> Iterator[Difference]:
    """Find where two runs differ, in their order. What no two runs share, such as times, and what comes of it is left
    out, but for the ways that it leads to."""
    return Comparison(one, other).found()


class Steps:
    """A run as a tree: for each frame its nodes, and the frames that it entered, as -2 - frame, in their order."""

    def __init__(self, trace: Trace, by_text: bool) -> None:
        self.trace, self.by_text = trace, by_text
        self.inside: dict[int, list[int]] = {-1: []}
        for node in range(trace.imported, len(trace)):
            self.enter(trace.columns.frame[node])
            self.inside[trace.columns.frame[node]].append(node)

    def enter(self, frame: int) -> None:
        """Note where a frame, and those around it, begin."""
        new = []
        while frame not in self.inside:
            new.append(frame)
            frame = self.trace.frames[frame].parent
        for frame in reversed(new):
            self.inside[frame] = []
            self.inside[self.trace.frames[frame].parent].append(-2 - frame)

    def key(self, step: int) -> Any:
        """What a step has in common with the same step of another run."""
        if step < 0:
            frame = self.trace.frames[-2 - step]
            return frame.path, frame.function
        site = self.trace.columns.table[self.trace.columns.site[step]]
        return (site.kind, site.text) if self.by_text else (site.kind, site.span)

    def first(self, steps: Sequence[int]) -> int:
        """The first node of some steps, -1 where there is none: a frame is there because something in it is."""
        while steps and steps[0] < 0:
            steps = self.inside[-2 - steps[0]]
        return steps[0] if steps else -1


class Comparison:
    """Two runs side by side, and which values differ so far."""

    def __init__(self, one: Trace, other: Trace) -> None:
        texts = [{module.path: module.lines for module in trace.modules} for trace in (one, other)]
        by_text = any(texts[1].get(path, lines) != lines for path, lines in texts[0].items())
        self.one, self.other = Steps(one, by_text), Steps(other, by_text)
        self.differ: dict[int, bool] = {}  # nodes of the first run, and whether no two runs share their value

    def found(self) -> Iterator[Difference]:
        """Go through both from frame to frame: what is called last in, first out."""
        todo = [self.pairs(-1, -1)]
        while todo:
            for pair in todo[-1]:
                if isinstance(pair, Difference):
                    yield pair
                elif pair[0] < 0:
                    todo.append(self.pairs(-2 - pair[0], -2 - pair[1]))
                    break
                elif found := self.compared(*pair):
                    yield found
            else:
                todo.pop()

    def pairs(self, one: int, other: int) -> Iterator[tuple[int, int] | Difference]:
        """Pair the steps of two frames; where the paths part, say so, and go on where they meet again."""
        mine, theirs = self.one.inside[one], self.other.inside[other]
        mine_keys, their_keys = [self.one.key(s) for s in mine], [self.other.key(s) for s in theirs]
        i = j = 0
        while i < len(mine) and j < len(theirs):
            if mine_keys[i] == their_keys[j]:
                yield mine[i], theirs[j]
                i, j = i + 1, j + 1
                continue
            yield Difference("path", self.one.first(mine[i : i + 1]), self.other.first(theirs[j : j + 1]))
            here, (i, j) = i, meeting(mine_keys, their_keys, i, j)
            self.apart(mine[here : here + 1], mine[i : i + 1])
        if i < len(mine) or j < len(theirs):
            yield Difference("ends", self.one.first(mine[i : i + 1]), self.other.first(theirs[j : j + 1]))

    def apart(self, start: Sequence[int], end: Sequence[int]) -> None:
        """Note that what the first run did on a way of its own differs: from one step to another, or to the end."""
        first, last = self.one.first(start), self.one.first(end) if end else self.one.first(start) + 1
        for node in range(first, last) if first >= 0 else ():
            self.differ.setdefault(node, False)

    def compared(self, one: int, other: int) -> Difference | None:
        """Compare the values of a pair; None where they are alike, or cannot be compared."""
        trace, there = self.one.trace, self.other.trace
        columns = trace.columns
        mine = columns.values[one]
        sources = [s for s in columns.inputs[columns.first[one] : columns.first[one + 1]] if s in self.differ]
        unlike = not alike(mine, there.columns.values[other])
        if not unlike and (mine is not None or not sources):  # what changes an object gives None
            return None
        site = columns.table[columns.site[one]]
        clock = site.kind == "call" and site.attr in APART and not sources
        self.differ[one] = apart = clock or (bool(sources) and all(self.differ[source] for source in sources))
        return Difference("value", one, other, bool(sources)) if unlike and not apart else None


def meeting(mine: Sequence[Any], theirs: Sequence[Any], i: int, j: int) -> tuple[int, int]:
    """Find where two rows of steps agree again, as near as can be; their ends where they do not."""
    places: dict[Any, list[int]] = {}
    for place in range(j, min(len(theirs), j + WINDOW)):
        places.setdefault(theirs[place], []).append(place)
    best = len(mine), len(theirs)
    for near in range(i, min(len(mine), i + WINDOW)):
        if near - i >= best[0] - i + best[1] - j:
            break
        for place in places.get(mine[near], ()):
            if near + place < sum(best) and mine[near : near + AGREE] == theirs[place : place + AGREE]:
                best = near, place
                break
    return best


def alike(one: Any, other: Any) -> bool:
    """Tell whether two are the same plain value, or pictures that look the same, addresses and orders of sets apart."""
    if type(one) is not type(other):
        return False
    if type(one) is tuple:
        return (one[0], one[4]) == (other[0], other[4]) and (one[1] == other[1] or looks(one) == looks(other))
    return bool(one == other) or (one != one and other != other) or looks_of(one) == looks_of(other)


def looks(picture: tuple[str, str, int, int, int]) -> Any:
    """What can be compared of a picture's text."""
    text = PLACE.sub(r"\1>", ADDRESS.sub("0x", picture[1]))
    return sorted(re.split(r", |[{}]", text)) if picture[0] in SETS else text


def looks_of(value: Any) -> Any:
    """What can be compared of a plain value."""
    return ADDRESS.sub("0x", value) if isinstance(value, str) else value
