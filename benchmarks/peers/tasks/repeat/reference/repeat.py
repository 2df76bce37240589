"""Dates that come again."""

from datetime import date, timedelta

NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def parse(text):
    """A rule, as falls_on takes it, of its text."""
    when, _, names = text.partition(" on ")
    words = when.split()[1:]
    number = int(words[0]) if words[0].isdigit() else 1
    return number, words[-1].rstrip("s"), [NAMES.index(name) for name in names.split(",") if name]


def falls_on(rule, first, day):
    """Whether a rule that begins on `first` has a date on `day`."""
    number, unit, names = rule
    if unit == "month":
        months = (day.year - first.year) * 12 + day.month - first.month
        return day.day == first.day and months % number == 0
    if unit == "week":
        monday = first - timedelta(days=first.weekday())
        return (day - monday).days // 7 % number == 0 and day.weekday() in (names or [first.weekday()])
    return (day - first).days % number == 0


def days(text, first, count):
    """So many dates of a rule, from `first` (YYYY-MM-DD) on."""
    rule, start = parse(text), date.fromisoformat(first)
    every = (start + timedelta(days=ahead) for ahead in range(1000))
    return [day.isoformat() for day in every if falls_on(rule, start, day)][:count]
