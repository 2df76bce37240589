"""The hooks as libcst nodes.

Every name has two underscores on both ends: `__x` would be mangled inside a class. All are builtins, so that a module
which looks at its own names finds only its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

REC, VAL = "__rec__", "__val__"
FRAME, PAUSE, RESUME, AGAIN = "__frame__", "__pause__", "__resume__", "__again__"
TEMP, MARK, ERROR = "__v__", "__g__", "__e__"
PROLOGUE = "__import__('tracec.runtime.record', fromlist=['attach']).attach({key!r}, {at!r}, {count})"


def table(key: str) -> str:
    """The name of a module's tokens."""
    return f"__at_{key[:12]}__"


def call(name: str, *args: cst.BaseExpression) -> cst.Call:
    """`name(args)`."""
    return cst.Call(cst.Name(name), [cst.Arg(closed(arg)) for arg in args])


def closed(node: cst.BaseExpression) -> cst.BaseExpression:
    """`a, b -> (a, b)`: with parentheses where a bare one could not stand as an argument."""
    bare = isinstance(node, (cst.Tuple, cst.Yield, cst.NamedExpr, cst.GeneratorExp)) and not node.lpar
    return parenthesised(node) if bare else node


def parenthesised(node: cst.BaseExpression) -> cst.BaseExpression:
    """`e -> (e)`."""
    return node.with_changes(lpar=[cst.LeftParen(), *node.lpar], rpar=[*node.rpar, cst.RightParen()])


def record(node: cst.BaseExpression) -> cst.BaseExpression:
    """`e -> (__rec__(__v__ := e) or __v__)`."""
    keep = cst.Arg(cst.NamedExpr(cst.Name(TEMP), closed(node)))
    return either([cst.Call(cst.Name(REC), [keep])], cst.Name(TEMP))


def record_by_call(node: cst.BaseExpression) -> cst.BaseExpression:
    """`e -> (__val__(e))`: where no walrus may stand."""
    return parenthesised(call(VAL, node))


def token(at: str, segment: int) -> cst.BaseExpression:
    """`__at_1f00__[7]`."""
    index = cst.SubscriptElement(cst.Index(cst.Integer(str(segment))))
    return cst.Subscript(cst.Name(at), [index])


def events(at: str, segment: int | None, names: Sequence[str] = (), mark: bool = False) -> list[cst.BaseExpression]:
    """`[__rec__(__g__), __rec__(__at_1f00__[7]), __rec__(x)]`: each is None when it is evaluated."""
    first: list[cst.BaseExpression] = [call(REC, cst.Name(MARK))] if mark else []
    if segment is not None:
        first.append(call(REC, token(at, segment)))
    return first + [call(REC, cst.Name(name)) for name in names]


def either(first: Sequence[cst.BaseExpression], last: cst.BaseExpression) -> cst.BaseExpression:
    """`(first or ... or last)`: the value of `last`, as all before it are None."""
    whole = first[0]
    for operand in [*first[1:], _operand(last)]:
        whole = cst.BooleanOperation(whole, cst.Or(), operand)
    return parenthesised(whole)


def _operand(node: cst.BaseExpression) -> cst.BaseExpression:
    """As the right side of `or`: all that binds less tightly, and `or` itself, needs parentheses."""
    loose = (cst.BooleanOperation, cst.IfExp, cst.Lambda, cst.Tuple, cst.NamedExpr, cst.Yield, cst.GeneratorExp)
    return parenthesised(node) if isinstance(node, loose) and not node.lpar else node


def line(expressions: Sequence[cst.BaseExpression]) -> cst.SimpleStatementLine:
    """`a; b; c` on one line."""
    return cst.SimpleStatementLine([cst.Expr(expression) for expression in expressions])


def guarded(
    body: Sequence[cst.BaseStatement], raised: Sequence[cst.BaseExpression], ended: Sequence[cst.BaseExpression]
) -> cst.Try:
    """`body -> try: body; except BaseException as __e__: <raised>; raise; finally: <ended>`."""
    failing = [line([*raised, call(REC, cst.Name(ERROR))]), cst.SimpleStatementLine([cst.Raise()])]
    handler = cst.ExceptHandler(
        type=cst.Name("BaseException"), name=cst.AsName(cst.Name(ERROR)), body=cst.IndentedBlock(failing)
    )
    last = cst.Finally(cst.IndentedBlock([line(ended)])) if ended else None
    return cst.Try(body=cst.IndentedBlock(list(body)), handlers=[handler], finalbody=last)
