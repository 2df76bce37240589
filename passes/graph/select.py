"""Trace + what a person calls a value -> its nodes: a place, the name of a variable or function, the last one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.trace import Site, Trace

PLACE = re.compile(r"(?P<path>.*):(?P<line>\d+)(?:#(?P<turn>\d+))?")
NEAREST = 4  # lines or names that are told where one is not there; chosen
DEFINITIONS = frozenset(["def", "class", "import"])
WITHIN = re.compile(r"<(lambda|\w*comp|genexpr)>")  # what has a frame of its own within a line


@dataclass(frozen=True, slots=True)
class Selected:
    """A node, and what else the words could have meant: for people."""

    node: int
    note: str = ""


def at_place(trace: Trace, text: str) -> Selected | None:
    """`FILE:LINE`, `FILE:LINE#3` -> the value of that line, the last or the third time it ran; None for other texts.

    Raises TracecError where the line did not run, or not as often; it names what did.
    """
    found = PLACE.fullmatch(text)
    if found is None:
        return None
    path, line = path_like(trace, found["path"]), int(found["line"])
    times = runs_of(trace, path, line)
    if not times:
        raise TracecError(f"{path}:{line} did not run", nearest_lines(trace, path, line))
    turn = int(found["turn"]) if found["turn"] else len(times)
    if not 1 <= turn <= len(times):
        raise TracecError(f"{path}:{line} ran {len(times)} times", f"name one from #1 to #{len(times)}")
    note = f"{path}:{line} ran {len(times)} times, this is the last; #1 is the first" if len(times) > 1 else ""
    return Selected(times[turn - 1], "" if found["turn"] else note)


def path_like(trace: Trace, given: str) -> str:
    """Find the file of a trace that a text names by its end. TracecError where none is, or several are."""
    paths = dict.fromkeys(module.path for module in trace.modules)
    words = given.removeprefix("./")
    found = [path for path in paths if path == words] or [
        path for path in paths if path.endswith(f"/{words}") or words.endswith(f"/{path}")
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise TracecError(f"several files are called {given}", f"name one: {', '.join(found[:NEAREST])}")
    known = get_close_matches(words, paths, NEAREST, 0) or [*paths][:NEAREST]
    raise TracecError(f"no file {given} in this trace", f"it has {', '.join(known) or 'none'}")


def runs_of(trace: Trace, path: str, line: int) -> list[int]:
    """List the last node of each time that a line ran: it runs anew where a place on it comes again in its frame."""
    columns = trace.columns
    here = [site.span.path == path and site.span.line == line for site in columns.table]
    nodes = [node for node, number in enumerate(columns.site) if here[number]]
    frames = {columns.frame[node] for node in nodes}
    begun: dict[int, int] = {}  # by frame: the first node of the time at hand
    seen: dict[int, set[int]] = {}  # and its places so far
    last: dict[int, int] = {}  # by the first node of a time
    for node in nodes:
        frame, number = columns.frame[node], columns.site[node]
        if owner(trace, frame, frames) != frame:
            continue
        if frame not in begun or number in seen[frame]:
            begun[frame], seen[frame] = node, set()
        seen[frame].add(number)
        last[begun[frame]] = node
    return list(last.values())


def owner(trace: Trace, frame: int, known: Iterable[int]) -> int:
    """Find the frame that a comprehension or lambda on a line runs for, as long as that runs on the line as well."""
    row = trace.frames[frame]
    while WITHIN.search(row.function.rpartition(".")[2]) and row.parent in known:
        row = trace.frames[row.parent]
    return row.id


def nearest_lines(trace: Trace, path: str, line: int) -> str:
    """Say which lines around one ran, with their texts."""
    columns = trace.columns
    spans = [columns.table[number].span for number in set(columns.site)]
    ran = sorted({span.line for span in spans if span.path == path}, key=lambda other: (abs(other - line), other))
    texts = trace.source_lines(path)
    told = [f"{number} ({texts[number - 1].strip()})" for number in sorted(ran[:NEAREST]) if number <= len(texts)]
    return f"the nearest that did: {', '.join(told)}" if told else "none of its lines ran"


def by_name(trace: Trace, text: str) -> Selected:
    """`total`, `f.total` -> the last value of a variable, of an attribute `self.total`, or what function `f` gave last.

    Raises TracecError where there is none; it names what is alike.
    """
    functions = [frame.function for frame in trace.frames]
    values = bound(trace, text, functions)
    variables = [node for node in values if kind_of(trace, node) not in DEFINITIONS]
    values = variables or results(trace, text, functions) or stores(trace, text) or values
    if not values:
        raise TracecError(f"no variable, function or attribute {text} in this trace", alike(trace, text))
    node = values[-1]
    others = dict.fromkeys(functions[trace.columns.frame[other]] for other in values)
    others.pop(functions[trace.columns.frame[node]])
    names = [f"{other}.{text}" for other in others if other != "<module>"][:NEAREST]
    return Selected(node, f"this is the last {text}; others are {', '.join(names)}" if names else "")


def kind_of(trace: Trace, node: int) -> str:
    """Return the kind of a node."""
    number: int = trace.columns.site[node]
    return trace.columns.table[number].kind


def bound(trace: Trace, text: str, functions: Sequence[str]) -> list[int]:
    """List the nodes that are values of a variable, of any function or of the one before its last dot."""
    function, _, name = text.rpartition(".")
    columns = trace.columns
    binds = [name in site.binds for site in columns.table]
    wanted = [not function or is_called(other, function) for other in functions]
    return [n for n, site in enumerate(columns.site) if binds[site] and wanted[columns.frame[n]]]


def results(trace: Trace, text: str, functions: Sequence[str]) -> list[int]:
    """List what the calls of a function returned or raised; the calls where it came to its end without a `return`."""
    columns = trace.columns
    wanted = [is_called(other, text) for other in functions]
    ends = [site.returns or site.kind in ("return", "exception") for site in columns.table]
    found = [n for n, site in enumerate(columns.site) if ends[site] and wanted[columns.frame[n]]]
    calls = [site.kind == "call" and site.attr == text.rpartition(".")[2] for site in columns.table]
    return found or [n for n, site in enumerate(columns.site) if calls[site] and any(wanted)]


def stores(trace: Trace, text: str) -> list[int]:
    """List the stores to what a text says: `self.total`, `prices[0]`."""
    stored = [site.kind == "store" and target_of(site) == text for site in trace.columns.table]
    return [n for n, site in enumerate(trace.columns.site) if stored[site]]


def target_of(site: Site) -> str:
    """Return the source text of what is stored to."""
    return " ".join(site.text.split()).partition(" = ")[0]


def is_called(function: str, text: str) -> bool:
    """Tell whether a text names a function, by its whole name or the end of it."""
    plain = function.replace("<locals>.", "")
    return text in (function, plain) or plain.endswith(f".{text}")


def alike(trace: Trace, text: str) -> str:
    """Say which names are like one that is not there."""
    sites = [trace.columns.table[number] for number in set(trace.columns.site)]
    names = {name for site in sites for name in site.binds} | {target_of(s) for s in sites if s.kind == "store"}
    names |= {frame.function.rpartition(".")[2] for frame in trace.frames}
    near = get_close_matches(text.rpartition(".")[2], sorted(names), NEAREST)
    return f"is it {' or '.join(near)}?" if near else "name %NUMBER, FILE:LINE, a variable, `last` or `failure`"
