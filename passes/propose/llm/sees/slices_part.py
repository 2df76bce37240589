"""Traced runs -> the part of a prompt with the values that led to each failure, and where a passing run parted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracec.passes.graph.feedback_sources import feedback
from tracec.passes.graph.query import last_failure
from tracec.passes.graph.why import why
from tracec.passes.graph.why_text import head, line_at
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import Trace, show
from tracec.passes.propose.llm.sees.cases_part import representatives
from tracec.passes.propose.llm.sees.frames import frames_of, owner_of
from tracec.passes.propose.llm.sees.parting import parting
from tracec.passes.propose.llm.sees.parts import Form, Item, Part
from tracec.passes.propose.llm.sees.situation import Situation

SHARE = 0.25  # of the room; chosen
PARTED = 0.08  # of the room; chosen
RUNS = 2  # failing runs whose values are shown; chosen
LEAST = 3  # nodes of a trace that is worth showing; chosen
FORMS = ((4, 14), (3, 8), (2, 5))  # frames, and lines of each, in the fullest and in shorter forms; chosen
TITLE = "## The lines that ran and that the failure depends on, with their values in order"


def slices_part(situation: Situation, targets: Sequence[Target]) -> Part:
    """The failing runs, as they are told with the cases; of those that took the same way the first."""
    items: dict[tuple[object, ...], Item] = {}
    for run in failing_runs(situation):
        sites = (run.trace.columns.table[number] for number in set(run.trace.columns.site))
        way = tuple(sorted({site.span for site in sites if site.span.path in situation.sources}))
        if way not in items:
            items[way] = _item(run, targets, frozenset(situation.sources))
        if len(items) == RUNS:
            break
    return Part("slice", TITLE, tuple(items.values()), SHARE)


def failing_runs(situation: Situation) -> list[TracedRun]:
    """The traced runs that ask for a change, those that are told first coming first."""
    runs = {run.case: run for run in situation.runs if run.failing and len(run.trace) >= LEAST}
    order = situation.failing if situation.metric else representatives(situation.failing)
    named = [o.id for o in order if o.id in runs]
    return [runs[name] for name in dict.fromkeys([*named, *runs])]


def start_of(trace: Trace) -> int:
    """The node that a slice begins at: what was said of a value, the last exception, else the last value."""
    said = [found.node for found in feedback(trace)]
    failed = last_failure(trace)
    return failed if failed >= 0 else said[-1] if said else len(trace) - 1


def _item(run: TracedRun, targets: Sequence[Target], paths: frozenset[str]) -> Item:
    key = ("slice for a model", tuple(target.id for target in targets))
    if key not in run.views:
        start = start_of(run.trace)
        top = [f"### {run.case}", *_top(run.trace, start)]
        frames = frames_of(run.trace, start, targets, paths, FORMS[0][0])
        texts = [frames.text(*form) for form in FORMS]
        run.views[key] = tuple(dict.fromkeys("\n".join([*top, text]).rstrip() for text in texts))
    found = run.views[key]
    assert isinstance(found, tuple)
    return Item(tuple(Form(text) for text in found))


def _top(trace: Trace, start: int) -> Iterator[str]:
    """The value that is wrong, and what it was made of; of an exception, its road."""
    node = trace.nodes[start]
    road = list(_road(trace, start))
    if node.site.kind == "exception" and (len(road) > 1 or node.site.text.lstrip()[:6] != "assert"):
        yield f"{show(trace.nodes[road[-1]].value)} was raised {' <- '.join(_places(trace, road))}"
        return
    if node.site.kind != "exception" and not any(found.node == start for found in feedback(trace)):
        return  # it was cut short: its last value is no more wrong than others
    tree = why(trace, start, 1)
    told = tree.parts if node.site.kind == "exception" else (tree, *tree.parts)
    lines = (head(trace, part, tree).partition("  ")[0] for part in told)
    yield from (line for line in lines if not re.search(r" = ~?[<?]", line))


def _road(trace: Trace, node: int) -> Iterator[int]:
    """The exceptions that an exception came from, the last one first."""
    while node >= 0:
        yield node
        sources = trace.nodes[node].inputs
        node = max((s for s in sources if trace.nodes[s].site.kind == "exception"), default=-1)


def _places(trace: Trace, road: Sequence[int]) -> Iterator[str]:
    """The road of an exception, from where it was raised outward; a place that repeats is told once."""
    counts: dict[tuple[str, str], int] = {}
    told: set[tuple[int, str]] = set()
    for number in reversed(road):
        node = trace.nodes[number]
        frame, line = owner_of(trace, node.frame), line_at(trace, node)
        if (frame, line) not in told:
            key = trace.frames[frame].function.replace("<locals>.", ""), line
            counts[key] = counts.get(key, 0) + 1
        told.add((frame, line))
    for (function, line), count in counts.items():
        yield f"in {function} at `{line}`" + (f" ({count:,} times)" if count > 1 else "")


def parting_part(situation: Situation, targets: Sequence[Target]) -> Part:
    """For each target shown, where its call of a failing run and the likest one of a passing run part."""
    passing = [run for run in situation.runs if not run.failing]
    code = [target for target in targets if target.kind == "code"]
    found = [parting(run, passing, target) for run in failing_runs(situation)[:1] for target in code]
    items = tuple(Item((Form(text),)) for text in found if text)
    return Part("parting", "## Where a passing run parted", items, PARTED)
