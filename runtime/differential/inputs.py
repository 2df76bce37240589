"""Functions + recorded calls -> inputs to compare programs on: those recorded, near ones, new ones."""

from __future__ import annotations

import os
import random
import tempfile
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

from tracec.runtime.differential.captured_calls import CallInput, Watch, names_of
from tracec.runtime.differential.mutate_values import Shape, drawn, near, shape_of

PLAIN: dict[Any, Shape] = {
    int: ("int", -10, 100),
    float: ("float", -10.0, 100.0),
    bool: ("bool",),
    str: ("str", "abcXY 019.-", 12),
    type(None): ("one", None),
}
LARGEST = 1000  # of numbers that a type hint asks for: larger ones make results that take all memory; chosen
LETTERS = "".join(map(chr, range(32, 127))) + "\näß€"  # of texts that a type hint asks for; chosen
LONGEST = 8  # elements of a container that a type hint asks for; chosen
RECORDED_SHARE = 0.4  # of all inputs, at most; chosen
OUTSIDE = 8  # one drawn input in so many is drawn by the type hints alone, whatever tests give; chosen


def new_inputs(functions: Sequence[FunctionType], watch: Watch, count: int, seed: int) -> tuple[list[CallInput], str]:
    """Inputs of all functions together, `count` at most, each once; and why there are none for some function."""
    found: dict[str, CallInput] = {}
    missing = "" if functions else "no live function was changed"
    for number, function in enumerate(functions):
        share = count // len(functions)
        recorded = [call for call in watch.found.values() if call.function is function]
        kept = recorded[: max(1, int(RECORDED_SHARE * share))]
        found.update((call.key(), call) for call in kept)
        made = _made(function, recorded, random.Random(seed * 1000 + number), 4 * share)
        before = len(found)
        for call in made:
            if len(found) - before >= share - len(kept):
                break
            found.setdefault(call.key(), call)
        if not recorded and len(found) == before:
            missing = watch.faults.get(function, "no test that was looked at calls it, and it has no type hints")
    return list(found.values()), missing


