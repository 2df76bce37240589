"""What a match calls on its subject: each length, item, attribute and comparison, in order and once."""
from collections.abc import Mapping, Sequence


class Seq(Sequence):
    def __len__(self):
        print("len", end=" ")
        return 3

    def __getitem__(self, i):
        print(f"item {i}", end=" ")
        if i >= 3:
            raise IndexError(i)
        return i * 10


class Map(Mapping):
    def __len__(self):
        return 1

    def __iter__(self):
        return iter(["k"])

    def get(self, key, default=None):
        print(f"get {key}", end=" ")
        return "v" if key == "k" else default

    def __getitem__(self, key):
        raise KeyError(key)


class Loose:
    __match_args__ = ("a", "b")

    def __getattr__(self, name):
        print(f"attr {name}", end=" ")
        if name == "missing":
            raise AttributeError(name)
        return name


class Equal:
    def __eq__(self, other):
        print(f"eq {other!r}", end=" ")
        return [] if other == 1 else ["yes"]


def subject(value):
    print("subject", end=" ")
    return value


def run(value):
    match subject(value):
        case [0, x, 21]: return "wrong"
        case [0, x, y]: return x, y
        case {"k": "w"}: return "wrong"
        case {"k": v}: return v
        case Loose(missing=1): return "wrong"
        case Loose(a, b, c=c): return a, b, c
        case 1: return "one"
        case 2: return "two"


for value in (Seq(), Map(), Loose(), Equal(), 3):
    print(run(value))
match subject(1), subject(2):
    case (1, x) if print("guard", x): print("no")
    case x, 2 if not print("again", x): print("yes", x)
try:
    match 5:
        case Loose(): pass
        case int(a, b): pass
except TypeError as error:
    print(error)
