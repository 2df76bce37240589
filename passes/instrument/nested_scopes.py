"""Expressions that run in frames of their own, or let theirs sleep: lambdas, comprehensions, yields, awaits."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from tracec.passes.instrument.expressions import Rewritten
from tracec.passes.instrument.prescan import first_run, is_bare, scan
from tracec.passes.instrument.strings import Strings
from tracec.passes.nouns.structure import Ref
from tracec.runtime.record.bind_hooks import AGAIN, PAUSE, REC, RESUME

SITE = 8  # column of a function's row
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class Frames(Strings):
    """Adds to the expressions those that open or leave a frame."""

    closes = False  # whether a comprehension begins of which functions within may see variables

    def on_Lambda(self, node: ast.Lambda) -> Rewritten:
        if self.values or self.resumes:
            self.defaults(node.args)
        if not self.values or yields(node.body) or self.is_left(node, f"line {node.lineno}"):
            return node, []
        names = [arg.arg for arg in parameters(node.args)]
        with self.scope():
            self.function = self.open_function("lambda", "<lambda>", node, names)
            closes = self.inner or scan([node.body]).nested
            self.within(node, [node.body])
            self.run, self.walrus, self.resumes = self.segment("entry"), self.depth == 0 and not self.careful, False
            self.watched = False
            for arg in parameters(node.args):
                self.site("param", arg, binds=[arg.arg], attr=arg.arg)
            body, _ = self.sure("return", node.body, returns=True)
            node.body = self.make.either(self.enter(self.run, node.body, names, closes), body)
        return node, []

    def defaults(self, args: ast.arguments) -> tuple[list[Ref], list[str]]:
        """Rewrite them; the labels are the parameters' names."""
        if self.bare:
            return [], []
        refs: list[Ref] = []
        labels: list[str] = []
        names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
        pairs = [*zip(names[len(names) - len(args.defaults) :], args.defaults)]
        for place, (name, default) in enumerate(pairs):
            args.defaults[place], more = self.expr(default)
            more = self.single(default, more)
            refs, labels = refs + more, labels + [name] * len(more)
        for place, (arg, given) in enumerate(zip(args.kwonlyargs, args.kw_defaults)):
            if given is not None:
                args.kw_defaults[place], more = self.expr(given)
                more = self.single(given, more)
                refs, labels = refs + more, labels + [arg.arg] * len(more)
        return refs, labels

    def open_function(
        self,
        kind: str,
        name: str,
        node: Any,
        params: Sequence[str],
        outside: Sequence[str] = (),
        lasting: bool = False,
    ) -> int:
        number, args = len(self.functions), getattr(node, "args", None)
        shape = (len(args.posonlyargs) + len(args.args), bool(args.vararg), bool(args.kwarg)) if args else (0, 0, 0)
        line = getattr(node, "lineno", 1)
        self.functions.append([kind, name, line, self.function, outside, lasting, params, shape, -1])
        return number

    def on_ListComp(self, node: Comprehension) -> Rewritten:
        if suspends(node):
            if self.resumes and isinstance(node, ast.GeneratorExp):  # only this much runs here and now
                node.generators[0].iter, _ = self.expr_without_walrus(node.generators[0].iter)
            return self.as_one("comp", node) if self.resumes and not isinstance(node, ast.GeneratorExp) else (node, [])
        if self.values and self.is_left(node, f"line {node.lineno}"):
            return node, []
        if not self.values:
            if self.resumes:
                node.generators[0].iter, _ = self.expr_without_walrus(node.generators[0].iter)
            return node, []
        node.generators[0].iter, refs = self.expr_without_walrus(node.generators[0].iter)
        with self.scope():
            self.function = self.open_function("comp", f"<{type(node).__name__.lower()}>", node, ())
            self.walrus, self.resumes, self.depth, self.watched = False, False, self.depth + 1, False
            self.hidden = self.around
            number, closes = self.function, scan([node]).nested
            self.stages(node, refs, closes)
        new, made = self.record("comp", node, refs)
        self.functions[number][SITE] = made[0]
        return new, made

    on_SetComp = on_GeneratorExp = on_DictComp = on_ListComp

    def expr_without_walrus(self, node: ast.expr) -> Rewritten:
        with self.scope():
            self.walrus, self.depth = False, self.depth + 1
            return self.contents(node)

    def stages(self, node: Comprehension, refs: Sequence[Ref], closes: bool) -> None:
        """Each condition, inner iterable and element of a comprehension is a stage that begins with a token."""
        names: list[str] = []
        guard, self.closes = -1, closes
        for place, clause in enumerate(node.generators):
            if place:
                (clause.iter, guard), names = self.stage("item", clause.iter, names, refs, guard), []
                refs = [guard]
            names = targets(clause.target)
            self.around = self.hidden = self.around | set(names)
            for number, test in enumerate(clause.ifs):
                (clause.ifs[number], guard), names = self.stage("test", test, names, refs, guard), []
        if isinstance(node, ast.DictComp):
            (node.key, _), names = self.stage("key", node.key, names, refs, guard), []
            node.value, _ = self.stage("return", node.value, names, refs, guard)
        else:
            node.elt, _ = self.stage("return", node.elt, names, refs, guard)

    def stage(
        self, kind: str, node: ast.expr, names: Sequence[str], refs: Sequence[Ref], guard: int
    ) -> tuple[ast.expr, int]:
        """The new form, and the site of its value. `names` are bound from what `refs` gave."""
        self.run = run = self.segment("entry", guard=guard)
        run.jumps = "e" if kind in ("return", "key") else ""
        for name in names:
            self.site("loop", node, refs, binds=[name], attr=name)
        closes, self.closes = self.closes, False  # told where it begins
        new, made = self.truth(node) if kind == "test" and is_bare(node) else self.sure(kind, node)
        return self.make.either(self.enter(run, node, names, closes), new), self.known(made)

    def as_one(self, kind: str, node: ast.expr) -> Rewritten:
        """What sleeps and is left alone inside: `e -> __resume__(__g__, (__rec__(__at_1f00__[7]) or e))`."""
        asleep = self.make.call(REC, [self.make.token(self.segment("pause").id, first_run(node))], first_run(node))
        new = self.make.resumed(RESUME if self.values else AGAIN, self.make.either([asleep], node))
        return new, [self.site(kind, node, [])] if self.values else []

    def on_Await(self, node: ast.Await) -> Rewritten:
        return self.waiting("await", node)

    def waiting(self, kind: str, node: ast.Await | ast.YieldFrom) -> Rewritten:
        """What sleeps until another frame is done."""
        if not self.resumes:
            return node, []
        old = node.value
        node.value, refs = self.expr(old)
        node.value = self.paused("pause", node.value, old)
        return self.woken(kind, node, refs)

    def on_Yield(self, node: ast.Yield) -> Rewritten:
        if not self.resumes:
            return node, []
        if node.value is None:
            node.value = self.paused("leave", None, node)
            return self.woken("yield", node, [])
        old = node.value
        node.value, refs = self.sure("out", old) if self.values else self.expr(old)
        node.value = self.paused("leave", node.value, old)
        return self.woken("yield", node, refs)

    def on_YieldFrom(self, node: ast.YieldFrom) -> Rewritten:
        return self.waiting("yield", node)

    def paused(self, kind: str, value: ast.expr | None, where: ast.expr) -> ast.expr:
        """`e -> __pause__(__at_1f00__[7], e)`."""
        return self.make.suspended(PAUSE, self.segment(kind).id, value, where)

    def woken(self, kind: str, node: Any, refs: list[Any]) -> Rewritten:
        """`yield e -> __resume__(__g__, (yield e))`."""
        new = self.make.resumed(RESUME if self.values else AGAIN, node)
        return new, [self.site(kind, node, refs)] if self.values else []


