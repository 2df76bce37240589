"""Where traces are kept: a spool for each process, one log in the end, and what is left after a crash."""

from __future__ import annotations

import errno
import marshal
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import pytest

from tests.command import tracec
from tests.full import slow
from tests.test_run import both
from tracec.launch.launcher import command
from tracec.launch.scoping import setting
from tracec.recording.merge_spools import merge
from tracec.recording.trace_folder import make_room
from tracec.recording.trace_lock import busy
from tracec.recording.trace_store import load
from tracec.runtime import record
from tracec.runtime.launch import subprocess_hook
from tracec.runtime.record.log import LIVE, START, VERSION, records, spools

needs_c = pytest.mark.skipif(record._native is None, reason="the recorder in C was not compiled")
EITHER = pytest.mark.parametrize("pure", ["", "1"], ids=["c", "pure"])
F = "import os, sys\ndef f(n):\n    return n * 3\n"


def test_the_interpreter_looks_for_a_run_when_it_starts() -> None:
    start = Path(sysconfig.get_path("purelib"), "tracec.pth")
    assert start.is_file(), "run `pip install -e .` again"
    assert "tracec.runtime.launch.subprocess_hook" in start.read_text()


def seen(log: Path, text: str = "n * 3") -> dict[str, list[Any]]:
    """What an expression gave in each chapter, under its name without numbers, where it gave something."""
    found: dict[str, list[Any]] = {}
    for trace in load(log):
        assert trace.check() == []
        values = [node.value for node in trace.nodes if node.site.text == text]
        if values:
            found.setdefault(re.sub(r"pid \d+|(?<=-)\d+", "#", trace.name), []).extend(values)
    return found


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("log.trace*"))


# --- which processes --------------------------------------------------------------------------------------------------


@EITHER
def test_forked_processes(tmp_path: Path, pure: str) -> None:
    (tmp_path / "forks.py").write_text(
        F + "f(10)\nfor n in range(3):\n"
        "    if not os.fork():\n"
        "        f(n)\n"
        "        if n == 0: os._exit(4)\n"
        "        if n == 1 and not os.fork():\n"
        "            f(11)\n"
        "            os._exit(0)\n"
        "        raise SystemExit(5)\n"
        "    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)\n"
        "f(12)\n"
    )
    (tmp_path / "log.trace.123").write_bytes(b"of the user")
    runs = both(tmp_path, "forks.py", TRACEC_PURE=pure)
    assert runs.traced == runs.plain
    assert seen(runs.log) == {"forks.py": [30, 36], "#: fork of forks.py": [0, 3, 33, 6]}
    assert files(tmp_path) == ["log.trace", "log.trace.123"]


def test_a_fork_goes_on_within_a_function(tmp_path: Path) -> None:
    """What comes after the fork finds its place; what came before is in the parent's chapter, and only there."""
    (tmp_path / "forks.py").write_text(
        F + "def work(start):\n    total = start\n    for i in range(4):\n"
        "        if i == 2 and os.fork(): os.wait(); return None\n"
        "        total += f(i)\n"
        "    return total\nwork(1)\n"
    )
    runs = both(tmp_path, "forks.py")
    assert runs.traced == runs.plain
    assert seen(runs.log) == {"forks.py": [0, 3], "#: fork of forks.py": [6, 9]}


@EITHER
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(tmp_path: Path, method: str, pure: str) -> None:
    (tmp_path / "pools.py").write_text(
        F + "import multiprocessing, concurrent.futures\n"
        "if __name__ == '__main__':\n"
        f"    c = multiprocessing.get_context('{method}')\n"
        "    with c.Pool(2) as pool: print(pool.map(f, range(4)))\n"
        "    with concurrent.futures.ProcessPoolExecutor(1, mp_context=c) as e: print(list(e.map(f, range(4, 8))))\n"
        "    p = c.Process(target=f, args=(8,), name='named'); p.start(); p.join(); print(p.exitcode)\n"
        "    p = c.Process(target=__import__('time').sleep, args=(60,), daemon=True); p.start()\n"
        "elif len(sys.argv) > 1: print('child', sys.argv)\n"
    )
    runs = both(tmp_path, "pools.py", TRACEC_PURE=pure)
    assert runs.traced == runs.plain
    found = seen(runs.log)
    assert found["#: named"] == [24]
    values = sorted(value for chapter in found.values() for value in chapter)
    if pure:  # the pool's workers are terminated, and had nothing in a file yet
        assert {12, 15, 18, 21, 24} <= set(values)
    else:
        assert values == list(range(0, 27, 3))
    assert files(tmp_path) == ["log.trace"]


