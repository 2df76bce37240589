"""Comprehensions in comprehensions: scopes, conditions, late binding of lambdas, names that do not leak."""


def grid(n):
    rows = [[i * j for j in range(i) if j % 2] for i in range(n) if i]
    flat = [x for row in rows for x in row if x > 2 if x % 2 == 0]
    table = {i: {j: (i, j) for j in range(2)} for i in range(2)}
    pairs = {(a, b) for a in "ab" for b in a * 2}
    lazy = list(sum(y for y in range(x)) for x in range(4))
    unpacked = [a + b for a, b in [(1, 2), (3, 4)]] + [first for first, *rest in ["abc"]]
    outer = [n for n in [n, n + 1]]
    conditional = [x if x else "zero" for x in range(3)]
    chained = [x for x in range(10) if 2 < x < 6 or x == 9]
    return rows, flat, table, sorted(pairs), lazy, unpacked, outer, conditional, chained, n


print(grid(5))
functions = [lambda: i for i in range(3)]
captured = [lambda i=i: i for i in range(3)]
print([f() for f in functions], [f() for f in captured], "i" in globals())


class Body:
    size = 3
    items = [x for x in range(size)]
    both = [(x, y) for x in range(size) for y in range(x)]
    table = {k: [v for v in k] for k in ("ab", "c")}
    lazy = (x * 2 for x in items)
    try:
        broken = [size for _ in range(1)]
    except NameError as error:
        broken = str(error)
    names = [f"{x}{x!r:>4}" for x in items if x]

    def method(self):
        return [self.size + x for x in self.items if (lambda y: y in self.items)(x)]


print({k: list(v) if k == "lazy" else v for k, v in vars(Body).items() if k in "size items both table lazy broken names".split()})
print(Body().method())


def stops():
    def source():
        for i in range(10):
            print("give", i, end=" ")
            yield i
    try:
        return [1 // (2 - x) for x in source()]
    except ZeroDivisionError as error:
        return str(error)


print(stops(), [*(x for x in [1, 2])], dict((k, v) for k, v in zip("ab", (1, 2))), max((len(w) for w in ["a", "bb"]), default=0))
print([[[c for c in b] for b in a] for a in ["xy", "z"]], [x for x in [y for y in [z for z in range(3)]]], [[] for _ in "ab"])
