"""Values of literals -> what a guest needs to run the program with them: swaps, texts, instrumented forms."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tracec.guests.suite import Swap
from tracec.passes.find import functions
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.propose.tune.region import Point, same
from tracec.passes.propose.tune.space import Dimension, start_of
from tracec.passes.propose.tune.splice import spliced
from tracec.project.atomic_write import put
from tracec.recording.artifacts import compiled, key_of


class Variants:
    """A program's files with other values in the places of its dimensions."""

    def __init__(self, sources: Mapping[str, Source], dimensions: Sequence[Dimension]) -> None:
        self._sources, self._dimensions = sources, dimensions
        self.start = start_of(dimensions)
        self._by_path: dict[str, list[int]] = {}
        for number, dimension in enumerate(dimensions):
            self._by_path.setdefault(dimension.target.span.path, []).append(number)
        self._holders = [holder(sources, dimension.target.span) for dimension in dimensions]

    def changed(self, point: Point) -> list[int]:
        """The dimensions that are not as in the user's files."""
        return [n for n, value in enumerate(point) if not same(value, self.start[n])]

    def candidate(self, point: Point) -> Candidate:
        """The same for the rest of tracec."""
        pairs = [(self._dimensions[n], point[n]) for n in self.changed(point)]
        why = ", ".join(f"{d.target.qualname}: {d.target.value.strip()} -> {d.text(value)}" for d, value in pairs)
        return Candidate(tuple((d.target.id, d.text(value)) for d, value in pairs), "tune", why)

    def sources(self, point: Point) -> dict[str, tuple[Source, list[Span]]]:
        """Each file that differs, with the places of its dimensions in the order of `dimensions`."""
        found: dict[str, tuple[Source, list[Span]]] = {}
        changed = set(self.changed(point))
        for path, numbers in self._by_path.items():
            if changed.isdisjoint(numbers):
                continue
            spans = [self._dimensions[n].target.span for n in numbers]
            values = {i: self._dimensions[n].text(point[n]) for i, n in enumerate(numbers) if n in changed}
            source = self._sources[path]
            text, places = spliced(source.text, spans, values)
            found[path] = Source.decode(path, source.encode(text)), places
        return found

    def overlay(self, point: Point) -> dict[str, str]:
        """Real path -> text."""
        return {os.path.realpath(path): source.text for path, (source, _) in self.sources(point).items()}

    def swaps(self, point: Point) -> tuple[Swap, ...]:
        """New definitions for live functions; none where a change lies outside functions."""
        places = {self._holders[n] for n in self.changed(point)}
        if None in places:
            return ()
        files = self.sources(point)
        made: list[Swap] = []
        for path, number in sorted(place for place in places if place is not None):
            before, after = functions(self._sources[path])[number], functions(files[path][0])[number]
            made.append(Swap(os.path.realpath(path), before.qualname, before.span.line, after.value))
        return tuple(made)

    def spans(self, point: Point) -> dict[Span, int]:
        """Where the dimensions stand in the files of a point."""
        found = {d.target.span: n for n, d in enumerate(self._dimensions)}
        for path, (_, places) in self.sources(point).items():
            found = {span: n for span, n in found.items() if span.path != path}
            found.update(zip(places, self._by_path[path]))
        return found

    def artifacts(self, point: Point, folder: Path) -> dict[str, str]:
        """Instrumented forms of the files that differ, put into a folder; one that cannot be made is left out."""
        made: dict[str, str] = {}
        for path, (source, _) in self.sources(point).items():
            key = key_of(source, "values", True)
            place = folder / f"{key}.bin"
            try:
                put(place, compiled(source, "values", key))
            except (TracecError, RecursionError):
                continue
            made[os.path.realpath(path)] = str(place)
        return made


def holder(sources: Mapping[str, Source], span: Span) -> tuple[str, int] | None:
    """The outermost function in which a literal stands, as its number in the file; None outside functions."""
    for number, function in enumerate(functions(sources[span.path])):
        if function.span.holds(span):
            return span.path, number
    return None
