"""Reminders of bills that were not paid: which letter is sent, and what it says."""

from tracec import param

FIRST = param(
    """Dear {name},
our bill {number} of {amount} is still open. Please pay it by transfer by {day}.
If you have already paid, please ignore this letter.
Kind regards,
Lamp & Son""",
    goal="the first letters, in a kind tone",
)
LAST = param(
    """Dear {name},
this is our final reminder of bill {number} of {amount}. Please pay it by transfer by {day};
after that we hand it to a collection agency.
Kind regards,
Lamp & Son""",
    goal="the letter before steps are taken",
)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


# tracec: trainable
def kind(days, sent, cents):
    """Choose the letter: `days` after the bill was due, with so many sent before, about so many cents."""
    late = sent >= 2 or (sent == 1 and days > 30)
    return "last" if cents >= 500 and late else "first"


# tracec: trainable
def money(cents):
    """Write an amount."""
    return f"{cents // 100:,}.{cents % 100:02} EUR"


# tracec: trainable
def date(text):
    """Write a day such as 2026-03-09."""
    year, month, day = text.split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def letter(bill):
    """Write the letter for a bill."""
    text = LAST if kind(bill["days"], bill["sent"], bill["cents"]) == "last" else FIRST
    return text.format(name=bill["name"], amount=money(bill["cents"]), number=bill["number"], day=date(bill["day"]))
