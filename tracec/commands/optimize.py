"""`tracec optimize`: improves marked or named code until its tests pass."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from tracec import config as configuration
from tracec.config import Config
from tracec.files import expand, project_root, qualnames
from tracec.passes.accept.strict import harms, verdict
from tracec.passes.errors import TracecError
from tracec.passes.target import counts

if TYPE_CHECKING:
    from tracec.job import Job, Result
    from tracec.patches import PatchRecord

TUNE = "tune"


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when every test passes in the end, else 1. Prints the diff, keeps a patch, writes it if asked."""
    from tracec import report, selection
    from tracec.job import ledger_of
    from tracec.pipeline import improve
    from tracec.tuning.tune import tune

    job = job_of(args, quiet=args.quiet or args.json)
    ledger = ledger_of(job, resume=args.resume)
    result = (tune if job.config.with_ == TUNE else improve)(job, ledger)
    if result.status == "unchanged" and not ledger.candidates and any(o.failed for o in result.before):
        result.warnings.append("the time was over before a candidate could be tried: raise --budget-seconds")
    kept = keep(job, result, report.summary(job, result, ledger)) if result.texts else None
    if kept and args.write:
        write(job, result, kept, ledger.to_the_end())
    result.warnings += selection.warnings(result.chosen.guarded) if result.texts else ()
    others = keep_others(job, result, kept.id) if kept else []
    said = report.summary(job, result, ledger)
    ledger.close(result.status)
    for warning in result.warnings:
        print(f"tracec: warning: {warning}", file=sys.stderr)
    print(report.as_json(said) if args.json else said["diff"], end="\n" if args.json else "")
    if not args.json:
        job.tell(report.in_words(said))
        for line in selection.in_words(result):
            job.tell(line)
        for number in others:
            job.tell(f"one of them is kept as patch {number}; `tracec patch show {number}` prints it")
        job.tell(what_now(job, kept, written=args.write) if kept and result.texts else "no file was changed")
    if result.interrupted:
        return 130
    if "score_before" in result.scores:
        return 0 if result.status == "improved" else 1
    return 0 if not any(o.failed for o in result.after) else 1


def what_now(job: Job, kept: PatchRecord, *, written: bool) -> str:
    """The command that follows."""
    from tracec.patches import leaves

    words = f"{kept.number}{' --outside' * leaves(project_root(job.root), kept)}"
    if written:
        return f"written; `tracec patch undo {words}` takes it back"
    return f"kept as patch {kept.number}; `tracec patch apply {words}` writes it"


def job_of(args: argparse.Namespace, *, quiet: bool) -> Job:
    """Arguments and configuration -> Job; TracecError for what cannot be run."""
    from tracec.job import Job
    from tracec.report import Teller
    from tracec.strategy import STRATEGIES

    cwd = Path.cwd()
    config = configuration.load(cwd, options=vars(args))
    known = sorted([*STRATEGIES, TUNE])
    if config.with_ not in (*known, "auto"):
        raise TracecError(f"no optimizer {config.with_!r}", f"use one of {', '.join(known)}")
    names = (*args.target, *qualnames(args.paths, cwd))
    job = Job(
        cwd, expand(args.paths, cwd), tests_of(config), names, config, Teller(quiet), getattr(args, "write", False)
    )
    return replace(job, config=structs.replace(config, with_=optimizer_of(job)))


def optimizer_of(job: Job) -> str:
    """The optimizer asked for; else `tune` where only values may change, `search` where code may."""
    from tracec.tuning.tune import values_only

    asked, metric = job.config.with_, job.config.metric
    if asked == "auto":
        asked = TUNE if values_only(job) else "search"
    if metric and asked != TUNE:
        todo = "mark values with tracec.param or tracec.choice, or say --with tune to change the numbers in functions"
        raise TracecError(f"--metric does not go with the optimizer {asked!r}", todo)
    return asked


def tests_of(config: Config) -> tuple[str, ...]:
    """pytest's arguments; a quote that does not close is the user's error."""
    try:
        return tuple(shlex.split(config.tests))
    except ValueError as error:
        raise TracecError(f"--tests {config.tests!r}: {error}", "close the quote") from None


def keep(job: Job, result: Result, said: dict[str, object]) -> PatchRecord:
    """Keep the change below `.tracec/patches/`."""
    from tracec import patches

    record = patches.PatchRecord(
        target=str(said["target"]),
        optimizer=job.config.with_,
        seed=job.config.seed,
        tests_before=counts(result.before),
        tests_after=counts(result.after),
        candidates=int(str(said["candidates"])),
        evaluations=int(str(said["evaluations"])),
        seconds=float(str(said["seconds"])),
        message="; ".join(candidate.why for candidate in result.changes),
    )
    return kept_as(job, result, record, result.texts)


def keep_others(job: Job, result: Result, id: str) -> list[int]:
    """Keep the other changes that pass as well, beside the one chosen; their numbers."""
    from tracec import patches

    numbers = []
    for other in result.chosen.alternatives:
        record = patches.PatchRecord(
            target=id, optimizer=job.config.with_, seed=job.config.seed, message="; ".join(other.why), instead_of=id
        )
        numbers.append(kept_as(job, result, record, other.texts).number)
    return numbers


def kept_as(job: Job, result: Result, record: PatchRecord, texts: Mapping[str, str]) -> PatchRecord:
    """Keep new texts of files."""
    from tracec import patches

    root = project_root(job.root)
    inside = {path: within(root, job.root / path) for path in texts}
    befores = {inside[path]: result.program.on_disk[path] for path in inside}
    return patches.keep(root, record, befores, {inside[path]: text for path, text in texts.items()})


def within(root: Path, path: Path) -> str:
    """A path as the project's root sees it, where `tracec patch` looks; one outside it stays absolute."""
    full = Path(os.path.abspath(path))
    return str(full.relative_to(root)) if full.is_relative_to(root) else str(full)


def write(job: Job, result: Result, kept: PatchRecord, seconds: float) -> None:
    """Write the files, run the tests as the user would, and take the change back where they say otherwise."""
    from tracec import patches
    from tracec.confirm import confirm

    patches.apply(project_root(job.root), kept.id, outside=True)  # the user named these very files
    if not job.config.tests and "score_before" in result.scores:
        return  # no tests were asked for, and the metric has confirmed these very texts
    job.tell("running the tests on the files as written")
    after = confirm(job.root, job.tests, job.config.python, max(1.0, min(seconds, 3600.0)))
    said = verdict(result.before, after)
    if "score_before" in result.scores and not harms(result.before, after):
        said = "improved"
    if said != "worse":
        result.status, result.after = said, after
        return
    patches.undo(project_root(job.root), kept.id, outside=True)
    cut = any(o.status == "timeout" for o in after) or len(after) < len(result.before)
    why = "it was not over in time" if cut else "the tests may depend on their order or on the time"
    result.warnings.append(f"patch {kept.id} was taken back, as a plain pytest run did not prove it: {why}")
    result.status, result.texts, result.after = "unchanged", {}, result.before
