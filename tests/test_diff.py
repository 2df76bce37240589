"""passes/diff: two texts -> a diff that the real `git apply` takes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tracec.passes.syntax.unified_diff import unified

LINE = st.sampled_from(
    ["a", "b", "", " ", "\x0c", "x\r", "\r", "\u2028", "a\x0bb", "-- a", "++ b", "é", "\t", "\\ No", "@@ -1 +1 @@"]
)
TEXT = st.builds(
    lambda lines, end: "\n".join(lines) + end, st.lists(LINE, max_size=14), st.sampled_from(["", "\n", "\r\n"])
)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repo")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


def applied(repo: Path, path: str, before: bytes, diff: bytes, *options: str) -> bytes:
    file = repo / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(before)
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", *options, "-"]
    done = subprocess.run(command, cwd=repo, input=diff, capture_output=True)
    assert done.returncode == 0, done.stderr.decode() + diff.decode("utf-8", "replace")
    return file.read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, TEXT)
@example("", "a")
@example("a", "")
@example("", "a\n")
@example("a\n\x0c\n", "a\n\x0c")
@example("\r", "\r\n")
def test_git_applies_it_there_and_back(repo: Path, before: str, after: str) -> None:
    diff = unified("t.py", before, after).encode()
    if before == after:
        assert diff == b""
        return
    assert applied(repo, "t.py", before.encode(), diff) == after.encode()
    assert applied(repo, "t.py", after.encode(), diff, "-R") == before.encode()


@pytest.mark.parametrize(
    "path", ["a.py", "in/a folder/with space.py", "été.py", 'quo"te.py', "back\\slash.py", "tab\tname.py", "-x.py"]
)
def test_any_path(repo: Path, path: str) -> None:
    diff = unified(path, "a\nb\nc\n", "a\nB\nc\n").encode()
    assert applied(repo, path, b"a\nb\nc\n", diff) == b"a\nB\nc\n"


def test_bytes_that_are_no_utf8(repo: Path) -> None:
    before, after = (
        "# coding: latin-1\nx = 'é'\ny\n".encode("latin-1"),
        "# coding: latin-1\nx = 'è'\ny\n".encode("latin-1"),
    )
    texts = [data.decode("utf-8", "surrogateescape") for data in (before, after)]
    diff = unified("latin.py", *texts).encode("utf-8", "surrogateescape")
    assert applied(repo, "latin.py", before, diff) == after


def test_far_apart_changes_are_two_hunks() -> None:
    before = [str(i) for i in range(40)]
    after = ["x" if i in (5, 30) else str(i) for i in range(40)]
    diff = unified("a.py", "\n".join(before), "\n".join(after))
    assert diff.count("\n@@ ") == 2
    assert [line for line in diff.split("\n")[3:] if line[:1] in ("-", "+")] == ["-5", "+x", "-30", "+x"]


def test_the_text() -> None:
    assert unified("a.py", "a\r\nb", "a\r\nc\n") == (
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n"
        "@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n"
    )
