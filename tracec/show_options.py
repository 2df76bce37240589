"""The options of `tracec show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracec.option_types import count
from tracec.view.legend import LEGEND

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser."""
    parser.add_argument("file", metavar="FILE", nargs="?", help="a trace of `tracec run` (the newest one)")
    sliced(parser)
    parser.add_argument(
        "--calls", metavar="QUALNAME", help="the calls of a function, as text or JSON to make them again"
    )
    parser.add_argument(
        "--verify", action="store_true", help="compute again what was recorded, and tell what does not agree"
    )
    against(parser)
    parser.add_argument("--format", choices=("text", "html", "dot", "mermaid", "json", "perfetto"), default="text")
    parser.add_argument("--limit", metavar="N", type=count, help="show at most N nodes")
    parser.add_argument("--test", metavar="ID", help="only what ran during this test")
    assert parser.epilog is not None
    parser.epilog = f"{LEGEND}\n\n{parser.epilog}"


def sliced(parser: argparse.ArgumentParser) -> None:
    """Which value is asked about, and how it is told."""
    parser.add_argument(
        "--slice",
        metavar="WHAT",
        help="why a value is what it is: %%30, FILE:LINE, FILE:LINE#3 (the third time it ran), a variable (`total`, "
        "`f.total`), a function (what it returned last), `last`, `failure`, `feedback`",
    )
    parser.add_argument("--depth", metavar="N", type=count, help="with --slice: so many levels (as fit 30 lines)")
    parser.add_argument("--flat", action="store_true", help="with --slice: a list of all that WHAT depends on")
    parser.add_argument("--forward", action="store_true", help="with --slice: a list of what depends on WHAT instead")
    parser.add_argument(
        "--relevant", action="store_true", help="with --slice: a list, also of tests that could have gone otherwise"
    )
    parser.add_argument("--data", action="store_true", help="with --slice: values only, not the tests before them")
    parser.add_argument("--chars", metavar="N", type=count, help="with --slice: a summary in at most N characters")


def against(parser: argparse.ArgumentParser) -> None:
    """How two traces are compared."""
    parser.add_argument("--against", metavar="FILE", help="the first place at which this trace and that one differ")
    parser.add_argument("--next", metavar="N", type=count, help="with --against: the N-th difference after the first")
    parser.add_argument("--all", action="store_true", help="with --against: all differences")
    parser.add_argument("--by", choices=("path", "values"), help="with --against: only ways taken, or only values")
