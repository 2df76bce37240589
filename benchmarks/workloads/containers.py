"""Containers: primes, shortest paths on a grid, groups and joins of records, a heap, sets, a matrix and knapsacks."""

import sys
from collections import defaultdict, deque
from itertools import pairwise


def primes(limit):
    composite = [False] * (limit + 1)
    found = []
    for number in range(2, limit + 1):
        if composite[number]:
            continue
        found.append(number)
        for multiple in range(number * number, limit + 1, number):
            composite[multiple] = True
    return found


def walls(size):
    return {(x, y) for x in range(size) for y in range(size) if (x * 7 + y * 13) % 11 < 3 and x + y > 0}


def distances(size, blocked):
    reached = {(0, 0): 0}
    queue = deque(reached)
    while queue:
        x, y = queue.popleft()
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            place = x + dx, y + dy
            if 0 <= place[0] < size and 0 <= place[1] < size and place not in blocked and place not in reached:
                reached[place] = reached[x, y] + 1
                queue.append(place)
    return reached


def orders(count):
    return [{"id": i, "customer": i * 31 % 97, "amount": i * 17 % 450, "lines": [i % 5, i % 7]} for i in range(count)]


def by_customer(records):
    groups = defaultdict(list)
    for record in records:
        groups[record["customer"]].append(record)
    totals = {}
    for customer, group in groups.items():
        totals[customer] = sum(record["amount"] for record in group)
    return sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))


def push(heap, value):
    heap.append(value)
    place = len(heap) - 1
    while place and heap[(place - 1) // 2] > heap[place]:
        parent = (place - 1) // 2
        heap[parent], heap[place] = heap[place], heap[parent]
        place = parent


def pop(heap):
    heap[0], heap[-1] = heap[-1], heap[0]
    value, place = heap.pop(), 0
    while True:
        least = place
        for child in (2 * place + 1, 2 * place + 2):
            if child < len(heap) and heap[child] < heap[least]:
                least = child
        if least == place:
            return value
        heap[place], heap[least] = heap[least], heap[place]
        place = least


def heap_sorted(values):
    heap = []
    for value in values:
        push(heap, value)
    return [pop(heap) for _ in range(len(heap))]


def product(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def knapsack(weights, capacity):
    best = [0] * (capacity + 1)
    for i, weight in enumerate(weights):
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + i * 3 % 17 + 1)
    return best[capacity]


def overlaps(count):
    sets = [{i * j % 101 for j in range(1, 20)} for i in range(1, count)]
    return sum(len(a & b) + len(a - b) for a, b in pairwise(sets))


def main(scale):
    checksum = 0
    for turn in range(max(1, round(20 * scale))):
        checksum += sum(primes(22_000)) + turn
        checksum += sum(distances(52, walls(52)).values())
        checksum += sum(i * total for i, (_, total) in enumerate(by_customer(orders(3300))))
        checksum += sum(i * value for i, value in enumerate(heap_sorted([i * 7919 % 1601 for i in range(1600)])))
        square = [[(i * j) % 10 for j in range(24)] for i in range(24)]
        checksum += sum(map(sum, product(square, square))) + knapsack([3 + i * 7 % 40 for i in range(40)], 340)
        checksum += overlaps(1100)
    return checksum


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
