"""Situation + View -> Prompt: what a model sees, bounded, the important first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from tracec.passes.messages.test_sources import text_of_test
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.fit import short
from tracec.passes.propose.llm.sees import instructions
from tracec.passes.propose.llm.sees.blame import by_blame, user_of, words
from tracec.passes.propose.llm.sees.cases_part import cases_part, most_telling
from tracec.passes.propose.llm.sees.code_part import code_part, is_brief
from tracec.passes.propose.llm.sees.history_part import feedback_part, refusals_part, siblings_part, tried_part
from tracec.passes.propose.llm.sees.parts import Chosen, Part, chosen
from tracec.passes.propose.llm.sees.situation import Level, Message, Prompt, Situation, View
from tracec.passes.propose.llm.sees.slices_part import parting_part, slices_part

SEEN = {  # the parts of each level, in the order in which room is given to them
    Level.NONE: ("refusals", "cases", "code"),
    Level.OUTCOME: ("refusals", "cases", "code", "feedback", "tried", "siblings"),
    Level.SLICE: ("refusals", "cases", "code", "feedback", "tried", "slice", "parting", "siblings"),
}
ORDER = ("code", "cases", "slice", "parting", "feedback", "tried", "siblings", "refusals")  # in which they are shown
LEAST = 400  # characters of room, however small the limit is; chosen


def prompt(situation: Situation, view: View = View()) -> Prompt:  # noqa: B008
    """The messages of at most `view.characters`, and what reached them. The same situation gives the same prompt.

    Numbers and choices are never shown as something to change: a tuner sets them.
    """
    targets = shown_targets(situation, view)
    return assembled(situation, view, targets, _parts(situation, view, targets), ORDER)


def assembled(
    situation: Situation, view: View, targets: Sequence[Target], parts: Sequence[Part], order: Sequence[str]
) -> Prompt:
    """Parts, in the order in which they are given room, as a prompt that shows them in another `order`."""
    before, after = instructions.goal(situation), _longest_answer(targets, view, situation)
    fixed = len(instructions.role(situation)) + len(before) + after + 8
    fixed += sum(len(text) for pair in situation.exchanges for text in pair)
    found = chosen(parts, max(LEAST, view.characters - fixed))
    shown, partly = _shown(parts, found)
    ending = instructions.answer(changeable(situation, shown), partly, view, len(situation.exchanges))
    texts = {part.name: _text(part, found, number) for number, part in enumerate(parts)}
    body = "\n\n".join([before, *(texts[name] for name in order if texts.get(name)), ending])
    messages = [Message("system", instructions.role(situation)), Message("user", body)]
    for asked, told in situation.exchanges:
        messages += [Message("assistant", asked), Message("user", told)]
    counts = [("instructions", len(instructions.role(situation)) + len(before) + len(ending))]
    counts += [(name, len(texts[name])) for name in order if texts.get(name)]
    counts += [("exchanges", sum(len(a) + len(b) for a, b in situation.exchanges))] * bool(situation.exchanges)
    return Prompt(tuple(messages), tuple(counts), shown, partly)


def shown_targets(situation: Situation, view: View) -> list[Target]:
    """The targets that may be shown: the most suspect ones; without evidence, in their order.

    What modules and classes assign is shown where a failure speaks of it, or where there is nothing else to change.
    """
    free = [target for target in situation.targets if target.kind in ("code", "text")]
    assigned = [target for target in situation.targets if target.kind == "expression"]
    if view.level == Level.NONE:
        return (free or assigned)[: view.functions]
    shown = _functions(free, situation, view.functions)
    ordered = by_blame(assigned, situation.credits)
    users = {target: user_of(target, shown, situation.credits) for target in ordered}
    values = [target for target in ordered if not free or users[target] <= len(shown)]
    chosen = sorted(values, key=users.__getitem__)[: view.assigned]
    beside = [[function, *(value for value in chosen if users[value] == at)] for at, function in enumerate(shown)]
    return [*(target for group in beside for target in group), *(v for v in chosen if users[v] >= len(shown))]


def _functions(free: Sequence[Target], situation: Situation, most: int) -> list[Target]:
    """The most suspect ones, and one that a failing test shown names: of runs that were cut short little is known."""
    credits = situation.credits
    if situation.metric:
        return by_blame(free, credits)[:most]
    told = words("\n".join(text_of_test(situation.tests.get(o.id, ""), o.id) for o in most_telling(situation)))
    named = [target for target in free if short(target) in told]
    known = by_blame([t for t in free if t.id in credits and (credits[t.id].weight or credits[t.id].feedback)], credits)
    found = [*dict.fromkeys([*known, *named, *_used_by([*known, *named], free), *free])][:most]
    kept = next((target for target in known if target in named), None)
    return found if kept is None or kept in found else [*found[:-1], kept]


def further(situation: Situation, view: View, shown: Sequence[Target]) -> list[Target]:
    """Texts besides those, functions that they use, and suspect ones: they are shown where there is room for them."""
    if view.level == Level.NONE:
        return []
    free = [target for target in situation.targets if target not in shown]
    texts, code = ([target for target in free if target.kind == kind] for kind in ("text", "code"))
    suspect = by_blame([target for target in code if target.id in situation.credits], situation.credits)
    return [*dict.fromkeys([*texts, *_used_by(shown, code), *suspect])][: view.functions]


def _used_by(some: Sequence[Target], others: Sequence[Target]) -> list[Target]:
    """Those of other functions whose names stand in some, in the order of these."""
    return [
        other
        for one in some
        if one.kind == "code"
        for other in others
        if other.kind == "code" and other is not one and short(other) in words(one.value)
    ]


def changeable(situation: Situation, shown: Collection[str]) -> list[Target]:
    """The targets that a reply may change: those shown, and what their files assign in so few lines that it is told."""
    paths = {target.span.path for target in situation.targets if target.id in shown}
    return [t for t in situation.targets if t.id in shown or (t.span.path in paths and is_brief(t))]


def _parts(situation: Situation, view: View, targets: Sequence[Target]) -> list[Part]:
    level = Level.SLICE if view.level == Level.QUERY else view.level
    made = {
        "refusals": lambda: refusals_part(situation),
        "code": lambda: code_part(situation, targets, further(situation, view, targets)),
        "cases": lambda: cases_part(situation, level),
        "feedback": lambda: feedback_part(targets, situation.credits),
        "slice": lambda: slices_part(situation, targets),
        "parting": lambda: parting_part(situation, targets),
        "tried": lambda: tried_part(situation),
        "siblings": lambda: siblings_part(situation),
    }
    return [made[name]() for name in SEEN[level]]


def _longest_answer(targets: Sequence[Target], view: View, situation: Situation) -> int:
    """The characters of the words that may be needed at the end, whatever is shown: whole, or in part."""
    free = changeable(situation, [target.id for target in targets])
    parts = instructions.PARTS.format(names=instructions.named(free, instructions.ONLY_PART))
    return len(instructions.answer([replace(target, value="") for target in free], (), view, 0)) + len(parts)


def _shown(parts: Sequence[Part], found: Chosen) -> tuple[tuple[str, ...], frozenset[str]]:
    """The ids of the targets that are shown, and of those that are in part."""
    picked = [(parts[p].items[i], form) for (p, i), form in sorted(found.forms.items())]
    shown = tuple(item.target for item, _ in picked if item.target)
    return shown, frozenset(item.forms[form].partly for item, form in picked if item.forms[form].partly)


def _text(part: Part, found: Chosen, number: int) -> str:
    picked = [
        item.forms[found.forms[number, at]].text for at, item in enumerate(part.items) if (number, at) in found.forms
    ]
    return "\n".join([part.title, *picked]) if picked else ""
