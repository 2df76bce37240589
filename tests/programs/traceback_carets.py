"""Tracebacks printed with their carets, for errors in the middle of long lines."""
import traceback

d = {"a": {"b": None}}
xs = [1, 2, 3]


def zero(): return 0
def index(): return d["a"]["b"]["c"]["d"]
def divide(): return 1 + 2 * (3 / zero()) - 4
def attribute(): return xs.append(4).nothing.more
def call(): return (lambda: None)()(1)(2)
def chained(): return 1 < 2 < None < 4
def boolean(): return xs and d and zero() + "s" or 5
def ternary(): return 1 if xs[10] else 2
def text(): return f"{xs} and {1 // zero()} or {d['a']['z']}"
def nested(): return [x for x in [y for y in [1 // z for z in range(2)]]]
def generator(): return sum(1 / x for x in (1, 0))
def default():
    def inner(a=1, b=undefined): pass
def decorator():
    @undefined.deco
    def inner(): pass
def klass():
    class Inner(object, metaclass=type):
        x = 1; y = x + "a"
def unpack(): a, (b, c) = 1, (2,)
def target(): xs[5] = d["a"]["b"]
def item(): d["new"]["deep"] = 1
def augmented(): xs[0] += "a" + "b"
def deletion(): del xs[0], d["zz"]
def unary(): return not -"a"
def subscript(): return xs[zero():"a"], 1
def star(): return max(*[1, 2], *zero())
def keyword(): return dict(a=1, **{1: 2}, b=zero().nope)
def walrus(): return (x := zero()) + (y := x.nope)
def assertion(): assert zero() == 1, f"{xs[0]}" + 1
def wide(): return "é" + "日本" + (1 + "ü") + "x"
def tuple_(): return xs[0], xs[1], xs[99], xs[2]
def compare(): return xs[0] in zero()
def raise_(): raise ValueError(zero()) from (1 // zero())
def lambda_(): return sorted(xs, key=lambda x: x / zero() + 1)
def multi():
    return (xs[0] +
            xs[1] + d["a"][
                "nothing"
            ] + 2)
def with_():
    with open(__file__) as f, zero() as g: pass
def for_():
    for x in zero(): pass
def while_():
    while xs < zero(): pass
def return_(): return 1, 1 // zero()
def import_():
    from os import path, nothing_there
def matching():
    match d:
        case {"a": x} if x.nope: pass


for f in [v for v in list(globals().values()) if callable(v) and v is not zero]:
    try: f()
    except Exception as error:
        print("".join(traceback.format_exception(error)[1:]))
