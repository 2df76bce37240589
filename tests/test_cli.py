"""The command line: parsing, dispatch, exit codes, and what is not imported."""

import argparse
import importlib
import json
import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

import tracec
from tracec import cli
from tracec.passes.nouns.errors import TracecError

HEAVY = ("libcst", "litellm", "pytest", "rich", "msgspec", "astor")
ROOT = Path(__file__).parent.parent
Install = Callable[[Callable[[argparse.Namespace], int]], None]


def parsed(*argv: str) -> argparse.Namespace:
    """The namespace that the command would be given."""
    words, program = cli._split_program(list(argv))
    return cli._parse(words, program)


def tracec_command(*argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`tracec ARGV` in a process of its own."""
    command = [sys.executable, "-m", "tracec", *argv]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **env})


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Replaces `tracec.commands.targets.run` by a function of the test."""

    def install(run: Callable[[argparse.Namespace], int]) -> None:
        module = types.ModuleType("tracec.commands.targets")
        vars(module)["run"] = run
        monkeypatch.setitem(sys.modules, "tracec.commands.targets", module)

    return install


def raising(error: BaseException) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        raise error

    return run


def test_alone_it_prints_help_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    out = capsys.readouterr().out
    assert all(f"    {name}" in out for name in cli.COMMANDS)
    assert "examples:" in out


@pytest.mark.parametrize("name", [*cli.COMMANDS, None])
def test_help_has_examples(name: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*([name] if name else []), "--help"]) == 0
    assert "examples:\n  tracec" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"tracec {tracec.__version__} (recorder: ")
    assert said.endswith(f", Python {'.'.join(map(str, sys.version_info[:3]))})\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "instrument a.py b",
            {"paths": ["a.py", "b"], "grain": None, "diff": False, "in_place": False, "output": None},
        ),
        ("instrument - --grain calls --diff", {"paths": ["-"], "grain": "calls", "diff": True}),
        ("instrument a.py --in-place", {"in_place": True}),
        ("instrument src -o out", {"output": "out"}),
        ("run a.py", {"module": None, "program": ["a.py"], "grain": None, "record": None, "scope": []}),
        ("run --grain calls a.py -v --grain x", {"grain": "calls", "program": ["a.py", "-v", "--grain", "x"]}),
        ("run --record=t --scope a --scope b a.py", {"record": "t", "scope": ["a", "b"], "program": ["a.py"]}),
        ("run -m pytest -q -m slow", {"module": "pytest", "program": ["pytest", "-q", "-m", "slow"]}),
        ("run --record t -mpytest -q", {"module": "pytest", "record": "t", "program": ["pytest", "-q"]}),
        ("run -- -odd.py -m x", {"module": None, "program": ["-odd.py", "-m", "x"]}),
        ("show t", {"file": "t", "slice": None, "format": "text", "limit": None, "test": None}),
        ("show t --slice 30 --format html --limit 5 --test a::b", {"slice": "30", "limit": 5, "test": "a::b"}),
        ("targets a --json --all", {"paths": ["a"], "json": True, "all": True}),
        ("blame a --tests t --target f --target g", {"tests": "t", "target": ["f", "g"], "top": 10, "seed": None}),
        ("blame a --top 3 --seed -1 --json", {"top": 3, "seed": -1, "json": True}),
        ("optimize a", {"tests": None, "target": [], "with_": None, "model": None, "seed": None, "jobs": None}),
        ("optimize a", {"budget_seconds": None, "budget_usd": None, "write": False, "diff": False, "quiet": False}),
        ("optimize a --tests -x --with random -q", {"tests": "-x", "with_": "random", "quiet": True}),
        ("optimize a --jobs 2 --seed 3 --model m --write", {"jobs": 2, "seed": 3, "model": "m", "write": True}),
        ("optimize a --budget-seconds 1.5 --budget-evals 0", {"budget_seconds": 1.5, "budget_evals": 0}),
        ("optimize a --budget-calls 7 --budget-usd .5", {"budget_calls": 7, "budget_usd": 0.5}),
        ("optimize a --test-seconds 2 --diff --json", {"test_seconds": 2.0, "diff": True, "json": True}),
        ("patch ls", {"action": "ls", "id": None, "json": False}),
        ("patch undo 3f --json", {"action": "undo", "id": "3f", "json": True}),
    ],
)
def test_every_command_parses(line: str, expected: dict[str, object]) -> None:
    args = vars(parsed(*line.split()))
    assert args["command"] == line.split()[0]
    assert {key: args[key] for key in expected} == expected


