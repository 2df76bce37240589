"""Situation: all that is known when a model is asked; View: how much of it is shown; Prompt: what reaches the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.runtime.outcome import Outcome


class Level(StrEnum):
    """How much evidence is shown: nothing of any run; what the cases said; values too; values, and more on request."""

    NONE = "none"
    OUTCOME = "outcome"
    SLICE = "slice"
    QUERY = "query"


CHARACTERS = 6_000  # characters of all messages together; chosen: the goal of issue 16 for a median prompt
FUNCTIONS = 4  # functions and texts that are shown; measured: of 41 real faults the four most blamed hold 40
ASSIGNED = 2  # values of modules and classes that are shown besides; chosen


@dataclass(frozen=True, slots=True)
class View:
    """How much is shown. With `holes` the model is told that it may leave some."""

    level: Level = Level.SLICE
    characters: int = CHARACTERS
    functions: int = FUNCTIONS
    assigned: int = ASSIGNED
    holes: bool = True


@dataclass(frozen=True, slots=True)
class Tried:
    """A change that was tried, as changed lines, and what came of it, in a line."""

    change: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Situation:
    """A program that is to be changed. `sources` are its files' texts.

    `tests` is by case the text of its file, or what the metric is given. `outcomes` are those of the cases that may be
    seen: none that is held out. `tried` are changes of this very program, `siblings` of programs that came from the
    same one. `refusals` are of the model's last reply, which was `refused`. `exchanges` are requests of the model in
    this conversation, with the answers.
    """

    targets: Sequence[Target]
    sources: Mapping[str, str]
    credits: Mapping[str, Credit] = field(default_factory=dict)
    runs: Sequence[TracedRun] = ()
    outcomes: Sequence[Outcome] = ()
    tests: Mapping[str, str] = field(default_factory=dict)
    goal: str = ""
    metric: str = ""
    tried: Sequence[Tried] = ()
    siblings: Sequence[Tried] = ()
    refusals: Sequence[str] = ()
    refused: str = ""
    exchanges: Sequence[tuple[str, str]] = ()

    @property
    def failing(self) -> list[Outcome]:
        """What asks for a change: tests that fail; of a metric's cases all that are not the best, the worst first."""
        if self.metric:
            return sorted((o for o in self.outcomes if o.failed or o.score is not None), key=lambda o: o.worth)
        return [o for o in self.outcomes if o.failed]


Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent. `counts` are the characters of each part that reached it, and how many things were `left` out.

    `shown` are the ids of the targets that it shows, `partly` of those that it shows in part.
    """

    messages: tuple[Message, ...]
    counts: tuple[tuple[str, int], ...]
    shown: tuple[str, ...] = ()
    partly: frozenset[str] = frozenset()

    @property
    def characters(self) -> int:
        """The characters of all messages."""
        return sum(len(message.content) for message in self.messages)

    def as_dicts(self) -> list[dict[str, str]]:
        """The messages as services take them."""
        return [{"role": message.role, "content": message.content} for message in self.messages]
