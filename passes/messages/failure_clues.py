"""Outcomes of failing tests -> what their messages say: texts, names that are missing, calls that do not fit."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from operator import ne

from tracec.passes.messages.nearness import compared
from tracec.passes.nouns.clues import Said
from tracec.runtime.outcome import Outcome

# Where None is asked for something, None is what is wrong.
MISSING = re.compile(
    r"(?:type object |module )?'(?!NoneType)([\w.]+)' (?:object )?has no attribute '(\w+)'"
    r"|(?:name|variable) '(\w+)' (?:is not|where it is not|referenced before)"
    r"|got an unexpected keyword argument '(\w+)'"
)
REFUSED = re.compile(r"TypeError: ([\w.<>]+)\(\) (?:takes|missing|got an unexpected|got multiple|got some)")
BUILTINS = frozenset(("function", "module", "generator", "method", *dir(builtins)))


def said(outcomes: Iterable[Outcome]) -> Said:
    """What the failing ones of `outcomes` say, each thing once."""
    messages = [o.message for o in outcomes if o.failed]
    pairs = filter(None, map(compared, messages))
    missing = [match for message in messages for match in MISSING.finditer(message)]
    in_vain = [name for message in messages for name in refused(message)]
    return Said(
        _once(text for pair in pairs for text in _texts(pair)),
        _once(m[2] or m[3] for m in missing if m[1] not in BUILTINS and not m[4]),
        _once(name for message in messages for name in unknown(message)),
        _once(in_vain),
        _once([*(m[1] for m in missing if m[1]), *(name.rpartition(".")[0] for name in in_vain)]),
    )


@lru_cache(maxsize=4096)
def unknown(message: str) -> tuple[str, ...]:
    """The names that nothing has."""
    return _once(match[2] or match[3] or match[4] for match in MISSING.finditer(message))


def refused(message: str) -> tuple[str, ...]:
    """The functions, by their qualified names, that were called with other arguments than they take."""
    return _once(match[1] for match in REFUSED.finditer(message))


def mended(before: Mapping[str, Outcome], after: Iterable[Outcome], text: str, new: str) -> bool:
    """True where tests no longer fail for a name that nothing has, but for something else, as it is used otherwise now.

    `text` became `new`.
    """
    failing = [o for o in after if o.id in before and o.status in ("failed", "error")]
    pairs = [({*unknown(before[o.id].message)}, {*unknown(o.message)}) for o in failing]
    gone = set[str]().union(*(old for old, _ in pairs))
    used = [[re.findall(rf"\.?\b{name}\b", where) for name in gone] for where in (text, new)]
    return bool(gone) and all(map(ne, *used)) and not any(old & now for old, now in pairs)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for text in _texts(pair))
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from (text for part in value for text in _texts(part))
