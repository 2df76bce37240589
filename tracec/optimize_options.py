"""The options of `tracec optimize` besides what all commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracec.option_types import amount, count, parts, positive

if TYPE_CHECKING:  # `tracec run` starts without it
    import argparse


def goal(parser: argparse.ArgumentParser) -> None:
    """What is to become better, and how that is gone about."""
    from argparse import SUPPRESS

    parser.add_argument("--metric", metavar="MODULE:FUNCTION", help="raise what this function returns (a float)")
    parser.add_argument("--train", metavar="F", help="cases for the metric: a file of JSON lines, or MODULE:NAME")
    parser.add_argument("--validation", metavar="F", help="cases on which the result must not be worse")
    parser.add_argument(
        "--with",
        metavar="NAME",
        dest="with_",
        help="optimizer: search, tune, random (no key needed); with --model auto, rewrite, gepa, ... (docs/models.md)",
    )
    parser.add_argument("--seed", metavar="N", type=int, help="seed of every random choice (0)")
    parser.add_argument(
        "--jobs", metavar="N", type=positive, help="candidates tested at once (the number of processors, at most 8)"
    )
    parser.add_argument("--without", type=parts, help=SUPPRESS)


def models(parser: argparse.ArgumentParser) -> None:
    """Whom an optimizer asks, and what that may cost."""
    model = "for optimizers that ask a model: a litellm name, python:MODULE:FUNCTION or command:PROGRAM"
    parser.add_argument("--model", metavar="M", help=model)
    parser.add_argument("--model-critic", metavar="M", help="the model that judges (the same when left out)")
    shown = "what a model sees of the runs: none, outcome, slice, or query (and it may ask for more)"
    parser.add_argument("--evidence", choices=("none", "outcome", "slice", "query"), help=shown)
    parser.add_argument("--prompt-characters", metavar="N", type=count, help="characters of one question at most")
    parser.add_argument("--model-width", metavar="N", type=positive, help="calls of models at once")
    parser.add_argument("--model-seconds", metavar="S", type=amount, help="wall time of one call of a model at most")
    parser.add_argument("--budget-calls", metavar="N", type=count, help="model calls at most")
    parser.add_argument("--budget-tokens", metavar="N", type=count, help="tokens of prompts and answers at most")
    parser.add_argument("--budget-usd", metavar="D", type=amount, help="money for model calls at most")
    parser.add_argument("--dry-run", action="store_true", help="print the first prompt and what it costs; ask nobody")


def limits(parser: argparse.ArgumentParser) -> None:
    """What may be spent besides, and what is allowed."""
    parser.add_argument("--budget-seconds", metavar="S", type=amount, help="wall time for everything (300)")
    parser.add_argument("--budget-evals", metavar="N", type=count, help="candidates tested at most (no limit)")
    parser.add_argument("--test-seconds", metavar="S", type=amount, help="wall time of one test at most (10)")
    parser.add_argument("--resume", action="store_true", help="go on with the last such run, as if it had not ended")
    no_guard = "do not look at what else a change changes"
    parser.add_argument("--no-guard", dest="guard", action="store_false", default=None, help=no_guard)
    plausible = "take a change that passes the tests though a check speaks against it"
    parser.add_argument("--accept-plausible", action="store_true", default=None, help=plausible)
    unconfined = "run changes even where the system cannot confine them"
    parser.add_argument("--unconfined", action="store_true", default=None, help=unconfined)


def result(parser: argparse.ArgumentParser) -> None:
    """What is done with what was found."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true", help="change the files")
    what.add_argument("--diff", action="store_true", help="print the diff only (as by default)")
    said = parser.add_mutually_exclusive_group()
    said.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr")
    said.add_argument("-v", "--verbose", action="store_true", help="more of it, with the seconds")
