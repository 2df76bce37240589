"""StepQuestion -> the messages that a critic is sent."""

from __future__ import annotations

from collections.abc import Sequence

from tracec.passes.nouns.critique import StepInput, StepQuestion
from tracec.passes.propose.llm.answers.texts import value_of
from tracec.passes.propose.llm.sees.parts import middle_cut, shortened
from tracec.passes.propose.llm.sees.situation import Message

ROLE = (
    "A program went wrong. You look at one step of it and say what should have been different about what went into "
    "it. You write no code and no new text, only what to change and why, in one or two sentences for each input."
)
CALLED = {"model": "A language model was called:", "code": "A function was called:"}
TITLE = "## What went into it"
ANSWER = """\
## Your answer
For each of {ids}, one block of this form and nothing else. Say what should be different about it, for this case and \
for others like it; write `nothing` where the fault is not there.
<input id="{first}">what should be different</input>"""
SAID = 600  # characters of one text that says what is wrong; chosen
BESIDE = 300  # characters of an input that is not asked about; chosen
LEAST = 400  # characters of an input that is, however small the limit; chosen


def messages_of(question: StepQuestion, goal: str, characters: int) -> tuple[Message, ...]:
    """The messages, of about so many characters: what does not fit of the inputs is cut in the middle."""
    ids = ", ".join(one.id for one in question.inputs)
    head = [
        CALLED[question.kind],
        f"`{question.name}`",
        *(f"- {given}" for given in question.given),
        f"It gave: {question.result}",
        "## What is wrong with that",
        *(f"- {shortened(said, SAID)}" for said in question.said),
        *([f"The goal of the whole program: {goal}"] if goal else []),
    ]
    beside = [f"- {one.name} ({one.what}): {shortened(text_of(one), BESIDE)}" for one in question.beside]
    after = [
        *(["## What else went into it"] if beside else []),
        *beside,
        ANSWER.format(ids=ids, first=question.inputs[0].id),
    ]
    used = len(ROLE) + sum(len(line) + 1 for line in (TITLE, *head, *after, *shown(question.inputs, 0)))
    room = max(LEAST, (characters - used) // len(question.inputs))
    body = "\n".join([*head, TITLE, *shown(question.inputs, room), *after])
    return Message("system", ROLE), Message("user", body)


def shown(inputs: Sequence[StepInput], room: int) -> list[str]:
    """The inputs that are asked about, each with its whole text where there is room."""
    texts = [middle_cut(text_of(one), room, "lines are not shown") for one in inputs]
    return [f"### {one.id}: {one.name}, {one.what}\n```\n{text}\n```" for one, text in zip(inputs, texts)]


def text_of(one: StepInput) -> str:
    """A literal as the text that it is, all else as it stands."""
    text = value_of(one.value) if one.what.startswith("a text") else None
    return one.value if text is None else text
