"""Instrumented tree, and libcst's tree of the same text -> what is to be done at which of libcst's nodes.

Both trees are walked side by side, as both have the same parts: asking libcst for positions would cost three times its
parse.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from tracec.passes.instrument.strings import in_order

Part = tuple[Any, Any]  # a node, or a list of nodes, and libcst's; either may be None
Rule = Callable[[Any, Any], Iterable[Part]]
INSIDE: dict[type, str] = {  # what stands between two nodes in libcst's tree only, and where it holds the second
    cst.Element: "value", cst.Decorator: "decorator", cst.AssignTarget: "target", cst.ComparisonTarget: "comparator",
    cst.CompIf: "test", cst.From: "item", cst.SubscriptElement: "slice", cst.Else: "body", cst.Finally: "body",
    cst.Param: "default", cst.WithItem: "item", cst.Arg: "value", cst.Index: "value",  # but for a starred one
}  # fmt: skip


@dataclass(slots=True)
class Pairs:
    """By the id of libcst's node: the outermost hook around an expression; the statements of a block, hooks among them.

    Only what has hooks is noted. `pair` raises ValueError where the trees differ.
    """

    hooks: dict[int, ast.expr] = field(default_factory=dict)
    blocks: dict[int, list[ast.stmt]] = field(default_factory=dict)

    def pair(self, tree: ast.Module, module: cst.Module) -> None:
        """Walk both; a loop, as trees may be deep."""
        todo: list[Part] = [(tree.body, module)]
        while todo:
            node, at = todo.pop()
            if not node or at is None:
                continue
            if isinstance(node, list):
                todo += self.several(node, at)
                continue
            at = inside(at)
            if getattr(node, "inner", None) is not None:
                self.hooks[id(at)] = node
                node = innermost(node)
            rule = RULES.get(type(node))
            if rule is not None:
                todo += rule(node, at)

    def several(self, nodes: list[Any], at: Any) -> Iterator[Part]:
        """The pairs of a list, or of a block."""
        if not isinstance(nodes[0], ast.stmt):
            yield from zip(nodes, at, strict=True)
        elif isinstance(at, cst.If):  # an `elif`
            yield nodes[0], at
        else:
            at = inside(at)
            if any(hasattr(statement, "ours") for statement in nodes):
                self.blocks[id(at)] = nodes
            yield from zip(theirs(nodes), (small for line in at.body for small in smalls(line)), strict=True)


def innermost(node: Any) -> Any:
    """What is inside all hooks around a node."""
    while getattr(node, "inner", None) is not None:
        node = node.inner
    return node


def inside(at: Any) -> Any:
    """What a node of libcst's holds that only stands between."""
    while (name := INSIDE.get(type(at))) is not None and not getattr(at, "star", ""):
        at = getattr(at, name)
    return at


