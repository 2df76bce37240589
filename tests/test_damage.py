"""Logs that somebody damaged or made up: a trace, or an error for the user; never the end of the interpreter."""

from __future__ import annotations

import io
import json
import marshal
import os
import random
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.command import tracec
from tracec.guests.protocol import Request, Swap, as_reply
from tracec.guests.suite import Suite
from tracec.passes.nouns.errors import TracecError
from tracec.recording.merge_spools import merge
from tracec.recording.trace_store import load
from tracec.runtime.guest.wire import LARGEST, Message, Wire
from tracec.runtime.record import log as logs
from tracec.runtime.record.decode import AGAIN, DICT, ERROR, LIST, LONG_STR, MADE, SHAPE, STR, decode
from tracec.runtime.record.rows import Records, Torn
from tracec.view.trace_formats import as_text

PROGRAM = """
import dataclasses, threading
@dataclasses.dataclass
class Point:
    x: int
    y: float
def work(n, *rest, key=None):
    found = [Point(i, i / 3) for i in range(n)]
    text = {"a": found, "b": "x" * 300, 3: (1, 2 + 1j, 10 ** 40, None, True, b"bytes" * 100, "é\\ud800")}
    try:
        found[n]
    except IndexError as error:
        text[error.args] = error
    for value in (x for x in found if x.x % 2):
        value.y += n
    return sorted(map(str, text))
thread = threading.Thread(target=work, args=(2,))
thread.start(); thread.join()
class Own(list): pass
print(work(5, 1, key=Own([1, [2, [3, [4, [5]]]]])))
"""
ROUNDS = 400  # logs damaged in each way


