"""Clocks of several towns: moments read and told, and meetings that come back every week."""

from datetime import datetime, timedelta

ZONES = {"London": (0, "eu"), "Paris": (60, "eu"), "New York": (-300, "us"), "Delhi": (330, "")}  # minutes, summer time
FORM = "%Y-%m-%d %H:%M"


def offset(moment, town):
    """Find how many minutes the clock of a town is before the world's, at a moment of the world's clock."""
    minutes, rule = ZONES[town]
    return minutes + 60 * (rule != "" and 4 <= moment.month <= 10)


def told(moment, town):
    """Tell a moment by the clock of a town."""
    return (moment + timedelta(minutes=offset(moment, town))).strftime(FORM)


def read(text, town):
    """Read a moment that is told by the clock of a town."""
    return datetime.strptime(text, FORM) - timedelta(minutes=offset(datetime.strptime(text, FORM), town))


def moved(text, town, other):
    """Say what the clock of another town shows."""
    return told(read(text, town), other)


def weekly(text, town, count, other):
    """Say when a meeting that comes back every week is, by the clock of another town."""
    first = read(text, town)
    return [told(first + timedelta(days=7 * week), other) for week in range(count)]


def between(start, town, end, other):
    """Say how long it is from a moment in one town to a moment in another."""
    hours, minutes = divmod((read(end, other) - read(start, town)).seconds // 60, 60)
    return f"{hours}:{minutes:02}"


def common(towns, day, opens=9, closes=17):
    """Say when on a day it is business time in all of some towns, by the clock of the first."""
    starts = [read(f"{day} {opens:02}:00", town) for town in towns]
    ends = [read(f"{day} {closes:02}:00", town) for town in towns]
    return f"{told(max(starts), towns[0])} - {told(min(ends), towns[0])}"
