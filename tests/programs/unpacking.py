"""Unpacking of every shape: stars, nesting, targets that are attributes and items, errors, order of stores."""


class Loud:
    def __setattr__(self, k, v): print(f".{k}={v}", end=" "); object.__setattr__(self, k, v)
    def __setitem__(self, k, v): print(f"[{k}]={v}", end=" ")


class Iter:
    def __init__(self, n): self.n = n
    def __iter__(self):
        for i in range(self.n): print(f"<{i}>", end=""); yield i


def run():
    a, b = 1, 2; a, b = b, a
    (c, [d, *e]), f = (3, "xyz"), {4}
    *g, = range(3); [h, *i, j] = "abcd"
    k = l = m, n = [5, 6]
    o = Loud()
    o.x, o[0], *o.rest, (o.y, o["k"]) = 1, 2, 3, 4, (5, 6); print()
    xs = [0, 1, 2]; p = 0
    p, xs[p] = 2, "p"; print(xs)
    p, xs[p:], q = 1, "ab", 3; print(xs)
    for (r, *s), t in [([1, 2, 3], 4), ("ab", 5)]: print(r, s, t, end="; ")
    for u, in [[1], [2]]: print(u, end=" ")
    for xs[0], o.z in enumerate("q"): print(xs[0], o.z)
    print([*"ab", *range(2)], {*"a", 1} == {1, "a"}, {**{"a": 1}, "a": 2, **{"b": 3}}, (*[1], *(2,)), [*{}, *""])
    print(max(*[1, 2], *(3,)), dict(**{"x": 1}, y=2), "{}{a}".format(*"z", **{"a": 1}))
    return a, b, c, d, e, f, g, h, i, j, k, l, m, n, q, (*g, 9), sorted(locals())


print(run())
for attempt in ("a, b = 1", "a, b = 1, 2, 3", "a, *b, c = [1]", "a, b = Iter(3)", "a, b = Iter(1)", "(a, b), c = 1, 2", "a, b = {}", "[*a, b] = Iter(4); print(a, b)",
                "f(**{1: 2})", "f(*5)", "f(**5)", "f(a=1, **{'a': 2})", "{**5}", "[*5]", "a, b = Iter(5)"):
    try: exec(attempt, {"Iter": Iter, "f": lambda **k: k, "print": print})
    except (ValueError, TypeError) as error: print(attempt, "->", error)


def direct():
    try: a, b = Iter(3)
    except ValueError as error: print(error, "a" in locals())
    try: (a, b), c = (1, 2, 3), 4
    except ValueError as error: print(error, "c" in locals())
    return [*Iter(2)], (lambda *a: a)(*Iter(1), *Iter(2)), [x for x, *_ in [Iter(2)]]


print(direct())
def star_return(xs): return *xs, 1
def star_yield(xs): yield *xs, 2
def star_index(d): return d[*"ab"]
print(star_return("ab"), list(star_yield("ab")), star_index({("a", "b"): "found"}), *[1], sep="|")
for x in *"ab", 1: print(x, end="")
print()
