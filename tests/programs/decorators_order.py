"""Decorators: when each is evaluated and applied, on functions, methods, classes, nested and with odd expressions."""
import functools


def note(name):
    print("make", name)

    def apply(thing):
        print("apply", name, thing.__name__ if hasattr(thing, "__name__") else type(thing).__name__)
        return thing

    return apply


@note("first")
@note("second")
def plain(a=print("default"), *, b: print("annotation") = 1) -> print("returns"):
    """Doc."""
    return a, b


class Registry(dict):
    def __call__(self, key): return lambda f: self.setdefault(key, f)
    def __getattr__(self, name): return lambda f: self.setdefault(name, f)


def factory(times):
    registry = Registry()

    @registry("key")
    def one(): return 1

    @registry.named
    def two(): return 2

    @registry["key"] if False else note("conditional")
    @(lambda f: functools.wraps(f)(lambda *a: [f(*a)] * times))
    def three(x):
        """Three's doc."""
        return x

    @[note("indexed")][0]
    class Inner:
        @note("method")
        def method(self): return super().__repr__() and "method"

        @staticmethod
        @note("static")
        def static(): return "static"

        @classmethod
        @note("class method")
        def cls_method(cls): return cls.__name__

        @property
        @functools.lru_cache
        def prop(self): return "prop"

        @prop.getter
        def prop(self): return "new prop"

    return registry["key"] is one, registry["named"](), three(3), three.__doc__, Inner().method(), Inner.static(), Inner.cls_method(), Inner().prop


print(plain(), plain.__doc__)
print(factory(2))


@str.__class__
def replaced(): pass


print(replaced is type(lambda: 0))


@lambda f: f()
def immediately():
    return [line.split(",")[0] for line in ("called at once",)]


print(immediately)


@type.__call__
class Instance: x = 1


print(Instance().x if isinstance(Instance, type) else Instance.x)
