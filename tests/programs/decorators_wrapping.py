"""Wrappers: arguments passed on, state in closures and attributes, decorators as classes and as coroutines."""
import functools
import inspect
import time


def traced(f=None, *, prefix=">"):
    if f is None:
        return functools.partial(traced, prefix=prefix)

    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        print(prefix, f.__qualname__, args[1:] if inspect.signature(f).parameters.get("self") else args, sorted(kwargs))
        try:
            return f(*args, **kwargs)
        except ValueError as error:
            return f"swallowed {error}"
        finally:
            print("<", f.__name__)

    wrapper.calls = 0
    return wrapper


class Memo:
    def __init__(self, f): self.f, self.cache = f, {}; functools.update_wrapper(self, f)
    def __call__(self, *args):
        if args not in self.cache: self.cache[args] = self.f(*args)
        return self.cache[args]
    def __get__(self, instance, owner=None): return self if instance is None else functools.partial(self, instance)


@Memo
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)


class Shop:
    @traced
    def buy(self, what, *, count=1): return f"{count} {what}"

    @traced(prefix="!!")
    def fail(self): raise ValueError("sold out")

    @Memo
    def slow(self): return id(self) == id(self)

    @functools.cached_property
    def stock(self): print("computed"); return [1]

    @functools.singledispatchmethod
    def show(self, x): return "object"

    @show.register
    def _(self, x: int): return "int"

    @show.register(list)
    def _(self, x): return "list"


@functools.singledispatch
def describe(x): return "?"


@describe.register
def _(x: str) -> str: return f"str {describe(len(x))}"


@describe.register(int)
@describe.register(float)
def number(x): return "number"


shop = Shop()
print(fib(30), len(fib.cache), fib.__name__)
print(shop.buy("tea", count=2), shop.fail(), shop.fail.calls, Shop.buy.__wrapped__.__name__, shop.slow())
print(shop.stock is shop.stock, shop.show(1), shop.show([]), shop.show(""), describe("abc"), describe(None), describe(1.5))
print(inspect.signature(Shop.buy), inspect.signature(traced), inspect.signature(fib), sorted(c.__name__ for c in describe.registry))


@functools.lru_cache(maxsize=2)
def square(n): return n * n


print([square(n) for n in (1, 2, 1, 3, 2)], square.cache_info(), functools.reduce(lambda a, b: a * 10 + b, [1, 2, 3]))
