"""argv -> exit code: parses the command line, hands over to `tracec.commands.<name>`, prints the one user error.

Each command's module has `run(args) -> int` and is imported only when it is called. `args` carries:

instrument  paths, grain, diff, in_place, undo, output
run         grain, record, scope, module (None or NAME), program (the script or module, then its own arguments)
show        file (None: the newest), slice, depth, flat, forward, relevant, data, chars, calls, verify, against, next,
            all, by, format, limit, test
targets     paths, json, all
blame       paths, tests, target, top, seed, format, json
optimize    paths, tests, metric, train, validation, target, with_, model, model_critic, evidence, prompt_characters,
            model_width, model_seconds, dry_run, seed, jobs, budget_seconds, budget_evals, budget_calls, budget_tokens,
            budget_usd, test_seconds, guard, accept_plausible, unconfined, resume, without, write, diff, json, quiet,
            verbose
models      run (None: the newest), json
report      run (None: the newest), output
opto        as run, plain, check (None, or files to be checked)
patch       action (ls, show, apply, undo, review), id, outside, json
doctor      json
init        print
completion  shell
hook        action (check, fix), paths, budget_seconds
ci          words, summary, repair, patch, suggest, target, budget_seconds
why         words, format, gathered, repair, target, budget_seconds, quiet

An option that was not given is None (a flag: False), so that `tracec.config.load` can fill in the rest. `target` and
`scope` are lists, empty when not given.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tracec import daily_options, show_options
from tracec.limits import GRAINS
from tracec.option_types import count, positive
from tracec.passes.nouns.errors import TracecError
from tracec.view.printable import printable

if TYPE_CHECKING:  # `tracec run` starts without it, where nothing is wrong with its words
    import argparse

RUNS = ("run", "opto")  # commands that run a program, whose own options come behind it
EXAMPLES = """examples:
  tracec targets src                                      what is marked as trainable
  tracec blame src --tests tests                          which code explains the failing tests
  tracec optimize src/cart.py --tests tests/test_cart.py  search for a repair and print it as a diff
  tracec run --record out.trace -m pytest tests           record what a program does
  tracec show out.trace                                   look at it

