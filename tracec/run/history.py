"""History: the events of one run in a SQLite file, written as they come, read by the run that goes on from there."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracec.passes.nouns.errors import TracecError
from tracec.project import private

KEPT = 5  # runs whose folders are left when another begins; chosen
FILE = "ledger.sqlite"
PROOF = "proof"  # the file that says that this user made a folder
NAME = re.compile(r"\d{8}-\d{6}-\d+")  # of a run's folder: when it began, and its process
OURS = re.compile(  # files in it
    rf"{PROOF}|{re.escape(FILE)}(-journal)?|\w+\.trace(\.\d+(-\d+)?)?(\.live|\.tmp)?|\d{{4,}}\.(json|md)|\.[0-9a-f]{{16}}\.tmp"
)
TABLES = """
create table setting (name text primary key, value text not null);
create table event (
    number integer primary key, seconds real not null, kind text not null, key text not null, data blob not null
);
create table attempt (
    number integer primary key, base text not null, candidate text not null, operator text not null,
    cost real not null, ended text not null, passed integer not null, failed integer not null, why text not null
);
"""
# What the page of a run is made of, beside the attempts; no run that goes on reads it.
TOLD = """
create table if not exists moment (number integer primary key, seconds real not null, engine text not null);
create table if not exists note (
    kind text not null, key text not null, seconds real not null, data blob not null, primary key (kind, key)
);
"""
TRACES_KEPT = 16 << 20  # bytes of traces that a solved run keeps for its page, the first ones; chosen
Row = tuple[str, str, str, float, str, int, int, str]  # of an attempt, without its number


@dataclass(frozen=True, slots=True)
class Event:
    """Something that came from outside: `seconds` after the run began; `key` tells what was asked."""

    number: int
    seconds: float
    kind: str
    key: str
    data: Any


class History:
    """Events and attempts of a run. A killed process loses nothing that was written."""

    def __init__(self, folder: Path, *, new: bool) -> None:
        self.folder = folder
        self._base = sqlite3.connect(folder / FILE, isolation_level=None, timeout=0.0)
        # The file is this process's alone. What the system has taken survives the process, and that is enough.
        self._base.execute("pragma locking_mode = exclusive")
        self._base.execute("pragma synchronous = off")
        self._base.execute("begin immediate")
        for statement in (TABLES * new + TOLD).split(";"):
            self._base.execute(statement)
        self.commit()

    def commit(self) -> None:
        """Write what came since the last time."""
        self._base.execute("commit")
        self._base.execute("begin immediate")

    def close(self) -> None:
        """Write, and give the file free."""
        self._base.execute("commit")
        self._base.close()

    def settings(self) -> dict[str, str]:
        """What the run was asked to do, and its `status`."""
        return dict(self._base.execute("select name, value from setting"))

    def set(self, **settings: str) -> None:
        """Change settings, at once."""
        self._base.executemany("insert or replace into setting values (?, ?)", settings.items())
        self.commit()

    def add(self, event: Event) -> None:
        """Write an event, at once."""
        row = event.number, event.seconds, event.kind, event.key, packed(event.data)
        self._base.execute("insert into event values (?, ?, ?, ?, ?)", row)
        self.commit()

    def events(self) -> Iterator[Event]:
        """All events in order, read as they are asked for."""
        number = 0
        while row := self._base.execute("select * from event where number = ?", (number,)).fetchone():
            yield Event(row[0], row[1], row[2], row[3], unpacked(row[4]))
            number += 1

    def cut(self, kind: str) -> None:
        """Forget the first event of a kind and all after it."""
        (first,) = self._base.execute("select min(number) from event where kind = ?", (kind,)).fetchone()
        if first is not None:
            self._base.execute("delete from event where number >= ?", (first,))
            self.commit()

    def go_back(self) -> None:
        """Forget the events and attempts from those on that the setting `back` names, if there is one."""
        back = self.settings().get("back", "")
        if not back:
            return
        number, attempts = map(int, back.split())
        self._base.execute("delete from event where number >= ?", (number,))
        for table in ("attempt", "moment"):
            self._base.execute(f"delete from {table} where number >= ?", (attempts,))
        self.set(back="")

    def attempt(self, number: int, row: Row, seconds: float = 0.0, engine: str = "") -> bool:
        """Write an attempt with the next event, and when it ended; False where another is written in its place."""
        old = self._base.execute("select * from attempt where number = ?", (number,)).fetchone()
        if old is None:
            self._base.execute(f"insert into attempt values ({', '.join('?' * 9)})", (number, *row))
            self._base.execute("insert or replace into moment values (?, ?, ?)", (number, seconds, engine))
        return old is None or tuple(old[1:]) == row

    def note(self, event: Event, *, anew: bool) -> None:
        """Write something for the page, with the next event. Of one kind and key the first stays, or the last."""
        row = event.kind, event.key, event.seconds, packed(event.data)
        self._base.execute(f"insert or {'replace' if anew else 'ignore'} into note values (?, ?, ?, ?)", row)

    def notes(self) -> Iterator[Event]:
        """What was noted, in its order."""
        for number, row in enumerate(self._base.execute("select * from note order by seconds, rowid")):
            yield Event(number, row[2], row[0], row[1], unpacked(row[3]))

    def moments(self) -> Mapping[int, tuple[float, str]]:
        """Attempt -> the seconds after which it ended, and which engine had made it."""
        return {row[0]: (row[1], row[2]) for row in self._base.execute("select * from moment")}

    def attempts(self) -> Sequence[tuple[Any, ...]]:
        """All attempts, in order."""
        return self._base.execute("select * from attempt order by number").fetchall()

    def shrink(self) -> None:
        """Of a run that nobody will go on with: keep what was asked and tried and the first traces, drop the rest."""
        self._base.execute("delete from event")
        self._base.execute("commit")
        self._base.execute("vacuum")
        self._base.execute("begin immediate")
        kept = 0
        for path in sorted(self.folder.glob("*.trace"), key=lambda path: (len(path.name), path.name)):
            kept += path.stat().st_size
            if kept > TRACES_KEPT:
                path.unlink()


def packed(data: Any) -> bytes:
    """What JSON can say, in few bytes."""
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 1)


def unpacked(data: bytes) -> Any:
    """The same again."""
    return json.loads(zlib.decompress(data))


def begin(runs: Path, settings: Mapping[str, str]) -> History:
    """A new run in a folder of its own below `runs`; the oldest ones are removed. Raises OSError."""
    for old in past(runs)[: -KEPT + 1]:
        if not busy(old):
            private.clear(old, OURS.fullmatch)
    folder = runs / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    said = private.proof("run", os.path.realpath(folder))
    folder.mkdir(0o700)
    for name, text in ((PROOF, said), (FILE, "")):
        with open(private.new(folder / name), "w", encoding="ascii") as file:
            file.write(text)
    history = History(folder, new=True)
    history.set(**settings, status="running")
    return history


def latest(runs: Path, settings: Mapping[str, str]) -> History:
    """The last run that was asked the same and is not running; TracecError where there is none.

    Where the files have changed since, the error says so.
    """
    changed = False
    for folder in reversed(past(runs)):
        history = opened(folder)
        if history is None:
            continue
        known = history.settings()
        if all(known.get(name) == value for name, value in settings.items()):
            history.go_back()
            return history
        changed = changed or {name for name, value in settings.items() if known.get(name) != value} == {"files"}
        history.close()
    if changed:
        raise TracecError("the files have changed since that run", "start anew, without --resume")
    raise TracecError("no run to go on with", "give the same paths and options as the run that was cut off")


def past(runs: Path) -> list[Path]:
    """The folders of runs that this user made, oldest first.

    A repository may bring folders that look like it. SQLite removes what a journal names, so not one is opened.
    """
    if not private.is_folder(runs):
        return []
    return sorted(folder for folder in runs.iterdir() if NAME.fullmatch(folder.name) and made_here(folder))


def made_here(folder: Path) -> bool:
    """Whether a folder holds a history, and the proof that this user began it."""
    if not private.is_folder(folder) or not private.is_file(folder / FILE):
        return False
    try:
        said = private.read(folder / PROOF).decode("ascii", "replace")
    except OSError:
        return False
    return private.proves(said, "run", os.path.realpath(folder))


def opened(folder: Path) -> History | None:
    """The history in a run's folder; None where it is damaged, or where a process writes it."""
    try:
        return History(folder, new=False)
    except sqlite3.Error:
        return None


def busy(folder: Path) -> bool:
    """True where a process writes a run's history."""
    try:
        History(folder, new=False).close()
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except sqlite3.Error:
        return False
    return False