WAYS = {
    "script": ([sys.executable, "child.py", "a", "b"], "child.py a b"),
    "options": ([sys.executable, "-B", "-W", "error", "./child.py"], "./child.py"),
    "module": ([sys.executable, "-m", "child", "a"], "-m child a"),
    "command": ([sys.executable, "-c", "import child"], "-c import child"),
    "isolated": ([sys.executable, "-Ic", "import sys; sys.path.append('.'); import child"], "-c import sys"),
    "shell": (["sh", "-c", f"true; '{sys.executable}' child.py; true"], "child.py"),
    "bare": (["env", "-i", sys.executable, "child.py"], "child.py"),
    "script of the shell": (["./child.py", "x"], "./child.py x"),
    "input": ([sys.executable, "-"], "-"),
    "folder": ([sys.executable, "app"], "app"),
}
SEES = """\
import json
state = {k: v for k, v in os.environ.items() if k != "_"}
print(json.dumps([sys.argv, sys.orig_argv, sys.path, str(sys.flags), state, sys.warnoptions, __name__]))
print(__file__, __spec__ and __spec__.name, type(__loader__).__name__, sys._getframe().f_code.co_filename, __cached__)
print(os.getpid() == os.getpgrp(), [fd for fd in os.listdir("/dev/fd") if len(fd) < 3], f(len(sys.argv)))
"""


@pytest.mark.parametrize("name", WAYS)
def test_processes_of_the_same_interpreter(tmp_path: Path, name: str) -> None:
    words, title = WAYS[name]
    (tmp_path / "child.py").write_text(f"#!{sys.executable}\n{F}{SEES}")
    (tmp_path / "child.py").chmod(0o755)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text("import sys\nsys.path.append('.')\nimport child\n")
    (tmp_path / "main.py").write_text(
        "import subprocess\n"
        f"done = subprocess.run({words!r}, capture_output=True, text=True, input='import child')\n"
        "print(done.stdout, done.stderr, done.returncode)\n"
    )
    runs = both(tmp_path, "main.py")
    assert runs.traced == runs.plain
    assert runs.plain.out.count("child.py") >= 1
    (recorded,) = (name for name in seen(runs.log) if name != "main.py")
    assert recorded.startswith(f"#: {title}")


@pytest.mark.parametrize("flag", ["-S", "-O"])
def test_what_is_left_alone(tmp_path: Path, flag: str) -> None:
    """Without `site` nobody looks; code that was compiled with assertions is not for a process without."""
    (tmp_path / "child.py").write_text(F + "print(f(1))\nassert len(sys.argv) == 1\n")
    (tmp_path / "main.py").write_text(
        f"import subprocess, sys\nprint(subprocess.run([sys.executable, {flag!r}, 'child.py', 'x']).returncode)\n"
    )
    runs = both(tmp_path, "main.py")
    assert runs.traced == runs.plain
    assert [trace.name for trace in load(runs.log)] == ["main.py"]


def test_other_programs_see_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import subprocess, os, sys\nsys.stdout.flush()\n"
        "for words in (['env'], ['sh', '-c', 'ls -l /proc/self/fd | wc -l; env; ulimit -a; umask']):\n"
        "    said = subprocess.run(words, capture_output=True, text=True).stdout\n"
        "    print(sorted(line for line in said.splitlines() if not line.startswith('_=')))\n"
        "print(sorted(os.environ), os.popen('env | grep -ci tracec').read())\n"
    )
    runs = both(tmp_path, "main.py")
    assert runs.traced == runs.plain


def test_a_locale_that_the_interpreter_changes(tmp_path: Path) -> None:
    """It sets LC_CTYPE for the processes below, which then are not in the mode that it was in."""
    (tmp_path / "child.py").write_text(F + SEES + "print(sys.flags.utf8_mode, f(2))\n")
    (tmp_path / "main.py").write_text(
        "import subprocess, sys\nprint(sys.flags.utf8_mode)\n"
        "print(subprocess.run([sys.executable, 'child.py'], env={}, capture_output=True, text=True))\n"
    )
    runs = both(tmp_path, "main.py")
    assert runs.traced == runs.plain
    assert "1 6" in runs.plain.out
    assert "#: child.py" in seen(runs.log)


