"""Two blocks of statements -> the new statements in the old block's layout, comments and blank lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import libcst as cst

from tracec.passes.patch.align import align
from tracec.passes.patch.normal import Keys, Small, units

Unit = Small | cst.BaseCompoundStatement
LEAST = 0.4  # how much two statements must have in common for one to count as the other, changed


class Merge(Protocol):
    """What a block needs of the merger."""

    keys: Keys

    def merge(self, old: Any, new: Any, mode: int) -> Any:
        """The new code in the old layout."""

    def graft(self, new: Any) -> Any:
        """New code, with the old layout of those parts that the old definition had somewhere."""

    def moved(self, old: cst.CSTNode, new: cst.CSTNode) -> tuple[bool, bool]:
        """Whether the old statement is elsewhere in the new code, and the new one elsewhere in the old."""


@dataclass
class Draft:
    """The lines written so far, and what is carried over from deleted statements to the next one."""

    lines: list[Any] = field(default_factory=list)
    open: cst.SimpleStatementLine | None = None  # the old line that the last one continues
    carry: list[cst.EmptyLine] = field(default_factory=list)
    comments: tuple[str, ...] = ()  # of the last inserted statement
    first_deleted: bool = False


def merge_block(old: cst.BaseSuite, new: cst.BaseSuite, tools: Merge) -> cst.BaseSuite:
    """A one-line body stays on its line as long as it keeps the number of its statements."""
    before, after = units(old), units(new)
    small = all(isinstance(unit, Small) for unit in after)
    if isinstance(old, cst.SimpleStatementSuite) and small and len(before) == len(after):
        made = [tools.merge(o, n, 0) for o, n in zip(before, after)]
        return old.with_changes(body=_joined(made, _ends(old)))
    draft = Draft()
    where = _lines(old) | _lines(new)
    pairs = align(before, after, tools.keys, lambda o, n: _alike(o, n, tools), LEAST)
    for i, (was, now) in enumerate(pairs):
        following = next((o for o, n in pairs[i + 1 :] if o is not None), None)
        if now is None:
            assert was is not None
            _delete(draft, was, following, pairs, where, tools)
        else:
            _write(draft, was, now, _alone(pairs, i), following, where, tools)
    lines = [_rejoined(line, _ends(old)) for line in draft.lines]
    if isinstance(old, cst.IndentedBlock):
        rest = [line for line in draft.carry if line.comment]
        return old.with_changes(body=lines, footer=[*rest, *old.footer])
    assert isinstance(old, cst.SimpleStatementSuite)
    if isinstance(old.trailing_whitespace, cst.TrailingWhitespace) and old.trailing_whitespace.comment:
        return cst.IndentedBlock(lines, header=old.trailing_whitespace)
    return cst.IndentedBlock(lines)


def _alike(old: Unit, new: Unit, tools: Merge) -> bool:
    """A statement that went elsewhere, or came from elsewhere, is nobody's successor."""
    return isinstance(old, Small) == isinstance(new, Small) and not any(tools.moved(old, new))


def _alone(pairs: Sequence[tuple[Unit | None, Unit | None]], i: int) -> Unit | None:
    """The old statement that was replaced by exactly the inserted one at `i`, though by one of another kind."""
    if pairs[i][0] is not None or i == 0 or pairs[i - 1][1] is not None:
        return None
    lone = (i == 1 or pairs[i - 2][1] is not None) and (i + 1 == len(pairs) or pairs[i + 1][0] is not None)
    return pairs[i - 1][0] if lone else None


def _lines(suite: cst.BaseSuite) -> dict[int, cst.SimpleStatementLine]:
    """id of a small statement -> the line it stands on. A one-line body has none."""
    lines = (line for line in suite.body if isinstance(line, cst.SimpleStatementLine))
    return {id(small): line for line in lines for small in line.body}


def _leading(unit: Unit | None, where: dict[int, cst.SimpleStatementLine]) -> list[cst.EmptyLine]:
    """The blank and comment lines above a statement; none for the second one on a line."""
    if isinstance(unit, Small):
        line = where.get(id(unit))
        return list(line.leading_lines) if line is not None and line.body[0] is unit else []
    return list(getattr(unit, "leading_lines", ()))


def _delete(draft: Draft, was: Unit, following: Unit | None, pairs: Any, where: Any, tools: Merge) -> None:
    """Leave a statement out. Its own comment goes with it, unless it heads a paragraph that lives on."""
    draft.first_deleted |= not draft.lines
    draft.open = None if where.get(id(was)) is not draft.open else draft.open
    lead = _leading(was, where)
    own = len(lead)
    while own and lead[own - 1].comment:
        own -= 1
    next_lead = _leading(following, where)
    paragraph = isinstance(was, Small) and isinstance(following, Small) and not next_lead
    replaced = any(o is None for o, _ in _gap_of(pairs, was))
    if tools.moved(was, was)[0] or not (paragraph or replaced):
        lead = lead[:own]
    draft.carry = _stacked(draft.carry, lead)