def _made(function: FunctionType, recorded: Sequence[CallInput], draw: random.Random, most: int) -> Iterator[CallInput]:
    """New inputs, those near a recorded one and drawn ones in turn. What cannot be made is left out."""
    shapes = _shapes(function, [call.values for call in recorded])
    hinted = iter(_hinted(function, bool(recorded), most // 4, draw.randrange(1 << 30)))
    for turn in range(most):
        try:
            if turn % 2 == 0 and recorded:
                yield CallInput(function, _varied(recorded, draw), "varied")
            elif (turn % OUTSIDE == 1 and recorded) or not shapes:
                values = next(hinted, None)
                if values is not None:
                    receivers = {name: draw.choice(recorded).values.get(name) for name in _receiver(function, recorded)}
                    yield CallInput(function, {**receivers, **values}, "drawn")
            else:
                yield CallInput(function, {name: drawn(shape, draw) for name, shape in shapes.items()}, "drawn")
        except Exception:  # an object that cannot be hashed, compared or read
            continue


def _varied(recorded: Sequence[CallInput], draw: random.Random) -> Mapping[str, Any]:
    """A recorded input with one value changed a little, or taken from another one."""
    values = dict(draw.choice(recorded).values)
    names = [name for name, value in values.items()]
    if not names:
        return values
    name = draw.choice(names)
    other = draw.choice(recorded).values.get(name, values[name])
    return {**values, name: draw.choice([near(values[name], draw), near(values[name], draw), other])}


def _shapes(function: FunctionType, recorded: Sequence[Mapping[str, Any]]) -> dict[str, Shape]:
    """The shape of each parameter that is always given; nothing where no call was recorded."""
    names = [name for name in (recorded[0] if recorded else ()) if all(name in values for values in recorded)]
    return {name: shape_of([values[name] for values in recorded]) for name in names}


def _receiver(function: FunctionType, recorded: Sequence[CallInput]) -> list[str]:
    """The first parameter of a method, which no type hint makes."""
    first = names_of(function)[0][:1]
    return [name for name in first if "." in function.__qualname__ and recorded and name not in hints_of(function)]


def hints_of(function: FunctionType) -> dict[str, Any]:
    """The type hints of its parameters, as far as they can be read."""
    try:
        found = typing.get_type_hints(function)
    except Exception:
        return {}
    found.pop("return", None)
    return found


def _hinted(function: FunctionType, seen: bool, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Values for the parameters by their hints; nothing where one that is needed has none. `seen`: calls were seen."""
    positional, star, only, double = names_of(function)
    hints = {name: hint for name, hint in hints_of(function).items() if name not in (star, double)}
    optional = len(function.__defaults__ or ())
    needed = positional[: len(positional) - optional] + [n for n in only if n not in (function.__kwdefaults__ or {})]
    if "." in function.__qualname__ and needed and needed[0] not in hints:
        needed = needed[1:]
    if not hints or any(name not in hints for name in needed):
        return
    for make in (_by_shape, _by_hypothesis) if seen else (_by_hypothesis, _by_shape):  # importing it takes a second
        found = make(hints, count, seed)
        if found:
            yield from found
            return


def _by_hypothesis(hints: Mapping[str, Any], count: int, seed: int) -> list[dict[str, Any]]:
    """Hypothesis's values; nothing where the user's interpreter does not have it or it knows no way."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", tempfile.gettempdir())
    try:
        import hypothesis
        from hypothesis import strategies

        strategies.register_type_strategy(int, strategies.integers(-LARGEST, LARGEST))  # in this process, soon gone
        strategies.register_type_strategy(float, strategies.floats(-LARGEST, LARGEST))
        strategies.register_type_strategy(str, strategies.text(LETTERS, max_size=20))  # all of Unicode takes seconds
        found: list[dict[str, Any]] = []
        settings = hypothesis.settings(
            max_examples=max(1, count),
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        made = strategies.fixed_dictionaries({name: strategies.from_type(hint) for name, hint in hints.items()})
        hypothesis.seed(seed)(
            settings(hypothesis.given(made)(lambda values: found.append(values)))
        )()  # it wants a function
    except Exception:
        return []
    return found


def _by_shape(hints: Mapping[str, Any], count: int, seed: int) -> list[dict[str, Any]]:
    shapes = {name: shape_of_hint(hint) for name, hint in hints.items()}
    known = {name: shape for name, shape in shapes.items() if shape is not None}
    draw = random.Random(seed)
    return [{n: drawn(s, draw) for n, s in known.items()} for _ in range(count)] if len(known) == len(shapes) else []


def shape_of_hint(hint: Any) -> Shape | None:
    """`list[int]` -> the shape of its values; None for what is not plain."""
    if hint in PLAIN:
        return PLAIN[hint]
    origin, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin is typing.Literal:
        return ("one", *parts)
    inner = [shape_of_hint(part) for part in parts if part is not ...]
    known = [shape for shape in inner if shape is not None]
    if not known or len(known) < len(inner):
        return None
    if origin in (typing.Union, types.UnionType):
        return ("any", *known)
    if origin is tuple:
        return ("tuple", *known) if ... not in parts else None
    return _container(origin, known)


def _container(origin: Any, parts: Sequence[Shape]) -> Shape | None:
    makers: dict[str, Callable[[], Shape]] = {
        "list": lambda: ("list", parts[0], LONGEST),
        "Sequence": lambda: ("list", parts[0], LONGEST),
        "Iterable": lambda: ("list", parts[0], LONGEST),
        "set": lambda: ("set", parts[0], LONGEST),
        "dict": lambda: ("dict", parts[0], parts[1], LONGEST),
        "Mapping": lambda: ("dict", parts[0], parts[1], LONGEST),
    }
    make = makers.get(getattr(origin, "__name__", ""))
    return make() if make else None
