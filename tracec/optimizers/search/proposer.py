"""RepairProposer: repair operators and synthesis over suspect places, the cheapest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from tracec.evaluate.panel import Parent
from tracec.evaluate.screening import Screened
from tracec.optimizers.search.angelic import LATER_ROUNDS, ROUNDS, Explorer, guided
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.propose.repair import random, search
from tracec.passes.propose.repair.definition import Known
from tracec.strategy import ENDLESS
from tracec.work.clues import clues_of
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
