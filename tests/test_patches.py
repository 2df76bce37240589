"""tracec/patches and `tracec patch`: the kept patches, and writing a user's file."""

from __future__ import annotations

import argparse
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tracec.commands.patch import run
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.project import patch_store
from tracec.project.patch_store import PatchRecord

BEFORE = "def f(x):\r\n    # é\r\n    return x"
AFTER = BEFORE + " + 1"
RECORD = PatchRecord(
    target="a.py:f:1", optimizer="search", seed=7, tests_before={"passed": 1, "failed": 2}, tests_after={"passed": 3}
)


def source_of(path: Path) -> Source:
    return Source.decode(path.name, path.read_bytes())


def project(folder: Path, *names: str, encoding: str = "utf-8") -> dict[str, Source]:
    """Files in a folder that git knows, as they were analysed."""
    (folder / "pyproject.toml").write_text("")
    subprocess.run(["git", "init", "-q", folder], check=True)
    for name in names or ("a.py",):
        (folder / name).write_bytes(BEFORE.encode(encoding))
    return {name: source_of(folder / name) for name in names or ("a.py",)}


def kept(folder: Path, *names: str) -> PatchRecord:
    befores = project(folder, *names)
    return patch_store.keep(folder, RECORD, befores, dict.fromkeys(befores, AFTER))


def leftovers(folder: Path) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.name.endswith((".tmp", ".lock"))]


def command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, action: str, id: str | None = None, json: bool = False
) -> int:
    monkeypatch.chdir(folder)
    return run(argparse.Namespace(action=action, id=id, outside=False, json=json))


def test_keep_apply_undo(tmp_path: Path) -> None:
    record = kept(tmp_path, "a.py", "b.py")
    assert (record.id, record.state, [f.path for f in record.files]) == ("0001-f", "kept", ["a.py", "b.py"])
    assert record.created.endswith("+00:00")
    assert (tmp_path / "a.py").read_bytes() == BEFORE.encode()
    assert patch_store.apply(tmp_path).state == "applied"
    assert (tmp_path / "a.py").read_bytes() == (tmp_path / "b.py").read_bytes() == AFTER.encode()
    assert patch_store.load(tmp_path, 1) == patch_store.load(tmp_path, "0001") == patch_store.load(tmp_path, "0001-f")
    assert patch_store.load(tmp_path).state == "applied"
    assert patch_store.undo(tmp_path, "1").state == "undone"
    assert (tmp_path / "a.py").read_bytes() == (tmp_path / "b.py").read_bytes() == BEFORE.encode()
    assert (tmp_path / ".tracec" / ".gitignore").read_text() == "*\n"
    assert leftovers(tmp_path) == []


def test_the_stored_diff_is_for_git(tmp_path: Path) -> None:
    kept(tmp_path)
    stored = tmp_path / ".tracec" / "patches" / "0001-f.patch"
    subprocess.run(["git", "apply", stored], cwd=tmp_path, check=True)
    assert (tmp_path / "a.py").read_bytes() == AFTER.encode()
    assert subprocess.run(["git", "status", "--short"], cwd=tmp_path, capture_output=True).stdout.count(b".tracec") == 0


def test_the_record_is_plain_json(tmp_path: Path) -> None:
    record = kept(tmp_path)
    data = json.loads((tmp_path / ".tracec" / "patches" / "0001-f.json").read_text())
    assert data["target"] == "a.py:f:1"
    assert data["seed"] == 7
    assert data["files"] == [{"path": "a.py", "before": record.files[0].before, "after": record.files[0].after}]


def test_latin_1_and_bom(tmp_path: Path) -> None:
    project(tmp_path)
    latin = "# coding: latin-1\n" + BEFORE
    (tmp_path / "l.py").write_bytes(latin.encode("latin-1"))
    (tmp_path / "b.py").write_bytes(b"\xef\xbb\xbf" + BEFORE.encode())
    befores = {name: source_of(tmp_path / name) for name in ("l.py", "b.py")}
    afters = {"l.py": latin + " + 1", "b.py": AFTER}
    patch_store.keep(tmp_path, RECORD, befores, afters)
    subprocess.run(["git", "apply", ".tracec/patches/0001-f.patch"], cwd=tmp_path, check=True)
    assert (tmp_path / "l.py").read_bytes() == (latin + " + 1").encode("latin-1")
    assert (tmp_path / "b.py").read_bytes() == b"\xef\xbb\xbf" + AFTER.encode()
    patch_store.undo(tmp_path)
    assert (tmp_path / "l.py").read_bytes() == latin.encode("latin-1")


@pytest.mark.parametrize("action", [patch_store.apply, patch_store.undo])
def test_a_changed_file_is_left_alone(tmp_path: Path, action: Callable[[Path], object]) -> None:
    kept(tmp_path, "a.py", "b.py")
    (tmp_path / "b.py").write_text("x = 1\n")
    if action is patch_store.undo:
        (tmp_path / "a.py").write_bytes(AFTER.encode())
    was = (tmp_path / "a.py").read_bytes()
    with pytest.raises(TracecError, match=r"b\.py: the file changed since it was analysed; run again"):
        action(tmp_path)
    assert (tmp_path / "a.py").read_bytes() == was
    assert (tmp_path / "b.py").read_text() == "x = 1\n"
    assert leftovers(tmp_path) == []
    assert patch_store.load(tmp_path).state == "kept"


