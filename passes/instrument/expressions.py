"""Expressions rewritten, in the order of their evaluation: each answers its new form and its operands."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from tracec.passes.instrument.layout import BINDS, KIND, PLACE, RETURNS, SILENT, Layout, Run
from tracec.passes.instrument.prescan import first_run, is_bare, is_literal, names_in, sleeps, within
from tracec.passes.nouns.structure import CALLEE, Ref
from tracec.passes.syntax.early_reads import is_early
from tracec.runtime.record.bind_hooks import KEEP, REC

Rewritten = tuple[ast.expr, list[Ref]]
LOOKING = frozenset({"locals", "vars", "dir", "eval", "exec", "globals"})  # at names of the frame that calls
ATOMS = (ast.Name, ast.Constant)
NAMES = ("name", "read")  # kinds of the sites of variables that are read
OUTSIDE = 4  # column of a function's row: names that are variables of a frame around
SUSPENDING = (ast.Yield, ast.YieldFrom, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp, ast.NamedExpr)
TERMS = 500  # 3.12 compiles half as many as it can without hooks


class Expressions(Layout):
    """`expr` rewrites one expression. Kinds without a method here are left alone, coarser but never wrong."""

    skipping = False  # what is rewritten may not be evaluated

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        kinds = [kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)]
        found = {kind: getattr(self, f"on_{kind.__name__}", None) for kind in kinds}
        self.methods: dict[type, Callable[..., Any]] = {k: method for k, method in found.items() if method is not None}

    def expr(self, node: ast.expr) -> Rewritten:
        """Rewrite."""
        method = self.methods.get(type(node))
        return (node, []) if method is None else cast(Rewritten, method(node))

    def truth(self, node: ast.expr) -> Rewritten:
        """Rewrite where only truth is asked: what jumps by its parts' truth stays bare, or `bool` is asked twice."""
        if isinstance(node, (ast.BoolOp, ast.Compare, ast.UnaryOp, ast.IfExp)):
            return cast(Rewritten, self.methods[type(node)](node, truth=is_bare(node)))
        return self.expr(node)

    def record(self, kind: str, node: ast.expr, refs: Sequence[Ref], **more: Any) -> Rewritten:
        """A site with an event, and the hook that makes it."""
        if not self.values:
            return node, []
        return self.hook(node), [self.site(kind, node, refs, **more)]

    def hook(self, node: ast.expr) -> ast.expr:
        return self.make.record(node) if self.walrus else self.make.record_by_call(node)

    def sure(self, kind: str, node: ast.expr, **more: Any) -> Rewritten:
        """Rewrite, and record the value itself if that is not done already."""
        if isinstance(node, ast.Name):  # one event tells what was read, too
            return self.hook(node), [self.site(kind, node, [node.id], attr=node.id * self.is_read(node), **more)]
        new, refs = self.expr(node)
        if self.recorded(refs, new):
            if more.get("returns"):
                self.amend(cast(int, refs[-1]), returns=True)
            return new, refs
        return self.hook(new), [self.site(kind, node, refs, **more)]

    def recorded(self, refs: Sequence[Ref], new: ast.expr) -> bool:
        """True where an expression's own value is the last site made."""
        return (
            len(refs) == 1
            and isinstance(refs[0], int)
            and not self.sites[refs[0]][SILENT]
            and self.sites[refs[0]][KIND] not in NAMES
            and getattr(new, "keeps", False)
        )

    def amend(self, number: int, *, binds: Sequence[str] = (), returns: bool = False) -> None:
        """A site already made also binds names, or is what the function returns."""
        row = self.sites[number]
        row[BINDS] = (*row[BINDS], *binds)
        row[RETURNS] = returns

    def many(self, nodes: list[ast.expr]) -> list[Ref]:
        """Rewrite a list of expressions in place."""
        refs: list[Ref] = []
        for place, node in enumerate(nodes):
            nodes[place], more = self.expr(node)
            refs += more
        return refs

    # --- operands ---

    def name_read(self, node: ast.Name, within: str = "") -> Rewritten:
        """A variable that something else may set before its value is used is recorded: see `is_read`."""
        if not self.is_read(node, within):
            return node, [node.id]
        return self.record("read" if self.skipping or is_early(node) else "name", node, [node.id], attr=node.id)

    on_Name = name_read

    def on_Starred(self, node: ast.Starred) -> Rewritten:
        node.value, refs = self.expr(node.value)
        return node, refs

    def on_Attribute(self, node: ast.Attribute) -> Rewritten:
        node.value, refs = self.owner(node.value)
        return self.record("attr", node, refs, attr=node.attr)

    def owner(self, node: ast.expr) -> Rewritten:
        """Rewrite what an attribute is read of."""
        return self.name_read(node, "attr") if isinstance(node, ast.Name) else self.expr(node)

    def on_Subscript(self, node: ast.Subscript) -> Rewritten:
        node.value, refs = self.expr(node.value)
        several = isinstance(node.slice, ast.Tuple)  # `x[a, b]` and `x[(a, b)]` are one tree: their tuple is no site
        more = self.many(cast(ast.Tuple, node.slice).elts) if several else self.index(node)
        return self.record("item", node, refs + more)

    def index(self, node: ast.Subscript) -> list[Ref]:
        node.slice, refs = self.expr(node.slice)
        return refs

    def on_Slice(self, node: ast.Slice) -> Rewritten:
        refs: list[Ref] = []
        for name in ("lower", "upper", "step"):
            part = getattr(node, name)
            if part is not None:
                new, more = self.expr(part)
                setattr(node, name, new)
                refs += more
        return node, refs

    # --- calls ---

    def on_Call(self, node: ast.Call) -> Rewritten:
        func = node.func
        if isinstance(func, ast.Name) and (func.id == "super" or (func.id in LOOKING and not self.careful)):
            if self.resumes and sleeps([node]):
                for _ in self.arguments(node):
                    pass
            return node, []
        node.func, refs = self.callee(func)
        named = refs if isinstance(func, ast.Name) else []
        refs = refs[len(named) :]
        labels = ["self"] * len(refs)
        for kind, arg in self.arguments(node):
            refs = refs + arg
            labels += [kind] * len(arg)
        refs, labels = refs + named, labels + [CALLEE] * len(named)
        name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        return self.record("call", node, refs, labels=labels, attr=name)

    def arguments(self, node: ast.Call) -> Iterator[tuple[str, list[Ref]]]:
        """Rewrite the arguments in the order of their evaluation: positional ones first, wherever they stand."""
        for place, arg in enumerate(node.args):
            node.args[place], refs = self.expr(arg)
            yield "*" if isinstance(arg, ast.Starred) else "", self.single(arg, refs)
        for keyword in node.keywords:
            old = keyword.value
            keyword.value, refs = self.expr(old)
            yield keyword.arg or "**", self.single(old, refs)

    def single(self, node: ast.expr, refs: list[Ref]) -> list[Ref]:
        """One operand for an argument: a silent site of its own where it has none, or several."""
        if not self.values or len(refs) == 1:
            return refs
        return [self.alias(node, refs)]

    def callee(self, node: ast.expr) -> Rewritten:
        """`obj.method` stays bound: only what stands before the dot is rewritten."""
        if isinstance(node, ast.Attribute):
            node.value, refs = self.owner(node.value)
            return node, refs
        if isinstance(node, ast.Name):
            return self.name_read(node, "call") if self.is_read(node, "call") else (node, [])
        return self.expr(node)

    # --- operators ---

    def on_BinOp(self, node: ast.BinOp) -> Rewritten:
        """In a loop, as `a + b + ...` may go on for long; as a whole where hooks would make it too deep."""
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        if len(spine) > TERMS and not any(isinstance(n, SUSPENDING) for n in within([node])):
            return self.record("op", node, names_in(node))
        new, refs = self.expr(spine[-1].left)
        for part in reversed(spine):
            part.left = new
            part.right, more = self.expr(part.right)
            new, refs = self.record("op", part, refs + more)
        return new, refs

    def on_UnaryOp(self, node: ast.UnaryOp, truth: bool = False) -> Rewritten:
        if isinstance(node.operand, ast.Constant):
            return node, []
        negated = isinstance(node.op, ast.Not)
        node.operand, refs = self.truth(node.operand) if negated else self.expr(node.operand)
        return self.quiet("op", node, refs) if truth else self.record("op", node, refs)

    def on_Compare(self, node: ast.Compare, truth: bool = False) -> Rewritten:
        node.left, refs = self.expr(node.left)
        for place, (kind, operand) in enumerate(zip(node.ops, node.comparators)):
            rewrite = self.contents if isinstance(kind, (ast.In, ast.NotIn)) else self.expr
            node.comparators[place], more = self.later(operand, guard=self.known(refs)) if place else rewrite(operand)
            refs = refs + more
        return self.quiet("compare", node, refs) if truth else self.record("compare", node, refs)

    def on_BoolOp(self, node: ast.BoolOp, truth: bool = False) -> Rewritten:
        node.values[0], refs = self.truth(node.values[0])
        for place, operand in enumerate(node.values[1:], 1):
            node.values[place], more = self.later(operand, truth=True, guard=self.known(refs))
            refs = refs + more
        return self.quiet("bool", node, refs) if truth else self.record("bool", node, refs)

    def quiet(self, kind: str, node: ast.expr, refs: list[Ref]) -> Rewritten:
        """A site without an event, and no hook."""
        return node, [self.site(kind, node, refs, silent=True)] if self.values else refs

    def later(self, node: ast.expr, *, truth: bool = False, guard: int = -1) -> Rewritten:
        """An operand that may be skipped: its sites get a token of their own, `e -> (__rec__(__at_1f00__[7]) or e)`."""
        rewrite = self.truth if truth else self.expr
        if not self.values or (isinstance(node, ATOMS) and not (isinstance(node, ast.Name) and self.is_read(node))):
            return rewrite(node)
        with self.block(guard=guard) as run:
            self.skipping = isinstance(node, ast.Name)
            new, refs = rewrite(node)
            self.skipping = False
        return self.make.either(self.enter(run, node), new), refs

    def enter(self, run: Run, where: Any, names: Sequence[str] = (), closes: bool = False) -> list[ast.expr]:
        """The hooks that begin a run, at the line where it begins; `closes` is true for a frame with closures."""
        where = first_run(where)
        first = self.make.beginning(run.id, where) if closes else self.make.entering(run.id, where, self.resumes)
        return [*first, *self.named(names, where)]

    def binding(self, kind: str, node: Any, refs: Sequence[Ref], name: str, attr: str = "") -> None:
        """The site of a name that a statement binds to something no expression gave; `named` makes its hook."""
        labels = ["of"] * len(refs) if self.watched else ()
        self.site(kind, node, refs, labels=labels, binds=[name], attr=attr or name, silent=self.watched)

    def named(self, names: Sequence[str], where: Any) -> list[ast.expr]:
        """The hooks that record what names are bound to."""
        return [] if self.watched else [self.make.event(self.keep, name, where) for name in names]

    @property
    def keep(self) -> str:
        """The hook for a value that nobody takes on."""
        return KEEP if self.careful else REC

    def on_IfExp(self, node: ast.IfExp, truth: bool = False) -> Rewritten:
        asked = node.test
        node.test, refs = self.truth(asked)
        guard = self.guard_of(asked, refs)
        node.body, first = self.later(node.body, guard=guard, truth=truth)
        node.orelse, second = self.later(node.orelse, guard=guard, truth=truth)
        refs = refs + first + second
        return self.quiet("choose", node, refs) if truth else self.record("choose", node, refs)

    def known(self, refs: Sequence[Ref]) -> int:
        """The site of the last operand, if it has one: what comes next runs or not by its truth."""
        last = refs[-1] if refs else ""
        return last if isinstance(last, int) and self.sites[last][KIND] not in NAMES else -1

    def guard_of(self, node: ast.expr, refs: list[Ref]) -> int:
        """The site of a test: its own, or a silent one over a bare name."""
        if not self.values:
            return -1
        if len(refs) == 1 and self.known(refs) >= 0 and self.sites[self.known(refs)][PLACE] == self.span(node):
            return self.known(refs)
        return self.site("test", node, refs, silent=True)

    # --- displays and strings ---

    def on_Tuple(self, node: ast.Tuple) -> Rewritten:
        refs = self.many(node.elts)
        return self.record("display", node, refs) if refs else (node, refs)

    def on_List(self, node: ast.List | ast.Set) -> Rewritten:
        return self.record("display", node, self.many(node.elts))

    on_Set = on_List

    def contents(self, node: ast.expr) -> Rewritten:
        """Rewrite what is gone through only: a display of constants is one constant then, and stays one."""
        if not isinstance(node, (ast.List, ast.Set)) or not all(map(is_literal, node.elts)):
            return self.expr(node)
        return node, [self.site("const", node, silent=True)] if self.values else []

    def on_Dict(self, node: ast.Dict) -> Rewritten:
        refs: list[Ref] = []
        for place, (key, value) in enumerate(zip(node.keys, node.values)):
            if key is not None:
                node.keys[place], more = self.expr(key)
                refs += more
            node.values[place], more = self.expr(value)
            refs += more
        return self.record("display", node, refs)

    def on_NamedExpr(self, node: ast.NamedExpr) -> Rewritten:
        old = node.value
        node.value, refs = self.expr(old)
        self.bind([node.target.id], old, node.value, refs)
        if self.functions[self.function][0] == "comp":  # it is the variable of a frame around
            outside = self.functions[self.function][OUTSIDE]
            self.functions[self.function][OUTSIDE] = sorted({*outside, node.target.id})
        return node, refs

    def bind(self, names: Sequence[str], node: ast.expr, new: ast.expr, refs: list[Ref]) -> None:
        """`names` take the value of `node`: by the site that recorded it, or else by a silent one."""
        if not self.values or not names:
            return
        if self.recorded(refs, new):
            self.amend(cast(int, refs[0]), binds=names)
        else:
            self.alias(node, refs, names)

    def alias(self, node: ast.expr, refs: Sequence[Ref], names: Sequence[str] = ()) -> int:
        """A silent site that has the value of its only operand, or is made of several, or of none."""
        labels = ["of"] * len(refs) if len(refs) > 1 else ()
        return self.site("bind" if refs else "const", node, refs, labels=labels, binds=names, silent=True)
