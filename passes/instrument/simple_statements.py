"""Simple statements rewritten: assignments, returns, asserts, raises."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from typing import Any, cast

from tracec.passes.instrument.hooks import Nowhere, placed
from tracec.passes.instrument.nested_scopes import Frames, names_bound
from tracec.passes.instrument.prescan import is_literal, sleeps
from tracec.passes.nouns.structure import Ref
from tracec.passes.syntax.early_reads import is_early
from tracec.runtime.record.bind_hooks import RESUME


class Simple(Frames):
    """Each method answers the statements that stand in one's place."""

    def on_Expr(self, node: ast.Expr) -> list[ast.stmt]:
        if not isinstance(node.value, ast.Name):
            node.value, _ = self.expr(node.value)
        return [node]

    def on_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        old = node.value
        if isinstance(old, ast.Tuple) and any(isinstance(t, (ast.Tuple, ast.List)) for t in node.targets):
            each = self.each(old.elts)  # `a, b = b, a` stays a swap: its tuple is not recorded
            if self.values and len(node.targets) == 1 and alike(node.targets[0], old):
                return [node, *self.one_by_one(cast(ast.Tuple, node.targets[0]).elts, each)]
            refs = [ref for refs in each for ref in refs]
        else:
            node.value, refs = self.expr(old)
        return [node, *self.assigned(node.targets, old, node.value, refs, node)]

    def each(self, nodes: list[ast.expr]) -> list[list[Ref]]:
        """Rewrite a list of expressions in place; one operand for each, as it is before anything is bound."""
        found: list[list[Ref]] = []
        for place, node in enumerate(nodes):
            nodes[place], refs = self.expr(node)
            refs = self.single(node, refs)
            bare = isinstance(node, ast.Name)
            found.append([self.alias(node, refs)] if self.values and (bare or isinstance(refs[0], str)) else refs)
        return found

    def one_by_one(self, wholes: Sequence[ast.expr], each: list[list[Ref]]) -> list[ast.stmt]:
        """`a, b.c = x, y`: each target takes one value."""
        for whole, refs in zip(wholes, each):
            if isinstance(whole, ast.Name):
                self.site("bind", whole, refs, binds=[whole.id], silent=True, attr=whole.id)
            else:
                self.stores(whole, refs)
        return []

    def assigned(
        self, wholes: Sequence[ast.expr], old: ast.expr, new: ast.expr, refs: list[Ref], node: ast.stmt
    ) -> list[ast.stmt]:
        """What targets bind and store; answers hooks for the names that the value was unpacked into."""
        if self.values:
            self.bind([whole.id for whole in wholes if isinstance(whole, ast.Name)], old, new, refs)
        alone = len(wholes) == 1 and (isinstance(old, ast.Name) or is_literal(old))
        for whole in wholes:  # a value that has no site of its own: the store stands for both
            self.stores(whole, refs, node if alone else None)
        if not self.values:
            return []
        parts = [part for whole in wholes if not isinstance(whole, ast.Name) for part in names_bound(whole)]
        if any(part.id in refs for part in parts):  # `x, y = x`: what is unpacked is the old one
            refs = [self.alias(old, refs)]
        parts = list({part.id: part for part in parts}.values())  # of `_, x, _ = v` the last one is left
        for part in parts:
            self.binding("bind", part, refs, part.id)
        return self.make.statements(self.named([part.id for part in parts], parts[-1]), parts[-1]) if parts else []

    def stores(self, target: ast.expr, refs: list[Ref], where: ast.AST | None = None, part: bool = False) -> None:
        """`obj.x = v` and `obj[k] = v`: silent sites over the object and the value, at `where` or the target."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self.stores(element, refs, part=True)
        elif isinstance(target, ast.Starred):
            self.stores(target.value, refs, part=True)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            self.store("store", target, self.target(target), refs, "of" if part or len(refs) > 1 else "", where)

    def target(self, node: ast.expr) -> list[Ref]:
        """Rewrite what a target reads; its operands, the object's first."""
        if isinstance(node, ast.Attribute):
            node.value, refs = self.expr(node.value)
            return refs
        if isinstance(node, ast.Subscript):
            node.value, refs = self.expr(node.value)
            several = isinstance(node.slice, ast.Tuple)
            return refs + (self.many(cast(ast.Tuple, node.slice).elts) if several else self.index(node))
        return []

    def store(
        self, kind: str, target: ast.expr, on: list[Ref], refs: list[Ref], label: str, where: ast.AST | None = None
    ) -> None:
        """`label` is "" where the value of the last operand is what is stored."""
        if self.values:
            labels = ["on"] * len(on) + [label] * len(refs)
            attr = target.attr if isinstance(target, ast.Attribute) else ""
            self.site(kind, where or target, [*on, *refs], labels=labels, silent=True, attr=attr)

    def on_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        if node.value is None:
            if self.resumes and sleeps([node.target]):
                self.target(node.target)
            return [node]
        old = node.value
        node.value, refs = self.expr(old)
        return [node, *self.assigned([node.target], old, node.value, refs, node)]

    def on_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        target = node.target
        on = self.target(target)
        before, first = self.read_before(target)
        old = node.value
        node.value, refs = self.expr(old)
        refs = self.single(old, refs)
        if not isinstance(target, ast.Name):
            self.store("store", target, on, refs, "of", node)
            return [node]
        if not self.values:
            return [node]
        self.binding("aug", node, [*first, *refs], target.id, attr=type(node.op).__name__)
        return [*before, node, *self.make.statements(self.named([target.id], target), target)]

    def read_before(self, target: ast.expr) -> tuple[list[ast.stmt], list[Ref]]:
        """What `x += 1` reads, and the hook that records it: no expression can hold one."""
        if not isinstance(target, ast.Name):
            return [], []
        if self.watched or not self.is_read(target):
            return [], [target.id]
        event = self.make.call(self.keep, [placed(ast.Name(target.id, ast.Load()), target)], target)
        kind = "read" if is_early(target) else "name"
        return self.make.statements([event], target), [self.site(kind, target, [target.id], attr=target.id)]

    def on_Import(self, node: ast.Import | ast.ImportFrom) -> list[ast.stmt]:
        """`attr` is what is bound: "pkg.module", "..pkg:name" or "pkg:*". Of the second form the value is recorded."""
        told: list[str] = []
        for alias in node.names if self.values else ():
            if isinstance(node, ast.ImportFrom):
                whole = f"{'.' * node.level}{node.module or ''}:{alias.name}"
            else:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
            name = alias.asname or alias.name.partition(".")[0]
            known = isinstance(node, ast.ImportFrom) and name != "*" and not (self.watched or self.is_mangled(name))
            self.site("import", alias, binds=[name] if name != "*" else [], silent=not known, attr=whole)
            told += [name] * known
        return [node, *self.make.statements(self.named(told, Nowhere), Nowhere)]

    def is_mangled(self, name: str) -> bool:
        """Tell whether Python may have another name for a variable: of `__x` in a class."""
        return name.startswith("__") and not name.endswith("__")

    on_ImportFrom = on_Import

    def on_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        for target in node.targets:
            self.deletes(target)
        return [node]

    def deletes(self, target: ast.expr) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self.deletes(element)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            self.store("delete", target, self.target(target), [], "")

    def on_Break(self, node: ast.Break | ast.Continue) -> list[ast.stmt]:
        self.run.jumps += "b" if isinstance(node, ast.Break) else "c"
        return [node]

    on_Continue = on_Break

    def on_Return(self, node: ast.Return) -> list[ast.stmt]:
        self.run.jumps += "r"
        if self.ended is None:
            return [node]
        value = node.value
        if not self.values and value is not None:
            new, _ = self.expr(value)
            node.value = self.make.resumed(RESUME, new) if self.resumes else self.hook(new)
        elif value is None or isinstance(value, ast.Constant):
            if self.values:
                self.site("return", value or node, silent=True)
            return [*self.make.statements(self.leaving(node), node), node]
        else:
            node.value, _ = self.sure("return", value, returns=True)
        return [node]

    def leaving(self, where: Any) -> list[ast.expr]:
        """The exit token; where a `finally` follows, that writes it."""
        lasting = self.functions[self.function][LASTING]
        return [] if lasting or self.ended is None else self.make.entering(self.ended, where, self.resumes)

    def on_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        asked = last_compare(node.test) if sys.version_info < (3, 12) and not self.rewritten else None
        node.test, refs = self.truth(node.test)
        if node.msg is not None:
            node.msg, _ = self.later(node.msg)
        if self.values:
            self.site("assert", node, refs, silent=True)
        if asked is not None:  # 3.11 raises where the last comparison stands, if that is not within a hook
            self.moved[id(node)] = node, self.span(node)
            placed(node, asked)
        return [node]

    def on_Raise(self, node: ast.Raise) -> list[ast.stmt]:
        self.run.jumps += "x"
        if node.exc is None:
            return [node]
        node.exc, refs = self.expr(node.exc)
        labels = [""] * len(refs)
        if node.cause is not None:
            node.cause, more = self.expr(node.cause)
            refs, labels = refs + more, labels + ["from"] * len(more)
        if self.values:
            self.site("raise", node, refs, labels=labels, silent=True)
        return [node]


def alike(target: ast.expr, value: ast.Tuple) -> bool:
    """True where an assignment's parts belong together one by one."""
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
    plain = (ast.Name, ast.Attribute, ast.Subscript)
    same = len(parts) == len(value.elts) and not any(isinstance(item, ast.Starred) for item in value.elts)
    return same and all(isinstance(part, plain) for part in parts)


def last_compare(test: ast.expr) -> ast.expr | None:
    """The comparison that a test jumps by last."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return last_compare(test.operand)
    if isinstance(test, ast.BoolOp):
        parts = test.values
    elif isinstance(test, ast.IfExp):
        parts = [test.test, test.body, test.orelse]
    else:
        return test if isinstance(test, ast.Compare) else None
    return next((found for part in reversed(parts) if (found := last_compare(part)) is not None), None)


LASTING = 5  # column of a function's row
