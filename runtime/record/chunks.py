"""Chunks of a log -> pieces: some thousand events at once, in their order, and any of them again later.

So a log is never in memory as a whole. What a chunk is: bytes as the recorder in C writes them, their place in a file,
or a list of events, as the recorder in Python leaves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from tracec.runtime.record.decode import Reader
from tracec.runtime.record.rows import Place

Chunk = bytes | Place | list[Any]
PIECE = 1 << 13  # events decoded at once; chosen
GROUP = 1 << 15  # events decoded at once where one of them is asked for again; chosen, a multiple of PIECE
KEPT = 32  # groups that are kept after they were read again; chosen
ORDINAL = 32  # bits of the number of an event that tell its place in its chunk
WITHIN = (1 << ORDINAL) - 1


class Held:
    """A file that stays open as long as a place in it is known, whatever becomes of its name."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def read(self, start: int, size: int) -> bytes:
        """Bytes of it. ValueError where it is no longer as long."""
        self.file.seek(start)
        data = self.file.read(size)
        if len(data) < size:
            raise ValueError("it became shorter while it was read")
        return data

    def __del__(self) -> None:
        self.file.close()


class Source:
    """Gives the events of streams, a piece at a time, and later any event by its number."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self.starts: dict[tuple[int, int], tuple[int, dict[int, Any]]] = {}  # group -> its place, the slots before it
        self.kept: dict[tuple[int, int], list[Any]] = {}

    def add(self, chunks: Sequence[Chunk]) -> range:
        """Number the chunks of a stream."""
        self.chunks += chunks
        return range(len(self.chunks) - len(chunks), len(self.chunks))

    def stream(self, numbers: Iterable[int]) -> Iterator[tuple[int, list[Any]]]:
        """Pieces of chunks in turn, with the number of the first event of each. Raises what `decode` raises."""
        for number in numbers:
            chunk = self.chunks[number]
            if isinstance(chunk, list):
                yield number << ORDINAL, chunk
                continue
            reader, at = reader_of(chunk), 0
            while reader.place < len(reader.chunk):
                if at and at % GROUP == 0:
                    self.starts[number, at // GROUP] = reader.place, reader.slots.copy()
                events = reader.events(PIECE)
                yield number << ORDINAL | at, events
                at += len(events)

    def event(self, number: int) -> Any:
        """An event by its number."""
        chunk, place = self.chunks[number >> ORDINAL], number & WITHIN
        if isinstance(chunk, list):
            return chunk[place]
        group = number >> ORDINAL, place // GROUP
        found = self.kept.get(group)
        return (self.again(group) if found is None else found)[place % GROUP]

    def again(self, group: tuple[int, int]) -> list[Any]:
        """Decode a group of events once more, from the nearest place before it at which reading can begin."""
        chunk, number = group
        reader, at = reader_of(self.chunks[chunk]), number
        while at and (chunk, at) not in self.starts:
            at -= 1
        place, slots = self.starts.get((chunk, at), (0, {}))
        reader.place, reader.slots = place, slots.copy()
        while at < number:
            reader.events(GROUP)
            at += 1
            self.starts[chunk, at] = reader.place, reader.slots.copy()
        found = self.kept[group] = reader.events(GROUP)
        if len(self.kept) > KEPT:
            del self.kept[next(iter(self.kept))]
        return found


def reader_of(chunk: Any) -> Reader:
    """What reads a chunk of bytes, from its start."""
    return Reader(chunk.file.read(chunk.start, chunk.size) if isinstance(chunk, Place) else chunk)


def decoded(chunk: Chunk) -> list[Any]:
    """All events of a chunk."""
    return chunk if isinstance(chunk, list) else reader_of(chunk).events()
