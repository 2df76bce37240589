"""What failed and why: each road with the source beside it, and the values that its lines had."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tracec.passes.explain.texts import parted, said
from tracec.view.run_page.highlight import highlighted
from tracec.view.run_page.markup import NOTHING, Html, cut, folded, h, joined, plural

if TYPE_CHECKING:
    from tracec.explaining.run_roads import Explained
    from tracec.passes.explain.road import Step
    from tracec.passes.explain.values_beside import Beside, Line
    from tracec.run.story import Story

OPEN = 3  # roads that are open at first; chosen
NAMED = 40  # other tests that are named; chosen
CASES = 12  # of a metric that are listed; chosen
WORDS = 300  # characters of what was said of a case; chosen
LISTED = 60  # failing tests without a road that are listed; chosen
MESSAGE = 1_500  # characters of a message; chosen


def failures(story: Story, roads: Sequence[Explained]) -> Html:
    """The section."""
    before = story.before
    if not before:
        return h("p", "The run ended before the program was judged as it was.", class_="dim")
    root, outcomes = str(story.job.get("root", "")), {one["id"]: one for one in before["failing"]}
    told = {name for one in roads for name in (one.road.failure.id, *one.road.others)}
    rest = [one for name, one in outcomes.items() if name not in told]
    blocks = [block(one, outcomes, root, open=number < OPEN) for number, one in enumerate(roads)]
    return joined([h("p", counted(before)), *blocks, listed(rest, scored=before["scored"])])


def counted(before: Mapping[str, Any]) -> str:
    """How many tests failed."""
    if before["scored"]:
        failed = f", {plural(before['failed'], 'case')} failed" if before["failed"] else ""
        return f"A metric decides: {before['worth']:.4g} at first{failed}. The cases with the lowest scores:"
    if not before["failed"]:
        return f"No test failed: {plural(before['passed'], 'test')} passed."
    return f"{plural(before['failed'], 'test')} of {before['failed'] + before['passed']:,} failed at first."


def block(one: Explained, outcomes: Mapping[str, Any], root: str, *, open: bool) -> Html:
    """One cause: its message, the road, and the source."""
    road = one.road
    steps = [*([road.head] if road.head else []), *road.steps]
    outcome = outcomes.get(road.failure.id, {})
    others = f" and {plural(len(road.others), 'more test')} of the same cause" if road.others else ""
    way = h("ol", *(step_of(step, root) for step in steps), class_="road") if steps else NOTHING
    hidden = h("p", f"… and {road.hidden} more steps before", class_="dim") if road.hidden else NOTHING
    note = h("p", road.note, class_="dim") if road.note else NOTHING
    sources = [stretch(place, root) for place in one.places]
    beside = h("div", h("div", way, hidden, note), h("div", *sources), class_="beside") if steps else note
    title = joined([h("b", road.failure.id), h("span", others, class_="dim")])
    return folded(title, message(outcome), beside, named(road.others), open=open, class_="card")


def message(outcome: Mapping[str, Any]) -> Html:
    """What the test said, and what it printed."""
    if not outcome:
        return NOTHING
    besides = str(outcome.get("besides", "")).strip()
    printed = folded("what else it showed", h("pre", cut(besides, MESSAGE))) if besides else NOTHING
    return joined([h("pre", cut(str(outcome["message"]), MESSAGE), class_="message"), printed])


def step_of(step: Step, root: str) -> Html:
    """A step of the road; it leads to its line."""
    where = f"{near(step.span.path, root)}:{step.span.line}"
    apart = h("div", f"↳ {parted(step.parting)}", class_="parted") if step.parting else NOTHING
    return h("li", h("code", said(step)), h("div", where, class_="dim place"), apart)


def stretch(place: Beside, root: str) -> Html:
    """The source of one function on the road."""
    code = highlighted("\n".join(line.text for line in place.lines), place.path)
    before = 0
    rows = []
    for line, shown in zip(place.lines, code):
        if before and line.number > before + 1:
            rows.append(h("div", h("span", "", class_="n"), h("code", "⋮"), class_="gap"))
        rows.append(row(line, shown))
        before = line.number
    return h("div", h("div", f"{near(place.path, root)} · {place.function}", class_="path"), *rows, class_="src")


def row(line: Line, code: Html) -> Html:
    """A line, with the number of its step, and its values."""
    marks = h("span", line.step + 1, class_="step") if line.step >= 0 else NOTHING
    values = [h("span", h("b", name), f"{' ' if name == 'raises' else ' = '}{value}") for name, value in line.values]
    beside = h("span", *values, class_="values") if values else NOTHING
    return h(
        "div", h("span", line.number, class_="n"), h("code", code or " "), marks, beside,
        class_="on" if line.step >= 0 else None,
    )  # fmt: skip


def named(others: Sequence[str]) -> Html:
    """The other tests that fail so."""
    if not others:
        return NOTHING
    more = [h("li", f"… and {len(others) - NAMED:,} more")] if len(others) > NAMED else []
    return folded("the other tests", h("ul", *(h("li", name) for name in others[:NAMED]), *more))


def listed(rest: Sequence[Mapping[str, Any]], *, scored: bool) -> Html:
    """Failing tests that no road was told of."""
    if not rest or scored:
        return cases(rest) if rest else NOTHING
    rows = [folded(title(one), message(one), class_="card") for one in rest[:LISTED]]
    more = h("p", f"… and {len(rest) - LISTED:,} more", class_="dim") if len(rest) > LISTED else NOTHING
    return joined([*rows, more])


def title(one: Mapping[str, Any]) -> Html:
    """A test and how it ended."""
    return joined([h("b", one["id"]), h("span", f" {one['status']}", class_="dim")])


def cases(rest: Sequence[Mapping[str, Any]]) -> Html:
    """The cases of a metric, the worst first."""
    rows = []
    for one in rest[:CASES]:
        score = one["status"] if one["score"] is None else f"{one['score']:.4g}"
        cells = (h("td", one["id"]), h("td", score), h("td", cut(str(one["message"]), WORDS)))
        rows.append(h("tr", *cells))
    return h(
        "table",
        h("thead", h("tr", h("th", "case"), h("th", "score"), h("th", "what was said of it"))),
        h("tbody", *rows),
        class_="cells",
    )


def near(path: str, root: str) -> str:
    """A path as it is seen from the project."""
    return os.path.relpath(path, root) if root and path.startswith(f"{root}/") else path
