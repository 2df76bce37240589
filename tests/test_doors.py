"""What a repository may bring, and others may put in the way: nothing of the user's is removed, written over or run."""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import runpy
import sqlite3
import stat
import struct
import subprocess
import sys
import sysconfig
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.command import project, snapshot, tracec
from tests.full import slow
from tests.test_patches import AFTER, BEFORE, RECORD, source_of
from tests.test_patches import kept as kept_patch
from tracec.commands.patch import run as patch_command
from tracec.launch import subprocesses
from tracec.launch.scoping import setting
from tracec.launch.subprocesses import family
from tracec.passes.nouns.errors import TracecError
from tracec.project import patch_store, private
from tracec.project.paths import read
from tracec.recording import artifact_cache, artifacts, trace_folder, trace_store
from tracec.recording.merge_spools import merge, remove
from tracec.recording.trace_lock import claim
from tracec.run import history
from tracec.runtime.launch import subprocess_hook
from tracec.runtime.record.log import LIVE, START

SUBJECT = "def twice(n):\n    return n + 2\n"
TESTS = "from subject import twice\ndef test_twice(): assert twice(3) == 6\ndef test_two(): assert twice(2) == 4\n"
OPTIMIZE = ("optimize", "subject.py", "--tests", "test_subject.py", "--budget-evals", "30", "--jobs", "1")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder of the user's, beside the project."""
    folder = tmp_path / "mine"
    for name in ("20200101-000000-1", "Documents", "Music", "Photos", "Work", "Zoo"):
        (folder / name).mkdir(parents=True)
        (folder / name / "letter.txt").write_text("dear")
    (folder / "20200101-000000-1.trace").write_bytes(START)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    return project(folder, subject=SUBJECT, test_subject=TESTS)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def run_folder(runs: Path, name: str, key: str = "") -> Path:
    """A folder that looks like a run's."""
    folder = runs / name
    folder.mkdir(parents=True)
    sqlite3.connect(folder / history.FILE).close()
    (folder / history.FILE).touch()
    (folder / history.PROOF).write_text(key or private.proof("run", os.path.realpath(folder)))
    return folder


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [".tracec", ".tracec/runs"])
def test_optimize_follows_no_link(at: str, root: Path, mine: Path) -> None:
    before = snapshot(mine)
    (root / at).parent.mkdir(exist_ok=True)
    (root / at).symlink_to(mine)
    said = tracec(root, *OPTIMIZE)
    assert (said.code, said.err) == (
        2, f"{root / at}: is a link, and tracec follows none here; remove it and run again\n",
    )  # fmt: skip
    assert snapshot(mine) == before


@pytest.mark.parametrize("at", [".tracec", ".tracec/traces"])
def test_run_follows_no_link(at: str, root: Path, mine: Path) -> None:
    before = snapshot(mine)
    (root / "pyproject.toml").write_text("[tool.tracec]\ntraces-mb = 1\n")
    (root / at).parent.mkdir(exist_ok=True)
    (root / at).symlink_to(mine)
    said = tracec(root, "run", "subject.py")
    assert (said.code, "is a link, and tracec follows none" in said.err) == (2, True)
    assert snapshot(mine) == before


@pytest.mark.parametrize("at", [".tracec", ".tracec/patches", ".tracec/patches/files"])
def test_patches_are_not_kept_beyond_a_link(at: str, root: Path, mine: Path) -> None:
    before = snapshot(mine)
    (root / at).parent.mkdir(exist_ok=True, parents=True)
    (root / at).symlink_to(mine)
    with pytest.raises(TracecError, match="is a link, and tracec follows none here; remove it"):
        patch_store.keep(root, RECORD, {"subject.py": source_of(root / "subject.py")}, {"subject.py": "x = 1\n"})
    assert snapshot(mine) == before


