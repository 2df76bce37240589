"""A strategy that asks a model: three answers for each target at once, the first that is a function is tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracec.evaluate.panel import Parent
from tracec.models.reply import Reply
from tracec.optimizers.policies import FirstSolution, Gain, Head, no_credit, no_sample
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.edits import Refused
from tracec.passes.propose.llm.answers.reply import split
from tracec.strategy import Strategy
from tracec.work.work import Work

SAMPLES = 3


class Asker:
    lookahead = 1

    def __init__(self, work: Work) -> None:
        self.desk, self.round = work.desk, 0

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> list[Candidate]:
        assert self.desk is not None
        target = parent.program.targets[0]
        text = parent.program.sources[target.span.path].text
        prompt = [{"role": "user", "content": f"mend {target.qualname}, round {self.round}:\n{text}"}]
        self.round += 1
        tickets = [self.desk.submit("writer", prompt, sample) for sample in range(SAMPLES)]
        for said in map(self.desk.result, tickets):
            edits = split(said.text, target, text) if isinstance(said, Reply) else None
            if edits is not None and not isinstance(edits, Refused):
                return [Candidate(edits, "asked", "a model said so")]
        return []

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None: ...


ASKING = Strategy(
    no_sample, no_credit, Asker, Gain, Head, FirstSolution, needs_model=True, complete=True, holdout=False
)