def test_tests_may_start_with_a_dash_and_hold_spaces() -> None:
    assert parsed("blame", "a", "--tests", "-k 'a or b' tests").tests == "-k 'a or b' tests"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nothing", "there is no command 'nothing'"),
        ("optimize", "PATH"),
        ("optimize a --budget-seconds -1", "--budget-seconds: '-1' is not a number from 0"),
        ("optimize a --budget-seconds nan", "'nan' is not a number from 0"),
        ("optimize a --budget-usd inf", "'inf' is not a number from 0"),
        ("optimize a --budget-evals 1.5", "'1.5' is not a whole number from 0"),
        ("optimize a --budget-calls ²", "'²' is not a whole number from 0"),
        ("optimize a --jobs 0", "'0' is not a whole number from 1"),
        ("optimize a --write --diff", "not allowed with"),
        ("optimize a --budget-second 1", "unrecognized arguments: --budget-second"),
        ("instrument a --in-place -o x", "not allowed with"),
        ("instrument a --grain lines", "invalid choice: 'lines'"),
        ("show t --format pdf", "invalid choice: 'pdf'"),
        ("run", "a SCRIPT or -m MODULE is needed"),
        ("run -m", "a SCRIPT or -m MODULE is needed"),
        ("run --recrod t a.py", "unrecognized arguments: --recrod"),
        ("patch mend", "invalid choice: 'mend'"),
    ],
)
def test_a_wrong_line_is_two_with_usage(line: str, complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(line.split()) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "usage: tracec" in captured.err
    assert complaint in captured.err


def test_a_command_is_given_its_arguments_and_gives_the_exit_code(
    command: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    command(lambda args: print(args.paths) or 1)
    assert cli.main(["targets", "x"]) == 1
    assert capsys.readouterr().out == "['x']\n"


def test_a_user_error_is_one_line_and_two(command: Install, capsys: pytest.CaptureFixture[str]) -> None:
    command(raising(TracecError("is wrong", "mend it", path="a.py", line=3)))
    assert cli.main(["targets", "x"]) == 2
    assert capsys.readouterr() == ("", "a.py:3: is wrong; mend it\n")


def test_with_json_it_is_one_object_too(command: Install, capsys: pytest.CaptureFixture[str]) -> None:
    command(raising(TracecError("is wrong")))
    assert cli.main(["targets", "x", "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {"status": "error", "error": "is wrong"}


def test_ctrl_c(command: Install, capsys: pytest.CaptureFixture[str]) -> None:
    command(raising(KeyboardInterrupt()))
    assert cli.main(["targets", "x"]) == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("debug", ["", "1"])
def test_our_own_faults_say_so(
    command: Install, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, debug: str
) -> None:
    monkeypatch.setenv("TRACEC_DEBUG", debug)
    command(raising(ValueError("oh")))
    assert cli.main(["targets", "x"]) == 2
    err = capsys.readouterr().err
    assert "internal error: ValueError: oh, please report" in err
    assert ("Traceback" in err) == bool(debug)


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("".join(f"def function_{i}(): pass\n" for i in range(20_000)))
    command = [sys.executable, "-m", "tracec", "targets", "--all", str(tmp_path / "a.py")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), err) == (141, b"")


@pytest.mark.parametrize("argv", [[], ["--help"], ["optimize", "--help"], ["--version"]])
def test_nothing_heavy_is_imported(argv: list[str]) -> None:
    code = f"import sys, tracec.cli as c; c.main({argv!r}); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_there_is_can_be_called() -> None:
    folder = ROOT / "tracec" / "commands"
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert names == set(cli.COMMANDS)
    assert all(callable(importlib.import_module(f"tracec.commands.{name}").run) for name in names)


SHOP = """import tracec
RATE = tracec.param(0.2, goal="small", low=0, high=1)
@tracec.trainable
def total(): pass
def other(): pass
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_targets_prints_a_table(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["targets", "."]) == 0
    assert capsys.readouterr().out == (
        "KIND    PLACE      NAME   GOAL   CONSTRAINTS\n"
        "number  shop.py:2  RATE   small  low=0, high=1\n"
        "code    shop.py:3  total\n"
    )


def test_targets_json_and_all(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["targets", "shop", "--all", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["id"], r["marked"]) for r in rows] == [
        ("shop.py:RATE", True),
        ("shop.py:total", True),
        ("shop.py:other", False),
    ]
    assert rows[0]["value"] == "0.2"


def test_targets_of_one_name(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["targets", "shop.py:total"]) == 0
    assert "RATE" not in capsys.readouterr().out
    assert cli.main(["targets", "shop.py:totl"]) == 2
    assert 'nothing here is called "shop.py:totl"; did you mean total?' in capsys.readouterr().err


def test_targets_says_what_to_do_when_nothing_is_marked(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "shop.py").write_text("def f(): pass\n")
    assert cli.main(["targets", "shop.py"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "nothing is marked here; put @tracec.trainable" in captured.err
    assert cli.main(["targets", "shop.py", "--json"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_targets_warns_of_a_broken_file_in_a_folder_and_refuses_a_broken_one(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "broken.py").write_text("def f(:\n")
    assert cli.main(["targets", "."]) == 0
    captured = capsys.readouterr()
    assert "RATE" in captured.out
    assert captured.err.startswith("warning: broken.py:1: syntax error: ")
    assert cli.main(["targets", "broken.py"]) == 2


def test_the_real_thing(tmp_path: Path) -> None:
    done = tracec_command("targets", "examples", "--all")
    assert done.returncode == 0
    assert "Cart.total" in done.stdout
    assert tracec_command("targets", str(tmp_path / "no.py")).stderr.endswith("no such file; check the path\n")
