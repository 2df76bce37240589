"""`tracec run` instruments what is imported, on every road, and names what is in scope and was not recorded."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.command import tracec
from tests.full import FULL
from tests.test_run import both
from tracec.launch.scoping import setting
from tracec.recording.trace_store import load
from tracec.runtime.launch.scope import Scope

F = "def f(x):\n    return x * 10\n"
MISSED = "tracec: in scope and not recorded: "


def values(log: Path) -> dict[str, list[object]]:
    """What `x * 10` gave in each file."""
    found: dict[str, list[object]] = {}
    for trace in load(log):
        for node in trace.nodes:
            if node.site.text == "x * 10":
                found.setdefault(node.site.span.path, []).append(node.value)
    return found


def missed(err: str) -> list[str]:
    """What the last line names."""
    lines = [line.removeprefix(MISSED) for line in err.splitlines() if line.startswith(MISSED)]
    assert len(lines) < 2
    return lines[0].split("; ") if lines else []


# --- nothing but what is imported -------------------------------------------------------------------------------------


def test_what_is_not_imported_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(f"{F}print(f(1))\n")
    for name in ("never.py", "broken.py", "sub/locked.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("def f(:\n")
    os.mkfifo(tmp_path / "pipe.py")  # who reads it waits for ever
    said = tracec(tmp_path, "run", "--record", "x.trace", "main.py", seconds=30, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert said.out == "10\n"
    assert re.fullmatch(r"tracec: recorded x.trace \([\d,]+ bytes\); look at it with `tracec show x.trace`\n", said.err)
    assert len([*(tmp_path / "cache").rglob("*.bin")]) == 1


def test_a_module_is_instrumented_once(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import mod\nprint(mod.f(1))\n")
    (tmp_path / "mod.py").write_text(F)
    cache = tmp_path / "cache"
    for _ in range(2):
        said = tracec(tmp_path, "run", "--record", "x.trace", "main.py", XDG_CACHE_HOME=str(cache))
        assert values(tmp_path / "x.trace") == {"mod.py": [10]}
        made = {path: path.stat().st_mtime_ns for path in cache.rglob("*.bin")}
    assert missed(said.err) == []
    (tmp_path / "mod.py").write_text(F.replace("10", "5 * 2"))
    tracec(tmp_path, "run", "--record", "x.trace", "main.py", XDG_CACHE_HOME=str(cache))
    assert len([*cache.rglob("*.bin")]) == len(made) + 1


@pytest.mark.parametrize("at", [".", "scripts"])
def test_the_scope_is_the_users_code_below_the_root(tmp_path: Path, at: str) -> None:
    """Whatever folder the program starts in; no packages, no environment of whatever name, no file elsewhere."""
    (tmp_path / "pyproject.toml").touch()
    foreign = ("v13/lib", "site-packages", "node_modules/x", "../elsewhere")
    for folder in ("src", "scripts", "build", *foreign):
        (tmp_path / "project" / folder).mkdir(parents=True)
    root = tmp_path / "project"
    (root / "pyproject.toml").touch()
    (root / "v13" / "pyvenv.cfg").touch()
    names = [f"m{n}" for n in range(len(foreign) + 2)]
    for name, folder in zip(names, ("src", "build", *foreign)):
        (root / folder / f"{name}.py").write_text(F)
    (root / "scripts" / "main.py").write_text(
        f"import sys, os\nroot = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n"
        f"sys.path += [os.path.join(root, p) for p in {('src', 'build', *foreign)!r}]\n"
        + "".join(f"import {name}\nprint({name}.f(1))\n" for name in names)
    )
    (root / "scripts" / "main.py").rename(root / at / "main.py")
    if at == ".":
        text = (root / "main.py").read_text()
        (root / "main.py").write_text(text.replace("os.path.dirname(os.path.dirname(", "os.path.dirname(("))
    said = tracec(root / at, "run", "--record", "x.trace", "main.py")
    assert said.out == "10\n" * len(names)
    found = {os.path.basename(path) for path in values(root / at / "x.trace")}
    assert found == {"m0.py", "m1.py"}
    assert missed(said.err) == []


def test_what_is_named_is_in_scope_wherever_it_lies(tmp_path: Path) -> None:
    package = tmp_path / "venv" / "lib" / "site-packages" / "package"
    package.mkdir(parents=True)
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    (package / "__init__.py").write_text(F)
    (tmp_path / "other.py").write_text(F)
    (tmp_path / "main.py").write_text(
        "import sys; sys.path.append('venv/lib/site-packages')\nimport package, other\n"
        "print(package.f(2), other.f(3))\n"
    )
    scope = "venv/lib/site-packages/package"
    tracec(tmp_path, "run", "--record", "x.trace", "--scope", scope, "main.py")
    assert values(tmp_path / "x.trace") == {f"{scope}/__init__.py": [20]}


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("none.py", "none.py: no such file; check the path"),
        ("empty", "empty: no Python files here; name a file, a folder or a module"),
        ("no.such.module", "no file, folder or Python module is called 'no.such.module'; check the spelling"),
    ],
)
def test_a_scope_in_which_there_is_nothing_is_an_error(tmp_path: Path, scope: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "main.py").touch()
    said = tracec(tmp_path, "run", "--scope", scope, "main.py")
    assert (said.code, said.err) == (2, f"{message}\n")


def test_links_and_relative_paths_are_what_they_lead_to(tmp_path: Path) -> None:
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "real" / "m.py").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "outside.py").touch()
    (tmp_path / "real" / "out.py").symlink_to(tmp_path / "outside.py")
    scope = Scope((), [str(tmp_path / "real")])
    assert scope.real(str(tmp_path / "link" / "m.py")) == str(tmp_path / "real" / "m.py")
    assert scope.real(str(tmp_path / "real" / "sub" / ".." / "m.py")) == str(tmp_path / "real" / "m.py")
    assert scope.real(str(tmp_path / "link" / "out.py")) == scope.real(str(tmp_path / "realm.py")) == ""
    assert scope.real(os.path.relpath(tmp_path / "real" / "m.py")) == str(tmp_path / "real" / "m.py")


def test_a_root_that_holds_the_interpreter(tmp_path: Path) -> None:
    """The standard library below a home folder is nobody's own code."""
    run = setting("/")
    assert run.scope.real(os.__file__) == ""
    assert run.scope.real(pytest.__file__) == ""


