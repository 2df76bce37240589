"""Both recorders write the same, keep nothing alive, and stay within their bounds."""

from __future__ import annotations

import gc
import json
import math
import os
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracec.recording.artifacts import build
from tracec.runtime import record
from tracec.runtime.record import decode, python_recorder
from tracec.runtime.record.log import read
from tracec.runtime.record.picture import FLAT_IDS, PLAIN_IDS, picture

needs_c = pytest.mark.skipif(record._native is None, reason="the recorder in C was not compiled")
EITHER = pytest.mark.parametrize("which", [pytest.param("", marks=needs_c), "1"], ids=["c", "python"])


class Thing:
    """An object with nothing to tell."""


class Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __repr__(self) -> str:
        raise RuntimeError("repr")


class Sly(list):  # type: ignore[type-arg]
    """A list that is none."""

    def __iter__(self) -> Any:
        raise RuntimeError("iter")

    __len__ = __repr__ = __iter__


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.text(),
    st.text(min_size=30, max_size=300),
    st.binary(max_size=300),
    st.sampled_from([int, len, Thing, Thing(), os, KeyError(1, "a"), range(3), Thing.__init__, ...]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=14),
        st.tuples(inner, inner),
        st.dictionaries(st.integers() | st.text(), inner, max_size=14),
        st.sets(st.integers(), max_size=14),
        st.frozensets(st.text(), max_size=3),
    ),
    max_leaves=12,
)


def written(values: list[Any]) -> list[Any]:
    """What the recorder in C makes of some values."""
    native = record._native
    native.start(0, 0, 0)
    native.clear()
    for value in values:
        native.rec(value)
    rows = native.peek()
    native.clear()
    return [event for _, _, before, last in rows for event in decode.decode(before) + decode.decode(last)]


def pictured(values: list[Any]) -> list[Any]:
    """The same by the recorder in Python, where it takes its pictures at once."""
    plain = PLAIN_IDS | FLAT_IDS
    return python_recorder.encoded([v if id(type(v)) in plain else picture(v) for v in values], taken=True)


@needs_c
@settings(max_examples=300)
@given(st.lists(VALUES, max_size=20))
def test_c_and_python_write_the_same(values: list[Any]) -> None:
    assert repr(written(values)) == repr(pictured(values))


@needs_c
def test_what_comes_again_is_told_in_short_and_means_the_same() -> None:
    thing, long, changed = Thing(), "x" * 150, [1]
    values = [thing, thing, long, long, long * 2, long * 2]
    assert repr(written(values * 50)) == repr(pictured(values * 50))
    native = record._native
    native.clear()
    native.rec(changed)
    changed.append(2)
    native.rec(changed)
    ((_, _, _, last),) = native.peek()
    native.clear()
    assert [event[1] for event in decode.decode(last)] == ["[1]", "[1, 2]"]


@needs_c
@pytest.mark.parametrize(
    "value", [math.nan, 1 << 5000, "\ud800", b"\x00" * 500], ids=["nan", "int", "surrogate", "bytes"]
)
def test_odd_values(value: Any) -> None:
    (event,) = written([value])
    assert repr(event) == repr(value) or event[0] == type(value).__name__


PROGRAM = """
import sys, weakref, gc
class T: pass
def work(n):
    total = 0.5
    for i in range(n):
        total = total * 0.5 + i
    return total
def lives():
    x = T()
    seen = weakref.ref(x)
    y = [x]
    del x, y
    return seen() is None
print(work(int(sys.argv[1])), lives())
"""
CHILD = """
import json, sys
from tracec.runtime import record
from tracec.runtime.record.spool import Spool
config = json.loads(sys.argv.pop(1))
spool = Spool(config["log"], "it", config["log"]) if "log" in config else None
record.start(config.get("limit", 0), spool=spool, keep=config.get("keep", 0))
code = record.code(config["artifact"], "p.py")
try:
    exec(code, {"__name__": "__main__"})
finally:
    record.finish() if spool else record.save(config["save"], "it")
"""


