# python: 3.13
"""Defaults of type parameters, and the new semantics of locals() in optimized scopes."""
import sys
import warnings


def first[T = int, *Ts = *tuple[int, ...], **P = [int]](x: T) -> T: return x


class Box[T = str]:
    def __init__(self, x: T): self.x = x
    """Not a doc."""


type Alias[T = undefined] = list[T]
print(first(1), first.__type_params__[0].__default__, Box.__type_params__[0].has_default(), Box(1).x)
try: Alias.__type_params__[0].__default__
except NameError as error: print(error)


def snapshot(a):
    before = locals()
    b = 1
    after = locals()
    sys._getframe().f_locals["a"] = "changed"
    frame = sys._getframe()
    frame.f_locals["extra"] = 5
    return before, sorted(after), a, sorted(locals()), before is after, sorted(frame.f_locals)


print(snapshot(1))


def by_exec():
    x = 1
    exec("x = 2; y = 3")
    space = locals()
    exec("x = 4", None, space)
    return x, space["x"], "y" in locals(), [sorted(k for k in locals() if k in "xq") for q in range(1)]


print(by_exec())
@warnings.deprecated("use other")
def old(): return 1
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(old(), caught[0].lineno, caught[0].category.__name__)
class Doc:
    """Line one.

        Indented.
    """
    __slots__ = ("a",)
    def m(self): self.a = 1; __class__
print(repr(Doc.__doc__), Doc.__static_attributes__, Doc.__firstlineno__, Box.__static_attributes__, Box.__firstlineno__)
try: first(1, 2)
except TypeError as error: print(error)
try: import_typo = sys.exi
except AttributeError as error: print(error)
