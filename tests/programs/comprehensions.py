"""Comprehensions nested, in class bodies, with walrus."""


class Table:
    size = 3
    rows = [[i * j for j in range(3)] for i in range(3)]
    names = {n: n.upper() for n in ("a", "b")}
    flat = [x for row in rows for x in row if x]


def f(xs):
    seen = set()
    uniq = [x for x in xs if not (x in seen or seen.add(x))]
    big = [y for x in xs if (y := x * 2) > 4]
    pairs = {(a, b): a * b for a in xs for b in xs if a < b and b < 4}
    return uniq, big, y, pairs, {x % 2 for x in xs}, any(x > 3 for x in xs), max((x for x in xs), default=0)


print(Table.rows, Table.names, Table.flat, f([1, 2, 2, 3, 4]))
print([f"{i:>{w}}" for i, w in ((1, 3), (2, 2))], [*range(2), *[9]], {**{"a": 1}, "b": 2})
matrix = [[1, 2], [3, 4]]
print([list(col) for col in zip(*matrix)], [(lambda q=i: q)() for i in range(3)])
if (n := len(matrix)) > 1:
    print(n)
print([x for x in (lambda: [1, 2])()], [[y for y in x if y] for x in ([0, 1], [])])
