"""`with tracec.record(FILE):` and `%%tracec`, in processes that were started plainly."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import tracec
from tracec.recording.trace_store import load

LIB = "def g(x):\n    return x + 7\n\ndef f(x):\n    h = lambda y: y * 3\n    return h(g(x))\n"


def python(folder: Path, text: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder where `lib.py` lies."""
    (folder / "lib.py").write_text(LIB)
    (folder / "main.py").write_text(text)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "TRACEC"))}
    return subprocess.run(
        [sys.executable, *flags, "main.py"], cwd=folder, capture_output=True, text=True, timeout=60, env=env
    )


def seen(log: Path) -> list[tuple[str, object]]:
    """The operations of a trace, and what they gave."""
    return [(n.site.text, n.value) for trace in load(log) for n in trace.nodes if n.site.kind == "op"]


def test_what_is_called_within_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text("def k(x):\n    return x - 5\nv = k(100)\n")
    done = python(
        tmp_path,
        "import tracec, sys, lib\n"
        "held = {'f': lib.f}\n"
        "codes = [lib.f.__code__, lib.g.__code__]\n"
        "def own(x):\n    return held['f'](x) - 1\n"
        "print(own(1))\n"
        "with tracec.record('x.trace') as found:\n"
        "    print(own(2))\n"
        "    import late\n"
        "    print(late.k(50))\n"
        "print(own(3), late.k(60), found.missed)\n"
        "print([lib.f.__code__ is codes[0], lib.g.__code__ is codes[1], 'libcst' in sys.modules])\n"
        "print(*sorted(n for n in sys.modules if n.startswith('tracec.') and not n.startswith('tracec.runtime')))\n"
        "with tracec.record('y.trace', scope=['lib.py'], grain='calls'):\n    own(4)\n",
    )
    assert (done.stderr, done.stdout.splitlines()) == (
        "",
        ["23", "26", "45", "29 55 {}", "[True, True, False]", ""],
    )
    assert seen(tmp_path / "x.trace") == [
        ("x + 7", 9), ("y * 3", 27), ("held['f'](x) - 1", 26), ("x - 5", 95), ("x - 5", 45),
    ]  # fmt: skip
    (trace,) = load(tmp_path / "y.trace")
    assert {node.site.span.path for node in trace.nodes} == {"lib.py"}
    assert trace.check() == []


def test_a_recording_ends_with_an_exception(tmp_path: Path) -> None:
    done = python(
        tmp_path,
        "import tracec, lib\n"
        "try:\n    with tracec.record('x.trace'):\n        lib.f(None)\n"
        "except TypeError as error:\n    print('caught')\n"
        "with tracec.record('x.trace'):\n    print(lib.f(1))\n",
    )
    assert (done.stderr, done.stdout) == ("", "caught\n24\n")
    assert seen(tmp_path / "x.trace") == [("x + 7", 8), ("y * 3", 24)]  # the second one's


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("with tracec.record('lib.py'): pass", "lib.py is no trace and is not written over; record to another file"),
        ("with tracec.record('x.trace', scope=['none.py']): pass", "none.py: no such file; check the path"),
        (
            "with tracec.record('x.trace'):\n    with tracec.record('y.trace'): pass",
            "this process is being recorded already",
        ),
    ],
)
def test_what_cannot_be_recorded_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    done = python(tmp_path, f"import tracec, lib\n{text}\n")
    assert done.stderr.rstrip().endswith(message)
    assert (tmp_path / "lib.py").read_text() == LIB


def test_a_text_that_changed_since_is_named(tmp_path: Path) -> None:
    done = python(
        tmp_path,
        "import tracec, lib, pathlib\npathlib.Path('lib.py').write_text('def g(x):\\n    return x\\n')\n"
        "with tracec.record('x.trace') as found:\n    print(lib.f(1))\nprint(found.missed)\n",
    )
    assert done.stdout.splitlines() == ["24", "{'what was imported is not what its text says now': ['lib.py']}"]


def test_a_name_of_the_users_in_the_folder_is_no_module_of_the_helper(tmp_path: Path) -> None:
    (tmp_path / "types.py").write_text("raise SystemExit('this one')\n")
    done = python(
        tmp_path, "import tracec, lib\nwith tracec.record('x.trace'):\n    print(lib.f(1))\n", "-P", "-c", HERE
    )
    assert (done.stderr, done.stdout) == ("", "24\n")


HERE = "import runpy, sys; sys.path.append('.'); sys.argv.pop(0); runpy.run_path('main.py', run_name='__main__')"


def cells(folder: Path, *texts: str) -> subprocess.CompletedProcess[str]:
    """Run cells one after the other."""
    pytest.importorskip("IPython")
    return python(
        folder,
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance(colors='nocolor')\n"
        f"for cell in {['%load_ext tracec', *texts]!r}:\n"
        "    found = shell.run_cell(cell, store_history=True)\n"
        "    print('->', found.result, found.error_in_exec)\n"
        "print([name for name in shell.user_ns if 'tracec' in name])\n",
    )


def test_a_cell_is_recorded(tmp_path: Path) -> None:
    done = cells(
        tmp_path,
        "import lib\nz = 5\ndef q(a):\n    return a + z",
        "%%tracec -o x.trace\ny = lib.f(z)\nq(y)",
        "q(1)",
    )
    assert done.stderr == ""
    assert "tracec: recorded x.trace; look at it with `!tracec show x.trace`" in done.stdout
    assert re.findall(r"-> (.*)", done.stdout) == ["None None", "None None", "41 None", "6 None"]
    assert done.stdout.splitlines()[-1] == "[]"
    assert seen(tmp_path / "x.trace") == [("x + 7", 12), ("y * 3", 36), ("a + z", 41)]
    shown = tracec(tmp_path, "show", "x.trace").out
    assert "q(y)" in shown
    assert "In[3]:2" in shown
    assert "In[2]:4" in shown


def test_a_cell_says_what_it_always_says(tmp_path: Path) -> None:
    done = cells(tmp_path, "%%tracec -o x.trace\n1 + 1;", "%%tracec -o y.trace\n1 / 0", "%%tracec -o z.trace\n1 +")
    assert re.findall(r"-> (.*)", done.stdout)[1] == "None None"
    assert "notebook.py" not in done.stdout
    assert "ZeroDivisionError: division by zero" in done.stdout
    assert "SyntaxError" in done.stdout
    assert seen(tmp_path / "x.trace") == [("1 + 1", 2)]


def test_words_that_mean_nothing_are_an_error(tmp_path: Path) -> None:
    done = cells(tmp_path, "%%tracec --grain none\n1")
    assert "%%tracec [-o FILE] [--grain calls|values] [SCOPE...]" in done.stdout
