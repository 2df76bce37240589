"""What is built from the checkout, and what can be imported once it is installed."""

import ast
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns, which
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FOLDERS = PROJECT["tool"]["setuptools"]["package-dir"]
SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))  # of what is compiled for this interpreter
COMPILER = which(str(sysconfig.get_config_var("CC") or "cc").split()[0])
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="there is no compiler of C here")
README_COMMAND = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/python -m pytest"


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python_files() -> set[str]:
    """What a wheel must hold: every .py file under its import name."""
    return {
        f"{package.replace('.', '/')}/{path.relative_to(ROOT / folder).as_posix()}"
        for package, folder in FOLDERS.items()
        for path in (ROOT / folder).rglob("*.py")
        if not (folder == "tracec" and path.relative_to(ROOT).parts[1] in ("passes", "runtime"))
    }


@dataclass(frozen=True)
class Built:
    """What `python -m build` made: the names in the wheel and in the sdist, and the wheel."""

    names: frozenset[str]
    sdist: frozenset[str]
    wheel: Path

    def text(self, name: str) -> str:
        """A file of the wheel."""
        with zipfile.ZipFile(self.wheel) as archive:
            return archive.read(name).decode()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel that is shipped, with all that is compiled: built from a copy, so that the checkout stays clean."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("tracec", "passes", "runtime"):
        copytree(ROOT / name, copy / name, symlinks=True, ignore=ignore_patterns("__pycache__", "*.so"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "setup.py"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    # Builds the sdist, and from what is in it the wheel: what is missing there is missing here too.
    run("env", "TRACEC_OPT_LEVEL=0", sys.executable, "-m", "build", "--outdir", copy / "out", cwd=copy)
    (sdist,), (wheel,) = (copy / "out").glob("*.tar.gz"), (copy / "out").glob("*.whl")
    with tarfile.open(sdist) as tar, zipfile.ZipFile(wheel) as archive:
        inside = frozenset(name.partition("/")[2] for name in tar.getnames())
        return Built(frozenset(archive.namelist()), inside, wheel)


def compiled_modules() -> set[str]:
    """The modules that setup.py compiles, as it says: READERS, and what is written in C."""
    tree = ast.parse((ROOT / "setup.py").read_text())
    wanted: list[ast.stmt] = [
        n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) in ("LINKER", "READERS")
    ]
    names: dict[str, Any] = {}
    exec(compile(ast.Module(wanted, []), "setup.py", "exec"), names)
    found = names["READERS"]
    own = {"tracec/runtime/record/_recorder", "tracec/runtime/launch/_executed"}
    return {*own, *(name.removesuffix(".py") for name in found)}


def test_every_package_is_listed() -> None:
    on_disk = {name.rpartition("/")[0].replace("/", ".") for name in python_files()}
    listed = PROJECT["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(on_disk)


def test_every_folder_with_python_is_a_package() -> None:
    folders = {str(Path(name).parent) for name in python_files()}
    assert [folder for folder in folders if f"{folder}/__init__.py" not in python_files()] == []


def test_the_links_lead_to_the_folders() -> None:
    for name in ("passes", "runtime"):
        link = ROOT / "tracec" / name
        assert link.is_symlink()
        assert link.readlink() == Path("..") / name


def test_the_wheel_holds_everything_and_nothing_else(built: Built) -> None:
    assert {name for name in built.names if name.endswith(".py")} == python_files()
    assert {"tracec/py.typed", "tracec/view/assets/show.html"} <= built.names
    top = {name.partition("/")[0] for name in built.names}
    assert {name for name in top if not name.endswith(SUFFIX)} == {
        "tracec",
        "tracec.pth",
        f"tracec-{PROJECT['project']['version']}.dist-info",
    }
    assert not [name for name in built.names if name.endswith((".c", ".h", ".pyc", "setup.py"))]


@needs_compiler
def test_the_wheel_holds_what_is_compiled(built: Built) -> None:
    """The recorder, each reader, and the one library of mypyc that they share; so it is a wheel of one platform."""
    found = {name.removesuffix(SUFFIX) for name in built.names if name.endswith(SUFFIX)}
    (shared,) = found - compiled_modules()
    assert found - {shared} == compiled_modules()
    assert re.fullmatch(r"[0-9a-f]+__mypyc", shared)
    assert not built.wheel.name.endswith("-none-any.whl")


def test_the_wheel_has_what_interpreters_read_when_they_start(built: Built) -> None:
    start = built.text("tracec.pth")
    assert start.startswith("import os;")
    assert start.count("\n") == 1
    assert "tracec.runtime.launch.subprocess_hook" in start
    installed = Path(sysconfig.get_path("purelib"), "tracec.pth")
    assert installed.read_text() == start, "run `pip install -e .` again"


def test_the_sdist_holds_each_file_once(built: Built) -> None:
    wanted = {"tracec/cli.py", "passes/nouns/target.py", "runtime/marks.py", "tracec/py.typed", "LICENSE"}
    assert wanted | {"setup.py", "runtime/record/_recorder.c", "runtime/launch/_executed.c"} <= built.sdist
    assert not any(name.startswith(("tracec/passes", "tracec/runtime")) for name in built.sdist)


def test_the_installed_wheel_takes_no_names_of_the_user(built: Built, tmp_path: Path) -> None:
    target, neutral = tmp_path / "site", tmp_path / "neutral"
    neutral.mkdir()
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target, built.wheel, cwd=neutral)
    code = f"""
import importlib.util, sys
sys.path.insert(0, {str(target)!r})
import tracec, tracec.passes.nouns.target, tracec.passes.find, tracec.runtime.marks, tracec.commands
import tracec.passes.link.replay, tracec.runtime.record
assert tracec.__file__.startswith({str(target)!r}), tracec.__file__
assert tracec.passes.nouns.target.__file__.startswith({str(target)!r})
print([name for name in ("passes", "runtime") if importlib.util.find_spec(name)])
print(tracec.passes.link.replay.__file__.rpartition(".")[2], tracec.runtime.record._native is not None)
"""
    # -S: without site-packages, where this checkout may be installed as well.
    names, compiled = run(sys.executable, "-I", "-S", "-c", code, cwd=neutral).splitlines()
    assert names == "[]"
    assert compiled == ("so True" if COMPILER else "py False")


def test_the_version_is_said_once() -> None:
    import tracec

    assert PROJECT["project"]["version"] == tracec.__version__


def test_the_readme_has_the_command_that_proves_everything() -> None:
    assert README_COMMAND in (ROOT / "README.md").read_text().splitlines()


def test_ci_runs_the_same() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    text = script.read_text()
    assert all(line in text.splitlines() for line in ("ruff check .", "ruff format --check .", "mypy"))
    assert "python -m pytest -n 2 --dist loadfile" in text
    run("bash", "-n", script, cwd=ROOT)


def test_ci_runs_the_short_form_on_every_python_that_is_claimed() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    claimed = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["project"]["classifiers"]))
    assert f"for version in {' '.join(claimed)}; do" in text
    listed = re.findall(r"tests/test_\w+\.py", (ROOT / ".ci" / "short").read_text())
    assert len(listed) >= 8
    assert [path for path in listed if not (ROOT / path).is_file()] == []


def test_no_compiled_module_is_older_than_its_source() -> None:
    """Python takes a compiled module before its source: after an edit it must be made anew."""
    stale = [
        source.relative_to(ROOT).as_posix()
        for folder in ("runtime/record", "passes/link")
        for made in (ROOT / folder).glob("*.so")
        for source in (ROOT / folder).glob(f"{made.name.partition('.')[0]}.[pc]*")
        if source.suffix in (".py", ".c") and source.stat().st_mtime > made.stat().st_mtime
    ]
    assert stale == [], "run `pip install -e .` again"
