"""A number that a model is not sure of + traced values -> the literals to try, the nearest to its own first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.answer import Tune
from tracec.passes.propose.tune.cells import between, values
from tracec.passes.propose.tune.pattern import first_step
from tracec.passes.propose.tune.space import Dimension, dimension

MOST_BREAKS = 12  # traced numbers between which values are chosen; chosen
MOST_VALUES = 24  # values of one number; chosen


def values_for(tune: Tune, literal: str, credits: Sequence[Credit]) -> list[str]:
    """Literals other than the one there, within the bounds that the model gave, or its options."""
    place = Span("", 1, 0, 1, len(literal))
    bounds = [f"{side}={value!r}" for side, value in (("low", tune.low), ("high", tune.high)) if value is not None]
    try:
        own = dimension(Target(tune.name, "number", tune.name, place, literal, constraints=tuple(bounds)), ())
    except TracecError:
        return []
    found = tune.options or tuple(_within(own, credits))
    numbers = [int(n) if own.kind == "int" and float(n).is_integer() else float(n) for n in found]
    order = sorted(dict.fromkeys(numbers), key=lambda number: (abs(number - own.start), number))
    return [repr(number) for number in order if number != own.start][:MOST_VALUES]


def _within(own: Dimension, credits: Sequence[Credit]) -> Iterator[float]:
    """The ends, halves and quarters; steps where there is no end; and values between numbers that were traced."""
    if math.isfinite(own.low) and math.isfinite(own.high):
        yield from (own.low, own.high)
        quarters = [own.low + (own.high - own.low) * part / 4 for part in range(5)]
        middles = [between(own, a, b) for a, b in pairwise(quarters)]
        yield from (own.inside(q) for q in quarters[1:4])
        yield from (middle for middle in middles if middle is not None)
    else:
        step = first_step(own)
        yield from (own.inside(own.start + sign * step * part) for part in (0.5, 1, 2) for sign in (1, -1))
    yield from values(own, _traced(own, credits))


def _traced(own: Dimension, credits: Iterable[Credit]) -> list[float]:
    """Numbers within the bounds that variables held."""
    seen = (value for credit in credits for _, held in credit.names for value in held)
    numbers = [float(v) for v in seen if isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v)]
    return sorted(dict.fromkeys(n for n in numbers if own.allows(n)))[:MOST_BREAKS]
