"""The goal and the form of an answer -> the words that a prompt begins and ends with."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.sees.situation import Level, Situation, View

ROLE = (
    "You improve programs. You are given parts of one and what its {cases} say. You answer with changed code, briefly."
)
TESTS = """\
Some tests fail. Change what is shown below so that they pass and all others still do. Repair the cause for every \
input, not for the values in the tests. Keep names, parameters and decorators."""
METRIC = "Change what is shown below so that {metric} rises, on these cases and on others like them."
WHOLE = """\
Answer with one ```python block that holds each function you change, whole, from its first line (decorators included) \
to its last; leave out functions that stay as they are. Helpers and imports may be added in the same block, and \
new methods, within `class NAME:`."""
LONG = 40  # lines of a function that need not be given whole; chosen
ONLY_PART, TOO_LONG = "Of {} only a part is shown.", "You may leave most of {} away."
PARTS = """\
{names} Change it by blocks of this form, with lines copied just as they are:
<<<<<<< SEARCH
lines that are there
=======
lines in their place
>>>>>>> REPLACE"""
ASSIGNED_ALONE = "Answer with one ```python block that holds each value you change as its whole assignment."
ASSIGNED = "A value that you change is given as its whole assignment, in the same block."
TEXTS = """\
Give each new text whole, placeholders kept, as
<edit target="{name}">
the new text
</edit>"""
HOLES = """\
If you are sure of the structure but not of an expression, write HOLE in its place; for a number, add a line \
`tune: NAME in [LOW, HIGH]` after the block."""
QUERY = """\
If you need to see more first, answer with up to 4 lines of these forms and nothing else:
value NAME | slice NAME@LINE | calls FUNCTION | diff | source FUNCTION"""


def named(targets: Sequence[Target], words: str) -> str:
    """Words with the names of targets put in."""
    return words.format(", ".join(target.qualname for target in targets))


def role(situation: Situation) -> str:
    """The system message."""
    return ROLE.format(cases="cases" if situation.metric else "tests")


def goal(situation: Situation) -> str:
    """What is to be done."""
    words = METRIC.format(metric=situation.metric) if situation.metric else TESTS
    return f"{words}\nThe goal: {situation.goal}" if situation.goal else words


def answer(shown: Sequence[Target], partly: Collection[str], view: View, asked: int) -> str:
    """How to answer: for whole functions, for those shown in part, for texts."""
    code = [target for target in shown if target.kind == "code"]
    parts = [WHOLE] * any(target.id not in partly for target in code)
    assigned = [target for target in shown if target.kind == "expression" and target.id not in partly]
    parts += [ASSIGNED if parts else ASSIGNED_ALONE] * bool(assigned)
    cut = [target for target in shown if target.id in partly]
    long = [target for target in code if target.id not in partly and target.value.count("\n") >= LONG]
    told = named(cut, ONLY_PART) if cut else named(long, TOO_LONG)
    parts += [PARTS.format(names=told)] * bool(cut or long)
    texts = [target for target in shown if target.kind == "text" and target.id not in partly]
    parts += [TEXTS.format(name=target.qualname) for target in texts[:1]]
    parts += [HOLES] * (bool(code) and view.holes)
    parts += [QUERY] * (view.level == Level.QUERY and asked == 0)
    return "\n".join(["## Your answer", *parts])
