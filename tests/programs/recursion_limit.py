"""RecursionError comes at a depth of the plain program's order, from functions, methods, operators, generators, reprs."""
import sys


def depth_of(call):
    deepest = 0

    def go(n):
        nonlocal deepest
        deepest = n
        call(go, n + 1)

    try: go(1)
    except RecursionError as error: return deepest, str(error)[:32]


class Node:
    def __init__(self, n): self.n = n
    def __add__(self, other): return Node(self.n) + other
    def __getattr__(self, name): return getattr(self, name + "x")
    def __repr__(self): return f"{self!r}"
    def __iter__(self): yield from self


def down(n): return 0 if n == 0 else 1 + down(n - 1)


def report(name, found, limit):
    depth, message = found
    print(name, limit / 4 < depth <= limit, message)


limit = sys.getrecursionlimit()
print(limit)
report("direct", depth_of(lambda go, n: go(n)), limit)
report("comprehension", depth_of(lambda go, n: [go(n) for _ in "a"]), limit)
report("sorted", depth_of(lambda go, n: sorted([1], key=lambda _: go(n))), limit)
print(down(limit - 20), down(limit // 2))
for bad in (lambda: Node(1) + 1, lambda: Node(1).missing, lambda: repr(Node(1)), lambda: list(Node(1))):
    try: bad()
    except RecursionError as error: print("RecursionError")
sys.setrecursionlimit(300)
report("lower", depth_of(lambda go, n: go(n)), 300)
print(down(250))
sys.setrecursionlimit(20000)
print(down(3000))
sys.setrecursionlimit(limit)
def mutual_a(n): return n if n > limit // 2 else mutual_b(n + 1)
def mutual_b(n): return mutual_a(n + 1)
print(mutual_a(0))
xs = []; xs.append(xs); print(xs)
