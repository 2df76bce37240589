"""The options of the commands for daily use: `why`, `hook`, `init`, `completion`; and the order of their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

FORMATS = ("text", "json", "lsp-diagnostics")
REPAIRS = ("record", "review", "fix")
# The options, and whether a value follows.
VALUED = {
    "--format": True, "--json": False, "--budget-seconds": True, "-q": False, "--quiet": False, "-h": False,
    "--help": False, "--gathered": True, "--repair": True, "--target": True,
}  # fmt: skip


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser; those that only the pytest plugin gives are not told."""
    from argparse import SUPPRESS

    parser.usage = "tracec why [OPTIONS] [PYTEST ARGS | SCRIPT ARGS]"
    parser.add_argument("--format", choices=FORMATS, default="text", help="text, or JSON for scripts and editors")
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    parser.add_argument("--budget-seconds", metavar="N", type=float, help="what it may take, after the tests ran (60)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr")
    parser.add_argument("--gathered", help=SUPPRESS)
    parser.add_argument("--repair", choices=REPAIRS, help=SUPPRESS)
    parser.add_argument("--target", action="append", default=[], help=SUPPRESS)


def add_hook(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec hook`."""
    parser.add_argument("action", choices=("check", "fix"), help="tell which tests fail, or repair what is staged")
    parser.add_argument("paths", metavar="FILE", nargs="*", help="staged files (those of `git diff --cached`)")
    parser.add_argument("--budget-seconds", metavar="N", type=float, help="what it may take (check: 20, fix: 60)")


def add_doctor(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tracec doctor`."""
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
    """`why --json -x tests` -> (`why --json`, `-x tests`)."""
    at = 1
    while at < len(argv) and argv[at].partition("=")[0] in VALUED:
        at += 2 if VALUED[argv[at].partition("=")[0]] and "=" not in argv[at] else 1
    return argv[:at], argv[at + (argv[at : at + 1] == ["--"]) :]


def add_models(parser: argparse.ArgumentParser) -> None:
    """The options of `tracec models`."""
    parser.add_argument("run", metavar="RUN", nargs="?", help="a folder of .tracec/runs, by name (the newest)")
    parser.add_argument("--json", action="store_true", help="print JSON on stdout and nothing else")


def add_report(parser: argparse.ArgumentParser) -> None:
    """The options of `tracec report`."""
    parser.add_argument("run", metavar="RUN", nargs="?", help="a folder of .tracec/runs, by name (the newest)")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="where the page goes, - for stdout (.tracec/report.html)"
    )
