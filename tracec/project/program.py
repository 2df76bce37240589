"""Program: the user's files as they are now, what may change in them, and what a change means for a guest."""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracec.guests.suite import Swap
from tracec.passes.find import find, functions, select
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target
from tracec.passes.syntax.unparse import WIDTH, to_source
from tracec.project.paths import read


@dataclass(frozen=True, slots=True)
class Program:
    """`sources` are the files as analysed; `origins` gives, for each target, the same one in the files on disk.

    `changed` are the values of the targets that are no longer as on disk, by their ids.
    """

    sources: Mapping[str, Source]
    targets: tuple[Target, ...]
    origins: Mapping[str, Target]
    on_disk: Mapping[str, Source]
    changed: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        found = {t.id: t.value for t in self.targets if t.value != self.origins[t.id].value}
        object.__setattr__(self, "changed", found)

    @staticmethod
    def read(paths: Sequence[str], names: Sequence[str] = ()) -> Program:
        """The files; targets are those named, else those marked, else every function. TracecError on bad input."""
        sources = {path: read(path) for path in paths}
        targets = choose(sources, names)
        return Program(sources, targets, {t.id: t for t in targets}, sources)

    def without(self, files: Iterable[str]) -> Program:
        """The program less some files: the tests judge, so they never change. TracecError where nothing is left."""
        left_out = set(files)
        kept = {path: source for path, source in self.sources.items() if path not in left_out}
        targets = tuple(target for target in self.targets if target.span.path in kept)
        if not targets:
            path = next(iter(self.sources))
            raise TracecError("is a test, and tests are not changed", "name the code that they test", path=path, line=1)
        return Program(kept, targets, {t.id: self.origins[t.id] for t in targets}, self.on_disk)

    def texts(self, candidate: Candidate) -> dict[str, str]:
        """The new text of each file that differs from the one on disk, once `candidate` is applied."""
        from tracec.passes.patch import patch

        texts = {path: s.text for path, s in self.sources.items() if s.text != self.on_disk[path].text}
        by_id = {target.id: target for target in self.targets}
        by_path: dict[str, dict[Target, str]] = {}
        for name, value in candidate.changes:
            by_path.setdefault(by_id[name].span.path, {})[by_id[name]] = wrapped(value)
        return {**texts, **{path: patch(self.sources[path], changes) for path, changes in by_path.items()}}

    def swaps(self, candidate: Candidate) -> tuple[Swap, ...] | None:
        """The definitions that a live process must take; None where a change is not one of code."""
        values = {**self.changed, **dict(candidate.changes)}
        if any(self.origins[name].kind != "code" for name in values):
            return None
        origins = [(self.origins[name], value) for name, value in values.items()]
        return tuple(Swap(os.path.realpath(o.span.path), o.qualname, o.span.line, v) for o, v in origins)

    def content(self, candidate: Candidate) -> str:
        """A hash of the program that a candidate makes: equal programs, equal hash."""
        values = {**self.changed, **dict(candidate.changes)}
        pairs = [(self.origins[name], value) for name, value in values.items()]
        changed = sorted((origin.id, value) for origin, value in pairs if value != origin.value)
        return hashlib.sha256(repr(changed).encode("utf-8", "surrogatepass")).hexdigest()

    def overlay(self, candidate: Candidate) -> dict[str, str]:
        """The same by real path, for a guest."""
        return {os.path.realpath(path): text for path, text in self.texts(candidate).items()}

    def advanced(self, candidate: Candidate) -> Program:
        """The program after a change: the base of the next one."""
        texts = self.texts(candidate)
        new = {p: Source.decode(p, s.encode(texts[p])) if p in texts else s for p, s in self.sources.items()}
        origins: dict[str, Target] = {}
        targets: list[Target] = []
        for path, source in new.items():
            before, after = everything(self.sources[path]), everything(source)
            if len(before) != len(after):
                raise TracecError("a change altered the number of definitions", "report this", path=path)
            for old, now in zip(before, after):
                if old.id in self.origins:
                    origins[now.id] = self.origins[old.id]
                    targets.append(now)
        return Program(new, tuple(targets), origins, self.on_disk)


def wrapped(value: str) -> str:
    """A new definition with its long lines broken; what did not change in it keeps the lines of the user's file."""
    if max(map(len, value.splitlines()), default=0) <= WIDTH:
        return value
    try:
        return to_source(ast.parse(value).body[0])
    except (SyntaxError, IndexError):
        return value


def everything(source: Source) -> tuple[Target, ...]:
    """All that is marked, then all functions that are not, each once."""
    marked = find(source)
    known = {(target.qualname, target.span) for target in marked}
    return marked + tuple(t for t in functions(source) if (t.qualname, t.span) not in known)


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
