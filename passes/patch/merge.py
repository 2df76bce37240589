"""Old and new syntax tree -> the new program, in the old nodes wherever they are the same code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import libcst as cst

from tracec.passes.patch.align import align
from tracec.passes.patch.blocks import merge_block
from tracec.passes.patch.items import rehung, relink
from tracec.passes.patch.literals import Style, blend, prefixed, restyled
from tracec.passes.patch.normal import STRINGS, Keys, Small, code, every, fields, is_layout, parse, program, sole_if

# How much of the old layout a node keeps, tried in this order: all, all with the parentheses the new code has, none.
KEEP, BRACKET, FRESH = 0, 1, 2
DISPLAYS = (cst.List, cst.Set, cst.Tuple, cst.Dict)
# How fine a merge is, tried in this order.
FINE, STATEMENTS, BODIES, WHOLE = 0, 1, 2, 3
# What is taken from the new code whole, by grain.
TOO_FINE: tuple[tuple[type, ...], ...] = (
    (),
    (Small, cst.BaseExpression),
    (Small, cst.BaseExpression, cst.BaseSuite),
    (cst.CSTNode,),
)
PROVED = (cst.BaseExpression, cst.BaseSmallStatement, cst.BaseCompoundStatement)
# Fields that make up one list with commas.
GROUPS: dict[type, tuple[str, ...]] = {
    cst.Parameters: ("posonly_params", "posonly_ind", "params", "star_arg", "kwonly_params", "star_kwarg"),
    cst.ClassDef: ("bases", "keywords"),
    cst.MatchClass: ("patterns", "kwds"),
}
ABSENT = object()
FAULTS = (cst.CSTValidationError, cst.CSTLogicError, ValueError, TypeError, AttributeError)


class Merger:
    """Merges `new` into `old`, two definitions. Each step is proved by parsing what it wrote."""

    def __init__(self, old: cst.CSTNode, new: cst.CSTNode, style: Style, grain: int = FINE) -> None:
        self.keys, self.style, self.grain = Keys(), style, grain
        self._merged: dict[tuple[int, int], Any] = {}
        self._had, self._has = _statements(old, self.keys), _statements(new, self.keys)
        self._pool: dict[int, Any] = {}
        for node in every(old):
            if isinstance(node, PROVED) and not isinstance(node, (cst.Name, cst.BaseSmallStatement)):
                self._pool.setdefault(self.keys.of(node), node)
        for node in every(old):
            if isinstance(node, cst.SimpleStatementLine) and len(node.body) == 1:
                self._pool.setdefault(self.keys.of(node), node)

    def merge(self, old: Any, new: Any, mode: int = KEEP) -> Any:
        """The program `new` in the layout of `old`."""
        if self.keys.of(old) == self.keys.of(new):
            made = old
        elif isinstance(new, TOO_FINE[self.grain]):
            return self.graft(new)
        elif isinstance(old, cst.BaseSuite) and isinstance(new, cst.BaseSuite):
            made = merge_block(old, new, self)
        elif isinstance(new, PROVED):
            known = self._merged.get((id(old), id(new)))
            made = known if known is not None else self._proved(old, new)
            self._merged[id(old), id(new)] = made
        else:
            made = self._rebuilt(old, new, mode)
        return made if mode == KEEP else _bracketed(made, new)

    def graft(self, new: Any) -> Any:
        """New code in the file's style, with the old layout of those parts that the old definition had somewhere."""
        known = self._pool.get(self.keys.of(new)) if isinstance(new, (*PROVED, cst.SimpleStatementLine)) else None
        if self.grain == FINE and known is not None and not isinstance(new, cst.Name):
            made = self._reused(known, new)
            if made is not None:
                return made
        if isinstance(new, (cst.SimpleString, cst.FormattedString)):
            return restyled(new, self.style)
        changes: dict[str, Any] = {"indent": None} if isinstance(new, cst.IndentedBlock) else {}
        for name in fields(new):
            value = None if is_layout(name) else getattr(new, name)
            if isinstance(value, cst.CSTNode):
                changes[name] = self.graft(value)
            elif isinstance(value, (list, tuple)):
                changes[name] = [self.graft(v) if isinstance(v, cst.CSTNode) else v for v in value]
        return new.with_changes(**changes)

    def moved(self, old: cst.CSTNode, new: cst.CSTNode) -> tuple[bool, bool]:
        """Whether the old statement is somewhere in the new code, and the new one somewhere in the old."""
        a, b = self.keys.of(old), self.keys.of(new)
        return 0 < self._has[a] >= self._had[a], 0 < self._had[b] >= self._has[b]

    def _reused(self, known: Any, new: Any) -> Any:
        if isinstance(known, cst.BaseExpression):
            made = _bracketed(known, new)
            return made if program(made) == program(new) else None
        key = self.keys.of(new)
        if self._has[key] <= self._had[key]:
            return known
        # A copy: comments are not copied along.
        if isinstance(known, cst.SimpleStatementLine):
            copy = known.with_changes(leading_lines=(), trailing_whitespace=cst.TrailingWhitespace())
            return copy.body[0] if isinstance(new, Small) else copy
        return None

    def _proved(self, old: Any, new: Any) -> Any:
        """The first merge, from the old layout to a fresh one, whose text is the program `new`."""
        wanted = program(new)
        if isinstance(old, STRINGS) and isinstance(new, STRINGS):
            made = prefixed(old, new) or blend(old, new, self.style, self.keys)
            if made is not None:
                return made
        elif type(old) is type(new) or self._akin(old, new):
            for mode in (KEEP, BRACKET, FRESH):
                try:
                    made = self._chained(old, new, mode) if isinstance(new, cst.If) else self._rebuilt(old, new, mode)
                except FAULTS:
                    continue  # the old white space does not suit the new parts
                if program(made) == wanted:
                    return made
        return self.graft(new)

    def _akin(self, old: Any, new: Any) -> bool:
        """True where nodes of different types have a child in the same place: `x < y` and `x + y`, `if` and `while`."""
        shared = (getattr(old, name, None) for name in fields(new) if not is_layout(name))
        return any(isinstance(child, (cst.BaseExpression, cst.BaseSuite)) for child in shared)

    def _rebuilt(self, old: Any, new: Any, mode: int) -> Any:
        group = GROUPS.get(type(new), ()) if type(old) is type(new) else ()
        changes = self._grouped(old, new, group, mode) if group else {}
        for name in fields(new):
            if name not in group:
                changes[name] = self._field(name, getattr(old, name, ABSENT), getattr(new, name), mode)
        made = new.with_changes(**changes)
        return rehung(old, made) if type(old) is type(new) and isinstance(new, DISPLAYS) else made

    def _field(self, name: str, old: Any, new: Any, mode: int) -> Any:
        if is_layout(name):
            if old is ABSENT or (name == "equal" and type(old) is not type(new)):
                return new
            if name in ("lpar", "rpar"):
                return old if mode == KEEP else old or new
            return old if mode != FRESH else new
        if isinstance(new, cst.CSTNode):
            return self.merge(old, new, mode) if isinstance(old, cst.CSTNode) else self.graft(new)
        if isinstance(new, (list, tuple)):
            made = self._sequence(old, new, mode) if isinstance(old, (list, tuple)) else map(self.graft, new)
            return list(made)
        return new

    def _sequence(self, old: Sequence[Any], new: Sequence[Any], mode: int) -> list[Any]:
        pairs = align(old, new, self.keys, lambda o, n: type(o) is type(n))
        made = [(o, self.merge(o, n, mode) if o is not None else self.graft(n)) for o, n in pairs if n is not None]
        return [node for _, node in made] if mode == FRESH else relink(old, made)

    def _grouped(self, old: Any, new: Any, group: Sequence[str], mode: int) -> dict[str, Any]:
        """Several fields merged as one list, then handed back to the fields they have in the new code."""
        homes = [(name, item) for name in group for item in _listed(getattr(new, name))]
        before = [item for name in group for item in _listed(getattr(old, name))]
        merged = iter(self._sequence(before, [item for _, item in homes], mode))
        changes = {name: () if isinstance(getattr(new, name), (list, tuple)) else getattr(new, name) for name in group}
        for (name, _), item in zip(homes, merged):
            changes[name] = (*changes[name], item) if isinstance(changes[name], tuple) else item
        return changes

    def _chained(self, old: Any, new: cst.If, mode: int) -> Any:
        """`if`, `elif`... as a list of branches, so that one that comes or goes leaves the others alone."""
        if not isinstance(old, cst.If):
            return self._rebuilt(old, new, mode)
        before, end = _branches(old)
        after, new_end = _branches(new, None if sole_if(end) is None else len(before))
        pairs = align(before, after, self.keys, lambda o, n: True)
        heads = [self._branch(o, n, mode) for o, n in pairs if n is not None]
        tail: Any = None
        if new_end is not None:
            tail = self.merge(end, new_end, mode) if end is not None else self.graft(new_end)
        for head in reversed(heads):
            tail = head.with_changes(orelse=tail)
        return tail.with_changes(leading_lines=old.leading_lines)

    def _branch(self, old: cst.If | None, new: cst.If, mode: int) -> Any:
        if old is None:
            return self.graft(new)
        return old if self.keys.of(old) == self.keys.of(new) else self._rebuilt(old, new, mode)


