"""dataclasses: order, frozen, slots, kw_only, defaults, factories, inheritance, replace, match, post-init, errors."""
import dataclasses
from dataclasses import KW_ONLY, InitVar, dataclass, field


def default(): print("factory", end=" "); return []


@dataclass(order=True)
class Item:
    """Doc."""
    name: str
    price: float = 1.0
    tags: list = field(default_factory=default, compare=False, repr=False)
    count: "int" = field(default=1, metadata={"unit": "piece"})
    total: float = field(init=False)
    scale: InitVar[int] = 2
    limit = 5

    def __post_init__(self, scale): self.total = self.price * self.count * scale


@dataclass(frozen=True, slots=True)
class Frozen:
    x: int
    y: int = 0
    def moved(self, by): return dataclasses.replace(self, x=self.x + by)
    def bad(self): self.x = 5
    @property
    def both(self): return self.x, self.y


@dataclass
class Child(Item):
    _: KW_ONLY
    extra: dict = field(default_factory=dict)
    def __repr__(self): return f"Child({super().__repr__()})"


def local(kind):
    @dataclass(unsafe_hash=True, eq=kind)
    class Local:
        n: kind
        m: int = len("abc")
    return Local(1), Local.__qualname__, Local.__annotations__


a, b = Item("a", 2.0), Item("b", 1.0, count=3, scale=1)
print(a, b, a < b, a == Item("a", 2.0), max(a, b).name, sorted([b, a])[0].name, Item.limit, a.tags is not b.tags)
print(dataclasses.asdict(a), dataclasses.astuple(b), [f.name for f in dataclasses.fields(Child)], dataclasses.fields(Item)[3].metadata["unit"])
f = Frozen(1)
print(f.moved(2), hash(f) == hash(Frozen(1)), f.both, hasattr(f, "__dict__"), Frozen.__slots__, Frozen.__match_args__)
try: f.bad()
except dataclasses.FrozenInstanceError as error: print(error)
match f.moved(1):
    case Frozen(x=2, y=y): print("matched", y)
print(Child("c", extra={1: 2}), local(int), Item.__doc__, Frozen.__doc__)
for wrong in ("@dataclass\nclass W:\n    x: int = 1\n    y: int", "@dataclass\nclass W:\n    x: list = []", "Child('x', 1, [], 1, 2, {})", "Item()"):
    try: exec(wrong)
    except (TypeError, ValueError) as error: print(error)
Made = dataclasses.make_dataclass("Made", [("x", int), ("y", int, 5)], namespace={"sum": lambda self: self.x + self.y}); print(Made(1).sum())
