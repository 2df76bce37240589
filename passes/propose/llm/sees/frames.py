"""Trace + a node -> the functions that it depends on, the calls that mattered, each line with its values in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tracec.passes.graph.slice import Slice, backward
from tracec.passes.graph.why_text import named
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import Node, Trace, show

VALUES = 6  # values of one expression: of more, the first ones and the last; chosen
WIDTH = 60  # characters of a value; chosen
LINE = 150  # characters of a line with its values; chosen
COLUMN = 36  # where values begin, unless the line is longer; chosen
OTHERS = 3  # other calls of a function whose arguments are told; chosen
SKIPPED = frozenset(["const", "import", "def", "class", "delete", "name", "read", "outside", "param"])
MAIN = frozenset(["call", "compare", "bool", "aug", "choose", "comp", "yield", "await", "raise", "item"])
TOLD = (
    "if ",
    "elif ",
    "while ",
    "return ",
    "yield ",
    "assert ",
    "raise ",
)  # such a line says itself what has the value


@dataclass(slots=True)
class Line:
    """A line of a call: by expression, its values in order. `strong`: it binds, stores, returns or decides."""

    values: dict[str, list[str]] = field(default_factory=dict)
    strong: bool = False
    sliced: bool = False


@dataclass(slots=True)
class Shown:
    """A call that mattered, with its lines by number."""

    frame: int
    lines: dict[int, Line] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frames:
    """The calls that a failure depends on: of each function one, with the arguments of some others."""

    trace: Trace
    shown: tuple[Shown, ...]
    others: tuple[tuple[str, ...], ...]
    counts: tuple[int, ...]

    def text(self, most_frames: int, most_lines: int) -> str:
        """At most so many calls, and so many lines of each."""
        rows = list(zip(self.shown, self.others, self.counts))[:most_frames]
        told = (_told(self.trace, shown, most_lines, others, count) for shown, others, count in rows)
        return "\n".join(text for text in told if text)


def frames_of(trace: Trace, start: int, targets: Sequence[Target], paths: Collection[str], most: int) -> Frames:
    """Functions of files `paths`, those of the targets first, then the latest; of each its last outermost call."""
    inside = backward(trace, [start])
    owners = [owner_of(trace, frame.id) for frame in trace.frames]
    calls = _calls(trace, inside, targets, paths, owners)
    picked = {frames[0]: frames[1:] for frames in list(calls.values())[:most]}
    rows = _rows(trace, inside, picked, owners)
    given = _arguments(trace, {frame for rest in picked.values() for frame in rest[:OTHERS]})
    others = (tuple(given[frame] for frame in rest[:OTHERS] if frame in given) for rest in picked.values())
    return Frames(trace, tuple(rows.values()), tuple(others), tuple(map(len, picked.values())))


def owner_of(trace: Trace, frame: int) -> int:
    """The call that a comprehension or lambda runs for."""
    while trace.frames[frame].function.rpartition(".")[2].startswith("<") and trace.frames[frame].parent >= 0:
        frame = trace.frames[frame].parent
    return frame


def _calls(
    trace: Trace, inside: Slice, targets: Sequence[Target], paths: Collection[str], owners: Sequence[int]
) -> dict[tuple[str, str], list[int]]:
    """By function the calls in a slice: the outermost of the last one first, then the others in their order."""
    own = {(target.span.path, target.qualname) for target in targets}
    last: dict[int, int] = {}
    for number in inside:
        if number >= trace.imported:
            last[owners[trace.columns.frame[number]]] = number
    found: dict[tuple[str, str], list[int]] = {}
    for frame in sorted(last):
        row = trace.frames[frame]
        if row.path in paths and row.function != "<module>":
            found.setdefault((row.path, row.function.replace("<locals>.", "")), []).append(frame)
    order = sorted(found, key=lambda key: (key not in own, -last[found[key][-1]]))
    return {key: outermost_first(trace, found[key]) for key in order}


def outermost_first(trace: Trace, frames: Sequence[int]) -> list[int]:
    """Calls of one function, at least one, with the outermost call around the last one first."""
    every = set(frames)
    outer = frames[-1]
    for _ in frames:
        if trace.frames[outer].parent not in every:
            break
        outer = trace.frames[outer].parent
    return [outer, *(frame for frame in frames if frame != outer)]


def _rows(trace: Trace, inside: Slice, picked: Mapping[int, object], owners: Sequence[int]) -> dict[int, Shown]:
    """All that ran in the calls picked, by line."""
    rows = {frame: Shown(frame) for frame in picked}
    guards = {int(control) for control in trace.columns.control if control >= 0}
    for number in range(trace.imported, len(trace)):
        shown = rows.get(owners[trace.columns.frame[number]])
        if shown is None:
            continue
        node = trace.nodes[number]
        if node.site.kind == "param" and node.frame == shown.frame:
            shown.arguments[node.site.attr or ", ".join(node.site.binds)] = show(node.value, WIDTH)
        elif node.site.kind not in SKIPPED:
            _add(shown, node, number in guards, inside.marks[number] == 1)
    return rows


def _add(shown: Shown, node: Node, guard: bool, sliced: bool) -> None:
    site = node.site
    line = shown.lines.setdefault(site.span.line, Line())
    line.sliced = line.sliced or sliced
    strong = bool(site.binds) or site.kind in ("store", "return", "exception") or site.returns
    strong = strong or (guard and site.kind != "call" and not site.text.startswith("range("))
    if strong and not line.strong:
        line.strong = True
        line.values.clear()
    value, name = show(node.value, WIDTH), named(node)
    idle = value == "None" and not (site.binds or site.returns or site.kind == "return")
    if idle or value.lstrip("~")[:1] in ("?", "<"):  # what changed an object, or what nobody can read
        return
    if (strong or (not line.strong and site.kind in MAIN)) and shown.arguments.get(name) != value:
        line.values.setdefault(name, []).append(value)


def _arguments(trace: Trace, frames: Collection[int]) -> dict[int, str]:
    """The arguments of calls, as far as they were recorded."""
    found: dict[int, list[str]] = {frame: [] for frame in frames}
    for number, site in enumerate(trace.columns.site):
        given = found.get(trace.columns.frame[number])
        if given is not None and trace.columns.table[site].kind == "param":
            given.append(show(trace.nodes[number].value, WIDTH))
    return {frame: ", ".join(given) for frame, given in found.items() if given}


def _told(trace: Trace, shown: Shown, most: int, others: Sequence[str], more: int) -> str:
    """A call: its head with the arguments, and its lines in the order of the text. `more` other calls are not shown."""
    row = trace.frames[shown.frame]
    source = trace.source_lines(row.path)
    given = ", ".join(f"{name}={value}" for name, value in shown.arguments.items())
    lines = sorted(shown.lines.items())
    if len(lines) > most:
        kept = [pair for pair in lines if pair[1].sliced] or lines
        lines = kept if len(kept) <= most else [*kept[: most // 2], *kept[len(kept) - (most - most // 2) :]]
    lines = [pair for pair in lines if pair[0] <= len(source)]
    if not lines:
        return ""
    indent = min(_indent(source[number - 1]) for number, _ in lines)
    told = [f"    {_line(source[number - 1].rstrip()[indent:], line)}" for number, line in lines]
    name = row.function.replace("<locals>.", "")
    told_others = ", ".join([*(f"{name}({one})" for one in others), *(["…"] if more > len(others) else [])])
    called = f"  [{more:,} more {'calls' if more > 1 else 'call'}: {told_others}]" if more else ""
    return "\n".join([f"{name}({given}){called}", *told])


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _line(text: str, line: Line) -> str:
    """`total = item  # total = 1, 2, 3`."""
    values = "; ".join(_valued(text, name, given, len(line.values)) for name, given in line.values.items())
    text = text if len(text) <= LINE // 2 else text[: LINE // 2 - 1] + "…"
    whole = f"{text.ljust(COLUMN)}  # {values}" if values else text
    return whole if len(whole) <= LINE else whole[: LINE - 1] + "…"


def _valued(text: str, name: str, values: Sequence[str], count: int) -> str:
    """The values of one expression; what the line itself says is not said again."""
    said = ", ".join(_few(values))
    itself = text.strip().startswith(TOLD) or text.strip() == name
    return said if count == 1 and itself and not name.isidentifier() else f"{name} = {said}"


def _few(values: Sequence[str]) -> Iterator[str]:
    if len(values) <= VALUES:
        yield from values
        return
    yield from values[: VALUES - 2]
    yield f"… {len(values) - VALUES + 1:,} more"
    yield values[-1]
