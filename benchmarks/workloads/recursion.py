"""Recursion: Fibonacci numbers, Ackermann's function, towers of Hanoi, permutations, queens and a tree's depth."""

import sys


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def hanoi(n, source, target, spare):
    if n == 0:
        return 0
    before = hanoi(n - 1, source, spare, target)
    after = hanoi(n - 1, spare, target, source)
    return before + 1 + after


def permutations(items):
    if len(items) <= 1:
        return [items]
    found = []
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1 :]):
            found.append([item, *rest])
    return found


def queens(size, row=0, columns=0, up=0, down=0):
    """The number of ways to place queens, with taken columns and diagonals as bits."""
    if row == size:
        return 1
    total = 0
    for column in range(size):
        a, b, c = 1 << column, 1 << (row + column), 1 << (row - column + size)
        if columns & a or up & b or down & c:
            continue
        total += queens(size, row + 1, columns | a, up | b, down | c)
    return total


def tree(depth, key=1):
    if depth == 0:
        return None
    return tree(depth - 1, 2 * key), key, tree(depth - 1, 2 * key + 1)


def weight(node, level=1):
    if node is None:
        return 0
    left, key, right = node
    return level * key + weight(left, level + 1) + weight(right, level + 1)


def main(scale):
    checksum = 0
    for turn in range(max(1, round(20 * scale))):
        checksum += fib(22) + ackermann(2, 60) + hanoi(14, "a", "b", "c")
        checksum += sum(p[0] * p[-1] for p in permutations(list(range(7))))
        checksum += queens(8) + weight(tree(13)) + turn
    return checksum


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
