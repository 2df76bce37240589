"""`tracec why`, `doctor`, `init`, `completion` and `patch review` as their users meet them."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.command import project, tracec
from tests.test_pytest_plugin import FEE, ROAD, TESTS
from tracec import cli, daily_options
from tracec.commands import completion
from tracec.passes.nouns.source import Source
from tracec.project import patch_store
from tracec.view.reviewing import review

SCRIPT = """\
import sys
def port(settings):
    return settings.get("prot")
def main():
    print("out", sys.argv[1:])
    return port({"port": 80}) + 1
main()
"""


def test_why_with_pytest_arguments(tmp_path: Path) -> None:
    folder = project(tmp_path, fees=FEE, test_fees=TESTS)
    said = tracec(folder, "why", "-q", "-p", "no:randomly", "-x", "test_fees.py")
    assert (said.code, said.out.strip()) == (1, ROAD), said.err
    assert not (folder / ".tracec").exists()


def test_why_as_json_and_for_editors(tmp_path: Path) -> None:
    folder = project(tmp_path, fees=FEE, test_fees=TESTS)
    said = tracec(folder, "why", "--json", "test_fees.py")
    (road,) = said.json["roads"]
    assert (said.code, road["test"], said.json["failing"]) == (1, "test_fees.py::test_on_time", 1)
    assert road["steps"][1]["parted"]["test"] == "test_fees.py::test_late"
    said = tracec(folder, "why", "--format", "lsp-diagnostics", "test_fees.py")
    files = {Path(file["uri"]).name: file["diagnostics"] for file in said.json}
    (error,), (hint,) = files["test_fees.py"], files["fees.py"]
    assert error["range"]["start"] == {"line": 6, "character": 4}
    assert [step["location"]["range"]["start"]["line"] for step in error["relatedInformation"]] == [3, 1]
    assert (error["severity"], hint["severity"], hint["range"]["start"]["line"]) == (1, 3, 1)


def test_why_where_nothing_fails(tmp_path: Path) -> None:
    folder = project(tmp_path, test_it="def test():\n    pass\n")
    said = tracec(folder, "why")
    assert (said.code, said.out) == (0, "")
    assert "no test fails: 1 passed" in said.err


def test_why_where_the_tests_cannot_be_run(tmp_path: Path) -> None:
    folder = project(tmp_path, test_it="import nowhere\n")
    said = tracec(folder, "why")
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("test_it.py: could not be collected: ModuleNotFoundError")
    said = tracec(folder, "why", "--no-such-option")
    assert said.code == 2
    assert "pytest refused the arguments" in said.err


def test_why_a_script(tmp_path: Path) -> None:
    folder = project(tmp_path, main=SCRIPT)
    said = tracec(folder, "why", "main.py", "-v")
    assert said.code == 1
    told = "TypeError: unsupported operand type(s) for +: 'NoneType' and 'int'"
    assert said.out.splitlines() == [
        "out ['-v']",
        "main.py -v",
        f'  main.py:6  port({{"port": 80}}) + 1 raised {told}   (port({{"port": 80}}) = None)',
        "  main.py:3  return settings.get(\"prot\") → None   (settings = {'port': 80})",
    ]
    assert "TypeError" in said.err  # the program's own traceback


@pytest.mark.parametrize(
    ("text", "code", "out"),
    [
        ("x = {}\nprint(x['a'])\n", 1, "  main.py:2  print(x['a']) raised KeyError: 'a'   (x = {})\n"),
        ("import sys\nsys.exit(3)\n", 1, "it ended with exit code 3"),
        ("print(1)\n", 0, "1\n"),
    ],
)
def test_why_a_script_that_ends_so(tmp_path: Path, text: str, code: int, out: str) -> None:
    said = tracec(project(tmp_path, main=text), "why", "main.py")
    assert said.code == code, said.err
    assert out in said.out


def test_doctor(tmp_path: Path) -> None:
    said = tracec(tmp_path, "doctor", "--json")
    found = {one["name"]: one for one in said.json["findings"]}
    assert said.code == 0
    assert {"tracec", "confinement", "settings", "model", "tests", "plugin", "cache"} <= found.keys()
    (tmp_path / "pyproject.toml").write_text('[tool.tracec]\npython = "/nowhere/python"\n')
    said = tracec(tmp_path, "doctor")
    assert said.code == 1
    assert "BAD  tests" in said.out
    (tmp_path / "pyproject.toml").write_text("[tool.tracec]\npytonn = 1\n")
    assert "unknown key" in tracec(tmp_path, "doctor").out


@pytest.mark.parametrize("before", ["", "[project]\nname = 'x'", "[project]\r\nname = 'x'\r\n"])
def test_init(tmp_path: Path, before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_bytes(before.encode())
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init"]) == 0
    after = (tmp_path / "pyproject.toml").read_bytes()
    assert after.startswith(before.encode())
    assert (b"\r\n" in after) == ("\r\n" in before)
    assert tomllib.loads(after.decode())["tool"]["tracec"]["tests"] == "tests"
    assert cli.main(["init"]) == 2
    assert (tmp_path / "pyproject.toml").read_bytes() == after


def test_completions_name_every_command_and_option() -> None:
    assert {command.name for command in completion.commands()} == cli.COMMANDS.keys()
    text = completion.bash()
    assert "--budget-seconds" in text
    assert "ls show apply undo review" in text
    assert "--gathered" not in text + completion.fish()
    done = subprocess.run(
        ["bash", "-c", f'{text}\nCOMP_WORDS=(tracec pat); COMP_CWORD=1; _tracec; echo "${{COMPREPLY[@]}}"'],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "patch\n"


def test_a_word_that_is_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["optimise"]) == 2
    assert "did you mean 'optimize'?" in capsys.readouterr().err


def test_a_notebook(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": []}))
    for command in ("run", "instrument"):
        said = tracec(tmp_path, command, "n.ipynb")
        assert said.code == 2
        assert said.err.startswith("n.ipynb: is a notebook; export it")


@pytest.mark.parametrize(
    ("answers", "text", "states"),
    [
        (["a", "s"], "x = 2\n", ["applied", "kept"]),
        (["r", "a"], "x = 3\n", ["rejected", "applied"]),
        (["v", "", "q"], "x = 1\n", ["kept", "kept"]),
        (["?", "q"], "x = 1\n", ["kept", "kept"]),
        ([], "x = 1\n", ["kept", "kept"]),
        (["a", "a"], "x = 2\n", ["applied", "kept"]),  # the second was made for the file as it was
    ],
)
def test_a_review(
    tmp_path: Path, answers: list[str], text: str, states: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.py"
    path.write_text("x = 1\n")
    source = Source.decode("x.py", path.read_bytes())
    for value in (2, 3):
        record = patch_store.PatchRecord(target="x.py:x", optimizer="search", message=f"1 -> {value}")
        patch_store.keep(tmp_path, record, {"x.py": source}, {"x.py": f"x = {value}\n"})
    left = iter(answers)

    def ask(prompt: str) -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    review(str(tmp_path), patch_store.ls(tmp_path), ask)
    assert path.read_text() == text
    assert [record.state for record in patch_store.ls(tmp_path)] == states
    assert ("1 -> 2" in capsys.readouterr().out) == ("v" in answers)


def test_the_same_change_is_kept_once(tmp_path: Path) -> None:
    source = Source.decode("x.py", b"x = 1\n")
    (tmp_path / "x.py").write_text("x = 1\n")
    record = patch_store.PatchRecord(target="x.py:x", optimizer="search")
    first = patch_store.keep(tmp_path, record, {"x.py": source}, {"x.py": "x = 2\n"})
    assert patch_store.kept_already(tmp_path, "", {"x.py": source}, {"x.py": "x = 2\n"}) == first
    assert patch_store.kept_already(tmp_path, "", {"x.py": source}, {"x.py": "x = 3\n"}) is None
    patch_store.apply(tmp_path, first.id)
    assert patch_store.kept_already(tmp_path, "", {"x.py": source}, {"x.py": "x = 2\n"}) is None


@pytest.mark.parametrize(
    ("words", "ours", "theirs"),
    [
        ("why -x tests --json", "why --json", "-x tests"),
        ("why --format json tests --budget-seconds 5 -k a", "why --format json --budget-seconds 5", "tests -k a"),
        ("why tests --format=json -- --json", "why --format=json", "tests -- --json"),
        ("why -- --json", "why", "--json"),
        ("why -q tests -q", "why -q", "tests -q"),
        ("why tests --json-report", "why", "tests --json-report"),
    ],
)
def test_our_options_may_stand_behind_those_of_pytest(words: str, ours: str, theirs: str) -> None:
    assert daily_options.split(words.split()) == (ours.split(), theirs.split())


def test_what_follows_a_script_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.py").write_text("")
    assert daily_options.split(["why", "main.py", "--json"]) == (["why"], ["main.py", "--json"])
