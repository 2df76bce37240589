"""Exceptions: raised and caught across frames, translated, chained, retried, cleaned up after, used as control flow."""

import sys


class Rejected(Exception):
    def __init__(self, field, reason):
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Unavailable(Exception):
    pass


class Found(Exception):
    pass


def number(form, field):
    try:
        return int(form[field])
    except KeyError:
        raise Rejected(field, "missing") from None
    except ValueError as error:
        raise Rejected(field, "not a number") from error


def checked(form, field, low, high):
    value = number(form, field)
    if not low <= value <= high:
        raise Rejected(field, f"not from {low} to {high}")
    return value


def validate(form):
    problems = {}
    for field, low, high in (("age", 0, 120), ("size", 10, 60), ("code", 1, 9)):
        try:
            checked(form, field, low, high)
        except Rejected as problem:
            problems[problem.field] = problem.reason
    return problems


def forms(count):
    texts = ["12", "40", "x", "300", "7", "-1"]
    for i in range(count):
        form = {"age": texts[i % 6], "size": texts[i % 5], "code": texts[i % 4]}
        if i % 3 == 0:
            del form["size"]
        yield form


class Resource:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        self.log.append("open")
        return self

    def __exit__(self, kind, error, traceback):
        self.log.append("failed" if kind else "closed")
        return kind is Unavailable

    def use(self, turn):
        if turn % 4 == 0:
            raise Unavailable(turn)
        if turn % 7 == 0:
            raise ValueError(turn)
        return turn


def guarded(turns):
    log, total = [], 0
    for turn in range(turns):
        try:
            with Resource(log) as resource:
                total += resource.use(turn)
        except ValueError as error:
            total -= error.args[0]
        finally:
            total += 1
    return total + log.count("failed")


def fetch(name, attempt):
    if (len(name) + attempt) % 3:
        raise Unavailable(name)
    return name.upper()


def retried(name, attempts=4):
    for attempt in range(attempts):
        try:
            return fetch(name, attempt)
        except Unavailable:
            continue
    raise Rejected(name, "gave up")


def deep(level, item):
    if level == 0:
        raise Found(item)
    try:
        deep(level - 1, item)
    finally:
        item.append(level)


def unwound(turns, level):
    total = 0
    for _ in range(turns):
        item = []
        try:
            deep(level, item)
        except Found as found:
            total += len(found.args[0])
    return total


def first_index(rows, wanted):
    try:
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value == wanted:
                    raise Found((i, j))
    except Found as found:
        return found.args[0]
    return -1, -1


def lookups(turns):
    table = {i: i * i for i in range(0, 50, 2)}
    total = 0
    for turn in range(turns):
        try:
            total += table[turn % 60]
        except KeyError:
            total -= 1
        else:
            total += 2
    return total


def drained(values):
    iterator, total = iter(values), 0
    while True:
        try:
            total += next(iterator)
        except StopIteration:
            return total


def main(scale):
    checksum = 0
    rows = [[i * j for j in range(12)] for i in range(12)]
    for turn in range(max(1, round(20 * scale))):
        checksum += sum(len(validate(form)) for form in forms(2400)) + guarded(4800) + turn
        checksum += sum(len(retried("n" * (i % 9))) for i in range(4800)) + unwound(660, 12)
        checksum += sum(sum(first_index(rows, wanted)) for wanted in range(140)) + lookups(20_000)
        checksum += drained(range(15_000))
    return checksum


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
