"""The options of `tracec why`: ours come first, and all from the first other word on is pytest's, or a script's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

FORMATS = ("text", "json", "lsp-diagnostics")
REPAIRS = ("record", "review", "fix")
HIDDEN = "==SUPPRESS=="  # argparse.SUPPRESS: options that only the pytest plugin gives
# The options, and whether a value follows.
VALUED = {
    "--format": True, "--json": False, "--budget-seconds": True, "-q": False, "--quiet": False, "-h": False,
    "--help": False, "--gathered": True, "--repair": True, "--target": True,
}  # fmt: skip


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser."""
    parser.usage = "tracec why [OPTIONS] [PYTEST ARGS | SCRIPT ARGS]"
    parser.add_argument("--format", choices=FORMATS, default="text", help="text, or JSON for scripts and editors")
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    parser.add_argument("--budget-seconds", metavar="N", type=float, help="what it may take, after the tests ran (60)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr")
    parser.add_argument("--gathered", help=HIDDEN)
    parser.add_argument("--repair", choices=REPAIRS, help=HIDDEN)
    parser.add_argument("--target", action="append", default=[], help=HIDDEN)


def split(argv: list[str]) -> tuple[list[str], list[str]]:
    """`why --json -x tests` -> (`why --json`, `-x tests`)."""
    at = 1
    while at < len(argv) and argv[at].partition("=")[0] in VALUED:
        at += 2 if VALUED[argv[at].partition("=")[0]] and "=" not in argv[at] else 1
    return argv[:at], argv[at + (argv[at : at + 1] == ["--"]) :]
