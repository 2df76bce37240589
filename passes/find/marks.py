"""Decorators, calls and comments -> TargetMark: what the user said about a target."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tracec.passes.nouns.target import VALUE_MARKS
from tracec.passes.syntax.parsing import Comment, Definable, Parsed

MODULES = ("tracec", "tracec.runtime.marks")  # where marks are imported from
MARKS = ("trainable", *sorted(VALUE_MARKS))


@dataclass(frozen=True, slots=True)
class TargetMark:
    """What the user said about a target. `comment_line` is the line of the comment that said it, 0 where none did."""

    goal: str = ""
    constraints: tuple[str, ...] = ()
    comment_line: int = 0


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Map the names that imports bind to what they mean: `import tracec as t` -> {"t": "tracec"}."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.asname: a.name for a in node.names if a.asname}
            names |= {top: top for a in node.names if not a.asname and (top := a.name.partition(".")[0])}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
            if any(a.name == "*" for a in node.names) and node.module in MODULES:
                names |= {name: f"{node.module}.{name}" for name in MARKS}
    return names


def called(node: ast.expr, names: dict[str, str]) -> str:
    """Return the mark that an expression names: `trainable`, `param`, `choice`, or "" for anything else."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return ""
    module, _, name = ".".join([names[node.id], *reversed(attributes)]).rpartition(".")
    return name if module in MODULES and name in MARKS else ""


def decorator_mark(parsed: Parsed, node: Definable, names: dict[str, str]) -> TargetMark | None:
    """Return the mark of `@trainable`, `@trainable()` or `@trainable(goal=..., constraints=[...])`."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        if called(call.func if call else decorator, names) == "trainable":
            return TargetMark(_goal(parsed, call), _constraints(parsed, call)) if call else TargetMark()
    return None


def comment_mark(comment: Comment | None) -> TargetMark | None:
    """Return the mark of `# tracec: trainable goal text`."""
    return TargetMark(comment.rest, (), comment.line) if comment else None


def call_mark(parsed: Parsed, call: ast.Call) -> TargetMark:
    """Read the mark of a `param(...)` or `choice(...)`: `low=0` and the like become constraints as written."""
    given = (k for k in call.keywords if k.arg in ("low", "high", "options"))
    written = (k for k in given if not (isinstance(k.value, ast.Constant) and k.value.value is None))
    return TargetMark(_goal(parsed, call), tuple(f"{k.arg}={parsed.text(parsed.span(k.value))}" for k in written))


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument."""
    return next((k.value for k in call.keywords if k.arg == name), None)


def _goal(parsed: Parsed, call: ast.Call) -> str:
    value = keyword(call, "goal")
    return _text(parsed, value) if value else ""


def _constraints(parsed: Parsed, call: ast.Call) -> tuple[str, ...]:
    value = keyword(call, "constraints")
    if value is None:
        return ()
    each = value.elts if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else [value]
    return tuple(_text(parsed, element) for element in each)


def _text(parsed: Parsed, value: ast.expr) -> str:
    """What a string says; the source of anything else, whose value is known at run time only."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    return parsed.text(parsed.span(value))
