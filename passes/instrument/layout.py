"""Layout: builds a module's Structure while the module is rewritten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tracec.passes.instrument.hooks import Hooks
from tracec.passes.instrument.prescan import Globals, locals_of
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.structure import Ref, lines_of
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.early_reads import is_early

KIND, PLACE, BINDS, SILENT, RETURNS = 0, 1, 5, 6, 8  # columns of a site's row

# What tells where the rewriting stands.
SCOPE = (
    "run", "function", "walrus", "resumes", "depth", "watched", "bare", "ended", "classes", "inner", "around", "hidden",
)  # fmt: skip


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
    jumps: str = ""
    over: tuple[int, ...] = ()


class Layout:
    """Functions, segments and sites so far, and where the rewriting stands."""

    walrus = False  # whether `__v__` may be bound here: in functions, outside comprehensions
    resumes = False  # whether this function has a mark of its own
    rewritten = False  # whether another takes assertions apart
    depth = 0  # comprehensions around: even a lambda in one may not bind `__v__`
    watched = False  # in a class body: a metaclass may see which names are read
    ended: int | None = None  # the exit segment of the function at hand
    classes: tuple[str, ...] = ()  # of the qualified name of what is defined here
    inner = False  # in a function or a lambda, or a class in one: it may see variables of frames around
    around: frozenset[str] = frozenset()  # variables of the functions around, which functions defined here see
    hidden: frozenset[str] = frozenset()  # names that here stand for other variables than the module's
    globals = Globals()
    bare = False  # in a class body that is not recorded: what stands in it is left alone, but for functions' bodies

    def __init__(self, source: Source, grain: str, key: str, careful: bool, named: bool) -> None:
        self.source, self.grain, self.key, self.careful, self.named_hooks = source, grain, key, careful, named
        self.values = grain == "values"
        self.make = Hooks(key, source.text, careful)
        self.lines = lines_of(source.text)
        self.wide = {n: line for n, line in enumerate(self.lines, 1) if not line.isascii()}
        self.moved: dict[int, tuple[ast.AST, tuple[int, int, int, int]]] = {}  # by id: places that the tree has wrong
        self.functions: list[list[Any]] = []  # rows in the order of Function's fields, without id
        self.runs: list[Run] = []
        self.sites: list[list[Any]] = []  # rows in the order of Site's fields, without id and text
        self.alone: dict[int, str] = {}  # by id: functions and queries, and the library that reads each
        self.left: list[str] = []  # what is said of them
        self.run = Run(-1, "entry", -1)
        self.function = -1

    def is_left(self, node: Any, name: str) -> bool:
        """Whether a library reads a function, which is left alone then; it is noted under its name."""
        reader = self.alone.get(id(node), "")
        if reader:
            self.left.append(f"{name} is left to {reader}")
        return bool(reader)

    def pack(self) -> dict[str, Any]:
        """What was built, as rows of plain data: `Structure.unpack` reads them."""
        return {
            "key": self.key,
            "path": self.source.path,
            "grain": self.grain,
            "text": self.source.text,
            "functions": self.functions,
            "segments": [
                [r.kind, r.function, r.parent, r.resume, r.sites, r.waits, r.guard, r.jumps, r.over] for r in self.runs
            ],
            "sites": self.sites,
        }

    def span(self, node: Any) -> tuple[int, int, int, int]:
        """Where a node of the original stands, in characters: `ast` counts bytes."""
        if self.moved and id(node) in self.moved:
            return self.moved[id(node)][1]
        line, end_line = node.lineno, node.end_lineno
        column, end_column = node.col_offset, node.end_col_offset
        if line in self.wide:
            column = characters(self.wide[line], column)
        if end_line in self.wide:
            end_column = characters(self.wide[end_line], end_column)
        return line, column, end_line, end_column

    def name_after(self, name: str, before: str, node: Any, line: int, column: int) -> Any:
        """Where a name stands for which the tree has no node; the whole node where that can't be seen on one line.

        `before` is a pattern of what stands between the name and `column`, which counts bytes as the tree does.
        """
        text = self.lines[line - 1]
        start = characters(text, column)
        found = re.compile(before).match(text, start)
        if found is None or not text.startswith(name, found.end()):
            return node
        begin = len(text[: found.end()].encode())
        end = begin + len(name.encode())
        return ast.Name(name, lineno=line, col_offset=begin, end_lineno=line, end_col_offset=end)

    def site(
        self,
        kind: str,
        node: Any,
        refs: Sequence[Ref] = (),
        *,
        labels: Sequence[str] = (),
        binds: Sequence[str] = (),
        silent: bool = False,
        attr: str = "",
        returns: bool = False,
    ) -> int:
        """A new site at the end of the run under construction."""
        number = len(self.sites)
        self.sites.append([kind, self.span(node), self.function, refs, labels, binds, silent, attr, returns])
        self.run.sites.append(number)
        return number

    def segment(self, kind: str, *, parent: int = -1, resume: int = 0, waits: bool = False, guard: int = -1) -> Run:
        """A new, empty run of the function at hand."""
        run = Run(len(self.runs), kind, self.function, parent, resume, waits=waits, guard=guard)
        self.runs.append(run)
        return run

    @contextmanager
    def block(self, kind: str = "block", *, guard: int = -1, waits: bool = False) -> Iterator[Run]:
        """Sites made within go to a new run that hangs where the rewriting stands."""
        outer = self.run
        run = self.segment(kind, parent=outer.id, resume=len(outer.sites), waits=waits, guard=guard)
        self.run = run
        yield run
        self.run = outer

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is set within, of all that tells where the rewriting stands, holds within only."""
        outer = [getattr(self, name) for name in SCOPE]
        yield
        for name, value in zip(SCOPE, outer):
            setattr(self, name, value)

    def within(self, node: Any, body: Sequence[ast.AST]) -> None:
        """Within a scope: the names that a function, a lambda or a class binds hide those of the module."""
        bound, declared = locals_of(node, body)
        outer = self.around - declared
        self.hidden = outer | bound
        self.around = outer if isinstance(node, ast.ClassDef) else self.hidden
        self.inner = self.inner or not isinstance(node, ast.ClassDef)

    def is_read(self, node: ast.Name, within: str = "") -> bool:
        """Tell whether the read of a name is recorded: of a variable of the module that others may have set, or
        of one that is set anew before what reads it is done.
        """
        shared = node.id not in self.hidden and self.globals.is_read(node.id, within=within)
        return self.values and (shared or is_early(node))

    def after(self, jumps: str = "") -> Run:
        """A new run which goes on in place of the one at hand: what follows a loop or a `with` has its own token."""
        now = self.run
        kind = now.kind if now.parent >= 0 else "block"
        self.run = self.segment(kind, parent=now.parent, resume=now.resume, waits=now.waits, guard=now.guard)
        self.run.jumps, now.waits = now.jumps.replace("f", "").replace("w", "") + jumps, True
        return self.run
