"""The hooks as `ast` nodes.

Every name has two underscores on both ends: `__x` would be mangled inside a class. All but three locals are builtins,
so that a module which looks at its own names finds only its own; in a compiled module they may be constants, which are
not looked up at all. A node that wraps one of the user's has it as `.inner`; statements of ours have `.ours`: what
prints the program needs to tell them apart.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from tracec.passes.instrument.prescan import first_run
from tracec.runtime.record.bind_hooks import ANY, BEGIN, FRAME, PUT, REC, RESUME, VAL, hole

PROLOGUE = "__import__('tracec.runtime.record', fromlist=['attach']).attach({key!r}, {at!r}, {count})"
N = TypeVar("N", bound=ast.AST)
E = TypeVar("E", bound=ast.expr)
S = TypeVar("S", bound=ast.stmt)
LOAD, STORE = ast.Load(), ast.Store()


class Nowhere:
    """The place of a hook that has none: it takes the line of what ran before it, so that no debugger stops there."""

    lineno = col_offset = end_lineno = end_col_offset = -1


def table(key: str) -> str:
    """The name of a module's tokens."""
    return f"__at_{key[:12]}__"


class Hooks:
    """Makes the nodes of one module's hooks. `where` is always the node of the user's whose place a hook takes."""

    def __init__(self, key: str, text: str, careful: bool) -> None:
        self.at, self.careful = table(key), careful
        more = (
            "_" * next(n for n in range(len(text)) if not re.search(rf"\b__[vge]__{'_' * n}\b", text)) if text else ""
        )
        self.temp, self.mark, self.error = "__v__" + more, "__g__" + more, "__e__" + more
        self._names: dict[tuple[str, int], ast.Name] = {}
        self._calls: list[ast.Call] = []
        self._handlers: list[ast.ExceptHandler] = []

    def name(self, name: str, line: int) -> ast.Name:
        """A name that is read: one node serves a whole line."""
        known = self._names.get((name, line))
        if known is None:
            known = ast.Name(
                name, LOAD, lineno=line, col_offset=min(line, 0), end_lineno=line, end_col_offset=min(line, 0)
            )
            self._names[name, line] = known
        return known

    def call(self, name: str, args: list[ast.expr], where: Any, line: int = 0) -> ast.Call:
        """`name(args)`; `line` is where it ends, if that is not where it begins."""
        begin = where if where.lineno == where.end_lineno else first_run(where)
        made = placed(ast.Call(self.name(name, begin.lineno), args, []), where, line)
        self._calls.append(made)
        return made

    def record(self, node: ast.expr) -> ast.expr:
        """`e -> (__rec__(__v__ := e) or __v__)`."""
        line = last_line(node)
        keep = placed(ast.NamedExpr(placed(ast.Name(self.temp, STORE), node, line), node), node, line)
        both: list[ast.expr] = [self.call(REC, [keep], node, line), self.name(self.temp, line or node.lineno)]
        return wrapped(placed(ast.BoolOp(ast.Or(), both), node, line), node, keeps=True)

    def record_by_call(self, node: ast.expr) -> ast.expr:
        """`e -> __val__(e)`: where no walrus may stand."""
        return wrapped(self.call(VAL, [node], node, last_line(node)), node, keeps=True)

    def token(self, segment: int, where: Any) -> ast.expr:
        """`__at_1f00__[7]`."""
        number = placed(ast.Constant(segment), where)
        made = placed(ast.Subscript(self.name(self.at, where.lineno), number, LOAD), where)
        made.number = segment  # type: ignore[attr-defined]
        return made

    def event(self, hook: str, name: str, where: Any) -> ast.expr:
        """`__rec__(x)`."""
        return self.call(hook, [self.name(name, where.lineno)], where)

    def entering(self, segment: int, where: Any, mark: bool) -> list[ast.expr]:
        """`__rec__(__g__), __rec__(__at_1f00__[7])`: each is None when it is evaluated."""
        first = [self.event(REC, self.mark, where)] if mark else []
        return [*first, self.call(REC, [self.token(segment, where)], where)]

    def beginning(self, segment: int, where: Any) -> list[ast.expr]:
        """`__begin__(__at_1f00__[7])`: a frame begins that may share variables with frames around it or within."""
        return [self.call(BEGIN, [self.token(segment, where)], where)]

    def together(self, events: Sequence[ast.expr]) -> list[ast.expr]:
        """`__rec__(x), __keep__(y) -> __put__(x, y)`, where that is the faster."""
        if not self.careful or len(events) < 2:
            return list(events)
        calls = [cast(ast.Call, event) for event in events]
        name = BEGIN if getattr(calls[0].func, "id", "") == BEGIN else PUT
        return [self.call(name, [arg for call in calls for arg in call.args], events[0])]

    def either(self, first: Sequence[ast.expr], last: ast.expr) -> ast.expr:
        """`(first or ... or last)`: the value of `last`, as all before it are None."""
        return wrapped(placed(ast.BoolOp(ast.Or(), [*self.together(first), last]), last), last)

    def suspended(self, name: str, segment: int, value: ast.expr | None, where: Any) -> ast.expr:
        """`__pause__(__at_1f00__[7], e)`."""
        given = value if value is not None else placed(ast.Constant(None), where)
        return wrapped(self.call(name, [self.token(segment, where), given], where), value)

    def resumed(self, name: str, node: ast.expr) -> ast.expr:
        """`__resume__(__g__, e)`."""
        return wrapped(self.call(name, [self.name(self.mark, node.lineno), node], node), node, keeps=name == RESUME)

    def statements(self, events: Sequence[ast.expr], where: Any) -> list[ast.stmt]:
        """Events as statements."""
        return [ours(placed(ast.Expr(event), where)) for event in self.together(events)]

    def frame(self, segment: int, where: Any) -> ast.stmt:
        """`__g__ = __frame__(__at_1f00__[0])`."""
        value = self.call(FRAME, [self.token(segment, where)], where)
        return ours(placed(ast.Assign([placed(ast.Name(self.mark, STORE), where)], value), where))

    def guard(
        self, body: list[ast.stmt], raised: list[ast.expr], ended: list[ast.expr], first: Any, where: Any
    ) -> ast.Try:
        """`body -> try: body; except __any__ as __e__: <raised>; raise; finally: <ended>`; it begins at `first`."""
        failing = [*self.statements(raised, where), ours(placed(ast.Raise(None, None), where))]
        handler = placed(ast.ExceptHandler(self.name(ANY, where.lineno), self.error, failing), where)
        self._handlers.append(handler)
        return ours(placed(ast.Try(body, [handler], [], self.statements(ended, Nowhere)), first))

    def asleep_behind(self, body: list[ast.stmt], events: list[ast.expr], first: Any) -> ast.Try:
        """`body -> try: body; finally: <events>`; it begins at `first`."""
        return ours(placed(ast.Try(body, [], [], self.statements(events, Nowhere)), first))

    @contextmanager
    def as_constants(self) -> Iterator[None]:
        """Within, every hook and token is a hole that `bind` fills."""
        kept = [(call, call.func, call.args) for call in self._calls]
        types = [(handler, handler.type) for handler in self._handlers]
        for call, func, args in kept:
            call.func, call.args = empty(func), [empty(arg) if hasattr(arg, "number") else arg for arg in args]
        for handler, kind in types:
            handler.type = empty(kind)
        try:
            yield
        finally:
            for call, func, args in kept:
                call.func, call.args = func, args
            for handler, kind in types:
                handler.type = kind