def test_grandchildren(tmp_path: Path) -> None:
    (tmp_path / "deep.py").write_text(
        F + "import subprocess\nn = int(sys.argv[1])\nf(n)\n"
        "if n: subprocess.run([sys.executable, 'deep.py', str(n - 1)], env={}, cwd='.', start_new_session=True)\n"
    )
    runs = both(tmp_path, "deep.py", "3")
    assert runs.traced == runs.plain
    assert seen(runs.log) == {"deep.py 3": [9], "#: deep.py 2": [6], "#: deep.py 1": [3], "#: deep.py 0": [0]}


def test_a_program_that_becomes_another(tmp_path: Path) -> None:
    (tmp_path / "execs.py").write_text(
        F + "print(f(len(sys.argv)), sys.argv, flush=True)\n"
        "try: os.execvp('no-such-program', ['x'])\nexcept OSError as e: print(e, flush=True)\n"
        "if len(sys.argv) < 4: os.execv(sys.executable, [sys.executable, *sys.argv, 'again'])\n"
    )
    runs = both(tmp_path, "execs.py")
    assert runs.traced == runs.plain
    assert seen(runs.log) == {"execs.py": [3], "#: execs.py again": [6], "#: execs.py again again": [9],
                              "#: execs.py again again again": [12]}  # fmt: skip