Exit codes: 0 done, 1 goal not reached, 2 usage or set-up error, 130 interrupted."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (2 for every error, 130 for Ctrl-C, 141 when the reader went away)."""
    words, program = _split_program(list(sys.argv[1:] if argv is None else argv))
    try:
        args = _quickly(words, program) or _parse(words, program)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    try:
        command = importlib.import_module(f"tracec.commands.{args.command}")
        code = int(command.run(args))
        sys.stdout.flush()
        return code
    except TracecError as error:
        return _fail(args, str(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter complains again when it flushes at exit
        return 141
    except Exception as error:
        if os.environ.get("TRACEC_DEBUG") == "1":
            import traceback

            traceback.print_exc()
        kind = type(error).__name__
        return _fail(args, f"internal error: {kind}: {error}, please report (TRACEC_DEBUG=1 shows where)")


def _fail(args: argparse.Namespace, message: str) -> int:
    """Say what went wrong: for people on stderr, and with --json as one object on stdout."""
    print(printable(message), file=sys.stderr)
    if getattr(args, "json", False):
        import json

        print(json.dumps({"status": "error", "error": message}))
    return 2


def _quickly(words: list[str], program: list[str]) -> argparse.Namespace | None:
    """What `_parse` makes of the words of `tracec run`, without the time it takes; None where anything may be wrong."""
    if words[:1] != ["run"] or not program or program == ["-m"]:
        return None
    from tracec.commands.run import quickly

    return quickly(words[1:], program)


def _parse(words: list[str], program: list[str]) -> argparse.Namespace:
    """Words -> Namespace; SystemExit on --help, --version and usage errors."""
    whole = parser()
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        whole.error(unknown(words[0]))
    if "--tests" in words[:-1]:  # or argparse takes the value in `--tests -x` for an option
        at = words.index("--tests")
        words = [*words[:at], f"--tests={words[at + 1]}", *words[at + 2 :]]
    args = whole.parse_args(words)
    if args.version:
        from tracec.view.version_text import version_text

        print(version_text())
        raise SystemExit(0)
    if args.command is None:
        whole.print_help()
        raise SystemExit(2)
    if args.command in daily_options.VALUED:
        args.words = program
    if args.command in RUNS and not getattr(args, "check", None):
        is_module = program[:1] == ["-m"]
        args.program = program[1:] if is_module else program
        args.module = program[1] if is_module and args.program else None
        if not args.program:
            args.usage_error("a SCRIPT or -m MODULE is needed")
    return args


def unknown(word: str) -> str:
    """What is said of a word that is no command."""
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, 1)
    return f"there is no command {word!r}; " + (
        f"did you mean {near[0]!r}?" if near else f"there are {', '.join(COMMANDS)}"
    )


def _split_program(argv: list[str]) -> tuple[list[str], list[str]]:
    """`run --grain calls x.py -v` -> (`run --grain calls`, `x.py -v`): like python, all after the script is its own.

    argparse cannot: its REMAINDER swallows the options before the script too.
    """
    if argv and argv[0] in daily_options.VALUED:
        return daily_options.split(argv)
    if argv[:1] == ["hook"]:
        return daily_options.hook_in_order(argv), []
    if argv[:1] not in ([name] for name in RUNS) or "--check" in argv[:2]:
        return argv, []
    at = 1
    while at < len(argv) and argv[at].startswith("-") and argv[at] not in ("-", "--") and argv[at][:2] != "-m":
        if argv[at] == "--keep" and argv[at + 1 : at + 2] == ["last"]:  # `--keep last 1000` reads better
            argv = [*argv[: at + 1], *argv[at + 2 :]]
        at += 2 if argv[at] in ("--grain", "--record", "--scope", "--keep") else 1
    theirs = argv[at:]
    if theirs[:1] == ["--"]:
        theirs = theirs[1:]
    if theirs and theirs[0].startswith("-m") and theirs[0] != "-m":  # -mpytest
        theirs = ["-m", theirs[0][2:], *theirs[1:]]
    return argv[:at], theirs


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    import argparse

    whole = argparse.ArgumentParser(
        prog="tracec",
        description="Feedback from tests flows back through the trace of a program, and the fix lands in its source.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="store_true", help="the version, and which recorder runs")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    for name, (add, about, examples) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=about,
            description=about[0].upper() + about[1:] + ".",
            epilog="examples:\n" + "\n".join(f"  tracec {name} {example}" for example in examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.set_defaults(usage_error=command.error)
        add(command)
    return whole


def _instrument(parser: argparse.ArgumentParser) -> None:
    _paths(parser, "files, folders or modules; - reads stdin")
    _grain(parser)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--diff", action="store_true", help="print a diff instead")
    where.add_argument("--in-place", action="store_true", help="overwrite the files")
    where.add_argument("--undo", action="store_true", help="restore files that were instrumented in place")
    where.add_argument("-o", "--output", metavar="DIR", help="write a mirror tree here (a folder: .tracec/build)")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.usage = "tracec run [--grain G] [--record FILE] [--scope PATH]... [--keep N] (SCRIPT | -m MODULE) [ARGS...]"
    _grain(parser)
    parser.add_argument("--record", metavar="FILE", help="where the trace goes")
    parser.add_argument("--scope", metavar="PATH", action="append", default=[], help="record only code under PATH")
    parser.add_argument("--keep", metavar="N", type=count, default=0, help="keep the last N events (or: --keep last N)")


def _opto(parser: argparse.ArgumentParser) -> None:
    _run(parser)
    parser.usage = "tracec opto [--plain] [options of run] (SCRIPT | -m MODULE) [ARGS...] | --check FILE..."
    parser.add_argument("--plain", action="store_true", help="record nothing")
    parser.add_argument(
        "--check", metavar="FILE", nargs="+", help="say what will behave otherwise in programs, by line"
    )


def _targets(parser: argparse.ArgumentParser) -> None:
    _paths(parser)
    parser.add_argument("--all", action="store_true", help="unmarked functions and constants too")
    daily_options.add_json(parser)


def _blame(parser: argparse.ArgumentParser) -> None:
    _paths(parser)
    _tests(parser)
    parser.add_argument("--top", metavar="N", type=positive, default=10, help="how many places to print (10)")
    parser.add_argument("--seed", metavar="N", type=int, help="seed of every random choice")
    parser.add_argument("--format", choices=daily_options.REVIEWED, help="the same as reviewing tools read it")
    daily_options.add_json(parser)


def _optimize(parser: argparse.ArgumentParser) -> None:
    from tracec import optimize_options  # `tracec run` starts without it

    _paths(parser)
    _tests(parser)
    for options in (optimize_options.goal, optimize_options.models, optimize_options.limits, optimize_options.result):
        options(parser)
    daily_options.add_json(parser)


COMMANDS: dict[str, tuple[Callable[[argparse.ArgumentParser], None], str, tuple[str, ...]]] = {
    "instrument": (_instrument, "print instrumented source", ("cart.py", "src -o build/traced", "--diff cart.py")),
    "run": (_run, "run a program and record its trace", ("main.py --its-own-option", "--record t -m pytest tests")),
    "show": (
        show_options.add,
        "look at a trace",
        (
            "out.trace",
            "--slice total                      # why: the newest trace, the last value of a variable",
            "out.trace --slice cart.py:24#3     # line 24, the third time that it ran",
            "out.trace --slice failure --flat",
            "out.trace --against before.trace --all",
            "out.trace --format html > t.html",
        ),
    ),
    "targets": (_targets, "list what is marked as trainable", ("src", "--all cart.py", "--json shop.cart")),
    "why": (
        daily_options.add,
        "tell where the wrong value under each failing test came from",
        ("tests -k cart", "--json -x", "main.py --its-own-option      # an uncaught exception of a program"),
    ),
    "blame": (_blame, "rank the code that explains failing tests", ('src --tests "tests -k cart"',)),
    "optimize": (
        _optimize,
        "improve marked or named code until its tests pass",
        ("cart.py --tests test_cart.py", "cart.py --tests test_cart.py --target Cart.total --write"),
    ),
    "models": (
        daily_options.add_models,
        "list what models were asked in a run, and what it cost",
        ("", "20261130-210930-4711 --json"),
    ),
    "ci": (daily_options.add_ci, "explain and repair failing tests on a build server", ("tests", "--repair tests")),
    "report": (daily_options.add_report, "write one page of an optimize run", ("", "20261130-210930-4711 -o run.html")),
    "doctor": (daily_options.add_doctor, "say what works here, and what to do about the rest", ("", "--json")),
    "init": (daily_options.add_init, "write a commented [tool.tracec] into pyproject.toml", ("", "--print")),
    "completion": (daily_options.add_completion, "print completions for a shell", ("bash", "zsh", "fish")),
    "hook": (
        daily_options.add_hook,
        "check or repair what is staged, as pre-commit asks for",
        ("check", "fix --budget-seconds 30"),
    ),
    "opto": (
        _opto,
        "run a program written for Microsoft's Trace",
        ("main.py", "--plain -m pytest tests", "--check main.py"),
    ),
    "patch": (
        daily_options.add_patch,
        "list, show, apply, undo and review the patches found",
        ("ls", "apply 1", "undo 1", "review"),
    ),
}


def _paths(parser: argparse.ArgumentParser, text: str = "files, folders, or MODULE[:QUALNAME]") -> None:
    parser.add_argument("paths", metavar="PATH", nargs="+", help=text)


def _grain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--grain", choices=GRAINS, help="record calls only, or every value")


def _tests(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tests", metavar='"ARGS"', help="what to give to pytest, as one word in quotes")
    parser.add_argument(
        "--target", metavar="QUALNAME", action="append", default=[], help="only this code; needs no mark; repeatable"
    )
