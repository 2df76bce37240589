"""Exchanges: the prompts and answers of a run, each written at once into a file of its folder, for this user alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

import msgspec
from msgspec import structs

from tracec.models.reply import ANSWERED, Failure, Outcome, Reply
from tracec.project import private
from tracec.run.purse import NOTHING, Spend

FOLDER = "prompts"
NAME = re.compile(r"(\d{4,})\.json")


class Exchange(msgspec.Struct, frozen=True):
    """One call. `key` is what was asked of whom, `turn` how often that had failed before; `outcome` None: not over.

    `calls`, `tokens` and `usd` are what it cost, at most as long as it is not over; `usd` is None where no price is
    known. `began` is local time, `seconds` how long it took, `tries` how many requests that was. One that is `dropped`
    was among the failures that ended a run: it is asked again when that is gone on with.
    """

    number: int
    role: str
    model: str
    key: str
    turn: int
    sample: int
    temperature: float | None
    most: int
    messages: list[dict[str, str]]
    began: str
    calls: int = 0
    tokens: int = 0
    usd: float | None = None
    seconds: float = 0.0
    tries: int = 0
    outcome: Outcome | None = None
    dropped: bool = False

    @property
    def spend(self) -> Spend:
        """What it cost."""
        return Spend(self.calls, self.tokens, self.usd or 0.0, self.usd is not None)

    @property
    def reply(self) -> Reply | None:
        """What came, whole or not."""
        return self.outcome.reply if isinstance(self.outcome, Failure) else self.outcome

    @property
    def ended(self) -> str:
        """Why it ended, in a word or two."""
        if self.outcome is None:
            return "not over"
        return self.outcome.kind.value if isinstance(self.outcome, Failure) else self.outcome.ended

    @property
    def paid(self) -> bool:
        """True where the model has answered, so that the same need not be asked again."""
        if isinstance(self.outcome, Failure):
            return self.outcome.kind in ANSWERED and not self.dropped
        return self.outcome is not None


class Exchanges:
    """The folder of one run's exchanges. They are numbered in the order in which they begin, from 1."""

    def __init__(self, run: Path) -> None:
        self._run, self.folder = run, private.folder(run, FOLDER)
        self.past = [*exchanges(run)]  # of the run before, where this one goes on with it
        self._number = max((one.number for one in self.past), default=0)

    def next(self) -> int:
        """The number of the exchange that begins."""
        self._number += 1
        return self._number

    def write(self, exchange: Exchange) -> None:
        """As JSON and for people; written over in one step. Raises OSError."""
        path = self.folder / f"{exchange.number:04}.json"
        private.put(path, msgspec.json.format(msgspec.json.encode(exchange)))
        private.put(path.with_suffix(".md"), in_words(exchange).encode())

    def drop(self, keys: Set[tuple[str, int]]) -> None:
        """Failures are not to be taken for answers when the run is gone on with."""
        for one in exchanges(self._run):
            if (one.key, one.turn) in keys and isinstance(one.outcome, Failure):
                self.write(structs.replace(one, dropped=True))


class Past:
    """The exchanges of the run that this one goes on with, by what was asked and how often that had failed before."""

    def __init__(self, found: Sequence[Exchange]) -> None:
        self._all = found
        self._paid = {(one.key, one.turn): one for one in found if one.paid}
        self._keys = {(one.key, one.turn) for one in found}

    def has(self, key: str, turn: int) -> bool:
        """Whether it was asked."""
        return (key, turn) in self._keys

    def take(self, key: str, turn: int) -> Exchange | None:
        """What the model has answered; None where it has not."""
        return self._paid.get((key, turn))

    def spend(self) -> Spend:
        """What all of them cost. One that the run was cut off in may be paid for, so it counts in full."""
        return sum((one.spend for one in self._all), NOTHING)

    def lost(self) -> int:
        """How many were under way when the run was cut off."""
        return sum(one.outcome is None for one in self._all)


def exchanges(run: Path) -> Iterator[Exchange]:
    """The exchanges of a run's folder, in order; one that cannot be read is passed over."""
    folder = run / FOLDER
    names = [path.name for path in folder.iterdir()] if private.is_folder(folder) else []
    for name in sorted(filter(NAME.fullmatch, names), key=lambda name: int(name.partition(".")[0])):
        try:
            yield msgspec.json.decode(private.read(folder / name), type=Exchange)
        except (OSError, msgspec.MsgspecError):
            continue


def now() -> str:
    """Local time, to the second."""
    return time.strftime("%Y-%m-%d %H:%M:%S")


def in_words(exchange: Exchange) -> str:
    """An exchange as a page of Markdown."""
    reply, failure = exchange.reply, exchange.outcome if isinstance(exchange.outcome, Failure) else None
    cost = "unpriced" if exchange.usd is None else f"{exchange.usd:.6f} USD"
    answered = f", answered by {reply.model}" if reply and reply.model != exchange.model else ""
    lines = [
        f"# {exchange.number:04} {exchange.role}: {exchange.model}{answered}",
        f"{exchange.began}, {exchange.seconds:.1f} s, {exchange.tokens:,} tokens, {cost}, ended: {exchange.ended}",
        *(f"## {message['role']}\n\n{message['content']}" for message in exchange.messages),
    ]
    if failure:
        lines.append(f"## failure\n\n{failure.line}")
    if reply:
        lines.append(f"## answer\n\n{reply.text}")
    return "\n\n".join(lines) + "\n"
