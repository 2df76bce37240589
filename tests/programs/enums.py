"""Enums: auto, aliases, flags, members with methods and values, custom values, functional form, order of definition."""
import enum
import pickle


class Colour(enum.Enum):
    """Doc."""
    _ignore_ = ["temp", "x"]
    temp = [x for x in range(3)]
    RED = 1
    GREEN = RED + 1
    CRIMSON = RED
    BLUE = 3

    def describe(self): return f"{self.name.lower()} {self.value}"
    @classmethod
    def first(cls): return next(iter(cls))
    @property
    def next(self): return list(Colour)[(list(Colour).index(self) + 1) % len(Colour)]
    @staticmethod
    def parse(text): return Colour[text.upper()] if text else None


class Planet(enum.Enum):
    EARTH = (6.0, 2)
    MARS = (0.6, 1)
    def __init__(self, mass, moons): print("init", self._name_ if hasattr(self, "_name_") else "", mass); self.mass, self.moons = mass, moons
    @classmethod
    def _missing_(cls, value): print("missing", value); return cls.MARS if value == "red" else None


class Perm(enum.Flag):
    R = enum.auto(); W = enum.auto(); X = enum.auto()
    RW = R | W
    NONE = 0


class Level(enum.IntEnum):
    LOW, HIGH = range(1, 3)
    def __str__(self): return f"L{int(self)}"


class Text(enum.StrEnum):
    @staticmethod
    def _generate_next_value_(name, start, count, last): return name * 2
    A = enum.auto()
    B = "bee"


def local():
    class Local(enum.Enum):
        X = [1]
        def m(self): return super().value, __class__.__name__
    return Local.X.m()


print(list(Colour), Colour.CRIMSON is Colour.RED, Colour(2), Colour["BLUE"], Colour.GREEN.describe(), Colour.first(), Colour.BLUE.next, Colour.parse("red"), Colour.parse(""))
print(Planet.EARTH.moons, Planet("red"), Planet((6.0, 2)) is Planet.EARTH, Perm.R | Perm.X, Perm.RW in (Perm.R | Perm.W,), ~Perm.R, Perm.R & Perm.W, list(Perm.RW), bool(Perm.NONE))
print(Level.LOW < Level.HIGH, Level.HIGH + 1, f"{Level.LOW}", Text.B, Text.A.upper(), {Colour.RED: 1}[Colour.CRIMSON], pickle.loads(pickle.dumps(Colour.RED)) is Colour.RED, local())
for wrong in (lambda: Colour(9), lambda: Colour["PINK"], lambda: setattr(Colour, "RED", 5), lambda: Colour.RED.value.nope, lambda: Planet(1)):
    try: print(wrong())
    except (ValueError, KeyError, AttributeError) as error: print(type(error).__name__, error)
Animal = enum.Enum("Animal", "CAT DOG", start=5); print(list(Animal), Animal.__module__, Colour.__members__.keys(), hasattr(Colour, "temp"))
try:
    class Double(enum.Enum):
        A = 1; A = 2
except TypeError as error: print(error)
match Colour.GREEN:
    case Colour.RED: print("red")
    case Colour.GREEN | Colour.BLUE as c: print("not red", c.name)
@enum.unique
class Unique(enum.Enum): A = 1; B = 2
print(Unique.A, Colour.__doc__, repr(Perm.RW), Text("AA"), isinstance(Level.LOW, int))
