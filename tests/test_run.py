"""`tracec run` against plain `python`: what a program sees of how it was started, and how it ends."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import Said, tracec
from tracec.commands.run import waited
from tracec.recording.artifacts import MANY, build
from tracec.recording.trace_store import load
from tracec.runtime.launch.python_argv import interpreter_flags

ENDING = (signal.SIGTERM, signal.SIGHUP)
LOOKS = """
import os, sys
frame = sys._getframe()
depth = 0
while frame.f_back:
    frame, depth = frame.f_back, depth + 1
spec = __spec__ and (__spec__.name, __spec__.origin, type(__spec__.loader).__name__)
print(__name__, __file__, __package__, __cached__, spec, type(__loader__).__name__, __loader__.name, __loader__.path)
print(sys.argv, sys.orig_argv[1:], sys.path, depth, sys._getframe().f_code.co_filename)
print(sys.flags, sys.warnoptions, sys._xoptions, os.getcwd(), sys.excepthook is sys.__excepthook__)
print([name for name in os.environ if "TRACEC" in name], [p for p in sys.path_importer_cache if "cache/tracec/" in p])
print(sys.path_importer_cache.get(__file__, "absent"))
"""


@dataclass(frozen=True)
class Runs:
    """A program run plainly and traced, in one folder."""

    plain: Said
    traced: Said
    log: Path

    @property
    def recorded(self) -> list[str]:
        """The text of each site in the trace."""
        return [node.site.text for trace in load(self.log) for node in trace.nodes]


def both(folder: Path, *program: str, flags: tuple[str, ...] = (), at: str = ".", **env: str) -> Runs:
    """Run `python PROGRAM...` and `tracec run PROGRAM...`; what tracec says for itself is left out of its stderr."""
    log = folder / "log.trace"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "TRACEC", "PYTHONWARNINGS"))}
    ways: tuple[list[str], ...] = ([], ["-m", "tracec", "run", "--record", str(log)])
    said = []
    for way in ways:
        done = subprocess.run(
            [sys.executable, *flags, *way, *program],
            cwd=folder / at,
            env={**clean, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", **env},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        own = re.compile(r"^(tracec: |.*\(it runs without being traced\)$).*\n", re.MULTILINE)
        said.append(Said(done.returncode, done.stdout, own.sub("", done.stderr)))
    plain = Said(said[0].code if said[0].code >= 0 else 128 - said[0].code, said[0].out, said[0].err)
    return Runs(plain, said[1], log)


@pytest.mark.parametrize(
    ("at", "path"),
    [(".", "looks.py"), (".", "./looks.py"), ("sub", "../looks.py"), ("sub", "..//sub/../looks.py"), (".", "link.py")],
)
def test_a_script_finds_what_it_finds_plainly(tmp_path: Path, at: str, path: str) -> None:
    (tmp_path / "looks.py").write_text(LOOKS)
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.py").symlink_to(tmp_path / "looks.py")
    runs = both(tmp_path, path, "a", "--b", "", "ü", at=at)
    assert runs.traced == runs.plain
    assert "sys._getframe()" in runs.recorded


def test_an_absolute_path_and_no_ending(tmp_path: Path) -> None:
    (tmp_path / "looks").write_text(LOOKS)
    runs = both(tmp_path, str(tmp_path / "looks"), "-m", "x")
    assert runs.traced == runs.plain


@pytest.mark.parametrize(
    "flags",
    [("-O",), ("-OO", "-B"), ("-W", "error", "-Wignore::UserWarning"), ("-Xutf8",), ("-X", "dev"), ("-bu", "-q")],
    ids=" ".join,
)
def test_the_interpreters_own_options_are_passed_on(tmp_path: Path, flags: tuple[str, ...]) -> None:
    (tmp_path / "looks.py").write_text(f'"""Doc."""\n{LOOKS}\nprint(__debug__, __doc__)\nassert False, "on"\n')
    runs = both(tmp_path, "looks.py", flags=flags)
    assert runs.traced == runs.plain


@pytest.mark.parametrize(
    ("env", "at"),
    [({"PYTHONOPTIMIZE": "1"}, "1"), ({"PYTHONSAFEPATH": "1"}, "2"), ({"PYTHONWARNINGS": "error"}, "3")],
)
def test_so_is_the_environment(tmp_path: Path, env: dict[str, str], at: str) -> None:
    (tmp_path / "looks.py").write_text(f"import sys\nprint(sys.path)\n{LOOKS}\nassert False\n")
    runs = both(tmp_path, "looks.py", at, flags=(), at=".", **env)
    assert runs.traced == runs.plain


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("python -m tracec run x.py -O", []),
        ("python -O -W error -m tracec", ["-O", "-W", "error"]),
        ("python -Im tracec", ["-I"]),
        ("python -mtracec", []),
        ("python -Werror -OX dev -Xutf8 bin/tracec", ["-Werror", "-OX", "dev", "-Xutf8"]),
        ("python --check-hash-based-pycs never -c code", ["--check-hash-based-pycs", "never"]),
        ("python", []),
        ("python - -O", []),
    ],
)
def test_which_words_are_the_interpreters(command: str, flags: list[str]) -> None:
    assert interpreter_flags(command.split()) == flags


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with a main module, a module, and such as do not come up."""
    files = {
        "pkg/__init__.py": "import sys\nprint('init', sys.argv, __name__)\n",
        "pkg/__main__.py": f"from . import part\n{LOOKS}\nprint(part.twice(2))\nsys.exit('bye')\n",
        "pkg/part.py": f"def twice(x): return x * 2\n{LOOKS}\nif __name__ == '__main__': twice('a') + 1\n",
        "pkg/early.py": "print('early', __name__)\n",
        "fails/__init__.py": "def f(x): return 1 / x\nf(0)\n",
        "fails/__main__.py": "print('never')\n",
        "lacks/__init__.py": "import nothing_of_this_name\n",
        "lacks/part.py": "print('never')\n",
        "leaves/__init__.py": "raise SystemExit(7)\n",
        "leaves/part.py": "print('never')\n",
        "twice/__init__.py": "from . import part\n",
        "twice/part.py": "print(__name__)\n",
        "refused.py": "def f(:\n",
        "interrupted.py": "raise KeyboardInterrupt\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    """pkg pkg.part pkg.early fails lacks.part leaves.part twice.part refused interrupted none pkg.none pkg/part this
    json.tool .pkg""".split(),  # noqa: SIM905
)
def test_a_module_runs_as_it_does_plainly(package: Path, name: str) -> None:
    runs = both(package, "-m", name, "x", "--y")
    assert runs.traced == runs.plain


def test_a_module_is_recorded(package: Path) -> None:
    assert "x * 2" in both(package, "-m", "pkg").recorded


ENDS = {
    "plain": "print(1)",
    "number": "raise SystemExit(5)",
    "text": "import sys; sys.exit('said')",
    "object": "import sys; sys.exit([1])",
    "none": "import sys; sys.exit()",
    "large": "import sys; sys.exit(2 ** 40)",
    "error": "def f(): return 1 / 0\nf()",
    "base": "raise BaseException('all the way')",
    "group": "raise ExceptionGroup('g', [ValueError(1)])",
    "noted": "e = ValueError('v'); e.add_note('note'); raise e from KeyError('k')",
    "interrupt": "import signal; signal.raise_signal(signal.SIGINT)",
    "terminate": "import os, signal; print(1, flush=True); os.kill(os.getpid(), signal.SIGTERM)",
    "kill": "import os, signal; print(1, flush=True); os.kill(os.getpid(), signal.SIGKILL)",
    "abort": "import os; os.abort()",
    "at once": "import os; x = 1; os._exit(9)",
    "hook": "import sys; sys.excepthook = lambda *a: print(a[0]); 1 / 0",
    "bad hook": "import sys; sys.excepthook = None; 1 / 0",
    "exit handlers": "import atexit; atexit.register(print, 'last'); atexit.register(open, '/none')",
    "in a thread": "import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()",
    "daemon": "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "closed": "import sys; sys.stdout.close()",
}


@pytest.mark.parametrize("name", ENDS)
def test_it_ends_as_it_does_plainly(tmp_path: Path, name: str) -> None:
    (tmp_path / "ends.py").write_text(ENDS[name])
    runs = both(tmp_path, "ends.py")
    assert runs.traced == runs.plain


def test_signal_handlers_are_the_callers_again_afterwards() -> None:
    """One that the program gets is not the caller's, and the other way round."""
    heard = []
    before = {number: signal.signal(number, lambda number, _: heard.append(number)) for number in ENDING}
    try:
        mine = {number: signal.getsignal(number) for number in ENDING}
        tells = "import os, signal; os.kill(os.getppid(), signal.SIGTERM); signal.pause()"
        assert waited(subprocess.Popen([sys.executable, "-c", tells])) == -signal.SIGTERM
        assert waited(subprocess.Popen(["/bin/sh", "-c", "exit 3"])) == 3
        assert {number: signal.getsignal(number) for number in ENDING} == mine
        assert heard == []
        os.kill(os.getpid(), signal.SIGHUP)
        assert heard == [signal.SIGHUP]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_signals_are_passed_on(tmp_path: Path) -> None:
    (tmp_path / "waits.py").write_text("import time\nprint('up', flush=True)\ntime.sleep(60)\n")
    words = [sys.executable, "-m", "tracec", "run", "waits.py"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 128 + signal.SIGTERM


# --- what is not instrumented -----------------------------------------------------------------------------------------


def test_a_script_that_is_not_instrumented_still_imports_what_is(tmp_path: Path) -> None:
    (tmp_path / "outer.py").write_text(
        '# tracec: skip-file\n"""Doc."""\nfrom __future__ import annotations\n'
        "import inner, sys\n__rec__ = inner.double(4)\n"
        "print(__rec__, __doc__, __file__, sys.argv, sys.orig_argv, sys.path, sys._xoptions, sys is 1)\n"
    )
    (tmp_path / "inner.py").write_text("def double(n): return n * 2\n")
    runs = both(tmp_path, "outer.py")
    assert runs.traced == runs.plain
    assert "SyntaxWarning" in runs.plain.err
    assert "n * 2" in runs.recorded
    assert "inner.double(4)" not in runs.recorded


def test_a_script_out_of_the_cache_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "looks.py").write_text(LOOKS)
    first, second = both(tmp_path, "looks.py"), both(tmp_path, "looks.py")
    assert first.traced == second.traced == second.plain
    assert second.recorded


def test_a_folder_a_zip_file_and_nothing(tmp_path: Path) -> None:
    for name in ("nothing.py", ".", "app.zip"):
        said = tracec(tmp_path, "run", name)
        assert (said.code, said.err) == (2, f"{name}: no such script; check the path, or use -m for a module\n")


def test_a_log_needs_a_folder(tmp_path: Path) -> None:
    (tmp_path / "looks.py").write_text(LOOKS)
    said = tracec(tmp_path, "run", "--record", "none/x.trace", "looks.py")
    assert (said.code, said.out, said.err) == (2, "", "none: no such folder; make it, or record somewhere else\n")


def test_what_changed_since_it_was_instrumented_runs_as_it_is_now(tmp_path: Path) -> None:
    (tmp_path / "writes.py").write_text(
        "import pathlib\npathlib.Path('made.py').write_text('x = 2')\nimport made\nprint(made.x, 1 + made.x)\n"
    )
    (tmp_path / "made.py").write_text("x = 1\n")
    assert tracec(tmp_path, "run", "writes.py").out == "2 3\n"


# --- what the compiler says -------------------------------------------------------------------------------------------

WARNED = "def f(x):\n    return x is 1, (1, 2) is x\nprint(f(2))\nassert (1, 'm')\n"


@pytest.mark.parametrize("flags", [(), ("-W", "ignore"), ("-W", "error"), ("-Walways",), ("-Wonce",)], ids=" ".join)
def test_the_compilers_warnings_of_a_script(tmp_path: Path, flags: tuple[str, ...]) -> None:
    (tmp_path / "warned.py").write_text(WARNED)
    runs = both(tmp_path, "warned.py", flags=flags)
    assert runs.traced == runs.plain


def test_the_compilers_warnings_of_modules_come_where_they_are_compiled(tmp_path: Path) -> None:
    (tmp_path / "warned.py").write_text(WARNED)
    filters = "import warnings\nprint('before')\nwarnings.simplefilter('ignore')\nimport warned\n"
    (tmp_path / "loud.py").write_text("print('before')\nimport warned\nprint('after')\n")
    (tmp_path / "quiet.py").write_text(filters)
    for name in ("loud.py", "quiet.py"):
        runs = both(tmp_path, name)
        assert runs.traced == runs.plain
    assert "SyntaxWarning" in both(tmp_path, "loud.py").traced.err


def test_modules_with_bytecode_are_not_compiled_and_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "warned.py").write_text(WARNED)
    (tmp_path / "main.py").write_text("import warned\n")
    subprocess.run([sys.executable, "-W", "ignore", "-m", "compileall", "-q", "warned.py"], cwd=tmp_path, check=True)
    runs = both(tmp_path, "main.py")
    assert runs.traced == runs.plain
    assert "SyntaxWarning" not in runs.traced.err
    assert "x is 1" in runs.recorded


