"""Dates that come again."""

from datetime import date, timedelta

NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def parse(text):
    """A rule, as falls_on takes it, of its text."""
    return int(text.split()[1])


def falls_on(rule, first, day):
    """Whether a rule that begins on `first` has a date on `day`."""
    return (day - first).days % rule == 0


def days(text, first, count):
    """So many dates of a rule, from `first` (YYYY-MM-DD) on."""
    rule, start = parse(text), date.fromisoformat(first)
    every = (start + timedelta(days=ahead) for ahead in range(1000))
    return [day.isoformat() for day in every if falls_on(rule, start, day)][:count]
