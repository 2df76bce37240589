"""Answer: what a reply stands for; Refusal: what of it cannot be used, and why; Piece: a part of a reply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracec.passes.nouns.edits import Edit


class Why(StrEnum):
    """The names of refusals."""

    EMPTY = "empty"  # nothing was answered
    CUT = "cut off"  # the reply ends before its code does
    DECLINED = "declined"  # the model says that it will not
    PROSE = "no code"  # words, and nothing that says where code begins
    SYNTAX = "not python"
    TARGET = "no target"  # it defines none of what may change
    AMBIGUOUS = "ambiguous"  # it may mean several places
    UNMATCHED = "not found"  # what is to be replaced is not in the file
    OUTSIDE = "outside"  # it changes what may not change
    UNCHANGED = "unchanged"
    ELIDED = "elided"  # it leaves out code, with words in its place
    PART = "a part"  # a whole was asked for, or only a part was shown
    STRAY = "stray statement"
    SIGNATURE = "signature"
    DECORATORS = "decorators"
    PLACEHOLDERS = "placeholders"
    CONSTRAINT = "constraint"
    TUNER = "tuner"  # a number or a choice, which the tuner sets
    HOLES = "holes"  # more holes than can be filled


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be used; `text` is one line that the next prompt quotes, `target` the id it is about."""

    why: Why
    text: str
    target: str = ""

    def __str__(self) -> str:
        return f"{self.why}: {self.text}"


@dataclass(frozen=True, slots=True)
class Tune:
    """A number that a model is not sure of: `tune: rate in [0, 1]`. `options` where it lists them."""

    name: str
    low: float | None = None
    high: float | None = None
    options: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply. `stage` is what read it.

    `body` is code or a text; `old` is what it takes the place of, None where it is a whole. `name` is what the reply
    calls the target or file, "" where it does not say; `line` is where `old` stood, by a diff, 0 for unknown. `open`
    where its end is not marked, `cut` where the reply was cut off in it, `words` where it is said to be a text.
    """

    stage: str
    body: str
    name: str = ""
    old: str | None = None
    line: int = 0
    open: bool = False
    cut: bool = False
    words: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The edits of a reply, () where nothing of it can be used; `stage` names what read it, `+` between several.

    `refusals` say what was left out and why. `notes` say what was mended. `tunes` are numbers to be tuned.
    """

    edits: tuple[Edit, ...] = ()
    stage: str = ""
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    tunes: tuple[Tune, ...] = ()