def test_building_says_nothing_of_its_own(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    (tmp_path / "warned.py").write_text(WARNED + '"\\d"\n')
    assert build(tmp_path, [str(tmp_path / "warned.py")]).warnings == ()
    assert list(recwarn) == []


# --- more than one process --------------------------------------------------------------------------------------------


def test_a_program_that_becomes_another_keeps_its_log(tmp_path: Path) -> None:
    (tmp_path / "execs.py").write_text(
        "import os, sys\ndef f(n): return n * 3\nprint(f(2), sys.argv, flush=True)\n"
        "try: os.execvp('no-such-program', ['x'])\nexcept OSError as e: print(e, flush=True)\n"
        "if len(sys.argv) < 2: os.execv(sys.executable, [sys.executable, sys.argv[0], 'again'])\n"
    )
    runs = both(tmp_path, "execs.py")
    assert runs.traced == runs.plain
    assert "n * 3" in runs.recorded


def test_half_a_log_shows_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "twice.py").write_text("def f(n): return n * 2\nprint([f(n) for n in range(300)])\n")
    runs = both(tmp_path, "twice.py")
    whole = runs.log.read_bytes()
    for size in range(0, len(whole), max(1, len(whole) // 12)):
        runs.log.write_bytes(whole[:size])
        said = tracec(tmp_path, "show", "log.trace", "--limit", "2")
        assert said.code == (0 if said.out else 2)
        assert "Traceback" not in said.err


# --- many files, deep files -------------------------------------------------------------------------------------------


def test_many_files_are_built_by_several_processes(tmp_path: Path) -> None:
    for n in range(MANY + 5):
        (tmp_path / f"m{n}.py").write_text(f"x = {n}\n" if n else "return\n")
    paths = [str(path) for path in sorted(tmp_path.glob("*.py"))]
    built = build(tmp_path, paths)
    assert len(built.artifacts) == MANY + 4
    assert [warning.partition(": ")[0] for warning in built.warnings] == [f"{tmp_path / 'm0.py'}:1"]
    assert build(tmp_path, paths) == built


def test_what_nests_too_deeply_is_a_warning(tmp_path: Path) -> None:
    limit = sys.getrecursionlimit()
    (tmp_path / "deep.py").write_text("x = " + "-" * 50_000 + "1\n")
    built = build(tmp_path, [str(tmp_path / "deep.py")])
    assert (built.artifacts, len(built.warnings)) == ({}, 1)
    assert built.warnings[0].startswith(f"{tmp_path / 'deep.py'}:1: ")
    assert sys.getrecursionlimit() == limit


def test_few_names_of_ours_are_seen(tmp_path: Path) -> None:
    """What has started the program is gone when it runs."""
    (tmp_path / "seen.py").write_text("import sys\nprint(*(n for n in sys.modules if 'tracec' in n))\n")
    seen = tracec(tmp_path, "run", "seen.py").out.split()
    assert "tracec.runtime.record" in seen
    assert [name for name in seen if name.endswith((".program", ".start", ".subprocess_hook"))] == []


def test_the_size_of_traces_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.tracec]\ntrace-mb = 1\ntraces-mb = 3\ngrain = 'values'\n")
    (tmp_path / "p.py").write_text("x = 0\nfor i in range(600_000):\n    x = i * 7919 + x % 1000\nprint(x)\n")
    for _ in range(5):
        said = tracec(tmp_path, "run", "p.py")
        assert said.code == 0
        assert "trace-mb" in said.err
    sizes = [path.stat().st_size for path in (tmp_path / ".tracec" / "traces").iterdir()]
    assert all(size <= 3 << 20 for size in sizes)
    assert sum(sizes) <= 6 << 20
    assert len(sizes) < 5


REPLACED = """\
import builtins, io, os, sys
def refuse(*args, **more):
    raise RuntimeError("a program that watches what it calls")
def without(holder, *names):
    kept = {name: getattr(holder, name) for name in names}
    for name in names:
        setattr(holder, name, refuse)
    return lambda: [setattr(holder, name, found) for name, found in kept.items()]
back = [
    without(os, "lstat", "readlink", "getcwd", "utime"),
    without(os.path, "abspath", "realpath", "islink", "exists", "isfile", "join", "split", "dirname"),
    *(without(m, "open") for m in [*sys.modules.values()] if vars(m).get("open") is io.open and "io" not in m.__name__),
    without(io, "open"),
]
import beside
for again in back:
    again()
print(beside.double(4))
"""


@pytest.mark.parametrize("times", [1, 2])
def test_a_program_that_replaces_functions_of_os_is_recorded_all_the_same(times: int, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(REPLACED)
    (tmp_path / "beside.py").write_text("def double(n):\n    return n * 2\n")
    for _ in range(times):  # from the cache the second time
        said = tracec(tmp_path, "run", "--record", "x.trace", "p.py")
    assert (said.code, said.out) == (0, "8\n")
    (trace,) = load(tmp_path / "x.trace")
    assert any(node.site.text == "n * 2" and node.value == 8 for node in trace.nodes)
