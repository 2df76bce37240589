"""Situation + View + Brief -> Prompt: the usual prompt, with what a strategy tells, within the same bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.sees import instructions
from tracec.passes.propose.llm.sees.parts import shortened
from tracec.passes.propose.llm.sees.prompt import prompt
from tracec.passes.propose.llm.sees.situation import Level, Message, Prompt, Situation, View
from tracec.passes.propose.llm.told.brief import PLAIN, Brief, Section

SHARE = 0.35  # of a prompt's characters that a strategy's sections have at most; chosen
LEAST = 80  # characters below which an item is rather left out than cut; chosen
ANSWER = "## Your answer"
BLOCKS = """\
Answer with the few lines that change, as blocks of this form, the old lines copied just as they are:
<<<<<<< SEARCH
lines that are there
=======
lines in their place
>>>>>>> REPLACE"""
RISING = (Level.NONE, Level.OUTCOME, Level.SLICE, Level.QUERY)


def told(situation: Situation, view: View, brief: Brief = PLAIN) -> Prompt:
    """The messages of at most `view.characters`, with the sections that fit in before the words on the answer."""
    situation, view = narrowed(situation, brief), lowered(view, brief)
    sections = [*_fitted(brief.sections, int(SHARE * view.characters))]
    extra = [*(text for _, text in sections), *([brief.task] if brief.task else [])]
    if not extra and not brief.blocks:
        return prompt(situation, view)
    more = sum(len(text) + 2 for text in extra) + (len(BLOCKS) if brief.blocks else 0)
    base = prompt(situation, replace(view, characters=view.characters - more))
    ask = base.messages[1].content
    head, _, ending = ask.rpartition(ANSWER)
    shown = [target for target in situation.targets if target.id in base.shown]
    if brief.blocks and any(target.kind == "code" for target in shown):
        ending = _by_blocks(shown)
    body = "\n\n".join([head.rstrip("\n"), *extra, ANSWER + ending])
    messages = (base.messages[0], Message("user", body), *base.messages[2:])
    counts = (*base.counts, *((name, len(text)) for name, text in sections), ("task", len(brief.task)))
    return replace(base, messages=messages, counts=counts)


def narrowed(situation: Situation, brief: Brief) -> Situation:
    """The situation with nothing but the cases and targets that are asked for."""
    if brief.cases:
        outcomes = [o for o in situation.outcomes if o.id in brief.cases or not (o.failed or situation.metric)]
        runs = [run for run in situation.runs if run.case in brief.cases or not run.failing]
        situation = replace(situation, outcomes=outcomes, runs=runs)
    if brief.targets:
        situation = replace(situation, targets=[t for t in situation.targets if t.id in brief.targets])
    return situation


def lowered(view: View, brief: Brief) -> View:
    """The view with no more evidence than a strategy goes by."""
    return replace(view, level=min(view.level, brief.level, key=RISING.index))


def _by_blocks(shown: Sequence[Target]) -> str:
    texts = [instructions.TEXTS.format(name=target.qualname) for target in shown if target.kind == "text"]
    return "\n" + "\n".join([BLOCKS, *texts[:1]])


def _fitted(sections: Sequence[Section], room: int) -> Iterator[tuple[str, str]]:
    """(name, text) of each section that has items, each with its share of the room; what one leaves, the next has."""
    left = room
    filled = [section for section in sections if section.items]
    for number, section in enumerate(filled):
        share = left // (len(filled) - number) - len(section.title) - 1
        kept = list[str]()
        for item in reversed(section.items):
            if len(item) + 1 <= share:
                kept.insert(0, item)
            elif not kept and share >= LEAST:
                kept.insert(0, shortened(item, share - 1))
                break
            else:
                break
            share -= len(item) + 1
        if kept:
            text = "\n".join([section.title, *kept])
            left -= len(text) + 1
            yield section.name, text
