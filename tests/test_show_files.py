"""Files that are no trace: one sentence says what they are and what to do, exit code 2."""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import tracec
from tracec.recording.trace_file import newest
from tracec.runtime.record.log import START, VERSION


def folder_with_a_trace(path: Path) -> None:
    path.mkdir()
    (path / "x.trace").write_bytes(START)


FILES: list[tuple[str, Callable[[Path], object], str]] = [
    ("a.txt", lambda path: path.write_text("hello\n"), "it is a text file, no trace; record a program"),
    ("b", lambda path: path.write_text("é" * 5000), "it is a text file, no trace; record a program"),
    ("n.ipynb", lambda path: path.write_text(json.dumps({"cells": []})), "it is a notebook, no trace; save it as"),
    ("n", lambda path: path.write_text('{\n "cells": [], "nbformat": 4}'), "it is a notebook, no trace; save it as"),
    ("p.py", lambda path: path.write_text("x = 1\n"), "it is a program, no trace; record it with `tracec run p.py`"),
    ("i.png", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(9)), "it is a picture, no trace; record"),
    ("z.zip", lambda path: path.write_bytes(b"PK\x03\x04"), "it is no trace of tracec; record"),
    ("bin", lambda path: path.write_bytes(bytes(range(256))), "it is no trace of tracec; record"),
    ("empty", lambda path: path.write_bytes(b""), "it is empty: nothing was recorded; record it anew"),
    ("d", lambda path: path.mkdir(), "it is a folder; record a program with `tracec run`"),
    ("e", folder_with_a_trace, "it is a folder; name a trace in it: e/x.trace"),
    (
        "new",
        lambda path: path.write_bytes(marshal.dumps(("tracec", VERSION + 5, "4.0"))),
        f"it was written by a newer tracec, in format {VERSION + 5}; this tracec reads format {VERSION}: use the one",
    ),
    (
        "old",
        lambda path: path.write_bytes(marshal.dumps(("tracec", 2, "3.11"))),
        f"its format is 2, this version of tracec reads {VERSION}; record it anew",
    ),
    (
        "t.trace.live",
        lambda path: path.write_bytes(bytes(1 << 18)),
        "it holds what was not written yet of a trace; name",
    ),
    ("nothing", lambda path: None, "no such trace; record one with `tracec run`"),
]


@pytest.mark.parametrize(("name", "make", "words"), FILES, ids=[row[0] for row in FILES])
@pytest.mark.parametrize("more", [[], ["--slice", "x"]], ids=["show", "slice"])
def test_files(tmp_path: Path, name: str, make: Callable[[Path], object], words: str, more: list[str]) -> None:
    make(tmp_path / name)
    said = tracec(tmp_path, "show", name, *more)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{name}: {words}"), said.err
    assert said.err.count("\n") == 1


def test_against_what_is_no_trace(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("x = 1\n")
    tracec(tmp_path, "run", "--record", "t", "p.py")
    said = tracec(tmp_path, "show", "t", "--against", "p.py")
    assert (said.code, said.err.partition(":")[0]) == (2, "p.py")


def test_the_newest_is_the_one_that_was_written_last(tmp_path: Path) -> None:
    import os

    folder = tmp_path / ".tracec" / "traces"
    folder.mkdir(parents=True)
    for number, name in enumerate(("20260101-000000-3", "20260101-000000-1", "20260101-000000-2")):
        (folder / f"{name}.trace").write_bytes(START)
        os.utime(folder / f"{name}.trace", (number, number))
    assert newest(tmp_path).name == "20260101-000000-2.trace"
