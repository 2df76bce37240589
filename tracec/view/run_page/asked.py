"""What models were asked and what they answered, call by call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracec.models.reply import Failure
from tracec.view.models_text import in_words, money, total
from tracec.view.run_page.markup import NOTHING, Html, cut, folded, h, joined

if TYPE_CHECKING:
    from tracec.models.exchanges import Exchange

WHOLE = 60  # calls that are shown with their texts; chosen
LISTED = 400  # calls that are listed; chosen
MESSAGE = 8_000  # characters of a message, or of an answer; chosen


def asked(found: Sequence[Exchange]) -> Html:
    """The section."""
    if not found:
        return h("p", "No model was asked.", class_="dim")
    first, rest = found[:WHOLE], found[WHOLE:LISTED]
    blocks = [folded(title(one), *texts(one), class_="card") for one in first]
    lines = h("ul", *(h("li", title(one)) for one in rest)) if rest else NOTHING
    note = f"The texts of these and of {len(found) - LISTED:,} more are" if len(found) > LISTED else "Their texts are"
    more = h("p", f"{note} in the run's folder, prompts/NNNN.md.", class_="dim") if rest else NOTHING
    return joined([h("p", in_words(total(found))), *blocks, lines, more])


def title(one: Exchange) -> Html:
    """One call in a line."""
    reply = one.reply
    tokens = f", {reply.read:,} tokens in, {reply.written:,} out" if reply else ""
    told = f" {one.model}, {one.began}, {one.seconds:.1f} s{tokens}, {money(one.usd)}, {one.ended}"
    return joined([h("b", f"{one.number:04} {one.role}"), h("span", told, class_="dim")])


def texts(one: Exchange) -> list[Html]:
    """The messages and the answer."""
    found = [said(message["role"], message["content"]) for message in one.messages]
    if isinstance(one.outcome, Failure):
        found.append(said("failure", one.outcome.line))
    if one.reply:
        found.append(said("answer", one.reply.text))
    return found


def said(role: str, words: str) -> Html:
    """One text, with who said it."""
    rest = f"… {len(words) - MESSAGE:,} more characters" if len(words) > MESSAGE else ""
    return h(
        "div",
        h("div", role, class_="path"),
        h("pre", cut(words, MESSAGE), rest),
        class_="said answer" if role == "answer" else "said",
    )
