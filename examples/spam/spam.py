"""Says whether a message is spam, by three features and values that somebody guessed."""

from tracec import choice, param

LINKS_FROM = param(6, low=0, high=20)
SHOUTING_ABOVE = param(0.9, low=0.0, high=1.0)
KNOWN_SENDER = choice("ignored", options=["ignored", "trusted"])


def is_spam(links: int, capitals: float, known: bool) -> bool:
    """`capitals` is the share of capital letters."""
    if known and KNOWN_SENDER == "trusted":
        return False
    return links >= LINKS_FROM or capitals > SHOUTING_ABOVE
