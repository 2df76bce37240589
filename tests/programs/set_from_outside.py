"""Classes, patterns, patches, cells and modules whose values are set from elsewhere."""
import sys, types
from unittest import mock
import dataclasses, enum, typing, collections
@dataclasses.dataclass(order=True)
class P:
    x: int
    y: int = 2
    z: list = dataclasses.field(default_factory=lambda: [1 + 1])
    def __post_init__(self): self.x = self.x + self.y
    def s(self): return self.x + self.y + self.z[0]
p = P(1); q = dataclasses.replace(p, y=5)
print(p.s() + 1, q.s(), p < q, P(1) == P(1))
class Col(enum.Enum):
    R = 1
    G = R + 1
    @classmethod
    def _missing_(cls, v): return cls.R if v < 0 else None
    def nxt(self): return self.value + 1
print(Col(-3).nxt() + Col.G.nxt(), [c.value * 2 for c in Col])
class F(enum.Flag):
    A = 1; B = 2
    C = A | B
print((F.A | F.B).value + 1)
NT = collections.namedtuple("NT", "a b")
class N(NT):
    def t(self): return self.a + self.b
n = N(1, 2); a, b = n
print(n.t() + a + b, n._replace(a=7).t() + 1)
def m(x):
    match x:
        case P(x=a, y=2): return a + 1
        case P(x=a): return a + 100
        case [a, *r] if len(r) > 1: return a + r[-1]
        case {"k": v, **rest}: return v + len(rest)
        case (1 | 2) as k: return k * 10
        case Col.G: return 77 + 1
        case _: return -1
print([m(v) + 1 for v in (p, q, [1, 2, 3], {"k": 4, "j": 1}, 2, Col.G, None)])
def deco(k):
    def d(f):
        def w(*a, **kw):
            r = f(*a, **kw)
            return r + k
        return w
    return d
class T:
    v = 10
    @deco(1)
    @deco(2)
    def a(self, x): return x * self.v
    fs = [lambda self, x, i=i: x + i for i in range(3)]
    tab = {i: deco(i)(lambda x: x * 2) for i in (5, 6)}
print(T().a(3) + 1, T.fs[2](None, 1) + 1, T.tab[5](1) + T.tab[6](1))
def mk(n):
    class K:
        c = n * 2
        def m(self, x):
            nonlocal n
            n += x
            return n + self.c
        def g(self):
            return __class__.c + n
    return K
A, B = mk(1), mk(10)
print(A().m(1) + B().m(1), A().m(5), B().g() + A().g())
with mock.patch.object(T, "v", 3), mock.patch("__main__.m", lambda x: 5):
    print(T().a(1) + m(0))
with mock.patch.dict("os.environ", {"Z": "1"}):
    import os
    print(os.environ["Z"] + "2")
mod = types.ModuleType("dyn"); sys.modules["dyn"] = mod
exec("K = 3\ndef f(x): return x + K", mod.__dict__)
import dyn
mod.K = 10
print(dyn.f(1) + dyn.K + 1)
T.v = 4
setattr(T, "a", lambda self, x: x + self.v)
print(T().a(1) + 1)
def cells(k):
    def get(): return k + 1
    def other(): return get() + k
    get.__closure__[0].cell_contents = 50
    return get() + other() + k
print(cells(1))
fn = types.FunctionType(cells.__code__, {**globals(), "x": 1}, "fn2")
print(fn(2) + 1)
x = [1, 2, 3]; x[1:] = [5, 6, 7]; del x[0]; x += [x[0] + 1]; x.sort(key=lambda v: -v)
d = {"a": 1}; d |= {"b": 2}; d.setdefault("c", []).append(d["a"] + d["b"])
print(x[0] + 1, d["c"][0] + 1, sum(v for k, v in d.items() if k != "c"))
(u, (v, *w)), [y] = (1, (2, 3, 4)), [5]
u, v = v, u
print(u + v + w[-1] + y)
for i, (j, k) in enumerate([(1, 2), (3, 4)], start=u): print(i + j * k)
print({**d, "q": 1}["q"] + 1, [*w, *x][1] + 1, (lambda *a, k=2, **kw: a[0] + k + kw["z"])(1, z=3) + 1)
try:
    try: 1 / 0
    except ZeroDivisionError as e: raise KeyError(len(str(e)) + 1) from e
except KeyError as e: r = e.args[0] + 1
finally: r = r + 1
print(r, f"{r:>{r // 4}}|{r!r:{'>'}{5}}|{x[0] + 1 = }")
def rec(n): return 1 if n < 2 else n * rec(n - 1)
print(rec(20) + 1, typing.cast(int, rec(3)) + 1)
glob = 1
def sg():
    global glob
    glob = glob + 1
    def inner():
        global glob
        glob *= 5
        return glob
    return glob + inner() + glob
print(sg() + glob)
