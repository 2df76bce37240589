"""What comes of asking a model: a Reply, or a Failure with a line for the user."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """Why no usable answer came."""

    REFUSED = "refused"  # the model, or a filter of its service, will not answer
    EMPTY = "empty"
    CUT = "cut off"  # the answer is longer than it may be
    OVERFLOW = "context overflow"  # the prompt is longer than the model reads
    TIMEOUT = "timeout"
    RATE = "rate limited"
    SERVER = "server error"
    CONNECTION = "connection lost"
    UNREADABLE = "unreadable"  # what came is no answer
    REJECTED = "rejected"  # the service does not take the request
    BUDGET = "budget"  # it was not asked
    KEY = "invalid key"
    MODEL = "unknown model"
    CREDIT = "no credit"


AGAIN = frozenset({Kind.TIMEOUT, Kind.RATE, Kind.SERVER, Kind.CONNECTION, Kind.UNREADABLE})  # worth another try
FATAL = frozenset({Kind.KEY, Kind.MODEL, Kind.CREDIT})  # no other call would fare better
ANSWERED = frozenset({Kind.REFUSED, Kind.EMPTY, Kind.CUT})  # paid for, and said by the model


class Reply(msgspec.Struct, frozen=True, tag="reply"):
    """An answer. `model` is the one that gave it; `usd` is None where no price is known.

    `read` and `written` are tokens, as the service counts them; `counted` is False where it does not, and they are an
    estimate. `cached` are those of `read` that it had kept. `ended` is the service's word for why the answer ends.
    """

    text: str
    model: str
    ended: str = "stop"
    read: int = 0
    written: int = 0
    cached: int = 0
    counted: bool = True
    usd: float | None = None


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """No usable answer, and why in one line.

    `reply` is what came all the same and is paid for. `pause` is how many seconds the service asked to wait. `lost`:
    the request may have been billed though no answer came.
    """

    kind: Kind
    line: str
    reply: Reply | None = None
    pause: float | None = None
    lost: bool = False


Outcome = Reply | Failure
LINES = {
    Kind.REFUSED: "the model refused to answer",
    Kind.EMPTY: "the model gave an empty answer",
    Kind.CUT: "the answer was cut off at {0.written:,} tokens",
}
ENDS = {
    "length": Kind.CUT,
    "max_tokens": Kind.CUT,
    "content_filter": Kind.REFUSED,
    "refusal": Kind.REFUSED,
    "safety": Kind.REFUSED,
}


def judged(reply: Reply, refusal: str = "") -> Outcome:
    """A reply, or a failure where its text is not what it should be; `refusal` is what the model said instead."""
    kind = Kind.REFUSED if refusal else ENDS.get(reply.ended.lower())
    if kind is None and not reply.text.strip():
        kind = Kind.EMPTY
    if kind is None:
        return reply
    line = LINES[kind].format(reply)
    if kind == Kind.CUT and not reply.text.strip():
        line += " before it began, as a model that thinks first may do"
    return Failure(kind, f"{line}: {refusal}" if refusal else line, reply)
