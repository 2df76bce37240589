"""What a model asks to see -> the answer, from traces and sources: a value, a slice, calls, a diff, a source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tracec.passes.graph.calls_as_source import recorded_calls
from tracec.passes.graph.select import at_place, by_name
from tracec.passes.graph.why import why
from tracec.passes.graph.why_text import as_text
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.trace import Trace, show
from tracec.passes.propose.llm.sees.parting import parting
from tracec.passes.propose.llm.sees.parts import shortened
from tracec.passes.propose.llm.sees.situation import Situation
from tracec.passes.propose.llm.sees.slices_part import failing_runs
from tracec.passes.syntax.names import DEFINITIONS
from tracec.passes.syntax.parsing import module_of

MOST = 4  # requests of one reply that are answered; chosen
LONGEST = 1_200  # characters of one answer; chosen
ASKED = re.compile(
    r"^[\s>*-]*`?(?:ask:?\s+)?(value|slice|calls|source|diff)\b:?[ \t]*([\w.<>@:/#\[\]'\"-]*)`?[.;]?\s*$", re.I
)
CALLS = 8  # calls of a function that are told; chosen
DEPTH = 3  # levels of a slice; chosen


@dataclass(frozen=True, slots=True)
class Request:
    """`what` is one of value, slice, calls, diff, source; `name` is what it asks about."""

    what: str
    name: str = ""


def requests(reply: str) -> tuple[Request, ...]:
    """The requests of a reply that is nothing else; none where it has code, or other words than a few."""
    lines = [
        line for line in reply.replace("\r", "").split("\n") if line.strip() and not line.strip().startswith("```")
    ]
    found = [match for line in lines if (match := ASKED.match(line))]
    if not found or len(lines) > len(found) + 2 or re.search(r"^\s*(def|class|<<<<|@@)", reply, re.MULTILINE):
        return ()
    made = (Request(match[1].lower(), match[2].strip("`'\"")) for match in found)
    return tuple(dict.fromkeys(made))[:MOST]


def answered(asked: Sequence[Request], situation: Situation) -> str:
    """The answers, each of a bounded length; what cannot be answered says what there is."""
    return "\n\n".join(f"{one.what} {one.name}".strip() + f":\n{_answer(one, situation)}" for one in asked)


def _answer(asked: Request, situation: Situation) -> str:
    runs = failing_runs(situation)
    if asked.what in ("value", "slice", "calls") and not runs:
        return "no failing run was recorded"
    try:
        return shortened("\n".join(TABLE[asked.what](asked.name, situation, runs)), LONGEST)
    except TracecError as error:
        return shortened(str(error), LONGEST)


def _value(name: str, situation: Situation, runs: Sequence[TracedRun]) -> Iterator[str]:
    """The last value of a variable in each failing run, with where it was set."""
    for run in runs[:2]:
        found = by_name(run.trace, name)
        yield f"{run.case}: {_plain(as_text(run.trace, why(run.trace, found.node, 1)))}"
        yield from ([found.note] if found.note else [])


def _slice(name: str, situation: Situation, runs: Sequence[TracedRun]) -> Iterator[str]:
    """What a value came from, some levels deep: by a variable, or by a place `x@12` or `file.py:12`."""
    trace = runs[0].trace
    yield runs[0].case
    yield _plain(as_text(trace, why(trace, _node(trace, name, situation), DEPTH)))


def _node(trace: Trace, name: str, situation: Situation) -> int:
    variable, at, place = name.partition("@")
    if at and place.isdigit():
        path = next(iter(dict.fromkeys(target.span.path for target in situation.targets)), "")
        wanted = int(place)
        binds = (n for n in range(len(trace) - 1, -1, -1) if _is_at(trace, n, variable, wanted))
        node = next(binds, -1)
        found = at_place(trace, f"{path}:{place}") if node < 0 else None
        return found.node if found else node
    found = at_place(trace, place if at else name)
    return found.node if found else by_name(trace, variable).node


def _is_at(trace: Trace, node: int, variable: str, line: int) -> bool:
    site = trace.columns.table[trace.columns.site[node]]
    return site.span.line == line and variable in (*site.binds, site.text)


def _calls(name: str, situation: Situation, runs: Sequence[TracedRun]) -> Iterator[str]:
    """The first calls of a function with their results, in a failing run, then in a passing one."""
    passing = [run for run in situation.runs if not run.failing]
    told = 0
    for run in [*runs[:MOST], *passing]:
        found = list(_told(run.trace, name, situation))
        yield from ([f"in {run.case}, which {'fails' if run.failing else 'passes'}:", *found] if found else [])
        told += len(found)
        if told >= CALLS:
            return
    if not told:
        raise TracecError(f"no call of {name} was recorded", "ask for one of the functions shown")


def _told(trace: Trace, name: str, situation: Situation) -> Iterator[str]:
    names = dict.fromkeys(f.function for f in trace.frames if f.function == name or f.function.endswith(f".{name}"))
    for qualname in names:
        calls = list(recorded_calls(trace, qualname))
        for call in calls[: CALLS // 2]:
            result = show(trace.nodes[call.result].value) if call.result >= 0 else "None"
            yield f"{shortened(call.text, 160)} {'raised' if call.raised else '->'} {result}"
        if len(calls) > CALLS // 2:
            yield f"and {len(calls) - CALLS // 2} more"


def _diff(name: str, situation: Situation, runs: Sequence[TracedRun]) -> Iterator[str]:
    """Where calls of each target in failing runs and in passing ones part."""
    passing = [run for run in situation.runs if not run.failing]
    code = [target for target in situation.targets if target.kind == "code"]
    found = (parting(run, passing, target) for run in runs[:2] for target in code)
    yield from dict.fromkeys(filter(None, found)) or ["no passing run went another way"]


def _source(name: str, situation: Situation, runs: Sequence[TracedRun]) -> Iterator[str]:
    """The text of a function or class of the program's files."""
    for path, text in situation.sources.items():
        tree, lines = module_of(text), text.split("\n")
        stack = [(node, "") for node in (tree.body if tree else ())]
        while stack:
            node, scope = stack.pop(0)
            if isinstance(node, DEFINITIONS):
                qualname = f"{scope}{node.name}"
                if name in (qualname, node.name, f"{path}:{qualname}"):
                    yield f"{path}:\n" + "\n".join(lines[node.lineno - 1 : node.end_lineno])
                    return
                stack += [(part, f"{qualname}.") for part in node.body]
    raise TracecError(f"no function or class {name} in these files", ", ".join(situation.sources))


def _plain(lines: Iterator[str]) -> str:
    """A tree without the numbers of nodes and folders."""
    return "\n".join(re.sub(r"(/[^\s:]*/)(?=[\w.]+\.py:)", "", line.partition("  %")[0]) for line in lines)


TABLE: dict[str, Callable[[str, Situation, Sequence[TracedRun]], Iterator[str]]] = {
    "value": _value, "slice": _slice, "calls": _calls, "diff": _diff, "source": _source,
}  # fmt: skip
