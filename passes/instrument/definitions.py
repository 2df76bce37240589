"""Functions, classes and whole modules rewritten."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from tracec.passes.instrument import endings
from tracec.passes.instrument.compound_statements import Compound
from tracec.passes.instrument.expressions import LOOKING
from tracec.passes.instrument.hooks import Nowhere, last_line
from tracec.passes.instrument.left_alone import LeftAlone
from tracec.passes.instrument.nested_scopes import SITE, parameters
from tracec.passes.instrument.prescan import Scan, first_run, is_docstring, is_future, opening, scan, skipped, variables
from tracec.passes.nouns.structure import Ref
from tracec.passes.syntax.early_reads import mark as mark_early_reads

LEAVING = (ast.Return, ast.Raise)


class Definitions(Compound):
    """`module` rewrites a whole module in place."""

    def module(self, tree: ast.Module) -> None:
        """Nothing is answered: the tree is the program then, and `pack` its structure."""
        self.globals = variables(tree)
        mark_early_reads(tree)
        self.alone = LeftAlone.of(tree).readers
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
        """A class body is a frame of its own. Where hooks are names only the definitions in it are rewritten: it runs
        in a namespace that a metaclass may watch.
        """
        if skipped(node, self.lines) or self.is_left(node, ".".join((*self.classes, node.name))):
            return [node]
        refs, labels = self.decorators(node)
        if not (self.bare or getattr(node, "type_params", None)):  # else they run in a scope between
            more = self.many(node.bases)
            refs, labels = refs + more, labels + ["base"] * len(more)
            for keyword in node.keywords:
                keyword.value, more = self.expr(keyword.value)
                refs, labels = refs + more, labels + [keyword.arg or "**"] * len(more)
        qualname = ".".join((*self.classes, node.name))
        number = -1
        with self.scope():
            self.walrus, self.resumes, self.classes, self.depth = False, False, (*self.classes, node.name), 0
            self.bare = not self.careful or self.named_hooks or not self.values
            closes = self.inner
            self.within(node, node.body)
            if not self.bare:
                number = self.class_body(node, qualname, closes)
            else:
                for inner in node.body:
                    if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                        self.statement(inner)
        self.defined("class", node, refs, labels, number)
        return [node]

    def class_body(self, node: ast.ClassDef, qualname: str, closes: bool) -> int:
        """Answers the number of its function, -1 where there is nothing to record."""
        head = 1 if is_docstring(node.body[0]) else 0
        old = node.body[head:]
        if all(isinstance(statement, ast.Pass) or is_bare_constant(statement) for statement in old):
            return -1
        self.function = number = self.open_function("class", qualname, node, (), sorted(scan(node.body).outside))
        self.run, self.ended, self.watched = self.segment("entry"), None, True
        entry, first = self.run.id, first_run(opening(old))
        body = self.statements(old)
        ended = self.make.entering(self.segment("exit").id, Nowhere, False)
        begun = self.make.beginning
        node.body[head:] = [
            *self.make.statements(begun(entry, first) if closes else self.make.entering(entry, first, False), first),
            *body,
            *self.make.statements(ended, Nowhere),
        ]
        return number

    def decorators(self, node: Any) -> tuple[list[Ref], list[str]]:
        """Rewrite them. One that ends its work on another line is left alone: a call of the decorator has its place."""
        refs: list[Ref] = []
        for place, decorator in enumerate(node.decorator_list if not self.bare else ()):
            if not any(last_line(part) not in (0, decorator.lineno) for part in calls_of(decorator)):
                node.decorator_list[place], more = self.expr(decorator)
                refs += more
        return refs, ["decorator"] * len(refs)

    def defined(self, what: str, node: Any, refs: Sequence[Ref], labels: Sequence[str], number: int = -1) -> None:
        """The silent site of a definition: it binds a name. `number` is that of its function."""
        if self.values and not self.bare:
            before = r"class\s+" if what == "class" else r"(async\s+)?def\s+"
            where = self.name_after(node.name, before, node, node.lineno, node.col_offset)
            site = self.site(what, where, refs, labels=labels, binds=[node.name], silent=True, attr=node.name)
            if number >= 0:
                self.functions[number][SITE] = site

    def on_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
        found = scan(node.body)
        kind = "generator" if found.suspends or isinstance(node, ast.AsyncFunctionDef) else "def"
        seen = not self.careful or kind == "generator"  # its frame has a name of ours
        qualname = ".".join((*self.classes, node.name))
        odd = skipped(node, self.lines) or found.odd or (seen and found.calls & LOOKING)
        if odd or self.is_left(node, qualname):
            self.defined("def", node, (), ())
            return [node]
        refs, labels = self.decorators(node)
        more, given = self.defaults(node.args)
        names = [arg.arg for arg in parameters(node.args)]
        number = self.open_function(kind, qualname, node, names, sorted(found.outside), found.lasting)
        with self.scope():
            self.function, self.classes = number, (*self.classes, node.name, "<locals>")
            self.walrus, self.resumes, self.depth = not self.careful, kind == "generator", 0
            self.watched = self.bare = False
            closes = self.inner or found.nested
            self.within(node, node.body)
            self.function_body(node, found, names, closes)
        self.defined("def", node, refs + more, labels + given, number)
        return [node]

    on_AsyncFunctionDef = on_FunctionDef

    def function_body(self, node: Any, found: Scan, names: list[str], closes: bool) -> None:
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
        if not self.named_hooks:
            body = endings.ended(body, self.ending)
        elif not (old and isinstance(old[-1], LEAVING)):
            body += self.make.statements(self.leaving(Nowhere), Nowhere)
        leaving = self.make.entering(ended.id, Nowhere, self.resumes) if found.lasting else []
        raising = self.make.entering(raised.id, node, self.resumes)
        raising.append(self.make.event(self.keep, self.make.error, node))
        first = self.first_line(entry.id, names, start, closes)
        node.body[head:] = [*first, self.make.guard(body, raising, leaving, start, node)]

    def ending(self) -> list[ast.stmt]:
        """The exit token; where a `finally` writes it, a `return`."""
        return self.make.statements(self.leaving(Nowhere), Nowhere) or endings.returning()

    def first_line(self, entry: int, names: list[str], where: Any, closes: bool) -> list[ast.stmt]:
        params = self.named(names, where)
        if self.resumes:
            return [self.make.frame(entry, where), *self.make.statements(params, where)]
        begun = self.make.beginning(entry, where) if closes else self.make.entering(entry, where, False)
        return self.make.statements([*begun, *params], where)


def head_of(body: list[ast.stmt]) -> int:
    """How many statements of a module are its docstring and its `__future__` imports."""
    place = 1 if body and is_docstring(body[0]) else 0
    while place < len(body) and is_future(body[place]):
        place += 1
    return place


def is_bare_constant(node: ast.stmt) -> bool:
    """True for `...` and the like."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def calls_of(node: ast.expr) -> Iterator[ast.expr]:
    """A decorator and what it is called on: `a.b(x).c(y)`, `a.b(x)`."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        yield node
        node = node.func if isinstance(node, ast.Call) else node.value
