"""RepairProposer: repair operators and synthesis over suspect places, the cheapest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from tracec.evaluate.panel import Panel, Parent
from tracec.evaluate.screening import Screened
from tracec.optimizers.search.angelic import LATER_ROUNDS, ROUNDS, Explorer, guided
from tracec.passes.messages.expected_literals import marks
from tracec.passes.messages.failure_clues import failure_clues
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.clues import FailureClues
from tracec.passes.nouns.credit import Credit
from tracec.passes.propose.repair import random, search
from tracec.passes.propose.repair.definition import Known
from tracec.strategy import ENDLESS
from tracec.work.work import Work


class RepairProposer:
    """Draws from one stream of edits for each program.

    With `forces`, values are forced into suspect places where the likeliest edits fail, and expressions are made that
    agree with what helped. With `shuffled` the same edits come in random order.
    """

    lookahead = ENDLESS

    def __init__(self, work: Work, *, forces: bool = True, shuffled: bool = False) -> None:
        self._work, self._forces, self._shuffled = work, forces, shuffled
        self._streams: dict[Parent, Iterator[Candidate]] = {}

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> Sequence[Candidate]:
        """The next edits of a program, in the order of their bits."""
        if parent not in self._streams:
            self._streams[parent] = self._stream(parent, credit)
        return list(islice(self._streams[parent], most))

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        """Edits are enumerated: what came of the last ones changes nothing."""

    def _stream(self, parent: Parent, credit: Mapping[str, Credit]) -> Iterator[Candidate]:
        program, ledger = parent.program, self._work.ledger
        texts = {path: source.text for path, source in program.sources.items()}
        clues, seed = clues_of(parent.panel), self._work.job.config.seed
        propose = random.propose if self._shuffled else search.propose
        make = partial(propose, program.targets, credit, texts, clues=clues, seed=seed, late=ledger.late)
        if not self._forces or not isinstance(self._work.evaluator, Screened):
            return make()
        known = partial(Known.of, program.targets, credit, texts, clues=clues)
        explorer = Explorer(known, parent.panel, self._work.evaluator.screen(parent).passing)
        return guided(make, explorer, LATER_ROUNDS if parent.changes else ROUNDS)


def clues_of(panel: Panel) -> FailureClues:
    """What the failing tests say in their messages; where these show no text, the marks in the texts of the tests."""
    clues = failure_clues(panel.failed())
    return clues if clues.shown_texts else replace(clues, shown_texts=_marks(panel))


def _marks(panel: Panel) -> tuple[str, ...]:
    names: dict[str, set[str]] = {}
    for outcome in panel.failed():
        names.setdefault(panel.files[outcome.id], set()).add(outcome.id.partition("[")[0].rpartition("::")[2])
    found = (marks(_text(path), its) for path, its in names.items() if path.endswith(".py"))
    return tuple(dict.fromkeys(mark for some in found for mark in some))


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
