"""Program: the user's files as they are now, what may change in them, and what a change means for a guest."""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from tracec.guests.protocol import Swap
from tracec.passes.find import assignments, find, functions, select
from tracec.passes.find.literals import literals
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.edits import Edit, Refused, ReplaceDefinition
from tracec.passes.nouns.errors import TracecError, Unplaceable
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import TUNED, VALUES, Target
from tracec.passes.syntax.unparse import WIDTH, to_source
from tracec.project.paths import read

LONGEST = 120  # columns of a new line at most, whatever the file has; chosen


def everything(source: Source) -> tuple[Target, ...]:
    """All that is marked, then all functions that are not, then what is assigned outside them, each once."""
    marked = find(source)
    known, names = {target.span for target in marked}, {target.id for target in marked}
    others = (t for t in assignments(source) if t.id not in names and not any(t.span.holds(span) for span in known))
    return marked + tuple(target for target in functions(source) if target.span not in known) + tuple(others)


@dataclass(frozen=True, slots=True)
class Program:
    """`sources` are the files as they are now, `targets` what may change in them; paths are as seen from `root`.

    `origins` has the same targets, by id, as they are in the files on disk; `added` are
    the edits so far that are more than new values of targets. `finder` finds the targets of a file, and others.
    """

    sources: Mapping[str, Source]
    targets: tuple[Target, ...]
    origins: Mapping[str, Target]
    on_disk: Mapping[str, Source]
    root: str = ""
    added: tuple[Edit, ...] = ()
    finder: Callable[[Source], Iterable[Target]] = everything
    changed: Mapping[str, str] = field(init=False)  # target id -> value, of those that are no longer as on disk

    def __post_init__(self) -> None:
        found = {t.id: t.value for t in self.targets if t.value != self.origins[t.id].value}
        object.__setattr__(self, "changed", found)

    @staticmethod
    def read(paths: Sequence[str], names: Sequence[str] = (), root: str | os.PathLike[str] = "") -> Program:
        """The files below `root`; targets are those named, else those marked, else every function.

        TracecError on bad input.
        """
        sources = {path: read(path, os.fspath(root)) for path in paths}
        targets = choose(sources, names)
        return Program(sources, targets, {t.id: t for t in targets}, sources, os.fspath(root))

    def real(self, path: str) -> str:
        """The real path of one of the files."""
        return os.path.realpath(os.path.join(self.root, path))

    def without(self, files: Iterable[str]) -> Program:
        """The program less some files: the tests judge, so they never change. TracecError where nothing is left."""
        left_out = set(files)
        kept = {path: source for path, source in self.sources.items() if path not in left_out}
        targets = tuple(target for target in self.targets if target.span.path in kept)
        if not targets:
            path = next(iter(self.sources))
            raise TracecError("is a test, and tests are not changed", "name the code that they test", path=path, line=1)
        return replace(self, sources=kept, targets=targets, origins={t.id: self.origins[t.id] for t in targets})

    def with_values(self) -> Program:
        """The program with only values as its targets: those it has, and the numbers written in its code.

        TracecError where there are none.
        """
        finder = partial(values_in, frozenset(target.id for target in self.targets))
        found = [target for source in self.sources.values() for target in finder(source)]
        own = {target.id for target in self.targets}
        targets = tuple(sorted(found, key=lambda target: target.id not in own))
        if not targets:
            path = next(iter(self.sources))
            todo = "mark one with tracec.param(...), or name a function with numbers in it"
            raise TracecError("has no value that may change", todo, path=path, line=1)
        return replace(self, targets=targets, origins={t.id: t for t in targets}, finder=finder)

    def texts(self, candidate: Candidate) -> dict[str, str]:
        """The new text of each file that differs from the one on disk, once `candidate` is applied.

        Unplaceable where an edit cannot be placed.
        """
        from tracec.passes.patch import apply

        texts = {path: s.text for path, s in self.sources.items() if s.text != self.on_disk[path].text}
        edits = [self._wrapped(edit) for edit in candidate.edits]
        made = apply(self.sources, self.targets, edits)
        if isinstance(made, Refused):
            raise Unplaceable(made.reason)
        return {**texts, **made}

    def _wrapped(self, edit: Edit) -> Edit:
        """An edit with no line of a new definition longer than those that its file has."""
        if not isinstance(edit, ReplaceDefinition) or edit.target not in self.origins:
            return edit
        own = max(map(len, self.sources[self.origins[edit.target].span.path].text.split("\n")))
        return replace(edit, source=wrapped(edit.source, min(max(own, WIDTH), LONGEST)))

    def swaps(self, candidate: Candidate) -> tuple[Swap, ...] | None:
        """The definitions and values that a live process must take; None where a change is more than that.

        A literal is changed by a new definition of the outermost function around it.
        """
        values = {**self.changed, **candidate.values}
        if self.added or candidate.additions:
            return None
        new: dict[Target, str] = {}
        inside: dict[Target, dict[Target, str]] = {}
        for origin, value in ((self.origins[name], value) for name, value in values.items()):
            holder = origin if origin.kind not in VALUES else holder_of(self.on_disk[origin.span.path], origin)
            if holder is None:
                return None
            if holder is origin:
                new[holder] = value
            else:
                inside.setdefault(holder, {})[origin] = value
        if new.keys() & inside.keys():
            return None
        new |= {holder: with_literals(self.on_disk[holder.span.path], holder, some) for holder, some in inside.items()}
        return tuple(Swap(o.span.path, o.qualname, o.span.line, v, o.kind == "expression") for o, v in new.items())

    def content(self, candidate: Candidate) -> str:
        """A hash of the program that a candidate makes: equal programs, equal hash."""
        values = {**self.changed, **candidate.values}
        changed = sorted((name, value) for name, value in values.items() if value != self.origins[name].value)
        added = sorted(map(repr, (*self.added, *candidate.additions)))
        whole = (changed, added) if added else changed
        return hashlib.sha256(repr(whole).encode("utf-8", "surrogatepass")).hexdigest()

    def origin_of(self, swap: Swap) -> Target:
        """The definition on disk that a swap replaces."""
        known = (*self.origins.values(), *outermost(self.on_disk[swap.path]))
        return next(t for t in known if (t.span.path, t.qualname, t.span.line) == (swap.path, swap.qualname, swap.line))

    def definitions(self, candidate: Candidate) -> list[tuple[str, str]]:
        """Each definition that a change touches: as it is on disk, and after the change."""
        values = {**self.changed, **candidate.values}
        code = [
            (self.origins[name].value, value) for name, value in values.items() if self.origins[name].kind == "code"
        ]
        return code + [("", edit.source) for edit in candidate.additions if hasattr(edit, "source")]

    def advanced(self, candidate: Candidate) -> Program:
        """The program after a change: the base of the next one. Targets keep their ids; what was added is one too."""
        texts = self.texts(candidate)
        new = {p: Source.decode(p, s.encode(texts[p])) if p in texts else s for p, s in self.sources.items()}
        found = {target.id: target for source in new.values() for target in self.finder(source)}
        origins = {name: self.origins[name] for name in self.origins if name in found}
        if candidate.additions:
            have = {target.id for source in self.sources.values() for target in everything(source)}
            origins |= {name: target for name, target in found.items() if name not in have and target.kind not in TUNED}
        targets = tuple(found[name] for name in origins)
        added = (*self.added, *candidate.additions)
        return replace(self, sources=new, targets=targets, origins=origins, added=added)