# --- the roads --------------------------------------------------------------------------------------------------------

ROADS = {
    "path": "import runpy\nprint(runpy.run_path('mod.py')['f'](1))\n",
    "module": "import runpy\nprint(runpy.run_module('mod')['f'](1))\n",
    "late": "import pkgutil, runpy\nprint(runpy.run_path('mod.py', run_name='m')['f'](1))\n",
    "spec": "import importlib.util as u\ns = u.spec_from_file_location('x', 'mod.py')\nm = u.module_from_spec(s)\n"
    "s.loader.exec_module(m)\nprint(m.f(1), s == u.spec_from_file_location('x', 'mod.py'))\n",
    "zip": "import sys\nsys.path.insert(0, 'app.zip')\nimport zipped\nprint(zipped.f(1), zipped.__file__)\n",
    "subclass": "import importlib.util as u, importlib.machinery as k\nclass L(k.SourceFileLoader): pass\n"
    "s = u.spec_from_loader('mod', L('mod', 'mod.py'))\nm = u.module_from_spec(s)\n"
    "s.loader.exec_module(m)\nprint(m.f(1))\n",
    "own": "import importlib.util as u, importlib.abc\nclass L(importlib.abc.SourceLoader):\n"
    "    def get_filename(self, name): return 'mod.py'\n"
    "    def get_data(self, path): return open('mod.py', 'rb').read()\n"
    "s = u.spec_from_loader('mod', L())\nm = u.module_from_spec(s)\ns.loader.exec_module(m)\nprint(m.f(1))\n",
    "reload": "import mod, importlib\nprint(importlib.reload(mod).f(1))\n",
    "thread": "import threading\ndef work():\n    import mod\n    print(mod.f(1))\n"
    "t = threading.Thread(target=work); t.start(); t.join()\n",
    "command": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import mod; print(mod.f(1))'])\n",
}


@pytest.mark.parametrize("name", ROADS)
def test_every_road_is_recorded(tmp_path: Path, name: str) -> None:
    (tmp_path / "mod.py").write_text(F)
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        archive.writestr("zipped.py", F)
    (tmp_path / "main.py").write_text(ROADS[name])
    runs = both(tmp_path, "main.py")
    assert runs.traced == runs.plain
    assert values(runs.log) == {"app.zip/zipped.py" if name == "zip" else "mod.py": [10]}


