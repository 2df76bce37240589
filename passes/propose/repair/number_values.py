"""Targets that are a number or a choice -> other values for them, the likeliest first."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.target import Target
from tracec.passes.propose.repair.ranked import bits, cheapest
from tracec.passes.syntax.parsing import expression_of

Value = tuple[float, str]
Number = int | float


def other_values(target: Target, credit: Credit) -> Iterator[Value]:
    """Yield (bits, source text) of other values of a number or choice; none for text, which search does not change."""
    if target.kind == "choice":
        return _options(target)
    return _numbers(target, credit) if target.kind == "number" else iter(())


def _options(target: Target) -> Iterator[Value]:
    options = expression_of(target.constraint("options"))
    if isinstance(options, (ast.List, ast.Tuple, ast.Set)):
        texts = [ast.unparse(option) for option in options.elts]
        old = expression_of(target.value.strip())
        current = ast.unparse(old) if old is not None else target.value
        yield from ((1.0 + bits(len(texts)), text) for text in dict.fromkeys(texts) if text != current)


def _numbers(target: Target, credit: Credit) -> Iterator[Value]:
    value = _number(target.value)
    if value is None:
        return
    low, high = (_number(target.constraint(end)) for end in ("low", "high"))
    ranked = cheapest([*_near(value), *_round(value), *_edges(low, high), *_seen(credit)])
    done = {repr(value)}
    for cost, new in ranked:
        inside = (low is None or new >= low) and (high is None or new <= high)
        if inside and repr(new) not in done:
            done.add(repr(new))
            yield cost, repr(new)


def _near(value: Number) -> Iterator[tuple[float, Number]]:
    """One more, one less, scaled; of a fraction the same in its own last place."""
    step = 1 if isinstance(value, int) else 10.0 ** -len(repr(value).partition(".")[2].partition("e")[0])
    for count in (1, 2, 3, 4, 5):
        yield 3.0 + count / 2, _tidy(value + count * step)
        yield 3.0 + count / 2, _tidy(value - count * step)
    yield 4.0, -value
    for factor in (2, 10, 1.5, 1.1, 3, 5, 100):
        times, part = value * factor, value / factor
        yield 4.5, _tidy(int(times) if isinstance(value, int) else times)
        yield 4.5, _tidy(int(part) if isinstance(value, int) else part)


def _round(value: Number) -> Iterator[tuple[float, Number]]:
    for new in (0, 1, -1):
        yield 4.0, new if isinstance(value, int) else float(new)


def _edges(low: Number | None, high: Number | None) -> Iterator[tuple[float, Number]]:
    yield from ((4.0, end) for end in (low, high) if end is not None)
    if low is not None and high is not None:
        for part in (0.5, 0.25, 0.75, 0.1, 0.9):
            between = low + (high - low) * part
            yield 5.0, round(between) if isinstance(low, int) and isinstance(high, int) else _tidy(between)


def _seen(credit: Credit) -> Iterator[tuple[float, Number]]:
    values = [v for piece in credit.evidence for v in piece.values] + [v for _, held in credit.names for v in held]
    for value in values:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
            yield 5.0 + 0.5 * bits(len(values)), value


def _tidy(value: Number) -> Number:
    """0.1 + 0.2 as 0.3: twelve significant digits are enough for a guess."""
    return value if isinstance(value, int) else float(f"{value:.12g}")


def _number(text: str) -> Number | None:
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
