"""The pytest plugin as its users meet it: what it prints, what it writes, and that it disturbs no run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Said, project
from tracec.runtime.guest import sandbox

ROOT = Path(__file__).parent.parent
FEE = "def fee(days):\n    if days > 30:\n        return 0\n    return 5\n"
TESTS = """\
from fees import fee

def test_late():
    assert fee(31) == 0

def test_on_time():
    assert fee(30) == 0

def test_early():
    assert fee(3) == 5
"""
ROAD = """\
test_fees.py::test_on_time
  test_fees.py:7  fee(30) is 5, not 0
  fees.py:4       return 5
  fees.py:2       days > 30 → False   (days = 30)
                  ↳ True in test_fees.py::test_late, which passes (days = 31)"""


def run(folder: Path, *args: str, **env: str) -> Said:
    """Run pytest with the plugin, as it is loaded where tracec is installed."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "TRACEC")) and k not in CI}
    if not sandbox.abi():
        clean["TRACEC_UNCONFINED"] = "true"
    words = ["-p", "no:tracec", "-p", "tracec.pytest_plugin", "-p", "no:cacheprovider", "--color=no", *args]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**clean, "PYTHONPATH": str(ROOT), **env},
        stdin=subprocess.DEVNULL,
    )
    return Said(done.returncode, done.stdout, done.stderr)


CI = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION", "BUILDKITE", "CIRCLECI")


@pytest.fixture
def fees(tmp_path: Path) -> Path:
    return project(tmp_path, fees=FEE, test_fees=TESTS)


def gathered(folder: Path, *args: str) -> dict[str, object]:
    said = run(folder, "--tracec-gather=gathered.json", *args)
    assert said.code in (0, 1), said.out + said.err
    found: dict[str, object] = json.loads((folder / "gathered.json").read_bytes())
    return found


def test_why(fees: Path) -> None:
    said = run(fees, "--tracec=why")
    assert said.code == 1
    assert ROAD in said.out
    assert said.out.index("FAILURES") < said.out.index(ROAD) < said.out.index("short test summary")


def test_workers_of_xdist(fees: Path) -> None:
    pytest.importorskip("xdist")
    said = run(fees, "--tracec=why", "-n2", "--tb=no")
    assert said.code == 1
    assert ROAD in said.out


def test_nothing_is_said_where_nothing_fails(fees: Path) -> None:
    said = run(fees, "--tracec=why", "-k", "late")
    assert said.code == 0
    assert "tracec" not in said.out.partition("collected")[2]


def test_it_imports_nothing_where_it_is_not_asked(tmp_path: Path) -> None:
    text = "import sys\ndef test():\n    ours = {n for n in sys.modules if n.partition('.')[0] == 'tracec'}\n"
    text += "    assert ours == {'tracec', 'tracec.pytest_plugin', 'tracec.runtime', 'tracec.runtime.marks'}\n"
    said = run(project(tmp_path, test_it=text), XDG_RUNTIME_DIR=str(tmp_path))  # no other run is seen there
    assert said.code == 0, said.out


def test_pytest_does_not_warn_of_us_while_a_run_is_recorded(tmp_path: Path) -> None:
    (tmp_path / f"tracec-runs-{os.getuid()}").mkdir(mode=0o700)  # then tracec is imported before pytest
    said = run(project(tmp_path, test_it="def test(): pass\n"), XDG_RUNTIME_DIR=str(tmp_path))
    assert said.code == 0
    assert "warning" not in said.out


def test_fix_writes_what_makes_all_tests_pass(fees: Path) -> None:
    said = run(fees, "--tracec=fix", "--tracec-budget-seconds=300", "--tb=no")
    assert said.code == 1  # the outcome is that of the user's run
    assert "written: fees.py" in said.out, said.out + said.err
    assert (fees / "fees.py").read_text() == FEE.replace(">", ">=")
    assert (fees / "test_fees.py").read_text() == TESTS


def test_record_keeps_a_patch(fees: Path) -> None:
    said = run(fees, "--tracec=record", "--tracec-budget-seconds=300", "--tb=no")
    assert "kept as patch 1: `tracec patch review 1`" in said.out, said.out + said.err
    assert (fees / "fees.py").read_text() == FEE
    assert [*(fees / ".tracec" / "patches").glob("*.patch")]


@pytest.mark.parametrize("name", ["CI", "GITHUB_ACTIONS"])
def test_nothing_is_written_on_a_build_server(fees: Path, name: str) -> None:
    said = run(fees, "--tracec=fix", **{name: "true"})
    assert said.code == 1
    assert f"--tracec=fix does nothing, as {name} says that this is a build server" in said.out
    assert not (fees / ".tracec").exists()


def test_an_unknown_mode(fees: Path) -> None:
    said = run(fees, "--tracec=fixx")
    assert said.code == 4
    assert "choose one of why, record, review, fix, disable" in said.err


def test_a_crash_of_ours_changes_nothing(fees: Path) -> None:
    (fees / "conftest.py").write_text("import sys\nsys.executable = '/nowhere/python'\n")
    said = run(fees, "--tracec=why")
    assert said.code == 1
    assert "1 failed, 2 passed" in said.out
    assert "tracec: internal error: FileNotFoundError" in said.out


def test_what_is_gathered(tmp_path: Path) -> None:
    text = (
        "import unittest, pytest\nfrom fees import fee\n"
        "class T(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(fee(30), 0)\n"
        "@pytest.fixture\ndef broken():\n    return {}['a']\ndef test_broken(broken):\n    pass\n"
        "@pytest.mark.xfail\ndef test_expected():\n    assert 0\n"
        "@pytest.mark.skip\ndef test_skipped():\n    assert 0\n"
        "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\n"
        "def test_odd():\n    raise Odd\ndef test_fine():\n    pass\n"
    )
    folder = project(tmp_path, fees=FEE, test_it=text)
    found = gathered(folder, "-k", "not nothing", "test_it.py")
    failed = {one["id"]: (one["type"], one["message"], one["places"]) for one in found["failed"]}  # type: ignore[attr-defined]
    here = str(folder / "test_it.py")
    assert failed == {
        "test_it.py::T::test_it": ("AssertionError", "5 != 0", [[here, 5]]),
        "test_it.py::test_broken": ("KeyError", "'a'", [[here, 8]]),
        "test_it.py::test_odd": ("test_it.Odd", "", [[here, 21]]),
    }
    assert [one for one, _ in found["passed"]] == ["test_it.py::test_fine"]  # type: ignore[attr-defined]
    assert found["named"] == ["test_it.py"]
    assert found["args"] == [
        "-p", "no:tracec", "-p", "tracec.pytest_plugin", "-p", "no:cacheprovider", "--color=no", "-k", "not nothing",
        f"--rootdir={folder}",
    ]  # fmt: skip
    assert {Path(path).name for path in found["files"]} == {"fees.py", "test_it.py"}  # type: ignore[attr-defined]
