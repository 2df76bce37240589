"""Faults of the machine: a project that cannot be written, a full disk, and a trace that grows large."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import snapshot, tracec
from tests.full import slow
from tracec.launch.growth import sizes, watched
from tracec.project import originals, private
from tracec.recording import trace_folder
from tracec.recording.trace_store import load

LOOPS = "def f(n):\n    return [n * i for i in range(20)]\nt = 0\nfor i in range(6000):\n    t += sum(f(i))\nprint(t)\n"
SAID = f"{190 * sum(range(6000))}\n"


def mounted(folder: Path, *options: str) -> bool:
    """Whether a file system could be mounted."""
    command = ["mount", *options, str(folder)]
    try:
        return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A project that nobody can write."""
    source, place = tmp_path / "source", tmp_path / "project"
    for folder in (source, place):
        folder.mkdir()
    (source / "lib.py").write_text("def f(x):\n    return x * 10\n")
    (source / "main.py").write_text("import lib\nprint(lib.f(3))\n")
    if not mounted(place, "--bind", str(source)):
        pytest.skip("nothing can be mounted here")
    try:
        if not mounted(place, "-o", "remount,ro,bind"):
            pytest.skip("nothing can be mounted here")
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_read_only_project_is_recorded_in_the_users_cache(read_only: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    said = tracec(read_only, "run", "main.py", XDG_CACHE_HOME=str(cache))
    assert (said.code, said.out) == (0, "30\n")
    first, second = said.err.splitlines()
    reason = f"tracec: {read_only} cannot be written (Read-only file system): traces go to {cache}/tracec/traces/"
    assert first.startswith(reason)
    (log,) = (cache / "tracec" / "traces").rglob("*.trace")
    assert f"tracec: recorded {log} (" in second
    assert [n.value for t in load(log) for n in t.nodes if n.site.text == "x * 10"] == [30]
    shown = tracec(read_only, "show", XDG_CACHE_HOME=str(cache))  # the newest one
    assert (shown.code, "x * 10" in shown.out) == (0, True)


def test_where_nothing_of_the_users_can_be_written(read_only: Path) -> None:
    """Neither a cache nor traces; all goes into a temporary folder."""
    said = tracec(read_only, "run", "main.py", XDG_CACHE_HOME=str(read_only))
    assert (said.code, said.out) == (0, "30\n")
    found = re.search(r"traces go to (\S+)", said.err)
    assert found
    (log,) = Path(found[1]).glob("*.trace")
    assert len([*load(log)]) == 1
    log.unlink()
    Path(found[1]).rmdir()


def test_a_file_that_is_named_is_written_all_the_same(read_only: Path, tmp_path: Path) -> None:
    said = tracec(read_only, "run", "--record", str(tmp_path / "x.trace"), "main.py")
    assert said.err.startswith(f"tracec: recorded {tmp_path / 'x.trace'} (")


def test_what_no_folder_takes_goes_to_a_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object) -> Path:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(trace_folder, "home", refused)
    monkeypatch.setattr(private, "of_user", refused)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    folder, said = trace_folder.writable(tmp_path)
    assert folder.parent == tmp_path
    assert said == f"tracec: {tmp_path} cannot be written (Read-only file system): traces go to {folder}"


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of so many KiB, with a program on it."""
    place = tmp_path / "disk"
    place.mkdir()
    if not mounted(place, "-t", "tmpfs", "-o", f"size={request.param}k", "none"):
        pytest.skip("nothing can be mounted here")
    try:
        (place / "big.py").write_text(LOOPS)
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def filled(disk: Path) -> None:
    """No byte is left."""
    with open(disk / "fill", "wb", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            pass


@pytest.mark.parametrize("disk", [8, 64, 280, 400, 900], indirect=True)
def test_what_is_said_of_a_full_disk_is_true(disk: Path) -> None:
    """The program goes on; the trace opens where something of it was written, and there is none where nothing was."""
    said = tracec(disk, "run", "--record", "x.trace", "big.py")
    assert (said.code, said.out) == (0, SAID)
    shown = tracec(disk, "show", "--limit", "1", "x.trace")
    if "tracec: recorded x.trace" in said.err:
        assert "tracec: its end is missing (No space left on device)" in said.err
        assert (shown.code, len(shown.out.splitlines())) == (0, 1)
    else:
        assert said.err.splitlines()[-1] == "tracec: nothing was recorded: No space left on device"
        assert sorted(snapshot(disk)) == ["big.py"]


@pytest.mark.parametrize("disk", [64], indirect=True)
def test_a_disk_that_was_full_before(disk: Path) -> None:
    filled(disk)
    said = tracec(disk, "run", "--record", "x.trace", "big.py")
    assert (said.code, said.out) == (0, SAID)
    assert said.err.splitlines()[-1] == f"tracec: nothing was recorded: there is no room left in {disk}"
    assert sorted(snapshot(disk)) == ["big.py", "fill"]


@pytest.mark.parametrize("disk", [64], indirect=True)
@pytest.mark.parametrize("option", [("-o", "out"), ("--in-place",)])
def test_instrumenting_onto_a_full_disk(disk: Path, option: tuple[str, ...]) -> None:
    filled(disk)
    said = tracec(disk, "instrument", "big.py", *option)
    assert said.code == 2
    assert re.fullmatch(r"(out|big.py): .*\(No space left on device\); .*\n", said.err)
    assert (disk / "big.py").read_text() == LOOPS


# --- growth -----------------------------------------------------------------------------------------------------------


@slow
def test_how_large_a_trace_grows_is_said_while_the_program_runs(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.tracec]\ntrace-mb = 16\n")
    (tmp_path / "slow.py").write_text(
        "import time\ndef f(n):\n    return [n * i for i in range(20)]\n"
        "for _ in range(6):\n    for n in range(10_000): f(3)\n    time.sleep(0.7)\nprint('done')\n"
    )
    said = tracec(tmp_path, "run", "slow.py")
    grown = re.findall(r"tracec: the trace has (\d+) MiB after \d+ s and ends at 16 MiB: (.*)", said.err)
    assert grown
    assert {advice for _, advice in grown} == {
        "`--grain calls`, `--scope PATH` or `--keep N` (the last N events) make it smaller"
    }
    assert [int(size) for size, _ in grown] == sorted({int(size) for size, _ in grown})
    assert "the trace" not in tracec(tmp_path, "run", "--keep", "10", "slow.py").err


def test_each_size_is_twice_the_one_before(tmp_path: Path) -> None:
    some = sizes(4096)
    assert [next(some) >> 20 for _ in range(4)] == [256, 512, 1024, 2048]
    assert next(sizes(0)) >> 20 == 256
    (tmp_path / "count").write_bytes((3 << 30).to_bytes(8, "little"))
    said: list[str] = []
    with watched(str(tmp_path / "count"), 0, None):
        pass
    assert said == []


# --- instrumented in place --------------------------------------------------------------------------------------------


def test_what_was_written_over_is_restored_byte_for_byte(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfdef f(x):\r\n\treturn x + 1  \r\n\r\nprint(f(1))"
    (tmp_path / "a.py").write_bytes(data)
    (tmp_path / "b.py").write_text("# -*- coding: latin-1 -*-\ns = 1\n")
    before = snapshot(tmp_path)
    assert tracec(tmp_path, "instrument", "--in-place", "a.py", "b.py").code == 0
    written = snapshot(tmp_path)
    assert all(originals.MARK.encode() in text for text in written.values())
    again = tracec(tmp_path, "instrument", "--in-place", "a.py", "b.py")
    todo = "`tracec instrument --undo` restores what was instrumented in place"
    assert (again.code, again.err) == (2, f"a.py:1: is instrumented already; {todo}\n")
    assert snapshot(tmp_path) == written
    said = tracec(tmp_path, "instrument", "--undo", ".")
    assert (said.code, said.err) == (0, "tracec: 2 files restored\n")
    assert snapshot(tmp_path) == before
    assert "a.py: is not instrumented" in tracec(tmp_path, "instrument", "--undo", ".").err


def test_what_was_changed_since_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("y = 2\n")
    assert tracec(tmp_path, "instrument", "--in-place", ".").code == 0
    with open(tmp_path / "b.py", "a") as file:
        file.write("z = 3\n")
    before = snapshot(tmp_path)
    said = tracec(tmp_path, "instrument", "--undo", ".")
    assert said.code == 2
    assert said.err.startswith("b.py:1: was changed since it was instrumented, or that was not done here")
    assert snapshot(tmp_path) == before


def test_data_files_go_along_into_a_mirror(tmp_path: Path) -> None:
    package = tmp_path / "pkg"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").write_text(
        "import pathlib\nprint((pathlib.Path(__file__).parent / 'templates/a.html').read_text())\n"
    )
    (package / "templates" / "a.html").write_text("hello")
    (package / "py.typed").touch()
    (package / "link").symlink_to("/etc")
    assert tracec(tmp_path, "instrument", "pkg", "-o", "out").err == "tracec: 1 files, and 2 others in out\n"
    names = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if not p.is_dir())
    assert names == ["pkg/__init__.py", "pkg/py.typed", "pkg/templates/a.html"]
    done = subprocess.run([sys.executable, "-c", "import pkg"], cwd=tmp_path / "out", capture_output=True, text=True)
    assert (done.stdout, done.stderr.count("tracec: instrumented code runs, and nothing is recorded")) == ("hello\n", 1)
    (tmp_path / "out" / "pkg" / "py.typed").write_text("mine")
    said = tracec(tmp_path, "instrument", "pkg", "-o", "out")
    assert (said.code, said.err) == (
        2, "out/pkg/py.typed: is in the way, and is nothing that tracec wrote; name another folder\n",
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "cp1251"])
@pytest.mark.parametrize("option", [(), ("--diff",)])
def test_stdout_has_the_files_own_encoding(tmp_path: Path, encoding: str, option: tuple[str, ...]) -> None:
    letter = {"latin-1": "é", "utf-8": "é", "cp1251": "ж"}[encoding]
    text = f"# -*- coding: {encoding} -*-\ns = '{letter}'\nprint(len(s), ascii(s))\n"
    (tmp_path / "m.py").write_bytes(text.encode(encoding))
    done = subprocess.run(
        [sys.executable, "-m", "tracec", "instrument", *option, "m.py"], cwd=tmp_path, capture_output=True
    )
    assert letter.encode(encoding) in done.stdout
    assert done.stderr == b""
    if not option:
        (tmp_path / "x.py").write_bytes(done.stdout)
        said = [subprocess.run([sys.executable, name], cwd=tmp_path, capture_output=True) for name in ("m.py", "x.py")]
        assert said[0].stdout == said[1].stdout != b""