def theirs(block: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block that are the user's, in order, those in a guard among them."""
    for statement in block:
        if not hasattr(statement, "ours"):
            yield statement
        elif isinstance(statement, ast.Try):
            yield from theirs(statement.body)


def smalls(line: Any) -> Sequence[Any]:
    """The statements on a line."""
    return line.body if isinstance(line, cst.SimpleStatementLine) else (line,)


# --- the parts of each kind of node ---


def same(names: str) -> Rule:
    """Parts that have one name in both trees, or are `ours=libcst's`."""
    both = [(ours, others or ours) for ours, _, others in (name.partition("=") for name in names.split())]
    return lambda node, at: [(getattr(node, ours), getattr(at, others)) for ours, others in both]


def also(names: str, more: Rule) -> Rule:
    """The same, and others."""
    plain = same(names)
    return lambda node, at: [*plain(node, at), *more(node, at)]


def arguments(args: list[ast.expr], keywords: list[ast.keyword], at: Iterable[cst.Arg]) -> Iterator[Part]:
    """Of a call or a class: libcst has them in the order of the text."""
    given, named = iter(args), iter(keywords)
    for arg in at:
        yield (next(named).value, arg.value) if arg.keyword or arg.star == "**" else (next(given), arg)


def defaults(args: ast.arguments, at: cst.Parameters) -> Iterator[Part]:
    """Of parameters."""
    positional = [param for param in (*at.posonly_params, *at.params) if param.default is not None]
    return iter([(args.defaults, positional), (args.kw_defaults, at.kwonly_params)])


def operands(node: ast.BoolOp, at: Any) -> Iterator[Part]:
    """Of `a and b and c`, which libcst has as `(a and b) and c`."""
    for value in reversed(node.values[1:]):
        yield value, at.right
        at = at.left
    yield node.values[0], at


def clauses(node: Any, at: Any) -> Iterator[Part]:
    """Of a comprehension."""
    clause = at.for_in
    for generator in node.generators:
        yield from [(generator.iter, clause.iter), (generator.ifs, clause.ifs)]
        clause = clause.inner_for_in


def index(node: ast.Subscript, at: cst.Subscript) -> Iterator[Part]:
    """`x[a, b]` has the tree of `x[(a, b)]`."""
    only = at.slice[0]
    whole = len(at.slice) == 1 and not isinstance(only.comma, cst.Comma) and not getattr(only.slice, "star", None)
    yield (node.slice, only) if whole else (node.slice.elts, at.slice)  # type: ignore[attr-defined]


def fields(at: Any) -> Iterator[cst.BaseExpression]:
    """What the braces of an f-string hold, format specifications among it."""
    if isinstance(at, cst.ConcatenatedString):
        yield from [*fields(at.left), *fields(at.right)]
    for part in at.parts if isinstance(at, cst.FormattedString) else ():
        if isinstance(part, cst.FormattedStringExpression):
            yield part.expression
            yield from fields(cst.FormattedString(part.format_spec or ()))


def deleted(node: ast.Delete, at: cst.Del) -> Iterator[Part]:
    """`del a, b` has two targets, `del (a, b)` one."""
    bare = isinstance(at.target, cst.Tuple) and not at.target.lpar
    yield (node.targets, at.target.elements) if bare else (node.targets[0], at.target)  # type: ignore[attr-defined]


def cases(node: ast.Match, at: cst.Match) -> Iterator[Part]:
    for case, other in zip(node.cases, at.cases, strict=True):
        yield from [(case.guard, other.guard), (case.body, other.body)]


RULES: dict[type, Rule] = {
    ast.FunctionDef: also("decorator_list=decorators body", lambda node, at: defaults(node.args, at.params)),
    ast.ClassDef: also(
        "decorator_list=decorators body",
        lambda node, at: arguments(node.bases, node.keywords, (*at.bases, *at.keywords)),
    ),
    ast.Delete: deleted,
    ast.Assign: same("targets value"),
    ast.For: same("iter body orelse"),
    ast.With: also("body", lambda node, at: zip([item.context_expr for item in node.items], at.items)),
    ast.Match: also("subject", cases),
    ast.Raise: same("exc cause"),
    ast.Try: also(
        "body orelse finalbody",
        lambda node, at: ((ours.body, other.body) for ours, other in zip(node.handlers, at.handlers)),
    ),
    ast.Assert: same("test msg"),
    ast.BoolOp: operands,
    ast.BinOp: same("left right"),
    ast.UnaryOp: same("operand=expression"),
    ast.Await: same("value=expression"),
    ast.Lambda: also("body", lambda node, at: defaults(node.args, at.params)),
    ast.Dict: lambda node, at: [
        pair
        for key, value, element in zip(node.keys, node.values, at.elements, strict=True)
        for pair in ((key, getattr(element, "key", None)), (value, element.value))
    ],
    ast.ListComp: also("elt", clauses),
    ast.DictComp: also("key value", clauses),
    ast.Compare: same("left comparators=comparisons"),
    ast.Call: also("func", lambda node, at: arguments(node.args, node.keywords, at.args)),
    ast.JoinedStr: lambda node, at: zip(in_order(node), fields(at), strict=True),
    ast.Subscript: also("value", index),
    ast.Slice: same("lower upper step"),
    **dict.fromkeys((ast.While, ast.If, ast.IfExp), same("test body orelse")),
    **dict.fromkeys((ast.AugAssign, ast.AnnAssign), same("target value")),
    **dict.fromkeys((ast.Set, ast.List, ast.Tuple), same("elts=elements")),
    **dict.fromkeys(
        (ast.Expr, ast.Return, ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Attribute, ast.Starred), same("value")
    ),
}
RULES |= {ast.AsyncFunctionDef: RULES[ast.FunctionDef], ast.AsyncFor: RULES[ast.For], ast.AsyncWith: RULES[ast.With]}
RULES |= {ast.TryStar: RULES[ast.Try], ast.SetComp: RULES[ast.ListComp], ast.GeneratorExp: RULES[ast.ListComp]}
