"""Failing runs of a program -> the credit of its targets, with feedback that flowed back; words of a critic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracec.models.desk import CRITIC
from tracec.models.reply import Failure, Kind
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.critique import StepQuestion
from tracec.passes.propagate.backward.flow import Answer, Asking, Grouping, flow
from tracec.passes.propose.llm.critic.answer import answer_of
from tracec.passes.propose.llm.critic.question import messages_of
from tracec.passes.propose.llm.sees.prompt import shown_targets
from tracec.passes.propose.llm.sees.situation import Level, Situation, View
from tracec.passes.propose.llm.sees.slices_part import failing_runs
from tracec.work.work import Work

EVENT = "critic"  # the ledger's kind of event: how many calls a round may make; a run that goes on is told the same
RUNS = 2  # failing runs that feedback comes from in one round; the errors per gradient of semantic backpropagation


class Critic:
    """Propagates feedback for one run of the program. With words it asks the model of the role `critic`."""

    def __init__(self, work: Work, grouping: Grouping) -> None:
        assert work.desk is not None
        self._work, self._desk, self._grouping = work, work.desk, grouping
        self._known: dict[StepQuestion, Answer] = {}
        self._left: int | None = None  # calls that may be made in this round
        self._rounds = 0

    def credit(self, situation: Situation, round_: int, keep: int) -> dict[str, Credit]:
        """The credit of the situation, with the feedback of two failing runs; the next two in the next round.

        Of the budget, `keep` calls are left for those who write. A question that has no room is not asked.
        """
        config, credits = self._work.job.config, dict(situation.credits)
        view = View(Level(config.evidence))
        runs = failing_runs(situation)
        if view.level not in (Level.SLICE, Level.QUERY) or not runs:
            return credits
        chosen = [runs[(round_ * RUNS + at) % len(runs)] for at in range(min(RUNS, len(runs)))]
        values = [target for target in situation.targets if target.kind in ("number", "choice")]
        targets = [*shown_targets(situation, view), *values]
        self._rounds += 1
        self._left = self._work.ledger.event(EVENT, str(self._rounds), lambda: self._calls_left(keep))
        flows = [flow(run, targets, self._grouping) for run in chosen]
        for run, found in zip(chosen, self._driven(flows, situation)):
            for name, texts in found.items():
                before = credits.get(name, Credit(name, 1.0))
                nodes = (*before.nodes, *((run.case, node) for node, _ in texts))
                said = tuple(dict.fromkeys((*before.feedback, *(text for _, text in texts))))
                credits[name] = replace(before, feedback=said, nodes=tuple(dict.fromkeys(nodes)))
        return credits

    def _driven(self, flows: Sequence[Asking], situation: Situation) -> list[dict[str, list[tuple[int, str]]]]:
        """Run passes side by side: what they ask at the same time is asked at the same time."""
        found: list[dict[str, list[tuple[int, str]]]] = [{} for _ in flows]
        given: dict[int, Sequence[Answer] | None] = dict.fromkeys(range(len(flows)))
        while given:
            asked: dict[int, tuple[StepQuestion, ...]] = {}
            for number, answers in given.items():
                try:
                    asked[number] = flows[number].send(answers)
                except StopIteration as done:
                    found[number] = done.value
            self._learn([one for some in asked.values() for one in some], situation)
            given = {number: [self._known.get(one) for one in some] for number, some in asked.items()}
        return found

    def _learn(self, asked: Sequence[StepQuestion], situation: Situation) -> None:
        """Ask what is not known yet, as far as there is room, all at once."""
        new = [*dict.fromkeys(one for one in asked if one not in self._known)]
        if self._left is not None:
            new = new[: max(0, self._left)]
            self._left -= len(new)
        tickets = [self._ask(one, situation) for one in new]
        self._known |= {one: self._answer(ticket, one) for ticket, one in zip(tickets, new)}

    def _calls_left(self, keep: int) -> int | None:
        ledger = self._work.ledger
        return None if ledger.budget.calls is None else ledger.budget.calls - ledger.purse.spent.calls - keep

    def _ask(self, question: StepQuestion, situation: Situation) -> int:
        goal = situation.goal or (f"{situation.metric} rises" if situation.metric else "")
        messages = messages_of(question, goal, self._work.job.config.prompt_characters)
        return self._desk.submit(CRITIC, [{"role": m.role, "content": m.content} for m in messages])

    def _answer(self, ticket: int, question: StepQuestion) -> Answer:
        outcome = self._desk.result(ticket)
        if isinstance(outcome, Failure) and outcome.kind != Kind.CUT:
            return None
        reply = outcome.reply if isinstance(outcome, Failure) else outcome
        return answer_of(reply.text, [one.id for one in question.inputs]) if reply else None
