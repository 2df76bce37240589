"""ProblemInstance: what a model is shown of a graph, in sections; each is bounded, whatever the size of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracec.opto.optimizers.summary import FunctionFeedback, Values
from tracec.opto.optimizers.utils import shown, truncate_expression

CODE = 6_000  # characters of the lines of the graph; chosen
VALUES = 4_000  # characters of all inputs, and of all values between; chosen
ONE = 2_000  # characters of one such value; chosen
SECTIONS = (
    "instruction", "code", "documentation", "variables", "constraints", "inputs", "others", "outputs", "feedback",
)  # fmt: skip


@dataclass
class ProblemInstance:
    """The sections as texts. `str` writes those that have something to say."""

    instruction: str
    code: str
    documentation: str
    variables: str
    inputs: str
    others: str
    outputs: str
    feedback: str
    constraints: str = ""

    def __str__(self) -> str:
        shown = ((f"#{name.title()}", str(getattr(self, name))) for name in SECTIONS)
        return "\n\n".join(f"{title}\n{text}" for title, text in shown if text)

    __repr__ = __str__


def bounded(lines: Sequence[str], most: int, last: bool = False) -> str:
    """As many lines as fit, the first ones, or the last ones; and how many there are besides."""
    kept: list[str] = []
    room = most
    for line in reversed(lines) if last else lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    rest = len(lines) - len(kept)
    told = [f"... {rest} more lines"] * bool(rest)
    return "\n".join([*told, *reversed(kept)] if last else [*kept, *told])


def value_lines(values: Values, limit: int | None = None) -> list[str]:
    """`(int) x=3`, a line each; code stands below its name."""
    made = []
    for name, (value, _) in values.items():
        text = shown(value) if limit is None else truncate_expression(value, limit)
        made.append(f"(code) {name}:\n{text}" if "__code" in name else f"({type(value).__name__}) {name}={text}")
    return made


def kind_of(name: str, value: Any) -> str:
    """The word for the type of a value."""
    return "code" if "__code" in name else type(value).__name__


def constraint_lines(values: Values) -> list[str]:
    """`(int) x: what is said of it`."""
    return [f"({kind_of(name, value)}) {name}: {said}" for name, (value, said) in values.items() if said is not None]


def problem(summary: FunctionFeedback, objective: str, mask: Sequence[str] = ()) -> ProblemInstance:
    """A summary in sections, but for those of the mask: `#Code`, `#Others`."""
    lines = [line for _, line in sorted(summary.graph, key=lambda pair: pair[0])]
    said = [f"[{name}] {text}" for name, text in summary.documentation.items()]
    made = {
        "instruction": objective,
        "code": bounded(lines, CODE, last=True),
        "documentation": bounded(said, VALUES),
        "variables": "\n".join(value_lines(summary.variables)),
        "constraints": "\n".join(constraint_lines(summary.variables)),
        "inputs": bounded(value_lines(summary.inputs, ONE), VALUES),
        "others": bounded(value_lines(summary.others, ONE), VALUES, last=True),
        "outputs": "\n".join(value_lines(summary.output, ONE)),
        "feedback": text_of(summary.user_feedback),
    }
    hidden = {one.lstrip("# ").lower() for one in mask}
    return ProblemInstance(**{name: "" if name in hidden else text for name, text in made.items()})


def text_of(feedback: Any) -> str:
    """What was said, as a text."""
    return "" if feedback is None else str(feedback)
