"""A plan of work: jobs of some length that wait for others, done one after the other while the workshop is open."""

import re

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = 24 * 60  # minutes
OPEN = {day: [(9 * 60, 12 * 60), (13 * 60, 17 * 60)] for day in DAYS[:4]} | {
    "Fri": [(9 * 60, 12 * 60), (13 * 60, 15 * 60)]
}  # minutes of a day
UNITS = {"d": 7 * 60, "h": 60, "m": 1, "": 1}


def minutes(text):
    """Read a length."""
    return sum(int(count) * UNITS[unit] for count, unit in re.findall(r"(\d+)([dhm]?)", text))


def parse(line):
    """Read `name length after name, name`: the name, the minutes, and the names of what it waits for."""
    name, length, _, others = re.match(r"(\w+) (\w+)( after (.*))?", line).groups()
    return name, minutes(length), [other.strip() for other in (others or "").split(",") if other.strip()]


def in_a_circle(waits):
    """Find the jobs that wait for themselves, in the order of the alphabet."""
    found = []
    for name in waits:
        seen, open_ = set(), [name]
        while open_:
            new = set(waits[open_.pop()]) - seen
            seen |= new
            open_ += new
        found += [name] * (name in seen)
    return sorted(found)


def ordered(jobs):
    """Put jobs in the order in which they are done: of those that can be, the one with the longest chain from it on."""
    waits = {name: others for name, _, others in jobs}
    lengths = {name: length for name, length, _ in jobs}
    for name, other in ((name, other) for name, others in waits.items() for other in others):
        if other not in waits:
            raise ValueError(f"{name} waits for {other}, which is no job")
    circle = in_a_circle(waits)
    if circle:
        raise ValueError(f"in a circle: {', '.join(circle)}")

    def chain(name):
        return lengths[name] + max((chain(other) for other, needs in waits.items() if name in needs), default=0)

    found = []
    while len(found) < len(jobs):
        ready = [name for name in waits if name not in found and all(other in found for other in waits[name])]
        found.append(max(ready, key=chain))
    return found


def told(moment):
    """Write a moment, which is minutes from Monday 00:00 on, as `Tue 13:05`."""
    day, minute = divmod(moment, DAY)
    return f"{DAYS[day % 7]} {minute // 60:02}:{minute % 60:02}"


def times(start, length):
    """Find when a job begins that could begin at `start`, and when it ends."""
    begin, left, day = None, length, start // DAY
    while True:
        for opens, closes in OPEN.get(DAYS[day % 7], ()):
            first = max(start, day * DAY + opens)
            free = day * DAY + closes - first
            if free <= 0:
                continue
            begin = first if begin is None else begin
            if left <= free:
                return begin, first + left
            left -= free
        day += 1


def plan(lines, start):
    """Say when each job begins and ends, in the order in which they are done."""
    jobs = [parse(line) for line in lines]
    lengths = {name: length for name, length, _ in jobs}
    moment, found = start, {}
    for name in ordered(jobs):
        begin, moment = times(moment, lengths[name])
        found[name] = f"{told(begin)} - {told(moment)}"
    return found
