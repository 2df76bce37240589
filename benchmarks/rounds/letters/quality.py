"""What the office says of a letter: a score, and the first thing that is wrong with it."""

import re

from letters import letter

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
LONGEST = 45  # words


def score(bill):
    """The share of what is asked of a letter that it has."""
    faults = [*wrong(letter(bill), bill)]
    return 1 - len(faults) / 10, faults[0] if faults else ""


def wrong(text, bill):
    """All that is wrong, the most plain first."""
    last = bill["cents"] >= 500 and (bill["sent"] >= 2 or (bill["sent"] == 1 and bill["days"] > 30))
    lines, says = text.strip().split("\n"), text.lower()
    year, month, day = bill["day"].split("-")
    if "!" in text or re.search(r"\b(?!EUR|R-\d)[A-Z]{2,}\b", text):
        yield "the letter shouts"
    if lines[0] != f"Dear {bill['name']},":
        yield "the first line is no greeting as we write it, such as: Dear Ms Low,"
    if lines[-2:] != ["Kind regards,", "Lamp & Son"]:
        yield "it is not signed on two lines of its own: Kind regards, and below it: Lamp & Son"
    if f"{bill['cents'] // 100:,}.{bill['cents'] % 100:02} EUR" not in text:
        yield f"{bill['cents']} cents are not written as our bank does it, as in 1,050.20 EUR"
    if not re.search(rf"\b{int(day)} {MONTHS[int(month) - 1]} {year}\b", text):
        yield f"{bill['day']} is not written as in 1 May 2026"
    if "transfer" not in says:
        yield "it does not say how to pay; we take a transfer only"
    if last and "final" not in says:
        yield f"{bill['sent']} letters, {bill['days']} days and {bill['cents']} cents: here it must be called final"
    if not last and "final" in says:
        yield f"it is called final, too harsh for {bill['sent']} letters, {bill['days']} days and {bill['cents']} cents"
    if last and "collection agency" not in says:
        yield "the last letter must name the collection agency, which comes next"
    if not last and "already paid" not in says:
        yield "a kind letter asks to ignore it where the bill is already paid"
    if len(text.split()) > LONGEST:
        yield f"it is too long: {len(text.split())} words, we want {LONGEST} at most"
