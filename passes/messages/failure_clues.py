"""Outcomes of failing tests -> FailureClues: the texts, missing names and rejected calls in their messages."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from operator import ne

from tracec.passes.messages.nearness import compared_values
from tracec.passes.nouns.clues import FailureClues
from tracec.runtime.outcome import Outcome

# What Python says of a name that nothing has; `NoneType` is left out: there the None is the fault, not the name.
MISSING = re.compile(
    r"(?:type object |module )?'(?!NoneType)([\w.]+)' (?:object )?has no attribute '(\w+)'"
    r"|(?:name|variable) '(\w+)' (?:is not|where it is not|referenced before)"
    r"|got an unexpected keyword argument '(\w+)'"
)
REJECTED = re.compile(r"TypeError: ([\w.<>]+)\(\) (?:takes|missing|got an unexpected|got multiple|got some)")
RAISED = re.compile(r"([A-Za-z_][\w.]*)(?::|$)")
BUILTINS = frozenset(("function", "module", "generator", "method", *dir(builtins)))


def failure_clues(outcomes: Iterable[Outcome]) -> FailureClues:
    """Collect what the failing ones of `outcomes` say, each thing once."""
    failed = [o for o in outcomes if o.failed]
    messages = [o.message for o in failed]
    pairs = list(filter(None, map(compared_values, messages)))
    missing = [match for message in messages for match in MISSING.finditer(message)]
    rejected = [name for message in messages for name in rejected_calls(message)]
    return FailureClues(
        _once(text for pair in pairs for text in _texts(pair)),
        _once(m[2] or m[3] for m in missing if m[1] not in BUILTINS and not m[4]),
        _once(name for message in messages for name in missing_names(message)),
        _once(rejected),
        _once([*(m[1] for m in missing if m[1]), *(name.rpartition(".")[0] for name in rejected)]),
        frozenset(o.id for o in failed),
        tuple(dict.fromkeys((o.path, o.line) for o in failed if o.path)),
        _once(m[1].rpartition(".")[2] for message in messages if (m := RAISED.match(message))),
        tuple(dict.fromkeys((a, b) for a, b in pairs if isinstance(a, str) and isinstance(b, str))),
    )


@lru_cache(maxsize=4096)
def missing_names(message: str) -> tuple[str, ...]:
    """Find the names of which a message says that nothing has them, each once."""
    return _once(match[2] or match[3] or match[4] for match in MISSING.finditer(message))


def rejected_calls(message: str) -> tuple[str, ...]:
    """Find the functions that a message says were called with arguments they do not take, by their qualified names."""
    return _once(match[1] for match in REJECTED.finditer(message))


def supplies_missing_names(before: Mapping[str, Outcome], after: Iterable[Outcome], text: str, new: str) -> bool:
    """Tell whether the missing names that tests reported are gone, and the change from `text` to `new` is the cause.

    Each test that still fails does so for another reason, and the change uses every one of these names otherwise.
    """
    failing = [o for o in after if o.id in before and o.raised]
    pairs = [({*missing_names(before[o.id].message)}, {*missing_names(o.message)}) for o in failing]
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
