"""Gathered -> a repair of the code that the failing tests ran: kept as a patch, written, or asked about."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from tracec.api import Session
from tracec.explaining.explained import Explained, explained
from tracec.passes.nouns.errors import TracecError
from tracec.project import patch_store
from tracec.project.paths import project_root
from tracec.runtime.project_paths import ProjectPaths

if TYPE_CHECKING:
    from tracec.config import Config
    from tracec.explaining.gathered import Gathered
    from tracec.improvement import Improvement
    from tracec.run.job import Tell

WHY_SHARE = 0.25  # of the budget, that telling where the values came from may take; chosen
LONGEST_WHY = 60.0  # seconds of it, at most; chosen
LEFT_TO_PROVE = 60.0  # seconds of the plain run on what was written, at least; chosen


def explained_first(gathered: Gathered, config: Config, tell: Tell) -> Explained:
    """The roads of the failures, in a part of the budget: they say which files the failing tests ran, too."""
    whole = config.budget_seconds
    return explained(gathered, config, tell, min(LONGEST_WHY, whole * WHY_SHARE) if whole else LONGEST_WHY)


def repaired(
    gathered: Gathered, found: Explained, config: Config, tell: Tell, targets: Sequence[str], *, write: bool
) -> Improvement:
    """Search for a repair. It is kept as a patch, and with `write`, where all goals hold, written and proven once more.

    TracecError where nothing may be changed.
    """
    files = may_change(gathered, found)
    if not files:
        raise TracecError("the failing tests ran none of your code but tests", "name the code with `tracec optimize`")
    left = config.budget_seconds
    left = max(1.0, left - found.seconds) if left else left
    words = shlex.join([*gathered.args, *gathered.named])
    config = structs.replace(config, budget_seconds=left, tests=words, python=gathered.python or config.python)
    done = Session(gathered.root, config, tell).optimize(files, targets=targets)
    if write and done.solved and done.patch:
        from tracec.improvement import write as write_and_prove

        job = replace(done.job, write=True)
        write_and_prove(job, done.result, done.patch, max(LEFT_TO_PROVE, left or LEFT_TO_PROVE))
    return done


def may_change(gathered: Gathered, found: Explained) -> list[str]:
    """The user's files that failing tests ran, but for those of tests; all that were loaded where that is not known."""
    tests, name = gathered.test_files(), ProjectPaths(gathered.root).name
    loaded = {name(path) for path in gathered.files}
    ran = found.files & loaded or loaded
    return sorted(path for path in ran - tests if "/tests/" not in f"/{path}")


def as_text(done: Improvement, *, write: bool) -> Iterator[str]:
    """The diff, what came of the search, and the command that follows."""
    from tracec.view import alternatives, report

    yield from done.diff.splitlines()
    yield report.in_words(done.summary)
    yield from alternatives.in_words(done.result)
    for warning in done.result.warnings:
        yield f"warning: {warning}"
    if not done.patch:
        yield "no file was changed"
    elif write and done.solved and done.result.texts:
        names = ", ".join(sorted(done.result.texts))
        yield f"written: {names}; `tracec patch undo {done.command}` takes it back"
    else:
        why = "" if not write or done.solved else ", as it does not reach all goals beyond doubt"
        yield f"no file was changed{why}; kept as patch {done.patch.number}: `tracec patch review {done.patch.number}`"


def repair(gathered: Gathered, config: Config, tell: Tell, mode: str, targets: Sequence[str]) -> int:
    """Explain, search, and do with what was found as the mode says; 0 where all goals hold now, else 1."""
    from tracec.view import road_texts
    from tracec.view.printable import printable

    found = explained_first(gathered, config, tell)
    print("\n".join(road_texts.as_text(found)))
    sys.stdout.flush()
    done = repaired(gathered, found, config, tell, targets, write=mode == "fix")
    for line in as_text(done, write=mode == "fix"):
        print(printable(line))
    if mode == "review" and done.patch:
        from tracec.view.reviewing import review

        root = project_root(gathered.root)
        review(str(root), [patch_store.load(root, done.patch.id)], input)
    return 0 if mode == "fix" and done.solved and done.result.texts else 1
