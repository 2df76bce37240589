"""inspect: sources, signatures, docs, comments, members, line numbers, of functions, classes, lambdas, wrapped things."""
import functools
import inspect
import linecache


# A comment before.
def documented(a: int, b: "str" = "x", /, *args, c, d: list = [1], **kw) -> dict[str, int]:
    """First line.

        Indented.
    """
    return a  # the end


def one_line(x): "doc"; return x
lam = lambda x, *, y=2: x + y
async def coro(): "coro doc"; return 1
def gen(): yield 1
async def agen(): yield 1


class Shape:
    """A shape."""
    size = 1

    @property
    def area(self): "The area."; return self.size

    @classmethod
    def make(cls, size): return cls()

    @staticmethod
    def static(x=documented): return x

    class Inner:
        def deep(self):
            def local(): return 1
            return local


class Round(Shape):
    def area(self): return 3


@functools.wraps(documented)
def wrapper(*a, **k): return documented(*a, **k)


things = [documented, one_line, lam, coro, gen, agen, Shape, Shape.make, Shape.static, Shape.Inner, Shape.Inner.deep, Shape.Inner().deep(), wrapper, Shape.area.fget]
for thing in things:
    lines, start = inspect.getsourcelines(thing)
    print(thing.__qualname__, start, len(lines), repr(lines[0]), repr(inspect.getdoc(thing)), repr(inspect.getcomments(thing)))
for thing in things[:6] + [Shape.make, wrapper]:
    print(inspect.signature(thing), inspect.getfullargspec(thing).args, inspect.isgeneratorfunction(thing), inspect.iscoroutinefunction(thing), inspect.isasyncgenfunction(thing))
print([n for n, _ in inspect.getmembers(Round) if not n.startswith("__")], inspect.getdoc(Round.area), inspect.getmro(Round)[1].__name__)
print(inspect.getmodule(Shape).__name__, inspect.getsourcefile(Shape) == __file__, inspect.getfile(lam) == __file__, inspect.getsource(inspect.getmodule(gen))[:20])
print(inspect.getclosurevars(Shape.make).nonlocals, inspect.unwrap(wrapper) is documented, linecache.getline(__file__, 7).strip())
bound = inspect.signature(documented).bind(1, 2, 3, c=4, e=5); bound.apply_defaults(); print(bound.arguments)
print(inspect.getcallargs(one_line, 5), inspect.cleandoc(documented.__doc__), inspect.getgeneratorstate(gen()), inspect.isbuiltin(len), inspect.isclass(Shape))
c = coro(); print(inspect.getcoroutinestate(c)); c.close(); print(inspect.getcoroutinestate(c))