def test_no_such_patch(tmp_path: Path) -> None:
    with pytest.raises(TracecError, match="no patches are kept here"):
        patch_store.load(tmp_path)
    kept(tmp_path)
    with pytest.raises(TracecError, match="there is no patch 2"):
        patch_store.load(tmp_path, "2")


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / ".tracec" / "patches" / "0001-f.json").write_text("{")
    with pytest.raises(TracecError, match=r"0001-f\.json: is no record of a patch"):
        patch_store.ls(tmp_path)


def test_many_at_once_get_different_numbers(tmp_path: Path) -> None:
    befores = project(tmp_path)
    code = "import sys, test_patches; test_patches.keep_eight(sys.argv[1])"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    others = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=environment) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: patch_store.keep(tmp_path, RECORD, befores, {"a.py": AFTER + "#" * i}), range(12)))
    assert [other.wait() for other in others] == [0, 0]
    numbers = [record.number for record in patch_store.ls(tmp_path)]
    assert numbers == list(range(1, 29))
    assert leftovers(tmp_path) == []


def keep_eight(folder: str) -> None:
    for _ in range(8):
        patch_store.keep(folder, RECORD, {"a.py": source_of(Path(folder) / "a.py")}, {"a.py": AFTER})


def test_write_keeps_mode_and_follows_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real.py", tmp_path / "link.py"
    real.write_bytes(b"\xef\xbb\xbf" + BEFORE.encode())
    real.chmod(0o754)
    link.symlink_to(real)
    patch_store.write(link, source_of(real), AFTER)
    assert real.read_bytes() == b"\xef\xbb\xbf" + AFTER.encode()
    assert stat.S_IMODE(real.stat().st_mode) == 0o754
    assert link.is_symlink()


def test_two_writes_within_one_second_are_told_apart_by_bytecode(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    seen = {int(file.stat().st_mtime)}
    for text in ("x = 2\n", "x = 3\n"):
        patch_store.write(file, source_of(file), text)
        seen.add(int(file.stat().st_mtime))
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [("def f(:\n", "not valid Python"), ("x = '\udc80'\n", "utf-8 has no"), ("x = '\0'", "not valid Python")],
)
def test_what_is_not_python_is_not_written(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "a.py"
    file.write_text(BEFORE)
    was = file.read_bytes()
    with pytest.raises(TracecError, match=message):
        patch_store.write(file, source_of(file), text)
    assert file.read_bytes() == was
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("which", ["file", "folder"])
def test_read_only(tmp_path: Path, which: str) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    file = folder / "a.py"
    file.write_bytes(BEFORE.encode())
    source = source_of(file)
    place = file if which == "file" else folder
    place.chmod(0o555)
    try:
        with pytest.raises(TracecError, match="read-only; make it writable"):
            patch_store.write(file, source, AFTER)
        assert os.listdir(folder) == ["a.py"]
        assert file.read_bytes() == BEFORE.encode()
    finally:
        place.chmod(0o755)


def test_a_gone_file(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(BEFORE.encode())
    source = source_of(file)
    file.unlink()
    with pytest.raises(TracecError, match="cannot be read"):
        patch_store.write(file, source, AFTER)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_when_one_of_several_fails_all_are_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    sources = project(tmp_path, "a.py", "b.py", "c.py")
    real, calls = os.replace, []

    def replace(old: str, new: str) -> None:
        calls.append(new)
        if len(calls) == 3:
            raise fault
        real(old, new)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises((TracecError, KeyboardInterrupt)):
        patch_store.write_all([(tmp_path / name, source, AFTER) for name, source in sources.items()])
    assert {(tmp_path / name).read_bytes() for name in sources} == {BEFORE.encode()}
    assert leftovers(tmp_path) == []


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    kept(tmp_path)
    assert command(tmp_path, monkeypatch, "ls") == 0
    assert (
        capfd.readouterr().out
        == "id      state  target    passed      files\n0001-f  kept   a.py:f:1  1/3 -> 3/3  a.py\n"
    )
    assert command(tmp_path, monkeypatch, "show", "1") == 0
    shown = capfd.readouterr().out
    assert shown.startswith("diff --git a/a.py b/a.py\n")
    assert command(tmp_path, monkeypatch, "apply") == 0
    assert capfd.readouterr() == ("", "0001-f is applied: a.py\n")
    assert command(tmp_path, monkeypatch, "apply", "0001") == 0
    assert capfd.readouterr() == ("", "0001-f was applied already: a.py\n")
    assert command(tmp_path, monkeypatch, "undo", "0001-f") == 0
    assert capfd.readouterr() == ("", "0001-f is undone: a.py\n")
    assert (tmp_path / "a.py").read_bytes() == BEFORE.encode()
    with pytest.raises(TracecError, match="no patch is applied"):
        command(tmp_path, monkeypatch, "undo")


def test_the_command_in_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path, monkeypatch, "ls", json=True) == 0
    assert json.loads(capfd.readouterr().out) == {"patches": []}
    kept(tmp_path)
    assert command(tmp_path, monkeypatch, "show", json=True) == 0
    shown = json.loads(capfd.readouterr().out)
    assert shown["id"] == "0001-f"
    assert shown["diff"].startswith("diff --git")
    assert command(tmp_path, monkeypatch, "apply", json=True) == 0
    assert json.loads(capfd.readouterr().out)["state"] == "applied"


def test_show_can_be_piped_into_git(tmp_path: Path) -> None:
    kept(tmp_path)
    tracec = [sys.executable, "-m", "tracec", "patch", "show", "1"]
    shown = subprocess.run(tracec, cwd=tmp_path, capture_output=True, check=True).stdout
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=shown, check=True)
    assert (tmp_path / "a.py").read_bytes() == AFTER.encode()
