"""Pickling and copying: instances, functions by name, classes, nested ones, reduce, state, slots, recursion, errors."""
import copy
import copyreg
import pickle


class Point:
    def __init__(self, x, y=0): self.x, self.y = x, y
    def __eq__(self, other): return vars(self) == vars(other)
    class Inner:
        value = 1
        def method(self): return self.value
    @classmethod
    def make(cls): return cls(9)
    def total(self): return self.x + self.y


class Slots:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1
    def __getstate__(self): print("getstate"); return {"a": self.a}
    def __setstate__(self, state): print("setstate", state); self.a = state["a"] + 1


class Reduced:
    def __init__(self, n): self.n = n
    def __reduce__(self): print("reduce"); return Reduced, (self.n + 1,)
    def __deepcopy__(self, memo): print("deepcopy", len(memo)); return Reduced(-1)
    def __copy__(self): print("copy"); return Reduced(-2)


class NewArgs(int):
    def __new__(cls, n, tag): self = super().__new__(cls, n); self.tag = tag; return self
    def __getnewargs__(self): return int(self), self.tag


def function(x): return x * 2
def outer():
    def inner(): pass
    return inner


def trip(x, protocol=None): return pickle.loads(pickle.dumps(x, protocol))


p = Point([1], {"k": (1, 2)})
for protocol in range(6): print(trip(p, protocol) == p, len(pickle.dumps(p, protocol)), end=" ")
print(trip(Slots()).a, trip(Reduced(1)).n, trip(NewArgs(5, "t")).tag, trip(function) is function, trip(Point) is Point, trip(Point.Inner) is Point.Inner)
print(trip(Point.Inner().method)(), trip(Point.make)().x, trip(p.total) is not None, trip(ValueError("v", 1)).args)
for bad in (lambda: 1, outer(), (x for x in []), outer):
    try: print(trip(bad) is bad)
    except (pickle.PicklingError, AttributeError, TypeError) as error: print(type(error).__name__)
xs = [1]; xs.append(xs); ys = trip(xs); print(ys[1] is ys, copy.deepcopy(xs)[1][0])
q = copy.copy(p); r = copy.deepcopy(p); print(q == p, q.x is p.x, r == p, r.x is p.x, copy.copy(Reduced(1)).n, copy.deepcopy([Reduced(1)])[0].n)
print(copy.copy(function) is function, copy.deepcopy({1: [2]}), copy.replace(p, x=1) if hasattr(copy, "replace") and hasattr(p, "__replace__") else "")
copyreg.pickle(type(p), lambda o: (Point, (o.x, "registered"))); print(trip(p).y)
error = ValueError("noted"); error.add_note("n"); print(trip(error).__notes__)
print(pickle.dumps(function, 0), pickle.dumps(Point.Inner, 4).count(b"Inner"))
