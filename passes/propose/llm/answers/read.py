"""A reply + what may change -> Answer: the one reader of what models write."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracec.passes.nouns.edits import AddDefinition, AddImport, Edit, about
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.answer import Answer, Piece, Refusal, Why
from tracec.passes.propose.llm.answers.clean import cleaned, tunes
from tracec.passes.propose.llm.answers.mend import stretch
from tracec.passes.propose.llm.answers.scan import pieces
from tracec.passes.propose.llm.answers.texts import expression_said
from tracec.passes.propose.llm.answers.understood import File, Understood, of_code, of_replacements, of_text
from tracec.passes.propose.llm.holes.spots import unfillable
from tracec.passes.syntax.parsing import expression_of

DECLINES = re.compile(r"\b(I('m| am) (sorry|unable)|I (can't|cannot|won't)|as an AI)\b", re.IGNORECASE)
DEFINES = re.compile(r"^\s*(@|(async\s+)?def\b|class\b)", re.MULTILINE)
MOST_REFUSALS = 4  # refusals of one reply; chosen: more help nobody


@dataclass(slots=True)
class Reading:
    """What was read so far of one reply."""

    edits: dict[tuple[str, str], Edit] = field(default_factory=dict)  # by what each is about: the last one counts
    stages: dict[str, None] = field(default_factory=dict)
    refusals: dict[Refusal, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)

    def take(self, stage: str, found: Understood) -> None:
        """Take in what a piece meant."""
        for edit in found.edits:
            if self.edits.pop(about(edit), None) not in (None, edit):
                self.notes["of two versions the last one counts"] = None
            self.edits[about(edit)] = edit
        if found.edits:
            self.stages[stage] = None
            self.notes |= dict.fromkeys(found.notes)
        self.refusals |= dict.fromkeys(found.refusals)


def read(
    reply: str,
    targets: Sequence[Target],
    sources: Mapping[str, str],
    *,
    partly: Collection[str] = (),
    wanted: Collection[str] = (),
    cut: bool = False,
) -> Answer:
    """The edits that a reply stands for, or why there are none. Never raises; no edit is of anything but `targets`.

    `sources` are the texts of the files, by path. `partly` are ids of targets that were shown in part: these are not
    taken whole. `wanted` are names that something looks for in vain: a reply may add these, and change nothing. `cut`
    where the reply ended because it was too long.
    """
    text, tuned = tunes(cleaned(reply))
    if not text.strip():
        return Answer(refusals=(Refusal(Why.CUT if cut else Why.EMPTY, "the reply has no answer"),))
    files = [File.of(path, sources[path], targets, partly, wanted) for path in _paths(targets) if path in sources]
    reading, found = Reading(), pieces(text)
    for stage, understood in _understood([*_ended(found or _unmarked(text), cut)], files):
        reading.take(stage, understood)
    return replace(_answer(reading, text, cut, wanted, targets[0]), tunes=tuned)


def _paths(targets: Sequence[Target]) -> list[str]:
    return [*dict.fromkeys(target.span.path for target in targets)]


def _ended(found: Sequence[Piece], cut: bool) -> Iterator[Piece]:
    """The pieces, and of the last one whether the reply was cut off in it."""
    for at, piece in enumerate(found, 1):
        unmarked = piece.stage in ("bare", "prose")
        yield replace(
            piece, open=piece.open or (cut and unmarked), cut=cut and at == len(found) and (piece.open or unmarked)
        )


def _unmarked(text: str) -> list[Piece]:
    """Code without marks: the whole reply, or what stands among words."""
    code = stretch(text)
    return [Piece("bare" if code[1].strip() == text.strip() else "prose", code[1])] if code else []


def _understood(found: Sequence[Piece], files: Sequence[File]) -> Iterator[tuple[str, Understood]]:
    """What each piece means; replacements of one file belong together."""
    replacements = [piece for piece in found if piece.old is not None]
    for piece in (piece for piece in found if piece.old is None):
        yield piece.stage, _of_whole(piece, files)
    for stage in dict.fromkeys(piece.stage for piece in replacements):
        own = [piece for piece in replacements if piece.stage == stage]
        yield from ((stage, understood) for understood in of_replacements(own, files))


def _of_whole(piece: Piece, files: Sequence[File]) -> Understood:
    target = _text_target(piece, files)
    return of_text(piece, target) if target is not None else of_code(piece, files)


def _text_target(piece: Piece, files: Sequence[File]) -> Target | None:
    """The text that a piece is: named, or the only one where nothing else may change or the piece is said to be one."""
    every = [target for file in files for target in file.targets]
    values = [target for target in every if target.kind == "text"]
    named = [target for target in every if piece.name and _is_called(target, piece.name)]
    if named:
        only = named[0] if len(named) == 1 and named[0].kind != "code" else None
        more = only and only.kind == "expression" and expression_of(expression_said(piece.body)) is None
        return None if more else only  # a statement and others beside it are code
    code = any(target.kind == "code" for target in every)
    marked = piece.stage.split("/")[0] in ("tag", "fence", "json")
    defines = any(re.search(rf"^{re.escape(t.qualname.rpartition('.')[2])}\s*[:=]", piece.body, re.M) for t in every)
    alone = len(values) == 1 and marked and not defines
    return values[0] if alone and (piece.words or not code) else None


def _is_called(target: Target, name: str) -> bool:
    """By its id, its qualified name or the end of that."""
    plain = target.qualname.replace("<locals>.", "")
    return name in (target.id, target.qualname, plain) or plain.endswith(f".{name}") or target.id.endswith(f"/{name}")


def _counts(edit: Edit, wanted: Collection[str]) -> bool:
    """Whether an edit alone may change how a program runs: a new method may, and of what is new what is wanted."""
    if isinstance(edit, AddDefinition):
        return bool(edit.within) or about(edit)[1] in wanted
    return not isinstance(edit, AddImport)


def _unused(edits: Sequence[Edit], target: Target) -> Refusal:
    """Why edits that only add something are none: they are a part of a function, or nothing uses them."""
    if not any(isinstance(edit, AddDefinition) and DEFINES.search(edit.source) for edit in edits):
        words = f"the reply is a part of {target.qualname}; give all of it, or search and replace"
        return Refusal(Why.PART, words, target.id)
    names = ", ".join(about(edit)[1] for edit in edits)
    return Refusal(Why.TARGET, f"nothing uses what the reply adds, {names}, and it changes nothing", target.id)


def _answer(reading: Reading, text: str, cut: bool, wanted: Collection[str], target: Target) -> Answer:
    edits, stages = tuple(reading.edits.values()), "+".join(reading.stages)
    if edits and not any(_counts(edit, wanted) for edit in edits):
        reading.refusals[_unused(edits, target)] = None
        edits = ()
    refusals = [r for r in reading.refusals if not (edits and r.why in (Why.UNCHANGED, Why.TARGET))]
    if not edits and not refusals:
        refusals.append(_wordy(text, cut))
    if edits and (hole := unfillable(edits)):
        return Answer((), "", (hole,), tuple(reading.notes))
    order = sorted(refusals, key=lambda refusal: refusal.why in (Why.TARGET, Why.UNCHANGED))
    return Answer(edits, stages if edits else "", tuple(order[:MOST_REFUSALS]), tuple(reading.notes))


def _wordy(text: str, cut: bool) -> Refusal:
    if cut:
        return Refusal(Why.CUT, "the reply was cut off before any code was whole; answer more briefly")
    if DECLINES.search(text[:400]):
        return Refusal(Why.DECLINED, f"the reply says: {' '.join(text.split())[:120]}")
    return Refusal(Why.PROSE, "the reply is nothing but words; give what is new in a block between ``` lines")
