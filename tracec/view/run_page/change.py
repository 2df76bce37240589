"""The change that was found, what else it changes, and the other changes that pass, with what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tracec.view.run_page.diffs import changed, unified
from tracec.view.run_page.markup import NOTHING, Html, cut, folded, h, joined, plural

if TYPE_CHECKING:
    from tracec.run.story import Story

EXAMPLES = 6  # inputs on which a change behaves otherwise that are shown; chosen
ALTERNATIVES = 12  # that are shown; chosen
CALL = 400  # characters of a call, or of a result; chosen


def change(story: Story) -> Html:
    """The section of the change."""
    said = story.summary
    if not said:
        return h("p", "The run was cut off before it came to an end: `tracec optimize --resume` goes on with it.")
    if not said["diff"]:
        return h("p", "Nothing was changed.", class_="dim")
    why = h("ul", *(h("li", one) for one in said["why"]))
    doubts = h("ul", *(h("li", h("b", "against it: "), one) for one in said["doubts"])) if said["doubts"] else NOTHING
    return joined([why, doubts, written(story, 0, said["diff"]), proof(said), guarded(said["guard"]), command(story)])


def alternatives(story: Story) -> Html:
    """The section of the other changes."""
    others = story.summary.get("alternatives", [])
    if not others:
        return h("p", "No other change that passes was kept.", class_="dim")
    numbers = story.result.get("others", [])
    blocks = [
        alternative(story, place, one, numbers[place] if place < len(numbers) else None)
        for place, one in enumerate(others[:ALTERNATIVES])
    ]
    more = len(others) - ALTERNATIVES
    rest = h("p", f"… and {more:,} more: `tracec patch ls`", class_="dim") if more > 0 else NOTHING
    alike = story.summary.get("alike", 0)
    same = h("p", f"{plural(alike, 'more change')} behaved like one of these.", class_="dim") if alike else NOTHING
    return joined([*blocks, rest, same])


def alternative(story: Story, place: int, one: Mapping[str, Any], number: int | None) -> Html:
    """Another change, and the input on which it differs from the one chosen."""
    apart = one["differs"]
    if apart:
        rows = [("the change chosen gives", apart["chosen"]), ("this one gives", apart["this"])]
        told = h("dl", h("dt", "for"), h("dd", h("code", cut(apart["call"], CALL))), *pairs(rows))
    else:
        told = h("p", "No input was found that tells it from the one chosen.", class_="dim")
    kept = h("p", f"Patch {number}: `tracec patch show {number}`", class_="dim") if number is not None else NOTHING
    title = joined([h("b", f"{place + 1}. "), "; ".join(one["why"]) or "another change"])
    return folded(title, told, written(story, place + 1, one["diff"]), guarded(one["guard"]), kept, class_="card")


def pairs(rows: Sequence[tuple[str, object]]) -> list[Html]:
    """Names and what they are."""
    return [piece for name, value in rows for piece in (h("dt", name), h("dd", h("code", cut(str(value), CALL))))]


def written(story: Story, place: int, diff: str) -> Html:
    """The diff of a change, in the files' own colours where the run has them."""
    files = story.result.get("files", [])
    found = files[place] if place < len(files) else []
    if not found or len(found) < diff.count("diff --git "):
        return unified(diff)
    return joined(changed(path, before, after) for path, before, after in found)


def proof(said: Mapping[str, Any]) -> Html:
    """What the tests, or the metric, say of the change."""
    before, after = said["tests_before"], said["tests_after"]
    rows: list[tuple[str, object]] = []
    if "score_before" in said:
        rows.append(("score", f"{said['score_before']:.6g} → {said['score_after']:.6g}"))
    if before["passed"] or before["failed"]:
        rows.append(
            ("tests that fail", f"{before['failed']} → {after['failed']} of {before['passed'] + before['failed']}")
        )
    held = said["held_out"]
    if held["tests"]:
        rows.append(("tests that had no say in the choice", f"{held['passed']} of {held['tests']} pass"))
    if said["memorising"]:
        rows.append(("refused, as they only memorise a test", said["memorising"]))
    return h("dl", *pairs(rows)) if rows else NOTHING


def guarded(guard: Mapping[str, Any]) -> Html:
    """What else a change changes, input by input."""
    if not guard["inputs"]:
        why = guard["why_not"]
        return h("p", f"What else it changes was not looked at: {why}.", class_="dim") if why else NOTHING
    inputs = plural(guard["inputs"], "input")
    words = f"Of {inputs} that tests gave or that are like them, {guard['changed']:,} behave otherwise."
    examples = guard["examples"][:EXAMPLES]
    if not examples:
        return h("p", words)
    cells = [[cut(str(one[key]), CALL) for key in ("call", "before", "after")] for one in examples]
    rows = [h("tr", *(h("td", h("code", cell), data_name=name) for name, cell in zip(HEADS, row))) for row in cells]
    head = h("tr", *(h("th", name) for name in HEADS))
    return joined([h("p", words), h("table", h("thead", head), h("tbody", *rows), class_="cells")])


HEADS = ("input", "before", "after")


def command(story: Story) -> Html:
    """The command that writes the change."""
    patch = story.result.get("patch", "")
    return h("p", "It is kept as a patch: ", h("code", f"tracec patch apply {patch}")) if patch else NOTHING
