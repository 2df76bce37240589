# python: 3.12
"""PEP 695: generic functions and classes, `type` statements, bounds, laziness and scopes."""
import inspect
import typing

type Alias = list[int]
type Pair[A, B: int] = tuple[A, B]
type Recursive = dict[str, Recursive] | None
type Lazy = undefined_name
type Call[**P, *Ts, R] = typing.Callable[P, tuple[*Ts, R]]
print(Alias, Alias.__value__, Pair[int, bool], Pair.__type_params__, Recursive.__value__, Call.__type_params__, type(Alias).__name__)
try: Lazy.__value__
except NameError as error: print(error)


def first[T](xs: list[T], default: T | None = None) -> T:
    """Doc."""
    y: T = xs[0] if xs else default
    return y


def bound[T: (int, str), *Ts, **P](x: T, *args: *Ts, k: typing.Callable[P, T] = lambda: 1) -> tuple[T, *Ts]:
    def inner[U](u: U) -> tuple[T, U]: return x, u, T.__name__
    return inner(k()), sorted(locals())


class Stack[T]:
    kind = "stack"
    items: list[T]
    def __init__(self): self.items = [T] and []
    def push[U: object](self, x: T, y: U = None) -> "Stack[T]": self.items.append((x, T.__name__, self.kind)); return self
    def __private(self): return self.__class__.__name__
    @classmethod
    def make(cls) -> typing.Self: return cls()
    type Inner = tuple[T, kind]
    comp = [T.__name__ for _ in range(1)]


class Sub[T](Stack[T], metaclass=type):
    def push(self, x): return super().push(x * 2)


print(first([1]), first([], 2), bound(1, "a", k=lambda: 5), Stack().push(1).items, Sub.make().push(2).items, Stack[int].__args__, Sub.__mro__[1].__name__)
print(first.__type_params__, bound.__annotations__, Stack.__type_params__, Sub.__orig_bases__, inspect.signature(first), Stack.Inner.__value__)
print(bound.__type_params__[0].__constraints__, first.__name__, first.__qualname__, Stack.push.__qualname__, first.__doc__, first.__code__.co_freevars, first.__code__.co_firstlineno)
type = 5; print(type, sorted(k for k in globals() if k[0] in "APRLC"))
async def agen[T](x: T):
    yield x, T.__name__
try: agen(1).__anext__().send(None)
except StopIteration as stop: print(stop.value)
def deco(f): print("deco", f.__name__, f.__type_params__); return f
@deco
def decorated[T](x=print("default")): pass