BROKEN = {
    "import": "import broken",
    "path": "import runpy; runpy.run_path('broken.py')",
    "module": "import runpy; runpy.run_module('broken')",
    "zip": "import sys; sys.path.insert(0, 'app.zip'); import broken_too",
    "raises": "import raises",
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_tracebacks_of_every_road_are_the_same(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "raises.py").write_text("def f(): return 1 / 0\nf()\n")
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        archive.writestr("broken_too.py", "def f(:\n")
    (tmp_path / "main.py").write_text(BROKEN[name] + "\n")
    runs = both(tmp_path, "main.py")
    assert runs.plain.code == 1
    assert runs.traced == runs.plain


NAMED = {
    "other loader": (
        "import importlib.util as u, importlib.machinery as k\nclass L(k.SourceFileLoader):\n"
        "    def source_to_code(self, data, path, **k): return super().source_to_code(data.upper(), path)\n"
        "s = u.spec_from_loader('x', L('x', 'loud.py'))\nm = u.module_from_spec(s)\n"
        "s.loader.exec_module(m)\nprint(m.X)\n",
        "loud.py (its loader compiles it in a way of its own)",
    ),
    "exec": (
        "exec(compile(open('loud.py').read(), 'loud.py', 'exec'))\n",
        "loud.py (it was run by exec(), not imported)",
    ),
    "syntax": (
        "try: import bad\nexcept SyntaxError: print('bad')\n",
        "bad.py (line 1: syntax error: invalid syntax)",
    ),
    "skipped": ("import skipped\n", ""),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_not_recorded_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "loud.py").write_text("x = 'a'\n")
    (tmp_path / "bad.py").write_text("def f(:\n")
    (tmp_path / "skipped.py").write_text("# tracec: skip-file\nx = 1\n")
    (tmp_path / "main.py").write_text(NAMED[name][0])
    for _ in range(2):  # the second time out of the cache
        said = tracec(tmp_path, "run", "main.py")
        assert said.code == 0
        assert missed(said.err) == [NAMED[name][1]] * bool(NAMED[name][1])


def test_many_reasons_and_files_are_one_line(tmp_path: Path) -> None:
    for n in range(8):
        (tmp_path / f"e{n}.py").write_text("x = 1\n")
    (tmp_path / "main.py").write_text(
        "for n in range(8):\n    exec(compile(open(f'e{n}.py').read(), f'e{n}.py', 'exec'))\n"
    )
    said = tracec(tmp_path, "run", "main.py")
    assert missed(said.err) == ["e0.py, e1.py, e2.py, e3.py, e4.py, 3 more (it was run by exec(), not imported)"]


def test_a_module_that_was_there_before_is_named(tmp_path: Path) -> None:
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "sitecustomize.py").write_text("import early\n")
    (tmp_path / "early" / "early.py").write_text(F)
    (tmp_path / "main.py").write_text("import early\nprint(early.f(1))\n")
    said = tracec(tmp_path, "run", "main.py", PYTHONPATH=str(tmp_path / "early"))
    assert said.out == "10\n"
    before = "early/early.py, early/sitecustomize.py (it was imported before the recorder)"
    assert missed(said.err) == [before]


# --- pytest -----------------------------------------------------------------------------------------------------------

TESTS = """\
import pytest
from plugged import f

class Box:
    x = 3
    def get(self, *a, **k): return [*a, *k.values()]

def test_passes():
    assert 1 + 1 == 2

def test_calls(thing):
    box = Box()
    assert f(2) == 20 and box.get(1, *[2, 3], k=f(1)) == [1, 2, 3, 10], f"no {f(2)}"
    assert not f(1) < f(2) < thing or (y := f(0)) == 4

def test_walrus(thing):
    assert (z := f(3)) and [f(i) for i in range(3)][1:] == [10, 1 if thing else 3], "bad"
    assert z == 30

def test_dicts():
    assert {"a": f(1), "b": Box().x} == {"a": 2, "b": 3}

def test_raises():
    with pytest.raises(TypeError):
        assert f(None)
    assert f(1) in (1, 2) or not any(f(x) == 3 for x in (1, 2)) and Box.x is None

@pytest.mark.parametrize("n", [1, 2])
def test_param(n):
    x = f(n)
    assert x in (10, 4), n
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A project whose tests fail in many ways, with a conftest.py and a plugin with an entry point."""
    (tmp_path / "test_all.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text("import pytest\n@pytest.fixture\ndef thing():\n    return 7 + 1\n")
    (tmp_path / "plugged.py").write_text(f"{F}def pytest_report_header(config): return [f'plug {{f(7)}}']\n")
    info = tmp_path / "plugged-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[pytest11]\nplug = plugged\n")
    (info / "RECORD").write_text("plugged.py,,\n")
    return tmp_path


