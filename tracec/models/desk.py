"""Desk: where a run asks its models. What was asked before, by the run that this one goes on with, costs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tracec.models.bill import DryRun, bill
from tracec.models.call import Call
from tracec.models.calls import Calls
from tracec.models.exchanges import Exchanges, Past
from tracec.models.model import Model
from tracec.models.patience import Terms
from tracec.models.price import Messages
from tracec.models.reply import Failure, Kind, Outcome, Reply
from tracec.models.scrubbing import Scrubber
from tracec.passes.nouns.errors import TracecError
from tracec.run.job import Tell
from tracec.run.ledger import LATE, Ledger
from tracec.run.purse import Spend

CRITIC = "critic"  # the role of propagators and judges
ROW = 8  # failures in a row that end a run; chosen: fewer can be one bad minute of a service
HARMLESS = frozenset({Kind.BUDGET, Kind.OVERFLOW, Kind.CUT})  # say nothing against the service
EVENT = "model"  # the ledger's kind of event


class ModelsGone(TracecError):
    """So many calls failed in a row that it makes no sense to go on. Those are asked again when the run is resumed."""


class Desk:
    """Takes what is to be asked, asks several at once, and gives the results in the order in which they are taken.

    `models` are by role; a role that is not there has the model of "". To be used from one thread.
    """

    def __init__(
        self,
        models: Mapping[str, Model],
        ledger: Ledger,
        warn: Callable[[str], None],
        tell: Tell,
        terms: Terms,
        *,
        dry: bool = False,
    ) -> None:
        self._models, self._ledger, self._warn, self._tell, self._dry = models, ledger, warn, tell, dry
        self.terms, self._scrubber = terms, Scrubber()
        self._exchanges = Exchanges(ledger.folder())
        self._calls = Calls(ledger.purse, self._exchanges, ledger.left, terms, self._scrubber)
        self._past = Past(self._exchanges.past)
        self._next = 0
        self._tickets: dict[int, Call] = {}
        self._later: list[Call] = []  # those that the run before may have the answers to
        self._open: dict[str, Call] = {}  # by key, those that were not taken yet
        self._known: dict[str, Call] = {}  # by key, those that have a reply
        self._turns: dict[str, int] = {}  # by key, how often it was asked and failed
        self._row: list[tuple[str, Call]] = []  # the failures since the last reply, and where the run was before each
        self._told: set[str] = set()

    def __enter__(self) -> Desk:
        self._ledger.purse.book(self._past.spend())
        if lost := self._past.lost():
            self._warn(f"{lost} calls were under way when the run before was cut off; they count as paid for")
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def submit(
        self,
        role: str,
        messages: Messages,
        sample: int = 0,
        *,
        temperature: float | None = None,
        most: int | None = None,
    ) -> int:
        """Ask the model of a role; returns a ticket for `result`.

        The same messages with the same `sample` are asked once; another number asks for another answer. `most` are
        tokens of the answer. Raises TracecError where no model can be asked, DryRun in a dry run.
        """
        clean = [{name: self._scrubber.clean(text) for name, text in message.items()} for message in messages]
        model = self._models.get(role) or self._models[""]
        if self._dry:
            raise DryRun(bill(role, model, clean, most, self._ledger.budget))
        asked = Call(role, model, clean, sample, temperature, most)
        call = self._known.get(asked.key) or self._open.setdefault(asked.key, asked)
        self._next += 1
        self._tickets[self._next] = call
        if call is asked:
            call.turn = self._turns.get(call.key, 0)
            self._later.append(call)
            self._go()
        return self._next

    def result(self, ticket: int) -> Outcome:
        """What came of it, waited for. Raises TracecError where no model can be asked, or none answers any more."""
        call = self._tickets.pop(ticket)
        if call.taken:
            assert call.outcome is not None
            return call.outcome
        try:
            return self._take(call)
        except KeyboardInterrupt:
            self.stop()
            raise

    def ask(
        self,
        role: str,
        messages: Messages,
        sample: int = 0,
        *,
        temperature: float | None = None,
        most: int | None = None,
    ) -> Outcome:
        """`submit` and `result` in one."""
        return self.result(self.submit(role, messages, sample, temperature=temperature, most=most))

    def stop(self) -> None:
        """Start no further call. What is under way is waited for when the desk closes."""
        self._calls.halt()

    def close(self) -> None:
        """Wait for what is paid for, at most up to its deadline; Ctrl-C leaves at once."""
        under_way = self._calls.halt()
        if under_way:
            self._tell(f"waiting for {under_way} answers that are paid for, {self.terms.seconds:.0f} s at most")
        try:
            self._calls.close()
        finally:
            for model in self._models.values():
                model.close()
            if self._calls.unwritten:
                self._warn(f"some prompts and answers could not be kept ({self._calls.unwritten})")

    # --- in order -----------------------------------------------------------------------------------------------------

    def _go(self) -> None:
        """Once the run before has nothing more to say: send on what was held back, in order."""
        if self._ledger.replaying:
            return
        for call in self._later:
            found = self._past.take(call.key, call.turn)
            if found is not None:
                call.outcome, call.spend = found.outcome, found.spend
            else:
                call.model.ready()
                self._calls.add(call)
        self._later.clear()

    def _take(self, call: Call) -> Outcome:
        """The result of a call becomes an event; where the budget forbids it, that is the event."""
        self._go()
        ledger, name, mark = self._ledger, label(call), self._ledger.mark()
        if ledger.comes(LATE, name) or not (ledger.replaying or self._calls.decided(call)):
            ledger.event(LATE, name, lambda: call.refused)
            outcome: Outcome = Failure(Kind.BUDGET, "the budget for models is spent")
            self._warn("the budget for models is spent: a larger one goes on from here, with --resume")
        else:
            replayed = ledger.replaying
            data = ledger.event(EVENT, name, lambda: self._made(call))
            outcome = msgspec.convert(data["outcome"], Reply | Failure)
            if replayed and not self._past.has(call.key, call.turn):  # its file is gone
                self._ledger.purse.book(Spend(*data["spend"]))
        self._settle(call, outcome)
        self._watch(outcome, call, mark)
        return outcome

    def _made(self, call: Call) -> Any:
        outcome = call.outcome or self._calls.awaited(call)
        spend = [call.spend.calls, call.spend.tokens, call.spend.usd, call.spend.priced]
        return {"outcome": msgspec.to_builtins(outcome), "spend": spend}

    def _settle(self, call: Call, outcome: Outcome) -> None:
        """It was taken: a reply is known from now on, a failure may be asked once more."""
        call.outcome, call.taken, key = outcome, True, call.key
        self._open.pop(key, None)
        if call in self._later:
            self._later.remove(call)
        if isinstance(outcome, Reply):
            self._known[key] = call
        else:
            self._turns[key] = self._turns.get(key, 0) + 1

    def _watch(self, outcome: Outcome, call: Call, mark: str) -> None:
        """Failures in a row end the run; another model than asked for is told once."""
        if isinstance(outcome, Reply):
            self._row.clear()
            self._compare(call.model.name, outcome.model)
            return
        if outcome.kind in HARMLESS:
            return
        self._row.append((mark, call))
        if len(self._row) >= ROW:
            self._ledger.back_to(self._row[0][0])
            self._exchanges.drop({(one.key, one.turn) for _, one in self._row})
            raise ModelsGone(f"{ROW} calls in a row failed, the last: {outcome.line}", "mend that, then use --resume")

    def _compare(self, asked: str, answered: str) -> None:
        if not same(asked, answered) and answered not in self._told:
            self._told.add(answered)
            self._warn(f"{asked} was asked, and {answered} answered")


def label(call: Call) -> str:
    """What the ledger calls it."""
    return f"{call.key} {call.turn}"


def same(asked: str, answered: str) -> bool:
    """Whether a model is the one that was asked: services leave the provider out, and put a date or version behind."""
    own, other = (name.rpartition("/")[2].lower().removesuffix("-latest") for name in (asked, answered))
    if asked.startswith(("python:", "command:")):
        return True
    return re.fullmatch(rf"{re.escape(own)}([-@:]\d.*)?", other) is not None
