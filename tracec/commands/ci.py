"""`tracec ci [PYTEST ARGS]` on a build server: annotations, a summary, a repair that is offered and never pushed."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tracec import config as configuration
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.reviews.repository import prefix
from tracec.run.job import Silence
from tracec.view.printable import printable

if TYPE_CHECKING:
    from tracec.config import Config
    from tracec.explaining.explained import Explained
    from tracec.explaining.gathered import Gathered
    from tracec.improvement import Improvement

DIFF = 60_000  # bytes of a diff that a summary shows, as GitHub takes a mebibyte of it; chosen


def run(args: argparse.Namespace) -> int:
    """Exit code 0 where no test fails, else 1, whatever was found."""
    from tracec.explaining.explained import explained
    from tracec.explaining.gathering import gather

    token = os.environ.pop("GITHUB_TOKEN", "")  # the tests are to see none
    root, config = os.getcwd(), configuration.load(options=vars(args))
    gathered = gather(root, [*shlex.split(args.tests), *args.words], config, Silence())
    for name, why in gathered.uncollected:
        print(printable(f"{name} could not be collected: {why}"))
    if not gathered.failed:
        tell(args, ["No test fails."], failing="0", repair="none")
        return 1 if gathered.uncollected else 0
    found = explained(gathered, config, Silence())
    if not args.repair:
        tell(args, report(found, gathered), failing=str(found.failing), repair="none")
        return 1
    done = repaired(gathered, found, config, args.target)
    text = done if isinstance(done, str) else offered(args, done, token)
    status = "none" if isinstance(done, str) or not done.patch else done.status
    tell(args, [*report(found, gathered), "", *text.split("\n")], failing=str(found.failing), repair=status)
    return 1


def report(found: Explained, gathered: Gathered) -> Iterator[str]:
    """Print the roads, as annotations too where GitHub reads them, and yield the summary."""
    from tracec.reviews.findings import of_roads
    from tracec.reviews.formats import summary, workflow_commands
    from tracec.view.road_texts import as_text

    print("\n".join(as_text(found)))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        findings = [*of_roads(found, prefix(gathered.root), gathered.test_files())]
        print("\n".join(workflow_commands(findings)), flush=True)
    yield from summary(found)


def repaired(gathered: Gathered, found: Explained, config: Config, targets: Sequence[str]) -> Improvement | str:
    """Search for a repair, which writes no file of the user's; else why there is none."""
    from tracec.explaining import repair

    try:
        return repair.repaired(gathered, found, config, Silence(), targets, write=False)
    except TracecError as error:
        print(printable(str(error)))
        return f"No repair was looked for: {error.what}."


def offered(args: argparse.Namespace, done: Improvement, token: str) -> str:
    """Write the diff beside the summary, suggest it where that is asked for, and return what the summary says of it."""
    from tracec.reviews.formats import block
    from tracec.view import report

    words = report.in_words(done.summary)
    print(printable(words))
    if not done.patch:
        return f"### No repair\n\n{words}"
    Path(args.patch).write_bytes(done.diff.encode("utf-8", "surrogateescape"))
    shown = done.diff if len(done.diff) <= DIFF else f"{done.diff[:DIFF]}\n…"
    sure = "A repair" if done.solved else "A change that may be right"
    body = "\n".join([f"### {sure}", "", words, "", *block(shown.splitlines(), "diff"), ""])
    if args.suggest:
        print(printable(said := suggested(done, words, token)))
        body += f"\n{said}\n"
    return f"{body}\n`git apply {os.path.basename(args.patch)}` takes it in."


def suggested(done: Improvement, words: str, token: str) -> str:
    """Offer a repair that stands as a review of the pull request; says what came of it."""
    from tracec.reviews.findings import joined
    from tracec.reviews.suggestions import pull_request, suggest

    to = pull_request(os.environ, token)
    if isinstance(to, str):
        return f"no suggestion: {to}"
    if not done.solved:
        return "no suggestion: it is not beyond doubt"
    top = prefix(str(done.job.root))
    after = {joined(top, path): text for path, text in done.result.texts.items()}
    files = {path: Path(done.job.root, path).read_bytes() for path in done.result.texts}
    before = {joined(top, path): Source.decode(path, data).text for path, data in files.items()}
    return suggest(to, f"tracec: {words}", before, after)


def tell(args: argparse.Namespace, lines: Iterable[str], **outputs: str) -> None:
    """Add to the job's summary, and to the outputs of the step."""
    for path, rows in ((args.summary, lines), (os.environ.get("GITHUB_OUTPUT"), pairs(outputs))):
        if path:
            with open(path, "a", encoding="utf-8", errors="surrogateescape") as file:
                file.writelines(f"{row}\n" for row in rows)


def pairs(outputs: dict[str, str]) -> list[str]:
    """`name=value`."""
    return [f"{name}={value}" for name, value in outputs.items()]
