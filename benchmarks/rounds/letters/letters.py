"""Reminders of bills that were not paid: which letter is sent, and what it says."""

from tracec import param

FIRST = param("Hello {name}! Please pay {amount} for bill {number} by {day}.", goal="the first letters, in a kind tone")
LAST = param("{name}! {amount} for bill {number} by {day} OR ELSE!", goal="the letter before steps are taken")


# tracec: trainable
def kind(days, sent, cents):
    """Choose the letter: `days` after the bill was due, with so many sent before, about so many cents."""
    return "first" if sent == 0 else "last"


# tracec: trainable
def money(cents):
    """Write an amount."""
    return f"{cents / 100} EUR"


# tracec: trainable
def date(text):
    """Write a day such as 2026-03-09."""
    return text


def letter(bill):
    """Write the letter for a bill."""
    text = LAST if kind(bill["days"], bill["sent"], bill["cents"]) == "last" else FIRST
    return text.format(name=bill["name"], amount=money(bill["cents"]), number=bill["number"], day=date(bill["day"]))
