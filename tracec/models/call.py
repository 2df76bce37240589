"""Call: one thing to ask of one model; what it may cost, what it costs, and how it is written down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from msgspec import structs

from tracec.models.exchanges import Exchange
from tracec.models.model import Model
from tracec.models.price import Messages, most_tokens
from tracec.models.reply import Failure, Outcome, Reply
from tracec.models.scrubbing import Scrubber
from tracec.run.purse import NOTHING, Spend


@dataclass(eq=False, slots=True)
class Call:
    """What is asked, and what came of it. `turn` is how often the same was asked before, and failed."""

    role: str
    model: Model
    messages: Messages
    sample: int
    temperature: float | None
    wanted: int | None
    turn: int = 0
    begun: bool = False
    taken: bool = False
    refused: str = ""  # the limit that forbids it
    outcome: Outcome | None = None
    spend: Spend = NOTHING
    fault: BaseException | None = None  # of ours
    key: str = field(init=False)  # what is asked of whom, whatever comes of it

    def __post_init__(self) -> None:
        asked = [self.model.name, [*map(dict, self.messages)], self.temperature, self.wanted, self.sample]
        self.key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:24]

    @property
    def over(self) -> bool:
        """True where nothing more is to come."""
        return bool(self.outcome or self.refused or self.fault)

    def bound(self) -> Spend:
        """What one request can cost at most."""
        read, written, price = most_tokens(self.messages), self.model.most(self.wanted), self.model.price()
        return Spend(1, read + written, price.of(read, written) if price else 0.0, price is not None)

    def cost(self, outcome: Outcome, bound: Spend) -> Spend:
        """What a request did cost: its bound where it may have been billed and nobody knows."""
        reply = outcome.reply if isinstance(outcome, Failure) else outcome
        if reply is not None:
            return Spend(1, reply.read + reply.written, reply.usd or 0.0, reply.usd is not None)
        return bound if isinstance(outcome, Failure) and outcome.lost else NOTHING

    def exchange(self, number: int, began: str) -> Exchange:
        """What is written of it before it begins."""
        return Exchange(
            number, self.role, self.model.name, self.key, self.turn, self.sample, self.temperature,
            self.model.most(self.wanted), [*map(dict, self.messages)], began,
        )  # fmt: skip


def settled(outcome: Outcome, call: Call, scrubber: Scrubber) -> Outcome:
    """An outcome without keys in its texts, and with what it costs."""
    if isinstance(outcome, Failure):
        reply = outcome.reply and replied(outcome.reply, call, scrubber)
        return structs.replace(outcome, line=scrubber.clean(outcome.line), reply=reply)
    return replied(outcome, call, scrubber)


def replied(reply: Reply, call: Call, scrubber: Scrubber) -> Reply:
    """The same of a reply."""
    price = call.model.price()
    usd = reply.usd if reply.usd is not None or price is None else price.of(reply.read, reply.written, reply.cached)
    return structs.replace(reply, text=scrubber.clean(reply.text), model=scrubber.clean(reply.model), usd=usd)