def empty(node: Any) -> ast.Constant:
    """The hole in the place of a hook's name or of a token."""
    what: Any = hole(node.number if hasattr(node, "number") else node.id)
    return placed(ast.Constant(what), node)


def placed(node: N, where: Any, line: int = 0) -> N:
    """A new node gets the place of another, or a line of its own."""
    new: Any = node
    if line and line != where.lineno:
        new.lineno = new.end_lineno = line
        new.col_offset = new.end_col_offset = 0
        return node
    new.lineno, new.col_offset = where.lineno, where.col_offset
    new.end_lineno, new.end_col_offset = where.end_lineno, where.end_col_offset
    return node


def last_line(node: ast.expr) -> int:
    """The line at which an expression ends its work, 0 for its first: an attribute is read at the line of its name."""
    last = node.func if isinstance(node, ast.Call) else node
    return last.end_lineno or 0 if isinstance(last, ast.Attribute) else 0


def wrapped(node: E, inner: ast.expr | None, *, keeps: bool = False) -> E:
    """Marks a hook around an expression, and whether it records the value itself."""
    node.inner, node.keeps = inner, keeps  # type: ignore[attr-defined]
    return node


def ours(node: S) -> S:
    """Marks a statement that is a hook."""
    node.ours = True  # type: ignore[attr-defined]
    return node
