"""Simple statements rewritten: assignments, returns, asserts, raises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import libcst as cst

from tracec.passes.instrument import hooks
from tracec.passes.instrument.frames import Frames, names_bound
from tracec.passes.instrument.scan import scan
from tracec.passes.trace import Ref


class Simple(Frames):
    """Each method answers the small statements that stand in one's place."""

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
        swap = isinstance(node.value, cst.Tuple) and any(isinstance(t, (cst.Tuple, cst.List)) for t in wholes)
        value, refs = self.elements(cast(cst.Tuple, node.value)) if swap else self.expr(node.value)
        unpacked = self.assigned(wholes, node.value, value, refs)
        return [node.with_changes(value=value), *unpacked]

    def elements(self, node: cst.Tuple) -> tuple[cst.BaseExpression, list[Ref]]:
        """`a, b = b, a` stays a swap: its tuple is not recorded."""
        elements, refs = self.many(node.elements)
        return node.with_changes(elements=elements), refs

    def assigned(
        self, wholes: Sequence[cst.BaseExpression], old: cst.BaseExpression, new: cst.BaseExpression, refs: list[Ref]
    ) -> list[cst.BaseSmallStatement]:
        """What targets bind and store; answers hooks for the names that the value was unpacked into."""
        if self.grain == "calls":
            return []
        self.bind([whole.value for whole in wholes if isinstance(whole, cst.Name)], old, new, refs)
        for whole in wholes:
            self.stores(whole, refs)
        parts = [part for whole in wholes if not isinstance(whole, cst.Name) for part in names_bound(whole)]
        for part in parts:
            self.site("bind", part, refs, binds=[part.value], attr=part.value)
        return [cst.Expr(event) for event in hooks.events(self.at, None, [part.value for part in parts])]

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
        unpacked = self.assigned([node.target], node.value, value, refs)
        return [node.with_changes(value=value), *unpacked]

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
        if self.ended is None:
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
        return [] if self.functions[self.function].lasting else hooks.events(self.at, self.ended, mark=self.resumes)

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


def is_constant(node: cst.BaseExpression) -> bool:
    """True for literals, None, True and False: they need no event."""
    if isinstance(node, cst.Name):
        return node.value in ("None", "True", "False")
    return isinstance(node, (cst.BaseNumber, cst.SimpleString, cst.Ellipsis))


def names_in(node: cst.CSTNode) -> list[Ref]:
    """The names that a target's object and index read, the object's first."""
    return list(dict.fromkeys(scan([node]).names))
