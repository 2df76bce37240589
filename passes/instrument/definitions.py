"""Functions, classes and whole modules rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from tracec.passes.instrument import hooks
from tracec.passes.instrument.compound import Compound, Statement, last_of
from tracec.passes.instrument.expressions import UNTOUCHED
from tracec.passes.instrument.frames import parameters
from tracec.passes.instrument.scan import Scan, is_docstring, is_future, scan, skipped
from tracec.passes.trace import Structure


class Definitions(Compound):
    """`module` rewrites a whole module."""

    classes: tuple[str, ...] = ()

    def module(self, tree: cst.Module) -> tuple[str, Structure]:
        """The instrumented text and its structure."""
        wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
        self.positions = cast(Any, wrapper.resolve(PositionProvider))
        self.function = self.open_function("module", "<module>", tree, ())
        self.run = entry = self.segment("entry")
        head, rest = split(tree.body)
        body = self.statements(rest)
        ended = self.segment("exit")
        prologue = hooks.PROLOGUE.format(key=self.key, at=self.at, count=len(self.runs))
        first = [cst.parse_statement(prologue), hooks.line(hooks.events(self.at, entry.id))]
        last = hooks.line(hooks.events(self.at, ended.id))
        new = tree.with_changes(body=[*head, *first, *body, last])
        return new.code, self.structure()

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
        leaving = hooks.events(self.at, ended.id, mark=self.resumes) if found.lasting else []
        raising = hooks.events(self.at, raised.id, mark=self.resumes)
        first = self.first_line(entry.id, names)
        return block.with_changes(body=[*head, first, hooks.guarded(body, raising, leaving)])

    def first_line(self, entry: int, names: Sequence[str]) -> cst.SimpleStatementLine:
        if not self.resumes:
            return hooks.line(hooks.events(self.at, entry, names))
        mark = cst.Assign(
            [cst.AssignTarget(cst.Name(hooks.MARK))], hooks.call(hooks.FRAME, hooks.token(self.at, entry))
        )
        return cst.SimpleStatementLine([mark, *(cst.Expr(e) for e in hooks.events(self.at, None, names))])

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
