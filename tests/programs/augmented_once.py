"""`+=` and its kin: target and index evaluated once, in-place first, then plain, then reflected."""


class Box:
    def __init__(self, value): self.value = value
    def __iadd__(self, other): print("iadd", other); self.value += other; return self
    def __sub__(self, other): print("sub", other); return Box(self.value - other)
    def __imul__(self, other): print("imul"); return NotImplemented
    def __mul__(self, other): print("mul"); return "product"
    def __rtruediv__(self, other): print("rtruediv", other); return "quotient"
    def __repr__(self): return f"Box({self.value})"


class Logged(dict):
    def __getitem__(self, k): print("get", k); return super().__getitem__(k)
    def __setitem__(self, k, v): print("set", k, v); super().__setitem__(k, v)


class Attrs:
    def __getattribute__(self, name): print("getattr", name); return object.__getattribute__(self, name)
    def __setattr__(self, name, v): print("setattr", name, v); object.__setattr__(self, name, v)


def once(x):
    print("once")
    return x


def run():
    b = c = Box(1)
    b += 2; print(b is c, b)
    b -= 1; print(b is c, b)
    b *= 3; print(b)
    n = 4; n /= c; print(n)
    d = Logged(a=[1])
    once(d)[once("a")] += [2]
    o = Attrs()
    once(o).n = 1
    once(o).n <<= once(3)
    xs = [1, 2, 3]
    ys = xs
    xs += (4,); xs[once(0)] -= 5; xs[1:3] *= 2
    print(xs is ys, ys)
    t = ([],)
    try:
        t[0] += [1]
    except TypeError as error:
        print(error, t)
    i = 0
    i += (i := 5) + i; print(i)
    s = 7; s **= 2; s //= 3; s %= 10; s |= 8; s &= 13; s ^= 1; s >>= 1; print(s)
    try:
        unknown += 1
    except UnboundLocalError as error:
        print(error)
    return d, o.n


print(run())
total = 1
total += total + (total := 10); print(total)
class Body:
    n = 1
    n += 2
    xs = [0]; xs[0] += n; xs @= 1 if False else type("M", (), {"__rmatmul__": lambda s, o: ("rmatmul", o)})()
print(Body.n, Body.xs)
