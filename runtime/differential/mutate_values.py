"""Values -> other values: near ones, simpler ones, and new ones of the same shape; one seed, one result."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from typing import Any

Shape = tuple[Any, ...]  # ("int", low, high), ("str", letters, longest), ("list", Shape, longest), ("any", Shape, ...)
LEAST = 3  # elements that a drawn container may have at least; chosen
NUMBERS = (0, 1, -1, 2, 10)  # that an int may become; chosen
LETTERS = "ab 1"  # that a text may get; chosen
SHRINKS = 40  # simpler values tried in one round; chosen


def near(value: Any, draw: random.Random) -> Any:
    """A value a small step away; the same where nothing is known of its kind. The given one is left as it is."""
    if isinstance(value, bool):
        return not value
    if type(value) is int:
        return draw.choice([value + 1, value - 1, value * 2, -value, draw.choice(NUMBERS)])
    if type(value) is float:
        whole = float(round(value)) if math.isfinite(value) else 1.0
        return draw.choice([value + 1, value / 2, -value, value + 0.5, 0.0, whole])
    if type(value) is str:
        return "".join(_parts_near(list(value), draw, LETTERS))
    if type(value) in (list, tuple):
        return type(value)(_parts_near(list(value), draw, value))
    if type(value) in (set, frozenset):
        return type(value)(_parts_near(sorted(value, key=repr), draw, ()))
    if type(value) is dict and value:
        name = draw.choice(list(value))
        rest = {k: v for k, v in value.items() if k != name}
        return draw.choice([rest, {**value, name: near(value[name], draw)}])
    return value


def _parts_near(parts: list[Any], draw: random.Random, others: Sequence[Any]) -> list[Any]:
    """Drop, repeat, swap, append or change one element, or turn all around."""
    how = draw.randrange(6)
    if not parts or how == 0:
        return [*parts, *([draw.choice(others)] if others else [])]
    at, to = draw.randrange(len(parts)), draw.randrange(len(parts))
    if how == 1:
        del parts[at]
    elif how == 2:
        parts.insert(at, parts[to])
    elif how == 3:
        parts[at], parts[to] = parts[to], parts[at]
    elif how == 4:
        parts.reverse()
    else:
        parts[at] = near(parts[at], draw) if not isinstance(parts[at], str) else parts[to]
    return parts


def simpler(value: Any) -> Iterator[Any]:
    """Values that are simpler, the simplest first; none where nothing is known of its kind."""
    if isinstance(value, bool):
        yield from ([False] if value else [])
    elif type(value) is int:
        steps = [0, value // 2 if value > 0 else -(-value // 2), value - (1 if value > 0 else -1), abs(value)]
        yield from (step for step in dict.fromkeys(steps) if (abs(step), step < 0) < (abs(value), value < 0))
    elif type(value) is float and math.isfinite(value):
        yield from (step for step in (0.0, float(int(value)), value / 2) if len(repr(step)) < len(repr(value)))
    elif type(value) is str:
        yield from ("".join(parts) for parts in _fewer(list(value)))
    elif type(value) in (list, tuple):
        yield from (type(value)(parts) for parts in _fewer(list(value)))
        for at, part in enumerate(value[:SHRINKS]):
            yield from (type(value)([*value[:at], less, *value[at + 1 :]]) for less in simpler(part))
    elif type(value) in (set, frozenset):
        yield from (type(value)(parts) for parts in _fewer(sorted(value, key=repr)))
    elif type(value) is dict:
        yield from (dict(parts) for parts in _fewer(list(value.items())))
        for name in list(value)[:SHRINKS]:
            yield from ({**value, name: less} for less in simpler(value[name]))


def _fewer(parts: list[Any]) -> Iterator[list[Any]]:
    if not parts:
        return
    yield []
    half = len(parts) // 2
    if half:
        yield parts[half:]
        yield parts[:half]
    if len(parts) > 1:
        yield from ([*parts[:at], *parts[at + 1 :]] for at in range(min(len(parts), SHRINKS)))


def shape_of(values: Sequence[Any]) -> Shape:
    """What values have in common. Of what is not plain, one of those seen is taken."""
    kinds = {type(value) for value in values}
    if len(kinds) > 1:
        order = sorted(kinds, key=lambda kind: kind.__name__)
        return ("any", *(shape_of([v for v in values if type(v) is kind]) for kind in order))
    kind: type = kinds.pop() if kinds else type(None)
    if kind is bool:
        return ("bool",)
    if kind in (int, float):
        numbers = [value for value in values if -1e15 < value < 1e15] or [0]
        low, high = min(numbers), max(numbers)
        low = min(low, 0) if low >= 0 else 2 * low - 5
        return (kind.__name__, low, 2 * abs(high) + 5)
    if kind is str:
        letters = "".join(sorted({letter for value in values for letter in value[:200]})) or LETTERS
        return ("str", letters, 2 * max(map(len, values)) + LEAST)
    if kind in (list, set, frozenset):
        parts = [part for value in values for part in list(value)[:50]]
        return (kind.__name__, shape_of(parts), min(50, 2 * max(map(len, values)) + LEAST))
    if kind is tuple and len({len(value) for value in values}) == 1:
        return ("tuple", *(shape_of(parts) for parts in zip(*values)))
    if kind is dict and any(values):
        pairs = [pair for value in values for pair in list(value.items())[:50]]
        shapes = shape_of([k for k, _ in pairs]), shape_of([v for _, v in pairs])
        return ("dict", *shapes, min(50, 2 * max(map(len, values)) + LEAST))
    return ("one", *values)


def drawn(shape: Shape, draw: random.Random) -> Any:
    """A new value of a shape; of ("one", ...) one of those."""
    kind, *parts = shape
    if kind == "any":
        return drawn(draw.choice(parts), draw)
    if kind == "bool":
        return draw.random() < 0.5
    if kind == "int":
        return draw.randint(parts[0], parts[1])
    if kind == "float":
        return draw.choice([round(draw.uniform(*parts), 2), float(draw.randint(int(parts[0]), int(parts[1])))])
    if kind == "str":
        return "".join(draw.choices(parts[0], k=_length(parts[1], draw)))
    if kind == "tuple":
        return tuple(drawn(part, draw) for part in parts)
    if kind in CONTAINERS:
        found = [drawn(parts[0], draw) for _ in range(_length(parts[1], draw))] if parts[0] != ("one",) else []
        return CONTAINERS[kind](found)
    if kind == "dict":
        return {drawn(parts[0], draw): drawn(parts[1], draw) for _ in range(_length(parts[2], draw))}
    return draw.choice(parts) if parts else None


CONTAINERS: dict[str, Any] = {"list": list, "set": set, "frozenset": frozenset}


def _length(most: int, draw: random.Random) -> int:
    """Short ones are likelier."""
    return min(draw.randint(0, most), draw.randint(0, most))