def pytest_said(suite: Path, *words: str, traced: bool) -> tuple[int, str]:
    """A run of pytest, without its times and addresses."""
    command = ["-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", *words]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "TRACEC"))}
    way = ["-m", "tracec", "run", "--record", "x.trace"] if traced else []
    done = subprocess.run(
        [sys.executable, *way, *command], cwd=suite, capture_output=True, text=True, env={**env, "PYTHONPATH": "."}
    )
    return done.returncode, re.sub(r"in [\d.]+s|0x\w+|=+", "...", done.stdout)


OPTIONS = [("-o", "enable_assertion_pass_hook=true"), (), ("-vv",), ("--assert=plain",)]


@pytest.mark.parametrize("options", OPTIONS if FULL else OPTIONS[1:2])
def test_what_pytest_rewrites_is_recorded_and_says_the_same(suite: Path, options: tuple[str, ...]) -> None:
    plain = pytest_said(suite, *options, traced=False)
    assert "4 failed, 3 passed" in plain[1]
    assert "plug 70" in plain[1]
    for _ in range(2):
        assert pytest_said(suite, *options, traced=True) == plain
        traces = list(load(suite / "x.trace"))
        assert [trace.check() for trace in traces] == [[]] * len(traces)
        nodes = [node for trace in traces for node in trace.nodes]
        seen = {(node.site.span.path, node.site.text): node.value for node in nodes}
        assert seen["test_all.py", "1 + 1"] == 2
        assert seen["conftest.py", "7 + 1"] == 8
        assert seen["test_all.py", "box.get(1, *[2, 3], k=f(1)) == [1, 2, 3, 10]"] is True
        assert values(suite / "x.trace")["plugged.py"][0] == 70


def test_what_is_recorded_is_not_put_into_pytests_cache(suite: Path) -> None:
    assert pytest_said(suite, traced=True)[0] == 1
    plain = pytest_said(suite, traced=False)
    assert "4 failed, 3 passed" in plain[1]


# --- what the program can see -----------------------------------------------------------------------------------------


def test_loaders_and_specs_are_those_of_any_module(tmp_path: Path) -> None:
    (tmp_path / "mod.py").write_text(F)
    (tmp_path / "main.py").write_text(
        "import importlib.machinery as k, pickle, sys, inspect, mod\n"
        "fresh = k.PathFinder.find_spec('mod')\n"
        "print(mod.__spec__ == fresh, mod.__loader__ == fresh.loader, sorted(vars(mod.__loader__)))\n"
        "print(pickle.loads(pickle.dumps(mod.__spec__)) == mod.__spec__, [type(f).__name__ for f in sys.meta_path])\n"
        "print(sys.path_hooks, mod.f(1), k.SourceFileLoader.get_code.__qualname__)\n"
        "print(sorted(n for n in sys.modules if n.startswith('tracec.runtime.launch.')))\n"
    )
    runs = both(tmp_path, "main.py")
    plain = re.sub(r"0x\w+", "0x", runs.plain.out)
    assert re.sub(r"0x\w+", "0x", runs.traced.out) == plain


def test_what_is_pickled_by_value_is_plain(tmp_path: Path) -> None:
    """It is read where tracec is not installed."""
    pytest.importorskip("cloudpickle")
    pytest.importorskip("dill")
    (tmp_path / "maker.py").write_text(
        "def make(n):\n    def inner(x):\n        return [x * k for k in range(n)]\n    return inner\n"
    )
    (tmp_path / "main.py").write_text(
        "import sys, maker, dill, cloudpickle\ncloudpickle.register_pickle_by_value(maker)\n"
        "def f(x):\n    g = lambda y: maker.make(3)(y * 2)\n    return g(x + 1)\n"
        "for name in ('cloudpickle', 'dill'):\n"
        "    for n, thing in enumerate((f, lambda a: a - 1, maker.make(2))):\n"
        "        data = sys.modules[name].dumps(thing)\n"
        "        print(b'tracec' in data, sys.modules[name].loads(data)(5))\n"
    )
    runs = both(tmp_path, "main.py")
    assert runs.traced == runs.plain
    assert "True" not in runs.plain.out
    assert "maker.make(3)(y * 2)" not in runs.recorded  # it is plain where it is read
    assert pickle.dumps(runs.plain.out)
