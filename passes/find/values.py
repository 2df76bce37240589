"""Syntax tree -> Targets of kind number, text and choice: `param(...)`, `choice(...)` and marked assignments."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from tracec.passes.find.definitions import DEFINITIONS
from tracec.passes.find.marks import TargetMark, call_mark, called, keyword
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.target import VALUE_MARKS, Kind, Target
from tracec.passes.syntax.parsing import Definable, Parsed, syntax


@dataclass(frozen=True, slots=True)
class ValueNode:
    """A node, the definitions around it by name, and the name its value goes to ("" when it has none)."""

    node: ast.AST
    scope: tuple[str, ...] = ()
    name: str = ""


def value_targets(parsed: Parsed, names: dict[str, str], kept: Set[Definable]) -> Iterator[Target]:
    """Find the values in `param(...)` and `choice(...)`; `names` are imports, `kept` the definitions to look into."""
    for place in _value_nodes(parsed.tree, kept):
        if not isinstance(place.node, ast.Call) or (mark := called(place.node.func, names)) not in VALUE_MARKS:
            continue
        value = place.node.args[0] if place.node.args else keyword(place.node, "value")
        if value is None or (mark == "choice" and keyword(place.node, "options") is None):
            raise _refusal(parsed, place.node, f"{mark}() without a value or its options")
        said = call_mark(parsed, place.node)
        yield from _target(parsed, place, value, said, mark, "choice" if mark == "choice" else _kind(value))


def assigned_targets(parsed: Parsed, names: dict[str, str], kept: Set[Definable], used: Set[int]) -> Iterator[Target]:
    """Find the literals in assignments with a `# tracec: trainable` whose line is not in `used`.

    Where the comment stands beside a `param(...)` or `choice(...)`, it says nothing new and is passed over.
    """
    for place in _value_nodes(parsed.tree, kept):
        if not isinstance(place.node, (ast.Assign, ast.AnnAssign)) or place.node.value is None:
            continue
        comment = parsed.comment_on(place.node, "trainable")
        value = place.node.value
        if comment is None or comment.line in used:
            continue
        if isinstance(value, ast.Call) and called(value.func, names):
            continue
        target = place.node.targets[0] if isinstance(place.node, ast.Assign) else place.node.target
        named = ValueNode(value, place.scope, _bound(target))
        yield from _target(parsed, named, value, TargetMark(comment.rest, (), comment.line), "value", _kind(value))


def _target(
    parsed: Parsed, place: ValueNode, value: ast.expr, mark: TargetMark, fallback: str, kind: Kind | None
) -> Iterator[Target]:
    """One target, or none where `# tracec: skip` stands beside it. `fallback` names a value that goes to no name."""
    if parsed.comment_on(value, "skip"):
        return
    if kind is None:
        raise _refusal(parsed, value, "only a number, a string or a bool that is written out can be marked")
    constraints = mark.constraints
    if kind == "choice" and not constraints:
        constraints = ("options=[True, False]",)
    qualname = ".".join((*place.scope, place.name or fallback))
    yield Target("", kind, qualname, parsed.span(value), written(parsed, value), mark.goal, constraints, True)


def _kind(value: ast.expr) -> Kind | None:
    """The kind of a literal; a bool is a choice between the two. None for what is no such literal."""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, (ast.USub, ast.UAdd)):
        inner = _kind(value.operand)
        return inner if inner == "number" and isinstance(value.operand, ast.Constant) else None
    if not isinstance(value, ast.Constant):
        return None
    kinds: dict[type, Kind] = {bool: "choice", int: "number", float: "number", str: "text"}
    return kinds.get(type(value.value))


def written(parsed: Parsed, value: ast.expr) -> str:
    """The text of a value; in parentheses where it cannot stand alone, as with strings joined over several lines."""
    text = parsed.text(parsed.span(value))
    try:
        syntax(text)
    except SyntaxError:
        return f"({text})"
    return text


def _value_nodes(tree: ast.Module, kept: Set[Definable]) -> Iterator[ValueNode]:
    """Every node in the order of the text, except in definitions that are not in `kept`."""
    stack = [ValueNode(tree)]
    while stack:
        place = stack.pop()
        if isinstance(place.node, DEFINITIONS) and place.node not in kept:
            continue
        yield place
        stack.extend(reversed(list(_inside(place))))


def _inside(place: ValueNode) -> Iterator[ValueNode]:
    """The children of a node, with the names that their values go to."""
    node = place.node
    scope = (*place.scope, node.name) if isinstance(node, DEFINITIONS) else place.scope
    names: dict[ast.AST, str] = {}
    for kind, of in NAMES:
        if isinstance(node, kind):
            names = dict(of(node))
    inherited = "" if isinstance(node, ast.stmt) else place.name
    for child in ast.iter_child_nodes(node):
        yield ValueNode(child, scope, names.get(child, inherited))


def _assigned(node: ast.Assign) -> Iterator[tuple[ast.AST, str]]:
    yield node.value, _bound(node.targets[0])


def _bound_once(node: ast.AnnAssign | ast.AugAssign | ast.NamedExpr) -> Iterator[tuple[ast.AST, str]]:
    if node.value is not None:
        yield node.value, _bound(node.target)


def _entries(node: ast.Dict) -> Iterator[tuple[ast.AST, str]]:
    for key, value in zip(node.keys, node.values):
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier():
            yield value, key.value


def _argument(node: ast.keyword) -> Iterator[tuple[ast.AST, str]]:
    if node.arg:
        yield node.value, node.arg


def _defaults(node: ast.arguments) -> Iterator[tuple[ast.AST, str]]:
    positional = [*node.posonlyargs, *node.args]
    first = len(positional) - len(node.defaults)
    yield from ((default, argument.arg) for argument, default in zip(positional[first:], node.defaults))
    yield from ((default, argument.arg) for argument, default in zip(node.kwonlyargs, node.kw_defaults) if default)


# A node that binds names -> (value, name) pairs.
NAMES: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[tuple[ast.AST, str]]]], ...] = (
    (ast.Assign, _assigned),
    ((ast.AnnAssign, ast.AugAssign, ast.NamedExpr), _bound_once),
    (ast.Dict, _entries),
    (ast.keyword, _argument),
    (ast.arguments, _defaults),
)


def _bound(target: ast.expr) -> str:
    """`rate`, `self.rate` and `table["rate"]` -> `rate`; "" for anything else."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value) if str(target.slice.value).isidentifier() else ""
    return _bound(target.elts[0]) if isinstance(target, (ast.Tuple, ast.List)) and target.elts else ""


def _refusal(parsed: Parsed, node: ast.expr, what: str) -> TracecError:
    todo = "write param(0.2), param('text') or choice(value, options=[...])"
    return TracecError(what, todo, path=parsed.path, line=node.lineno)
