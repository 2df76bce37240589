"""What names, arguments, returns, yields and ends of frames are seen in a running plain program, place by place.

Independent of the product: it reads running frames and the code's own position table, and knows nothing of hooks.
`watching.py` drives it.
"""

from __future__ import annotations

import dis
from collections import defaultdict
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from tests.fuzz.places import Place, Places, Point

# What a value looks like on both sides: (type, text), the text only where the value is plain.
Look = tuple[str, str]
Table = dict[Place, list[Look]]
PLAIN = (int, float, bool, str, bytes, complex, type(None))
OPTIMIZED = 1  # the flag of functions' code
LONGEST = 200  # characters of a text that is compared whole
COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
NOT_ENDED_BY = COMPREHENSIONS | {"<module>", "<lambda>"}  # no `try` can stand in one: their ends are not recorded
STORES = frozenset({
    "STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF", "STORE_FAST_STORE_FAST", "STORE_FAST_LOAD_FAST",
})  # fmt: skip


def table() -> Table:
    return defaultdict(list)


@dataclass(slots=True)
class Observed:
    """Sequences of looks by place."""

    bound: Table = field(default_factory=table)
    parameters: Table = field(default_factory=table)
    returned: Table = field(default_factory=table)
    yielded: Table = field(default_factory=table)
    raised: Table = field(default_factory=table)

    def tables(self) -> dict[str, Table]:
        return {name: dict(getattr(self, name)) for name in Observed.__slots__}


def look(value: object) -> Look:
    """The type's name, and the text of a plain value; nothing of the value's own code runs."""
    kind = type(value)
    if kind not in PLAIN:
        return kind.__name__, ""
    if isinstance(value, int) and value.bit_length() > 500:
        return kind.__name__, "big"
    if isinstance(value, (str, bytes)) and len(value) > LONGEST:
        return kind.__name__, "long"
    return kind.__name__, repr(value)


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: its name, what it names, and its place where the position table has more than a line."""

    opname: str
    names: tuple[str, ...]
    place: Point | None
    forgets: bool = False  # the None that ends `except ... as name`: it is deleted at once


class Recorder:
    """Is told what happens in the frames of one file."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.places, self.observed = path, Places(text), Observed()
        self.failures: list[str] = []
        self._codes: dict[CodeType, dict[int, Step]] = {}
        self._waiting: dict[int, Step] = {}  # id of a frame -> the store under way; the frame itself would live on

    def step(self, code: CodeType, offset: int) -> Step:
        """The instruction at an offset, or the one whose cache it is."""
        if code not in self._codes:
            self._codes[code] = dict(self._steps(code))
        steps = self._codes[code]
        return steps.get(offset) or steps[max(at for at in steps if at <= offset)]

    def _steps(self, code: CodeType) -> list[tuple[int, Step]]:
        instructions = list(dis.get_instructions(code))
        after = [*instructions[1:], instructions[-1]]
        return [(i.offset, self._step(i, following)) for i, following in zip(instructions, after)]

    def _step(self, instruction: dis.Instruction, following: dis.Instruction) -> Step:
        name = instruction.argval
        names = name if isinstance(name, tuple) else (name,) if isinstance(name, str) else ()
        names = names[:1] if instruction.opname == "STORE_FAST_LOAD_FAST" else names
        forgets = following.opname.startswith("DELETE_") and following.argval == name
        return Step(instruction.opname, names, self._place(instruction), forgets)

    def _place(self, instruction: dis.Instruction) -> Point | None:
        p = instruction.positions
        if p is None or p.lineno is None or p.col_offset is None or p.col_offset == p.end_col_offset:
            return None
        return self.places.in_characters((p.lineno, p.col_offset))

    # --- what happens ---

    def begin(self, frame: FrameType) -> None:
        """A frame has its arguments, and runs its first instruction."""
        code = frame.f_code
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        for name in code.co_varnames[:count]:
            if not name.startswith("."):
                key = (name, code.co_name == "<lambda>", code.co_firstlineno)
                self.observed.parameters[key].append(look(frame.f_locals[name]))

    def before(self, frame: FrameType, offset: int) -> None:
        """An instruction is about to run: what the one before it stored is there now."""
        self.stored(frame)
        step = self.step(frame.f_code, offset)
        # From 3.12 on a comprehension outside functions runs in hidden variables of the frame: nobody sees them.
        hidden = step.opname.startswith("STORE_FAST") and not frame.f_code.co_flags & OPTIMIZED
        if step.opname in STORES and step.place is not None and not step.forgets and not hidden:
            self._waiting[id(frame)] = step

    def stored(self, frame: FrameType) -> None:
        """Note what a store left in a frame's names."""
        step = self._waiting.pop(id(frame), None)
        if step is not None and step.place in self.places.comprehensions:
            return  # from 3.12 on: the variable of the same name outside is put back
        start = self.places.binder(step.place) if step and step.place else None
        if step is None or start is None:
            return
        values = frame.f_globals if step.opname == "STORE_GLOBAL" else frame.f_locals
        for name in step.names:
            if name in values and not name.startswith("__"):
                self.observed.bound[name, *start].append(look(values[name]))

    def left(self, code: CodeType, offset: int, value: Any) -> None:
        """A frame returns."""
        if code.co_name in COMPREHENSIONS:
            return
        place = self.step(code, offset).place
        region = self._body(code) if code.co_name == "<lambda>" else place and self.places.leaving(place)
        if region:
            self.observed.returned[region].append(look(value))

    def _body(self, code: CodeType) -> Place | None:
        """Of a lambda the start of its body: the earliest place in its code."""
        starts = [step.place for step in self._codes[code].values() if step.place]
        return self.places.body_of_lambda(min(starts)) if starts else None

    def gave(self, code: CodeType, offset: int, value: Any) -> None:
        """A generator yields."""
        place = self.step(code, offset).place
        start = place and self.places.yielding(place)
        if start:
            self.observed.yielded[start].append(look(value))

    def ended(self, code: CodeType, kind: str) -> None:
        """An exception ends a frame."""
        if code.co_name not in NOT_ENDED_BY:
            self.observed.raised[(code.co_firstlineno,)].append((kind, ""))
