"""Price: what a model takes for tokens. Messages -> the tokens that they can be at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

Messages = Sequence[Mapping[str, str]]  # each with `role` and `content`
Dollars = Annotated[float, msgspec.Meta(ge=0)]

MILLION = 1_000_000  # the tokens that a price is for
MESSAGE_TOKENS = 32  # that a service adds to one message, its role and marks; chosen, 3 to 8 are usual
TEMPLATE_TOKENS = 64  # that a service adds to all of them, as a system message of its own; chosen
BYTES = 3  # of UTF-8 that are taken for a token where nobody counts; chosen, code has 3 to 4


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"read": "in", "written": "out"}):
    """USD per million tokens: of the prompt (`in`), of the answer (`out`), of what the service has cached."""

    read: Dollars
    written: Dollars
    cached: Dollars | None = None

    def of(self, read: int, written: int, cached: int = 0) -> float:
        """USD for so many tokens; `cached` are some of those `read`."""
        cheap = cached if self.cached is not None else 0
        return ((read - cheap) * self.read + cheap * (self.cached or 0.0) + written * self.written) / MILLION


def most_tokens(messages: Messages) -> int:
    """The tokens of a prompt at most, whatever the model: none is shorter than a byte."""
    texts = sum(len(message["content"].encode("utf-8", "replace")) for message in messages)
    return texts + MESSAGE_TOKENS * len(messages) + TEMPLATE_TOKENS


def about_tokens(text: str) -> int:
    """The tokens of a text where nobody has counted them."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES)
