"""functools, operator, and functions as values: partials, methods as callbacks, currying, recursion through maps, wraps kept."""
import functools
import operator


def compose(*fs): return functools.reduce(lambda f, g: lambda *a, **k: f(g(*a, **k)), fs)
def curry(f, n): return f if n < 2 else lambda x: curry(functools.partial(f, x), n - 1)
def flip(f): return functools.wraps(f)(lambda a, b: f(b, a))


@functools.total_ordering
class Version:
    def __init__(self, text): self.parts = tuple(map(int, text.split(".")))
    def __eq__(self, other): return self.parts == other.parts
    def __lt__(self, other): return self.parts < other.parts
    def __hash__(self): return hash(self.parts)
    def __repr__(self): return ".".join(map(str, self.parts))


class Chain:
    def __init__(self, value=()): self.value = list(value)
    def map(self, f): return Chain(map(f, self.value))
    def filter(self, f=None): return Chain(filter(f, self.value))
    def __or__(self, f): return f(self.value)
    def __getattr__(self, name): return lambda *a: self.map(operator.methodcaller(name, *a))
    partial = functools.partialmethod(map, str)


def hanoi(n, a="a", b="b", c="c"): return [] if not n else [*hanoi(n - 1, a, c, b), (a, c), *hanoi(n - 1, b, a, c)]
def ackermann(m, n): return n + 1 if not m else ackermann(m - 1, 1) if not n else ackermann(m - 1, ackermann(m, n - 1))
Y = lambda f: (lambda x: x(x))(lambda x: f(lambda *a: x(x)(*a)))


vs = [Version(t) for t in "1.10 1.9 1.2.3 1.10".split()]
print(sorted(vs), max(vs) >= vs[0], vs[0] == vs[3], len(set(vs)), vs[1] != vs[2])
print(compose(str, abs, operator.neg)(5), curry(lambda a, b, c: (a, b, c), 3)(1)(2)(3), flip(operator.sub)(1, 5), flip(divmod).__name__)
print(Chain(["b", "", "a"]).filter().upper().value, Chain("ab").map(lambda c: c * 2) | sorted, Chain([1]).partial().value, len(hanoi(4)), ackermann(2, 2), Y(lambda self: lambda n: 1 if n < 2 else n * self(n - 1))(6))
""" a string in the middle is no doc """
p = functools.partial(print, "partial", sep="~", end="!\n"); p("x"); p(*"yz", sep="+"); print(p.func is print, p.args, p.keywords)
print(list(map(operator.itemgetter(1, 0), ["ab"])), operator.attrgetter("real", "imag")(1 + 2j), [f(9) for f in (str, float, lambda x: -x, [].__contains__, "{}".format, int.__add__.__get__(1))])
bound = [].append; bound(1); bound(2); print(bound.__self__, "a-b".split("-").pop, str.upper("x")) if False else print(bound.__self__, str.upper("x"), [].append.__name__)
@functools.cache
def slow(n): print("slow", n, end=" "); return slow(n - 1) + 1 if n else 0
print(slow(3), slow(3), slow.cache_info().hits, slow.__wrapped__.__name__, (lambda *a, k=slow: k(*a))(2))
print(functools.cmp_to_key(lambda a, b: b - a)(1) < functools.cmp_to_key(lambda a, b: b - a)(0), (lambda: (yield)).__code__.co_flags & 32, sorted("bca", key=functools.cmp_to_key(lambda a, b: (a > b) - (a < b))))
