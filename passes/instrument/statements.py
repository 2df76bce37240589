"""Statements rewritten, and with them functions and whole modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from tracec.passes.instrument import hooks
from tracec.passes.instrument.expressions import UNTOUCHED, Expressions, parameters, targets
from tracec.passes.instrument.scan import Scan, is_docstring, is_future, scan, skipped
from tracec.passes.trace import Ref, Structure

Statement = cst.BaseStatement


class Statements(Expressions):
    """`module` rewrites a whole module."""

    classes: tuple[str, ...] = ()
    in_class = False

    def module(self, tree: cst.Module) -> tuple[str, Structure]:
        """The instrumented text and its structure."""
        wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
        self.positions = cast(Any, wrapper.resolve(PositionProvider))
        self.function = self.open_function("module", "<module>", tree, ())
        self.run = entry = self.segment("entry")
        head, rest = split(tree.body)
        body = self.statements(rest)
        ended = self.segment("exit")
        prologue = hooks.PROLOGUE.format(key=self.key, count=len(self.runs))
        first = [cst.parse_statement(prologue), hooks.line(hooks.events(entry.id))]
        last = hooks.line(hooks.events(ended.id))
        new = tree.with_changes(body=[*head, *first, *body, last])
        return new.code, self.structure()

    # --- blocks ---

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

    # --- simple statements ---

    def simple_line(self, node: cst.SimpleStatementLine) -> cst.SimpleStatementLine:
        return node.with_changes(body=self.smalls(node.body))

    def small_line(self, body: Sequence[cst.BaseSmallStatement]) -> cst.SimpleStatementLine:
        return cst.SimpleStatementLine(self.smalls(body))

    def smalls(self, body: Sequence[cst.BaseSmallStatement]) -> list[cst.BaseSmallStatement]:
        out: list[cst.BaseSmallStatement] = []
        for small in body:
            method = getattr(self, f"on_{type(small).__name__}", None)
            done = [small] if method is None else cast(list[cst.BaseSmallStatement], method(small))
            out += [s.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for s in done]
        return out

    def on_Expr(self, node: cst.Expr) -> list[cst.BaseSmallStatement]:
        value, _ = self.expr(node.value)
        return [node.with_changes(value=value)]

    def on_Assign(self, node: cst.Assign) -> list[cst.BaseSmallStatement]:
        wholes = [t.target for t in node.targets]
        plain = isinstance(node.value, cst.Tuple) and any(isinstance(t, (cst.Tuple, cst.List)) for t in wholes)
        value, refs = self.elements(cast(cst.Tuple, node.value)) if plain else self.expr(node.value)
        self.assigned(wholes, node.value, value, refs)
        return [node.with_changes(value=value)]

    def elements(self, node: cst.Tuple) -> tuple[cst.BaseExpression, list[Ref]]:
        """`a, b = b, a` stays a swap: its tuple is not recorded."""
        elements, refs = self.many(node.elements)
        return node.with_changes(elements=elements), refs

    def assigned(
        self, wholes: Sequence[cst.BaseExpression], old: cst.BaseExpression, new: cst.BaseExpression, refs: list[Ref]
    ) -> None:
        if self.grain == "calls":
            return
        names = [name for whole in wholes for name in targets(whole)]
        if names:
            self.bind(names, old, new, refs)
        for whole in wholes:
            self.stores(whole, refs)

    def stores(self, target: cst.BaseExpression, refs: list[Ref]) -> None:
        """`obj.x = v` and `obj[k] = v`: silent sites over the object's name and the value."""
        if isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self.stores(element.value, refs)
        if isinstance(target, cst.Attribute):
            self.site("store", target, [*names_in(target.value), *refs], silent=True, attr=target.attr.value)
        elif isinstance(target, cst.Subscript):
            self.site("store", target, [*names_in(target), *refs], silent=True)

    def on_AnnAssign(self, node: cst.AnnAssign) -> list[cst.BaseSmallStatement]:
        if node.value is None:
            return [node]
        value, refs = self.expr(node.value)
        self.assigned([node.target], node.value, value, refs)
        return [node.with_changes(value=value)]

    def on_AugAssign(self, node: cst.AugAssign) -> list[cst.BaseSmallStatement]:
        value, refs = self.expr(node.value)
        new = node.with_changes(value=value)
        if self.grain == "calls":
            return [new]
        if not isinstance(node.target, cst.Name):
            self.stores(node.target, [*names_in(node.target), *refs])
            return [new]
        name = node.target.value
        self.site("aug", node.target, [name, *refs], binds=[name], attr=name)
        return [new, cst.Expr(hooks.call(hooks.REC, cst.Name(name)))]

    def on_Return(self, node: cst.Return) -> list[cst.BaseSmallStatement]:
        if self.in_class or self.ended is None:
            return [node]
        if self.grain == "calls":
            value = self.expr(node.value)[0] if node.value else cst.Name("None")
            if node.value is None:
                return [cst.Expr(e) for e in self.leaving()] + [node]
            returned = hooks.call(hooks.RESUME, cst.Name(hooks.MARK), value) if self.resumes else self.hook(value)
            return [node.with_changes(value=returned, whitespace_after_return=cst.SimpleWhitespace(" "))]
        if node.value is None or is_constant(node.value):
            self.site("return", node.value or node, silent=True)
            return [cst.Expr(e) for e in self.leaving()] + [node]
        value, _ = self.sure("return", node.value, returns=True)
        return [node.with_changes(value=value, whitespace_after_return=cst.SimpleWhitespace(" "))]

    ended: int | None = None  # the exit segment of the function at hand

    def leaving(self) -> list[cst.BaseExpression]:
        """The exit token; where a `finally` follows, that writes it."""
        return [] if self.functions[self.function].lasting else hooks.events(self.ended, mark=self.resumes)

    def on_Assert(self, node: cst.Assert) -> list[cst.BaseSmallStatement]:
        test, refs = self.expr(node.test, truth=True)
        if self.grain == "values":
            self.site("assert", node, refs, silent=True)
        return [node.with_changes(test=test, whitespace_after_assert=cst.SimpleWhitespace(" "))]

    def on_Raise(self, node: cst.Raise) -> list[cst.BaseSmallStatement]:
        if node.exc is None or self.grain == "calls":
            return [node]
        value, refs = self.expr(node.exc)
        self.site("raise", node, refs, silent=True)
        return [node.with_changes(exc=value, whitespace_after_raise=cst.SimpleWhitespace(" "))]

    # --- compound statements ---

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
            node.body, hooks.events(None, first, mark=self.resumes and (bool(first) or node.asynchronous is not None))
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

    # --- definitions ---

    def on_ClassDef(self, node: cst.ClassDef) -> list[Statement]:
        if skipped(node):
            return [node]
        outer = self.walrus, self.resumes, self.ended, self.classes
        self.walrus, self.resumes, self.classes = False, False, (*self.classes, node.name.value)
        kept_depth, self.depth = self.depth, 0
        body = self.suite_of_class(node.body)
        self.depth = kept_depth
        self.walrus, self.resumes, self.ended, self.classes = outer
        return [node.with_changes(body=body)]

    def suite_of_class(self, node: cst.BaseSuite) -> cst.BaseSuite:
        """Only definitions are rewritten in a class body: the rest runs once, in a namespace a metaclass may watch."""
        if isinstance(node, cst.SimpleStatementSuite):
            return node
        body = [s for old in cast(cst.IndentedBlock, node).body for s in self.definition(old)]
        return node.with_changes(body=body)

    def definition(self, node: Statement) -> list[Statement]:
        return self.statement(node) if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else [node]

    def on_FunctionDef(self, node: cst.FunctionDef) -> list[Statement]:
        found = scan([node.body])
        if skipped(node) or found.calls & (UNTOUCHED - {"super"}):
            return [node]
        kind = "generator" if found.suspends or node.asynchronous else "def"
        names = parameters(node.params)
        outer = self.run, self.function, self.walrus, self.resumes, self.ended, self.classes, self.depth
        qualname = ".".join((*self.classes, node.name.value))
        self.function = self.open_function(kind, qualname, node, names, tuple(sorted(found.outside)), found.lasting)
        self.walrus, self.resumes, self.depth = True, kind == "generator", 0
        self.classes = (*self.classes, node.name.value, "<locals>")
        new = node.with_changes(body=self.function_body(node, found, names))
        self.run, self.function, self.walrus, self.resumes, self.ended, self.classes, self.depth = outer
        return [new]

    def function_body(self, node: cst.FunctionDef, found: Scan, names: Sequence[str]) -> cst.IndentedBlock:
        entry, ended, raised = self.segment("entry"), self.segment("exit"), self.segment("raise")
        self.run, self.ended = entry, ended.id
        for name in names:
            self.site("param", node.name, binds=[name], attr=name)
        if self.grain == "calls":
            self.site("return", node.name, returns=True)
        head, block, rest = self.body_of(node.body)
        body = self.statements(rest)
        if self.leaving() and not isinstance(last_of(rest), (cst.Return, cst.Raise)):
            body.append(hooks.line(self.leaving()))
        leaving = hooks.events(ended.id, mark=self.resumes) if found.lasting else []
        raising = hooks.events(raised.id, mark=self.resumes)
        first = self.first_line(entry.id, names)
        return block.with_changes(body=[*head, first, hooks.guarded(body, raising, leaving)])

    def first_line(self, entry: int, names: Sequence[str]) -> cst.SimpleStatementLine:
        if not self.resumes:
            return hooks.line(hooks.events(entry, names))
        mark = cst.Assign([cst.AssignTarget(cst.Name(hooks.MARK))], hooks.call(hooks.FRAME, hooks.token(entry)))
        return cst.SimpleStatementLine([mark, *(cst.Expr(e) for e in hooks.events(None, names))])

    def body_of(self, node: cst.BaseSuite) -> tuple[list[Statement], cst.IndentedBlock, list[Statement]]:
        """(docstring, the block to fill, the other statements)."""
        if isinstance(node, cst.SimpleStatementSuite):
            line = cst.SimpleStatementLine(node.body)
            block = cst.IndentedBlock([line], header=node.trailing_whitespace)
        else:
            block = cast(cst.IndentedBlock, node)
        body = cast(list[Statement], list(block.body))
        if not is_docstring(body[0]):
            return [], block, body
        line = cast(cst.SimpleStatementLine, body[0])
        rest = [cst.SimpleStatementLine(line.body[1:])] if len(line.body) > 1 else []
        return [line.with_changes(body=line.body[:1])], block, [*rest, *body[1:]]


def split(body: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """A module's docstring and `__future__` imports, and the rest."""
    place = 1 if body and is_docstring(body[0]) else 0
    while place < len(body) and is_future(body[place]):
        place += 1
    return list(body[:place]), list(body[place:])


def jumps(node: cst.BaseSuite) -> bool:
    """True where a block's last statement is `break` or `continue`: what follows it in the text does not follow."""
    return isinstance(last_of(list(cast(Any, node).body)), (cst.Break, cst.Continue))


def last_of(body: Sequence[Any]) -> cst.CSTNode | None:
    """The last small statement of a block, None where it ends in a compound one."""
    last = body[-1] if body else None
    if isinstance(last, cst.SimpleStatementLine):
        return last.body[-1]
    return last if isinstance(last, cst.BaseSmallStatement) else None


def is_constant(node: cst.BaseExpression) -> bool:
    """True for literals, None, True and False: they need no event."""
    if isinstance(node, cst.Name):
        return node.value in ("None", "True", "False")
    return isinstance(node, (cst.BaseNumber, cst.SimpleString, cst.Ellipsis))


def names_in(node: cst.CSTNode) -> list[Ref]:
    """The names that a target's object and index read, the object's first."""
    return list(dict.fromkeys(scan([node]).names))
