"""Targets of every form, evaluated once and in order."""
log = []


def note(v, name):
    log.append(name)
    return v


class Box:
    pass


def run():
    b = Box()
    d = {}
    xs = [1, 2, 3, 4]
    a = c = note(1, "rhs")
    (p, q), *rest = (1, 2), 3, 4
    note(b, "obj").attr = note(5, "value")
    note(d, "dict")[note("k", "key")] = note(6, "val")
    note(xs, "list")[note(0, "idx")] += note(10, "inc")
    b.attr -= 2
    xs[1:3] = [7]
    del xs[0], d["k"]
    p, q = q, p
    e: int = 3
    f: str
    i = 0
    i, xs[i] = 1, 99
    x = y = []
    x.append(1)
    return a, c, p, q, rest, b.attr, d, xs, e, i, y


print(run())
print(log)
for i, (a, *b) in enumerate([(1, 2, 3), (4,)]):
    print(i, a, b)
n = 3
while n:
    n -= 1
    if n == 1:
        continue
    print(n)
else:
    print("done")
x = 5; y = x; print(x, y); del x