def wrapped(value: str, width: int = WIDTH) -> str:
    """A new definition with its long lines broken; what did not change in it keeps the lines of the user's file."""
    if max(map(len, value.splitlines()), default=0) <= width:
        return value
    try:
        return to_source(ast.parse(value).body[0])
    except (SyntaxError, IndexError):
        return value


def values_in(names: frozenset[str], source: Source) -> tuple[Target, ...]:
    """The values among some targets, by id, and the numbers written in the code among them."""
    chosen = tuple(target for target in everything(source) if target.id in names)
    return (*(target for target in chosen if target.kind in VALUES), *literals(source, chosen))


@lru_cache(maxsize=64)
def outermost(source: Source) -> tuple[Target, ...]:
    """The functions of a file that stand in no other function."""
    return functions(source)


def holder_of(source: Source, literal: Target) -> Target | None:
    """The outermost function in which a literal stands; None outside functions."""
    return next((function for function in outermost(source) if function.span.holds(literal.span)), None)


def with_literals(source: Source, holder: Target, values: Mapping[Target, str]) -> str:
    """A function with new values for some literals in it. Unplaceable where one cannot be placed."""
    from tracec.passes.patch import patch

    try:
        text = patch(source, values)
    except TracecError as error:
        raise Unplaceable(str(error)) from None
    made = functions(Source.decode(source.path, source.encode(text)))
    return made[outermost(source).index(holder)].value


def choose(sources: Mapping[str, Source], names: Sequence[str]) -> tuple[Target, ...]:
    """The targets named, else those marked, else every function."""
    available = tuple(target for source in sources.values() for target in everything(source))
    if names:
        return select(available, names)
    marked = tuple(target for target in available if target.marked)
    chosen = marked or available
    if not chosen:
        path = next(iter(sources))
        raise TracecError("has no function to change", "name other files, or mark a value", path=path, line=1)
    return chosen
