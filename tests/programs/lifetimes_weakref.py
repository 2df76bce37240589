"""Objects go when a plain program lets them go: a weakref is dead right after del, rebinding, return, loops, handlers."""
import gc
import weakref

gc.disable()


class Thing:
    def __init__(self, name="t"): self.name = name
    def me(self): return self
    def __add__(self, other): return Thing(self.name + "+")
    def __getitem__(self, i): return Thing("item")


def made(name): return Thing(name)
def dead(ref): return ref() is None


def delete():
    x = made("x"); r = weakref.ref(x); del x
    return dead(r)


def rebind():
    x = made("x").me(); r = weakref.ref(x); x = None
    return dead(r)


def returned():
    r = []
    def inner(): t = Thing(); r.append(weakref.ref(t)); return t.name
    inner()
    return dead(r[0])


def temporary(): return dead(weakref.ref(made("t"))), dead(weakref.ref(Thing() + Thing())), dead(weakref.ref(Thing()[0].me()))


def loop():
    refs, out = [], []
    for x in (Thing(str(i)) for i in range(3)):
        refs.append(weakref.ref(x))
        out.append([dead(r) for r in refs])
    return out


def exception():
    t = Thing(); r = weakref.ref(t)
    try:
        try: raise ValueError(t)
        finally: del t
    except ValueError as error: alive = not dead(r)
    return alive, dead(r)


def argument(t): r = weakref.ref(t); return r
def conditional(): x = made("a") if True else None; r = weakref.ref(x); x = x and x.name or x; return dead(r), x
def comprehension(): refs = [weakref.ref(made(str(i))) for i in range(3)]; return [dead(r) for r in refs]
def container(): xs = [made("a"), made("b")]; r = weakref.ref(xs[0]); s = weakref.ref(xs.pop()); xs.clear(); return dead(r), dead(s)
def compared(): a = made("a"); r = weakref.ref(a); ok = a is not None and a == a; del a; return ok, dead(r)
def frame_locals():
    t = Thing(); r = weakref.ref(t)
    f = lambda: t
    del f; t = 1
    return dead(r)
def star(): a, *b = [Thing() for _ in range(3)]; r = [weakref.ref(a), *map(weakref.ref, b)]; del a, b; return [dead(x) for x in r]


for f in (delete, rebind, returned, temporary, loop, exception, conditional, comprehension, container, compared, frame_locals, star): print(f.__name__, f())
print(dead(argument(Thing())), dead(argument(t=made("kw"))))
x = made("module"); r = weakref.ref(x, lambda ref: print("callback")); print("before"); x = None; print("after", dead(r))
x = [made("in list")]; r = weakref.ref(x[0]); x[0] = 1; print(dead(r))
for x in [made("last")]: r = weakref.ref(x)
del x; print(dead(r))
cache = weakref.WeakValueDictionary(); key = made("key"); cache["k"] = key; print(len(cache), cache["k"] is key); del key; print(len(cache))
weakref.finalize(made("f"), print, "finalized"); print("end")
