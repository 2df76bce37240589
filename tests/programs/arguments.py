"""Parameters of every kind, defaults evaluated once, order of arguments, and the errors of wrong calls."""


def every(a, b=2, /, c=3, *rest, d, e=5, **more): return a, b, c, rest, d, e, sorted(more.items())
def only_pos(a, b, /): return a, b
def only_kw(*, a, b=1): return a, b
def name_twice(a, /, **kw): return a, kw
def default_chain(x, y=lambda z: z + 1, *, k=[1].append): return y(x), k(2)


CALLS = [
    lambda: every(1, d=4), lambda: every(1, 2, 3, 4, 5, d=6, f=7), lambda: every(*range(5), **{"d": 1, "z": 2}), lambda: every(1, c=9, d=8),
    lambda: only_pos(1, 2), lambda: only_kw(a=1), lambda: name_twice(1, a=2), lambda: default_chain(1),
    lambda: every(), lambda: every(1), lambda: every(a=1, d=2), lambda: only_pos(1, b=2), lambda: only_pos(1, 2, 3), lambda: only_kw(1),
    lambda: only_kw(), lambda: only_kw(a=1, c=2), lambda: name_twice(), lambda: every(1, d=1, **{"d": 2}), lambda: print(1, sepp=2), lambda: len(1)(2),
]
for call in CALLS:
    try: print(call())
    except TypeError as error: print("TypeError", error)


def order(tag, value=None):
    print(tag, end=" ")
    return value if value is not None else tag


def run():
    def f(*args, **kwargs): return args, kwargs
    print(f(order("a"), *order("b", [1, 2]), order("c"), k=order("d"), **order("e", {"x": 1}), l=order("g"), **order("h", {"y": 2})))
    print(order("func", f)(order("arg")), order("obj", [3, 1, 2]).index(order("item", 1)), (order("l", f) if order("t", True) else None)(1))
    print([order("f", lambda x=order("default now"): x)() for _ in range(2)])
    return f(*(x for x in "ab"), *[], **{}), f(x for x in "ab")[0][0].__name__, f(*[[]])


print(run())
log = []
def defaults(a=log.append("once"), b=len(log), *, c=log.append("kw") or len(log)): return a, b, c
defaults(); print(defaults(), log, defaults.__defaults__, defaults.__kwdefaults__)
defaults.__defaults__ = (7, 8); print(defaults())
def grow(x, acc=[]): acc.append(x); return acc
print(grow(1), grow(2), grow(3, []), grow.__defaults__)
class M:
    def m(self, a, *, b): return a, b
    def __call__(self, *a): return a
for call in (lambda: M().m(), lambda: M.m(1), lambda: M().m(1, 2), lambda: M()(1), lambda: M(1), lambda: M().m(b=1, a=2)):
    try: print(call())
    except TypeError as error: print(error)
print((lambda a, /, b=1, *c, d=2, **e: (a, b, c, d, e))(1, 2, 3, d=4, e=5), (lambda: None)(), (lambda *a: a)(*"ab"), (lambda x: (yield x))(1).__next__())
