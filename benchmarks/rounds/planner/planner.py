"""A plan of work: jobs of some length that wait for others, done one after the other while the workshop is open."""

import re

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = 24 * 60  # minutes
OPEN = {day: [(9 * 60, 17 * 60)] for day in DAYS[:5]}  # minutes of a day
UNITS = {"h": 60, "m": 1}


def minutes(text):
    """Read a length."""
    return int(text[:-1]) * UNITS[text[-1]]


def parse(line):
    """Read `name length after name, name`: the name, the minutes, and the names of what it waits for."""
    name, length, _, others = re.match(r"(\w+) (\w+)( after (.*))", line).groups()
    return name, minutes(length), others.split(",")


def ordered(jobs):
    """Put jobs in the order in which they are done."""
    return [name for name, _, _ in jobs]


def told(moment):
    """Write a moment, which is minutes from Monday 00:00 on, as `Tue 13:05`."""
    day, minute = divmod(moment, DAY)
    return f"{DAYS[day % 7]} {minute // 60:02}:{minute % 60:02}"


def times(start, length):
    """Find when a job begins that could begin at `start`, and when it ends."""
    return start, start + length


def plan(lines, start):
    """Say when each job begins and ends, in the order in which they are done."""
    jobs = [parse(line) for line in lines]
    lengths = {name: length for name, length, _ in jobs}
    moment, found = start, {}
    for name in ordered(jobs):
        begin, moment = times(moment, lengths[name])
        found[name] = f"{told(begin)} - {told(moment)}"
    return found
