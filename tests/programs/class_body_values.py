"""What a class body, a decorator, a default and a base do, and what a namespace sees of it."""

import enum
import sys
import traceback


class Watching(dict):
    def __getitem__(self, key):
        print("read", key)
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        print("bound", key)
        super().__setitem__(key, value)


class Meta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **more):
        print("prepare", name, more)
        return Watching()

    def __new__(mcls, name, bases, space, **more):
        return super().__new__(mcls, name, bases, dict(space))

    def __init__(cls, name, bases, space, **more):
        super().__init__(name, bases, space)


def said(what, value=None):
    print(what)
    return value if value is not None else (lambda f: f)


class Base(metaclass=Meta):
    one = 1
    two, (three, *rest) = one + 1, (3, 4, 5)
    for i in range(2):
        two += i
    try:
        raise KeyError(two)
    except KeyError as error:
        told = str(error)
    with open(__file__) as file:
        first = file.readline()
    match [one, two]:
        case [x, y] if x < y:
            pair = x, y
    if (n := one * 10) > 5:
        n -= 1
    xs = [one for _ in range(two)] if False else [k for k in range(n)][:2]
    twice = lambda self, k=n * 2: k * 2  # noqa: E731
    del x

    @said("decorated", staticmethod)
    def method(a, b=said("default", 5), *, c=said("keyword only", 6)) -> int:
        return a + b + c


print(Base.pair, Base.told, Base.xs, Base().twice(), Base.method(1), sorted(vars(Base)))


@said("second", lambda c: c)
@said("first", lambda c: c)
class Made(said("base", Base), flag=said("flag", 1)):
    """Only a docstring."""


class Colour(enum.Enum):
    RED = enum.auto()
    GREEN, BLUE = 7, 8

    @property
    def low(self):
        return self.name.lower()


class Empty:
    ...


print(list(Colour), Colour.RED.low, Made.__doc__, Empty.__name__)


def fails(where):
    try:
        if where == "body":

            class A:
                x = 1
                y = x / 0
        elif where == "base":

            class B(int, [].pop()):
                pass
        elif where == "default":

            def f(a=1 / 0):
                pass
        elif where == "decorator":

            @said("so", 5)
            def g():
                pass
        elif where == "target":
            a = [1]
            a[int("0")] = 3
            a[a[0] * 2].b = said("value", 9)
        elif where == "delete":
            del {}["k" + where]
    except Exception:
        traceback.print_exc(file=sys.stdout)


for where in ("body", "base", "default", "decorator", "target", "delete"):
    fails(where)


def lines(frame, event, arg):
    if frame.f_code.co_name in ("traced", "C", "inner"):
        print(frame.f_code.co_name, event, frame.f_lineno)
        return lines
    return None


def traced():
    @said("one", lambda f: f)
    @said(
        "two",
        lambda f: f,
    )
    def inner(
        a=len([1]),
        b=2,
    ):
        return a

    class C(
        str,
    ):
        a = len("ab")

        b = a + inner()
        c: int = a

    return C.b


sys.settrace(lines)
traced()
sys.settrace(None)


def slots(xs):
    xs[(yield "index")] = (yield "value")
    xs[(yield "again")] += (yield "more")
    del xs[(yield "which")]


xs = [1, 2, 3]
making = slots(xs)
print([making.send(value) for value in (None, 10, 0, 1, 5)], xs)
try:
    making.send(2)
except StopIteration:
    print(xs)
