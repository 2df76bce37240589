"""What a run tells its page: the job, how the program did as it was, what was kept, each step, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tracec import __version__
from tracec.evaluate.panel import Parent
from tracec.passes.accept.verdict import RISES, UNFIT, Verdict
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt
from tracec.passes.nouns.edits import AddDefinition, AddImport, Edit, ReplaceDefinition
from tracec.project.program import Program
from tracec.run.job import Job, Tell
from tracec.run.ledger import Ledger
from tracec.run.progress import Progress
from tracec.runtime.outcome import Outcome
from tracec.work.result import Result

JOB, BEFORE, KEPT, PROGRAM, STEP, RESULT = "job", "before", "kept", "program", "step", "result"  # kinds of notes
MOST_FAILING = 200  # failing tests that are noted; chosen
MOST_KEPT = 500  # candidates whose edits are noted; chosen
MOST_STEPS = 500  # steps that are noted; chosen
LONGEST = 4_000  # characters of a message, or of what a test printed; chosen
LONGEST_EDIT = 5_000  # characters of one side of an edit; chosen
LONGEST_FILE = 400_000  # characters of a file that is noted whole, before and after; chosen


class Noted:
    """Progress that goes on to whom it is for, each step noted on its way."""

    def __init__(self, tell: Tell, ledger: Ledger) -> None:
        self._tell, self._ledger, self._count = tell, ledger, 0

    def __call__(self, text: str) -> None:
        """A step."""
        self._tell(text)
        if self._count < MOST_STEPS:
            self._ledger.tell(STEP, str(self._count), clipped(text, LONGEST))
            self._count += 1

    def live(self, seen: Progress) -> None:
        """What is going on just now; it is not kept."""
        self._tell.live(seen)


def tell_job(ledger: Ledger, job: Job) -> None:
    """What was asked, and when. Of the settings only what the page shows: they may hold secrets."""
    config = job.config
    said = {
        "began": time.strftime("%Y-%m-%d %H:%M:%S"), "version": __version__, "root": str(job.root),
        "paths": list(job.paths), "tests": list(job.tests), "names": list(job.names), "metric": config.metric,
        "optimizer": config.with_, "model": config.model, "critic": config.model_critic, "seed": config.seed,
        "budget": {
            "seconds": config.budget_seconds, "evaluations": config.budget_evals, "calls": config.budget_calls,
            "tokens": config.budget_tokens, "usd": config.budget_usd,
        },
    }  # fmt: skip
    ledger.tell(JOB, "", said)


def tell_before(ledger: Ledger, parent: Parent) -> None:
    """How the program does as it is: the tests that fail, or a metric's cases, the worst first."""
    before = parent.panel.before
    asked = sorted(before, key=lambda o: o.worth) if parent.panel.scored else [o for o in before if o.failed]
    said = {
        "program": program_of(parent), "scored": parent.panel.scored,
        "worth": sum(o.worth for o in before) / max(1, len(before)),
        "passed": sum(o.passed for o in before), "failed": sum(o.failed for o in before),
        "failing": [outcome(o) for o in asked[:MOST_FAILING]],
        "files": sorted({*parent.panel.files.values()})[:MOST_FAILING],
    }  # fmt: skip
    ledger.tell(BEFORE, "", said)


def outcome(one: Outcome) -> dict[str, Any]:
    """How one case ended."""
    return {
        "id": clipped(one.id, LONGEST), "status": one.status.value, "message": clipped(one.message, LONGEST),
        "besides": clipped(one.besides, LONGEST), "path": one.path, "line": one.line, "score": one.score,
    }  # fmt: skip


def tell_kept(ledger: Ledger, kept: int, parent: Parent, attempt: Attempt, verdict: Verdict) -> int:
    """What was gone on from, or passed the tests and was refused; `kept` were noted so far. How many are now."""
    if verdict not in RISES | UNFIT or kept >= MOST_KEPT:
        return kept
    base, candidate, outcomes = program_of(parent), attempt.candidate, attempt.outcomes
    scored = parent.panel.scored and outcomes
    mean = sum(o.worth for o in outcomes) / len(outcomes) if scored else None
    failing = {o.id for o in parent.panel.before if o.failed}
    said = {
        "verdict": verdict.value, "base": base, "candidate": candidate.id,
        "passes": len(attempt.passed() & failing), "worth": mean,
        "edits": [edit_of(parent.program, edit) for edit in candidate.edits],
    }  # fmt: skip
    ledger.tell(KEPT, f"{base} {candidate.id}", said)
    return kept + 1


def tell_program(ledger: Ledger, parent: Parent) -> None:
    """Which candidate made a program that is gone on from now."""
    if parent.origin and parent.made_by:
        made = {"base": program_of(parent.origin), "candidate": parent.made_by.candidate.id}
        ledger.tell(PROGRAM, program_of(parent), made)


def edit_of(program: Program, edit: Edit) -> dict[str, Any]:
    """The text that an edit replaces, and the new one."""
    if isinstance(edit, (AddDefinition, AddImport)):
        return {"path": edit.path, "name": "", "line": 0, "before": "", "after": clipped(edit.source, LONGEST_EDIT)}
    target = next((t for t in program.targets if t.id == edit.target), None)
    before, span = (target.value, target.span) if target else ("", None)
    after = edit.source if isinstance(edit, ReplaceDefinition) else edit.value
    return {
        "path": span.path if span else "", "name": target.qualname if target else edit.target,
        "line": span.line if span else 0,
        "before": clipped(before, LONGEST_EDIT), "after": clipped(after, LONGEST_EDIT),
    }  # fmt: skip


def tell_result(ledger: Ledger, result: Result, summary: Mapping[str, Any], patch: str, others: Sequence[int]) -> None:
    """What came of it: what `--json` prints, and each changed file before and after, of each change that is offered."""
    texts = [result.texts, *(other.texts for other in result.chosen.alternatives if result.texts)]
    disk = {path: source.text for path, source in result.program.on_disk.items()}
    files = [[file for path, text in sorted(one.items()) for file in whole(path, disk[path], text)] for one in texts]
    said = {"summary": dict(summary), "patch": patch, "others": list(others), "files": files}
    ledger.tell(RESULT, "", said, anew=True)


def whole(path: str, before: str, after: str) -> list[tuple[str, str, str]]:
    """A file before and after; nothing where it is too long: the diff is known all the same."""
    return [(path, before, after)] if len(before) + len(after) <= LONGEST_FILE else []


def program_of(parent: Parent) -> str:
    """A program's name, as attempts have it."""
    return parent.program.content(NO_CHANGE)[:12]


def clipped(text: str, most: int) -> str:
    """A text of so many characters at most, which JSON can hold."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= most else text[: most - 1] + "…"
