"""Expressions that run in frames of their own, or let theirs sleep: lambdas, comprehensions, yields, awaits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import libcst as cst

from tracec.passes.instrument import hooks
from tracec.passes.instrument.expressions import Expressions, Rewritten
from tracec.passes.trace import Function, Ref


class Frames(Expressions):
    """Adds to the expressions those that open or leave a frame."""

    def on_Lambda(self, node: cst.Lambda) -> Rewritten:
        if self.grain == "calls":
            return node, []
        names = parameters(node.params)
        outer = self.run, self.function, self.walrus, self.resumes
        self.function = self.open_function("lambda", "<lambda>", node, names)
        self.run, self.walrus, self.resumes = self.segment("entry"), self.depth == 0, False
        for name in names:
            self.site("param", node, binds=[name], attr=name)
        body, _ = self.sure("return", node.body, returns=True)
        new = node.with_changes(body=hooks.either(self.enter(self.run, names), body))
        self.run, self.function, self.walrus, self.resumes = outer
        return new, []

    def open_function(
        self,
        kind: str,
        name: str,
        node: cst.CSTNode,
        params: Sequence[str],
        outside: Sequence[str] = (),
        lasting: bool = False,
    ) -> int:
        number = len(self.functions)
        line = self.positions[node].start.line
        parent = self.function
        self.functions.append(Function(number, kind, name, line, parent, tuple(outside), lasting, tuple(params)))
        return number

    def on_ListComp(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp) -> Rewritten:
        if suspends(node):
            return self.suspended("comp", "pause", node, hooks.closed(node), [], "all") if self.resumes else (node, [])
        if self.grain == "calls":
            return node, []
        first, refs = self.expr_without_walrus(node.for_in.iter)
        outer = self.run, self.function, self.walrus, self.resumes
        self.function = self.open_function("comp", f"<{type(node).__name__.lower()}>", node, ())
        self.walrus, self.resumes, self.depth = False, False, self.depth + 1
        new = self.stages(node, first)
        self.depth -= 1
        self.run, self.function, self.walrus, self.resumes = outer
        return self.record("comp", node, new, refs)

    on_SetComp = on_GeneratorExp = on_DictComp = on_ListComp

    def expr_without_walrus(self, node: cst.BaseExpression) -> Rewritten:
        kept, self.walrus, self.depth = self.walrus, False, self.depth + 1
        rewritten = self.expr(node)
        self.walrus, self.depth = kept, self.depth - 1
        return rewritten

    def stages(self, node: Any, first: cst.BaseExpression) -> Any:
        """Each condition, inner iterable and element of a comprehension is a stage that begins with a token."""
        clauses = [node.for_in]
        while clauses[-1].inner_for_in is not None:
            clauses.append(clauses[-1].inner_for_in)
        done: list[tuple[cst.CompFor, cst.BaseExpression, list[cst.CompIf]]] = []
        names: list[cst.BaseExpression] = []
        iterable = first
        for place, clause in enumerate(clauses):
            if place:
                iterable, names = self.stage("item", clause.iter, names), []
            names = [cst.Name(name) for name in targets(clause.target)]
            tests = []
            for test in clause.ifs:
                tests.append(test.with_changes(test=self.stage("test", test.test, names)))
                names = []
            done.append((clause, iterable, tests))
        changes = self.last_stage(node, names)
        inner: cst.CompFor | None = None
        for clause, iterable, tests in reversed(done):
            inner = clause.with_changes(iter=iterable, ifs=tests, inner_for_in=inner)
        return node.with_changes(for_in=inner, **changes)

    def last_stage(self, node: Any, names: Sequence[cst.BaseExpression]) -> dict[str, cst.BaseExpression]:
        if not isinstance(node, cst.DictComp):
            return {"elt": self.stage("return", node.elt, names)}
        key = self.stage("item", node.key, names)
        return {"key": key, "value": self.stage("return", node.value, ())}

    def stage(self, kind: str, node: cst.BaseExpression, names: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
        self.run = self.segment("entry")
        bound = [cast(cst.Name, name).value for name in names]
        for name in bound:
            self.site("loop", node, binds=[name], attr=name)
        run = self.run
        if isinstance(node, cst.BooleanOperation) and kind == "test":
            new, _ = self.expr(node, truth=True)
        else:
            new, _ = self.sure(kind, node)
        return hooks.either(hooks.events(self.at, run.id, bound), new)

    def on_Await(self, node: cst.Await) -> Rewritten:
        if not self.resumes:
            return node, []
        value, refs = self.expr(node.expression)
        return self.suspended("await", "pause", node, value, refs, "expression")

    def on_Yield(self, node: cst.Yield) -> Rewritten:
        if not self.resumes:
            return node, []
        if node.value is None:
            return self.suspended("yield", "leave", node, cst.Name("None"), [], "")
        if isinstance(node.value, cst.From):
            value, refs = self.expr(node.value.item)
            return self.suspended("yield", "pause", node, value, refs, "from")
        value, refs = self.expr(node.value) if self.grain == "calls" else self.sure("out", node.value)
        return self.suspended("yield", "leave", node, value, refs, "value")

    def suspended(
        self, kind: str, pause: str, node: Any, value: cst.BaseExpression, refs: list[Ref], where: str
    ) -> Rewritten:
        """`yield e -> __resume__(__g__, (yield __pause__(__at_1f00__[7], e)))`."""
        run = self.segment(pause)
        inner = hooks.parenthesised(hooks.call(hooks.PAUSE, hooks.token(self.at, run.id), value))
        if where == "from":
            changed = node.with_changes(value=node.value.with_changes(item=inner))
        elif where == "all":
            changed = inner
        elif where:
            changed = node.with_changes(**{where: inner})
        else:
            changed = node.with_changes(value=inner, whitespace_after_yield=cst.SimpleWhitespace(" "))
        name = hooks.AGAIN if self.grain == "calls" else hooks.RESUME
        new = hooks.call(name, cst.Name(hooks.MARK), changed)
        if self.grain == "calls":
            return new, []
        return hooks.parenthesised(new), [self.site(kind, node, refs)]


def suspends(node: cst.CSTNode) -> bool:
    """True where a comprehension awaits: it is left alone inside."""
    todo: list[cst.CSTNode] = [node]
    while todo:
        now = todo.pop()
        if isinstance(now, cst.Await) or (isinstance(now, cst.CompFor) and now.asynchronous):
            return True
        todo += now.children
    return False


def parameters(params: cst.Parameters) -> list[str]:
    """All parameter names in the order of the signature."""
    star = [params.star_arg] if isinstance(params.star_arg, cst.Param) else []
    last = [params.star_kwarg] if params.star_kwarg else []
    return [p.name.value for p in [*params.posonly_params, *params.params, *star, *params.kwonly_params, *last]]


def targets(node: cst.BaseExpression) -> list[str]:
    """The plain names that an assignment target binds, left to right."""
    return [name.value for name in names_bound(node)]


def names_bound(node: cst.BaseExpression) -> list[cst.Name]:
    """The same as nodes."""
    if isinstance(node, cst.Name):
        return [node]
    if isinstance(node, (cst.Tuple, cst.List)):
        return [name for element in node.elements for name in names_bound(element.value)]
    return []