@pytest.fixture(scope="module", params=["c", "python"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The log of a program, by either recorder."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "p.py").write_text(PROGRAM)
    said = tracec(folder, "run", "--record", "t.trace", "p.py", TRACEC_PURE="1" if request.param == "python" else "")
    assert said.code == 0, said.err
    assert [len(trace) > 100 for trace in load(folder / "t.trace")] == [True]
    return (folder / "t.trace").read_bytes()


def read(file: Path) -> str:
    """What becomes of a log: `trace`, or the error; anything else is raised."""
    try:
        for trace in load(file):
            for _ in as_text(trace, list(trace.nodes)[:50]):
                pass
    except TracecError as error:
        return str(error)
    return "trace"


def damaged(whole: bytes, kind: str, draw: random.Random) -> bytes:
    data = bytearray(whole)
    first = len(logs.START)
    if kind == "cut off":
        return bytes(data[: draw.randrange(len(data))])
    for _ in range(draw.choice([1, 1, 2, 8])):
        place = draw.randrange(first, len(data))
        if kind == "flipped":
            data[place] ^= 1 << draw.randrange(8)
        elif kind == "written over":
            data[place : place + 4] = bytes(draw.randrange(256) for _ in range(4))
        elif kind == "doubled":
            data[place:place] = data[place : place + draw.randrange(1, 60)]
        else:
            del data[place : place + draw.randrange(1, 60)]
    return bytes(data)


@pytest.mark.parametrize("kind", ["cut off", "flipped", "written over", "doubled", "left out"])
def test_a_damaged_log_is_a_trace_or_an_error(whole: bytes, tmp_path: Path, kind: str) -> None:
    draw, found = random.Random(kind), []
    for _ in range(ROUNDS):
        (tmp_path / "t.trace").write_bytes(damaged(whole, kind, draw))
        found.append(read(tmp_path / "t.trace"))
    assert {"trace"} < set(found)  # some can be read all the same, and others cannot


def test_a_damaged_spool_is_merged_or_left(whole: bytes, tmp_path: Path) -> None:
    draw = random.Random(1)
    for _ in range(ROUNDS // 4):
        (tmp_path / "t.trace").write_bytes(whole)
        spool = damaged(whole, draw.choice(["flipped", "cut off", "left out"]), draw)
        (tmp_path / "t.trace.12").write_bytes(spool)
        merged = merge(tmp_path / "t.trace")
        assert (tmp_path / "t.trace.12").exists() is bool(merged.left)
        assert bool(merged.problem) is bool(merged.left)
        read(tmp_path / "t.trace")


# Made up, to end whoever reads it.


def small(value: Any) -> bytes:
    return marshal.dumps(value)


CRAFTED = {
    "a list of two thousand million items": b"[\xff\xff\xff\x7f",
    "bytes of two thousand million": b"s\xff\xff\xff\x7f",
    "a length below nothing": b"s\xff\xff\xff\xff",
    "lists within lists": b"[\x01\x00\x00\x00" * 100_000,
    "tuples within tuples": b")\x01" * 100_000,
    "a code object": marshal.dumps(compile("1", "", "exec")),
    "a set": marshal.dumps({1}),
    "a dict": marshal.dumps({1: 2}),
    "an int of a million digits": b"l\x40\x42\x0f\x00" + b"\xff\x7f" * 1_000_000,
    "a digit that is none": b"l\x01\x00\x00\x00\xff\xff",
    "nothing at all": b"0",
    "an unknown number": b"r\x05\x00\x00\x00",
    "a list that holds itself": b"\xdb\x01\x00\x00\x00r\x00\x00\x00\x00",
    "no UTF-8": b"u\x01\x00\x00\x00\xff",
    "no ASCII": b"z\x01\xff",
    "a record of no kind": small(("other", 1)),
    "a record with too little": small(("part", 1)),
    "a record with the wrong types": small(("part", b"", 1)),
    "a thread below nothing": small(("part", -1, b"")),
    "a chapter of numbers": small(("chapter", "x", [1])),
    "a row of the wrong types": small(("chapter", "x", [(0, 0, [])])),
    "a chunk that is a text": small(("chapter", "x", [(0, False, ["x"])])),
    "an event that is a list": small(("chapter", "x", [(0, False, [[[1]]])])),
    "a token of texts": small(("chapter", "x", [(0, False, [[("a", "b")]])])),
    "a picture of numbers": small(("chapter", "x", [(0, False, [[(1, 2, 3, 4, 5)]])])),
    "an event of seven": small(("chapter", "x", [(0, False, [[(1, 2, 3, 4, 5, 6, 7)]])])),
    "a segment that is not there": small(("chapter", "x", [(0, False, [[(0, 10**6)]])])),
    "a module that is not there": small(("chapter", "x", [(0, False, [[(10**6, 0), 1]])])),
}


@pytest.mark.parametrize("name", CRAFTED)
def test_made_up_records(tmp_path: Path, name: str) -> None:
    file = tmp_path / "t.trace"
    file.write_bytes(logs.START + small(("process", "1-1", "p", "", 0)) + CRAFTED[name])
    began = time.monotonic()
    said = read(file)
    torn = "two thousand million" in name or "digits" in name  # as a process leaves it that was ended
    assert said.startswith(f"{file}: ") or (torn and said == "trace"), said
    assert time.monotonic() - began < 20


def head(kind: int, *numbers: int) -> bytes:
    return bytes([kind, *numbers])


CHUNKS = {
    "lists within lists": head(LIST, 1, 1, 1) * 60_000,
    "dicts within dicts": head(DICT, 1, 1, 1) * 60_000,
    "errors within errors": head(ERROR, 1, 1, 65) * 60_000,
    "classes within classes": head(MADE, 1, 1, 65) * 60_000,
    "shapes within shapes": head(SHAPE, 1, 0, 1, 65, 0) * 60_000,
    "a number without an end": head(STR) + b"\xff" * 200_000,
    "a text beyond the end": head(STR, 100, 65),
    "a container of a million": head(LIST, 1) + b"\xc0\x84\x3d" * 2,
    "a name of a hundred thousand": head(LONG_STR, 1) + b"\xa0\x8d\x06" + b"x" * 100_000,
    "a slot that is empty": head(AGAIN, 9),
    "no kind": head(200),
}


@pytest.mark.parametrize("name", CHUNKS)
def test_made_up_events(tmp_path: Path, name: str) -> None:
    file = tmp_path / "t.trace"
    file.write_bytes(logs.START + small(("process", "1-1", "p", "", 0)) + small(("part", 0, CHUNKS[name])))
    began = time.monotonic()
    assert read(file).startswith(f"{file}: ")
    assert time.monotonic() - began < 20
    with pytest.raises((ValueError, LookupError)):
        decode(CHUNKS[name])


def rows(whole: bytes, folder: Path) -> tuple[list[Any], dict[str, Any]]:
    (folder / "t.trace").write_bytes(whole)
    found = [record for record, _, _ in logs.records(str(folder / "t.trace"))]
    return found, next(json.loads(record[2]) for record in found if record[0] == "module")


STRUCTURES: dict[str, Callable[[Any], object]] = {
    "a function within itself": lambda s: s["functions"][-1].__setitem__(3, len(s["functions"]) - 1),
    "a function of one that is not there": lambda s: s["functions"][-1].__setitem__(3, 10**6),
    "a segment within itself": lambda s: s["segments"][-1].__setitem__(2, len(s["segments"]) - 1),
    "segments in a circle": lambda s: s["segments"][1].__setitem__(2, 2),
    "a site that is not there": lambda s: s["segments"][0].__setitem__(4, [10**6]),
    "a site of no function": lambda s: s["sites"][0].__setitem__(2, -1),
    "a line that is not there": lambda s: s["sites"][0].__setitem__(1, [10**6, 0, 10**6, 1]),
    "a text for a number": lambda s: s["sites"][0].__setitem__(2, "x"),
    "a row that is too short": lambda s: s["sites"][0].pop(),
    "no rows": lambda s: s.pop("sites"),
    "a text for rows": lambda s: s.update(segments="x"),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_made_up_structures(whole: bytes, tmp_path: Path, name: str) -> None:
    found, structure = rows(whole, tmp_path)
    STRUCTURES[name](structure)
    file = tmp_path / "t.trace"
    changed = [("module", r[1], json.dumps(structure)) if r[0] == "module" else r for r in found]
    file.write_bytes(logs.START + b"".join(map(small, changed)))
    assert read(file).startswith(f"{file}: ")
    deep = "[" * 100_000
    file.write_bytes(logs.START + b"".join(small(("module", r[1], deep) if r[0] == "module" else r) for r in found))
    assert read(file).startswith(f"{file}: the structure of a module is damaged")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.trace")
    assert "not a trace of tracec: it is no regular file" in read(tmp_path / "t.trace")


def test_what_comes_before_the_damage_is_shown(whole: bytes, tmp_path: Path) -> None:
    """And that there is some: as zeros that a file system leaves at the end when the power goes."""
    (tmp_path / "t.trace").write_bytes(whole + bytes(4096))
    said = tracec(tmp_path, "show", "t.trace")
    (tmp_path / "t.trace").write_bytes(whole)
    sound = tracec(tmp_path, "show", "t.trace")
    assert (said.code, said.out, sound.err) == (0, sound.out, "")
    told = f"is damaged, what comes before is all there is: nothing begins with 0, before byte {len(whole) + 1}"
    assert said.err == f"tracec: warning: t.trace {told}\n"


# What is sound is read as `marshal` reads it.

VALUES = [
    None, True, False, 0, 1, -1, 255, 2**31 - 1, -(2**31), 2**31, 2**64, -(2**64) - 1, 2**1999, 0.0, -0.0, 1.5,
    float("inf"), 1e-310, 1j, complex(-0.0, 2.5), "", "a", "a" * 255, "a" * 256, "é", "\ud800", "name", b"",
    b"\x00\xff" * 300, (), (1, 2), ("a", ("b",)), [], [1, [2, [3]]], tuple(range(300)),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:30])
def test_what_marshal_wrote(value: object) -> None:
    kept = [value, "name", value] if not isinstance(value, (tuple, list)) else value  # so that some are repeated
    for version in (2, 3, 4):
        found = Records(io.BytesIO(marshal.dumps(kept, version))).next()
        assert repr(found) == repr(kept)


def test_rows_are_not_repeated() -> None:
    """Nor long texts: a few bytes would stand for millions of events."""
    for twice in ([1, 2], (1, 2), b"x" * 5000, "x" * 5000):
        with pytest.raises(ValueError, match="not to be repeated"):
            Records(io.BytesIO(marshal.dumps([twice, twice]))).next()


def test_large_ones_come_in_pieces() -> None:
    data = [bytes([n % 256]) * n for n in (70_000, 0, 300_000, 5)]
    file = io.BytesIO(b"".join(map(marshal.dumps, data)))
    reader = Records(file)
    places = []
    for each in data:
        assert reader.next() == each
        places.append(reader.place_in_file())
    assert (places, reader.at_end()) == ([70_005, 70_010, 370_015, 370_025], True)
    with pytest.raises(Torn):
        reader.next()


# What a guest sends.

OUTCOME = {"id": "t", "status": "passed"}


@pytest.mark.parametrize(
    "change",
    [
        {"outcomes": 1},
        {"outcomes": [1]},
        {"outcomes": [{}]},
        {"outcomes": [{**OUTCOME, "status": "wonderful"}]},
        {"outcomes": [{**OUTCOME, "steps": "x"}]},
        {"outcomes": [{**OUTCOME, "ran": ["x"]}]},
        {"ended": 5},
        {"detail": None},
        {"tried": [[["passed", 1, 2]]]},
        {"functions": [["x"]]},
        {"probe": []},
        {"ended": "known"},
        {"log": b"a log that nobody asked for"},
        {"log": "Z3Vlc3M="},
    ],
)
def test_a_reply_that_is_none(change: dict[str, object]) -> None:
    sound = {"outcomes": [OUTCOME], "ended": "done", "detail": "", "tried": [], "functions": [], "probe": {}}
    assert as_reply(sound).outcomes[0].status == "passed"
    found = as_reply({**sound, **change})
    assert (found.ended, found.outcomes) == ("died", ())
    assert "sent what is no reply" in found.detail


def test_a_log_is_as_long_as_was_asked_for() -> None:
    said = {"outcomes": [OUTCOME], "ended": "done", "detail": "", "log": b"12345"}
    assert as_reply(said, Request(("t",), record=5)).log == b"12345"
    assert "longer than was asked for" in as_reply(said, Request(("t",), record=4)).detail


def sent(*parts: bytes) -> list[Message]:
    """What comes out of a wire into which somebody puts bytes."""
    ours, theirs = socket.socketpair()
    wire = Wire(ours)
    found: list[Message] = []
    with ours, theirs:
        for part in parts:
            theirs.sendall(part)
            found += wire.receive()
    return found


def test_a_log_comes_with_its_message_and_whole() -> None:
    ours, theirs = socket.socketpair()
    out, log = Wire(theirs), os.urandom(300_000)
    out.queue({"id": 1})
    out.queue({"id": 2}, log)
    out.queue({"id": 3, "log": "text"})
    found: list[Message] = []
    with ours, theirs:
        wire = Wire(ours)
        while len(found) < 3:
            out.flush()
            found += wire.receive()
    assert found == [{"id": 1}, {"id": 2, "log": log}, {"id": 3, "log": "text"}]


def test_what_is_too_long_is_not_waited_for() -> None:
    text = b'{"id": 1}'
    assert sent(struct.pack("!II", len(text), 3) + text, b"abc") == [{"id": 1, "log": b"abc"}]
    for lengths in ((LARGEST + 1, 0), (len(text), LARGEST + 1)):
        with pytest.raises(ValueError, match="a message of"):
            sent(struct.pack("!II", *lengths) + text)


SENDS = """
import os, socket, subprocess, sys
from subject import double
def test_two() -> None:
    assert double(2) == 4
"""
LINES = {
    "no JSON": "framed(b'{{{')",
    "a number": "framed(b'1')",
    "a long one": "b'\\xff' * 8 + b'x' * 100",
    "deep lists": "framed(b'[' * 200000)",
    "an outcome of numbers": "framed(b'{\"outcome\": 1}')",
    "an outcome of the wrong kind": 'framed(b\'{"outcome": {"id": 5}}\')',
    "an end of the wrong kind": 'framed(b\'{"ended": [1], "detail": {}}\')',
    "an end that is none": 'framed(b\'{"ended": "well", "detail": ""}\')',
    "a begin that is a list": "framed(b'{\"begin\": [1]}')",
    "a log": "framed(b'{\"begin\": \"test\"}', b'a log')",
}


@pytest.mark.parametrize("name", LINES)
def test_a_change_that_writes_to_our_wire(tmp_path: Path, name: str) -> None:
    (tmp_path / "subject.py").write_text("def double(x):\n    return x + x\n")
    (tmp_path / "test_subject.py").write_text(SENDS)
    text = (
        "def double(x):\n    import os, stat, struct\n"
        "    def framed(text, log=b''): return struct.pack('!II', len(text), len(log)) + text + log\n"
        f"    data = {LINES[name]}\n    for number in range(3, 60):\n"
        "        try:\n            if stat.S_ISSOCK(os.fstat(number).st_mode):\n"
        "                os.write(number, data)\n        except OSError:\n            pass\n    return x + x\n"
    )
    swap = Swap(str(tmp_path / "subject.py"), "double", 1, text)
    with Suite(tmp_path, []) as suite:
        (test,) = suite.ids
        reply = suite.run(Request((test,), (swap,), seconds=20))
        assert reply.ended in ("died", "error", "done", "timeout")
        assert [o.status for o in suite.run(Request((test,))).outcomes] == ["passed"]


def test_no_log_is_read_by_marshal(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.trace").write_bytes(whole)
    code = (
        "import sys, marshal\nfrom tracec.recording.trace_store import load\nlist(load('t.trace'))  # all is imported\n"
        "def refuse(*args): raise SystemExit('marshal was called')\n"
        "marshal.load = marshal.loads = refuse\n"
        "print([len(trace) > 100 for trace in load('t.trace')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "[True]\n"
