"""The hooks for pre-commit: which tests a commit touches, and what is said and written."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.command import project, tracec
from tests.test_pytest_plugin import CI, FEE, ROAD, TESTS
from tracec.explaining.staged import OF_GIT
from tracec.passes.messages import import_graph

ROOT = Path(__file__).parent.parent

LONG = ("--budget-seconds", "300")  # a busy machine is no fault
TREE = {
    "src/shop/__init__.py": "from .cart import Cart\n",
    "src/shop/cart.py": "from . import tax\nfrom .util import (\n    a,  # one, two\n    b,\n)\n",
    "src/shop/tax.py": "",
    "src/shop/util.py": "",
    "src/shop/lone.py": "",
    "src/shop/deep/__init__.py": "",
    "src/shop/deep/far.py": "from ..tax import rate\n",
    "tests/conftest.py": "import shop.lone as l\n",
    "tests/test_cart.py": "import os, shop.cart\n",
    "tests/sub/test_far.py": "def test():\n    from shop.deep.far import x\n",
    "other/test_alone.py": "import json\n",
    "other/common.py": "",
    "other/near_test.py": "import common\n",
}


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("src/shop/tax.py", ["tests/sub/test_far.py", "tests/test_cart.py"]),
        ("src/shop/util.py", ["tests/sub/test_far.py", "tests/test_cart.py"]),  # through the package's own imports
        ("src/shop/deep/far.py", ["tests/sub/test_far.py"]),
        ("src/shop/lone.py", ["tests/sub/test_far.py", "tests/test_cart.py"]),  # what a conftest.py loads
        ("tests/conftest.py", ["tests/sub/test_far.py", "tests/test_cart.py"]),
        ("other/common.py", ["other/near_test.py"]),
        ("tests/test_cart.py", ["tests/test_cart.py"]),
        ("setup.py", []),
        ("common.py", []),  # the one beside the test is meant
        ("src/shop/gone.py", []),
    ],
)
def test_the_tests_that_a_change_touches(changed: str, tests: list[str]) -> None:
    assert import_graph.tests_of([changed], TREE) == tests


def test_a_file_that_is_gone() -> None:
    assert import_graph.tests_of(["price.py"], {"test_price.py": "from price import tax\n"}) == ["test_price.py"]


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=folder, check=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in CI:
        monkeypatch.delenv(name, raising=False)
    project(tmp_path, fees=FEE.replace(">", ">="), test_fees=TESTS, lone="x = 1\n")
    (tmp_path / ".gitignore").write_text(".tracec\n__pycache__\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "begin")
    return tmp_path


def test_it_is_quiet_where_all_is_well(repository: Path) -> None:
    (repository / "lone.py").write_text("x = 2\n")
    assert tracec(repository, "hook", "check", "lone.py") == tracec(repository, "hook", "fix")
    said = tracec(repository, "hook", "check", *LONG, "fees.py")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_a_failing_test_is_explained(repository: Path) -> None:
    (repository / "fees.py").write_text(FEE)
    git(repository, "add", "-A")
    said = tracec(repository, "hook", "check", *LONG)
    assert said.code == 1, said.err
    assert said.out.startswith("1 tests fail")
    assert ROAD in said.out


def test_a_repair_is_written_and_told(repository: Path) -> None:
    (repository / "fees.py").write_text(FEE)
    said = tracec(repository, "hook", "fix", *LONG, "fees.py")
    assert said.code == 1, said.out + said.err
    assert "written: fees.py" in said.out
    assert (repository / "fees.py").read_text() == FEE.replace(">", ">=")


def test_nothing_is_repaired_on_a_build_server(repository: Path) -> None:
    (repository / "fees.py").write_text(FEE)
    said = tracec(repository, "hook", "fix", *LONG, "fees.py", CI="true")
    assert (said.code, (repository / "fees.py").read_text()) == (0, FEE)
    assert "CI says that this is a build server" in said.out


def test_what_a_rename_leaves_behind(repository: Path) -> None:
    git(repository, "mv", "fees.py", "prices.py")
    said = tracec(repository, "hook", "check", *LONG, "prices.py")
    assert said.code == 1
    assert "test_fees.py could not be collected: ModuleNotFoundError: No module named 'fees'" in said.out


def test_a_time_limit(repository: Path) -> None:
    (repository / "fees.py").write_text("import time\ntime.sleep(60)\n" + FEE)
    said = tracec(repository, "hook", "check", "--budget-seconds", "2", "fees.py")
    assert said.code == 0
    assert "did not come to their end in 2 s: they are not checked" in said.out


def test_tests_do_not_see_the_git_of_the_commit(repository: Path) -> None:
    text = f"import os\n\ndef test():\n    assert not {set(OF_GIT)!r} & set(os.environ)\n"
    (repository / "test_git.py").write_text(text)
    said = tracec(repository, "hook", "check", *LONG, "test_git.py", GIT_INDEX_FILE=str(repository / ".git" / "index"))
    assert (said.code, said.out) == (0, "")


def test_the_hooks_are_declared() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert text.count("- id: ") == 2
    for line in ("entry: tracec hook check", "entry: tracec hook fix", "types_or: [python, pyi]"):
        assert line in text
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert "tracec" in scripts
