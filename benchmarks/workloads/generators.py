"""Generators and comprehensions: pipelines, endless streams, `yield from` over a tree, coroutines fed by `send`."""

import itertools
import sys


def numbers(seed):
    while True:
        seed = (seed * 69069 + 1) % 65536
        yield seed


def readings(count):
    for i, number in zip(range(count), numbers(7)):
        yield {"sensor": i % 13, "value": number % 200 - 100, "tick": i}


def valid(records):
    for record in records:
        if record["value"] >= -90:
            yield record


def scaled(records, factor):
    for record in records:
        yield {**record, "value": record["value"] * factor}


def windows(values, size):
    window = []
    for value in values:
        window.append(value)
        if len(window) == size:
            yield tuple(window)
            window.pop(0)


def pipeline(count):
    values = (record["value"] for record in scaled(valid(readings(count)), 3))
    return sum(max(window) - min(window) for window in windows(values, 4))


def collatz(start):
    while start != 1:
        yield start
        start = 3 * start + 1 if start % 2 else start // 2
    yield 1


def longest(limit):
    return max((sum(1 for _ in collatz(i)), i) for i in range(1, limit))


def tree(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return tree(low, middle), middle, tree(middle + 1, high)


def inorder(node):
    if node is not None:
        left, key, right = node
        yield from inorder(left)
        yield key
        yield from inorder(right)


def merge(left, right):
    left, right = iter(left), iter(right)
    a, b = next(left, None), next(right, None)
    while a is not None and b is not None:
        if a <= b:
            yield a
            a = next(left, None)
        else:
            yield b
            b = next(right, None)
    while a is not None:
        yield a
        a = next(left, None)
    while b is not None:
        yield b
        b = next(right, None)


def averager():
    total = count = 0
    average = None
    while True:
        value = yield average
        total += value
        count += 1
        average = total / count


def averages(values):
    coroutine = averager()
    next(coroutine)
    return [coroutine.send(value) for value in values]


def triples(limit):
    return [
        (a, b, c)
        for a in range(1, limit)
        for b in range(a, limit)
        for c in [int((a * a + b * b) ** 0.5)]
        if c < limit and a * a + b * b == c * c
    ]


def index(words):
    return {
        letter: {word for word in words if letter in word} for letter in sorted({c for word in words for c in word})
    }


def main(scale):
    checksum = 0
    words = ["".join(chr(97 + (i * j * 7) % 26) for j in range(1, 6)) for i in range(170)]
    for turn in range(max(1, round(20 * scale))):
        checksum += pipeline(7000) + sum(longest(500)) + turn
        checksum += sum(i * key for i, key in enumerate(inorder(tree(0, 2000))))
        checksum += sum(itertools.islice(merge(range(0, 20_000, 3), range(0, 30_000, 5)), 4500))
        checksum += int(sum(averages(value % 100 for value in itertools.islice(numbers(3), 10_000))))
        checksum += sum(a * b * c for a, b, c in triples(125)) + sum(map(len, index(words).values()))
        transposed = [[row[i] for row in [[x * y for x in range(40)] for y in range(40)]] for i in range(40)]
        checksum += sum(transposed[i][i] for i in range(40))
    return checksum


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
