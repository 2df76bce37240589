"""StepQuestion: what a critic is asked about one step of a run, and of which of its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class StepInput:
    """Something that a step's result comes from. `id` is unique in a question; `what` says what it is, in words."""

    id: str
    name: str
    what: str
    value: str


@dataclass(frozen=True, slots=True)
class StepQuestion:
    """One call of a model, or of a function that may change: what was `given`, its `result`, what was `said` of that.

    Asked is what should be different about each of `inputs`; those `beside` are told only.
    """

    kind: Literal["model", "code"]
    name: str
    given: tuple[str, ...]
    result: str
    said: tuple[str, ...]
    inputs: tuple[StepInput, ...]
    beside: tuple[StepInput, ...] = ()
