"""NamedTuple, TypedDict, Protocol, generics, overload, abstract classes and what they keep at run time."""
import abc
import collections
import typing
from typing import Generic, NamedTuple, Protocol, TypedDict, TypeVar, overload, runtime_checkable

T = TypeVar("T", bound="Base")


class Row(NamedTuple):
    """Doc."""
    x: int
    y: "str" = "default" + "!"
    def both(self): return f"{self.x}{self.y}"
    @property
    def double(self): return self.x * 2


class Movie(TypedDict, total=False):
    name: typing.Required[str]
    year: int


@runtime_checkable
class Sized(Protocol):
    size: int
    def grow(self, by: int) -> int: ...


class Base(abc.ABC, Generic[T]):
    size = 1
    @abc.abstractmethod
    def grow(self, by): return self.size + by
    @property
    @abc.abstractmethod
    def label(self): ...
    @abc.abstractmethod
    def __len__(self): return 5


class Real(Base[int]):
    def grow(self, by=1): return super().grow(by) * 2
    @property
    def label(self): return super().label or "none"
    def __len__(self): return super().__len__() + 1


@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x): return x


def local():
    class R(NamedTuple): a: int; b: int = len("ab")
    Point = collections.namedtuple("Point", "x y", defaults=[R(1).b])
    return R(1), Point(5), Point._field_defaults, R._fields, R(1)._replace(b=9), R.__qualname__


row = Row(1)
x, y = row
print(row, x, y, row.both(), row.double, row._asdict(), Row.__annotations__, Row._field_defaults, row == (1, "default!"), Row.__doc__, Row._make([1, 2]))
print(Movie(name="n"), Movie.__required_keys__, Movie.__optional_keys__, typing.get_type_hints(Movie))
print(isinstance(Real(), Sized), isinstance(5, Sized), Real().grow(), Real().label, len(Real()), bool(Real()), Real.__orig_bases__, Base[int].__origin__ is Base)
try: Base()
except TypeError as error: print(type(error).__name__, sorted(Base.__abstractmethods__))
print(f(1), len(typing.get_overloads(f)), local(), typing.cast(int, "no cast"), typing.get_origin(list[int]), typing.get_args(dict[str, int]), T.__bound__)
@typing.final
class Final: x: typing.Final = 1
@abc.ABC.register
class Virtual: pass
UserId = typing.NewType("UserId", int); print(UserId(5), Final.__final__, issubclass(Virtual, abc.ABC), typing.Annotated[int, "meta"].__metadata__, int | str, typing.Optional[int])
if typing.TYPE_CHECKING: import nothing_at_all
assert_never = typing.assert_type(1, int); print(assert_never)
class Node(typing.Generic[T]):
    def __class_getitem__(cls, item): return super().__class_getitem__(TypeVar(f"X{item}"))
print(Node[1].__args__)