def recorded(tmp_path: Path, which: str, n: int, text: str = PROGRAM, **config: Any) -> tuple[str, list[Any]]:
    """A program's output and its chapters, recorded by either recorder."""
    program = tmp_path / "p.py"
    program.write_text(textwrap.dedent(text))
    (artifact,) = build(tmp_path, [str(program)]).artifacts.values()
    settings = {"artifact": artifact, "save": str(tmp_path / "log"), **config}
    env = {**os.environ, "TRACEC_PURE": which}
    args = [sys.executable, "-c", CHILD, json.dumps(settings), str(n)]
    done = subprocess.run(args, capture_output=True, text=True, env=env, cwd=tmp_path)
    assert done.stderr == ""
    return done.stdout, [found for kind, found in read(str(tmp_path / "log")) if kind == "chapter"]


@EITHER
def test_nothing_is_kept_alive(tmp_path: Path, which: str) -> None:
    out, ((name, ((_, found),), cut),) = recorded(tmp_path, which, 3)
    assert out == "2.5625 True\n"
    assert (name, cut) == ("it", False)
    assert 2.5625 in found


@EITHER
def test_the_last_events_only(tmp_path: Path, which: str) -> None:
    out, ((_, ((_, found),), cut),) = recorded(tmp_path, which, 5000, keep=1000)
    assert out.endswith("True\n")
    assert cut
    assert 1000 <= len(found) <= 2000
    assert float(out.split()[0]) in found


@needs_c
def test_a_long_run_is_spooled(tmp_path: Path) -> None:
    log = tmp_path / "log"
    _, whole = recorded(tmp_path, "", 300_000)
    log.unlink()
    _, spooled = recorded(tmp_path, "", 300_000, log=str(log))
    assert len(spooled) == 1
    (_, first), (_, second) = spooled[0][1][0], whole[0][1][0]
    assert [without_identity(event) for event in first] == [without_identity(event) for event in second]


def without_identity(event: Any) -> Any:
    return (*event[:2], *event[3:]) if isinstance(event, tuple) and len(event) == 5 else event


@needs_c
def test_a_killed_run_is_kept_up_to_the_last_flush(tmp_path: Path) -> None:
    text = PROGRAM + "\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    _, ((name, ((_, found),), _),) = recorded(tmp_path, "", 300_000, text, log=str(tmp_path / "log"))
    assert name == "it (unfinished)"
    assert found[-1][0] == "Signals"  # the last argument of the call that killed it


@EITHER
def test_a_limit(tmp_path: Path, which: str) -> None:
    _, ((_, ((_, found),), _),) = recorded(tmp_path, which, 5000, limit=500)
    assert len(found) == 500


THREADS = """
import threading
def work(n):
    return n + 1000
def main():
    threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
main()
"""


@EITHER
def test_each_thread_has_its_stream(tmp_path: Path, which: str) -> None:
    _, ((_, streams, _),) = recorded(tmp_path, which, 0, THREADS)
    assert [[n for n in found if type(n) is int and n >= 1000] for _, found in streams] == [
        [],
        *([1000 + n] for n in range(5)),
    ]


FORK = """
import os, sys
def work(n):
    return n + 1000
if os.fork() == 0:
    work(5)
    from tracec.runtime import record
    record.finish()
    os._exit(0)
os.wait()
work(6)
"""


@EITHER
def test_a_forked_child_writes_a_spool_of_its_own(tmp_path: Path, which: str) -> None:
    _, ((name, first, _), (other, second, cut)) = recorded(tmp_path, which, 0, FORK, log=str(tmp_path / "log"))
    assert (name, other.partition(": ")[2], cut) == ("it", "fork of it", True)
    ((_, parent),), ((_, child),) = first, second
    assert (1005 in parent, 1006 in parent) == (False, True)
    assert (1005 in child, 1006 in child) == (True, False)


@needs_c
def test_memory_of_a_recorded_value() -> None:
    native = record._native
    native.start(0, 0, 0)
    native.clear()
    gc.collect()
    for n in range(100_000):
        native.rec(n * 0.5)
        native.rec(Thing)
    ((_, _, _, last),) = native.peek()
    native.clear()
    assert len(last) <= 24 * 200_000


@needs_c
def test_code_can_be_pickled_by_who_pickles_code() -> None:
    token = record._native.token(3, 4)
    record._native.start(0, 0, 0)
    record._native.clear()
    for one in (token, pickle.loads(pickle.dumps(token))):
        record._native.rec(one)
    ((_, _, _, last),) = record._native.peek()
    record._native.clear()
    assert decode.decode(last) == [(3, 4), (3, 4)]
    assert pickle.loads(pickle.dumps(record._native.val)) is record._native.val
