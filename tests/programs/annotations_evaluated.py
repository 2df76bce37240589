"""Annotations that are evaluated, in order, once, and where they go: module, class, function, attributes and items."""
import typing


def say(x):
    print("say", x, end="; ")
    return x


x: say("module x") = say("value x")
y: say("module y")
(z): say("parenthesised") = 1
print()


class C:
    a: say("a") = say("value a")
    b: say("b")
    if a: c: say("c") = 1
    for i in range(2): d: say(i)
    __private: say("private") = 1
    def m(self, p: say("p") = say("default p"), *, q: say("q") = say("default q")) -> say("returns"): self.attr: say("attr") = p; return p
    @staticmethod
    def s(x: "C" = None) -> "list[C]": y: int; return x


print(); print(C.__annotations__, C.m.__annotations__, C().m())


def local():
    a: say("never") = say("local value")
    b: say("never")
    d = {}
    d[say("key")]: say("subscript note") = say("item value")
    d.x if False else None
    try: return b
    except UnboundLocalError as error: return a, d, str(error)


print(local())
try: print(y)
except NameError as error: print(error)
try: undefined_attr.x: int = say("evaluated first")
except NameError as error: print(error)
print(__annotations__, typing.get_type_hints(C.s), typing.get_type_hints(C)["a"] if False else sorted(C.__annotations__))
def nested(n: int):
    class Inner:
        v: n = n if False else 1
        w: [n for _ in range(2)]
    def inner(a: n, b: lambda: n = 2) -> (yield_ := n): return a
    return Inner.__annotations__, inner.__annotations__["a"], inner.__annotations__["return"], yield_
print(nested(7))
lam: typing.Callable = lambda q: q
print(lam(3), say.__annotations__, __annotations__["lam"] is typing.Callable)
