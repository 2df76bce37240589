"""A result -> an Improvement: the change is kept as a patch, and written and proven where that was asked."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tracec.guests.plain_pytest import confirm
from tracec.passes.accept.strict import harms, verdict
from tracec.passes.nouns.candidate import counts
from tracec.passes.nouns.errors import TracecError
from tracec.project import patch_store
from tracec.project.paths import project_root
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.runtime.outcome import Outcome, Status
from tracec.view import alternatives, report
from tracec.work.result import Result
from tracec.work.told import tell_result

LONGEST_CONFIRMATION = 3600.0  # wall seconds of the last plain pytest run; chosen


@dataclass
class Improvement:
    """What came of `optimize`.

    `patch` is the record of the change kept, None where nothing was found; `others` are the numbers of other patches
    that reach the goal too. `solved` says whether the goal was reached.
    """

    job: Job
    ledger: Ledger
    result: Result
    patch: patch_store.PatchRecord | None = None
    others: tuple[int, ...] = ()

    @property
    def status(self) -> str:
        """`solved`, `plausible`, `improved` or `unchanged`."""
        return self.result.status

    @property
    def solved(self) -> bool:
        """True where every test passes and no check speaks against the change, or the metric rose.

        A plausible change is one where the user takes such (`accept_plausible`).
        """
        if self.status == "plausible" and not self.job.config.accept_plausible:
            return False
        if "score_before" in self.result.scores:
            return self.result.status == "improved"
        return not any(o.failed for o in self.result.after)

    @cached_property
    def summary(self) -> Mapping[str, object]:
        """What `--json` prints."""
        return report.summary(self.job, self.result, self.ledger)

    @property
    def diff(self) -> str:
        """The change as a unified diff that `git apply` accepts; "" where there is none."""
        return alternatives.diff(self.result, self.result.texts)

    def apply(self) -> None:
        """Write the change into the user's files."""
        if self.patch is not None:
            patch_store.apply(project_root(self.job.root), self.patch.id, outside=True)

    @property
    def command(self) -> str:
        """The words for `tracec patch apply` and `undo`; "" where nothing was found."""
        if self.patch is None:
            return ""
        return f"{self.patch.number}{' --outside' * patch_store.leaves(project_root(self.job.root), self.patch)}"


def concluded(job: Job, ledger: Ledger, result: Result) -> Improvement:
    """Keep what was found, write and prove it where the job asks for that, and close the ledger."""
    if result.status == "unchanged" and ledger.over and not ledger.candidates and any(o.failed for o in result.before):
        result.warn("the time was over before a candidate could be tried: raise --budget-seconds")
    improvement = Improvement(job, ledger, result)
    improvement.patch = kept_if_possible(job, result, ledger) if result.texts else None
    if improvement.patch and job.write and (result.status != "plausible" or job.config.accept_plausible):
        write(job, result, improvement.patch, ledger.to_the_end())
    if result.texts:
        for warning in alternatives.warnings(result.chosen.guarded):
            result.warn(warning)
    improvement.others = keep_others(job, result, improvement.patch.id) if improvement.patch else ()
    number = str(improvement.patch.number) if improvement.patch else ""
    tell_result(ledger, result, improvement.summary, number, improvement.others)  # the seconds are those of now
    ledger.close(result.status)
    return improvement


def kept_if_possible(job: Job, result: Result, ledger: Ledger) -> patch_store.PatchRecord | None:
    """Keep the change; where that cannot be done and nothing is to be written, it is printed all the same."""
    try:
        return keep(job, result, report.summary(job, result, ledger))
    except TracecError as error:
        if job.write:
            raise
        result.warn(f"the change could not be kept as a patch ({error}): save what is printed")
        return None


def keep(job: Job, result: Result, said: Mapping[str, object]) -> patch_store.PatchRecord:
    """Keep the change below `.tracec/patches/`."""
    record = patch_store.PatchRecord(
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


def keep_others(job: Job, result: Result, id: str) -> tuple[int, ...]:
    """Keep the other changes that reach the goal as well, beside the one chosen; their numbers."""
    numbers = []
    for other in result.chosen.alternatives:
        record = patch_store.PatchRecord(
            target=id, optimizer=job.config.with_, seed=job.config.seed, message="; ".join(other.why), instead_of=id
        )
        numbers.append(kept_as(job, result, record, other.texts).number)
    return tuple(numbers)


def kept_as(
    job: Job, result: Result, record: patch_store.PatchRecord, texts: Mapping[str, str]
) -> patch_store.PatchRecord:
    """Keep new texts of files."""
    root = project_root(job.root)
    inside = {path: within(root, job.root / path) for path in texts}
    befores = {inside[path]: result.program.on_disk[path] for path in inside}
    afters = {inside[path]: text for path, text in texts.items()}
    return patch_store.kept_already(root, record.instead_of, befores, afters) or patch_store.keep(
        root, record, befores, afters
    )


def within(root: Path, path: Path) -> str:
    """A path as the project's root sees it, where `tracec patch` looks; one outside it stays absolute."""
    full = Path(os.path.abspath(path))
    return str(full.relative_to(root)) if full.is_relative_to(root) else str(full)


def _as_proven(result: Result, after: Sequence[Outcome]) -> bool:
    """Whether the tests that came to their end did so as in the fresh process that proved the change.

    Those that could not run there, as they need more than the confinement allows, must have come to it.
    """
    proven = {o.id: o.status for o in result.after}
    ended = {o.id: o.status for o in after if o.status != Status.TIMEOUT}
    known = {o.id: o.status for o in result.before} | proven
    return known.keys() <= proven.keys() | ended.keys() and all(known.get(n) == status for n, status in ended.items())


def write(job: Job, result: Result, kept: patch_store.PatchRecord, seconds: float) -> None:
    """Write the files, run the tests as the user would, and take the change back where they say otherwise."""
    patch_store.apply(project_root(job.root), kept.id, outside=True)  # the user named these very files
    if not job.config.tests and "score_before" in result.scores:
        return  # no tests were asked for, and the metric has confirmed these very texts
    job.tell("running the tests on the files as written")
    most = max(1.0, min(seconds, LONGEST_CONFIRMATION))
    began = time.monotonic()
    after = confirm(job.root, job.tests, job.config.python, most, job.config.environment)
    if time.monotonic() - began >= most and _as_proven(result, after):
        done = sum(o.status != Status.TIMEOUT for o in after)
        tests = f"{done} of {len(result.before)} tests"
        return result.warn(f"the budget ended when a plain pytest run had come to {tests}, all as in the proof before")
    said = verdict(result.before, after)
    if "score_before" in result.scores and not harms(result.before, after):
        said = "improved"
    if said != "worse":
        result.status = "plausible" if (result.status, said) == ("plausible", "solved") else said
        result.after = after
        return
    patch_store.undo(project_root(job.root), kept.id, outside=True)
    cut = any(o.status == Status.TIMEOUT for o in after) or len(after) < len(result.before)
    why = "it was not over in time" if cut else "the tests may depend on their order or on the time"
    result.drop(f"patch {kept.id} was taken back, as a plain pytest run did not prove it: {why}")
