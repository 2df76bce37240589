"""Where tests cannot be confined: changes do not run, the user's own program does. The kernel really refuses here."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.command import Said, project, snapshot, tracec
from tracec.guests.suite import Request, Suite, Swap
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.guest import sandbox

SUBJECT = "def double(x):\n    return x + x + 1\n"
TESTS = "from subject import double\n\n\ndef test_two():\n    assert double(2) == 4\n"
NUMBER = "import tracec\n\nRATE = tracec.param(3)\n\n\ndef double(x):\n    return RATE * x\n"
TWO = "test_subject.py::test_two"
# A filter of system calls, as a container's: the call NUMBER fails with CODE, all others go on.
FILTER = """
import ctypes
def forbid(number, code):
    rows = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | code), (0x06, 0, 0, 0x7fff0000)]
    class Row(ctypes.Structure):
        _fields_ = [("c", ctypes.c_ushort), ("t", ctypes.c_ubyte), ("f", ctypes.c_ubyte), ("k", ctypes.c_uint)]
    class Program(ctypes.Structure):
        _fields_ = [("n", ctypes.c_ushort), ("rows", ctypes.POINTER(Row))]
    libc = ctypes.CDLL(None, use_errno=True)
    made = Program(len(rows), (Row * len(rows))(*(Row(*row) for row in rows)))
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, ctypes.byref(made), 0, 0) == 0, ctypes.get_errno()
"""
CREATE, RESTRICT = 444, 446
needs_landlock = pytest.mark.skipif(not sandbox.abi(), reason="this kernel has no Landlock that could be refused")


def refusing(folder: Path, number: int = RESTRICT, code: int = errno.EPERM) -> dict[str, Any]:
    """Variables with which every Python below refuses a system call to itself."""
    site = folder / "refusing"
    site.mkdir()
    (site / "sitecustomize.py").write_text(f"{FILTER}\nforbid({number}, {code})\n")
    return {"PYTHONPATH": str(site)}


def optimize(folder: Path, *more: str, **env: Any) -> Said:
    return tracec(
        folder, "optimize", "subject.py", "--tests", "test_subject.py", "--budget-evals", "300", "--jobs", "1", "-q",
        *more, **env,
    )  # fmt: skip


@needs_landlock
@pytest.mark.parametrize(
    ("number", "code", "why"),
    [
        (RESTRICT, errno.EPERM, "the kernel refuses Landlock (Operation not permitted), as where a container's"),
        (CREATE, errno.ENOSYS, f"Linux {os.uname().release} has no Landlock, which came with 5.13"),
        (CREATE, errno.EOPNOTSUPP, "Landlock is switched off: `landlock` is missing in the kernel's boot option lsm="),
    ],
)
def test_no_change_runs_where_it_cannot_be_confined(tmp_path: Path, number: Any, code: int, why: str) -> None:
    root = project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    env = refusing(tmp_path, number, code)
    before = snapshot(root)
    said = optimize(root, **env)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"changes to the program cannot be confined here: {why}")
    assert said.err.count("\n") == 1
    assert "use a Linux with Landlock, or give --unconfined (`unconfined = true`)" in said.err
    tuned = optimize(root, "--with", "tune", **env)
    assert (tuned.code, "cannot be confined" in tuned.err, "Traceback" in tuned.err) == (2, True, False)
    assert snapshot(root) == before


@needs_landlock
def test_it_runs_where_the_user_says_so(tmp_path: Path) -> None:
    root = project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    env = refusing(tmp_path)
    said = optimize(root, "--unconfined", **env)
    assert said.code == 0, said.err
    assert "+    return x + x" in said.out
    (root / "pyproject.toml").write_text("[tool.tracec]\nunconfined = true\n")
    assert optimize(root, **env).out == said.out
    (root / "subject.py").write_text(NUMBER)
    tuned = optimize(root, "--with", "tune", **env)
    assert (tuned.code, "+RATE = tracec.param(2)" in tuned.out) == (0, True), tuned.err


@needs_landlock
def test_a_metric_is_tuned_only_where_the_user_says_so(tmp_path: Path) -> None:
    scores = "import subject\n\n\ndef score():\n    return -abs(subject.double(1) - 5.0)\n"
    root = project(tmp_path, subject=NUMBER, metric=scores)
    env = refusing(tmp_path)
    asked = ("optimize", "subject.py", "--metric", "metric:score", "--budget-evals", "400", "--jobs", "1", "-q")
    assert "cannot be confined" in tracec(root, *asked, **env).err
    assert "+RATE = tracec.param(5)" in tracec(root, *asked, "--unconfined", **env).out


@needs_landlock
def test_the_program_as_it_is_runs_all_the_same(tmp_path: Path) -> None:
    root = project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    env = refusing(tmp_path)
    blamed = tracec(root, "blame", "subject.py", "--tests", "test_subject.py", **env)
    assert (blamed.code, "subject.py:2" in blamed.out) == (1, True), blamed.err
    assert "(none: the kernel refuses Landlock" in blamed.err
    ran = tracec(root, "run", "--record", "t.trace", "-m", "pytest", "-q", "test_subject.py", **env)
    assert (ran.code, (root / "t.trace").exists()) == (1, True)


@needs_landlock
def test_a_child_that_cannot_be_confined_runs_no_change(tmp_path: Path) -> None:
    """It went well when it was tried, and then no more: here a conftest.py forbids it."""
    stray = tmp_path / "stray"
    root = project(
        tmp_path, subject=SUBJECT, test_subject=TESTS, conftest=f"{FILTER}\nforbid({RESTRICT}, {errno.EPERM})"
    )
    swap = Swap(str(root / "subject.py"), "double", 1, f"def double(x):\n    open({str(stray)!r}, 'w')\n    return 4\n")
    with Suite(root, []) as suite:
        assert sandbox.is_confined(suite.confinement)
        assert [o.status for o in suite.run(Request((TWO,))).outcomes] == ["failed"]
        with pytest.raises(TracecError, match="cannot be confined here: the kernel refuses Landlock"):
            suite.run(Request((TWO,), (swap,)))
    assert not stray.exists()
    with Suite(root, [], unconfined=True) as suite:
        assert [o.status for o in suite.run(Request((TWO,), (swap,))).outcomes] == ["passed"]
    assert stray.exists()
    said = optimize(root)
    assert (said.code, said.err.count("\n"), "cannot be confined here" in said.err) == (2, 1, True)


@needs_landlock
@pytest.mark.parametrize("changed", [False, True])
def test_a_program_that_was_changed_is_confined_while_it_is_imported(tmp_path: Path, changed: Any) -> None:
    stray = tmp_path / "stray"
    writes = f"try:\n    open({str(stray)!r}, 'w').close()\nexcept PermissionError:\n    pass\n"
    root = project(tmp_path, subject=writes + SUBJECT, test_subject=TESTS)
    with Suite(root, [], changed=changed) as suite:
        assert [o.status for o in suite.run(Request((TWO,))).outcomes] == ["failed"]
        if changed:
            reply = suite.run(Request((TWO,), free=True))
            assert (reply.ended, "free of the confinement" in reply.detail) == ("error", True)
    assert stray.exists() is not changed


@needs_landlock
def test_a_program_that_was_changed_is_not_imported_without(tmp_path: Path) -> None:
    stray = tmp_path / "stray"
    project(tmp_path, subject=f"open({str(stray)!r}, 'w').close()\n{SUBJECT}", test_subject=TESTS)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in refusing(tmp_path).items():
            patch.setenv(name, value)
        with pytest.raises(TracecError, match="cannot be confined"), Suite(tmp_path, [], changed=True):
            pass
    assert not stray.exists()
