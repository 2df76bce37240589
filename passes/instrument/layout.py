"""Layout: builds a module's Structure while the module is rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import libcst as cst
from libcst.metadata import CodeRange

from tracec.passes.instrument import hooks
from tracec.passes.source import Source
from tracec.passes.target import Span
from tracec.passes.trace import Function, Ref, Segment, Site, Structure


@dataclass(slots=True)
class Run:
    """A segment under construction."""

    id: int
    kind: str
    function: int
    parent: int = -1
    resume: int = 0
    sites: list[int] = field(default_factory=list)
    waits: bool = False
    guard: int = -1


class Layout:
    """Functions, segments and sites so far, and where the rewriting stands."""

    def __init__(self, source: Source, grain: str, key: str) -> None:
        self.source, self.grain, self.key = source, grain, key
        self.at = hooks.table(key)
        self.lines = _lines(source.text)
        self.positions: Mapping[cst.CSTNode, CodeRange] = {}
        self.functions: list[Function] = []
        self.runs: list[Run] = []
        self.sites: list[Site] = []
        self.run = Run(-1, "entry", -1)
        self.function = -1

    def structure(self) -> Structure:
        """What was built, frozen."""
        segments = tuple(
            Segment(r.id, r.kind, r.function, r.parent, r.resume, tuple(r.sites), r.waits, r.guard) for r in self.runs
        )
        return Structure(self.key, self.source.path, self.grain, tuple(self.functions), segments, tuple(self.sites))

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node of the original stands."""
        at = self.positions[node]
        start, end = (at.start.line, at.start.column), (at.end.line, at.end.column)
        if isinstance(node, (cst.Tuple, cst.GeneratorExp)) and node.lpar:  # `ast` counts their parentheses in
            start = self.positions[node.lpar[-1]].start.line, self.positions[node.lpar[-1]].start.column
            end = self.positions[node.rpar[0]].end.line, self.positions[node.rpar[0]].end.column
        return Span(self.source.path, *start, *end)

    def text(self, span: Span) -> str:
        """The source text of a span."""
        if span.line == span.end_line:
            return self.lines[span.line - 1][span.column : span.end_column]
        first, last = self.lines[span.line - 1][span.column :], self.lines[span.end_line - 1][: span.end_column]
        return "".join([first, *self.lines[span.line : span.end_line - 1], last])

    def site(
        self,
        kind: str,
        node: cst.CSTNode,
        refs: Sequence[Ref] = (),
        *,
        labels: Sequence[str] = (),
        binds: Sequence[str] = (),
        silent: bool = False,
        attr: str = "",
        returns: bool = False,
    ) -> int:
        """A new site at the end of the run under construction."""
        span = self.span(node)
        names = tuple(labels) if labels else ("",) * len(refs)
        number = len(self.sites)
        self.sites.append(
            Site(
                number,
                kind,
                self.text(span),
                span,
                self.function,
                tuple(refs),
                names,
                tuple(binds),
                silent,
                attr,
                returns,
            )
        )
        self.run.sites.append(number)
        return number

    def amend(self, number: int, *, binds: Sequence[str] = (), returns: bool = False) -> None:
        """A site already made also binds names, or is what the function returns."""
        s = self.sites[number]
        self.sites[number] = Site(
            s.id,
            s.kind,
            s.text,
            s.span,
            s.function,
            s.operands,
            s.labels,
            (*s.binds, *binds),
            s.silent,
            s.attr,
            returns,
        )

    def segment(self, kind: str, *, parent: int = -1, resume: int = 0, waits: bool = False, guard: int = -1) -> Run:
        """A new, empty run of the function at hand."""
        run = Run(len(self.runs), kind, self.function, parent, resume, waits=waits, guard=guard)
        self.runs.append(run)
        return run

    @contextmanager
    def block(self, *, guard: int = -1, waits: bool = False) -> Iterator[Run]:
        """Sites made within go to a new run that hangs where the rewriting stands."""
        outer = self.run
        run = self.segment("block", parent=outer.id, resume=len(outer.sites), waits=waits, guard=guard)
        self.run = run
        yield run
        self.run = outer

    def after(self) -> Run:
        """A new run which goes on in place of the one at hand: what follows a loop or a `with` has its own token."""
        now = self.run
        self.run = self.segment("block", parent=now.parent, resume=now.resume, waits=now.waits, guard=now.guard)
        return self.run


def _lines(text: str) -> list[str]:
    """Lines as Python counts them, with their ends: a form feed or U+2028 does not end one."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
