"""What is built from the checkout, and what can be imported once it is installed."""

import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

Built = tuple[set[str], set[str], Path]

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FOLDERS = PROJECT["tool"]["setuptools"]["package-dir"]
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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """(names in the wheel, names in the sdist, the wheel): built from a copy, so that the checkout stays clean."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("tracec", "passes", "runtime"):
        copytree(ROOT / name, copy / name, symlinks=True, ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    # Builds the sdist, and from what is in it the wheel: what is missing there is missing here too.
    run(sys.executable, "-m", "build", "--outdir", copy / "out", cwd=copy)
    (sdist,), (wheel,) = (copy / "out").glob("*.tar.gz"), (copy / "out").glob("*.whl")
    with tarfile.open(sdist) as tar, zipfile.ZipFile(wheel) as archive:
        inside = {name.partition("/")[2] for name in tar.getnames()}
        return set(archive.namelist()), inside, wheel


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
    names, _, _ = built
    assert {name for name in names if name.endswith(".py")} == python_files()
    assert "tracec/py.typed" in names
    top = {name.partition("/")[0] for name in names}
    assert top == {"tracec", f"tracec-{PROJECT['project']['version']}.dist-info"}


def test_the_wheel_has_what_interpreters_read_when_they_start(tmp_path: Path) -> None:
    for name in ("tracec", "passes", "runtime"):
        copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=ignore_patterns("__pycache__", "*.so"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "setup.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "mypyc").mkdir()  # stands for the real one: nothing is compiled
    (tmp_path / "mypyc" / "build.py").write_text("raise ImportError\n")
    run(sys.executable, "-m", "pip", "install", "-q", "setuptools>=77", "--target", tmp_path / "tools", cwd=tmp_path)
    code = f"import sys; sys.path[:0] = ['.', {str(tmp_path / 'tools')!r}]; exec(open('setup.py').read())"
    run(sys.executable, "-c", code, "build_py", "--build-lib", tmp_path / "made", cwd=tmp_path)
    start = (tmp_path / "made" / "tracec.pth").read_text()
    assert start.startswith("import os;")
    assert start.count("\n") == 1
    installed = Path(sysconfig.get_path("purelib"), "tracec.pth")
    assert installed.read_text() == start, "run `pip install -e .` again"


def test_the_sdist_holds_each_file_once(built: Built) -> None:
    _, names, _ = built
    assert {"tracec/cli.py", "passes/nouns/target.py", "runtime/marks.py", "tracec/py.typed", "LICENSE"} <= names
    assert not any(name.startswith(("tracec/passes", "tracec/runtime")) for name in names)


def test_the_installed_wheel_takes_no_names_of_the_user(built: Built, tmp_path: Path) -> None:
    _, _, wheel = built
    target, neutral = tmp_path / "site", tmp_path / "neutral"
    neutral.mkdir()
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target, wheel, cwd=neutral)
    code = f"""
import importlib.util, sys
sys.path.insert(0, {str(target)!r})
import tracec, tracec.passes.nouns.target, tracec.passes.find, tracec.runtime.marks, tracec.commands
assert tracec.__file__.startswith({str(target)!r}), tracec.__file__
assert tracec.passes.nouns.target.__file__.startswith({str(target)!r})
print([name for name in ("passes", "runtime") if importlib.util.find_spec(name)])
"""
    # -S: without site-packages, where this checkout may be installed as well.
    assert run(sys.executable, "-I", "-S", "-c", code, cwd=neutral) == "[]\n"


def test_the_version_is_said_once() -> None:
    import tracec

    assert PROJECT["project"]["version"] == tracec.__version__


def test_the_readme_has_the_command_that_proves_everything() -> None:
    assert README_COMMAND in (ROOT / "README.md").read_text().splitlines()


def test_ci_runs_the_same() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    text = script.read_text()
    assert all(line in text.splitlines() for line in ("pip install -q -e '.[dev]'", "mypy", "python -m pytest"))
    run("bash", "-n", script, cwd=ROOT)


def test_no_compiled_module_is_older_than_its_source() -> None:
    """Python takes a compiled module before its source: after an edit it must be made anew."""
    stale = [
        source.relative_to(ROOT).as_posix()
        for folder in ("runtime", "passes/link")
        for made in (ROOT / folder).glob("*.so")
        for source in (ROOT / folder).glob(f"{made.name.partition('.')[0]}.[pc]*")
        if source.suffix in (".py", ".c") and source.stat().st_mtime > made.stat().st_mtime
    ]
    assert stale == [], "run `pip install -e .` again"
