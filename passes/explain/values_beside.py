"""Trace + the steps of a road -> the source of the functions it leads through, each line with the values it had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracec.passes.explain.road import Step
from tracec.passes.nouns.trace import Picture, Site, Trace, show

AROUND = 3  # lines that are shown before the first and after the last line of a road in a function; chosen
WHOLE = 30  # lines between two places of a road that are shown, where there are no more; chosen
MOST = 3  # values of a line; chosen
MODULE = "<module>"  # the name of a module's own frame
TURNS = 3  # values of one place that are told, the last ones; chosen
WIDTH = 48  # characters of a value; chosen
SILENT = frozenset(["const", "def", "class", "import", "outside", "name", "read", "delete"])  # kinds not told


@dataclass(frozen=True, slots=True)
class Line:
    """A line of source. `values` are (what, value), `step` the place of the first step there on the road, -1: none."""

    number: int
    text: str
    values: tuple[tuple[str, str], ...] = ()
    step: int = -1


@dataclass(frozen=True, slots=True)
class Beside:
    """A stretch of one function; lines that are left out between two have no number between theirs."""

    path: str
    function: str
    lines: tuple[Line, ...]


def values_beside(trace: Trace, steps: Sequence[Step]) -> tuple[Beside, ...]:
    """The functions in the order in which the road comes to them."""
    columns = trace.columns
    frames: dict[tuple[str, str], list[int]] = {}
    for step in steps:
        frames.setdefault((step.span.path, step.function), []).append(columns.frame[step.node])
    lines: dict[int, dict[int, list[int]]] = {f: {} for found in frames.values() for f in found}
    for node in range(len(trace)):
        if (frame := columns.frame[node]) in lines:
            lines[frame].setdefault(columns.table[columns.site[node]].span.line, []).append(node)
    return tuple(stretch(trace, steps, path, function, lines[f[0]]) for (path, function), f in frames.items())


def stretch(trace: Trace, steps: Sequence[Step], path: str, function: str, nodes: dict[int, list[int]]) -> Beside:
    """One function: the lines of the road, those around them, and what the activation nearest to the failure had."""
    source = trace.source_lines(path)
    here = [n for n, step in enumerate(steps) if (step.span.path, step.function) == (path, function)]
    first: dict[int, int] = {}
    for number in here:
        first.setdefault(steps[number].span.line, number)
    inside = range(1, len(source) + 1)
    if function != MODULE:
        inside = body(source, trace.frames[trace.columns.frame[steps[here[0]].node]].line)
    shown = trimmed(source, [n for n in numbers(sorted(first)) if n in inside or n in first])
    told = (
        Line(n, source[n - 1].rstrip("\r\n"), tuple(values(trace, nodes.get(n, ()))), first.get(n, -1)) for n in shown
    )
    return Beside(path, function, tuple(told))


def body(source: Sequence[str], begins: int) -> range:
    """The lines of a function that begins at a line, its decorators first: up to the next that is no deeper."""
    depth, inside = indent(source[begins - 1]), False
    for number in range(begins, len(source) + 1):
        text = source[number - 1].strip()
        if inside and text and not text.startswith(")") and indent(source[number - 1]) <= depth:
            return range(begins, number)
        inside = inside or text.startswith(("def ", "async def ", "class ", "lambda")) or not text.startswith("@")
    return range(begins, len(source) + 1)


def indent(line: str) -> int:
    """How many characters stand before a line's text."""
    return len(line) - len(line.lstrip())


def trimmed(source: Sequence[str], lines: Sequence[int]) -> list[int]:
    """Lines that are there, without blank ones before and after them."""
    there = [n for n in lines if 0 < n <= len(source)]
    filled = [n for n in there if source[n - 1].strip()]
    return [n for n in there if filled and filled[0] <= n <= filled[-1]]


def numbers(places: Sequence[int]) -> list[int]:
    """The lines to show for some places."""
    found: dict[int, None] = {}
    for at, place in enumerate(places):
        before = places[at - 1] if at and place - places[at - 1] <= WHOLE else place - AROUND
        found.update(dict.fromkeys(range(before, place + AROUND + 1)))
    return sorted(found)


def values(trace: Trace, nodes: Sequence[int]) -> Iterator[tuple[str, str]]:
    """What a line's places had: names that were given first, then the widest expressions."""
    columns = trace.columns
    by_site: dict[int, list[int]] = {}
    for node in nodes:
        by_site.setdefault(columns.site[node], []).append(node)
    sites = [(columns.table[number], found) for number, found in by_site.items()]
    sites = [(site, found) for site, found in sites if site.binds or site.kind not in SILENT]
    sites.sort(key=lambda pair: (not pair[0].binds, -len(pair[0].text)))
    seen: set[str] = set()
    for site, found in sites:
        name, value = called(site), turns(trace, found)
        if site.kind == "call" and value == "None":
            continue  # what is called for what it does
        if value and name not in seen and len(seen) < MOST:
            seen.add(name)
            yield name, value


def called(site: Site) -> str:
    """The name that a place gives, else its text."""
    if site.kind == "exception":
        return "raises"
    text = ", ".join(site.binds) if site.binds else " ".join(site.text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def turns(trace: Trace, nodes: Sequence[int]) -> str:
    """The values of one place, the last ones; "" where none is known."""
    told = [show(trace.nodes[node].value, WIDTH) for node in nodes[-TURNS:] if known(trace.nodes[node].value)]
    return ("… " if len(nodes) > TURNS and told else "") + ", ".join(told)


def known(value: object) -> bool:
    """Tell whether the trace knows a value."""
    return not (isinstance(value, Picture) and value.text.startswith("?"))