def _statements(node: cst.CSTNode, keys: Keys) -> Counter[int]:
    """How often each statement occurs."""
    return Counter(keys.of(n) for n in every(node) if isinstance(n, (Small, cst.BaseCompoundStatement)))


def _listed(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return list(value)
    return [value] if isinstance(value, cst.CSTNode) else []


def _branches(node: cst.If, most: int | None = None) -> tuple[list[cst.If], cst.Else | None]:
    """A chain -> its branches, each without what follows, and its `else`.

    `else: if` counts as `elif`, unless the old code writes it so behind `most` branches.
    """
    found: list[cst.If] = []
    rest: Any = node
    while True:
        inner = sole_if(rest) if most is None or len(found) != most else None
        rest = inner if inner is not None and most is not None else rest
        if not isinstance(rest, cst.If):
            return found, rest
        if most is not None and len(found) == most:
            return found, cst.Else(cst.IndentedBlock([rest]))
        found.append(rest.with_changes(orelse=None))
        rest = rest.orelse


def _bracketed(made: Any, new: Any) -> Any:
    """With the parentheses that the new code has there, or with some where its lines need them."""
    if not isinstance(made, cst.BaseExpression) or not hasattr(made, "lpar") or made.lpar:
        return made
    if getattr(new, "lpar", ()):
        return made.with_changes(lpar=new.lpar, rpar=new.rpar)
    return made if _stands_alone(made) else made.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _stands_alone(node: cst.BaseExpression) -> bool:
    text = code(node)
    if "\n" not in text:
        return True
    try:
        parse(f"_ = {text}")
    except (SyntaxError, ValueError):
        return False
    return True
