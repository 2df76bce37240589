"""Elements, arguments and parameters that were merged -> the same with commas and line breaks in the old layout."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import libcst as cst

AFTER: dict[type, str] = {
    cst.Arg: "whitespace_after_arg",
    cst.Param: "whitespace_after_param",
    cst.ParamSlash: "whitespace_after",
}


def relink(old: Sequence[cst.CSTNode], merged: Sequence[tuple[cst.CSTNode | None, cst.CSTNode]]) -> list[Any]:
    """Sets what follows each item. `merged` is (the old item or None, the item now), `old` the sequence as it was.

    A trailing comma and the break before the closing bracket stay with the last place, a comment with its item.
    """
    if not old or not merged or not hasattr(old[0], "comma"):
        return [node for _, node in merged]
    before = {id(b): _lines_before(a) for a, b in pairwise(old)}
    made: list[Any] = []
    for i, (was, node) in enumerate(merged):
        if i + 1 == len(merged):
            made.append(node if was is old[-1] else _as_last(node, was, old))
        else:
            follower = merged[i + 1][0]
            lines = before.get(id(follower), ()) if follower is not None else ()
            made.append(_as_inner(node, was, old, lines))
    return made


def rehung(old: Any, made: Any) -> Any:
    """A merged display: the comment behind its last element hangs on the bracket, that behind another on its comma."""
    space = _before_bracket(made)
    if not made.elements or not isinstance(space, cst.ParenthesizedWhitespace) or space is not _before_bracket(old):
        return made
    at, comment = _last_place(old, made), space.first_line.comment
    if at >= 0 and comment is not None and (after := _broken(made.elements[at])):
        made = _spaced(made, at, _commented(after, comment))
        return made.deep_replace(space, _commented(space, None))
    if comment is None and (after := _broken(made.elements[-1])):
        made = _spaced(made, len(made.elements) - 1, cst.SimpleWhitespace(""))
        return made.deep_replace(space, _commented(space, after.first_line.comment))
    return made


def _broken(item: Any) -> Any:
    """The white space behind an item's comma where the line ends there, else None."""
    space = item.comma.whitespace_after if isinstance(item.comma, cst.Comma) else None
    return space if isinstance(space, cst.ParenthesizedWhitespace) else None


def _spaced(display: Any, at: int, space: Any) -> Any:
    item = display.elements[at]
    item = item.with_changes(comma=item.comma.with_changes(whitespace_after=space))
    return display.with_changes(elements=[*display.elements[:at], item, *display.elements[at + 1 :]])


def _before_bracket(display: Any) -> Any:
    """The white space before the closing bracket; None for a tuple without one."""
    bracket = next((getattr(display, name) for name in ("rbracket", "rbrace") if hasattr(display, name)), None)
    bracket = bracket or next(iter(display.rpar[-1:]), None)
    return bracket and bracket.whitespace_before


def _last_place(old: Any, made: Any) -> int:
    """Where the old last element is now; -1 where it is gone, or the last one still."""
    if not old.elements:
        return -1
    last = old.elements[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    same = (element.with_changes(comma=cst.MaybeSentinel.DEFAULT).deep_equals(last) for element in made.elements[:-1])
    return max((at for at, found in enumerate(same) if found), default=-1)


def _as_inner(node: Any, was: Any, old: Sequence[Any], lines: Sequence[cst.EmptyLine]) -> Any:
    """An item before another one. `lines` are comment lines above that other one."""
    inner = was is not None and was is not old[-1]
    model = was if inner else old[-2] if len(old) > 1 else None
    comma = model.comma if model is not None else cst.MaybeSentinel.DEFAULT
    if isinstance(comma, cst.Comma) and isinstance(comma.whitespace_after, cst.ParenthesizedWhitespace):
        space = comma.whitespace_after.with_changes(empty_lines=lines)
        comma = comma.with_changes(whitespace_after=_commented(space, _comment(was)))
    if isinstance(node, cst.ParamStar) and not isinstance(comma, cst.Comma):
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    node = node.with_changes(comma=comma)
    after = AFTER.get(type(node))
    return node if inner or after is None else node.with_changes(**{after: cst.SimpleWhitespace("")})


def _as_last(node: Any, was: Any, old: Sequence[Any]) -> Any:
    """An item that became the last one: what followed the old last one follows it."""
    end, comment = old[-1], _comment(was)
    space = _space(end)
    broken = isinstance(space, cst.ParenthesizedWhitespace)
    if comment is not None and not broken and isinstance(was.comma, cst.Comma):
        return node  # its comment needs the line break after its own comma
    comma = end.comma
    if broken:
        space = _commented(space, comment)
        comma = comma.with_changes(whitespace_after=space) if isinstance(comma, cst.Comma) else comma
    elif len(old) == 1:
        comma = cst.MaybeSentinel.DEFAULT  # the comma of `(a,)` is no trailing comma
    if isinstance(node, cst.ParamStar):
        return node
    node = node.with_changes(comma=comma)
    after = AFTER.get(type(node))
    if after is None or isinstance(comma, cst.Comma) or space is None:
        return node
    return node.with_changes(**{after: space})


def _space(item: Any) -> Any:
    """The white space that ends an item, behind its comma if it has one; None where it belongs to the bracket."""
    if isinstance(item.comma, cst.Comma):
        return item.comma.whitespace_after
    after = AFTER.get(type(item))
    return getattr(item, after) if after else None


def _comment(item: Any) -> cst.Comment | None:
    space = _space(item) if item is not None else None
    return space.first_line.comment if isinstance(space, cst.ParenthesizedWhitespace) else None


def _lines_before(previous: Any) -> Sequence[cst.EmptyLine]:
    space = _space(previous)
    return space.empty_lines if isinstance(space, cst.ParenthesizedWhitespace) else ()


def _commented(space: cst.ParenthesizedWhitespace, comment: cst.Comment | None) -> cst.ParenthesizedWhitespace:
    line = space.first_line
    if line.comment is comment:
        return space
    gap = cst.SimpleWhitespace("  " if comment else "")
    return space.with_changes(first_line=line.with_changes(comment=comment, whitespace=gap))
