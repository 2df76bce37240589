"""A failing and some passing runs + a target -> where the likest calls of it went different ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracec.passes.graph.why_text import line_at, named
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import Trace, show
from tracec.passes.propose.llm.sees.frames import outermost_first

MOST_CALLS = 60  # calls of a target that are looked at in one run, the last ones; chosen
MOST_RUNS = 12  # passing runs that are looked at; chosen
WIDTH = 50  # characters of a value; chosen
Decision = tuple[tuple[int, int], bool]  # where something was decided (line and column), and how


@dataclass(frozen=True, slots=True)
class Way:
    """One call: what was decided in it, the nodes at which that was, and the arguments as a text."""

    decisions: tuple[Decision, ...]
    nodes: tuple[int, ...]
    arguments: str


def parting(failing: TracedRun, passing: Sequence[TracedRun], target: Target) -> str:
    """A line of words; "" where no passing run called the target, or they went the same way, as far as is known."""
    mine = ways(failing, target)[:1]
    others = [(run, way) for run in passing[:MOST_RUNS] for way in ways(run, target)]
    if not mine or not others:
        return ""
    run, way = max(others, key=lambda pair: _common(mine[0], pair[1]))
    shared = _common(mine[0], way)
    if shared == len(mine[0].decisions) == len(way.decisions):
        return ""
    told = [_decided(one, made, shared) for one, made in ((failing.trace, mine[0]), (run.trace, way))]
    if not all(told):
        return ""
    return f"- {_call(target, mine[0])}: {told[0]}; {_call(target, way)}, which passes in {run.case}: {told[1]}"


def _call(target: Target, way: Way) -> str:
    return f"{target.qualname}({way.arguments})"


def _common(one: Way, other: Way) -> int:
    """How many decisions two calls begin with alike."""
    pairs = zip(one.decisions, other.decisions)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one.decisions), len(other.decisions)))


def _decided(trace: Trace, way: Way, at: int) -> str:
    """What was decided at one place, with the values that it was made of; "" where that is not known."""
    if at >= len(way.nodes):
        return "it ends"
    node = trace.nodes[way.nodes[at]]
    if show(node.value).lstrip("~") == "?":
        return ""
    given = [trace.nodes[i] for i, label in zip(node.inputs, node.labels) if label != "changed"]
    known = (part for part in given if part.value is not None and show(part.value)[:1] not in "~?<")
    parts = [part for part in known if part.site.kind != "const"][:2]
    values = ", ".join(dict.fromkeys(f"{named(part)} = {show(part.value, WIDTH)}" for part in parts))
    more = f" with {values}" if values and named(node) not in values.partition(" = ")[0] else ""
    return f"at `{line_at(trace, node)}` {named(node)} is {show(node.value, WIDTH)}{more}"


def ways(run: TracedRun, target: Target) -> list[Way]:
    """The calls of a target in a run, the outermost of the last one first; read off the trace once."""
    key = ("ways", target.id, target.span)
    if key not in run.views:
        run.views[key] = _ways(run.trace, target)
    found = run.views[key]
    assert isinstance(found, list)
    return found


def _ways(trace: Trace, target: Target) -> list[Way]:
    columns = trace.columns
    frames = [
        frame.id
        for frame in trace.frames
        if frame.path == target.span.path and target.span.line <= frame.line <= target.span.end_line
        and frame.function.replace("<locals>.", "") == target.qualname
    ][-MOST_CALLS:]  # fmt: skip
    wanted = {frame: ([], []) for frame in frames}  # type: dict[int, tuple[list[int], list[str]]]
    decided = {int(control) for node, control in enumerate(columns.control) if columns.frame[node] in wanted}
    for number in range(len(trace)):
        frame = columns.frame[number]
        if frame not in wanted:
            continue
        site = columns.table[columns.site[number]]
        if site.kind == "param":
            wanted[frame][1].append(show(trace.nodes[number].value, WIDTH))
        elif number in decided or site.kind in ("compare", "bool"):
            wanted[frame][0].append(number)
    order = outermost_first(trace, frames) if frames else []
    return [_way(trace, *wanted[frame]) for frame in order]


def _way(trace: Trace, nodes: Sequence[int], given: Sequence[str]) -> Way:
    made = [trace.nodes[number] for number in nodes]
    decisions = tuple(((n.site.span.line, n.site.span.column), _truth(n.value)) for n in made)
    return Way(decisions, tuple(nodes), ", ".join(given))


def _truth(value: object) -> bool:
    """Whether a recorded value holds, as far as is known: a picture of something empty does not."""
    size = getattr(value, "size", None)
    return bool(value) if size is None else size != 0
