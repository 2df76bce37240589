"""Functions, classes and whole modules rewritten."""

from __future__ import annotations

import ast
from typing import Any

from tracec.passes.instrument.compound import Compound
from tracec.passes.instrument.expressions import LOOKING
from tracec.passes.instrument.frames import parameters
from tracec.passes.instrument.hooks import Nowhere
from tracec.passes.instrument.scan import Scan, first_run, is_docstring, is_future, opening, scan, skipped

LEAVING = (ast.Return, ast.Raise)


class Definitions(Compound):
    """`module` rewrites a whole module in place."""

    classes: tuple[str, ...] = ()

    def module(self, tree: ast.Module) -> None:
        """Nothing is answered: the tree is the program then, and `pack` its structure."""
        self.function = self.open_function("module", "<module>", tree, ())
        self.run = entry = self.segment("entry")
        place = head_of(tree.body)
        first = first_run(opening(tree.body[place:])) if place < len(tree.body) else Nowhere
        body = self.statements(tree.body[place:])
        last = self.make.statements(self.make.entering(self.segment("exit").id, Nowhere, False), Nowhere)
        tree.body[place:] = [
            *self.make.statements(self.make.entering(entry.id, first, False), first),
            *body,
            *last,
        ]

    def on_ClassDef(self, node: ast.ClassDef) -> list[ast.stmt]:
        """Only definitions are rewritten in a class body: the rest runs once, in a namespace a metaclass may watch."""
        if skipped(node, self.lines):
            return [node]
        outer = self.walrus, self.resumes, self.ended, self.classes, self.depth
        self.walrus, self.resumes, self.classes, self.depth = False, False, (*self.classes, node.name), 0
        for inner in node.body:
            if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.statement(inner)
        self.walrus, self.resumes, self.ended, self.classes, self.depth = outer
        return [node]

    def on_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
        found = scan(node.body)
        kind = "generator" if found.suspends or isinstance(node, ast.AsyncFunctionDef) else "def"
        seen = not self.careful or kind == "generator"  # its frame has a name of ours
        if skipped(node, self.lines) or found.odd or (seen and found.calls & LOOKING):
            return [node]
        names = [arg.arg for arg in parameters(node.args)]
        outer = self.run, self.function, self.walrus, self.resumes, self.ended, self.classes, self.depth
        qualname = ".".join((*self.classes, node.name))
        self.function = self.open_function(kind, qualname, node, names, sorted(found.outside), found.lasting)
        self.walrus, self.resumes, self.depth = not self.careful, kind == "generator", 0
        self.classes = (*self.classes, node.name, "<locals>")
        self.function_body(node, found, names)
        self.run, self.function, self.walrus, self.resumes, self.ended, self.classes, self.depth = outer
        return [node]

    on_AsyncFunctionDef = on_FunctionDef

    def function_body(self, node: Any, found: Scan, names: list[str]) -> None:
        entry, ended, raised = self.segment("entry"), self.segment("exit"), self.segment("raise")
        self.run, self.ended = entry, ended.id
        for arg in parameters(node.args):
            self.site("param", arg, binds=[arg.arg], attr=arg.arg)
        if not self.values:
            self.site(
                "return",
                self.name_after(node.name, r"(async\s+)?def\s+", node, node.lineno, node.col_offset),
                returns=True,
            )
        head = 1 if is_docstring(node.body[0]) else 0
        old = node.body[head:]
        start = first_run(opening(old)) if old else node
        body = self.statements(old)
        if not (old and isinstance(old[-1], LEAVING)):
            body += self.make.statements(self.leaving(Nowhere), Nowhere)
        leaving = self.make.entering(ended.id, Nowhere, self.resumes) if found.lasting else []
        raising = self.make.entering(raised.id, node, self.resumes)
        raising.append(self.make.event(self.keep, self.make.error, node))
        first = self.first_line(entry.id, names, start)
        node.body[head:] = [*first, self.make.guard(body, raising, leaving, start, node)]

    def first_line(self, entry: int, names: list[str], where: Any) -> list[ast.stmt]:
        params = self.named(names, where)
        if self.resumes:
            return [self.make.frame(entry, where), *self.make.statements(params, where)]
        return self.make.statements([*self.make.entering(entry, where, False), *params], where)


def head_of(body: list[ast.stmt]) -> int:
    """How many statements of a module are its docstring and its `__future__` imports."""
    place = 1 if body and is_docstring(body[0]) else 0
    while place < len(body) and is_future(body[place]):
        place += 1
    return place
