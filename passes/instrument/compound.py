"""Blocks and compound statements rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import libcst as cst

from tracec.passes.instrument import hooks
from tracec.passes.instrument.frames import targets
from tracec.passes.instrument.scan import scan
from tracec.passes.instrument.simple import Simple
from tracec.passes.trace import Ref

Statement = cst.BaseStatement


class Compound(Simple):
    """Each method answers the statements that stand in one's place."""

    def statements(self, body: Sequence[Statement]) -> list[Statement]:
        """A block's statements, in order."""
        out: list[Statement] = []
        for statement in body:
            out += self.statement(statement)
        return out

    def statement(self, node: Statement) -> list[Statement]:
        if isinstance(node, cst.SimpleStatementLine):
            return [self.simple_line(node)]
        method = getattr(self, f"on_{type(node).__name__}", None)
        return [node] if method is None else cast(list[Statement], method(node))

    def suite(self, node: cst.BaseSuite, first: Sequence[cst.BaseExpression] = ()) -> cst.IndentedBlock:
        """A block with hooks as its first line; a one-line body gets lines of its own."""
        if isinstance(node, cst.SimpleStatementSuite):
            body = [self.small_line(node.body)]
            block = cst.IndentedBlock(body, header=node.trailing_whitespace)
        else:
            body = self.statements(cast(cst.IndentedBlock, node).body)  # type: ignore[assignment]
            block = cast(cst.IndentedBlock, node)
        return block.with_changes(body=[*([hooks.line(first)] if first else []), *body])

    def guarded_suite(
        self,
        node: cst.BaseSuite,
        guard: int = -1,
        names: Sequence[tuple[str, cst.CSTNode, str]] = (),
        refs: Sequence[Ref] = (),
        *,
        waits: bool = False,
    ) -> cst.IndentedBlock:
        """A block with a token of its own, and the names that its header binds: (name, node, kind)."""
        if self.grain == "calls":
            return self.suite(node)
        with self.block(guard=guard, waits=waits or jumps(node)) as run:
            for name, where, kind in names:
                self.site(kind, where, refs, binds=[name], attr=name)
            return self.suite(node, self.enter(run, [name for name, _, _ in names]))

    def following(self) -> list[Statement]:
        """The token of what follows a loop or a `with`."""
        return [] if self.grain == "calls" else [hooks.line(self.enter(self.after()))]

    def on_If(self, node: cst.If) -> list[Statement]:
        return [self.branch(node)]

    def branch(self, node: cst.If) -> cst.If:
        test, refs = self.expr(node.test, truth=True)
        guard = self.guard_of(node.test, refs)
        body = self.guarded_suite(node.body, guard)
        orelse: Any = node.orelse
        if isinstance(orelse, cst.If):
            orelse = self.elif_branch(orelse, guard)
        elif orelse is not None:
            orelse = orelse.with_changes(body=self.guarded_suite(orelse.body, guard))
        return node.with_changes(test=test, body=body, orelse=orelse, whitespace_before_test=cst.SimpleWhitespace(" "))

    def elif_branch(self, node: cst.If, guard: int) -> cst.If:
        if self.grain == "calls":
            return self.branch(node)
        with self.block(guard=guard) as run:
            new = self.branch(node)
        return new.with_changes(test=hooks.either(self.enter(run), new.test))

    def on_While(self, node: cst.While) -> list[Statement]:
        if self.grain == "calls":
            return [node.with_changes(body=self.suite(node.body), orelse=self.orelse(node.orelse))]
        with self.block(waits=True) as run:
            test, refs = self.expr(node.test, truth=True)
            guard = self.guard_of(node.test, refs)
        test = hooks.either(self.enter(run), test)
        body = self.guarded_suite(node.body, guard, waits=True)
        orelse = self.orelse(node.orelse)
        new = node.with_changes(test=test, body=body, orelse=orelse, whitespace_after_while=cst.SimpleWhitespace(" "))
        return [new, *self.following()]

    def on_For(self, node: cst.For) -> list[Statement]:
        iterable, refs = self.expr(node.iter)
        names = [(name, node.target, "loop") for name in targets(node.target)]
        body = self.guarded_suite(node.body, -1, names, refs, waits=True)
        orelse = self.orelse(node.orelse)
        new = node.with_changes(iter=iterable, body=body, orelse=orelse, whitespace_after_in=cst.SimpleWhitespace(" "))
        return [new, *self.following()]

    def orelse(self, node: cst.Else | None) -> cst.Else | None:
        return None if node is None else node.with_changes(body=self.guarded_suite(node.body))

    def on_With(self, node: cst.With) -> list[Statement]:
        items, names = [], []
        for item in node.items:
            value, refs = self.expr(item.item)
            items.append(item.with_changes(item=value))
            names += [(name, refs) for name in (targets(item.asname.name) if item.asname else [])]
        first = []
        for name, refs in names if self.grain == "values" else []:
            self.site("with", node.items[0].item, refs, binds=[name], attr=name)
            first.append(name)
        body = self.suite(
            node.body,
            hooks.events(self.at, None, first, mark=self.resumes and (bool(first) or node.asynchronous is not None)),
        )
        new = node.with_changes(items=items, body=body, whitespace_after_with=cst.SimpleWhitespace(" "))
        return [new, *self.following()]

    def on_Try(self, node: cst.Try | cst.TryStar) -> list[Statement]:
        body = self.suite(node.body)
        orelse = None if node.orelse is None else node.orelse.with_changes(body=self.suite(node.orelse.body))
        handlers = [self.handler(handler) for handler in node.handlers]
        final = node.finalbody
        if final is not None:
            final = final.with_changes(body=self.guarded_suite(final.body))
        return [node.with_changes(body=body, handlers=handlers, orelse=orelse, finalbody=final)]

    on_TryStar = on_Try

    def handler(self, node: Any) -> Any:
        """The exception's type is left alone; its name is recorded."""
        name = node.name.name.value if node.name is not None else ""
        return node.with_changes(
            body=self.guarded_suite(node.body, -1, [(name, node.name.name, "except")] if name else [])
        )

    def on_Match(self, node: cst.Match) -> list[Statement]:
        subject, refs = self.expr(node.subject)
        cases = [self.case(case, refs) for case in node.cases]
        return [node.with_changes(subject=subject, cases=cases, whitespace_after_match=cst.SimpleWhitespace(" "))]

    def case(self, node: cst.MatchCase, refs: list[Ref]) -> cst.MatchCase:
        """Patterns are left alone; what they bind is recorded where the body begins."""
        guard = node.guard
        if guard is not None and self.grain == "values":
            guard, _ = self.later(guard, truth=True)
        names = [(name, node.pattern, "match") for name in scan([node.pattern]).captures]
        body = self.guarded_suite(node.body, -1, names, refs)
        return node.with_changes(guard=guard, body=body, whitespace_after_if=cst.SimpleWhitespace(" "))


def jumps(node: cst.BaseSuite) -> bool:
    """True where a block's last statement is `break` or `continue`: what follows it in the text does not follow."""
    return isinstance(last_of(list(cast(Any, node).body)), (cst.Break, cst.Continue))


def last_of(body: Sequence[Any]) -> cst.CSTNode | None:
    """The last small statement of a block, None where it ends in a compound one."""
    last = body[-1] if body else None
    if isinstance(last, cst.SimpleStatementLine):
        return last.body[-1]
    return last if isinstance(last, cst.BaseSmallStatement) else None