def test_workers_of_pytest_xdist(tmp_path: Path) -> None:
    (tmp_path / "triple.py").write_text("def f(n):\n    return n * 3\n")
    (tmp_path / "test_triple.py").write_text(
        "import os, pytest\nfrom triple import f\n"
        "@pytest.mark.parametrize('n', range(8))\ndef test_f(n):\n    assert f(n) == n * 3\n    assert n != 5\n"
    )
    words = ["-m", "pytest", "-n", "2", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--rootdir=."]
    said = tracec(tmp_path, "run", "--record", "log.trace", *words, PYTHONPATH=".")
    assert said.code == 1
    assert "1 failed, 7 passed" in said.out
    found = seen(tmp_path / "log.trace")
    assert {"#: worker gw#", "#: worker gw# (unfinished)"} >= {re.sub(r"gw\d", "gw#", name) for name in found}
    twice = [3 * n for n in range(8) for _ in ("triple.py", "test_triple.py")]  # rewritten asserts are recorded too
    assert sorted(value for chapter in found.values() for value in chapter) == twice
    assert files(tmp_path) == ["log.trace"]


def test_a_run_within_a_run(tmp_path: Path) -> None:
    """A process is of the nearest one."""
    (tmp_path / "inner.py").write_text(F + "f(1)\n")
    (tmp_path / "outer.py").write_text(
        F + "f(2)\nimport subprocess\n"
        "subprocess.run([sys.executable, '-m', 'tracec', 'run', '--record', 'inner.trace', 'inner.py'])\n"
    )
    runs = both(tmp_path, "outer.py")
    assert runs.traced.code == 0
    assert seen(runs.log) == {"outer.py": [6]}
    assert seen(tmp_path / "inner.trace") == {"inner.py": [3]}


def test_processes_above_this_one() -> None:
    names = list(subprocess_hook.ancestors())
    pids = [int(name.partition("-")[0]) for name in names]
    assert pids[0] == os.getppid()
    without_proc = subprocess_hook.Processes()
    without_proc.listed = subprocess_hook.listed()
    assert without_proc.parent(os.getpid()) == os.getppid()
    with subprocess.Popen(["sleep", "60"]) as later:
        without_proc.listed = subprocess_hook.listed()
        assert without_proc.name(later.pid) != without_proc.name(os.getpid()).replace(str(os.getpid()), str(later.pid))
        later.kill()
    without_proc.listed = subprocess_hook.listed()
    with pytest.raises(OSError):
        without_proc.name(later.pid)


# --- crashes ----------------------------------------------------------------------------------------------------------

KILLED = F + (
    "import signal\n"
    "for n in range(3):\n"
    "    if not os.fork():\n"
    "        for i in range(1 if n < 2 else 30000): f(i)\n"
    "        os.kill(os.getpid(), [signal.SIGKILL, signal.SIGTERM, signal.SIGKILL][n])\n"
    "    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)\n"
    "f(7)\n"
)


@needs_c
def test_killed_processes(tmp_path: Path) -> None:
    """All that they recorded is there, however they ended."""
    (tmp_path / "killed.py").write_text(KILLED + "os.kill(os.getpid(), signal.SIGKILL)\n")
    runs = both(tmp_path, "killed.py")
    assert runs.traced == runs.plain
    assert runs.plain.code == 128 + signal.SIGKILL
    found = seen(runs.log)
    assert found == {
        "killed.py (unfinished)": [21],
        "#: fork of killed.py (unfinished)": [0, 0, *range(0, 90000, 3)],
    }
    assert files(tmp_path) == ["log.trace"]


@needs_c
def test_everything_is_killed(tmp_path: Path) -> None:
    """The program, its children, and who would have put it together."""
    (tmp_path / "child.py").write_text(F + "f(5)\nprint('up', flush=True)\n__import__('time').sleep(60)\n")
    (tmp_path / "main.py").write_text(F + "import subprocess\nf(4)\nsubprocess.run([sys.executable, 'child.py'])\n")
    words = [sys.executable, "-m", "tracec", "run", "--record", "log.trace", "main.py"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, start_new_session=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"up\n"
        assert tracec(tmp_path, "show", "log.trace").out.count("n * 3") == 2  # while it runs
        os.killpg(running.pid, signal.SIGKILL)
    assert len(files(tmp_path)) == 4
    expected = {"main.py (unfinished)": [12], "#: child.py (unfinished)": [15]}
    assert seen(tmp_path / "log.trace") == expected
    merge(tmp_path / "log.trace")
    assert seen(tmp_path / "log.trace") == expected
    assert files(tmp_path) == ["log.trace"]


def test_a_program_that_closes_all_descriptors(tmp_path: Path) -> None:
    """Nothing is written into the files that it opens under our numbers."""
    (tmp_path / "daemon.py").write_text(
        F + "f(1)\nos.closerange(3, 4096)\nkept = [open(f'x{i}', 'w') for i in range(230)]\n"
        "import threading\nt = threading.Thread(target=f, args=(2,)); t.start(); t.join()\n"
        "print(sum(f(i * 1000) for i in range(30000)))\n"
        "for file in kept: file.close()\n"
        "print([os.path.getsize(f'x{i}') for i in range(230)] == [0] * 230)\n"
    )
    runs = both(tmp_path, "daemon.py")
    assert runs.traced == runs.plain
    assert {3, 6} <= set(values(runs.log))


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the log of a program and the spools of its two children, not merged yet."""
    folder = tmp_path_factory.mktemp("parts")
    (folder / "forks.py").write_text(
        F + "for n in range(2):\n    if not os.fork():\n        f(n)\n        os._exit(0)\n    os.wait()\nf(2)\n"
    )
    words = command([str(folder / "forks.py")], setting(folder), folder / "log.trace")
    subprocess.run([sys.executable, *words[1:]], check=True, env={**os.environ, "TRACEC_PURE": ""})
    assert len(spools(str(folder / "log.trace"))) == 2
    return folder


def copied(parts: Path, folder: Path) -> Path:
    for path in parts.glob("log.trace*"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder / "log.trace"


def values(log: Path) -> list[object]:
    return [value for chapter in seen(log).values() for value in chapter]


def test_half_a_spool(parts: Path, tmp_path: Path) -> None:
    """Torn at any byte, alone or merged, all others are there."""
    log = copied(parts, tmp_path)
    first = Path(spools(str(log))[0])
    whole = first.read_bytes()
    for size in range(0, len(whole), 7):
        log = copied(parts, tmp_path)
        first.write_bytes(whole[:size])
        before = values(log)
        assert before in ([6, 3], [6, 0], [6, 0, 3])
        assert merge(log).problem == ""
        assert values(log) == before
        assert files(tmp_path) == ["log.trace"]


def test_a_kill_between_the_copy_and_the_removal(parts: Path, tmp_path: Path) -> None:
    log = copied(parts, tmp_path)
    spooled = {path: Path(path).read_bytes() for path in spools(str(log))}
    merge(log)
    for path, data in spooled.items():
        Path(path).write_bytes(data)
    assert values(log) == [6, 0, 3]
    merge(log)


def test_a_structure_is_written_once(parts: Path, tmp_path: Path) -> None:
    log = copied(parts, tmp_path)
    merge(log)
    structures = [record[2] for record, _, _ in records(str(log)) if record[0] == "module"]
    assert len([text for text in structures if text]) == 1


def test_no_room_for_the_copy(parts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost, and it is told."""

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    log = copied(parts, tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    merged = merge(log)
    assert (merged.left, merged.problem) == (2, "No space left on device")
    assert len(files(tmp_path)) == 3
    assert values(log) == [6, 0, 3]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no limits of a process")
def test_a_disk_that_is_full_while_it_runs(tmp_path: Path) -> None:
    """The program goes on as it would, and what was written can be read."""
    (tmp_path / "long.py").write_text(
        F + "import resource, signal\nresource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "print(sum(f(i * 1000) for i in range(100_000)))\n"
    )
    runs = both(tmp_path, "long.py")
    assert (runs.traced.code, runs.traced.out) == (runs.plain.code, runs.plain.out)
    assert len(values(runs.log)) > 1000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty: nothing was recorded; record it anew"),
        (b"print(1)\n", "it is a text file, no trace; record a program with `tracec run`"),
        (b"\x93tracec" * 9, "not a trace of tracec; record it anew"),
        (marshal.dumps(("tracec", 2, "3.11")), f"its format is 2, this version of tracec reads {VERSION}; record it"),
    ],
)
def test_what_is_no_trace(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "x.trace").write_bytes(data)
    shown = tracec(tmp_path, "show", "x.trace")
    assert shown.code == 2
    assert shown.err.startswith(f"x.trace: {said}")


# --- more than one run ------------------------------------------------------------------------------------------------


def running(folder: Path, *args: str) -> subprocess.Popen[str]:
    """`tracec run ARGS`, that has begun."""
    (folder / "waits.py").write_text(F + "f(1)\nprint('up', flush=True)\ninput()\nf(2)\n")
    words = [sys.executable, "-m", "tracec", "run", *args, "waits.py"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    found: subprocess.Popen[str] = subprocess.Popen(words, cwd=folder, **pipes)  # type: ignore[call-overload]
    assert found.stdout is not None
    assert found.stdout.readline() == "up\n"
    return found


def test_two_runs_at_once(tmp_path: Path) -> None:
    pair = [running(tmp_path), running(tmp_path)]
    said = [run.communicate("\n") for run in pair]
    assert all("tracec: recorded" in err for _, err in said)
    logs = sorted((tmp_path / ".tracec" / "traces").iterdir())
    assert len(logs) == 2
    assert [seen(log) for log in logs] == [{"waits.py": [3, 6]}] * 2


def test_runs_that_begin_at_once(tmp_path: Path) -> None:
    """They fill the cache together."""
    for n in range(20):
        (tmp_path / f"m{n}.py").write_text(F + f"f({n})\n")
    (tmp_path / "main.py").write_text("".join(f"import m{n}\n" for n in range(20)))
    words = [sys.executable, "-m", "tracec", "run", "main.py"]
    runs = [subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(run.communicate()[1].count("\n"), run.returncode) for run in runs] == [(1, 0)] * 3
    logs = list((tmp_path / ".tracec" / "traces").iterdir())
    assert [values(log) for log in logs] == [list(range(0, 60, 3))] * 3


def test_two_runs_into_one_file(tmp_path: Path) -> None:
    """The second one is refused, and the first goes on."""
    first = running(tmp_path, "--record", "x.trace")
    second = tracec(tmp_path, "run", "--record", "x.trace", "waits.py")
    todo = "wait for its end, or record to another file"
    assert (second.code, second.err) == (2, f"x.trace: another `tracec run` writes it; {todo}\n")
    first.communicate("\n")
    assert seen(tmp_path / "x.trace") == {"waits.py": [3, 6]}


@slow
def test_a_process_that_goes_on_keeps_its_spool(tmp_path: Path) -> None:
    (tmp_path / "leaves.py").write_text(
        F + "import subprocess\nno = subprocess.DEVNULL\n"
        "subprocess.Popen([sys.executable, 'stays.py'], stdout=no, stderr=no)\n"
        "while not os.path.exists('up'): pass\n"
    )
    (tmp_path / "stays.py").write_text(
        F + "import time\nf(3)\nopen('up', 'w').close()\n"
        "for _ in range(3000): os.path.exists('end') or time.sleep(0.01)\n"
        "f(4)\n"
    )
    said = tracec(tmp_path, "run", "--record", "log.trace", "leaves.py")
    assert "1 process still running; what is recorded there is in log.trace.<process id>" in said.err
    (spool,) = spools(str(tmp_path / "log.trace"))
    assert busy(spool)
    if record.native():
        assert seen(tmp_path / "log.trace") == {"#: stays.py (unfinished)": [9]}
    refused = tracec(tmp_path, "run", "--record", "log.trace", "leaves.py")
    assert "another `tracec run` writes it" in refused.err
    (tmp_path / "end").touch()
    deadline = time.monotonic() + 20
    while busy(spool) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert seen(tmp_path / "log.trace") == {"#: stays.py": [9, 12]}


@pytest.mark.parametrize("text", ["print(1)\n", "x"])
def test_no_other_file_is_written_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.py").write_text(text)
    said = tracec(tmp_path, "run", "--record", "main.py", "main.py")
    assert (said.code, said.err) == (2, "main.py: is no trace and is not written over; record to another file\n")
    assert (tmp_path / "main.py").read_text() == text
    assert "regular file" in tracec(tmp_path, "run", "--record", "/dev/null", "main.py").err


# --- size -------------------------------------------------------------------------------------------------------------


@needs_c
def test_the_bound_is_for_all_processes(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.tracec]\ntrace-mb = 1\n")
    (tmp_path / "many.py").write_text(
        F
        + "for n in range(6):\n    if not os.fork():\n        for i in range(60000): f(i * 1000)\n        os._exit(0)\n"
        "    os.wait()\n"
    )
    said = tracec(tmp_path, "run", "--record", "log.trace", "many.py")
    assert said.code == 0
    assert "ends at 1 MiB" in said.err
    assert 1 << 20 <= (tmp_path / "log.trace").stat().st_size <= 3 << 19


def test_old_traces_make_room_with_all_that_is_theirs(tmp_path: Path) -> None:
    new, middle, old = (f"20260101-00000{n}-7.trace" for n in (3, 2, 1))
    for age, name in enumerate([new, f"{middle}.7", middle, old]):
        (tmp_path / name).write_bytes(START + bytes(1000 - len(START)))
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    (tmp_path / f"{old}{LIVE}").write_bytes(bytes(1 << 18))
    os.utime(tmp_path / f"{old}{LIVE}", (1e9 - 4, 1e9 - 4))
    (tmp_path / "notes.txt").write_bytes(bytes(9000))
    make_room(tmp_path, 3500)
    assert sorted(path.name for path in tmp_path.iterdir()) == [middle, f"{middle}.7", new, "notes.txt"]
    make_room(tmp_path, 0, spared=tmp_path / new)
    assert sorted(path.name for path in tmp_path.iterdir()) == [new, "notes.txt"]


def test_none_that_is_being_written_makes_room(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.tracec]\ntraces-mb = 0\n")
    first = running(tmp_path)
    make_room(tmp_path / ".tracec" / "traces", 0)
    first.communicate("\n")
    (log,) = (tmp_path / ".tracec" / "traces").iterdir()
    assert seen(log) == {"waits.py": [3, 6]}
    make_room(tmp_path / ".tracec" / "traces", 0)
    assert not log.exists()


def test_a_run_that_was_killed_is_swept_away(tmp_path: Path) -> None:
    left = Path(subprocess_hook.runs(), f"999999999-1-{subprocess_hook.namespace()}")
    left.mkdir(parents=True, mode=0o700)
    anew = left.with_name(f"tracec-{left.name}.run")
    anew.touch()
    running(tmp_path).communicate("\n")
    assert (left.exists(), anew.exists()) == (False, False)


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracec.launch import subprocesses

    monkeypatch.setattr(subprocesses, "runs", lambda: str(tmp_path / "open"))
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open").chmod(0o777)
    with subprocesses.family(setting(tmp_path)) as family:
        assert family.alone
        assert "others may write to it" in family.problem


def test_without_the_file_that_makes_interpreters_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracec.launch import subprocesses

    monkeypatch.setattr(sys, "path", [path for path in sys.path if not Path(path, "tracec.pth").exists()])
    with subprocesses.family(setting(tmp_path)) as family:
        assert family.alone
        assert "install tracec with pip" in family.problem
