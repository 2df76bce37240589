"""Blocks and compound statements rewritten."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, cast

from tracec.passes.instrument.hooks import Nowhere
from tracec.passes.instrument.nested_scopes import names_bound
from tracec.passes.instrument.prescan import captures, first_run, opening
from tracec.passes.instrument.simple_statements import Simple
from tracec.passes.nouns.structure import Ref
from tracec.runtime.record.bind_hooks import REC

Name = tuple[str, Any, str]  # bound by a header: (name, node, kind of its site)


class Compound(Simple):
    """Each method answers the statements that stand in one's place."""

    following: Any = Nowhere  # where the statement behind the one at hand begins

    def statements(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """A block's statements, in order."""
        out: list[ast.stmt] = []
        outer = self.following
        for place, statement in enumerate(body, 1):
            self.following = first_run(opening(body[place:])) if place < len(body) else Nowhere
            out += self.statement(statement)
        self.following = outer
        return out

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        method = self.methods.get(type(node))
        return [node] if method is None else cast(list[ast.stmt], method(node))

    def suite(
        self,
        body: list[ast.stmt],
        guard: int = -1,
        names: Sequence[Name] = (),
        refs: Sequence[Ref] = (),
        *,
        waits: bool = False,
        kind: str = "block",
        jumps: str = "",
        over: tuple[int, ...] = (),
        asleep: bool = False,
    ) -> list[ast.stmt]:
        """A block with a token of its own, and the names that its header binds; `asleep` where the frame sleeps before
        and behind it.
        """
        if not self.values:
            return self.slept(self.statements(body), first_run(opening(body))) if asleep else self.statements(body)
        waits = waits or isinstance(body[-1], (ast.Break, ast.Continue))
        with self.block(kind, guard=guard, waits=waits) as run:
            run.jumps, run.over = jumps, over
            for name, where, kind in names:
                self.binding(kind, where, refs, name)
            start = first_run(opening(body))
            first = self.make.statements(self.enter(run, start, [name for name, _, _ in names]), start)
            rest = self.statements(body)
            return [*first, *(self.awoken(rest, start) if asleep else rest)]

    def slept(self, body: list[ast.stmt], start: Any) -> list[ast.stmt]:
        """A block at whose start the frame wakes, and behind which it sleeps."""
        woken = self.make.statements([self.make.event(REC, self.make.mark, start)], start)
        return [*woken, *self.awoken(body, start)]

    def awoken(self, body: list[ast.stmt], start: Any) -> list[ast.stmt]:
        """A block behind which the frame sleeps, however it is left."""
        asleep = self.make.entering(self.segment("pause").id, Nowhere, True)
        return [self.make.asleep_behind(body, asleep, start)]

    def orelse(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return self.suite(body) if body else body

    def follow(self, where: Any, *, asleep: bool = False, jumps: str = "") -> list[ast.stmt]:
        """The token of what follows a loop or a `with`; where the frame was `asleep`, it wakes."""
        if self.values:
            return self.make.statements(self.make.entering(self.after(jumps).id, where, self.resumes), where)
        return self.make.statements([self.make.event(REC, self.make.mark, where)], where) if asleep else []

    def on_If(self, node: ast.If) -> list[ast.stmt]:
        old = node.test
        node.test, refs = self.truth(old)
        guard = self.guard_of(old, refs)
        node.body = self.suite(node.body, guard)
        if self.is_elif(node):
            self.elif_branch(cast(ast.If, node.orelse[0]), guard)
        elif node.orelse:
            node.orelse = self.suite(node.orelse, guard)
        return [node]

    def is_elif(self, node: ast.If) -> bool:
        """True where the `else` is an `elif`: a nested `if` which has no line of hooks before it."""
        inner = node.orelse[0] if len(node.orelse) == 1 else None
        return isinstance(inner, ast.If) and self.lines[inner.lineno - 1].lstrip().startswith("elif")

    def elif_branch(self, node: ast.If, guard: int) -> None:
        if not self.values:
            self.on_If(node)
            return
        where = node.test
        with self.block(guard=guard) as run:
            self.on_If(node)
        node.test = self.make.either(self.enter(run, where), node.test)

    def on_While(self, node: ast.While) -> list[ast.stmt]:
        after = self.following
        if not self.values:
            node.body, node.orelse = self.statements(node.body), self.statements(node.orelse)
            return [node]
        old = node.test
        with self.block(waits=True) as run:
            run.jumps = "t"
            node.test, refs = self.truth(old)
            guard = self.guard_of(old, refs)
        node.test = self.make.either(self.enter(run, old), node.test)
        node.body = self.suite(node.body, guard, waits=True, jumps="l")
        node.orelse = self.orelse(node.orelse)
        return [node, *self.follow(after)]

    def on_For(self, node: ast.For | ast.AsyncFor) -> list[ast.stmt]:
        after = self.following
        old = node.iter
        node.iter, refs = self.contents(old)
        guard = self.guard_of(old, refs)
        asleep = isinstance(node, ast.AsyncFor) and self.resumes
        if asleep:
            node.iter = self.paused("pause", node.iter, old)
        names = [(name, part, "loop") for name, part in {part.id: part for part in names_bound(node.target)}.items()]
        if self.values and any(name in refs for name, _, _ in names):  # `for x, y in x`
            refs = [self.alias(old, refs)]
        node.body = self.suite(node.body, guard, names, refs, waits=True, jumps="l", asleep=asleep)
        node.orelse = self.orelse(node.orelse)
        return [node, *self.follow(after, asleep=asleep)]

    on_AsyncFor = on_For

    def on_With(self, node: ast.With | ast.AsyncWith) -> list[ast.stmt]:
        after = self.following
        asleep = isinstance(node, ast.AsyncWith) and self.resumes
        names: list[ast.Name] = []
        for place, item in enumerate(node.items):
            where = item.context_expr
            hooks = self.entered(names, first_run(where), asleep) if place else []
            item.context_expr, refs = self.expr(where)
            if asleep:
                item.context_expr = self.paused("pause", item.context_expr, where)
            if hooks:
                item.context_expr = self.make.either(hooks, item.context_expr)
            names = [*names_bound(item.optional_vars)] if item.optional_vars and self.values else []
            for name in names:
                self.binding("with", where, refs, name.id)
        first = first_run(opening(node.body))
        hooks = self.entered(names, first, asleep)
        body = self.statements(node.body)
        node.body = [*self.make.statements(hooks, first), *(self.awoken(body, first) if asleep else body)]
        return [node, *self.follow(after, asleep=asleep, jumps="w")]

    def entered(self, names: Sequence[ast.Name], where: Any, asleep: bool) -> list[ast.expr]:
        """The hooks behind an item of a `with`, which has bound names; the frame may be another one meanwhile."""
        mark = [self.make.event(REC, self.make.mark, where)] if asleep or (self.resumes and names) else []
        return [*mark, *self.named([name.id for name in names], where)]

    on_AsyncWith = on_With

    def on_Try(self, node: Any) -> list[ast.stmt]:
        """The exceptions' types are left alone; their names are recorded."""
        began = len(self.sites)
        node.body = self.statements(node.body)
        body = len(self.sites)
        node.orelse = self.statements(node.orelse)
        over = began, body, len(self.sites)
        for handler in node.handlers:
            names: list[Name] = []
            if handler.name:
                end = handler.type.end_lineno, handler.type.end_col_offset
                names = [(handler.name, self.name_after(handler.name, r"[\s)]*as\s+", handler, *end), "except")]
            handler.body = self.suite(handler.body, -1, names, kind="handler", over=over)
        node.finalbody = self.suite(node.finalbody, jumps="f") if node.finalbody else []
        return [node]

    on_TryStar = on_Try

    def on_Match(self, node: ast.Match) -> list[ast.stmt]:
        """Patterns are left alone; what they bind is recorded where the guard or else the body begins."""
        asked = node.subject
        node.subject, refs = self.expr(asked)
        guard = self.guard_of(asked, refs)
        for case in node.cases:
            names: list[Name] = [(name, case.pattern, "match") for name in captures(case.pattern)]
            if case.guard is not None and self.values:
                case.guard, number = self.asked(case.guard, names, refs, guard)
                case.body = self.suite(case.body, number)
            else:
                if case.guard is not None:
                    case.guard, _ = self.expr(case.guard)
                case.body = self.suite(case.body, guard, names, refs)
        return [node]

    def asked(self, test: ast.expr, names: Sequence[Name], refs: Sequence[Ref], guard: int) -> tuple[ast.expr, int]:
        """A case's guard and its site: what the pattern has bound stays bound where the guard says no."""
        where = test
        with self.block(guard=guard) as run:
            for name, node, kind in names:
                self.binding(kind, node, refs, name)
            test, more = self.truth(where)
            number = self.guard_of(where, more)
        return self.make.either(self.enter(run, where, [name for name, _, _ in names]), test), number