def suspends(node: ast.AST) -> bool:
    """True where a comprehension awaits: it is left alone inside. What it goes through first is evaluated outside."""
    first: ast.expr = node.generators[0].iter  # type: ignore[attr-defined]
    outside = {id(part) for part in ast.walk(first)}
    inside = (part for part in ast.walk(node) if id(part) not in outside)
    return any(isinstance(n, ast.Await) or (isinstance(n, ast.comprehension) and n.is_async) for n in inside)


def yields(node: ast.AST) -> bool:
    """True for the body of a lambda that is a generator."""
    return any(isinstance(n, (ast.Yield, ast.YieldFrom, ast.Await)) for n in ast.walk(node))


def parameters(args: ast.arguments) -> list[ast.arg]:
    """All parameters in the order of the signature."""
    star = [args.vararg] if args.vararg else []
    last = [args.kwarg] if args.kwarg else []
    return [*args.posonlyargs, *args.args, *star, *args.kwonlyargs, *last]


def targets(node: ast.expr) -> list[str]:
    """The plain names that an assignment target binds, left to right."""
    return list(dict.fromkeys(name.id for name in names_bound(node)))


def names_bound(node: ast.expr) -> list[ast.Name]:
    """The same as nodes."""
    if isinstance(node, ast.Name):
        return [node]
    if isinstance(node, ast.Starred):
        return names_bound(node.value)
    if isinstance(node, (ast.Tuple, ast.List)):
        return [name for element in node.elts for name in names_bound(element)]
    return []
