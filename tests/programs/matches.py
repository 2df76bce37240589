"""match with every pattern."""
from dataclasses import dataclass


@dataclass
class P:
    x: int
    y: int = 0


def kind(v):
    match v:
        case 0 | 1:
            return "small"
        case int(n) if n > 100:
            return f"big {n}"
        case [a, b]:
            return f"pair {a} {b}"
        case [first, *rest]:
            return f"list {first} {rest}"
        case {"k": k, **more}:
            return f"map {k} {more}"
        case P(x=0, y=yy):
            return f"on axis {yy}"
        case P() as p:
            return p
        case str() | bytes():
            return "text"
        case None:
            return "none"
        case _:
            return "other"


for v in (0, 1, 7, 200, [1, 2], (1, 2, 3), {"k": 1, "z": 2}, P(0, 4), P(2), "s", b"b", None, 3.5):
    print(kind(v))
