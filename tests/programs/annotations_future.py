"""With `from __future__ import annotations` nothing in an annotation is evaluated; all are kept as text."""
# A comment before.
from __future__ import annotations, generator_stop
import dataclasses
import typing

x: undefined[int] = 1
y: print("never")


def f(a: undefined, b: "quoted" = 1, *c: not_there.attr, d: [i for i in range(3)] = 2, **e: lambda: 1) -> print("never"):
    z: nothing = 1
    w: nothing
    (q): print("not even local")
    return sorted(locals())


class C:
    a: int
    b: list[C] = None
    c: typing.ClassVar[int] = 3
    def m(self: C, x: int | None = None) -> C: self.attr: undefined = 1; return self


@dataclasses.dataclass(order=True)
class D:
    n: int
    s: str = "s"
    xs: list[int] = dataclasses.field(default_factory=list, compare=False)
    v: typing.ClassVar[int] = 9
    i: dataclasses.InitVar[int] = 0
    def __post_init__(self, i): self.total = self.n + i


print(f(1), f.__annotations__, C.__annotations__, C().m().attr, C.m.__annotations__)
print(__annotations__, typing.get_type_hints(C), D(1, i=5).total, D(1) < D(2), [fl.name for fl in dataclasses.fields(D)], D(1, "x", [2]))
d = {}
d["k"]: undefined_again = 5
print(d, annotations.compiler_flag & 1, f.__code__.co_flags & 0x1000000 > 0)
exec("def g(a: undef): pass\nprint(g.__annotations__)")