def _gap_of(pairs: Any, was: Unit) -> list[Any]:
    """The unpaired neighbours of a deleted statement."""
    at = next(i for i, (o, _) in enumerate(pairs) if o is was)
    start = end = at
    while start and None in pairs[start - 1]:
        start -= 1
    while end < len(pairs) and None in pairs[end]:
        end += 1
    return list(pairs[start:end])


def _write(
    draft: Draft, was: Unit | None, now: Unit, instead_of: Unit | None, following: Unit | None, where: Any, tools: Merge
) -> None:
    made: Any = tools.graft(now) if was is None else tools.merge(was, now, 0)
    if isinstance(made, cst.SimpleStatementLine):  # a whole line of the old code, with its comments
        made, source = made.body[0], made
    else:
        source = where.get(id(was if was is not None else now))
    line = where.get(id(was))
    inside = following is not None and draft.open is not None and where.get(id(following)) is draft.open
    if isinstance(made, Small) and draft.open is not None and (line is draft.open or (was is None and inside)):
        last = draft.lines[-1]
        draft.lines[-1] = last.with_changes(body=[*last.body, made])
        return
    lead = _lead(draft, was, now, made, source, where)
    if isinstance(made, Small):
        tail = source.trailing_whitespace if source is not None else cst.TrailingWhitespace()
        if was is not None and not tail.comment and (other := where.get(id(now))) is not None:
            tail = other.trailing_whitespace if other.trailing_whitespace.comment and len(other.body) == 1 else tail
        made = cst.SimpleStatementLine([made], leading_lines=lead, trailing_whitespace=tail)
    else:
        made = made.with_changes(leading_lines=lead)
    if was is None:
        draft.comments = tuple(e.comment.value for e in lead if e.comment)
    draft.lines.append(made)
    draft.open = line


def _lead(draft: Draft, was: Unit | None, now: Unit, made: Any, source: Any, where: Any) -> list[cst.EmptyLine]:
    """The blank and comment lines above a statement that is written."""
    theirs = _leading(now, where)
    if was is None:
        lead = list(source.leading_lines) if source is not None else list(getattr(made, "leading_lines", theirs))
        said = {e.comment.value for e in lead if e.comment}
        carry = [e for e in draft.carry if not e.comment or e.comment.value not in said]
        lead = _stacked(carry, lead)
        if not draft.lines:
            lead = _unblanked(lead)
    else:
        lead = _leading(was, where)
        told = [e.comment.value for e in lead if e.comment]
        if told and not any(e.comment for e in theirs) and set(told) <= set(draft.comments):
            lead = theirs  # the new code has this comment above the statement inserted before this one
        elif theirs and not told and any(e.comment for e in theirs) and was is not now and made is not was:
            lead = _stacked(lead, theirs)
        lead = _stacked(draft.carry, _unblanked(lead) if draft.first_deleted and not draft.lines else lead)
    draft.carry, draft.comments = [], ()
    return lead


def _unblanked(lead: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Without the blank lines at the top."""
    start = next((i for i, e in enumerate(lead) if e.comment), len(lead))
    return list(lead[start:])


def _stacked(upper: Sequence[cst.EmptyLine], lower: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Two runs of lines as one; where blank lines meet, the longer run of them stays."""
    above, below = list(upper), list(lower)
    up = next((i for i, e in enumerate(reversed(above)) if e.comment), len(above))
    down = len(below) - len(_unblanked(below))
    return above + below[min(up, down) :] if down <= up else above[: len(above) - up] + below


def _rejoined(line: Any, ends: set[int]) -> Any:
    return line.with_changes(body=_joined(line.body, ends)) if isinstance(line, cst.SimpleStatementLine) else line


def _joined(smalls: Sequence[Any], ends: set[int]) -> list[Any]:
    """Statements of one line; the last keeps a semicolon only where it ended a line before."""
    *inner, last = smalls
    keep = isinstance(last.semicolon, cst.MaybeSentinel) or id(last.semicolon) in ends
    return [*inner, last if keep else last.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]


def _ends(suite: cst.BaseSuite) -> set[int]:
    """The ids of the semicolons at the end of lines."""
    lines: list[Any] = [suite] if isinstance(suite, cst.SimpleStatementSuite) else list(suite.body)
    return {id(line.body[-1].semicolon) for line in lines if not isinstance(line, cst.BaseCompoundStatement)}
