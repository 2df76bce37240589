"""Nodes, derivatives and words -> the texts that feedback is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.graph.why_text import named
from tracec.passes.nouns.trace import Trace, show
from tracec.passes.propagate.backward.sources import Wrong
from tracec.passes.propagate.backward.steps import Step

VALUE = 120  # characters of a value; chosen
GIVEN = 4  # arguments of a call that are told with it; chosen
WAY = 3  # values of plain code that feedback came through, which are told; chosen
NAME = 60  # characters of what a step is called; chosen


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong with a value, and the plain code with its values that this was passed on through."""

    text: str
    way: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.text} [by way of {'; '.join(self.way)}]" if self.way else self.text


def name_of(trace: Trace, step: Step) -> str:
    """What a step is called: a target value by its name, a call by its text."""
    if step.kind == "value" and step.target:
        return step.target.qualname
    text = " ".join(trace.nodes[step.node].site.text.split())
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


def value_of(trace: Trace, node: int) -> str:
    """A value in one line."""
    return show(trace.nodes[node].value, VALUE, changed=trace.may_have_changed(node))


def on_the_way(trace: Trace, nodes: Iterable[int]) -> tuple[str, ...]:
    """The values that plain code made, `name = value`, the latest first; what says nothing is left out."""
    told: dict[str, None] = {}
    for node in nodes:
        made = trace.nodes[node]
        if made.site.kind not in ("const", "exception", "compare", "import", "def", "param", "name", "read"):
            told.setdefault(f"{named(made)} = {value_of(trace, node)}")
    return tuple(told)[:WAY]


def derivative(trace: Trace, step: Step, wrong: Wrong, slope: float) -> str:
    """What arithmetic says of a number: its derivative, and where a first step leads."""
    value, name = trace.columns.values[step.node], name_of(trace, step)
    if wrong.wanted is not None and slope == 1 and value == wrong.value:
        return f"{name} was {value:.6g} and should be {wrong.wanted:.6g}"
    if wrong.wanted is None:
        return f"d({wrong.name})/d({name}) = {slope:.4g} at {value:.6g}: it should {'rise' if slope > 0 else 'fall'}"
    goal = f"{wrong.name} was {wrong.value:.6g} and should be {wrong.wanted:.6g}"
    near = f"{value + (wrong.wanted - wrong.value) / slope:.6g}"
    return f"{goal}; d({wrong.name})/d({name}) = {slope:.4g} at {value:.6g}, so to first order it should be {near}"


def told(
    trace: Trace, step: Step, said: Sequence[Said], wrong: Sequence[Wrong], slopes: Mapping[int, float]
) -> list[Said]:
    """All that is known to be wrong with a step's value: words first, then what arithmetic says; each once."""
    numbers = [Said(derivative(trace, step, wrong[seed], slope)) for seed, slope in slopes.items() if slope]
    return list(dict.fromkeys([*said, *numbers]))


def at_call(trace: Trace, step: Step, said: Said) -> str:
    """What is told to a function: the call and what came of it, then what is wrong with that."""
    given = ", ".join(given_to(trace, step)[:GIVEN])
    return f"{name_of(trace, step)} gave {value_of(trace, step.node)}{f' for {given}' if given else ''}: {said}"


def given_to(trace: Trace, step: Step) -> list[str]:
    """The arguments of a call with their values."""
    return [f"{named(trace.nodes[node])} = {value_of(trace, node)}" for node in step.given]
