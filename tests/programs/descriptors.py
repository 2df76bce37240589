"""Descriptors, properties, `__getattr__`, `__getattribute__`, `__dir__`, `__call__`: every access counted."""
log = []


class Data:
    def __get__(self, obj, owner): log.append(f"get {obj is None}"); return 1 if obj is None else obj.__dict__.get("d", 0)
    def __set__(self, obj, value): log.append(f"set {value}"); obj.__dict__["d"] = value
    def __delete__(self, obj): log.append("delete"); obj.__dict__.pop("d", None)


class NonData:
    def __get__(self, obj, owner): log.append("non-data"); return "from descriptor"


class Watched:
    d = Data()
    n = NonData()

    def __init__(self): self._p = 0

    def __getattribute__(self, name):
        if not name.startswith("__"): log.append(f"getattribute {name}")
        return object.__getattribute__(self, name)

    def __getattr__(self, name):
        log.append(f"getattr {name}")
        if name == "virtual": return "virtual"
        raise AttributeError(f"no {name}", name=name, obj=None)

    def __setattr__(self, name, value): log.append(f"setattr {name}"); object.__setattr__(self, name, value)
    def __delattr__(self, name): log.append(f"delattr {name}"); object.__delattr__(self, name)

    @property
    def p(self): log.append("property"); return self._p
    @p.setter
    def p(self, value): log.append("setter"); self._p = value
    @p.deleter
    def p(self): log.append("deleter"); del self._p

    def method(self, x): return x


def run(w):
    w.d = 5; w.d += 1; first = w.d; del w.d
    second = w.n; w.n = "own"; third = w.n
    w.p = 2; w.p *= 3; fourth = w.p; del w.p
    m = w.method; fifth = m(1), w.method(2)
    sixth = w.virtual, getattr(w, "gone", "default"), hasattr(w, "gone too")
    try: w.p
    except AttributeError as error: seventh = str(error)
    return first, second, third, fourth, fifth, sixth, seventh, Watched.d


w = Watched()
print(run(w))
print("\n".join(log)); log.clear()
w.d = w.p = 7
print(w.d if w.d > 6 else w.p, [w.p for _ in "ab"], f"{w.d}", w.virtual.upper())
print("\n".join(log)); log.clear()


class Callable:
    def __call__(self, *a, **k): return a, sorted(k.items())
    def __dir__(self): return ["b", "a"]
    def __instancecheck__(self, other): return True
c = Callable()
print(c(1, *[2], k=3, **{"l": 4}), dir(c), isinstance(5, c), callable(c), type(c).__call__(c, 9))
class Proxy:
    def __init__(self, target): self._target = target
    def __getattr__(self, name): log.append(name); return getattr(self._target, name)
p = Proxy([3, 1, 2]); p.sort(); p.append(4); print(p._target, log, p.__class__.__name__)
