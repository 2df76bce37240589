"""read, expand, qualnames, project_root on real folders."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracec.passes.nouns.errors import TracecError
from tracec.project import paths


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")


def git(root: Path, *args: str) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    subprocess.run(["git", "-C", root, *args], check=True, capture_output=True, env=env)


def found(root: Path, *args: str) -> str:
    return " ".join(paths.expand(args, root))


def test_read_gives_a_source(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: latin-1\r\nx = '\xe9'\r\n")
    source = paths.read(str(path))
    assert (source.text, source.encoding) == ("# coding: latin-1\r\nx = 'é'\r\n", "iso-8859-1")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (None, "no such file"),
        (b"\0\1", "is binary"),
        ("x".encode("utf-16"), "is binary"),
        (b"x = '\xe9'", "cannot be decoded"),
        (b"# coding: klingon\n", "cannot be decoded"),
    ],
)
def test_read_refuses(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "a.py"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(TracecError) as caught:
        paths.read(str(path))
    assert str(caught.value).startswith(f"{path}:")
    assert what in str(caught.value)


def test_read_refuses_folders_and_names_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(TracecError, match="is a folder"):
        paths.read(str(tmp_path))
    with pytest.raises(TracecError, match="cannot be read"):
        paths.read("a\0b.py")
    with pytest.raises(TracecError, match="cannot be read"):
        paths.read(str(tmp_path / ("x" * 300)))


def test_a_folder_without_git_is_walked(tmp_path: Path) -> None:
    make(tmp_path, "p/b.py", "p/a.py", "p/q/c.py", "p/readme.txt")
    make(tmp_path, *(f"p/{skipped}/x.py" for skipped in paths.SKIPPED_FOLDERS - {".git"}))
    assert found(tmp_path, "p") == "p/a.py p/b.py p/q/c.py"
    assert found(tmp_path, "p/build") == "p/build/x.py"  # named, so meant
    assert found(tmp_path, ".", "p/a.py", str(tmp_path / "p/a.py")) == "p/a.py p/b.py p/q/c.py"


def test_a_folder_in_git_has_what_git_does_not_ignore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "p/a.py", "p/new é.py", "p/gen/x.py", "p/gone.py", "venv.py", "other/o.py")
    (tmp_path / ".gitignore").write_text("gen/\n")
    git(tmp_path, "init")
    git(tmp_path, "add", "p/a.py", "p/gone.py")
    (tmp_path / "p/gone.py").unlink()
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert paths.expand(["p"], tmp_path) == ("p/a.py", "p/new é.py")
    assert found(tmp_path, "p/gen") == "p/gen/x.py"


def test_without_the_git_program_a_folder_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.py", ".git/x.py")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found(tmp_path, ".") == "a.py"


def test_of_a_link_and_its_file_the_file_counts(tmp_path: Path) -> None:
    make(tmp_path, "z.py")
    (tmp_path / "a.py").symlink_to("z.py")
    assert found(tmp_path, "a.py", "z.py") == "z.py"
    assert found(tmp_path, "a.py") == "a.py"


def test_a_script_needs_no_ending(tmp_path: Path) -> None:
    make(tmp_path, "script")
    assert found(tmp_path, "script") == "script"


def test_modules_are_found_without_running_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "shop/cart.py", "src/lib/core.py")
    for name in ("shop/__init__.py", "src/lib/__init__.py", "shop/cart.py"):
        (tmp_path / name).write_text("raise SystemExit('ran')\n")
    assert found(tmp_path, "shop.cart") == "shop/cart.py"
    assert found(tmp_path, "shop.cart:Cart.total") == "shop/cart.py"
    assert found(tmp_path, "lib") == "src/lib/__init__.py src/lib/core.py"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert paths.expand(["shop.cart"], elsewhere) == (str(tmp_path / "shop/cart.py"),)
    assert paths.expand(["json.decoder"], elsewhere)[0].endswith("json/decoder.py")
    assert len(paths.expand(["json"], elsewhere)) >= 5
    assert paths.expand(["bisect"], elsewhere)[0].endswith("bisect.py")


@pytest.mark.parametrize("arg", ["nowhere.py", "no/where", "nosuchmodule", "json.nosuch", "sys", "", "a b"])
def test_what_is_not_there(tmp_path: Path, arg: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TracecError, match=r"no such file|no file, folder or Python module|no Python files here"):
        found(tmp_path / "empty", arg)


def test_a_folder_without_python(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TracecError, match=r"^empty: no Python files here; name a file"):
        found(tmp_path, "empty")


def test_qualnames(tmp_path: Path) -> None:
    make(tmp_path, "cart.py", "odd:name")
    args = ["cart.py", "cart.py:Cart.total", "shop.cart:f", "odd:name"]
    assert paths.qualnames(args, tmp_path) == ("cart.py:Cart.total", "shop.cart:f")
    assert found(tmp_path, "cart.py:Cart.total", "odd:name") == "cart.py odd:name"


def test_project_root(tmp_path: Path) -> None:
    make(tmp_path, "a/setup.cfg", "a/b/c/x.py", "lone/y.py")
    assert paths.project_root(tmp_path / "a/b/c/x.py") == tmp_path / "a"
    assert paths.project_root(tmp_path / "a") == tmp_path / "a"
    assert paths.project_root(tmp_path / "lone/y.py") == tmp_path / "lone"
