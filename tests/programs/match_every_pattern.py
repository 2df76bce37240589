"""Each kind of pattern, inside a function and at module level, with guards, captures and `as`."""
import enum
from dataclasses import dataclass


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclass
class Point:
    x: object
    y: object = 0


def kind(value):
    match value:
        case None | True | False:
            return f"singleton {value}"
        case -1 | 1.5 | 2 + 3j | "text" | b"bytes":
            return f"literal {value!r}"
        case Colour.RED:
            return "dotted"
        case int(n) | float(n) if n > 100:
            return f"big {n}"
        case bool() | int() as small:
            return f"small {small}"
        case str() as s if (first := s[:1]).isupper():
            return f"upper {first} of {s}"
        case []:
            return "empty"
        case [Point(x=0), *_]:
            return "starts at zero"
        case [first, (second, *inner), *rest, last]:
            return f"deep {first} {second} {inner} {rest} {last}"
        case (a, b) | [a, b, _]:
            return f"two {a} {b}"
        case {"kind": "circle", "r": r, **rest}:
            return f"circle {r} {sorted(rest)}"
        case {1: _, "x": [*xs]}:
            return f"mapping {xs}"
        case {}:
            return "some mapping"
        case Point(0, 0):
            return "origin"
        case Point(x, y=Point(inner)) as p if x != inner:
            return f"nested {x} {inner} {p}"
        case Point():
            return "point"
        case _:
            return f"other {type(value).__name__}"


samples = [None, True, -1, 1.5, 2 + 3j, "text", b"bytes", Colour.RED, Colour.BLUE, 101, 100.5, 7, "Upper", "lower", [],
           [Point(0), 3], [1, (2, 3, 4), 5, 6], (1, 2), [1, 2, 3], {"kind": "circle", "r": 2, "w": 1, "v": 0},
           {1: 2, "x": "abc"}, {1: 2, "x": (4, 5)}, {"z": 1}, Point(0), Point(1, Point(2)), Point(1, Point(1)), {1, 2}, 3.25]
for sample in samples:
    print(kind(sample))
for sample in samples[:8]:
    match sample:
        case None | True as it: print("module", it)
        case str(text) | bytes(text): print("module", text)
        case whatever: pass
print(whatever)
