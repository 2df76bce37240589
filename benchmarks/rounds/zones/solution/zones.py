"""Clocks of several towns: moments read and told, and meetings that come back every week."""

from datetime import datetime, timedelta

ZONES = {
    "London": (0, "eu"),
    "Paris": (60, "eu"),
    "New York": (-300, "us"),
    "Delhi": (330, ""),
    "Sydney": (600, "south"),
}  # minutes, summer time
FORM = "%Y-%m-%d %H:%M"


def sunday(year, month, number):
    """Find a Sunday of a month: 0 the first, -1 the last."""
    if number < 0:
        day = datetime(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return day - timedelta(days=(day.weekday() + 1) % 7)
    day = datetime(year, month, 1)
    return day + timedelta(days=6 - day.weekday() + 7 * number)


def summer(year, minutes, rule):
    """Find when summer time begins and ends in a year, by the world's clock."""
    if rule == "eu":
        return sunday(year, 3, -1) + timedelta(hours=1), sunday(year, 10, -1) + timedelta(hours=1)
    own = timedelta(minutes=minutes)
    if rule == "us":
        return (
            sunday(year, 3, 1) + timedelta(hours=2) - own,
            sunday(year, 11, 0) + timedelta(hours=1) - own,
        )
    return sunday(year, 10, 0) + timedelta(hours=2) - own, sunday(year, 4, 0) + timedelta(hours=2) - own


def offset(moment, town):
    """Find how many minutes the clock of a town is before the world's, at a moment of the world's clock."""
    minutes, rule = ZONES[town]
    if not rule:
        return minutes
    begin, end = summer(moment.year, minutes, rule)
    within = begin <= moment < end if begin < end else not end <= moment < begin
    return minutes + 60 * within


def told(moment, town):
    """Tell a moment by the clock of a town; a plus behind an hour that is there for the second time."""
    here, before = offset(moment, town), offset(moment - timedelta(hours=1), town)
    return (moment + timedelta(minutes=here)).strftime(FORM) + "+" * (here < before)


def read(text, town):
    """Read a moment that is told by the clock of a town."""
    moment, minutes = datetime.strptime(text.rstrip("+"), FORM), ZONES[town][0]
    early, late = (moment - timedelta(minutes=minutes + more) for more in (60, 0))
    fits = [m for m in (early, late) if m + timedelta(minutes=offset(m, town)) == moment]
    if not fits:
        return late
    return fits[-1] if text.endswith("+") else fits[0]


def moved(text, town, other):
    """Say what the clock of another town shows."""
    return told(read(text, town), other)


def weekly(text, town, count, other):
    """Say when a meeting that comes back every week is, by the clock of another town."""
    first = datetime.strptime(text, FORM)
    days = ((first + timedelta(days=7 * week)).strftime(FORM) for week in range(count))
    return [moved(day, town, other) for day in days]


def between(start, town, end, other):
    """Say how long it is from a moment in one town to a moment in another."""
    whole = (read(end, other) - read(start, town)) // timedelta(minutes=1)
    hours, minutes = divmod(abs(whole), 60)
    days = f"{hours // 24}d " if hours >= 24 else ""
    return f"{'-' if whole < 0 else ''}{days}{hours % 24}:{minutes:02}"


def common(towns, day, opens=9, closes=17):
    """Say when on a day it is business time in all of some towns, by the clock of the first."""
    begin = max(read(f"{day} {opens:02}:00", town) for town in towns)
    end = min(read(f"{day} {closes:02}:00", town) for town in towns)
    if datetime.strptime(day, "%Y-%m-%d").weekday() > 4 or begin >= end:
        return "never"
    return f"{told(begin, towns[0])[-5:]} - {told(end, towns[0])[-5:]}"
