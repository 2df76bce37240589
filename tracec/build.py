"""Files -> instrumented artifacts in `.tracec/cache/`, made once for each content, path, grain and Python."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracec.files import read
from tracec.passes.errors import TracecError
from tracec.passes.source import Source
from tracec.writing import home, put

FORMAT = "8"  # changes when instrumented code or its structure does


@dataclass(frozen=True, slots=True)
class Built:
    """Artifacts by real path, and what could not be instrumented and runs as it is."""

    artifacts: dict[str, str]
    warnings: tuple[str, ...] = ()


def build(root: Path, paths: Sequence[str], grain: str = "values") -> Built:
    """Instrument files that are not in the cache yet. A file that cannot be instrumented becomes a warning."""
    artifacts: dict[str, str] = {}
    warnings: list[str] = []
    for path in paths:
        try:
            artifacts[os.path.realpath(path)] = str(artifact(root, read(path), grain))
        except (TracecError, RecursionError) as error:
            warnings.append(f"{error or path + ': nested too deeply'} (it runs without being traced)")
    return Built(artifacts, tuple(warnings))


def artifact(root: Path, source: Source, grain: str) -> Path:
    """The cached artifact of one file, made now where there is none."""
    key = key_of(source, grain)
    place = home(root, "cache") / f"{key}.bin"
    if not place.exists():
        put(place, compiled(source, grain, key))
    return place


def key_of(source: Source, grain: str) -> str:
    """The cache key: all that the artifact depends on."""
    whole = "\0".join([FORMAT, sys.version, grain, os.path.realpath(source.path), source.path, source.sha256])
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def compiled(source: Source, grain: str, key: str) -> bytes:
    """Source -> the bytes that the guest loads: code with the user's file and positions, and the structure as JSON."""
    import msgspec

    from tracec.passes.instrument import instrument
    from tracec.passes.instrument.hooks import table
    from tracec.runtime.record import artifact as pack

    made = instrument(source, grain, key)
    code = compile(made.tree, os.path.realpath(source.path), "exec", dont_inherit=True)
    structure = msgspec.json.encode(made.packed).decode()
    return pack(key, table(key), len(made.packed["segments"]), structure, code)
