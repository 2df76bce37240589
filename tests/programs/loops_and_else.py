"""for, while, else, break, continue, nested loops, targets, changing what is looped over, iteration protocol."""


class Count:
    def __init__(self, n): self.n = n
    def __iter__(self): print("iter", end=" "); return self
    def __next__(self):
        print("next", end=" ")
        if self.n <= 0: raise StopIteration
        self.n -= 1
        return self.n


class Old:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * i


def search(rows, wanted):
    for i, row in enumerate(rows):
        for j, x in enumerate(row):
            if x == wanted: break
            if x is None: continue
        else:
            continue
        break
    else:
        return "absent"
    return i, j


def whiles(n):
    steps = []
    while n:
        n -= 1
        if n == 3: continue
        if n < 0: break
        steps.append(n)
        while True:
            if steps: break
        else: steps.append("never")
    else:
        steps.append("else")
    return steps


def single(n):
    for i in range(n): return i
    else: return "empty"


def mutate():
    xs = [1, 2, 3, 4]
    for x in xs:
        if x % 2: xs.remove(x)
    d = {1: 2}
    try:
        for k in d: d[k + 1] = 1
    except RuntimeError as error: return xs, str(error)


def targets():
    out, obj, d = [], type("O", (), {})(), {}
    for obj.x in range(2): out.append(obj.x)
    for d["k"] in "ab": out.append(d["k"])
    for (a, *b), in [((1, 2, 3),), ("xyz",)]: out.append((a, b))
    for i in range(5):
        out.append(i); i = 10
    for i, in zip("q"): pass
    return out, i


print(search([[1, None], [2, 3]], 3), search([[1]], 9), search([], 1), whiles(6), single(0), single(2), mutate(), targets())
for n in Count(2): print(n, end=" ")
else: print("end")
for n in Count(2):
    if n: break
else: print("never")
print(list(Old()), [*Count(1)], 4 in Old(), n)
try: print(unset_by_loop)
except NameError: print("not set")
for unset_by_loop in (): pass
while n := n - 1:
    if n < -3: break
print(n)
x = 0
while x < 3: x += 1
else: print("module else", x)
for a in range(2):
    for b in range(2):
        for c in range(2):
            if a == b == c: continue
            if c and b: break
            print(a, b, c, end="|")
print(*(i for i in iter([3, 0, 5].pop, 0)), *map(str, reversed(range(3))), *(lambda: (yield 1))())
