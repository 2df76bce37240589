"""The options of commands for daily use, as `why`, `ci`, `hook` and `patch`; and the order of their words."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

REVIEWED = ("github", "sarif", "gitlab")
FORMATS = ("text", "json", "lsp-diagnostics", *REVIEWED)
REPAIRS = ("record", "review", "fix")
# The options of commands that take pytest's words as well, and whether a value follows.
VALUED = {
    "why": {
        "--format": True, "--json": False, "--budget-seconds": True, "-q": False, "--quiet": False, "-h": False,
        "--help": False, "--gathered": True, "--repair": True, "--target": True,
    },
    "ci": {
        "--budget-seconds": True, "-h": False, "--help": False, "--repair": False, "--suggest": False,
        "--summary": True, "--patch": True, "--target": True, "--tests": True,
    },
}  # fmt: skip
LATE = ("--json", "--format", "--budget-seconds")  # those of `why` that may stand behind pytest's words


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser; those that only the pytest plugin gives are not told."""
    from argparse import SUPPRESS

    parser.usage = "tracec why [OPTIONS] [PYTEST ARGS | SCRIPT ARGS]"
    parser.add_argument("--format", choices=FORMATS, default="text", help="text, or what scripts and tools read")
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    parser.add_argument("--budget-seconds", metavar="N", type=float, help="what it may take, after the tests ran (60)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr")
    parser.add_argument("--gathered", help=SUPPRESS)
    parser.add_argument("--repair", choices=REPAIRS, help=SUPPRESS)
    parser.add_argument("--target", action="append", default=[], help=SUPPRESS)


def add_ci(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec ci`."""
    parser.usage = "tracec ci [OPTIONS] [PYTEST ARGS]"
    parser.add_argument("--tests", metavar="ARGS", default="", help="pytest's arguments, as one word")
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    parser.add_argument("--summary", metavar="FILE", default=summary, help="add what was found to it, in Markdown")
    parser.add_argument("--repair", action="store_true", help="look for a repair; no file of yours is changed")
    parser.add_argument("--patch", metavar="FILE", default="tracec.patch", help="where its diff goes (tracec.patch)")
    parser.add_argument("--suggest", action="store_true", help="offer it in a review of the pull request as well")
    parser.add_argument("--target", metavar="NAME", action="append", default=[], help="only this may change")
    parser.add_argument("--budget-seconds", metavar="N", type=float, help="what it may take, after the tests ran")


def add_hook(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec hook`."""
    parser.add_argument("action", choices=("check", "fix"), help="tell which tests fail, or repair what is staged")
    parser.add_argument("paths", metavar="FILE", nargs="*", help="staged files (those of `git diff --cached`)")
    parser.add_argument("--budget-seconds", metavar="N", type=float, help="what it may take (check: 20, fix: 60)")


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec models`."""
    add_run_name(parser)
    add_json(parser)


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec report`."""
    add_run_name(parser)
    where = "where the page goes, - for stdout (.tracec/report.html)"
    parser.add_argument("-o", "--output", metavar="FILE", help=where)


def add_patch(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec patch`."""
    parser.add_argument("action", choices=("ls", "show", "apply", "undo", "review"))
    parser.add_argument("id", nargs="?", help="a patch of `tracec patch ls` (the newest when left out)")
    parser.add_argument("--outside", action="store_true", help="a patch you made may change files outside the project")
    add_json(parser)


def add_doctor(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec doctor`."""
    add_json(parser)


def add_run_name(parser: argparse.ArgumentParser) -> None:
    """Add the name of a run of `optimize`."""
    parser.add_argument("run", metavar="RUN", nargs="?", help="a folder of .tracec/runs, by name (the newest)")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON on stdout and nothing else")


def add_init(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec init`."""
    parser.add_argument("--print", action="store_true", help="print the table instead")


def add_completion(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec completion`."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help='`eval "$(tracec completion bash)"`')


def hook_in_order(argv: list[str]) -> list[str]:
    """`hook check --budget-seconds 20 a.py` -> `hook --budget-seconds 20 check a.py`: files follow the options."""
    at = argv.index("--budget-seconds") if "--budget-seconds" in argv[:-1] else 0
    return ["hook", *argv[at : at + 2], *argv[1:at], *argv[at + 2 :]] if at else argv


def split(argv: list[str]) -> tuple[list[str], list[str]]:
    """`why -x tests --json` -> (`why --json`, `-x tests`): what pytest does not know may stand behind its own words."""
    at, valued = 1, VALUED[argv[0]]
    while at < len(argv) and argv[at].partition("=")[0] in valued:
        at += 2 if valued[argv[at].partition("=")[0]] and "=" not in argv[at] else 1
    ours, theirs = argv[:at], argv[at:]
    if theirs[:1] == ["--"] or (theirs and is_script(theirs[0])):
        return ours, theirs[theirs[0] == "--" :]
    rest, words = list[str](), iter(theirs)
    for word in words:
        name, equals, _ = word.partition("=")
        if name in LATE and name in valued:
            ours.append(word)
            ours += islice(words, int(valued[name] and not equals))
        else:
            rest += [word, *words] if word == "--" else [word]
    return ours, rest


def is_script(word: str) -> bool:
    """Tell whether a word names a program: a file of Python that is none of pytest's tests."""
    name = os.path.basename(word)
    test = name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
    return word.endswith(".py") and os.path.isfile(word) and not test
