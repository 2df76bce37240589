"""Expressions rewritten, in the order of their evaluation: each answers its new form and its operands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import libcst as cst

from tracec.passes.instrument import hooks
from tracec.passes.instrument.layout import Layout, Run
from tracec.passes.trace import Ref

Rewritten = tuple[cst.BaseExpression, list[Ref]]
UNTOUCHED = frozenset({"super", "locals", "vars", "dir", "eval", "exec", "globals"})


class Expressions(Layout):
    """`expr` rewrites one expression. Kinds without a method here are left alone, coarser but never wrong."""

    walrus = False  # whether `__v__` may be bound here: in functions, outside comprehensions
    resumes = False  # whether this function has a mark of its own
    depth = 0  # comprehensions around: even a lambda in one may not bind `__v__`

    def expr(self, node: cst.BaseExpression, *, truth: bool = False) -> Rewritten:
        """Rewrite. In a `truth` context `and`, `or`, chained comparisons stay bare: a hook would ask `bool` twice."""
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            return node, []
        if isinstance(node, (cst.BooleanOperation, cst.Comparison)):
            return cast(Rewritten, method(node, truth))
        return cast(Rewritten, method(node))

    def record(
        self, kind: str, old: cst.BaseExpression, new: cst.BaseExpression, refs: Sequence[Ref], **more: Any
    ) -> Rewritten:
        """A site with an event, and the hook that makes it."""
        if self.grain == "calls":
            return new, []
        return self.hook(new), [self.site(kind, old, refs, **more)]

    def hook(self, new: cst.BaseExpression) -> cst.BaseExpression:
        return hooks.record(new) if self.walrus else hooks.record_by_call(new)

    def sure(self, kind: str, node: cst.BaseExpression, **more: Any) -> Rewritten:
        """Rewrite, and record the value itself if that is not done already."""
        new, refs = self.expr(node)
        if self.recorded(refs, new):
            if more.get("returns"):
                self.amend(cast(int, refs[-1]), returns=True)
            return new, refs
        return self.hook(new), [self.site(kind, node, refs, **more)]

    def recorded(self, refs: Sequence[Ref], new: cst.BaseExpression) -> bool:
        """True where an expression's own value is the last site made."""
        return len(refs) == 1 and isinstance(refs[0], int) and not self.sites[refs[0]].silent and hooked(new)

    def many(self, nodes: Sequence[Any]) -> tuple[list[Any], list[Ref]]:
        """Elements with a `value` -> rewritten ones, and their operands."""
        out, refs = [], cast(list[Ref], [])
        for node in nodes:
            value, more = self.expr(node.value)
            out.append(node.with_changes(value=value))
            refs += more
        return out, refs

    # --- operands ---

    def on_Name(self, node: cst.Name) -> Rewritten:
        return node, [] if node.value in ("None", "True", "False") else [node.value]

    def on_Attribute(self, node: cst.Attribute) -> Rewritten:
        value, refs = self.expr(node.value)
        return self.record("attr", node, node.with_changes(value=value), refs, attr=node.attr.value)

    def on_Subscript(self, node: cst.Subscript) -> Rewritten:
        value, refs = self.expr(node.value)
        elements = []
        for element in node.slice:
            part, more = self.index(element.slice)
            elements.append(element.with_changes(slice=part))
            refs = refs + more
        return self.record("item", node, node.with_changes(value=value, slice=elements), refs)

    def index(self, node: cst.BaseSlice) -> tuple[cst.BaseSlice, list[Ref]]:
        if isinstance(node, cst.Index):
            value, refs = (node.value, []) if node.star else self.expr(node.value)
            return node.with_changes(value=value), refs
        changes: dict[str, cst.BaseExpression] = {}
        all_refs: list[Ref] = []
        for name in ("lower", "upper", "step"):
            part = getattr(node, name)
            if part is not None:
                changes[name], refs = self.expr(part)
                all_refs += refs
        return node.with_changes(**changes), all_refs

    # --- calls ---

    def on_Call(self, node: cst.Call) -> Rewritten:
        if isinstance(node.func, cst.Name) and node.func.value in UNTOUCHED:
            return node, []
        func, refs = self.callee(node.func)
        labels = ["self"] * len(refs)
        args = []
        for arg in node.args:
            value, more = self.expr(arg.value)
            args.append(arg.with_changes(value=value))
            refs = refs + more
            labels += [arg.keyword.value if arg.keyword else arg.star] * len(more)
        name = node.func.attr.value if isinstance(node.func, cst.Attribute) else self.name_of(node.func)
        return self.record("call", node, node.with_changes(func=func, args=args), refs, labels=labels, attr=name)

    def callee(self, node: cst.BaseExpression) -> Rewritten:
        """`obj.method` stays bound: only what stands before the dot is rewritten."""
        if isinstance(node, cst.Attribute):
            value, refs = self.expr(node.value)
            return node.with_changes(value=value), refs
        return (node, []) if isinstance(node, cst.Name) else self.expr(node)

    def name_of(self, node: cst.BaseExpression) -> str:
        return node.value if isinstance(node, cst.Name) else ""

    # --- operators ---

    def on_BinaryOperation(self, node: cst.BinaryOperation) -> Rewritten:
        left, refs = self.expr(node.left)
        right, more = self.expr(node.right)
        return self.record("op", node, node.with_changes(left=left, right=right), refs + more)

    def on_UnaryOperation(self, node: cst.UnaryOperation) -> Rewritten:
        if isinstance(node.expression, (cst.Integer, cst.Float, cst.Imaginary)):
            return node, []
        inner, refs = self.expr(node.expression, truth=isinstance(node.operator, cst.Not))
        return self.record("op", node, node.with_changes(expression=inner), refs)

    def on_Comparison(self, node: cst.Comparison, truth: bool) -> Rewritten:
        left, refs = self.expr(node.left)
        targets = []
        for place, target in enumerate(node.comparisons):
            value, more = self.later(target.comparator) if place else self.expr(target.comparator)
            targets.append(target.with_changes(comparator=value))
            refs = refs + more
        new = node.with_changes(left=left, comparisons=targets)
        if truth and len(targets) > 1:
            return new, self.quiet("compare", node, refs)
        return self.record("compare", node, new, refs)

    def on_BooleanOperation(self, node: cst.BooleanOperation, truth: bool) -> Rewritten:
        left, refs = self.expr(node.left, truth=True)
        right, more = self.later(node.right, truth=True)
        new = node.with_changes(left=left, right=right)
        if truth:
            return new, self.quiet("bool", node, refs + more)
        return self.record("bool", node, new, refs + more)

    def quiet(self, kind: str, node: cst.BaseExpression, refs: list[Ref]) -> list[Ref]:
        return refs if self.grain == "calls" else [self.site(kind, node, refs, silent=True)]

    def later(self, node: cst.BaseExpression, *, truth: bool = False, guard: int = -1) -> Rewritten:
        """An operand that may be skipped: its sites get a token of their own, `e -> (__rec__(__at_1f00__[7]) or e)`."""
        if self.grain == "calls" or isinstance(node, (cst.Name, cst.BaseNumber, cst.SimpleString)):
            return self.expr(node, truth=truth)
        with self.block(guard=guard) as run:
            new, refs = self.expr(node, truth=truth)
        return hooks.either(self.enter(run), new), refs

    def enter(self, run: Run, names: Sequence[str] = ()) -> list[cst.BaseExpression]:
        """The hooks that begin a run."""
        return hooks.events(self.at, run.id, names, mark=self.resumes)

    def on_IfExp(self, node: cst.IfExp) -> Rewritten:
        test, refs = self.expr(node.test, truth=True)
        guard = self.guard_of(node.test, refs)
        body, first = self.later(node.body, guard=guard)
        orelse, second = self.later(node.orelse, guard=guard)
        return self.record(
            "choose", node, node.with_changes(test=test, body=body, orelse=orelse), refs + first + second
        )

    def guard_of(self, node: cst.BaseExpression, refs: list[Ref]) -> int:
        """The site of a test: its own, or a silent one over a bare name."""
        if self.grain == "calls":
            return -1
        if len(refs) == 1 and isinstance(refs[0], int) and self.sites[refs[0]].span == self.span(node):
            return refs[0]
        return self.site("test", node, refs, silent=True)

    # --- displays and strings ---

    def on_Tuple(self, node: cst.Tuple) -> Rewritten:
        elements, refs = self.many(node.elements)
        new = node.with_changes(elements=elements)
        return self.record("display", node, new, refs) if refs else (new, refs)

    def on_List(self, node: cst.List | cst.Set) -> Rewritten:
        elements, refs = self.many(node.elements)
        return self.record("display", node, node.with_changes(elements=elements), refs)

    on_Set = on_List

    def on_Dict(self, node: cst.Dict) -> Rewritten:
        elements, refs = [], cast(list[Ref], [])
        for element in node.elements:
            changes = {}
            if isinstance(element, cst.DictElement):
                changes["key"], more = self.expr(element.key)
                refs += more
            changes["value"], more = self.expr(element.value)
            refs += more
            elements.append(element.with_changes(**changes))
        return self.record("display", node, node.with_changes(elements=elements), refs)

    def on_FormattedString(self, node: cst.FormattedString) -> Rewritten:
        parts, refs = [], cast(list[Ref], [])
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression) and part.equal is None:
                value, more = self.expr(part.expression)
                part = part.with_changes(expression=value)
                refs += more
            parts.append(part)
        return self.record("text", node, node.with_changes(parts=parts), refs)

    def on_NamedExpr(self, node: cst.NamedExpr) -> Rewritten:
        value, refs = self.expr(node.value)
        name = node.target.value if isinstance(node.target, cst.Name) else ""
        self.bind([name], node.value, value, refs)
        return node.with_changes(value=hooks.closed(value)), refs

    def bind(self, names: Sequence[str], node: cst.BaseExpression, new: cst.BaseExpression, refs: list[Ref]) -> None:
        """`names` take the value of `node`: by the site that recorded it, or else by a silent one."""
        if self.grain == "calls" or not names:
            return
        if self.recorded(refs, new):
            self.amend(cast(int, refs[0]), binds=names)
        else:
            self.site("bind" if refs else "const", node, refs, binds=names, silent=True)


def hooked(node: cst.BaseExpression) -> bool:
    """True for what `hooks.record`, `record_by_call` or a resume made: its value is in the stream."""
    if isinstance(node, cst.BooleanOperation):
        return isinstance(node.right, cst.Name) and node.right.value == hooks.TEMP
    func = node.func if isinstance(node, cst.Call) else None
    return isinstance(func, cst.Name) and func.value in (hooks.VAL, hooks.RESUME)