def test_patches_are_not_read_beyond_a_link(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    kept_patch(other)
    (root / ".tracec").symlink_to(other / ".tracec")
    with pytest.raises(TracecError, match="is a link"):
        patch_store.ls(root)


@pytest.mark.parametrize("kind", ["file", "another user's"])
def test_what_is_no_folder_of_ours_is_refused(kind: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "file":
        (root / ".tracec").write_text("")
        expected = "is no folder; remove it and run again"
    else:
        (root / ".tracec").mkdir()
        monkeypatch.setattr(os, "getuid", lambda: root.stat().st_uid + 1)
        expected = "belongs to another user; remove it, or run tracec as that user"
    with pytest.raises(TracecError) as error:
        private.folder(root, ".tracec", "runs")
    assert str(error.value) == f"{root / '.tracec'}: {expected}"


def test_the_mirror_tree_stays_in_its_folder(root: Path, mine: Path) -> None:
    (root / "src").mkdir()
    for name in ("a", "b"):
        (root / "src" / f"{name}.py").write_text("x = 1\n")
    (root / ".tracec" / "build").mkdir(parents=True)
    (root / "out").mkdir()
    for folder in (root / ".tracec" / "build", root / "out"):
        (folder / "src").symlink_to(mine)
    before = snapshot(mine)
    for options in ((), ("-o", "out")):
        said = tracec(root, "instrument", "src", *options)
        assert (said.code, "src: is a link, and tracec follows none here" in said.err) == (2, True)
    assert snapshot(mine) == before


def test_the_mirror_tree_takes_the_place_of_nothing(root: Path) -> None:
    (root / "src").mkdir()
    (root / "src" / "a.py").write_text("x = 1\n")
    (root / "src" / "a.py").chmod(0o600)
    said = tracec(root, "instrument", "src", "-o", ".")
    assert (said.code, said.err) == (
        2, "src/a.py: is in the way, and is nothing that tracec wrote; name another folder\n",
    )  # fmt: skip
    assert (root / "src" / "a.py").read_text() == "x = 1\n"
    for _ in range(2):  # its own it writes anew
        assert tracec(root, "instrument", "src", "-o", "out").code == 0
    assert mode(root / "out" / "src" / "a.py") == 0o600


# --- what is removed --------------------------------------------------------------------------------------------------


def test_only_runs_that_were_made_here_are_removed(tmp_path: Path, mine: Path) -> None:
    runs = tmp_path / "runs"
    own = [run_folder(runs, f"2020010{n}-000000-1") for n in range(1, 9)]
    (own[0] / "0.trace").write_bytes(START)
    (own[0] / "0.trace.7-2").write_bytes(START)
    (own[1] / "notes.txt").write_text("the user's")
    (own[1] / "link.trace").symlink_to(mine / "20200101-000000-1.trace")
    (own[1] / "folder").symlink_to(mine)
    planted = run_folder(runs, "20190101-000000-1", "0" * 64)
    bare = runs / "20190101-000000-2"
    bare.mkdir()
    (bare / "notes.txt").write_text("the user's")
    (runs / "Documents").mkdir()
    (runs / "20190101-000000-3").symlink_to(mine)
    before = snapshot(mine)
    history.begin(runs, {"asked": "x"}).close()
    left = {path.name for path in runs.iterdir()}
    assert {planted.name, bare.name, "Documents", "20190101-000000-3", own[1].name} <= left
    assert own[0].name not in left
    assert {path.name for path in own[4:]} <= left
    assert {path.name for path in own[1].iterdir()} == {"notes.txt", "link.trace", "folder"}
    assert (planted / history.FILE).exists()
    assert snapshot(mine) == before


def test_a_planted_history_is_not_gone_on_with(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    runs.mkdir()
    history.begin(runs, {"asked": "x"}).close()
    history.latest(runs, {"asked": "x"}).close()
    (folder,) = runs.iterdir()
    moved = tmp_path / "elsewhere"
    runs.rename(moved)
    with pytest.raises(TracecError, match="no run to go on with"):
        history.latest(moved, {"asked": "x"})
    (moved / folder.name / history.PROOF).unlink()
    assert history.past(moved) == []


def hot(database: Path, victim: Path) -> None:
    """Put a journal beside a database: SQLite plays it back when it opens the one, and removes the file it names."""
    magic, name = bytes.fromhex("d9d505f920a163d7"), str(victim).encode()
    connection = sqlite3.connect(database)
    connection.execute("create table setting (name, value)")
    connection.commit()
    (size,) = connection.execute("pragma page_size").fetchone()
    connection.close()
    head = magic + struct.pack(">5I", 0, 1, database.stat().st_size // size, 512, size)
    tail = struct.pack(">I", (1 << 30) // size + 1) + name + struct.pack(">2I", len(name), sum(name)) + magic
    Path(f"{database}-journal").write_bytes(head.ljust(512, b"\0") + tail)


def test_no_planted_history_is_opened(tmp_path: Path, mine: Path) -> None:
    runs, letter = tmp_path / "runs", mine / "Documents" / "letter.txt"
    for number in range(6):
        planted = run_folder(runs, f"2020010{number + 1}-000000-1", "0" * 64)
        hot(planted / history.FILE, letter)
    history.begin(runs, {"asked": "x"}).close()
    with pytest.raises(TracecError, match="no run to go on with"):
        history.latest(runs, {"asked": "y"})
    assert letter.read_text() == "dear"
    history.History(planted, new=False).close()
    assert not letter.exists()  # this is what it would do


def test_only_traces_of_ours_make_room(tmp_path: Path, mine: Path) -> None:
    name, other = "20200101-000000-7.trace", "20200101-000000-8.trace"
    letter = tmp_path / "letter"
    letter.write_bytes(START)
    for path, data in (
        (name, START), (f"{name}.12", START), (f"{name}{LIVE}", b""), (f"{other}{LIVE}", b"a letter"),
        (other, b"a letter"), ("my.trace", START), (f"{name}.bak", START),
    ):  # fmt: skip
        (tmp_path / path).write_bytes(data)
    (tmp_path / "20200101-000000-9.trace").symlink_to(letter)
    trace_folder.make_room(tmp_path, 0)
    assert {path.name for path in tmp_path.iterdir()} == {
        "mine", "letter", other, f"{other}{LIVE}", "my.trace", f"{name}.bak", "20200101-000000-9.trace",
    }  # fmt: skip


def test_files_beside_a_trace_that_only_look_like_ours(root: Path, mine: Path) -> None:
    letter = mine / "Documents" / "letter.txt"
    log = root / "x.trace"
    for end in (LIVE, ".tmp", ".123"):
        Path(f"{log}{end}").symlink_to(letter)
    said = tracec(root, "run", "--record", "x.trace", "subject.py")
    assert (said.code, "recorded x.trace" in said.err) == (0, True)
    assert letter.read_text() == "dear"
    assert all(Path(f"{log}{end}").is_symlink() for end in (LIVE, ".tmp", ".123"))
    for end in (LIVE, ".tmp"):
        Path(f"{log}{end}").unlink()
        Path(f"{log}{end}").write_text("notes")
    remove(log)
    assert merge(log).left == 0
    assert [Path(f"{log}{end}").read_text() for end in (LIVE, ".tmp")] == ["notes", "notes"]


# --- modes ------------------------------------------------------------------------------------------------------------


def test_nobody_else_can_read_what_is_kept(root: Path, tmp_path: Path) -> None:
    (root / ".tracec").mkdir(mode=0o755)
    (root / ".tracec").chmod(0o775)
    homes: dict[str, Any] = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_STATE_HOME": str(tmp_path / "state")}
    assert tracec(root, "run", "subject.py", **homes).code == 0
    assert tracec(root, *OPTIMIZE, **homes).code == 0
    made = [root / ".tracec", *(root / ".tracec").rglob("*")]
    made += [path for home in ("cache", "state") for path in (tmp_path / home / "tracec").rglob("*")]
    kinds = {path.suffix for path in made}
    assert {".trace", ".sqlite", ".patch", ".json", ".bin", ".pyc"} <= kinds
    assert {(path.name, mode(path)) for path in made if path.is_dir() and mode(path) != 0o700} == set()
    assert {(path.name, mode(path)) for path in made if path.is_file() and mode(path) != 0o600} == set()


def test_spools_and_named_traces_are_the_users_alone(root: Path) -> None:
    (root / "forks.py").write_text(
        "import os\ndef f(n): return n\n"
        "if not os.fork():\n"
        "    f(1)\n"
        "    print(*(oct(os.stat(n).st_mode & 0o777) for n in sorted(os.listdir()) if n.startswith('x.trace')))\n"
        "    raise SystemExit\n"
        "os.wait()\n"
    )
    (root / "x.trace").write_bytes(START)
    (root / "x.trace").chmod(0o644)
    said = tracec(root, "run", "--record", "x.trace", "forks.py")
    assert set(said.out.split()) == {"0o600"}
    assert len(said.out.split()) >= 2
    assert mode(root / "x.trace") == 0o600
    os.close(claim(root / "new.trace", "new.trace"))
    assert mode(root / "new.trace") == 0o600


# --- code that would be run -------------------------------------------------------------------------------------------

STOLEN = "open('stolen', 'w').close()"


def test_no_artifact_of_the_repository_is_run(root: Path, tmp_path: Path) -> None:
    """What the user's cache would hold, in the places where a repository may put it."""
    homes: dict[str, Any] = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert tracec(root, "run", "subject.py", **homes).code == 0
    (own,) = (path for path in (tmp_path / "cache" / "tracec").iterdir() if path.is_dir())
    evil = root / "evil.py"
    evil.write_text(STOLEN)
    assert tracec(root, "run", "evil.py", **homes).code == 0
    assert (root / "stolen").exists()
    (root / "stolen").unlink()
    planted = [path.read_bytes() for path in own.iterdir()]
    names = [path.name for path in own.iterdir()]
    for folder in (root / ".tracec" / "cache", root / ".tracec" / "cache" / own.name):
        folder.mkdir(parents=True)
        for name in names:
            for data in planted:
                (folder / name).write_bytes(data)
    evil.unlink()
    assert tracec(root, "run", "subject.py", XDG_CACHE_HOME=str(tmp_path / "fresh")).code == 0
    assert not (root / "stolen").exists()


def test_a_cache_of_somebody_else_is_refused(root: Path, tmp_path: Path, mine: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "tracec").symlink_to(mine)
    said = tracec(root, "run", "subject.py", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert said.code == 2
    assert said.err.startswith(f"{tmp_path / 'cache' / 'tracec'}: is a link, and tracec follows none here; remove it")


@slow
def test_without_a_home_there_is_a_cache_for_the_process(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    homes: dict[str, Any] = {name: str(tmp_path / "file") for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME")}
    assert tracec(root, "run", "--record", "x.trace", "test_subject.py", TMPDIR=str(tmp_path), **homes).code == 0
    assert {trace.name for trace in trace_store.load(root / "x.trace")} == {"test_subject.py"}
    assert list(tmp_path.glob("tracec-cache-*")) == []
    said = tracec(root, *OPTIMIZE, **homes)
    assert (said.code, "this run cannot be resumed, as its history cannot be kept" in said.err) == (0, True)


def test_artifacts_that_nobody_uses_are_removed(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = read(str(root / "subject.py"))
    first, second = (artifacts.artifact(root, source, grain) for grain in ("calls", "values"))
    (first.parent / "notes.txt").write_text("the user's")
    old = first.stat().st_mtime - artifact_cache.UNUSED - 60
    for path in (first, second, first.parent / "notes.txt"):
        os.utime(path, (old, old))
    artifacts.artifact(root, source, "values")
    artifact_cache.tidy(first.parent.parent)
    assert {path.name for path in first.parent.iterdir()} == {second.name, "notes.txt"}
    os.utime(second, (old, old))
    artifact_cache.tidy(first.parent.parent)  # not twice in one day
    assert second.exists()


# --- patches ----------------------------------------------------------------------------------------------------------


def planted(root: Path, path: str, before: bytes, after: bytes, **more: object) -> str:
    """A record that a repository brings: its files, and all that is consistent."""
    shas = [hashlib.sha256(data).hexdigest() for data in (before, after)]
    folder = root / ".tracec" / "patches"
    (folder / "files").mkdir(parents=True, exist_ok=True)
    for sha, data in zip(shas, (before, after)):
        (folder / "files" / sha).write_bytes(data)
    record = {
        "id": "0001-f", "target": "a.py:f:1", "optimizer": "search",
        "files": [{"path": path, "before": shas[0], "after": shas[1]}], **more,
    }  # fmt: skip
    (folder / "0001-f.json").write_text(json.dumps(record))
    return shas[1]


@pytest.mark.parametrize("way", ["dots", "absolute", "through a link", "a link"])
@pytest.mark.parametrize("outside", [False, True])
def test_a_planted_patch_changes_nothing_outside(way: str, outside: bool, root: Path, mine: Path) -> None:
    victim = mine / "profile"
    victim.write_text("alias ls=ls\n")
    (root / "lib").symlink_to(mine)
    (root / "profile").symlink_to(victim)
    path = {"dots": "../mine/profile", "absolute": str(victim), "through a link": "lib/profile", "a link": "profile"}
    planted(root, path[way], victim.read_bytes(), b"evil = 1\n", proof="0" * 64)
    why = "nothing proves that you made this patch" if outside else r"outside the project, at .*; say --outside"
    for action in (patch_store.apply, patch_store.undo):
        with pytest.raises(TracecError, match=why):
            action(root, outside=outside)
    assert victim.read_text() == "alias ls=ls\n"


def test_no_patch_changes_what_git_runs(root: Path) -> None:
    subprocess.run(["git", "init", "-q", root], check=True)
    config = root / ".git" / "config"
    was = config.read_bytes()
    planted(root, "sub/../.git/config", was, b'[core]\nfsmonitor = "evil"\n')
    (root / "sub").mkdir()
    with pytest.raises(TracecError, match="no patch changes that"):
        patch_store.apply(root, outside=True)
    assert config.read_bytes() == was


def test_a_patch_of_ours_may_lie_outside_where_that_is_said(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "library.py"
    file.write_bytes(BEFORE.encode())
    (root / "library.py").symlink_to(file)
    for path in (str(file), "library.py"):
        kept = patch_store.keep(root, RECORD, {path: source_of(file)}, {path: AFTER})
        assert patch_store.leaves(root, kept)
        said = tracec(root, "patch", "apply", str(kept.number))
        assert (said.code, "say --outside if that is meant" in said.err) == (2, True)
        assert tracec(root, "patch", "apply", str(kept.number), "--outside").code == 0
        assert file.read_bytes() == AFTER.encode()
        assert tracec(root, "patch", "undo", str(kept.number), "--outside").code == 0
        assert file.read_bytes() == BEFORE.encode()
    record = root / ".tracec" / "patches" / f"{kept.id}.json"
    record.write_text(record.read_text().replace('"library.py"', f'"{file}"'))  # the proof is of another path
    assert "nothing proves" in tracec(root, "patch", "apply", str(kept.number), "--outside").err


def test_optimize_writes_the_file_that_was_named_wherever_it_lies(root: Path) -> None:
    inner = root / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("")
    words = ["optimize", "../subject.py", "--tests", "../test_subject.py", "--jobs", "1", "--budget-evals", "200"]
    said = tracec(inner, *words, "--write")
    assert said.code == 0, said.err
    assert "tracec patch undo 1 --outside` takes it back" in said.err
    assert tracec(inner, "patch", "undo", "--outside").code == 0
    assert (root / "subject.py").read_text() == SUBJECT


@pytest.mark.parametrize("action", ["apply", "show"])
def test_contents_that_were_exchanged_are_not_used(action: str, root: Path) -> None:
    sha = planted(root, "subject.py", (root / "subject.py").read_bytes(), b"x = 1\n")
    stored = root / ".tracec" / "patches" / "files" / sha
    stored.write_bytes(b"evil = 1\n")
    said = tracec(root, "patch", action)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"{stored}: is not what was kept; the patch is damaged: delete it and run again\n"
    stored.unlink()
    stored.symlink_to(root / "subject.py")
    assert "cannot be read" in tracec(root, "patch", action).err
    assert (root / "subject.py").read_text() == SUBJECT


def test_shown_is_what_is_written(root: Path) -> None:
    planted(root, "subject.py", (root / "subject.py").read_bytes(), b"evil = 1\n")
    (root / ".tracec" / "patches" / "0001-f.patch").write_text("--- harmless\n")
    shown = tracec(root, "patch", "show").out
    assert "harmless" not in shown
    assert "+evil = 1\n" in shown
    subprocess.run(["git", "apply", "-"], cwd=root, input=shown, check=True, text=True)
    assert (root / "subject.py").read_text() == "evil = 1\n"


def broken() -> Iterator[tuple[str, bytes]]:
    """Records of all kinds that are none."""
    file = {"path": "a", "before": "0" * 64, "after": "1" * 64}
    whole = {"id": "0001-f", "target": "t", "optimizer": "o", "files": [file]}
    changes: dict[str, dict[str, object]] = {
        "id elsewhere": {"id": "../../x"},
        "another id": {"id": "0002-f"},
        "no id": {"id": ""},
        "state": {"state": "a\nb"},
        "numbers": {"seed": "x"},
        "no list": {"files": {"a": 1}},
        "line": {"files": [{**file, "path": "a\nb: done"}]},
        "zero": {"files": [{**file, "path": "a\0b"}]},
        "empty": {"files": [{**file, "path": ""}]},
        "digest": {"files": [{**file, "after": "../../../subject.py"}]},
        "end": {"files": [{**file, "after": "1" * 64 + "\n"}]},
        "surrogate": {"target": "\ud800"},
    }
    for name, change in changes.items():
        yield name, json.dumps({**whole, **change}).encode()
    yield "deep", b'{"id": ' + b"[" * 200_000
    yield "deep and unknown", b'{"x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    yield "bytes", bytes(range(256))
    yield "list", b"[]"
    yield "nothing", b""


BROKEN = dict(broken())


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("action", ["ls", "show", "apply"])
def test_a_malformed_record_is_one_line(name: str, action: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = root / ".tracec" / "patches"
    folder.mkdir(parents=True)
    (folder / "0001-f.json").write_bytes(BROKEN[name])
    monkeypatch.chdir(root)
    with pytest.raises(TracecError) as error:
        patch_command(argparse.Namespace(action=action, id=None, outside=True, json=False))
    assert str(error.value).startswith(f"{folder / '0001-f.json'}: is no record of a patch (")
    assert len(str(error.value).splitlines()) == 1
    str(error.value).encode()


def test_a_record_that_is_no_file(root: Path) -> None:
    folder = root / ".tracec" / "patches"
    folder.mkdir(parents=True)
    record = folder / "0001-f.json"
    for make in (os.mkfifo, os.mkdir, lambda path: os.symlink(root, path)):
        make(record)
        said = tracec(root, "patch", "ls", seconds=30)
        assert (said.code, said.err.count("\n"), "cannot be read" in said.err) == (2, 1, True)
        record.rename(root / f"tried{len(os.listdir(root))}")


def test_a_record_gives_the_terminal_no_commands(root: Path) -> None:
    planted(root, "subject.py", b"a", b"b", target="\x1b[2J\x1b]0;evil\x07 t")
    assert "\x1b" not in tracec(root, "patch", "ls").out
    assert msgspec.json.decode(tracec(root, "patch", "ls", "--json").out)["patches"][0]["target"].startswith("\x1b")


# --- the user's key ---------------------------------------------------------------------------------------------------


def test_a_proof_is_of_its_words_and_its_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = private.proof("patch", "a", "b")
    assert private.proves(said, "patch", "a", "b")
    assert not private.proves(said, "patch", "a", "c")
    assert not private.proves(said, "patch", "ab")
    assert not private.proves("", "patch", "a", "b")
    assert not private.proves("é", "patch", "a", "b")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert not private.proves(said, "patch", "a", "b")
    assert mode(tmp_path / "tracec" / "key") == 0o600
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert not private.proves(said, "patch", "a", "b")


def test_processes_that_begin_at_once_have_one_key(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "from tracec.project import private; print(private.proof('x'))"]
    env: dict[str, Any] = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    begun = [subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({process.communicate()[0] for process in begun}) == 1
    assert [path.name for path in (tmp_path / "tracec").iterdir()] == ["key"]


# --- how children find a run ------------------------------------------------------------------------------------------


def start_line() -> str:
    """What interpreters of the environment execute when they start."""
    return next(text for folder in sys.path if (text := line_in(Path(folder, "tracec.pth"))))


def line_in(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def interpreter(line: str, tmp_path: Path, **env: str) -> str:
    """What a bare interpreter says that executes the line, then names tracec's modules that it has."""
    (tmp_path / "line.py").write_text(line)
    code = (
        f"import sys; sys.path[:] = [p for p in sys.path if 'tracec' not in p]\n"
        f"exec(open({str(tmp_path / 'line.py')!r}).read())\n"
        "print([name for name in sys.modules if 'tracec' in name])"
    )
    clean = {k: v for k, v in os.environ.items() if k != "XDG_RUNTIME_DIR"}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env={**clean, **env}, cwd=tmp_path, capture_output=True, text=True
    )
    return done.stdout + done.stderr


def test_the_line_is_harmless_where_tracec_is_gone(tmp_path: Path) -> None:
    (tmp_path / f"tracec-runs-{os.getuid()}").mkdir(mode=0o700)
    assert interpreter(start_line(), tmp_path, XDG_RUNTIME_DIR=str(tmp_path)) == "[]\n"


@pytest.mark.parametrize("value", ["", "nowhere", "/", "\udcff", "a\nb"])
def test_the_line_never_raises(value: str, tmp_path: Path) -> None:
    assert interpreter(start_line(), tmp_path, XDG_RUNTIME_DIR=value) == "[]\n"


def test_the_line_imports_nothing_for_a_folder_of_another_user(tmp_path: Path) -> None:
    """Even where anyone may write to it."""
    place = tmp_path / f"tracec-runs-{os.getuid() + 1}"
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    line = f"import os; os.getuid = lambda: {os.getuid() + 1}\nimport sys; sys.modules['tracec'] = None\n"
    seen = "builtins = __import__('builtins'); real = builtins.__import__\n"
    seen += "builtins.__import__ = lambda name, *a: print(name) if 'tracec' in name else real(name, *a)\n"
    said = interpreter(line + seen + start_line(), tmp_path, XDG_RUNTIME_DIR=str(tmp_path))
    assert said == "['tracec']\n"
    mine = interpreter(
        seen + start_line().replace("os.getuid()", str(os.getuid() + 1), 1), tmp_path, XDG_RUNTIME_DIR=str(tmp_path)
    )
    assert mine.startswith("tracec.runtime.launch.subprocess_hook\n")  # it would be seen


def test_the_line_and_the_module_agree() -> None:
    assert f"begin({subprocess_hook.VERSION})" in start_line()
    assert start_line().count("\n") == 1


def test_a_line_of_another_version_is_not_answered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def asked() -> None:
        raise AssertionError

    monkeypatch.setattr(subprocess_hook, "run_of_this_process", asked)
    monkeypatch.setitem(sys.modules, "tracec.runtime.launch.subprocess_hook", subprocess_hook)
    subprocess_hook.begin()
    subprocess_hook.begin(subprocess_hook.VERSION - 1)
    (tmp_path / "tracec.pth").write_text(start_line().replace(f"begin({subprocess_hook.VERSION})", "begin(1)"))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with family(setting(tmp_path)) as open_family:
        assert open_family.alone
        assert "another version when it starts; install tracec again" in open_family.problem


@pytest.mark.parametrize("squatted", ["link", "file", "writable"])
def test_who_takes_the_place_first_disables_recording_and_it_is_said(squatted: str, root: Path, mine: Path) -> None:
    own = root.parent / "runtime"
    own.mkdir(mode=0o700)
    place = own / f"tracec-runs-{os.getuid()}"
    if squatted == "link":
        place.symlink_to(mine)
    elif squatted == "file":
        place.write_text("")
    else:
        place.mkdir()
        place.chmod(0o777)
        (place / "99999999-1-0").mkdir()
    before = snapshot(root.parent)
    (root / "main.py").write_text("import subprocess, sys\nsubprocess.run([sys.executable, 'subject.py'])\n")
    said = tracec(root, "run", "--record", "x.trace", "main.py", XDG_RUNTIME_DIR=str(own))
    assert said.code == 0
    assert f"tracec: child processes are not recorded: {place}: others may write to it" in said.err
    assert {name: data for name, data in snapshot(root.parent).items() if name in before} == before


@pytest.mark.parametrize("how", ["open", "relative"])
def test_a_runtime_folder_that_is_not_private_is_not_used(how: str, root: Path) -> None:
    (root / "open").mkdir()
    (root / "open").chmod(0o755)
    (root / "main.py").write_text("")
    place = str(root / "open") if how == "open" else "open"
    said = tracec(root, "run", "main.py", XDG_RUNTIME_DIR=place)
    assert "XDG_RUNTIME_DIR is no folder of yours alone" in said.err
    assert list((root / "open").iterdir()) == []


def test_children_are_found_with_a_runtime_folder_and_without_environment(root: Path) -> None:
    (root / "main.py").write_text(
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, 'subject.py', 'with'])\n"
        "subprocess.run([sys.executable, 'subject.py', 'without'], env={})\n"
    )
    with tempfile.TemporaryDirectory(dir="/tmp") as own:  # a socket's path is short
        said = tracec(root, "run", "--record", "x.trace", "main.py", XDG_RUNTIME_DIR=own)
        assert os.listdir(own) == []
    assert said.err.startswith("tracec: recorded")
    names = {trace.name.partition(": ")[2] for trace in trace_store.load(root / "x.trace")}
    assert {"subject.py with", "subject.py without"} <= names


def test_runs_of_another_container_are_left_alone_while_somebody_listens(tmp_path: Path) -> None:
    space = subprocess_hook.namespace() + 1
    alive, dead = (tmp_path / f"{pid}-5-{space}" for pid in (11, 12))
    for folder in (alive, dead):
        folder.mkdir()
        (folder / "run").touch()
    with subprocesses.answering(str(alive / "ask"), setting(tmp_path)):
        with subprocesses.answering(str(dead / "ask"), setting(tmp_path)):
            pass
        subprocesses.sweep(str(tmp_path))
        assert [path.name for path in tmp_path.iterdir()] == [alive.name]


def test_only_what_a_run_made_is_swept(tmp_path: Path, mine: Path) -> None:
    name = f"999999999-1-{subprocess_hook.namespace()}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "letter").write_text("dear")
    (tmp_path / name.replace("-1-", "-2-")).symlink_to(mine)
    (tmp_path / "999999999-1").mkdir()
    (tmp_path / f"tracec-{name}.run").touch()
    before = snapshot(mine)
    subprocesses.sweep(str(tmp_path))
    assert (tmp_path / name / "letter").read_text() == "dear"
    assert {path.name for path in tmp_path.iterdir()} == {"mine", name, name.replace("-1-", "-2-"), "999999999-1"}
    assert snapshot(mine) == before


def test_uninstalling_takes_the_line_away() -> None:
    (found,) = importlib.metadata.distributions(name="tracec", path=[sysconfig.get_path("purelib")])
    assert "tracec.pth" in {str(path) for path in found.files or ()}


# --- building ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RuntimeError("no compiler"), SystemExit(1), ImportError("no mypyc")])
def test_what_cannot_be_compiled_is_said_and_left_out(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*args: object, **options: object) -> None:
        raise error

    asked: dict[str, Any] = {}
    tools = types.SimpleNamespace(Extension=lambda name, *_, **__: name, setup=lambda **given: asked.update(given))
    monkeypatch.setitem(sys.modules, "setuptools", tools)
    monkeypatch.setitem(sys.modules, "setuptools.command.build_py", types.SimpleNamespace(build_py=object))
    monkeypatch.setitem(sys.modules, "setuptools.command.build_ext", types.SimpleNamespace(build_ext=object))
    monkeypatch.setitem(sys.modules, "mypyc.build", types.SimpleNamespace(mypycify=fails))
    runpy.run_path(str(Path(__file__).parent.parent / "setup.py"))
    assert asked["ext_modules"] == ["tracec.runtime.record._recorder", "tracec.runtime.launch._executed"]
    expected = f"what reads traces is not compiled, and is slower: {type(error).__name__}: {error}\n"
    assert capsys.readouterr().err == f"tracec: {expected}"
