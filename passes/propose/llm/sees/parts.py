"""Parts of a prompt + room -> what is shown of each: the important first, each in the fullest form that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

CUT = " …"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to show a thing; `partly` where it shows a part of a target only."""

    text: str
    partly: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to be shown, in its forms, the fullest first. `needed` things may take the room of other parts.

    Those before the form `first` are only taken once all things of the part are there.
    """

    forms: tuple[Form, ...]
    target: str = ""
    needed: bool = False
    first: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a prompt. `share` of the room is its own; what it leaves goes to the others."""

    name: str
    title: str
    items: tuple[Item, ...]
    share: float


@dataclass(slots=True)
class Chosen:
    """What is shown: by (part, item) the number of the form."""

    forms: dict[tuple[int, int], int] = field(default_factory=dict)
    left: int = 0  # characters that are still free


def chosen(parts: Sequence[Part], room: int) -> Chosen:
    """Give each part its share in their order, then what is left to those that show nothing yet, then to all.

    What a part shows besides, in forms before `first`, comes after that, from what is left of the part's share.
    """
    found, used = Chosen(left=room), [0] * len(parts)
    for brief in (True, False):
        spare = 0.0
        for number, part in enumerate(parts):
            budget = int(part.share * room + spare)
            used[number] += _filled(found, number, part, budget - used[number], brief=brief)
            spare = max(0, budget - used[number])
        for number in {*range(len(parts))} - {number for number, _ in found.forms}:
            used[number] += _filled(found, number, parts[number], found.left, brief=True)
    for number, part in enumerate(parts):
        _filled(found, number, part, found.left)
    return found


def _filled(found: Chosen, number: int, part: Part, budget: int, *, brief: bool = False) -> int:
    """Show as much of a part as `budget` allows, in `brief` no form before `first`; returns the characters it took."""
    used = 0
    for at, item in enumerate(part.items):
        have = found.forms.get((number, at))
        paid = len(item.forms[have].text) + 1 if have is not None else 0
        head = 0 if any(key[0] == number for key in found.forms) else len(part.title) + 2
        room = min(found.left if item.needed else budget - used, found.left)
        for form in range(item.first if brief else 0, len(item.forms) if have is None else have):
            cost = len(item.forms[form].text) + 1 + head - paid
            if cost <= room:
                found.forms[number, at] = form
                found.left -= cost
                used += cost
                break
    return used


def shortened(text: str, most: int) -> str:
    """The beginning of a text, with a mark where it is not all of it."""
    return text if len(text) <= most else text[: max(0, most - len(CUT))] + CUT


def middle_cut(text: str, most: int, what: str) -> str:
    """The beginning and the end of a text, and how much lies between; whole lines."""
    if len(text) <= most:
        return text
    lines = text.split("\n")
    head, tail, left = list[str](), list[str](), most - len(what) - 20
    while lines and left - len(lines[0]) - 1 > (most // 3 if head else 0):
        left -= len(lines[0]) + 1
        head.append(lines.pop(0))
    while lines and left - len(lines[-1]) - 1 > 0:
        left -= len(lines[-1]) + 1
        tail.insert(0, lines.pop())
    return "\n".join([*head, f"[{len(lines)} {what}]", *tail]) if head or tail else shortened(text, most)
